package visitapp

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// GetBooking implements BookingService.
func (s BookingServer) GetBooking(ctx context.Context, req *visitv1.GetBookingRequest) (*visitv1.GetBookingResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	b, err := s.app.Open(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, audit.Entry{Action: "booking.viewed", Object: "booking", ObjectID: id.String(), Store: b.StoreID, Own: b.own(rpc.Grant(ctx).Person()), Once: audit.ViewLasts})
	out := &visitv1.GetBookingResponse{Booking: bookingToProto(b.Line), Guest: heedToProto(b.Heed), MayCheck: b.MayCheck}
	for _, n := range b.Notices {
		out.Notices = append(out.Notices, &visitv1.BookingNotice{Way: noticeWays[n.Way], Time: timestamppb.New(n.At), GivenByName: n.By})
	}
	return out, nil
}

// GetShiftSheet implements BookingService.
func (s BookingServer) GetShiftSheet(ctx context.Context, req *visitv1.GetShiftSheetRequest) (*visitv1.GetShiftSheetResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	date, err := optionalDateOf("business_date", req.GetBusinessDate())
	if err != nil {
		return nil, err
	}
	day, lines, err := s.app.Shift(ctx, rpc.Grant(ctx), store, date, tenant.MealPeriod(req.GetMealPeriod()), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	audit.BoardSeen(ctx, "booking.sheet_viewed", store, day.String(), len(lines))
	out := &visitv1.GetShiftSheetResponse{BusinessDate: day.String()}
	for _, l := range lines {
		out.Lines = append(out.Lines, &visitv1.ShiftLine{Booking: bookingToProto(l.Line), Guest: heedToProto(l.Heed)})
	}
	return out, nil
}

// ConfirmBooking implements BookingService.
func (s BookingServer) ConfirmBooking(ctx context.Context, req *visitv1.ConfirmBookingRequest) (*visitv1.ConfirmBookingResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	line, err := s.app.Confirm(ctx, rpc.Grant(ctx), id, req.GetSendNotice(), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.ConfirmBookingResponse{Booking: bookingToProto(line)}, nil
}

// MoveBooking implements BookingService.
func (s BookingServer) MoveBooking(ctx context.Context, req *visitv1.MoveBookingRequest) (*visitv1.MoveBookingResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	places, err := idsOf("resource_ids", req.GetResourceIds())
	if err != nil {
		return nil, err
	}
	if req.GetSwapWithId() != "" {
		return s.swap(ctx, id, req)
	}
	date, err := optionalDateOf("business_date", req.GetBusinessDate())
	if err != nil {
		return nil, err
	}
	line, err := s.app.Move(ctx, rpc.Grant(ctx), Seen{id, req.GetBaseVersion()}, Move{places, req.GetTables(), date, tenant.MealPeriod(req.GetMealPeriod()), req.ArriveTime}, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.MoveBookingResponse{Booking: bookingToProto(line)}, nil
}

func (s BookingServer) swap(ctx context.Context, id kernel.UUID, req *visitv1.MoveBookingRequest) (*visitv1.MoveBookingResponse, error) {
	with, err := idOf[kernel.UUID]("swap_with_id", req.GetSwapWithId())
	if err != nil {
		return nil, err
	}
	if len(req.GetResourceIds()) > 0 || req.GetTables() != 0 || req.GetBusinessDate() != "" || req.GetMealPeriod() != 0 || req.ArriveTime != nil {
		return nil, fault.Field("swap_with_id", "VIS-10", "对调时不能同时换日期、餐段、到店时间或别的桌位。")
	}
	line, err := s.app.Swap(ctx, rpc.Grant(ctx), Seen{id, req.GetBaseVersion()}, Seen{with, req.GetSwapBaseVersion()}, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.MoveBookingResponse{Booking: bookingToProto(line)}, nil
}

// SendNotice implements BookingService.
func (s BookingServer) SendNotice(ctx context.Context, req *visitv1.SendNoticeRequest) (*visitv1.SendNoticeResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	line, err := s.app.SendNotice(ctx, rpc.Grant(ctx), id, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.SendNoticeResponse{Booking: bookingToProto(line)}, nil
}

// TellInPerson implements BookingService.
func (s BookingServer) TellInPerson(ctx context.Context, req *visitv1.TellInPersonRequest) (*visitv1.TellInPersonResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	line, err := s.app.TellInPerson(ctx, rpc.Grant(ctx), id, strings.TrimSpace(req.GetReason()), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.TellInPersonResponse{Booking: bookingToProto(line)}, nil
}

// CorrectBooker implements BookingService.
func (s BookingServer) CorrectBooker(ctx context.Context, req *visitv1.CorrectBookerRequest) (*visitv1.CorrectBookerResponse, error) {
	b, err := s.corrected(ctx, s.app.CorrectBooker, req)
	return &visitv1.CorrectBookerResponse{Booking: b}, err
}

// CorrectBookerLate implements BookingService.
func (s BookingServer) CorrectBookerLate(ctx context.Context, req *visitv1.CorrectBookerLateRequest) (*visitv1.CorrectBookerLateResponse, error) {
	b, err := s.corrected(ctx, s.app.CorrectBookerLate, req)
	return &visitv1.CorrectBookerLateResponse{Booking: b}, err
}

// correcting is how a booker is corrected, on the day or late.
type correcting func(ctx context.Context, grant kernel.Grant, id kernel.UUID, to kernel.PersonID, reason string, now time.Time) (Line, error)

// toCorrect is what both ways of correcting say.
type toCorrect interface {
	GetId() string
	GetBookerId() string
	GetReason() string
}

func (s BookingServer) corrected(ctx context.Context, correct correcting, req toCorrect) (*visitv1.Booking, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	to, err := idOf[kernel.PersonID]("booker_id", req.GetBookerId())
	if err != nil {
		return nil, err
	}
	line, err := correct(ctx, rpc.Grant(ctx), id, to, strings.TrimSpace(req.GetReason()), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return bookingToProto(line), nil
}

// ListBookingReasons implements BookingService.
func (s BookingServer) ListBookingReasons(ctx context.Context, _ *visitv1.ListBookingReasonsRequest) (*visitv1.ListBookingReasonsResponse, error) {
	r, err := s.app.Reasons(ctx, rpc.Actor(ctx).Tenant)
	return &visitv1.ListBookingReasonsResponse{Cancelled: r.Cancelled, NoShow: r.NoShow}, err
}

// UpdateBookingReasons implements BookingService.
func (s BookingServer) UpdateBookingReasons(ctx context.Context, req *visitv1.UpdateBookingReasonsRequest) (*visitv1.UpdateBookingReasonsResponse, error) {
	r, err := s.app.SetReasons(ctx, rpc.Grant(ctx), visit.Reasons{Cancelled: req.GetCancelled(), NoShow: req.GetNoShow()})
	return &visitv1.UpdateBookingReasonsResponse{Cancelled: r.Cancelled, NoShow: r.NoShow}, err
}

var ways = map[visitv1.BookingWay]visit.Way{
	visitv1.BookingWay_BOOKING_WAY_PHONE: visit.Phone, visitv1.BookingWay_BOOKING_WAY_REFERRER: visit.Referrer, visitv1.BookingWay_BOOKING_WAY_WALK_IN: visit.WalkIn,
}

var waysToProto = map[visit.Way]visitv1.BookingWay{
	visit.Phone: visitv1.BookingWay_BOOKING_WAY_PHONE, visit.Referrer: visitv1.BookingWay_BOOKING_WAY_REFERRER, visit.WalkIn: visitv1.BookingWay_BOOKING_WAY_WALK_IN,
}

var noticeWays = map[visit.NoticeWay]visitv1.NoticeWay{
	visit.ByMessage: visitv1.NoticeWay_NOTICE_WAY_MESSAGE, visit.InPerson: visitv1.NoticeWay_NOTICE_WAY_IN_PERSON,
}

func heedToProto(h *customer.Heed) *visitv1.GuestNotes {
	if h == nil {
		return nil
	}
	return &visitv1.GuestNotes{Taboos: h.Taboos, Taste: h.Taste, Favourites: h.Favourites, Blacklisted: h.Blacklist}
}
