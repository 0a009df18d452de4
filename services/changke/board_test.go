package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
)

// TestWhoHeeds: what the house should know of a guest is shown to who may see his
// file, on the booking's sheet and on the sheet of the shift; to others the booking
// alone, the guest's name as masked as anywhere.
func TestWhoHeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.newBooking(t, w.a) // of a guest on file in S01
	desk, waiter := w.holder(t, w.a, "D01", "front_desk", []kernel.StoreID{w.a.s01}), w.holder(t, w.a, "D02", "referrer", []kernel.StoreID{w.a.s01})
	for _, c := range []struct {
		who   *caller
		heeds bool
		name  string
	}{{w.a.manager, true, w.a.guests[0]}, {desk, false, w.a.guests[0]}, {waiter, false, string([]rune(w.a.guests[0])[:1]) + "*"}} {
		got, err := w.bookingsOf(c.who).GetBooking(t.Context(), &visitv1.GetBookingRequest{Id: id})
		require.NoError(t, err, c.who.name)
		require.Equal(t, c.heeds, got.Guest != nil, c.who.name)
		require.Len(t, got.Notices, 1)
		require.Contains(t, got.Booking.GuestName, c.name[:3], c.who.name)
		sheet, err := w.bookingsOf(c.who).GetShiftSheet(t.Context(), &visitv1.GetShiftSheetRequest{StoreId: w.a.s01.String(), MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_DINNER})
		require.NoError(t, err, c.who.name)
		found := false
		for _, l := range sheet.Lines {
			if l.Booking.Id == id {
				found = true
				require.Equal(t, c.heeds, l.Guest != nil, c.who.name)
				require.Equal(t, got.Booking.GuestName, l.Booking.GuestName)
			}
		}
		require.True(t, found, c.who.name)
	}
	waiters, err := w.bookingsOf(waiter).GetBooking(t.Context(), &visitv1.GetBookingRequest{Id: id})
	require.NoError(t, err)
	require.NotEqual(t, w.a.guests[0], waiters.Booking.GuestName, "masked for who neither took it nor owns the guest")
}
