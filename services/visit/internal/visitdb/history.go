package visitdb

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
)

// lastVisits gives for each file the last counted visit before a day from what
// is known now, and whether something of the file changed after the cut-off.
const lastVisits = `
SELECT a.file_id,
  CASE WHEN a.last_visit < $3 THEN a.last_visit ELSE (
    SELECT max(l.business_date)
    FROM guest_number n
    CROSS JOIN LATERAL (
      SELECT v.business_date FROM visit v
      WHERE v.tenant_id = $1 AND v.store_id = n.store_id AND v.number_key = n.number_key
        AND v.business_date < least($3, n.until) AND v.business_date >= n.approved_on
      ORDER BY v.business_date DESC LIMIT 1) l
    WHERE n.tenant_id = $1 AND n.file_id = a.file_id) END,
  a.changed_at > $4
FROM guest_visits a
WHERE a.tenant_id = $1 AND a.file_id = ANY($2::uuid[])`

// numbersNow are the numbers of files.
const numbersNow = `
WITH f AS MATERIALIZED (
  SELECT n.file_id, n.file_id AS guest_id, n.store_id, n.number_key, n.approved_on, n.until
  FROM guest_number n WHERE n.tenant_id = $1 AND n.file_id = ANY($2::uuid[])
)`

// numbersThen are the numbers of files, and of those with which they were ever merged, each
// of the file that had it at the cut-off. guest_id is the same for all that were ever one:
// the first of the files asked for.
const numbersThen = `
WITH RECURSIVE linked AS (
  SELECT a.file_id AS guest_id, a.file_id FROM unnest($2::uuid[]) AS a (file_id)
  UNION
  SELECT l.guest_id, x.file_id
  FROM linked l
  CROSS JOIN LATERAL (
    SELECT n.number_id FROM guest_number n WHERE n.tenant_id = $1 AND n.file_id = l.file_id
    UNION
    SELECT m.number_id FROM number_merge m WHERE m.tenant_id = $1 AND m.file_id = l.file_id) k
  CROSS JOIN LATERAL (
    SELECT n.file_id FROM guest_number n WHERE n.tenant_id = $1 AND n.number_id = k.number_id
    UNION
    SELECT m.file_id FROM number_merge m WHERE m.tenant_id = $1 AND m.number_id = k.number_id) x
), f AS MATERIALIZED (
  SELECT coalesce(m.file_id, n.file_id) AS file_id, g.guest_id, n.store_id, n.number_key, coalesce(m.approved_on, n.approved_on) AS approved_on, n.until
  FROM (SELECT l.file_id, (array_agg(l.guest_id ORDER BY l.guest_id))[1] AS guest_id FROM linked l GROUP BY l.file_id) g
  CROSS JOIN LATERAL (
    SELECT * FROM guest_number n WHERE n.tenant_id = $1 AND n.file_id = g.file_id OFFSET 0) n
  LEFT JOIN LATERAL (
    SELECT * FROM number_merge m
    WHERE m.tenant_id = $1 AND m.number_id = n.number_id AND m.at > $4 ORDER BY m.at LIMIT 1) m ON true
)`

// asOf derives the visits of files f before a day from the facts recorded up to
// the cut-off alone: each booking as its last change up to then left it, each
// bill by its highest revision up to then. by_booking are the bookings that can
// take a visit's credit, by_bill the bills that make one without.
const asOf = `, booked AS MATERIALIZED (
  SELECT f.file_id, f.guest_id, f.store_id, f.number_key, f.approved_on, f.until, b.booking_id, b.ref
  FROM f
  CROSS JOIN LATERAL (
    SELECT DISTINCT c.booking_id FROM booking_change c WHERE c.tenant_id = $1 AND c.number_key = f.number_key) c
  CROSS JOIN LATERAL (
    SELECT * FROM booking b WHERE b.tenant_id = $1 AND b.booking_id = c.booking_id AND b.store_id = f.store_id OFFSET 0) b
), by_booking AS (
  SELECT k.file_id, k.guest_id, c.business_date, c.meal_period, k.ref, c.seated_minute, c.booker_id
  FROM booked k
  CROSS JOIN LATERAL (
    SELECT c.* FROM booking_change c
    WHERE c.tenant_id = $1 AND c.booking_id = k.booking_id AND c.recorded_at <= $4 ORDER BY c.no DESC LIMIT 1) c
  WHERE c.number_key = k.number_key AND c.state = 'finished' AND c.noticed
    AND c.business_date < least($3, k.until) AND c.business_date >= k.approved_on
), billed AS (
  SELECT f.file_id, f.guest_id, f.store_id, f.number_key, f.approved_on, f.until, r.source, r.bill_no
  FROM f
  CROSS JOIN LATERAL (
    SELECT * FROM bill_revision r WHERE r.tenant_id = $1 AND r.store_id = f.store_id AND r.number_key = f.number_key OFFSET 0) r
  UNION
  SELECT k.file_id, k.guest_id, k.store_id, k.number_key, k.approved_on, k.until, r.source, r.bill_no
  FROM booked k
  CROSS JOIN LATERAL (
    SELECT * FROM bill_revision r
    WHERE r.tenant_id = $1 AND r.store_id = k.store_id AND r.booking_ref = k.ref AND r.booking_ref <> '' OFFSET 0) r
), by_bill AS (
  SELECT b.file_id, b.guest_id, CASE WHEN c.no IS NULL THEN r.business_date ELSE c.business_date END AS business_date,
    CASE WHEN c.no IS NULL THEN r.meal_period ELSE c.meal_period END AS meal_period
  FROM billed b
  CROSS JOIN LATERAL (
    SELECT r.* FROM bill_revision r
    WHERE r.tenant_id = $1 AND r.store_id = b.store_id AND r.source = b.source AND r.bill_no = b.bill_no AND r.recorded_at <= $4
    ORDER BY r.revision DESC, r.link_no DESC LIMIT 1) r
  LEFT JOIN LATERAL (
    SELECT * FROM booking k
    WHERE k.tenant_id = $1 AND k.store_id = b.store_id AND k.ref = r.booking_ref AND r.booking_ref <> '' OFFSET 0) k ON true
  LEFT JOIN LATERAL (
    SELECT c.* FROM booking_change c
    WHERE c.tenant_id = $1 AND c.booking_id = k.booking_id AND c.recorded_at <= $4 ORDER BY c.no DESC LIMIT 1) c ON true
  WHERE r.status IN ('opened', 'paid', 'reopened')
    AND CASE WHEN c.no IS NULL THEN r.number_key ELSE c.number_key END = b.number_key
    AND CASE WHEN c.no IS NULL THEN r.business_date ELSE c.business_date END < least($3, b.until)
    AND CASE WHEN c.no IS NULL THEN r.business_date ELSE c.business_date END >= b.approved_on
)`

const lastVisitsAsOf = numbersNow + asOf + `
SELECT file_id, max(business_date) FROM (SELECT file_id, business_date FROM by_booking UNION ALL SELECT file_id, business_date FROM by_bill) all_visits GROUP BY file_id`

// LastVisits gives the last counted visit before a day of each file that has
// one, as known at the cut-off.
func LastVisits(ctx context.Context, tx pgx.Tx, tenantID kernel.TenantID, files []kernel.FileID, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID]kernel.BusinessDate, error) {
	out := make(map[kernel.FileID]kernel.BusinessDate, len(files))
	var stale []kernel.FileID
	var file kernel.FileID
	var last *kernel.BusinessDate
	var changed bool
	if err := each(ctx, tx, lastVisits, []any{tenantID, files, before.Time(), cutOff}, []any{&file, &last, &changed}, func() error {
		switch {
		case changed:
			stale = append(stale, file)
		case last != nil:
			out[file] = *last
		}
		return nil
	}); err != nil || len(stale) == 0 {
		return out, err
	}
	var day kernel.BusinessDate
	return out, each(ctx, tx, lastVisitsAsOf, []any{tenantID, stale, before.Time(), cutOff}, []any{&file, &day}, func() error {
		out[file] = day
		return nil
	})
}
