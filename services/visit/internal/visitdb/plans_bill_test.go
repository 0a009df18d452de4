package visitdb

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/visit"
)

// notes are refund notes of every hundredth bill, and five whose bill never came.
const notes = `
INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, number_key, business_date, meal_period, closed_at, amount_fen, status, refund_of, recorded_at)
  SELECT tenant_id, store_id, 'pos', 'R' || n, 1, NULL, '2025-04-20', 1, '2025-05-01', 1, 'refund', CASE WHEN n < 200 THEN 'N' || n * 100 ELSE 'gone' END, '2025-05-01' FROM store, generate_series(0, 204) n;`

// TestBillPlans demands that what people ask of bills reads the bills of the days
// and numbers in question, not those of the store.
func TestBillPlans(t *testing.T) {
	t.Parallel()
	pool, super := filled(t)
	_, err := super.Exec(ctx, notes)
	require.NoError(t, err)
	require.NoError(t, pool.InTenant(ctx, chain, func(tx pgx.Tx) error {
		_, err := Rebuild(ctx, tx, chain, true, now)
		return err
	}))
	_, err = super.Exec(ctx, "VACUUM (ANALYZE) bill_revision, bill_head, visit")
	require.NoError(t, err)
	day := kernel.NewDate(2025, 4, 20)
	key := visit.BillKey{Store: store, Source: "pos", No: "N100"}
	for _, c := range []struct {
		name, index string
		atMost      int
		call        func(*Queries) error
	}{
		{"a day", "bill_revision_day", 1200, func(q *Queries) error {
			_, err := q.BillsOfDay(ctx, BillsOfDayParams{TenantID: chain, StoreID: store, BusinessDate: day, BeforeTime: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), MaxRows: 51})
			return err
		}},
		{"by its number", "bill_head_pkey", 80000, func(q *Queries) error {
			_, err := q.BillsByNumber(ctx, BillsByNumberParams{TenantID: chain, StoreID: store, Typed: "N100", FromOn: day - 31, ToOn: day})
			return err
		}},
		{"one", "bill_", 10, func(q *Queries) error {
			_, err := q.Bill(ctx, BillParams{TenantID: chain, StoreID: key.Store, Source: key.Source, BillNo: key.No})
			return err
		}},
		{"those that wait", "bill_revision_day", 80000, func(q *Queries) error {
			_, err := q.LooseBills(ctx, LooseBillsParams{TenantID: chain, StoreID: store, FromOn: day - 31, ToOn: day})
			return err
		}},
		{"parked notes", "bill_head_parked", 20, func(q *Queries) error { _, err := q.ParkedNotes(ctx, chain, store); return err }},
		{"its notes", "bill_revision_refund", 20, func(q *Queries) error {
			_, err := q.NotesOf(ctx, NotesOfParams{TenantID: chain, StoreID: store, Source: "pos", RefundOf: "N100"})
			return err
		}},
		{"its revisions", "bill_revision_pkey", 10, func(q *Queries) error {
			_, err := q.BillRevisions(ctx, BillRevisionsParams{TenantID: chain, StoreID: store, Source: key.Source, BillNo: key.No})
			return err
		}},
		{"of a visit", "bill_", 400, func(q *Queries) error {
			_, err := q.BillsOfVisit(ctx, BillsOfVisitParams{TenantID: chain, FileID: file(7), BusinessDate: day, MealPeriod: 1})
			return err
		}},
		{"bookings of a day", "booking_", 400, func(q *Queries) error {
			_, err := q.Candidates(ctx, chain, []kernel.BusinessDate{day}, store)
			return err
		}},
		{"incomplete ones", "booking_", 4000, func(q *Queries) error {
			_, err := q.IncompleteBookings(ctx, IncompleteBookingsParams{TenantID: chain, StoreID: store, FromOn: day - 31, ToOn: day})
			return err
		}},
	} {
		testdb.Explain(t, pool, chain, func(db testdb.DBTX) error { return c.call(New(db)) }).Demand(t, c.name, c.index, c.atMost, "resource")
	}
}
