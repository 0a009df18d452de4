package visitapp_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

func booking(notice bool) visitapp.NewBooking {
	return visitapp.NewBooking{
		Store: east, Request: kernel.NewID[kernel.UUID](noon), Number: guest, GuestName: "王总", Date: today, Meal: tenant.Dinner, Kind: visit.Hall, Guests: 4, Notice: notice, Note: "靠窗",
	}
}

// TestFromBookingToVisit is VIS-03, VIS-08 and VIS-11 from end to end.
func TestFromBookingToVisit(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-10)
	write := h.may(h.a, li, staffRep, "booking.write", east)

	made, err := h.visits.CreateBooking(ctx, write, booking(true), noon)
	require.NoError(t, err)
	require.Equal(t, "138****1234", made.Masked)
	require.Equal(t, "周敏", made.Owner)
	require.Equal(t, "李娜", made.Booker)
	require.Equal(t, file, *made.File)
	require.Equal(t, noon, made.NoticeAt.UTC())
	require.Contains(t, made.Explained.ZH, "离席后计入李娜")
	require.Equal(t, []string{"booking_notice"}, h.notices(h.a))

	evening := noon.Add(6*time.Hour + 30*time.Minute)
	seated, err := h.visits.Seat(ctx, write, made.BookingID, evening)
	require.NoError(t, err)
	require.Equal(t, "18:30", visit.Clock(*seated.SeatedMinute, seated.Cutover))
	require.Equal(t, noon, seated.NoticeAt.UTC(), "the notice that went out stays")
	require.Equal(t, []string{"booking_notice"}, h.notices(h.a))
	visits, more, err := h.visits.Visits(ctx, h.may(h.a, li, "service_manager", "customer.read", east), file, nil, 50)
	require.NoError(t, err)
	require.Empty(t, visits)
	require.False(t, more)

	finished, err := h.visits.Finish(ctx, write, made.BookingID, evening.Add(2*time.Hour))
	require.NoError(t, err)
	require.WithinDuration(t, evening.Add(2*time.Hour), *finished.Left, 0)
	require.Equal(t, string(visit.Finished), finished.State)
	require.Contains(t, finished.Explained.ZH, "计入李娜")
	visits, _, err = h.visits.Visits(ctx, h.may(h.a, zhou, staffRep, "customer.read", east), file, nil, 50)
	require.NoError(t, err)
	require.Len(t, visits, 1)
	require.Equal(t, "李娜", visits[0].Credited)
	require.Equal(t, made.Ref, visits[0].BookingRef)
	require.True(t, visits[0].Counted)
	h.inSync(h.a)

	for _, act := range []func() error{
		func() error { _, err := h.visits.Finish(ctx, write, made.BookingID, evening); return err },
		func() error { _, err := h.visits.Seat(ctx, write, made.BookingID, evening); return err },
		func() error {
			_, err := h.visits.Cancel(ctx, write, made.BookingID, "客人改期", evening)
			return err
		},
		func() error { _, err := h.visits.NoShow(ctx, write, made.BookingID, "", evening); return err },
	} {
		require.ErrorIs(t, act(), visit.ErrWrongState)
	}
}

// TestWalkIn is VIS-04: seated first, then the dining notice.
func TestWalkIn(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	made, err := h.visits.CreateBooking(ctx, write, booking(false), noon)
	require.NoError(t, err)
	require.Nil(t, made.NoticeAt)
	require.Contains(t, made.Explained.ZH, "尚未发送通知")
	require.Empty(t, h.notices(h.a))
	seated, err := h.visits.Seat(ctx, write, made.BookingID, noon.Add(time.Minute))
	require.NoError(t, err)
	require.NotNil(t, seated.NoticeAt)
	require.Equal(t, []string{"dining_notice"}, h.notices(h.a))
}

// TestImportedBookingIsFinishedWithoutNumber: nobody can be told, so nobody is
// credited until a bill comes.
func TestImportedBookingIsFinishedWithoutNumber(t *testing.T) {
	h := newHouse(t)
	h.in(h.a, func(tx pgx.Tx) error {
		return h.visits.PutBookingsTx(ctx, tx, h.a, []visit.ImportedBooking{
			{Store: east, Ref: "OLD1", Booker: li, Date: today, Meal: tenant.Dinner, Kind: visit.Hall, State: visit.Confirmed},
		}, noon)
	})
	day, err := h.visits.Bookings(ctx, h.may(h.a, li, staffRep, "booking.read", east), east, nil, noon)
	require.NoError(t, err)
	lines := day.Lines
	require.Equal(t, today, day.Date)
	require.Equal(t, tenant.Lunch, day.Now)
	require.Len(t, lines, 1)
	require.Empty(t, lines[0].Masked)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	_, err = h.visits.Seat(ctx, write, lines[0].BookingID, noon)
	require.NoError(t, err)
	done, err := h.visits.Finish(ctx, write, lines[0].BookingID, noon)
	require.NoError(t, err)
	require.Contains(t, done.Explained.ZH, "待补")
	require.Empty(t, h.notices(h.a))
	h.inSync(h.a)
}

func TestBookingIsMadeOnce(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	in := booking(true)
	ids := make([]kernel.UUID, 8)
	together(8, func(i int) {
		made, err := h.visits.CreateBooking(ctx, write, in, noon)
		if err != nil {
			t.Error(err)
		}
		ids[i] = made.BookingID
	})
	for _, id := range ids {
		require.Equal(t, ids[0], id)
	}
	require.Equal(t, []string{"booking_notice"}, h.notices(h.a))
	// A day later the same request still gives the same booking.
	again, err := h.visits.CreateBooking(ctx, write, in, noon.Add(48*time.Hour))
	require.NoError(t, err)
	require.Equal(t, ids[0], again.BookingID)
}

// TestRoomOnce is VIS-10: eight people at the same moment, one room.
func TestRoomOnce(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	room := func() visitapp.NewBooking {
		in := booking(false)
		in.Kind, in.Resource = visit.Room, &peony
		return in
	}
	errs := make([]error, 8)
	made := make([]visitapp.Line, 8)
	together(8, func(i int) { made[i], errs[i] = h.visits.CreateBooking(ctx, write, room(), noon) })
	taken := 0
	var got visitapp.Line
	for i, err := range errs {
		if err == nil {
			got = made[i]
			continue
		}
		require.ErrorIs(t, err, visit.ErrRoomTaken)
		taken++
	}
	require.Equal(t, 7, taken)
	require.Equal(t, "牡丹厅", got.Resource)
	_, err := h.visits.Cancel(ctx, write, got.BookingID, "客人取消", noon)
	require.NoError(t, err)
	_, err = h.visits.CreateBooking(ctx, write, room(), noon)
	require.NoError(t, err, "the room is free again")
}

func TestWhatCannotBeBooked(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	try := func(change func(*visitapp.NewBooking)) error {
		in := booking(false)
		change(&in)
		_, err := h.visits.CreateBooking(ctx, write, in, noon)
		return err
	}
	require.ErrorIs(t, try(func(in *visitapp.NewBooking) { in.Date-- }), visit.ErrPastDate)
	require.ErrorIs(t, try(func(in *visitapp.NewBooking) { in.Store = west }), visit.ErrNoStore)
	require.Equal(t, fault.Invalid, fault.KindOf(try(func(in *visitapp.NewBooking) { in.Kind, in.Resource = visit.Room, &table8 })))
	unknown := kernel.NewID[kernel.UUID](noon)
	require.Equal(t, fault.Invalid, fault.KindOf(try(func(in *visitapp.NewBooking) { in.Resource = &unknown })))
	nobody := h.table.Grant(&kernel.Actor{Kind: kernel.ActorKey, Tenant: h.a, Assignments: []kernel.Assignment{{Role: staffRep, TenantWide: true}}}, "booking.write")
	_, err := h.visits.CreateBooking(ctx, nobody, booking(false), noon)
	require.ErrorIs(t, err, visit.ErrNoPerson)

	tomorrow := booking(false)
	tomorrow.Date++
	made, err := h.visits.CreateBooking(ctx, write, tomorrow, noon)
	require.NoError(t, err)
	_, err = h.visits.Seat(ctx, write, made.BookingID, noon)
	require.ErrorIs(t, err, visit.ErrNotToday)
}

// TestReachOfBookings: other store, other chain, and "own" as booker or
// referrer.
func TestReachOfBookings(t *testing.T) {
	h := newHouse(t)
	h.file(h.a, east, guest, zhou, today-10)
	made, err := h.visits.CreateBooking(ctx, h.may(h.a, li, staffRep, "booking.write", east), booking(false), noon)
	require.NoError(t, err)
	for name, g := range map[string]kernel.Grant{
		"other store": h.may(h.a, li, staffRep, "booking.write", west),
		"other chain": h.may(h.b, li, staffRep, "booking.write", east),
	} {
		_, err := h.visits.Seat(ctx, g, made.BookingID, noon)
		require.ErrorIs(t, err, visit.ErrNotFound, name)
	}
	_, err = h.visits.Bookings(ctx, h.may(h.a, li, staffRep, "booking.read", west), east, nil, noon)
	require.ErrorIs(t, err, visit.ErrNoStore)
	seen := func(id kernel.TenantID, person kernel.PersonID) int {
		day, err := h.visits.Bookings(ctx, h.may(id, person, "own_books", "booking.read", east), east, nil, noon)
		require.NoError(t, err)
		return len(day.Lines)
	}
	require.Equal(t, 1, seen(h.a, li), "booker")
	require.Equal(t, 1, seen(h.a, zhou), "referrer")
	require.Equal(t, 0, seen(h.a, kernel.PersonID{9}), "neither")
	require.Equal(t, 0, seen(h.b, li), "other chain")
	resources, err := h.visits.Resources(ctx, h.may(h.a, li, staffRep, "booking.read", east), east, false)
	require.NoError(t, err)
	require.Len(t, resources, 2)
	_, err = h.visits.Resources(ctx, h.may(h.a, li, staffRep, "booking.read", west), east, false)
	require.ErrorIs(t, err, visit.ErrNoStore)
}

// TestTwoActAtOnce: of seat, cancel and no-show at the same moment one is done.
func TestTwoActAtOnce(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	made, err := h.visits.CreateBooking(ctx, write, booking(false), noon)
	require.NoError(t, err)
	errs := make([]error, 6)
	together(6, func(i int) {
		switch i % 3 {
		case 0:
			_, errs[i] = h.visits.Seat(ctx, write, made.BookingID, noon)
		case 1:
			_, errs[i] = h.visits.Cancel(ctx, write, made.BookingID, "改期", noon)
		case 2:
			_, errs[i] = h.visits.NoShow(ctx, write, made.BookingID, "", noon)
		}
	})
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else {
			require.ErrorIs(t, err, visit.ErrWrongState)
		}
	}
	require.Equal(t, 1, done)
	h.inSync(h.a)
}

const staffRep = "service_rep"
