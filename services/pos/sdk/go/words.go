package changke

import (
	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
)

// The interface's own messages under short names; the fields are described with them
// and at /docs/api of every server.
type (
	// Bill is one revision of a bill.
	Bill = visitv1.Bill
	// BillLine is what was sold.
	BillLine = visitv1.BillLine
	// BillRefund is money given back.
	BillRefund = visitv1.BillRefund
	// BillResult is what became of one bill.
	BillResult = visitv1.BillResult
	// RecordedBill is a bill as it is on file.
	RecordedBill = posv1.RecordedBill
	// DayTotal is what a business day came to by a till.
	DayTotal = posv1.DayTotal

	// RecordBillsRequest holds 1 to 500 bills.
	RecordBillsRequest = posv1.RecordBillsRequest
	// RecordBillsResponse holds a result for each.
	RecordBillsResponse = posv1.RecordBillsResponse
	// GetBillRequest names a bill.
	GetBillRequest = posv1.GetBillRequest
	// ListBillsUpdatedSinceRequest asks for a page of the feed; see Client.Pages.
	ListBillsUpdatedSinceRequest = posv1.ListBillsUpdatedSinceRequest
	// ReportDayTotalsRequest tells what days came to.
	ReportDayTotalsRequest = posv1.ReportDayTotalsRequest
	// GetDayTotalsRequest asks for a day.
	GetDayTotalsRequest = posv1.GetDayTotalsRequest
	// LookupGuestRequest asks who is at the counter.
	LookupGuestRequest = posv1.LookupGuestRequest
	// UpsertBookingRequest is a booking as it is now.
	UpsertBookingRequest = posv1.UpsertBookingRequest
	// SeatBookingRequest seats the guests of a booking.
	SeatBookingRequest = posv1.SeatBookingRequest
	// RingCallRequest says that a call rings.
	RingCallRequest = posv1.RingCallRequest
)

// Meal periods.
const (
	Lunch  = visitv1.MealPeriod_MEAL_PERIOD_LUNCH  // 午市
	Tea    = visitv1.MealPeriod_MEAL_PERIOD_TEA    // 茶市
	Dinner = visitv1.MealPeriod_MEAL_PERIOD_DINNER // 晚市
	Supper = visitv1.MealPeriod_MEAL_PERIOD_SUPPER // 夜市, past midnight still of the same business day
)

// Where a bill stands.
const (
	Paid     = visitv1.BillStatus_BILL_STATUS_PAID
	Voided   = visitv1.BillStatus_BILL_STATUS_VOIDED
	Opened   = visitv1.BillStatus_BILL_STATUS_OPENED
	Reopened = visitv1.BillStatus_BILL_STATUS_REOPENED
	Merged   = visitv1.BillStatus_BILL_STATUS_MERGED
)

// What became of a bill.
const (
	Recorded   = visitv1.BillOutcome_BILL_OUTCOME_RECORDED
	Duplicate  = visitv1.BillOutcome_BILL_OUTCOME_DUPLICATE
	Superseded = visitv1.BillOutcome_BILL_OUTCOME_SUPERSEDED
	Refused    = visitv1.BillOutcome_BILL_OUTCOME_REFUSED
	Parked     = visitv1.BillOutcome_BILL_OUTCOME_PARKED
)

// What is booked, and where a booking stands.
const (
	Hall    = visitv1.BookingKind_BOOKING_KIND_HALL
	Room    = visitv1.BookingKind_BOOKING_KIND_ROOM
	Banquet = visitv1.BookingKind_BOOKING_KIND_BANQUET

	Requested = visitv1.BookingState_BOOKING_STATE_REQUESTED
	Confirmed = visitv1.BookingState_BOOKING_STATE_CONFIRMED
	Seated    = visitv1.BookingState_BOOKING_STATE_SEATED
	Finished  = visitv1.BookingState_BOOKING_STATE_FINISHED
	Cancelled = visitv1.BookingState_BOOKING_STATE_CANCELLED
	NoShow    = visitv1.BookingState_BOOKING_STATE_NO_SHOW
)

// How a guest stands to a store.
const (
	GuestUnknown = posv1.GuestClass_GUEST_CLASS_UNKNOWN
	GuestOwned   = posv1.GuestClass_GUEST_CLASS_OWNED  // 一对一
	GuestPublic  = posv1.GuestClass_GUEST_CLASS_PUBLIC // 公共客户
)
