package visitapp_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// into books a place for tonight.
func into(kind visit.Kind, places ...kernel.UUID) visitapp.NewBooking {
	in := booking(false)
	in.Kind, in.Resource, in.More = kind, &places[0], places[1:]
	return in
}

// rooms enters some more of a kind.
func (h *house) rooms(kind visit.Kind, tables int32, names ...string) (ids []kernel.UUID) {
	made, err := h.visits.CreateResources(ctx, h.write(h.a), visit.Resource{Store: east, Kind: kind, Capacity: 10, Tables: tables}, names)
	require.NoError(h.t, err)
	for _, r := range made {
		ids = append(ids, r.ID)
	}
	return ids
}

func (h *house) count(sql string, args ...any) (n int) {
	h.in(h.a, func(tx pgx.Tx) error { return tx.QueryRow(context.Background(), sql, args...).Scan(&n) })
	return n
}

// TestFiftyBookOneRoom: of fifty at the same moment one gets it, and even who
// goes round the code meets the index (VIS-10).
func TestFiftyBookOneRoom(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	errs := make([]error, 50)
	together(len(errs), func(i int) { _, errs[i] = h.visits.CreateBooking(ctx, write, into(visit.Room, peony), noon) })
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		require.ErrorIs(t, err, visit.ErrRoomTaken)
	}
	require.Equal(t, 1, won)
	require.Equal(t, 1, h.count("SELECT count(*) FROM booking"), "who lost left nothing")

	other := booking(false)
	other.Meal = tenant.Lunch
	made, err := h.visits.CreateBooking(ctx, write, other, noon)
	require.NoError(t, err)
	err = h.pool.InTenant(ctx, h.a, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO booking_place SELECT tenant_id, $1, resource_id, slot, business_date, meal_period, true FROM booking_place", made.BookingID)
		return err
	})
	require.Equal(t, "booking_place_once", db.ConstraintName(err))
}

// TestBanquetsCountTables: what twenty book at once never exceeds the hall.
func TestBanquetsCountTables(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	hall := h.rooms(visit.Banquet, 10, "百合厅")[0]
	banquet := func(tables int32) (visitapp.Line, error) {
		in := into(visit.Banquet, hall)
		in.Tables, in.MinSpend, in.Deposit = tables, 1_888_00, 500_00
		return h.visits.CreateBooking(ctx, write, in, noon)
	}
	won := make([]*visitapp.Line, 20)
	together(len(won), func(i int) {
		if line, err := banquet(3); err == nil {
			won[i] = &line
		} else {
			require.ErrorIs(t, err, visit.HallFull(1))
		}
	})
	won = slices.DeleteFunc(won, func(l *visitapp.Line) bool { return l == nil })
	require.Len(t, won, 3)
	require.Equal(t, 9, h.count("SELECT count(*) FROM booking_place WHERE held"))
	one, err := banquet(1)
	require.NoError(t, err)
	require.EqualValues(t, 1_888_00, one.MinSpendFen)
	require.EqualValues(t, 500_00, one.DepositFen)
	require.Len(t, one.Places, 1, "a hall is named once")

	_, err = h.visits.Move(ctx, write, seen(*won[0]), visitapp.Move{Places: []kernel.UUID{hall}, Tables: 4}, noon)
	require.ErrorIs(t, err, visit.HallFull(3), "its own three, and no fourth")
	_, err = h.visits.UpdateResource(ctx, h.write(h.a), visit.Resource{ID: hall, Name: "百合厅", Capacity: 10, Tables: 9})
	require.ErrorIs(t, err, visit.HallNeeded(10), "smaller than what is booked")
	_, err = h.visits.Cancel(ctx, write, one.BookingID, "客人改期", noon)
	require.NoError(t, err)
	moved, err := h.visits.Move(ctx, write, seen(*won[0]), visitapp.Move{Places: []kernel.UUID{hall}, Tables: 4}, noon)
	require.NoError(t, err)
	require.EqualValues(t, 4, moved.Tables)
	_, err = h.visits.Move(ctx, write, seen(moved), visitapp.Move{Places: []kernel.UUID{peony}}, noon)
	require.Equal(t, fault.Invalid, fault.KindOf(err), "a banquet stays in halls")
	no := booking(false)
	no.Kind = visit.Banquet
	_, err = h.visits.CreateBooking(ctx, write, no, noon)
	require.Equal(t, fault.Invalid, fault.KindOf(err), "a banquet has tables")
}

// TestMovesCross: two bookings that want each other's room both stay, without a
// deadlock; two that want the same free room do not share it.
func TestMovesCross(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	free := h.rooms(visit.Room, 0, "301", "302")
	one, err := h.visits.CreateBooking(ctx, write, into(visit.Room, peony), noon)
	require.NoError(t, err)
	two, err := h.visits.CreateBooking(ctx, write, into(visit.Room, free[0]), noon)
	require.NoError(t, err)
	move := func(b visitapp.Line, to kernel.UUID) error {
		_, err := h.visits.Move(ctx, write, seen(b), visitapp.Move{Places: []kernel.UUID{to}}, noon)
		return err
	}
	for range 10 {
		errs := make([]error, 2)
		together(2, func(i int) { errs[i] = move([]visitapp.Line{one, two}[i], []kernel.UUID{free[0], peony}[i]) })
		require.ErrorIs(t, errs[0], visit.ErrRoomTaken)
		require.ErrorIs(t, errs[1], visit.ErrRoomTaken)
	}
	errs := make([]error, 2)
	together(2, func(i int) { errs[i] = move([]visitapp.Line{one, two}[i], free[1]) })
	require.True(t, (errs[0] == nil) != (errs[1] == nil), "%v", errs)
	require.Equal(t, 2, h.count("SELECT count(DISTINCT resource_id) FROM booking_place WHERE held"))
}

func seen(l visitapp.Line) visitapp.Seen {
	return visitapp.Seen{Booking: l.BookingID, Version: l.Version}
}

// TestMovedMeanwhile: who moves a booking from a page that somebody's edit made old is
// told, whether that was a move, an exchange or a detail; so is who edits one that was
// moved.
func TestMovedMeanwhile(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	free := h.rooms(visit.Room, 0, "301", "302", "303", "304")
	one, err := h.visits.CreateBooking(ctx, write, into(visit.Room, peony), noon)
	require.NoError(t, err)
	two, err := h.visits.CreateBooking(ctx, write, into(visit.Hall, table8), noon)
	require.NoError(t, err)
	errs := make([]error, len(free))
	together(len(errs), func(i int) {
		_, errs[i] = h.visits.Move(ctx, write, seen(one), visitapp.Move{Places: free[i : i+1]}, noon)
	})
	for _, err := range slices.DeleteFunc(errs, func(err error) bool { return err == nil }) {
		require.ErrorIs(t, err, visit.ErrChanged)
	}
	require.Equal(t, 1, h.count("SELECT count(*) FROM audit_line WHERE action = 'booking.moved'"), "one of four")
	details := visitapp.Details{Guests: 9}
	_, err = h.visits.Update(ctx, write, one.BookingID, one.Version, details, noon)
	require.ErrorIs(t, err, visit.ErrChanged)
	_, err = h.visits.Swap(ctx, write, seen(two), seen(one), noon)
	require.ErrorIs(t, err, visit.ErrChanged, "the other was moved")

	moved := visitapp.Seen{Booking: one.BookingID, Version: one.Version + 1}
	_, err = h.visits.Swap(ctx, write, moved, seen(two), noon)
	require.NoError(t, err)
	_, err = h.visits.Move(ctx, write, seen(two), visitapp.Move{Places: free[:1]}, noon)
	require.ErrorIs(t, err, visit.ErrChanged, "it was exchanged")
	line, err := h.visits.Update(ctx, write, two.BookingID, two.Version+1, details, noon)
	require.NoError(t, err)
	_, err = h.visits.Move(ctx, write, visitapp.Seen{Booking: two.BookingID, Version: two.Version + 1}, visitapp.Move{}, noon)
	require.ErrorIs(t, err, visit.ErrChanged, "its details were")
	_, err = h.visits.Move(ctx, write, seen(line), visitapp.Move{}, noon)
	require.NoError(t, err)
}

// TestTablesTogether: tables put together are all taken, free again when the
// guests have left; a room is booked once per meal; what ends without guests
// holds nothing.
func TestTablesTogether(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	table9 := h.rooms(visit.Hall, 0, "9号台")[0]
	both, err := h.visits.CreateBooking(ctx, write, into(visit.Hall, table8, table9), noon)
	require.NoError(t, err)
	require.Equal(t, "8号台", both.Resource)
	require.Len(t, both.Places, 2)
	_, err = h.visits.CreateBooking(ctx, write, into(visit.Hall, table9), noon)
	require.ErrorIs(t, err, visit.ErrRoomTaken)
	require.ErrorContains(t, err, "9号台")
	_, err = h.visits.CreateBooking(ctx, write, into(visit.Hall, peony), noon)
	require.Equal(t, fault.Invalid, fault.KindOf(err), "a table is no room")
	_, err = h.visits.RetireResource(ctx, h.write(h.a), table9, nil)
	require.ErrorIs(t, err, visit.Booked(1))
	_, err = h.visits.Seat(ctx, write, both.BookingID, noon)
	require.NoError(t, err)
	_, err = h.visits.Finish(ctx, write, both.BookingID, noon.Add(time.Hour))
	require.NoError(t, err)
	again, err := h.visits.CreateBooking(ctx, write, into(visit.Hall, table9), noon)
	require.NoError(t, err, "翻台")

	moved, err := h.visits.Move(ctx, write, seen(again), visitapp.Move{Places: []kernel.UUID{peony}}, noon)
	require.NoError(t, err)
	require.Equal(t, string(visit.Room), moved.Kind)
	_, err = h.visits.Seat(ctx, write, again.BookingID, noon)
	require.NoError(t, err)
	_, err = h.visits.Finish(ctx, write, again.BookingID, noon)
	require.NoError(t, err)
	_, err = h.visits.CreateBooking(ctx, write, into(visit.Room, peony), noon)
	require.ErrorIs(t, err, visit.ErrRoomTaken, "once per meal period, also when they have left")
	_, err = h.visits.Move(ctx, write, seen(moved), visitapp.Move{}, noon)
	require.ErrorIs(t, err, visit.ErrWrongState, "it is over")

	lunch := into(visit.Room, peony)
	lunch.Meal = tenant.Lunch
	missed, err := h.visits.CreateBooking(ctx, write, lunch, noon)
	require.NoError(t, err)
	gone, err := h.visits.NoShow(ctx, write, missed.BookingID, "联系不上客人", noon)
	require.NoError(t, err)
	require.Equal(t, "联系不上客人", gone.CancelReason)
	lunch.Request = kernel.NewID[kernel.UUID](noon)
	_, err = h.visits.CreateBooking(ctx, write, lunch, noon)
	require.NoError(t, err)
	h.inSync(h.a)
}

// TestImportFollows: a booking that another system calls off frees its room here.
func TestImportFollows(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	made, err := h.visits.CreateBooking(ctx, write, into(visit.Room, peony), noon)
	require.NoError(t, err)
	h.in(h.a, func(tx pgx.Tx) error {
		return h.visits.PutBookingsTx(ctx, tx, h.a, []visit.ImportedBooking{
			{Store: east, Ref: made.Ref, Booker: li, Date: today, Meal: tenant.Dinner, Kind: visit.Room, State: visit.Cancelled},
		}, noon)
	})
	_, err = h.visits.CreateBooking(ctx, write, into(visit.Room, peony), noon)
	require.NoError(t, err)
}

// TestArrivalFollows: what guests said of when they come holds for another day and
// place, for another meal only inside its hours; whoever moves them can ask anew.
func TestArrivalFollows(t *testing.T) {
	h := newHouse(t)
	write, tomorrow := h.may(h.a, li, staffRep, "booking.write", east), today+1
	in := into(visit.Room, peony)
	in.Arrive = "16:45" // before dinner begins: they are early
	line, err := h.visits.CreateBooking(ctx, write, in, noon)
	require.NoError(t, err)
	said := func(s string) *string { return &s }
	for _, c := range []struct {
		to   visitapp.Move
		want string
	}{
		{visitapp.Move{Date: &tomorrow}, "16:45"},
		{visitapp.Move{Meal: tenant.Tea}, "16:45"},
		{visitapp.Move{Meal: tenant.Dinner}, ""},
		{visitapp.Move{Meal: tenant.Dinner, Arrive: said("18:45")}, "18:45"},
		{visitapp.Move{Places: []kernel.UUID{table8}}, "18:45"},
		{visitapp.Move{Meal: tenant.Lunch, Arrive: said("12:15")}, "12:15"},
		{visitapp.Move{Meal: tenant.Supper}, ""},
		{visitapp.Move{Arrive: said("00:30")}, "00:30"},
		{visitapp.Move{Arrive: said("")}, ""},
	} {
		line, err = h.visits.Move(ctx, write, seen(line), c.to, noon)
		require.NoError(t, err)
		got := ""
		if line.ArriveMinute != nil {
			got = visit.Clock(*line.ArriveMinute, line.Cutover)
		}
		require.Equal(t, c.want, got, "%+v", c.to)
	}
	_, err = h.visits.Move(ctx, write, seen(line), visitapp.Move{Arrive: said("25:00")}, noon)
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	require.Equal(t, 1, h.count("SELECT count(*) FROM audit_line WHERE changes::text LIKE '%tea%' AND changes::text LIKE '%dinner%' AND changes::text LIKE '%arrive_time%'"))
}

// TestDayAsTheyCome: a day lists the bookings of a meal as the guests come, past
// midnight too, and last those who said no time.
func TestDayAsTheyCome(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	for _, arrive := range []string{"", "00:30", "21:15", "22:40"} {
		in := booking(false)
		in.Meal, in.Arrive, in.GuestName = tenant.Supper, arrive, arrive
		_, err := h.visits.CreateBooking(ctx, write, in, noon)
		require.NoError(t, err)
	}
	day, err := h.visits.Bookings(ctx, h.may(h.a, li, staffRep, "booking.read", east), east, nil, noon)
	require.NoError(t, err)
	var order []string
	for _, l := range day.Lines {
		order = append(order, l.GuestName)
	}
	require.Equal(t, []string{"21:15", "22:40", "00:30", ""}, order)
}

// TestAnotherDayAndSwap: a booking goes to another day or meal with the bill that
// names it, and two bookings of one meal exchange their places in one step.
func TestAnotherDayAndSwap(t *testing.T) {
	h := newHouse(t)
	file, tomorrow := h.file(h.a, east, guest, zhou, today-5), today+1
	write := h.may(h.a, li, staffRep, "booking.write", east)
	one, err := h.visits.CreateBooking(ctx, write, into(visit.Room, peony), noon)
	require.NoError(t, err)
	h.record(h.a, h.bill(h.a, "1", func(b *visit.Bill) { b.BookingRef, b.Number = one.Ref, "" }))
	late := visitapp.Move{Places: []kernel.UUID{peony}, Date: &tomorrow, Meal: tenant.Lunch}
	one, err = h.visits.Move(ctx, write, seen(one), late, noon)
	require.NoError(t, err)
	require.Equal(t, tomorrow, one.BusinessDate)
	require.Equal(t, customer.VisitSummary{Last: &tomorrow, Count: 1}, h.summary(h.a, file), "its bill went with it")
	past := today - 1
	_, err = h.visits.Move(ctx, write, seen(one), visitapp.Move{Date: &past}, noon)
	require.ErrorIs(t, err, visit.ErrPastDate)
	two, err := h.visits.CreateBooking(ctx, write, into(visit.Room, peony), noon)
	require.NoError(t, err, "the room is free tonight")
	_, err = h.visits.Move(ctx, write, seen(two), late, noon)
	require.ErrorIs(t, err, visit.ErrRoomTaken)
	_, err = h.visits.Swap(ctx, write, seen(one), seen(two), noon)
	require.ErrorIs(t, err, visit.ErrNoSwap, "not of one meal")
	three, err := h.visits.CreateBooking(ctx, write, into(visit.Hall, table8), noon)
	require.NoError(t, err)
	two, err = h.visits.Swap(ctx, write, seen(two), seen(three), noon)
	require.NoError(t, err)
	require.Equal(t, []string{"8号台", string(visit.Hall)}, []string{two.Resource, two.Kind})
	_, err = h.visits.CreateBooking(ctx, write, into(visit.Hall, table8), noon)
	require.ErrorIs(t, err, visit.ErrRoomTaken)
	_, err = h.visits.CreateBooking(ctx, write, into(visit.Room, peony), noon)
	require.ErrorIs(t, err, visit.ErrRoomTaken)
	h.inSync(h.a)
}
