package visitapp_test

import (
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

func (h *house) write(id kernel.TenantID, stores ...kernel.StoreID) kernel.Grant {
	return h.may(id, li, staff.Admin, "store.write", stores...)
}

func names(resources []visit.Resource) (out []string) {
	for _, r := range resources {
		out = append(out, r.Name)
	}
	return out
}

func TestCreateResources(t *testing.T) {
	h := newHouse(t)
	rooms := visit.Resource{Store: east, Kind: visit.Room, Capacity: 10, MinSpend: 88000, Floor: "3 楼", Area: "临湖"}
	made, err := h.visits.CreateResources(ctx, h.write(h.a), rooms, []string{"301", " 302 ", "310"})
	require.NoError(t, err)
	require.Equal(t, []string{"301", "302", "310"}, names(made))
	_, err = h.visits.CreateResources(ctx, h.write(h.a), visit.Resource{Store: east, Kind: visit.Banquet, Capacity: 300, Tables: 30}, []string{"长安厅"})
	require.NoError(t, err)
	all, err := h.visits.Resources(ctx, h.write(h.a), east, false)
	require.NoError(t, err)
	require.Equal(t, []string{"牡丹厅", "301", "302", "310", "8号台", "长安厅"}, names(all), "rooms, tables, halls, as they were entered")

	_, err = h.visits.CreateResources(ctx, h.write(h.a), rooms, []string{"303", "302", "牡丹厅"})
	var f *fault.Fault
	require.ErrorAs(t, err, &f)
	require.Equal(t, "resource.name_taken", f.Reason)
	require.Len(t, f.Violations, 2)
	require.Equal(t, "names[1]", f.Violations[0].Field)
	_, err = h.visits.CreateResources(ctx, h.write(h.a), rooms, []string{"303", " 303"})
	require.ErrorIs(t, err, visit.ErrNameTaken, "the same twice")
	for name, bad := range map[string]visit.Resource{
		"no seats": {Store: east, Kind: visit.Room}, "hall without tables": {Store: east, Kind: visit.Banquet, Capacity: 9}, "room with tables": {Store: east, Kind: visit.Room, Capacity: 9, Tables: 1},
	} {
		_, err := h.visits.CreateResources(ctx, h.write(h.a), bad, []string{"x"})
		require.Equal(t, fault.Invalid, fault.KindOf(err), name)
	}
	for name, g := range map[string]kernel.Grant{"other store": h.write(h.a, west), "no right": h.may(h.a, li, staff.ServiceRep, "store.write", east)} {
		_, err := h.visits.CreateResources(ctx, g, rooms, []string{"y"})
		require.ErrorIs(t, err, visit.ErrNoStore, name)
	}
	_, err = h.visits.CreateResources(ctx, h.write(h.b), rooms, []string{"301"})
	require.NoError(t, err, "another chain's namesake")
	all, err = h.visits.Resources(ctx, h.write(h.a), east, true)
	require.NoError(t, err)
	require.Len(t, all, 6, "what was refused left nothing")
}

func TestChangeResources(t *testing.T) {
	h := newHouse(t)
	made, err := h.visits.CreateResources(ctx, h.write(h.a), visit.Resource{Store: east, Kind: visit.Room, Capacity: 10}, []string{"301", "302"})
	require.NoError(t, err)
	one, two := made[0], made[1]
	one.Name, one.Capacity = "301 兰", 14
	got, err := h.visits.UpdateResource(ctx, h.write(h.a, east), one)
	require.NoError(t, err)
	require.Equal(t, one, got)
	two.Name = one.Name
	_, err = h.visits.UpdateResource(ctx, h.write(h.a), two)
	require.ErrorIs(t, err, visit.ErrNameTaken)
	_, err = h.visits.UpdateResource(ctx, h.write(h.a, west), one)
	require.ErrorIs(t, err, visit.ErrNoResource)
	_, err = h.visits.UpdateResource(ctx, h.write(h.b), one)
	require.ErrorIs(t, err, visit.ErrNoResource)

	ordered, err := h.visits.OrderResources(ctx, h.write(h.a), east, []kernel.UUID{two.ID, one.ID})
	require.NoError(t, err)
	require.Equal(t, []string{"302", "301 兰", "牡丹厅", "8号台"}, names(ordered))
	_, err = h.visits.OrderResources(ctx, h.write(h.a), east, []kernel.UUID{two.ID, {9}})
	require.ErrorIs(t, err, visit.ErrNoResource)
	_, err = h.visits.OrderResources(ctx, h.write(h.a, west), east, []kernel.UUID{two.ID})
	require.ErrorIs(t, err, visit.ErrNoStore)

	require.NoError(t, h.visits.DeleteResource(ctx, h.write(h.a), one.ID))
	require.ErrorIs(t, h.visits.DeleteResource(ctx, h.write(h.a), one.ID), visit.ErrNoResource)
}

// A room with bookings is retired, not deleted, and not while somebody still comes.
func TestRetireResource(t *testing.T) {
	h := newHouse(t)
	books := h.may(h.a, li, staffRep, "booking.write", east)
	book := func(on kernel.BusinessDate, request byte) (visitapp.Line, error) {
		return h.visits.CreateBooking(ctx, books, visitapp.NewBooking{
			Store: east, Request: kernel.UUID{request, 6: 0x70, 8: 0x80}, Number: guest, Date: on, Meal: tenant.Dinner, Kind: visit.Room, Resource: &peony, Guests: 8,
		}, noon)
	}
	b, err := book(today+3, 1)
	require.NoError(t, err)
	require.ErrorIs(t, h.visits.DeleteResource(ctx, h.write(h.a), peony), visit.ErrInUse)
	_, err = h.visits.RetireResource(ctx, h.write(h.a), peony, nil)
	require.ErrorIs(t, err, visit.Booked(1))
	past := today - 1
	_, err = h.visits.RetireResource(ctx, h.write(h.a), peony, &past)
	require.ErrorIs(t, err, visit.ErrRetireDate)
	from := today + 4
	r, err := h.visits.RetireResource(ctx, h.write(h.a), peony, &from)
	require.NoError(t, err)
	require.Equal(t, from, *r.RetiredOn)
	_, err = h.visits.RetireResource(ctx, h.write(h.a), peony, nil)
	require.ErrorIs(t, err, visit.ErrRetired)
	_, err = book(today+2, 2)
	require.NoError(t, err, "until then")
	_, err = book(today+4, 3)
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	h.at(noon.AddDate(0, 0, 4))
	used, err := h.visits.Resources(ctx, h.write(h.a), east, false)
	require.NoError(t, err)
	require.Equal(t, []string{"8号台"}, names(used))
	_, err = h.visits.RestoreResource(ctx, h.write(h.a), peony)
	require.NoError(t, err)
	_, err = h.visits.RestoreResource(ctx, h.write(h.a), peony)
	require.ErrorIs(t, err, visit.ErrRetired)
	_, err = book(today+4, 4)
	require.NoError(t, err)
	require.NotZero(t, b.BookingID)
}

// Whoever books and whoever retires at the same moment: one of them learns of the other.
func TestRetireWhileBooked(t *testing.T) {
	h := newHouse(t)
	books := h.may(h.a, li, staffRep, "booking.write", east)
	for i := range 12 {
		made, err := h.visits.CreateResources(ctx, h.write(h.a), visit.Resource{Store: east, Kind: visit.Room, Capacity: 10}, []string{string(rune('a' + i))})
		require.NoError(t, err)
		var booked, retired error
		var wg sync.WaitGroup
		wg.Go(func() {
			_, booked = h.visits.CreateBooking(ctx, books, visitapp.NewBooking{
				Store: east, Request: kernel.UUID{byte(i), 1, 6: 0x70, 8: 0x80}, Number: guest, Date: today, Meal: tenant.Dinner, Kind: visit.Room, Resource: &made[0].ID, Guests: 8,
			}, noon)
		})
		wg.Go(func() { _, retired = h.visits.RetireResource(ctx, h.write(h.a), made[0].ID, nil) })
		wg.Wait()
		require.True(t, (booked == nil) != (retired == nil), "booked: %v, retired: %v", booked, retired)
	}
}

// What the store says of its days binds bookings: hours by meal period, works,
// suspension (VIS-10, RUL-07).
func TestBookingAsksTheStore(t *testing.T) {
	h := newHouse(t)
	h.tenants.OpenBookings = h.visits.OpenBookings
	admin := h.may(h.a, li, staff.Admin, "store.write")
	request := byte(0)
	book := func(on kernel.BusinessDate, meal tenant.MealPeriod) error {
		request++
		_, err := h.visits.CreateBooking(ctx, h.may(h.a, li, staffRep, "booking.write", east), visitapp.NewBooking{
			Store: east, Request: kernel.UUID{request, 2, 6: 0x70, 8: 0x80}, Number: guest, Date: on, Meal: meal, Kind: visit.Hall, Guests: 2,
		}, noon)
		return err
	}
	// Monday: lunch and from the evening until two; no other day.
	s, err := h.tenants.SetStoreHours(ctx, admin, east, 1, tenant.OpeningHours{{Weekday: 1, Opens: 11 * 60, Closes: 14 * 60}, {Weekday: 1, Opens: 17 * 60, Closes: 26 * 60}})
	require.NoError(t, err)
	require.NoError(t, book(today, tenant.Lunch))
	require.ErrorIs(t, book(today, tenant.Tea), tenant.ErrNotOpenThen)
	require.NoError(t, book(today, tenant.Dinner))
	require.NoError(t, book(today, tenant.Supper))
	require.ErrorIs(t, book(today+1, tenant.Lunch), tenant.ErrNotOpenThen)
	_, err = h.tenants.SetStoreHours(ctx, admin, east, s.Version, nil)
	require.NoError(t, err)

	_, open, err := h.tenants.CreateClosure(ctx, admin, east, tenant.Closure{From: today, To: today + 1, Reason: "后厨改造"})
	require.NoError(t, err)
	require.EqualValues(t, 3, open, "who has to be told")
	require.ErrorIs(t, book(today, tenant.Lunch), tenant.ErrClosedForWorks)
	require.NoError(t, book(today+2, tenant.Lunch))
	_, open, err = h.tenants.SuspendStore(ctx, admin, east, "停电")
	require.NoError(t, err)
	require.EqualValues(t, 4, open)
	require.ErrorIs(t, book(today+2, tenant.Dinner), tenant.ErrStoreSuspended)
	_, _, err = h.tenants.CloseStore(ctx, admin, east, today+2, "租约到期")
	require.NoError(t, err)
	require.ErrorIs(t, book(today+2, tenant.Dinner), tenant.ErrStoreClosed)
	_, err = h.tenants.ReopenStore(ctx, admin, east)
	require.NoError(t, err)
	require.NoError(t, book(today+2, tenant.Dinner))
}

// A change of the cut-over leaves the seating times of old bookings as they read.
func TestSeatingTimesStay(t *testing.T) {
	h := newHouse(t)
	writes := h.may(h.a, li, staffRep, "booking.write", east)
	b, err := h.visits.CreateBooking(ctx, writes, visitapp.NewBooking{
		Store: east, Request: kernel.UUID{7, 6: 0x70, 8: 0x80}, Number: guest, Date: today, Meal: tenant.Lunch, Kind: visit.Hall, Guests: 2,
	}, noon)
	require.NoError(t, err)
	b, err = h.visits.Seat(ctx, writes, b.BookingID, noon)
	require.NoError(t, err)
	require.Equal(t, "12:00", visit.Clock(*b.SeatedMinute, b.Cutover))
	_, err = h.tenants.ChangeStoreClock(ctx, h.may(h.a, li, staff.Admin, "store.write"), east, tenant.Clock{From: today + 1, Zone: tenant.Shanghai, Cutover: 0})
	require.NoError(t, err)
	h.at(noon.AddDate(0, 0, 1))
	board, err := h.visits.Bookings(ctx, h.may(h.a, li, staffRep, "booking.read", east), east, &b.BusinessDate, noon.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.Equal(t, "12:00", visit.Clock(*board.Lines[0].SeatedMinute, board.Lines[0].Cutover))
	h.in(h.a, func(tx pgx.Tx) error {
		var n int
		require.NoError(t, tx.QueryRow(ctx, "SELECT count(*) FROM store_clock").Scan(&n))
		require.Equal(t, 1, n)
		return nil
	})
}
