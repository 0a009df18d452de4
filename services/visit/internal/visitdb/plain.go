package visitdb

import (
	"context"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/visit"
)

// A single bill, which is what most tills send, does by plain parameters what
// recordNew does for many: nothing to join, to sort or to add up, one look at whose
// number it is. That is a quarter less work for the database, and one plan that is
// kept, where ten expected rows would be planned anew each time.
const (
	recordPlain   = plainNumber + plainRecord
	recordPlainOf = plainNumber + plainBooking + plainRecord

	// A number may be two files' for a while: of one that stands beside others the
	// bill is declined, as recordPlains does.
	plainNumber = `
WITH number AS MATERIALIZED (
  SELECT n.file_id, n.shared FROM guest_number n
  WHERE n.tenant_id = $1 AND n.store_id = $2 AND n.number_key = $13 AND n.approved_on <= $14 AND $14 < n.until
), head AS (
  INSERT INTO bill_head (tenant_id, store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period, amount_fen, status, changed_at)
  SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::int, $6::text, $13::bytea, $14::date, $15::smallint, $10::bigint, $11::text, $17::timestamptz
  WHERE NOT EXISTS (SELECT FROM number WHERE shared)
    AND NOT EXISTS (SELECT FROM bill_revision r WHERE r.refund_of <> '' AND r.tenant_id = $1 AND r.refund_of = $4 AND r.store_id = $2)`

	// The booking it names says another guest, day or meal than the caller believes.
	plainBooking = `
    AND NOT EXISTS (
      SELECT FROM booking b
      WHERE b.tenant_id = $1 AND b.store_id = $2 AND b.ref = $6 AND (b.number_key, b.business_date, b.meal_period) IS DISTINCT FROM ($13, $14, $15))`

	plainRecord = `
  ON CONFLICT DO NOTHING
  RETURNING 1
), fact AS (
  INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period, closed_at, amount_fen, status, import_id, detail, recorded_at)
  SELECT $1, $2, $3, $4, $5, $6, $7::bytea, $8::date, $9::smallint, $16::timestamptz, $10, $11, $12::uuid, $18::jsonb, $17 FROM head
), seen AS (
  INSERT INTO visit AS v (tenant_id, store_id, number_key, business_date, meal_period, bills, amount_fen, changed_at)
  SELECT $1, $2, $13, $14, $15, 1, $10, $17 FROM head
  WHERE $11 IN ('opened', 'paid', 'reopened') AND $13 IS NOT NULL
  ON CONFLICT (tenant_id, store_id, number_key, business_date, meal_period)
  DO UPDATE SET bills = v.bills + 1, amount_fen = v.amount_fen + excluded.amount_fen, changed_at = greatest(v.changed_at, excluded.changed_at)
  RETURNING bills, booking_id
), counted AS (
  UPDATE guest_visits a SET visits = a.visits + 1, last_visit = greatest(a.last_visit, $14), changed_at = greatest(a.changed_at, $17)
  FROM seen, number
  WHERE seen.bills = 1 AND seen.booking_id IS NULL AND a.tenant_id = $1 AND a.file_id = number.file_id
)
SELECT 1 FROM head`
)

// RecordPlain records one new bill by itself: one statement, one round trip.
// false: nothing was written, the bill needs a transaction.
func RecordPlain(ctx context.Context, pool *db.Pool, tenant kernel.TenantID, bill visit.Bill, at visit.Key, now time.Time) (bool, error) {
	statement, locks := recordPlain, make([]int64, 0, 2)
	if bill.BookingRef != "" {
		statement, locks = recordPlainOf, append(locks, Ref{bill.Store, bill.BookingRef}.RefLock(tenant))
	}
	if at.Number != "" {
		locks = append(locks, Guest{at.Store, at.Number}.GuestLock(tenant))
	}
	single := pool.Single(tenant).Locked(TenantLock(tenant), locks...)
	tag, err := single.Exec(ctx, statement, tenant, bill.Store, bill.Source, bill.No, bill.Revision, bill.BookingRef,
		bill.Number.Bytes(), bill.Date.Time(), int16(bill.Meal), int64(bill.Amount), string(bill.Status), bill.Import,
		at.Number.Bytes(), at.Date.Time(), int16(at.Meal), bill.ClosedAt, now, detailOf(bill))
	return tag.RowsAffected() == 1, err
}
