package posapp_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
)

const (
	confirmed = visitv1.BookingState_BOOKING_STATE_CONFIRMED
	seated    = visitv1.BookingState_BOOKING_STATE_SEATED
	finished  = visitv1.BookingState_BOOKING_STATE_FINISHED
	cancelled = visitv1.BookingState_BOOKING_STATE_CANCELLED
)

func booking(ref string, state visitv1.BookingState, change ...func(*posv1.UpsertBookingRequest)) *posv1.UpsertBookingRequest {
	b := &posv1.UpsertBookingRequest{
		StoreCode: "S01", Ref: ref, State: state, BusinessDate: today.String(), MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_DINNER, Number: "13812341234",
		GuestName: "欧阳先生", BookerNo: "E2", Kind: visitv1.BookingKind_BOOKING_KIND_ROOM, Places: []string{"牡丹厅"}, Guests: 8, SendNotice: true,
	}
	for _, c := range change {
		c(b)
	}
	return b
}

// A booking of a vendor's system goes through its life, and its visit is credited to
// who took it, by the notice that Changke sent (VIS-03, VIS-08).
func TestBookingOfAVendor(t *testing.T) {
	h := newHouse(t)
	h.file(h.a, east, guest, zhou)
	v := h.vendor(h.a, east, "bookings:write")
	put := func(b *posv1.UpsertBookingRequest) (posv1.BookingOutcome, *posv1.VendorBooking, string) {
		res, err := v.UpsertBooking(ctx, b)
		return res.GetOutcome(), res.GetBooking(), reason(err)
	}
	check := booking("R1", confirmed)
	check.ValidateOnly = true
	what, _, why := put(check)
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_CREATED, what, why)
	require.Equal(t, []int64{0}, rows[int64](h, h.a, "SELECT count(*) FROM booking"))

	what, b, why := put(booking("R1", confirmed))
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_CREATED, what, why)
	require.NotNil(t, b.GetNoticeTime())
	what, _, why = put(booking("R1", confirmed))
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_UNCHANGED, what, why)
	what, _, why = put(booking("R1", confirmed, func(b *posv1.UpsertBookingRequest) { b.Guests, b.Note = 10, "靠窗" }))
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_CHANGED, what, why)
	require.Equal(t, []int64{1}, rows[int64](h, h.a, "SELECT count(*) FROM message"), "one notice")

	_, _, why = put(booking("R2", confirmed))
	require.Equal(t, "booking.room_taken", why)
	_, _, why = put(booking("R2", confirmed, func(b *posv1.UpsertBookingRequest) { b.Places = []string{"芍药厅"} }))
	require.Equal(t, "pos.unknown_place", why)
	_, _, why = put(booking("R2", confirmed, func(b *posv1.UpsertBookingRequest) { b.BookerNo = "E9" }))
	require.Equal(t, "pos.unknown_staff", why)
	_, _, why = put(booking("R2", confirmed, func(b *posv1.UpsertBookingRequest) { b.BusinessDate, b.Places = "2025-03-02", nil }))
	require.Equal(t, "booking.past_date", why)
	_, _, why = put(booking("R2", seated, func(b *posv1.UpsertBookingRequest) { b.BusinessDate, b.Places = "2025-03-02", nil }))
	require.Equal(t, "booking.not_today", why)
	_, _, why = put(booking("R2", confirmed, func(b *posv1.UpsertBookingRequest) { b.Kind, b.Places = visitv1.BookingKind_BOOKING_KIND_BANQUET, nil }))
	require.Equal(t, "invalid_field", why)

	res, err := v.SeatBooking(ctx, &posv1.SeatBookingRequest{StoreCode: "S01", Ref: "R1", ValidateOnly: true})
	require.NoError(t, err)
	require.Equal(t, seated, res.GetBooking().GetState())
	require.Equal(t, "12:00", res.GetBooking().GetSeatedTime())
	require.Equal(t, []string{"confirmed"}, rows[string](h, h.a, "SELECT state FROM booking WHERE ref = 'R1'"), "only checked")
	res, err = v.SeatBooking(ctx, &posv1.SeatBookingRequest{StoreCode: "S01", Ref: "R1"})
	require.NoError(t, err)
	require.Equal(t, seated, res.GetBooking().GetState())
	require.Equal(t, "E2", res.GetBooking().GetBookerNo())
	require.Equal(t, "12:00", res.GetBooking().GetSeatedTime())
	_, err = v.SeatBooking(ctx, &posv1.SeatBookingRequest{StoreCode: "S01", Ref: "R1"})
	require.NoError(t, err, "again changes nothing")
	_, err = v.SeatBooking(ctx, &posv1.SeatBookingRequest{StoreCode: "S01", Ref: "R9"})
	require.Equal(t, "booking.not_found", reason(err))

	done := func(b *posv1.UpsertBookingRequest) { b.Guests, b.Note = 10, "靠窗" }
	what, _, why = put(booking("R1", finished, done))
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_CHANGED, what, why)
	what, _, why = put(booking("R1", finished, done))
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_UNCHANGED, what, why)
	_, _, why = put(booking("R1", cancelled, done))
	require.Equal(t, "booking.wrong_state", why, "what has ended stays as it ended")
	require.Equal(t, []string{zhou.String()}, rows[string](h, h.a, "SELECT credited_to::text FROM visit"))

	// A walk-in without a number, and a system that was cut off yesterday evening.
	what, _, why = put(booking("W1", seated, func(b *posv1.UpsertBookingRequest) {
		b.Number, b.Kind, b.Places, b.MealPeriod = "", visitv1.BookingKind_BOOKING_KIND_HALL, []string{"8号台"}, visitv1.MealPeriod_MEAL_PERIOD_LUNCH
	}))
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_CREATED, what, why)
	what, b, why = put(booking("Y1", finished, func(b *posv1.UpsertBookingRequest) { b.BusinessDate, b.SeatedTime = "2025-03-02", "18:40" }))
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_CREATED, what, why)
	require.Nil(t, b.GetNoticeTime(), "no notice of a day that is over")
	require.Equal(t, "18:40", b.GetSeatedTime())
	what, _, why = put(booking("C1", cancelled, func(b *posv1.UpsertBookingRequest) { b.Reason = "客人改期" }))
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_CREATED, what, why)
	what, _, why = put(booking("C1", cancelled, func(b *posv1.UpsertBookingRequest) { b.Reason = "客人改期" }))
	require.Equal(t, posv1.BookingOutcome_BOOKING_OUTCOME_UNCHANGED, what, why)

	drift, err := h.visits.Rebuild(ctx, h.a, true)
	require.NoError(t, err)
	require.Zero(t, drift)
	_, err = h.vendor(h.a, west, "bookings:write").UpsertBooking(ctx, booking("R1", confirmed))
	require.Equal(t, "store.not_found", reason(err))
}

// TestBookingOfAStoreThatEnds: a booking of a vendor's is neither made nor put off to a
// day on which its store has ended (HND-08); what stays on its day may still change.
func TestBookingOfAStoreThatEnds(t *testing.T) {
	h := newHouse(t)
	v := h.vendor(h.a, east, "bookings:write")
	on := func(d int, change ...func(*posv1.UpsertBookingRequest)) string {
		_, err := v.UpsertBooking(ctx, booking("R1", confirmed, append(change, func(b *posv1.UpsertBookingRequest) { b.BusinessDate = (today + kernel.BusinessDate(d)).String() })...))
		return reason(err)
	}
	require.Empty(t, on(1))
	h.in(h.a, func(tx pgx.Tx) error {
		return h.tenants.CloseStoreTx(ctx, tx, h.a, east, today+3, "合并", *h.clock.Load())
	})
	require.Equal(t, "store.closed", on(3), "put off to a day when nobody is there")
	require.Empty(t, on(2), "to a day before")
	require.Empty(t, on(2, func(b *posv1.UpsertBookingRequest) { b.Note = "靠窗" }))
	require.Equal(t, []string{(today + 2).String()}, rows[string](h, h.a, "SELECT business_date::text FROM booking"))
}

// A bill that came before its booking follows it to the guest (VIS-06), also when the
// vendor sets the guest right.
func TestBillFollowsAVendorsBooking(t *testing.T) {
	h := newHouse(t)
	v := h.vendor(h.a, east, "bookings:write", "bills:write")
	_, err := v.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{bill("1", func(b *visitv1.Bill) { b.Number, b.BookingRef = "", "R1" })}})
	require.NoError(t, err)
	_, err = v.UpsertBooking(ctx, booking("R1", confirmed))
	require.NoError(t, err)
	require.Equal(t, []int32{1}, rows[int32](h, h.a, "SELECT bills FROM visit"))
	_, err = v.UpsertBooking(ctx, booking("R1", confirmed, func(b *posv1.UpsertBookingRequest) { b.Number = "13900001111" }))
	require.NoError(t, err)
	require.Equal(t, []int32{1}, rows[int32](h, h.a, "SELECT bills FROM visit WHERE bills > 0"))
	drift, err := h.visits.Rebuild(ctx, h.a, true)
	require.NoError(t, err)
	require.Zero(t, drift)
}
