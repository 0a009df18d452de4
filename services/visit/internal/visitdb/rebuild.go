package visitdb

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
)

// Each statement derives a projection as a whole from what it is a projection
// of, counts the rows that are missing, superfluous or different, and mends
// them when $2 says so. Derived by joins over everything, not by the
// statements that keep the projections: agreement means something.

const rebuildBookings = `
WITH last AS (
  SELECT DISTINCT ON (booking_id) * FROM booking_change WHERE tenant_id = $1 ORDER BY booking_id, no DESC
), bad AS (
  SELECT b.booking_id FROM booking b LEFT JOIN last c ON c.booking_id = b.booking_id
  WHERE b.tenant_id = $1 AND (c.booking_id IS NULL OR
    (b.state, b.number_key, b.business_date, b.meal_period, b.booker_id, b.seated_minute, b.notice_at IS NOT NULL)
    IS DISTINCT FROM (c.state, c.number_key, c.business_date, c.meal_period, c.booker_id, c.seated_minute, c.noticed))
), mended AS (
  UPDATE booking b SET state = c.state, number_key = c.number_key, business_date = c.business_date, meal_period = c.meal_period,
    booker_id = c.booker_id, seated_minute = c.seated_minute, notice_at = CASE WHEN c.noticed THEN coalesce(b.notice_at, c.recorded_at) END
  FROM bad JOIN last c ON c.booking_id = bad.booking_id
  WHERE $2 AND $3::timestamptz IS NOT NULL AND b.tenant_id = $1 AND b.booking_id = bad.booking_id
)
SELECT count(*) FROM bad`

const rebuildHeads = `
WITH last AS MATERIALIZED (
  SELECT DISTINCT ON (store_id, source, bill_no) * FROM bill_revision WHERE tenant_id = $1
  ORDER BY store_id, source, bill_no, revision DESC, link_no DESC
), note AS (
  SELECT store_id, source, refund_of, sum(amount_fen)::bigint AS amount_fen FROM last WHERE status = 'refund' GROUP BY store_id, source, refund_of
), want AS MATERIALIZED (
  SELECT r.store_id, r.source, r.bill_no, r.revision, r.link_no, r.booking_ref, r.refund_of, r.status,
    CASE WHEN n.amount_fen IS NULL OR r.refund_of <> '' THEN r.amount_fen ELSE greatest(0, r.amount_fen - n.amount_fen) END AS amount_fen,
    CASE WHEN b.booking_id IS NULL THEN r.number_key ELSE b.number_key END AS number_key,
    coalesce(b.business_date, r.business_date) AS business_date, coalesce(b.meal_period, r.meal_period) AS meal_period,
    r.status = 'refund' AND o.bill_no IS NULL AS parked
  FROM last r
  LEFT JOIN last o ON r.refund_of <> '' AND o.store_id = r.store_id AND o.source = r.source AND o.bill_no = r.refund_of
  LEFT JOIN note n ON n.store_id = r.store_id AND n.source = r.source AND n.refund_of = r.bill_no
  LEFT JOIN booking b ON b.tenant_id = $1 AND b.store_id = r.store_id AND b.ref = r.booking_ref AND r.booking_ref <> ''
), bad AS MATERIALIZED (
  SELECT w.*, h.store_id AS old_store, h.source AS old_source, h.bill_no AS old_no
  FROM want w
  FULL JOIN (SELECT * FROM bill_head WHERE tenant_id = $1) h ON h.store_id = w.store_id AND h.source = w.source AND h.bill_no = w.bill_no
  WHERE (h.revision, h.link_no, h.booking_ref, h.refund_of, h.amount_fen, h.status, h.number_key, h.business_date, h.meal_period, h.parked)
    IS DISTINCT FROM (w.revision, w.link_no, w.booking_ref, w.refund_of, w.amount_fen, w.status, w.number_key, w.business_date, w.meal_period, w.parked)
), gone AS (
  DELETE FROM bill_head h USING bad b
  WHERE $2 AND b.store_id IS NULL AND h.tenant_id = $1 AND h.store_id = b.old_store AND h.source = b.old_source AND h.bill_no = b.old_no
), put AS (
  INSERT INTO bill_head (tenant_id, store_id, source, bill_no, revision, link_no, booking_ref, refund_of, number_key, business_date, meal_period, amount_fen, status, parked, changed_at)
  SELECT $1, store_id, source, bill_no, revision, link_no, booking_ref, refund_of, number_key, business_date, meal_period, amount_fen, status, parked, $3
  FROM bad WHERE $2 AND store_id IS NOT NULL
  ON CONFLICT (tenant_id, store_id, source, bill_no) DO UPDATE SET revision = excluded.revision, link_no = excluded.link_no, booking_ref = excluded.booking_ref,
    refund_of = excluded.refund_of, number_key = excluded.number_key, business_date = excluded.business_date, meal_period = excluded.meal_period,
    amount_fen = excluded.amount_fen, status = excluded.status, parked = excluded.parked, changed_at = excluded.changed_at
)
SELECT count(*) FROM bad`

const rebuildVisits = `
WITH credit AS (
  SELECT DISTINCT ON (store_id, number_key, business_date, meal_period) store_id, number_key, business_date, meal_period, booker_id, booking_id
  FROM booking
  WHERE tenant_id = $1 AND number_key IS NOT NULL AND state = 'finished' AND notice_at IS NOT NULL
  ORDER BY store_id, number_key, business_date, meal_period, seated_minute, ref
), money AS (
  SELECT store_id, number_key, business_date, meal_period, count(*)::int AS bills, sum(amount_fen)::bigint AS amount_fen
  FROM bill_head
  WHERE tenant_id = $1 AND number_key IS NOT NULL AND status IN ('opened', 'paid', 'reopened')
  GROUP BY store_id, number_key, business_date, meal_period
), want AS MATERIALIZED (
  SELECT coalesce(c.store_id, m.store_id) AS store_id, coalesce(c.number_key, m.number_key) AS number_key,
    coalesce(c.business_date, m.business_date) AS business_date, coalesce(c.meal_period, m.meal_period) AS meal_period,
    c.booker_id, c.booking_id, coalesce(m.bills, 0) AS bills, coalesce(m.amount_fen, 0) AS amount_fen
  FROM credit c
  FULL JOIN money m ON m.store_id = c.store_id AND m.number_key = c.number_key AND m.business_date = c.business_date AND m.meal_period = c.meal_period
), bad AS MATERIALIZED (
  SELECT w.*, v.store_id AS old_store, v.number_key AS old_number, v.business_date AS old_date, v.meal_period AS old_meal
  FROM want w
  FULL JOIN (SELECT * FROM visit WHERE tenant_id = $1) v ON v.store_id = w.store_id AND v.number_key = w.number_key
    AND v.business_date = w.business_date AND v.meal_period = w.meal_period
  WHERE w.store_id IS NULL OR v.store_id IS NULL
    OR (v.credited_to, v.booking_id, v.bills, v.amount_fen) IS DISTINCT FROM (w.booker_id, w.booking_id, w.bills, w.amount_fen)
), gone AS (
  DELETE FROM visit v USING bad b
  WHERE $2 AND b.store_id IS NULL AND v.tenant_id = $1 AND v.store_id = b.old_store AND v.number_key = b.old_number
    AND v.business_date = b.old_date AND v.meal_period = b.old_meal
), put AS (
  INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, credited_to, booking_id, bills, amount_fen, changed_at)
  SELECT $1, store_id, number_key, business_date, meal_period, booker_id, booking_id, bills, amount_fen, $3
  FROM bad WHERE $2 AND store_id IS NOT NULL
  ON CONFLICT (tenant_id, store_id, number_key, business_date, meal_period) DO UPDATE SET
    credited_to = excluded.credited_to, booking_id = excluded.booking_id, bills = excluded.bills, amount_fen = excluded.amount_fen, changed_at = excluded.changed_at
)
SELECT count(*) FROM bad`

// rebuildShared finds numbers of which nobody noted that they are not their
// file's only one; the same number in a store and then in another is one. One that
// was noted and is the only one costs time, no truth.
const rebuildShared = `
WITH bad AS MATERIALIZED (
  SELECT n.number_id, n.file_id FROM guest_number n
  JOIN (SELECT file_id FROM guest_number WHERE tenant_id = $1 GROUP BY file_id HAVING count(DISTINCT number_key) > 1) f ON f.file_id = n.file_id
  WHERE n.tenant_id = $1 AND NOT n.shared
), mended AS (
  UPDATE guest_number n SET shared = true FROM bad WHERE $2 AND $3::timestamptz IS NOT NULL AND n.tenant_id = $1 AND n.number_id = bad.number_id
)
SELECT count(DISTINCT file_id) FROM bad`

const rebuildActivity = `
WITH want AS MATERIALIZED (
  -- A file that went to another store has numbers in both; it is the last one's.
  SELECT n.file_id, (array_agg(n.store_id ORDER BY n.until DESC, n.approved_on DESC))[1] AS store_id, count(DISTINCT (v.business_date, v.meal_period)) FILTER (WHERE v.number_key IS NOT NULL)::int AS visits, max(v.business_date) AS last_visit
  FROM guest_number n
  LEFT JOIN visit v ON v.tenant_id = $1 AND v.store_id = n.store_id AND v.number_key = n.number_key AND v.business_date >= n.approved_on AND v.business_date < n.until
  WHERE n.tenant_id = $1
  GROUP BY n.file_id
), bad AS MATERIALIZED (
  -- A file that lost its last number keeps its row, without visits.
  SELECT coalesce(w.file_id, a.file_id) AS file_id, coalesce(w.store_id, a.store_id) AS store_id,
    coalesce(w.visits, 0) AS visits, w.last_visit
  FROM want w
  FULL JOIN (SELECT * FROM guest_visits WHERE tenant_id = $1) a ON a.file_id = w.file_id
  WHERE a.file_id IS NULL OR (a.visits, a.last_visit) IS DISTINCT FROM (coalesce(w.visits, 0), w.last_visit)
), put AS (
  INSERT INTO guest_visits (tenant_id, file_id, store_id, last_visit, visits, changed_at)
  SELECT $1, file_id, store_id, last_visit, visits, $3 FROM bad
  WHERE $2
  ON CONFLICT (tenant_id, file_id) DO UPDATE SET last_visit = excluded.last_visit, visits = excluded.visits, changed_at = excluded.changed_at
)
SELECT count(*) FROM bad`

// Drift is how many rows of each projection differ from the facts.
type Drift struct{ Bookings, Bills, Visits, Files int64 }

// Rebuild compares all projections of a tenant with the facts, in the order in
// which they build on each other, and mends them when asked to. Comparing
// alone takes no locks: each statement sees one moment.
func Rebuild(ctx context.Context, tx pgx.Tx, tenantID kernel.TenantID, mend bool, now time.Time) (d Drift, err error) {
	if mend {
		if _, err := NewWriter(ctx, tx, tenantID, Many); err != nil {
			return d, err
		}
	}
	for _, step := range []struct {
		sql string
		to  *int64
	}{{rebuildBookings, &d.Bookings}, {rebuildHeads, &d.Bills}, {rebuildVisits, &d.Visits}, {rebuildShared, &d.Files}, {rebuildActivity, &d.Files}} {
		var bad int64
		if err := tx.QueryRow(ctx, step.sql, tenantID, mend, now).Scan(&bad); err != nil {
			return d, err
		}
		*step.to += bad
	}
	return d, nil
}
