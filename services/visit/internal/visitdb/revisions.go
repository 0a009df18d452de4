package visitdb

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

const lockHeads = `
SELECT h.store_id, h.source, h.bill_no, h.revision, h.link_no, h.booking_ref, h.number_key, h.business_date, h.meal_period, h.parked
FROM unnest($2::uuid[], $3::text[], $4::text[]) AS k (store_id, source, bill_no)
CROSS JOIN LATERAL (
  SELECT * FROM bill_head h
  WHERE h.tenant_id = $1 AND h.store_id = k.store_id AND h.source = k.source AND h.bill_no = k.bill_no FOR UPDATE) h`

const revisionsOfBills = `
SELECT r.store_id, r.source, r.bill_no, r.revision, r.booking_ref, r.number_key, r.business_date, r.meal_period, r.closed_at, r.amount_fen, r.status, r.refund_of, r.detail
FROM unnest($2::uuid[], $3::text[], $4::text[]) AS k (store_id, source, bill_no)
CROSS JOIN LATERAL (
  SELECT * FROM bill_revision r
  WHERE r.tenant_id = $1 AND r.store_id = k.store_id AND r.source = k.source AND r.bill_no = k.bill_no AND r.link_no = 0 OFFSET 0) r`

// LockBills locks the heads of bills on file, in order, and gives them with
// all their revisions as the tills sent them.
func (w *Writer) LockBills(ctx context.Context, bills []visit.BillKey) (map[visit.BillKey]Head, map[visit.BillKey][]visit.Bill, error) {
	heads, revisions := map[visit.BillKey]Head{}, map[visit.BillKey][]visit.Bill{}
	b := &pgx.Batch{}
	w.queueHeads(b, lockHeads, bills, heads)
	queueRevisions(b, revisionsOfBills, w.tenant, bills, func(r visit.Bill) { revisions[r.BillKey] = append(revisions[r.BillKey], r) })
	return heads, revisions, w.tx.SendBatch(ctx, b).Close()
}

func queueRevisions(b *pgx.Batch, sql string, chain kernel.TenantID, bills []visit.BillKey, each func(visit.Bill)) {
	c := billsOf(bills)
	b.Queue(sql, chain, c.stores, c.sources, c.nos).Query(func(rows pgx.Rows) error {
		var r visit.Bill
		var number []byte
		var meal int16
		var detail []byte
		_, err := pgx.ForEachRow(rows, []any{&r.Store, &r.Source, &r.No, &r.Revision, &r.BookingRef, &number, &r.Date, &meal, &r.ClosedAt, &r.Amount, &r.Status, &r.RefundOf, &detail}, func() (err error) {
			r.Number, r.Meal = visit.NumberKey(number), tenant.MealPeriod(meal)
			r.Detail, err = visit.ParseDetail(detail)
			each(r)
			return err
		})
		return err
	})
}

const newestOfBills = `
SELECT r.store_id, r.source, r.bill_no, r.revision, r.booking_ref, r.number_key, r.business_date, r.meal_period, r.closed_at, r.amount_fen, r.status, r.refund_of, r.detail
FROM unnest($2::uuid[], $3::text[], $4::text[]) AS k (store_id, source, bill_no)
CROSS JOIN LATERAL (
  SELECT * FROM bill_revision r
  WHERE r.tenant_id = $1 AND r.store_id = k.store_id AND r.source = k.source AND r.bill_no = k.bill_no AND r.link_no = 0 ORDER BY r.revision DESC LIMIT 1) r`

// NewestAlone gives the newest revision of bills as the tills sent them; until the
// transaction ends nobody else gets an answer for the chain.
func NewestAlone(ctx context.Context, tx pgx.Tx, chain kernel.TenantID, bills []visit.BillKey) (map[visit.BillKey]visit.Bill, error) {
	newest := map[visit.BillKey]visit.Bill{}
	b := &pgx.Batch{}
	b.Queue("SELECT pg_advisory_xact_lock(hashtextextended($1::text || ' copied bills', 0))", chain.String())
	queueRevisions(b, newestOfBills, chain, bills, func(r visit.Bill) { newest[r.BillKey] = r })
	return newest, tx.SendBatch(ctx, b).Close()
}

// addRevisions writes facts; those that hold become their bill's head, counted
// under another visit perhaps. What visits become of it is Recompute's.
const addRevisions = "WITH item AS MATERIALIZED (" + itemMany + `
), fact AS (
  INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period, closed_at, amount_fen, status, import_id, refund_of, detail, recorded_at)
  SELECT $1, store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period, closed_at, amount_fen, status, import_id, refund_of, detail, $18
  FROM item
)
UPDATE bill_head h SET revision = i.revision, link_no = 0, refund_of = i.refund_of, booking_ref = i.booking_ref, number_key = i.at_number, business_date = i.at_date,
  meal_period = i.at_meal, amount_fen = i.amount_fen, status = i.status, changed_at = greatest(h.changed_at, $18)
FROM item i
WHERE i.holds AND h.tenant_id = $1 AND h.store_id = i.store_id AND h.source = i.source AND h.bill_no = i.bill_no`

// AddRevisions writes revisions of bills whose heads LockBills has locked. What a
// person linked is Carry's, what refund notes take off is Settle's.
func (w *Writer) AddRevisions(ctx context.Context, bills []NewBill, now time.Time) error {
	_, err := w.tx.Exec(ctx, addRevisions, recordNewArgs(w.tenant, bills, now)...)
	return err
}

// headsOfRefs are the bills that name a booking now: found by revisions, held
// against the head, which alone says what holds.
const headsOfRefs = `
SELECT h.store_id, h.source, h.bill_no, h.revision, h.link_no, h.booking_ref, h.number_key, h.business_date, h.meal_period, h.parked
FROM unnest($2::uuid[], $3::text[]) AS k (store_id, ref)
CROSS JOIN LATERAL (
  SELECT * FROM bill_revision r
  WHERE r.tenant_id = $1 AND r.store_id = k.store_id AND r.booking_ref = k.ref AND r.booking_ref <> '' OFFSET 0) r
CROSS JOIN LATERAL (
  SELECT * FROM bill_head h
  WHERE h.tenant_id = $1 AND h.store_id = r.store_id AND h.source = r.source AND h.bill_no = r.bill_no AND h.revision = r.revision AND h.link_no = r.link_no OFFSET 0) h`

// HeadsOfRefs gives the visits under which the bills that name these bookings
// are counted now.
func (w *Writer) HeadsOfRefs(ctx context.Context, refs []Ref) ([]visit.Key, error) {
	c := refsOf(refs)
	rows, err := w.tx.Query(ctx, headsOfRefs, w.tenant, c.stores, c.refs)
	if err != nil {
		return nil, err
	}
	heads := map[visit.BillKey]Head{}
	if err := scanHeads(rows, heads); err != nil {
		return nil, err
	}
	keys := make([]visit.Key, 0, len(heads))
	for _, h := range heads {
		keys = append(keys, h.At)
	}
	return keys, nil
}

// relink counts the bills that name these bookings under the bookings' guest,
// day and meal (VIS-06).
const relink = `
WITH bill AS MATERIALIZED (
  SELECT r.store_id, r.source, r.bill_no, r.revision, r.link_no, b.number_key, b.business_date, b.meal_period
  FROM unnest($2::uuid[], $3::text[]) AS k (store_id, ref)
  CROSS JOIN LATERAL (SELECT * FROM booking b WHERE b.tenant_id = $1 AND b.store_id = k.store_id AND b.ref = k.ref OFFSET 0) b
  CROSS JOIN LATERAL (
    SELECT * FROM bill_revision r
    WHERE r.tenant_id = $1 AND r.store_id = k.store_id AND r.booking_ref = k.ref AND r.booking_ref <> '' OFFSET 0) r
)
UPDATE bill_head h SET number_key = b.number_key, business_date = b.business_date, meal_period = b.meal_period, changed_at = greatest(h.changed_at, $4)
FROM bill b
WHERE h.tenant_id = $1 AND h.store_id = b.store_id AND h.source = b.source AND h.bill_no = b.bill_no AND h.revision = b.revision AND h.link_no = b.link_no
  AND (h.number_key, h.business_date, h.meal_period) IS DISTINCT FROM (b.number_key, b.business_date, b.meal_period)`

// Relink moves bills to the visits of bookings that appeared or changed.
func (w *Writer) Relink(ctx context.Context, refs []Ref, now time.Time) error {
	c := refsOf(refs)
	_, err := w.tx.Exec(ctx, relink, w.tenant, c.stores, c.refs, now)
	return err
}
