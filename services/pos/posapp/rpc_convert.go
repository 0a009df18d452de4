package posapp

import (
	"context"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/caller"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/pos/internal/posdb"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

func (a *App) billToProto(b visit.RecordedBill, code string) *posv1.RecordedBill {
	return &posv1.RecordedBill{Bill: a.Bills.BillAsSent(b.Bill, code), RecordTime: timestamppb.New(b.RecordedAt), Holds: b.Holds}
}

// placeOf reads where a list goes on: a cursor is signed and belongs to a store.
func placeOf(id kernel.TenantID, store kernel.StoreID, req *posv1.ListBillsUpdatedSinceRequest) (visit.FeedPlace, error) {
	bad := fault.Field("cursor", "", "这个游标不属于这家门店，或者已被改动；请用上一次返回的 next_cursor。")
	if req.GetCursor() == "" {
		if req.GetStartTime() == nil {
			return visit.FeedPlace{}, nil
		}
		if req.GetStartTime().CheckValid() != nil {
			return visit.FeedPlace{}, fault.Field("start_time", "", "起始时间不是有效的时刻。")
		}
		return visit.FeedPlace{At: req.GetStartTime().AsTime()}, nil
	}
	parts, err := rpc.ParsePageToken(id, req.GetCursor(), 6)
	if err != nil || parts[0] != "bills" || parts[1] != store.String() {
		return visit.FeedPlace{}, bad
	}
	at, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return visit.FeedPlace{}, bad
	}
	revision, err := strconv.ParseInt(parts[5], 10, 32)
	if err != nil {
		return visit.FeedPlace{}, bad
	}
	return visit.FeedPlace{At: time.UnixMicro(at).UTC(), Source: parts[3], No: parts[4], Revision: int32(revision)}, nil
}

func (a *App) feedToProto(id kernel.TenantID, store tenant.Store, f visit.Feed) *posv1.ListBillsUpdatedSinceResponse {
	out := &posv1.ListBillsUpdatedSinceResponse{
		HasMore: f.More, HorizonTime: timestamppb.New(f.Horizon),
		NextCursor: rpc.PageToken(id, "bills", store.ID.String(), strconv.FormatInt(f.Next.At.UnixMicro(), 10), f.Next.Source, f.Next.No, strconv.Itoa(int(f.Next.Revision))),
	}
	for _, b := range f.Bills {
		out.Bills = append(out.Bills, a.billToProto(b, store.Code))
	}
	return out
}

func cardToProto(c customer.Card) *posv1.LookupGuestResponse {
	class := posv1.GuestClass_GUEST_CLASS_PUBLIC
	switch {
	case !c.Known():
		class = posv1.GuestClass_GUEST_CLASS_UNKNOWN
	case c.Owner != nil:
		class = posv1.GuestClass_GUEST_CLASS_OWNED
	}
	return &posv1.LookupGuestResponse{Salutation: c.Salutation, GuestClass: class, Blacklisted: c.Blacklisted, Allergies: c.Taboos, ReferrerName: c.OwnerName}
}

var (
	outcomes = map[visit.SentOutcome]posv1.BookingOutcome{
		visit.SentCreated: posv1.BookingOutcome_BOOKING_OUTCOME_CREATED, visit.SentChanged: posv1.BookingOutcome_BOOKING_OUTCOME_CHANGED,
		visit.SentUnchanged: posv1.BookingOutcome_BOOKING_OUTCOME_UNCHANGED,
	}
	states = map[visitv1.BookingState]visit.State{
		visitv1.BookingState_BOOKING_STATE_REQUESTED: visit.Requested, visitv1.BookingState_BOOKING_STATE_CONFIRMED: visit.Confirmed,
		visitv1.BookingState_BOOKING_STATE_SEATED: visit.Seated, visitv1.BookingState_BOOKING_STATE_FINISHED: visit.Finished,
		visitv1.BookingState_BOOKING_STATE_CANCELLED: visit.Cancelled, visitv1.BookingState_BOOKING_STATE_NO_SHOW: visit.NoShow,
	}
	kinds = map[visitv1.BookingKind]visit.Kind{
		visitv1.BookingKind_BOOKING_KIND_HALL: visit.Hall, visitv1.BookingKind_BOOKING_KIND_ROOM: visit.Room, visitv1.BookingKind_BOOKING_KIND_BANQUET: visit.Banquet,
	}
)

// sentBooking reads a booking as a vendor's system sends it. Faults:
// store.not_found, pos.bad_number, pos.unknown_staff, invalid_field.
func (a *App) sentBooking(ctx context.Context, grant kernel.Grant, req *posv1.UpsertBookingRequest) (in visit.SentBooking, store tenant.Store, err error) {
	if store, err = a.storeOf(ctx, grant, req.GetStoreCode()); err != nil {
		return in, store, err
	}
	in = visit.SentBooking{
		Store: store.ID, Ref: req.GetRef(), State: states[req.GetState()], GuestName: req.GetGuestName(), Meal: tenant.MealPeriod(req.GetMealPeriod()),
		Kind: kinds[req.GetKind()], Places: req.GetPlaces(), Guests: req.GetGuests(), Arrive: req.GetArriveTime(), Seated: req.GetSeatedTime(), Tables: req.GetTables(),
		MinSpend: kernel.Fen(req.GetMinSpendFen()), Deposit: kernel.Fen(req.GetDepositFen()), Note: req.GetNote(), Reason: req.GetReason(), Notice: req.GetSendNotice(),
	}
	if in.Date, err = kernel.ParseDate(req.GetBusinessDate()); err != nil {
		return in, store, fault.Field("business_date", "", "没有这一天，请按 YYYY-MM-DD 填写。")
	}
	if in.Number, err = number(req.GetNumber()); err != nil {
		return in, store, err
	}
	in.Booker, err = a.employee(ctx, grant.Actor().Tenant, req.GetBookerNo(), in.Date)
	return in, store, err
}

func bookingToProto(b visit.BookingOnFile, code, bookerNo string) *posv1.VendorBooking {
	out := &posv1.VendorBooking{
		StoreCode: code, Ref: b.Ref, BusinessDate: b.Date.String(), MealPeriod: visitv1.MealPeriod(b.Meal), Places: b.Places, BookerNo: bookerNo, SeatedTime: b.Seated,
	}
	for state, s := range states {
		if s == b.State {
			out.State = state
		}
	}
	if b.NoticeAt != nil {
		out.NoticeTime = timestamppb.New(*b.NoticeAt)
	}
	return out
}

func (a *App) staffNo(ctx context.Context, id kernel.TenantID, person kernel.PersonID) (string, error) {
	return posdb.New(a.DB.Single(id)).StaffNo(ctx, id, person)
}

// ring reads a call. Faults: store.not_found, pos.bad_number, invalid_field.
func (a *App) ring(ctx context.Context, grant kernel.Grant, req *posv1.RingCallRequest, now time.Time) (in caller.Ring, err error) {
	store, err := a.storeOf(ctx, grant, req.GetStoreCode())
	if err != nil {
		return in, err
	}
	in = caller.Ring{Store: store.ID, Source: req.GetSource(), No: req.GetCallId(), Line: req.GetLine(), At: now}
	if !visit.CheckText(in.Source) || !visit.CheckText(in.No) {
		return in, fault.Field("call_id", "", "来源和来电编号首尾不能有空格，也不能含控制字符。")
	}
	if t := req.GetRingTime(); t != nil {
		if t.CheckValid() != nil {
			return in, fault.Field("ring_time", "", "响铃时间不是有效的时刻。")
		}
		in.At = t.AsTime()
	}
	in.Number, err = number(req.GetNumber())
	return in, err
}
