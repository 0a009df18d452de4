package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	consolev1 "github.com/changke/changke/gen/go/changke/console/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
)

// boardSamples are the methods of the day board and of the stream that keeps it.
var boardSamples = map[string]sample{
	"changke.console.v1.WatchService.Watch": {by: byRep, build: still(func(*chain) proto.Message { return &consolev1.WatchRequest{} })},
	"changke.visit.v1.BookingService.GetBooking": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.GetBookingRequest{Id: w.newBooking(t, c)}
	}},
	"changke.visit.v1.BookingService.ConfirmBooking": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		b := w.booking(c)
		b.Requested = true
		res, err := w.bookingsOf(c.rep).CreateBooking(t.Context(), b)
		require.NoError(t, err)
		return &visitv1.ConfirmBookingRequest{Id: res.Booking.Id, SendNotice: true}
	}},
	"changke.visit.v1.BookingService.MoveBooking": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.MoveBookingRequest{Id: w.newBooking(t, c), BaseVersion: 1, ResourceIds: []string{w.newRoom(t, c)}}
	}},
	"changke.visit.v1.BookingService.UpdateBooking": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.UpdateBookingRequest{Id: w.newBooking(t, c), BaseVersion: 1, Guests: 9, ArriveTime: "18:30", Note: "靠窗", DepositFen: 50000}
	}},
	"changke.visit.v1.BookingService.AddBookingNumber": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		b := w.booking(c)
		b.Number, b.Way, b.SendNotice = "", visitv1.BookingWay_BOOKING_WAY_WALK_IN, false
		res, err := w.bookingsOf(c.rep).CreateBooking(t.Context(), b)
		require.NoError(t, err)
		return &visitv1.AddBookingNumberRequest{Id: res.Booking.Id, Number: w.number()}
	}},
	"changke.visit.v1.BookingService.SendNotice": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.SendNoticeRequest{Id: w.newBooking(t, c)}
	}},
	"changke.visit.v1.BookingService.TellInPerson": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return w.telling(t, c)
	}},
	"changke.visit.v1.BookingService.ListUncheckedNotices": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.toldInPerson(t, c)
		return &visitv1.ListUncheckedNoticesRequest{StoreId: c.s01.String()}
	}},
	"changke.visit.v1.BookingService.CheckNotice": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.CheckNoticeRequest{Id: w.toldInPerson(t, c), Finding: visitv1.NoticeFinding_NOTICE_FINDING_DOUBTED, Note: "回访时客人说没有接到通知"}
	}},
	"changke.visit.v1.BookingService.CorrectBooker": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.CorrectBookerRequest{Id: w.newBooking(t, c), BookerId: w.newPerson(t, c).Id, Reason: "登记错了"}
	}},
	"changke.visit.v1.BookingService.CorrectBookerLate": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id := w.newBooking(t, c)
		w.exec(t, "UPDATE booking SET business_date = business_date - 1 WHERE tenant_id = $1 AND booking_id = $2", c.id, id)
		return &visitv1.CorrectBookerLateRequest{Id: id, BookerId: w.newPerson(t, c).Id, Reason: "登记错了"}
	}},
	"changke.visit.v1.BookingService.GetShiftSheet": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.newBooking(t, c)
		return &visitv1.GetShiftSheetRequest{StoreId: c.s01.String(), MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_DINNER}
	}},
	"changke.visit.v1.BookingService.ListBookingReasons": {by: byRep, build: still(func(*chain) proto.Message { return &visitv1.ListBookingReasonsRequest{} })},
	"changke.visit.v1.BookingService.UpdateBookingReasons": {by: byAdmin, build: still(func(*chain) proto.Message {
		return &visitv1.UpdateBookingReasonsRequest{Cancelled: []string{"客人改期", "天气原因"}}
	})},
}

// telling is about a booking that has no notice yet.
func (w *world) telling(t testing.TB, c *chain) *visitv1.TellInPersonRequest {
	t.Helper()
	b := w.booking(c)
	b.SendNotice = false
	res, err := w.bookingsOf(c.rep).CreateBooking(t.Context(), b)
	require.NoError(t, err)
	return &visitv1.TellInPersonRequest{Id: res.Booking.Id, Reason: "客人不收短信"}
}

// toldInPerson is a booking whose guest was told in person.
func (w *world) toldInPerson(t testing.TB, c *chain) string {
	t.Helper()
	req := w.telling(t, c)
	_, err := w.bookingsOf(c.rep).TellInPerson(t.Context(), req)
	require.NoError(t, err)
	return req.Id
}

func init() { maps.Copy(samples, boardSamples) }
