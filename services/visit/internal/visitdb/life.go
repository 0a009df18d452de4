package visitdb

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
)

// noted are those of bills that refund notes name.
const noted = `
SELECT DISTINCT k.store_id, k.source, k.bill_no
FROM unnest($2::uuid[], $3::text[], $4::text[]) AS k (store_id, source, bill_no)
CROSS JOIN LATERAL (
  SELECT FROM bill_revision r
  WHERE r.refund_of <> '' AND r.tenant_id = $1 AND r.refund_of = k.bill_no AND r.store_id = k.store_id AND r.source = k.source OFFSET 0) r`

// queueNoted asks which of bills refund notes name.
func (w *Writer) queueNoted(b *pgx.Batch, bills []visit.BillKey, into *[]visit.BillKey) {
	c := billsOf(bills)
	b.Queue(noted, w.tenant, c.stores, c.sources, c.nos).Query(func(rows pgx.Rows) error {
		var k visit.BillKey
		_, err := pgx.ForEachRow(rows, []any{&k.Store, &k.Source, &k.No}, func() error {
			*into = append(*into, k)
			return nil
		})
		return err
	})
}

// settle takes off bills what their refund notes give back, each note by its
// highest revision, and gives the visits whose money changed. Of the notes that name
// one of the bills, or did, it keeps whether they wait for theirs.
const settle = `
WITH k AS MATERIALIZED (
  SELECT DISTINCT * FROM unnest($2::uuid[], $3::text[], $4::text[]) AS k (store_id, source, bill_no)
), want AS MATERIALIZED (
  SELECT k.store_id, k.source, k.bill_no, greatest(0, r.amount_fen - n.amount_fen) AS amount_fen
  FROM k
  CROSS JOIN LATERAL (
    SELECT * FROM bill_head h
    WHERE h.tenant_id = $1 AND h.store_id = k.store_id AND h.source = k.source AND h.bill_no = k.bill_no AND h.refund_of = '' OFFSET 0) h
  CROSS JOIN LATERAL (
    SELECT r.amount_fen FROM bill_revision r
    WHERE r.tenant_id = $1 AND r.store_id = k.store_id AND r.source = k.source AND r.bill_no = k.bill_no AND r.revision = h.revision AND r.link_no = h.link_no OFFSET 0) r
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(o.amount_fen), 0)::bigint AS amount_fen
    FROM (
      SELECT DISTINCT r.bill_no FROM bill_revision r
      WHERE r.refund_of <> '' AND r.tenant_id = $1 AND r.refund_of = k.bill_no AND r.store_id = k.store_id AND r.source = k.source) x
    CROSS JOIN LATERAL (
      SELECT o.amount_fen FROM bill_head o
      WHERE o.tenant_id = $1 AND o.store_id = k.store_id AND o.source = k.source AND o.bill_no = x.bill_no
        AND o.status = 'refund' AND o.refund_of = k.bill_no OFFSET 0) o) n
), parking AS (
  UPDATE bill_head h SET parked = NOT h.parked
  FROM (
    SELECT DISTINCT k.store_id, k.source, r.bill_no FROM k
    CROSS JOIN LATERAL (
      SELECT r.bill_no FROM bill_revision r
      WHERE r.refund_of <> '' AND r.tenant_id = $1 AND r.refund_of = k.bill_no AND r.store_id = k.store_id AND r.source = k.source OFFSET 0) r) n
  WHERE h.tenant_id = $1 AND h.store_id = n.store_id AND h.source = n.source AND h.bill_no = n.bill_no
    AND h.parked <> (h.status = 'refund' AND NOT EXISTS (
      SELECT FROM bill_head o WHERE o.tenant_id = $1 AND o.store_id = h.store_id AND o.source = h.source AND o.bill_no = h.refund_of OFFSET 0))
)
UPDATE bill_head h SET amount_fen = w.amount_fen, changed_at = greatest(h.changed_at, $5)
FROM want w
WHERE h.tenant_id = $1 AND h.store_id = w.store_id AND h.source = w.source AND h.bill_no = w.bill_no AND h.amount_fen <> w.amount_fen
RETURNING h.store_id, h.number_key, h.business_date, h.meal_period`

// Settle brings bills and the refund notes that name them in line (VIS-07): what the
// bills come to, and which notes still wait. It gives the visits whose money changed. Who writes a note holds the whole chain;
// so no bill comes in between that does not see it.
func (w *Writer) Settle(ctx context.Context, bills []visit.BillKey, now time.Time) ([]visit.Key, error) {
	if len(bills) == 0 {
		return nil, nil
	}
	var touched []visit.Key
	var store kernel.StoreID
	var number []byte
	var date kernel.BusinessDate
	var meal int16
	c := billsOf(bills)
	err := each(ctx, w.tx, settle, []any{w.tenant, c.stores, c.sources, c.nos, now}, []any{&store, &number, &date, &meal}, func() error {
		touched = append(touched, KeyOf(store, number, date, meal))
		return nil
	})
	return touched, err
}

// Known tells which of bills are on file.
func (w *Writer) Known(ctx context.Context, bills []visit.BillKey) (map[visit.BillKey]Head, error) {
	_, heads, err := w.Look(ctx, nil, bills)
	return heads, err
}

// carry writes the newest revision of bills once more, under the booking that a
// person linked them to when an earlier revision held.
const carry = `
WITH k AS MATERIALIZED (
  SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::int[]) AS k (store_id, source, bill_no, revision, link_no)
), fact AS (
  INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period, closed_at, amount_fen, status,
    import_id, refund_of, detail, link_no, linked_by, linked_for, link_reason, recorded_at)
  SELECT $1, r.store_id, r.source, r.bill_no, r.revision, l.booking_ref, r.number_key, r.business_date, r.meal_period, r.closed_at, r.amount_fen, r.status,
    r.import_id, r.refund_of, r.detail, l.link_no, l.linked_by, l.linked_for, l.link_reason, $7
  FROM k
  JOIN bill_head h ON h.tenant_id = $1 AND h.store_id = k.store_id AND h.source = k.source AND h.bill_no = k.bill_no
  JOIN bill_revision r ON r.tenant_id = $1 AND r.store_id = k.store_id AND r.source = k.source AND r.bill_no = k.bill_no AND r.revision = h.revision AND r.link_no = 0
  JOIN bill_revision l ON l.tenant_id = $1 AND l.store_id = k.store_id AND l.source = k.source AND l.bill_no = k.bill_no AND l.revision = k.revision AND l.link_no = k.link_no
  WHERE h.link_no = 0
  RETURNING store_id, source, bill_no, booking_ref, link_no
)
UPDATE bill_head h SET link_no = f.link_no, booking_ref = f.booking_ref
FROM fact f
WHERE h.tenant_id = $1 AND h.store_id = f.store_id AND h.source = f.source AND h.bill_no = f.bill_no`

// Carry keeps what people linked, given the heads before AddRevisions wrote other
// revisions (VIS-06).
func (w *Writer) Carry(ctx context.Context, before []Head, now time.Time) error {
	if len(before) == 0 {
		return nil
	}
	var c billColumns
	revisions, links := make([]int32, len(before)), make([]int32, len(before))
	for i, h := range before {
		c.add(h.BillKey)
		revisions[i], links[i] = h.Revision, h.LinkNo
	}
	_, err := w.tx.Exec(ctx, carry, w.tenant, c.stores, c.sources, c.nos, revisions, links, now)
	return err
}

const link = `
WITH fact AS (
  INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period, closed_at, amount_fen, status,
    import_id, refund_of, detail, link_no, linked_by, linked_for, link_reason, recorded_at)
  SELECT tenant_id, store_id, source, bill_no, revision, $7, number_key, business_date, meal_period, closed_at, amount_fen, status,
    import_id, refund_of, detail, link_no + 1, $8, $9, $10, $14
  FROM bill_revision
  WHERE tenant_id = $1 AND store_id = $2 AND source = $3 AND bill_no = $4 AND revision = $5 AND link_no = $6
)
UPDATE bill_head SET link_no = $6 + 1, booking_ref = $7, number_key = $11, business_date = $12, meal_period = $13, changed_at = greatest(changed_at, $14)
WHERE tenant_id = $1 AND store_id = $2 AND source = $3 AND bill_no = $4 AND revision = $5 AND link_no = $6`

// Linked is what a person says of a bill.
type Linked struct {
	BookingRef string // empty: it belongs to no booking
	At         visit.Key
	By, For    *kernel.PersonID
	Reason     visit.LinkReason
}

// Link puts a locked bill under a booking, or under none.
func (w *Writer) Link(ctx context.Context, h Head, l Linked, now time.Time) error {
	_, err := w.tx.Exec(ctx, link, w.tenant, h.Store, h.Source, h.No, h.Revision, h.LinkNo, l.BookingRef, l.By, l.For, string(l.Reason),
		l.At.Number.Bytes(), l.At.Date.Time(), int16(l.At.Meal), now)
	return err
}
