package visitdb

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/visit"
)

// recordNew records bills whose numbers were never seen, all in one statement:
// guard, head, revisions, visit, activity of the file; each step acts only on
// what the step before really wrote. It writes nothing of a bill that is on file
// already or whose booking says another guest, day or meal than the caller
// believes, and returns the bills it recorded. The guests' locks must be held
// before it begins.
//
// Visits of a guest with several numbers are left to a recount: whether one
// is new depends on his other numbers. A plain bill of such a guest is declined,
// for that takes a second statement; so is one of which a refund note came before
// it, and a note itself.
const (
	recordNew = "WITH item AS MATERIALIZED (" + itemMany + recordItems
	// Plain bills are recorded without a second look, so what needs one is declined.
	recordPlains = "WITH item AS MATERIALIZED (" + itemMany + onlyPlain + recordItems

	itemMany = `
  SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::bytea[], $8::date[], $9::smallint[],
    $10::timestamptz[], $11::bigint[], $12::text[], $13::uuid[], $14::bytea[], $15::date[], $16::smallint[], $17::boolean[], $19::jsonb[], $20::text[])
  AS i (store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period,
    closed_at, amount_fen, status, import_id, at_number, at_date, at_meal, holds, detail, refund_of)`
	onlyPlain = `
  WHERE NOT EXISTS (
    SELECT FROM guest_number n
    WHERE n.shared AND n.tenant_id = $1 AND n.store_id = i.store_id AND n.number_key = i.at_number AND n.approved_on <= i.at_date AND i.at_date < n.until OFFSET 0)
  AND NOT EXISTS (
    SELECT FROM bill_revision r WHERE r.refund_of <> '' AND r.tenant_id = $1 AND r.refund_of = i.bill_no AND r.store_id = i.store_id OFFSET 0)`
)

// A visit that had neither booking nor bill was not there: all bills it has are
// these. Their bills are summed instead of joined: the planner expects few visits
// and would compare each with each.
const recordItems = `
), head AS (
  INSERT INTO bill_head (tenant_id, store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period, amount_fen, status, refund_of, changed_at)
  SELECT $1, i.store_id, i.source, i.bill_no, i.revision, i.booking_ref, i.at_number, i.at_date, i.at_meal, i.amount_fen, i.status, i.refund_of, $18
  FROM item i
  WHERE i.holds AND NOT EXISTS (
    SELECT FROM booking b
    WHERE i.booking_ref <> '' AND b.tenant_id = $1 AND b.store_id = i.store_id AND b.ref = i.booking_ref
      AND (b.number_key, b.business_date, b.meal_period) IS DISTINCT FROM (i.at_number, i.at_date, i.at_meal)
    OFFSET 0)
  ORDER BY i.store_id, i.source COLLATE "C", i.bill_no COLLATE "C"
  ON CONFLICT DO NOTHING
  RETURNING store_id, source, bill_no, number_key, business_date, meal_period, amount_fen, status IN ('opened', 'paid', 'reopened') AND number_key IS NOT NULL AS counts
), fact AS (
  INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period, closed_at, amount_fen, status, import_id, refund_of, detail, recorded_at)
  SELECT $1, i.store_id, i.source, i.bill_no, i.revision, i.booking_ref, i.number_key, i.business_date, i.meal_period, i.closed_at, i.amount_fen, i.status, i.import_id, i.refund_of, i.detail, $18
  FROM item i JOIN head h ON h.store_id = i.store_id AND h.source = i.source AND h.bill_no = i.bill_no
), more AS (
  SELECT store_id, number_key, business_date, meal_period, count(*)::int AS bills, sum(amount_fen)::bigint AS amount_fen
  FROM head
  WHERE counts
  GROUP BY store_id, number_key, business_date, meal_period
), seen AS (
  INSERT INTO visit AS v (tenant_id, store_id, number_key, business_date, meal_period, bills, amount_fen, changed_at)
  SELECT $1, store_id, number_key, business_date, meal_period, bills, amount_fen, $18 FROM more
  ORDER BY store_id, number_key, business_date, meal_period
  ON CONFLICT (tenant_id, store_id, number_key, business_date, meal_period)
  DO UPDATE SET bills = v.bills + excluded.bills, amount_fen = v.amount_fen + excluded.amount_fen, changed_at = greatest(v.changed_at, excluded.changed_at)
  RETURNING store_id, number_key, business_date, meal_period, bills, booking_id
), fresh AS (
  SELECT n.file_id, count(*)::int AS visits, max(s.business_date) AS last_visit
  FROM (
    SELECT store_id, number_key, business_date, meal_period
    FROM (
      SELECT store_id, number_key, business_date, meal_period, bills, booking_id IS NULL AS walked_in FROM seen
      UNION ALL
      SELECT store_id, number_key, business_date, meal_period, -bills, true FROM more) b
    GROUP BY store_id, number_key, business_date, meal_period
    HAVING sum(bills) = 0 AND bool_and(walked_in)) s
  CROSS JOIN LATERAL (
    SELECT n.file_id FROM guest_number n
    WHERE n.tenant_id = $1 AND n.store_id = s.store_id AND n.number_key = s.number_key AND n.approved_on <= s.business_date AND s.business_date < n.until
      AND NOT n.shared OFFSET 0) n
  GROUP BY n.file_id
), counted AS (
  UPDATE guest_visits a SET visits = a.visits + f.visits, last_visit = greatest(a.last_visit, f.last_visit), changed_at = greatest(a.changed_at, $18)
  FROM fresh f
  WHERE a.tenant_id = $1 AND a.file_id = f.file_id
)
SELECT store_id, source, bill_no FROM head`

// NewBill is a revision of a bill not seen before, and the visit it belongs to.
type NewBill struct {
	visit.Bill
	At    visit.Key
	Holds bool // the highest revision of its bill in this statement
}

func recordNewArgs(tenant kernel.TenantID, bills []NewBill, now time.Time) []any {
	n := len(bills)
	var of billColumns
	var own, at keyColumns
	revisions, refs, closed := make([]int32, n), make([]string, n), make([]time.Time, n)
	amounts, statuses, imports, holds := make([]int64, n), make([]string, n), make([]*kernel.UUID, n), make([]bool, n)
	details, refunds := make([]*string, n), make([]string, n)
	for i, b := range bills {
		of.add(b.BillKey)
		own.add(b.Bill.At(nil))
		at.add(b.At)
		revisions[i], refs[i], closed[i] = b.Revision, b.BookingRef, b.ClosedAt
		amounts[i], statuses[i], imports[i], holds[i] = int64(b.Amount), string(b.Status), b.Import, b.Holds
		details[i], refunds[i] = detailOf(b.Bill), b.RefundOf
	}
	return []any{
		tenant, of.stores, of.sources, of.nos, revisions, refs, own.numbers, own.dates, own.meals,
		closed, amounts, statuses, imports, at.numbers, at.dates, at.meals, holds, now, details, refunds,
	}
}

// detailOf is a bill's detail as a parameter; nil: none.
func detailOf(b visit.Bill) *string {
	if raw := b.Detail.JSON(); raw != nil {
		return new(string(raw))
	}
	return nil
}

// RecordPlains records new bills, less than Many, each once and none a refund
// note or naming a booking, in one round trip, and tells which it recorded. The
// others need a transaction.
func RecordPlains(ctx context.Context, pool *db.Pool, tenant kernel.TenantID, bills []visit.Bill, now time.Time) (map[visit.BillKey]bool, error) {
	items, locks := make([]NewBill, len(bills)), make([]int64, 0, len(bills))
	for i, b := range bills {
		items[i] = NewBill{Bill: b, At: b.At(nil), Holds: true}
		if at := items[i].At; at.Number != "" {
			locks = append(locks, Guest{at.Store, at.Number}.GuestLock(tenant))
		}
	}
	slices.Sort(locks)
	b := &pgx.Batch{}
	b.Queue(lockAll, locks)
	recorded := make(map[visit.BillKey]bool, len(bills))
	queueRecord(b, recordPlains, recordNewArgs(tenant, items, now), recorded)
	return recorded, pool.Single(tenant).Locked(TenantLock(tenant)).Together(ctx, b)
}

func queueRecord(b *pgx.Batch, sql string, args []any, recorded map[visit.BillKey]bool) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		var k visit.BillKey
		_, err := pgx.ForEachRow(rows, []any{&k.Store, &k.Source, &k.No}, func() error {
			recorded[k] = true
			return nil
		})
		return err
	})
}

// RecordNew takes the guests' locks, records new bills and tells which, and
// of which there are refund notes that Settle has to take off.
func (w *Writer) RecordNew(ctx context.Context, bills []NewBill, now time.Time) (recorded map[visit.BillKey]bool, noted []visit.BillKey, err error) {
	keys, named := make([]visit.Key, len(bills)), make([]visit.BillKey, len(bills))
	for i, b := range bills {
		keys[i], named[i] = b.At, b.BillKey
	}
	b := &pgx.Batch{}
	w.queueLocks(b, w.guestLocks(keys))
	recorded = map[visit.BillKey]bool{}
	queueRecord(b, recordNew, recordNewArgs(w.tenant, bills, now), recorded)
	var shared []kernel.FileID
	w.queueShared(b, keys, &shared)
	w.queueNoted(b, named, &noted)
	if err := w.tx.SendBatch(ctx, b).Close(); err != nil {
		return nil, nil, err
	}
	return recorded, noted, w.recount(ctx, shared, now)
}

// Head is a bill's highest revision on file and the visit it is counted under.
type Head struct {
	visit.BillKey
	Revision   int32
	LinkNo     int32  // above 0: a person said which booking is its
	BookingRef string // the one that holds; empty: none
	Parked     bool   // a refund note that waits for its bill
	At         visit.Key
}

const headsOfBills = `
SELECT h.store_id, h.source, h.bill_no, h.revision, h.link_no, h.booking_ref, h.number_key, h.business_date, h.meal_period, h.parked
FROM unnest($2::uuid[], $3::text[], $4::text[]) AS k (store_id, source, bill_no)
CROSS JOIN LATERAL (
  SELECT * FROM bill_head h
  WHERE h.tenant_id = $1 AND h.store_id = k.store_id AND h.source = k.source AND h.bill_no = k.bill_no OFFSET 0) h`

const bookingsByRef = `
SELECT b.store_id, b.ref, b.number_key, b.business_date, b.meal_period
FROM unnest($2::uuid[], $3::text[]) AS k (store_id, ref)
CROSS JOIN LATERAL (SELECT * FROM booking b WHERE b.tenant_id = $1 AND b.store_id = k.store_id AND b.ref = k.ref OFFSET 0) b`

// BookingOf gives the visit of the booking a bill names; nil when it names no
// known one.
func BookingOf(ctx context.Context, q DBTX, tenant kernel.TenantID, ref Ref) (*visit.Key, error) {
	rows, err := q.Query(ctx, bookingsByRef, tenant, []kernel.StoreID{ref.Store}, []string{ref.Ref})
	if err != nil {
		return nil, err
	}
	found := map[Ref]visit.Key{}
	if err := scanBookings(rows, found); err != nil {
		return nil, err
	}
	if k, ok := found[ref]; ok {
		return &k, nil
	}
	return nil, nil
}

// Look takes the locks of the references and then gives the bookings they name
// and the heads of the bills, in one round trip.
func (w *Writer) Look(ctx context.Context, refs []Ref, bills []visit.BillKey) (map[Ref]visit.Key, map[visit.BillKey]Head, error) {
	ids := make([]int64, len(refs))
	for i, r := range refs {
		ids[i] = r.RefLock(w.tenant)
	}
	b := &pgx.Batch{}
	w.queueLocks(b, ids)
	bookings, heads := map[Ref]visit.Key{}, map[visit.BillKey]Head{}
	if len(refs) > 0 {
		c := refsOf(refs)
		b.Queue(bookingsByRef, w.tenant, c.stores, c.refs).Query(func(rows pgx.Rows) error { return scanBookings(rows, bookings) })
	}
	w.queueHeads(b, headsOfBills, bills, heads)
	return bookings, heads, w.tx.SendBatch(ctx, b).Close()
}

func (w *Writer) queueHeads(b *pgx.Batch, sql string, bills []visit.BillKey, into map[visit.BillKey]Head) {
	c := billsOf(bills)
	b.Queue(sql, w.tenant, c.stores, c.sources, c.nos).Query(func(rows pgx.Rows) error { return scanHeads(rows, into) })
}

func scanHeads(rows pgx.Rows, into map[visit.BillKey]Head) error {
	var h Head
	var number []byte
	var date kernel.BusinessDate
	var meal int16
	_, err := pgx.ForEachRow(rows, []any{&h.Store, &h.Source, &h.No, &h.Revision, &h.LinkNo, &h.BookingRef, &number, &date, &meal, &h.Parked}, func() error {
		h.At = KeyOf(h.Store, number, date, meal)
		into[h.BillKey] = h
		return nil
	})
	return err
}

func scanBookings(rows pgx.Rows, into map[Ref]visit.Key) error {
	var r Ref
	var number []byte
	var date kernel.BusinessDate
	var meal int16
	_, err := pgx.ForEachRow(rows, []any{&r.Store, &r.Ref, &number, &date, &meal}, func() error {
		into[r] = KeyOf(r.Store, number, date, meal)
		return nil
	})
	return err
}
