package visitdb

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
)

// recompute derives visits anew from bookings and bills (VIS-08, VIS-11) and
// writes what differs. It gives the guests for whom a visit appeared, vanished or
// went to another's credit: of their files something was learned.
const recompute = `
WITH k AS MATERIALIZED (
  SELECT * FROM unnest($2::uuid[], $3::bytea[], $4::date[], $5::smallint[]) AS k (store_id, number_key, business_date, meal_period)
), credit AS (
  SELECT DISTINCT ON (k.store_id, k.number_key, k.business_date, k.meal_period)
    k.store_id, k.number_key, k.business_date, k.meal_period, b.booker_id, b.booking_id
  FROM k
  CROSS JOIN LATERAL (
    SELECT * FROM booking b
    WHERE b.tenant_id = $1 AND b.store_id = k.store_id AND b.number_key = k.number_key AND b.business_date = k.business_date
      AND b.meal_period = k.meal_period AND b.state = 'finished' AND b.notice_at IS NOT NULL OFFSET 0) b
  ORDER BY k.store_id, k.number_key, k.business_date, k.meal_period, b.seated_minute, b.ref
), bill AS (
  -- By what the bill says, or by a booking of the visit it names; the head
  -- decides which of both holds.
  SELECT k.store_id, k.number_key, k.business_date, k.meal_period, r.source, r.bill_no, r.revision, r.link_no
  FROM k
  CROSS JOIN LATERAL (
    SELECT * FROM bill_revision r
    WHERE r.tenant_id = $1 AND r.store_id = k.store_id AND r.number_key = k.number_key AND r.business_date = k.business_date
      AND r.meal_period = k.meal_period OFFSET 0) r
  UNION
  SELECT k.store_id, k.number_key, k.business_date, k.meal_period, r.source, r.bill_no, r.revision, r.link_no
  FROM k
  CROSS JOIN LATERAL (
    SELECT * FROM booking b
    WHERE b.tenant_id = $1 AND b.store_id = k.store_id AND b.number_key = k.number_key AND b.business_date = k.business_date
      AND b.meal_period = k.meal_period OFFSET 0) b
  CROSS JOIN LATERAL (
    SELECT * FROM bill_revision r
    WHERE r.tenant_id = $1 AND r.store_id = b.store_id AND r.booking_ref = b.ref AND r.booking_ref <> '' OFFSET 0) r
), money AS (
  SELECT c.store_id, c.number_key, c.business_date, c.meal_period, count(*)::int AS bills, sum(h.amount_fen)::bigint AS amount_fen
  FROM bill c
  CROSS JOIN LATERAL (
    SELECT h.amount_fen FROM bill_head h
    WHERE h.tenant_id = $1 AND h.store_id = c.store_id AND h.source = c.source AND h.bill_no = c.bill_no AND h.revision = c.revision
      AND h.link_no = c.link_no AND h.status IN ('opened', 'paid', 'reopened') AND h.number_key = c.number_key AND h.business_date = c.business_date AND h.meal_period = c.meal_period OFFSET 0) h
  GROUP BY c.store_id, c.number_key, c.business_date, c.meal_period
), want AS MATERIALIZED (
  SELECT k.store_id, k.number_key, k.business_date, k.meal_period, c.booker_id, c.booking_id,
    coalesce(m.bills, 0) AS bills, coalesce(m.amount_fen, 0) AS amount_fen
  FROM k
  LEFT JOIN credit c ON c.store_id = k.store_id AND c.number_key = k.number_key AND c.business_date = k.business_date AND c.meal_period = k.meal_period
  LEFT JOIN money m ON m.store_id = k.store_id AND m.number_key = k.number_key AND m.business_date = k.business_date AND m.meal_period = k.meal_period
), have AS MATERIALIZED (
  SELECT v.store_id, v.number_key, v.business_date, v.meal_period, v.credited_to
  FROM k
  CROSS JOIN LATERAL (
    SELECT * FROM visit v
    WHERE v.tenant_id = $1 AND v.store_id = k.store_id AND v.number_key = k.number_key AND v.business_date = k.business_date
      AND v.meal_period = k.meal_period OFFSET 0) v
), gone AS (
  DELETE FROM visit v USING want w
  WHERE w.booking_id IS NULL AND w.bills = 0 AND v.tenant_id = $1 AND v.store_id = w.store_id AND v.number_key = w.number_key
    AND v.business_date = w.business_date AND v.meal_period = w.meal_period
  RETURNING v.store_id, v.number_key
), put AS (
  INSERT INTO visit AS v (tenant_id, store_id, number_key, business_date, meal_period, credited_to, booking_id, bills, amount_fen, changed_at)
  SELECT $1, store_id, number_key, business_date, meal_period, booker_id, booking_id, bills, amount_fen, $6
  FROM want
  WHERE booking_id IS NOT NULL OR bills > 0
  ORDER BY store_id, number_key, business_date, meal_period
  ON CONFLICT (tenant_id, store_id, number_key, business_date, meal_period)
  DO UPDATE SET credited_to = excluded.credited_to, booking_id = excluded.booking_id, bills = excluded.bills,
    amount_fen = excluded.amount_fen, changed_at = greatest(v.changed_at, excluded.changed_at)
  WHERE (v.credited_to, v.booking_id, v.bills, v.amount_fen) IS DISTINCT FROM (excluded.credited_to, excluded.booking_id, excluded.bills, excluded.amount_fen)
)
SELECT store_id, number_key FROM gone
UNION
SELECT w.store_id, w.number_key FROM want w
WHERE (w.booking_id IS NOT NULL OR w.bills > 0) AND NOT EXISTS (
  SELECT FROM have h WHERE h.store_id = w.store_id AND h.number_key = w.number_key AND h.business_date = w.business_date AND h.meal_period = w.meal_period
    AND h.credited_to IS NOT DISTINCT FROM w.booker_id)`

const filesOfGuests = `
SELECT DISTINCT n.file_id
FROM unnest($2::uuid[], $3::bytea[]) AS k (store_id, number_key)
CROSS JOIN LATERAL (
  SELECT * FROM guest_number n WHERE n.tenant_id = $1 AND n.store_id = k.store_id AND n.number_key = k.number_key OFFSET 0) n`

// Recompute brings visits and the activity of their files in line with the
// facts. The guests' locks must be held; now is when the newest fact came.
func (w *Writer) Recompute(ctx context.Context, keys []visit.Key, now time.Time) error {
	c := visitKeys(keys)
	if len(c.stores) == 0 {
		return nil
	}
	var stores []kernel.StoreID
	var numbers [][]byte
	var store kernel.StoreID
	var number []byte
	if err := each(ctx, w.tx, recompute, []any{w.tenant, c.stores, c.numbers, c.dates, c.meals, now}, []any{&store, &number}, func() error {
		stores, numbers = append(stores, store), append(numbers, number)
		return nil
	}); err != nil || len(stores) == 0 {
		return err
	}
	rows, err := w.tx.Query(ctx, filesOfGuests, w.tenant, stores, numbers)
	if err != nil {
		return err
	}
	files, err := pgx.CollectRows(rows, pgx.RowTo[kernel.FileID])
	if err != nil {
		return err
	}
	return w.recount(ctx, files, now)
}

// recount counts the visits of files anew.
func (w *Writer) recount(ctx context.Context, files []kernel.FileID, now time.Time) error {
	if len(files) == 0 {
		return nil
	}
	if _, err := w.LockFiles(ctx, w.tenant, IDs(files)); err != nil {
		return err
	}
	return w.Recount(ctx, now, w.tenant, IDs(files))
}

// approve ties numbers to files; only what is new or differs is written. It
// gives the files concerned: those that got a number and those that lost one.
const approve = `
WITH k AS MATERIALIZED (
  -- Whoever takes a number over has it from the day on that its former file lost it.
  SELECT k.store_id, k.number_key, k.file_id, greatest(k.approved_on, f.until) AS approved_on
  FROM unnest($2::uuid[], $3::bytea[], $4::uuid[], $5::date[]) AS k (store_id, number_key, file_id, approved_on)
  LEFT JOIN LATERAL (
    SELECT n.until FROM guest_number n
    WHERE n.tenant_id = $1 AND n.store_id = k.store_id AND n.number_key = k.number_key AND n.until < 'infinity'
    ORDER BY n.until DESC LIMIT 1) f ON true
), before AS MATERIALIZED (
  SELECT n.store_id, n.number_key, n.file_id, n.approved_on
  FROM k
  CROSS JOIN LATERAL (
    SELECT * FROM guest_number n
    WHERE n.tenant_id = $1 AND n.store_id = k.store_id AND n.number_key = k.number_key AND n.until = 'infinity' OFFSET 0) n
), news AS MATERIALIZED (
  SELECT k.*, b.file_id AS former
  FROM k LEFT JOIN before b ON b.store_id = k.store_id AND b.number_key = k.number_key
  WHERE (b.file_id, b.approved_on) IS DISTINCT FROM (k.file_id, k.approved_on)
), number AS (
  INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on)
  SELECT $1, store_id, number_key, file_id, approved_on FROM news ORDER BY store_id, number_key
  ON CONFLICT (tenant_id, store_id, number_key, until) DO UPDATE SET file_id = excluded.file_id, approved_on = excluded.approved_on
), activity AS (
  INSERT INTO guest_visits (tenant_id, file_id, store_id, changed_at)
  SELECT DISTINCT $1::uuid, file_id, store_id, $6::timestamptz FROM news ORDER BY file_id
  ON CONFLICT (tenant_id, file_id) DO NOTHING
)
SELECT file_id FROM news
UNION
SELECT former FROM news WHERE former IS NOT NULL`

// giveUp ends a file's number on a day: the first day no longer is the next,
// or the one after the last booking that was made with it and is still open.
const giveUp = `
UPDATE guest_number n SET until = greatest($5::date + 1, n.approved_on + 1, (
  SELECT max(b.business_date) + 1 FROM booking b
  WHERE b.tenant_id = $1 AND b.store_id = $2 AND b.number_key = $3 AND b.business_date > $5 AND b.state IN ('requested', 'confirmed', 'seated')))
WHERE n.tenant_id = $1 AND n.store_id = $2 AND n.number_key = $3 AND n.file_id = $4 AND n.until = 'infinity'`

// Move ends a file's number and, if there is one, begins the next; each counts
// on the day itself.
func (w *Writer) Move(ctx context.Context, m customer.MovedNumber, now time.Time) error {
	guests := []Guest{{m.Store, visit.NumberKey(m.From)}}
	if m.To != nil {
		guests = append(guests, Guest{m.Store, visit.NumberKey(m.To)})
	}
	if err := w.lockNumbersOf(ctx, []kernel.FileID{m.File}, guests); err != nil {
		return err
	}
	if _, err := w.tx.Exec(ctx, giveUp, w.tenant, m.Store, m.From, m.File, m.On.Time()); err != nil {
		return err
	}
	if m.To == nil {
		return w.recount(ctx, []kernel.FileID{m.File}, now)
	}
	return w.Approve(ctx, []customer.ApprovedNumber{{Store: m.Store, NumberKey: m.To, File: m.File, ApprovedOn: m.On}}, now)
}

// Approve ties numbers to files and counts the files' visits (CUS-03). Doing it
// again changes nothing. Each number at most once.
func (w *Writer) Approve(ctx context.Context, approvals []customer.ApprovedNumber, now time.Time) error {
	n := len(approvals)
	stores, numbers := make([]kernel.StoreID, n), make([][]byte, n)
	files, dates, guests := make([]kernel.FileID, n), make([]time.Time, n), make([]Guest, n)
	for i, a := range approvals {
		stores[i], numbers[i], files[i], dates[i] = a.Store, a.NumberKey, a.File, a.ApprovedOn.Time()
		guests[i] = Guest{a.Store, visit.NumberKey(a.NumberKey)}
	}
	if err := w.lockNumbersOf(ctx, files, guests); err != nil {
		return err
	}
	rows, err := w.tx.Query(ctx, approve, w.tenant, stores, numbers, files, dates, now)
	if err != nil {
		return err
	}
	touched, err := pgx.CollectRows(rows, pgx.RowTo[kernel.FileID])
	if err != nil || len(touched) == 0 {
		return err
	}
	if _, err := w.tx.Exec(ctx, markShared, w.tenant, touched); err != nil {
		return err
	}
	return w.recount(ctx, touched, now)
}
