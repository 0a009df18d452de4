package visitapp

import (
	"context"
	"strconv"
	"strings"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// BookingServer is visitv1connect.BookingServiceHandler.
type BookingServer struct{ app *App }

// BookingServer puts the use cases of bookings behind their RPC service.
func (a *App) BookingServer() BookingServer { return BookingServer{a} }

// ListResources implements BookingService.
func (s BookingServer) ListResources(ctx context.Context, req *visitv1.ListResourcesRequest) (*visitv1.ListResourcesResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	resources, err := s.app.Resources(ctx, rpc.Grant(ctx), store, req.GetIncludeRetired())
	if err != nil {
		return nil, err
	}
	return &visitv1.ListResourcesResponse{Resources: resourcesToProto(resources)}, nil
}

// ListBookings implements BookingService.
func (s BookingServer) ListBookings(ctx context.Context, req *visitv1.ListBookingsRequest) (*visitv1.ListBookingsResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	var date *kernel.BusinessDate
	if req.GetBusinessDate() != "" {
		day, err := dateOf("business_date", req.GetBusinessDate())
		if err != nil {
			return nil, err
		}
		date = &day
	}
	day, err := s.app.Bookings(ctx, rpc.Grant(ctx), store, date, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	audit.BoardSeen(ctx, "booking.board_viewed", store, day.Date.String(), len(day.Lines))
	return &visitv1.ListBookingsResponse{
		Bookings: bookingsToProto(day.Lines), BusinessDate: day.Date.String(),
		CurrentMealPeriod: visitv1.MealPeriod(day.Now), Meals: mealsToProto(day.Meals),
	}, nil
}

// CreateBooking implements BookingService.
func (s BookingServer) CreateBooking(ctx context.Context, req *visitv1.CreateBookingRequest) (*visitv1.CreateBookingResponse, error) {
	in, err := newBookingFromProto(req)
	if err != nil {
		return nil, err
	}
	line, err := s.app.CreateBooking(ctx, rpc.Grant(ctx), in, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.CreateBookingResponse{Booking: bookingToProto(line)}, nil
}

// SeatBooking implements BookingService.
func (s BookingServer) SeatBooking(ctx context.Context, req *visitv1.SeatBookingRequest) (*visitv1.SeatBookingResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	line, err := s.app.Seat(ctx, rpc.Grant(ctx), id, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.SeatBookingResponse{Booking: bookingToProto(line)}, nil
}

// FinishBooking implements BookingService.
func (s BookingServer) FinishBooking(ctx context.Context, req *visitv1.FinishBookingRequest) (*visitv1.FinishBookingResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	line, err := s.app.Finish(ctx, rpc.Grant(ctx), id, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.FinishBookingResponse{Booking: bookingToProto(line)}, nil
}

// CancelBooking implements BookingService.
func (s BookingServer) CancelBooking(ctx context.Context, req *visitv1.CancelBookingRequest) (*visitv1.CancelBookingResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	line, err := s.app.Cancel(ctx, rpc.Grant(ctx), id, strings.TrimSpace(req.GetReason()), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.CancelBookingResponse{Booking: bookingToProto(line)}, nil
}

// MarkNoShow implements BookingService.
func (s BookingServer) MarkNoShow(ctx context.Context, req *visitv1.MarkNoShowRequest) (*visitv1.MarkNoShowResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	line, err := s.app.NoShow(ctx, rpc.Grant(ctx), id, strings.TrimSpace(req.GetReason()), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.MarkNoShowResponse{Booking: bookingToProto(line)}, nil
}

// ListVisits implements BookingService.
func (s BookingServer) ListVisits(ctx context.Context, req *visitv1.ListVisitsRequest) (*visitv1.ListVisitsResponse, error) {
	chain := rpc.Actor(ctx).Tenant
	file, err := idOf[kernel.FileID]("file_id", req.GetFileId())
	if err != nil {
		return nil, err
	}
	after, err := placeOf(chain, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	limit := req.GetPageSize()
	if limit == 0 {
		limit = 50
	}
	lines, more, err := s.app.Visits(ctx, rpc.Grant(ctx), file, after, limit)
	if err != nil {
		return nil, err
	}
	res := &visitv1.ListVisitsResponse{Visits: visitsToProto(lines)}
	if more {
		last := lines[len(lines)-1]
		res.NextPageToken = rpc.PageToken(chain, last.BusinessDate.String(), strconv.Itoa(int(last.MealPeriod)))
	}
	return res, nil
}

func placeOf(chain kernel.TenantID, token string) (*Place, error) {
	parts, err := rpc.ParsePageToken(chain, token, 2)
	if err != nil || parts == nil {
		return nil, err
	}
	date, err := dateOf("page_token", parts[0])
	if err != nil {
		return nil, err
	}
	meal, err := strconv.Atoi(parts[1])
	if err != nil {
		return nil, errBadToken
	}
	return &Place{date, tenant.MealPeriod(meal)}, nil
}
