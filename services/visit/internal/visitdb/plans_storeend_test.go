package visitdb

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// TestStoreEndPlans: what lets bookings leave a store that ends reads those that are
// to come, and what is taken on their days.
func TestStoreEndPlans(t *testing.T) {
	t.Parallel()
	pool, super := filled(t)
	_, err := super.Exec(ctx, "UPDATE booking SET state = 'confirmed', business_date = '2025-06-01'::date + (substr(ref, 2)::int % 30) WHERE substr(ref, 2)::int % 50 = 0")
	require.NoError(t, err)
	_, err = super.Exec(ctx, "VACUUM (ANALYZE) booking")
	require.NoError(t, err)
	from := kernel.NewDate(2025, 6, 1)
	var places, some []kernel.UUID
	for n := range 50 {
		places = append(places, kernel.UUID{3: 0x0a, 6: 0x70, 8: 0x80, 15: byte(n)})
		some = append(some, kernel.UUID{3: 0x0b, 6: 0x70, 8: 0x80, 15: byte(n)})
	}
	states, dates, meals, numbers, refs := make([]string, 50), make([]kernel.BusinessDate, 50), make([]int16, 50), make([][]byte, 50), make([]string, 50)
	for i := range states {
		states[i], dates[i], meals[i], numbers[i], refs[i] = "confirmed", from, 1, []byte{}, "B"
	}
	for _, c := range []struct {
		name, index string
		call        func(*Queries) error
		atMost      int
	}{
		{"to come", "booking_day", func(q *Queries) error {
			_, err := q.BookingsToLeave(ctx, BookingsToLeaveParams{TenantID: chain, StoreID: store, FromOn: from, AtMost: 50})
			return err
		}, 500},
		{"taken", "booking_place_once", func(q *Queries) error {
			_, err := q.PlacesTakenOn(ctx, chain, places, []kernel.BusinessDate{from, from + 1})
			return err
		}, 500},
		{"carried", "booking_pkey", func(q *Queries) error {
			_, err := q.BookingsToStore(ctx, BookingsToStoreParams{TenantID: chain, FromStore: kernel.UUID(store), ToStore: some[0], Ids: some, States: states, Dates: dates, Meals: meals, Numbers: numbers, Resources: some, OwnRefs: refs})
			return err
		}, 200},
		{"called off", "booking_pkey", func(q *Queries) error {
			_, err := q.CallOffBookings(ctx, CallOffBookingsParams{TenantID: chain, FromStore: kernel.UUID(store), Ids: some, States: states, Reason: "r"})
			return err
		}, 200},
		{"places given back", "booking_place_pkey", func(q *Queries) error { return q.DropPlacesOf(ctx, chain, some) }, 200},
	} {
		testdb.Explain(t, pool, chain, func(db testdb.DBTX) error { return c.call(New(db)) }).Demand(t, c.name, c.index, c.atMost, "resource")
	}
}
