package visitdb

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// KnownBooking is a booking on file, as an import sees it.
type KnownBooking struct {
	ID kernel.UUID
	visit.ImportedBooking
}

const lockBookings = `
SELECT b.booking_id, b.store_id, b.ref, b.number_key, b.booker_id, b.business_date, b.meal_period, b.kind, b.state, b.seated_minute, b.notice_at IS NOT NULL
FROM unnest($2::uuid[], $3::text[]) AS k (store_id, ref)
CROSS JOIN LATERAL (
  SELECT * FROM booking b WHERE b.tenant_id = $1 AND b.store_id = k.store_id AND b.ref = k.ref FOR UPDATE) b`

// LockBookings locks the bookings on file under these references and gives
// them.
func (w *Writer) LockBookings(ctx context.Context, refs []Ref) (map[Ref]KnownBooking, error) {
	if err := w.LockRefs(ctx, refs); err != nil {
		return nil, err
	}
	c := refsOf(refs)
	known := map[Ref]KnownBooking{}
	var b KnownBooking
	var number []byte
	var meal int16
	err := each(ctx, w.tx, lockBookings, []any{w.tenant, c.stores, c.refs}, []any{&b.ID, &b.Store, &b.Ref, &number, &b.Booker, &b.Date, &meal, &b.Kind, &b.State, &b.SeatedMinute, &b.Noticed}, func() error {
		b.Number, b.Meal = visit.NumberKey(number), tenant.MealPeriod(meal)
		if b.SeatedMinute != nil {
			minute := *b.SeatedMinute
			b.SeatedMinute = &minute
		}
		known[Ref{b.Store, b.Ref}] = b
		return nil
	})
	return known, err
}

const putBookings = `
INSERT INTO booking AS b (tenant_id, booking_id, store_id, ref, number_key, booker_id, business_date, meal_period, kind, state, seated_minute, notice_at, request_id, import_id, recorded_at)
SELECT $1, k.booking_id, k.store_id, k.ref, k.number_key, k.booker_id, k.business_date, k.meal_period, k.kind, k.state, k.seated_minute,
  CASE WHEN k.noticed THEN $14::timestamptz END, k.booking_id, k.import_id, $14
FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $6::uuid[], $7::date[], $8::smallint[], $9::text[], $10::text[], $11::int[], $12::boolean[], $13::uuid[])
  AS k (booking_id, store_id, ref, number_key, booker_id, business_date, meal_period, kind, state, seated_minute, noticed, import_id)
ORDER BY k.store_id, k.ref
ON CONFLICT (tenant_id, booking_id) DO UPDATE SET
  -- The number's box belongs to the number that was there.
  number_box = CASE WHEN b.number_key IS NOT DISTINCT FROM excluded.number_key THEN b.number_box END,
  number_key = excluded.number_key, booker_id = excluded.booker_id, business_date = excluded.business_date, meal_period = excluded.meal_period,
  kind = excluded.kind, state = excluded.state, seated_minute = excluded.seated_minute, import_id = excluded.import_id,
  notice_at = CASE WHEN excluded.notice_at IS NOT NULL THEN coalesce(b.notice_at, excluded.notice_at) END`

// PutBookings writes bookings, new and changed, with the fact of each. A
// booking of the same reference keeps its id.
func (w *Writer) PutBookings(ctx context.Context, bookings []KnownBooking, now time.Time) error {
	n := len(bookings)
	idsOf, refs, bookers, imports := make([]kernel.UUID, n), make([]string, n), make([]kernel.PersonID, n), make([]kernel.UUID, n)
	kinds, states, minutes, noticed := make([]string, n), make([]string, n), make([]*int32, n), make([]bool, n)
	var keys keyColumns
	for i, b := range bookings {
		keys.add(b.Key())
		idsOf[i], refs[i], bookers[i], imports[i] = b.ID, b.Ref, b.Booker, b.Import
		kinds[i], states[i], minutes[i], noticed[i] = string(b.Kind), string(b.State), b.SeatedMinute, b.Noticed
	}
	if _, err := w.tx.Exec(ctx, putBookings, w.tenant, idsOf, keys.stores, refs, keys.numbers, bookers, keys.dates, keys.meals,
		kinds, states, minutes, noticed, imports, now); err != nil {
		return err
	}
	if err := w.HoldPlaces(ctx, w.tenant, idsOf); err != nil {
		return err
	}
	return w.AppendBookingChanges(ctx, AppendBookingChangesParams{TenantID: w.tenant, BookingIds: idsOf, RecordedAt: now})
}

// PutResources writes rooms and tables; those of the same store and name keep
// their id.
func PutResources(ctx context.Context, tx pgx.Tx, tenantID kernel.TenantID, resources []visit.Resource) error {
	b := &pgx.Batch{}
	for _, r := range resources {
		b.Queue(`INSERT INTO resource (tenant_id, resource_id, store_id, kind, name, capacity, min_spend_fen, tables) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (tenant_id, store_id, name) DO UPDATE SET kind = excluded.kind, capacity = excluded.capacity, min_spend_fen = excluded.min_spend_fen, tables = excluded.tables`,
			tenantID, r.ID, r.Store, string(r.Kind), r.Name, r.Capacity, int64(r.MinSpend), r.Tables)
	}
	return tx.SendBatch(ctx, b).Close()
}
