package visitapp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// TestUpdate: what else was agreed is written until the guests have left or the day
// has ended, and changes no credit.
func TestUpdate(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	made, err := h.visits.CreateBooking(ctx, write, booking(true), noon)
	require.NoError(t, err)
	version := func() int32 {
		return int32(h.count("SELECT version FROM booking WHERE booking_id = $1", made.BookingID))
	}
	to := visitapp.Details{Guests: 9, Arrive: "18:30", Note: "带蛋糕", MinSpend: 88000, Deposit: 50000}
	line, err := h.visits.Update(ctx, write, made.BookingID, version(), to, noon)
	require.NoError(t, err)
	require.Equal(t, []any{int32(9), "带蛋糕", int64(88000), int64(50000), "王总"}, []any{line.Guests, line.Note, line.MinSpendFen, line.DepositFen, line.GuestName})
	require.NotNil(t, line.ArriveMinute)
	require.Equal(t, made.Explained, line.Explained)
	to.GuestName, to.Arrive = "王建国", ""
	line, err = h.visits.Update(ctx, write, made.BookingID, version(), to, noon)
	require.NoError(t, err)
	require.Nil(t, line.ArriveMinute)
	require.Equal(t, "王建国", line.GuestName)
	require.Equal(t, 2, h.count("SELECT count(*) FROM audit_line WHERE action = 'booking.updated'"))
	require.Zero(t, h.count("SELECT count(*) FROM audit_line WHERE action = 'booking.updated' AND changes::text LIKE '%蛋糕%'"), "no words in the log")
	require.Equal(t, 2, h.count("SELECT count(*) FROM audit_line WHERE action = 'booking.updated' AND changes::text LIKE '%arrive_time%'"), "said, then taken back")

	to.Arrive = "25:30"
	_, err = h.visits.Update(ctx, write, made.BookingID, version(), to, noon)
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	to.Arrive = ""
	_, err = h.visits.Update(ctx, h.may(h.a, li, staffRep, "booking.write", west), made.BookingID, version(), to, noon)
	require.ErrorIs(t, err, visit.ErrNotFound)
	_, err = h.visits.Update(ctx, write, made.BookingID, version(), to, noon.AddDate(0, 0, 1))
	require.ErrorIs(t, err, visit.ErrDayOver)
	_, err = h.visits.Seat(ctx, write, made.BookingID, noon)
	require.NoError(t, err)
	_, err = h.visits.Update(ctx, write, made.BookingID, version(), to, noon)
	require.NoError(t, err, "they are more than they said")
	_, err = h.visits.Finish(ctx, write, made.BookingID, noon)
	require.NoError(t, err)
	_, err = h.visits.Update(ctx, write, made.BookingID, version(), to, noon)
	require.ErrorIs(t, err, visit.ErrWrongState)
	h.inSync(h.a)
}

// TestUpdateTogether: of people who edit a booking from the same page one does, and what
// he wrote stays until the others have seen it, also where a number or a vendor's
// system wrote it.
func TestUpdateTogether(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	in := booking(false)
	in.Number, in.GuestName, in.Way, in.Meal = "", "", visit.WalkIn, tenant.Lunch
	made, err := h.visits.CreateBooking(ctx, write, in, noon)
	require.NoError(t, err)
	errs := make([]error, 4)
	together(len(errs), func(i int) {
		_, errs[i] = h.visits.Update(ctx, write, made.BookingID, made.Version, visitapp.Details{Guests: int32(10 + i)}, noon)
	})
	won := -1
	for i, err := range errs {
		if err == nil {
			require.Negative(t, won, "two wrote over the same version")
			won = i
		} else {
			require.ErrorIs(t, err, visit.ErrChanged)
		}
	}
	require.GreaterOrEqual(t, won, 0)
	require.Equal(t, 10+won, h.count("SELECT guests FROM booking"))
	require.Equal(t, 1, h.count("SELECT count(*) FROM audit_line WHERE action = 'booking.updated'"))

	seen := made.Version + 1
	line, err := h.visits.AddNumber(ctx, write, made.BookingID, guest, nil, noon)
	require.NoError(t, err)
	_, err = h.visits.Update(ctx, write, made.BookingID, seen, visitapp.Details{GuestName: "王总"}, noon)
	require.ErrorIs(t, err, visit.ErrChanged)
	_, err = h.visits.Update(ctx, write, made.BookingID, line.Version, visitapp.Details{GuestName: "王总"}, noon)
	require.NoError(t, err)
}

// TestAddNumber: a guest who came and told his number later gets his visit, with
// the bill that named his booking; who received him keeps the credit (VIS-05, VIS-11).
func TestAddNumber(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-10)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	in := booking(false)
	in.Number, in.Way, in.Meal = "", visit.WalkIn, tenant.Lunch
	made, err := h.visits.CreateBooking(ctx, write, in, noon)
	require.NoError(t, err)
	bill := visit.Bill{BillKey: visit.BillKey{Store: east, Source: "pos", No: "N1"}, Revision: 1, BookingRef: made.Ref, Date: today, Meal: tenant.Lunch, ClosedAt: noon, Amount: 66600, Status: visit.Paid}
	h.record(h.a, bill)
	_, err = h.visits.Finish(ctx, write, made.BookingID, noon)
	require.NoError(t, err)
	visits := func() []visitapp.VisitLine {
		lines, _, err := h.visits.Visits(ctx, h.may(h.a, zhou, staffRep, "customer.read", east), file, nil, 50)
		require.NoError(t, err)
		return lines
	}
	require.Empty(t, visits())

	_, err = h.visits.AddNumber(ctx, write, made.BookingID, guest, nil, noon.AddDate(0, 0, 1))
	require.ErrorIs(t, err, visit.ErrDayOver)
	errs := make([]error, 4)
	together(len(errs), func(i int) {
		_, errs[i] = h.visits.AddNumber(ctx, write, made.BookingID, guest, nil, noon.Add(time.Hour))
	})
	wins := 0
	for _, err := range errs {
		if err == nil {
			wins++
		} else {
			require.Equal(t, fault.Conflict, fault.KindOf(err), "%v", err)
		}
	}
	require.Equal(t, 1, wins)
	require.Len(t, visits(), 1)
	require.EqualValues(t, 66600, visits()[0].AmountFen)
	require.Nil(t, visits()[0].CreditedTo, "no notice yet")
	line, err := h.visits.SendNotice(ctx, write, made.BookingID, noon.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, "138****1234", line.Masked)
	require.Equal(t, li, *visits()[0].CreditedTo)
	_, err = h.visits.AddNumber(ctx, write, made.BookingID, kernel.Phone("+8613812340000"), nil, noon)
	require.ErrorIs(t, err, visit.ErrNumbered)
	h.inSync(h.a)
}
