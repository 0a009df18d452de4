package posapp

import (
	"context"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/visit"
)

// Server is posv1connect.PosServiceHandler.
type Server struct{ app *App }

// Server puts the use cases behind the vendors' RPC service.
func (a *App) Server() Server { return Server{a} }

// RecordBills implements PosService.
func (s Server) RecordBills(ctx context.Context, req *posv1.RecordBillsRequest) (*posv1.RecordBillsResponse, error) {
	if err := s.app.once(ctx, req); err != nil {
		return nil, err
	}
	results, err := s.app.Bills.ReportBills(ctx, rpc.Grant(ctx), req.GetBills(), req.GetValidateOnly(), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.RecordBillsResponse{Results: results}, nil
}

// GetBill implements PosService.
func (s Server) GetBill(ctx context.Context, req *posv1.GetBillRequest) (*posv1.GetBillResponse, error) {
	grant := rpc.Grant(ctx)
	store, err := s.app.storeOf(ctx, grant, req.GetStoreCode())
	if err != nil {
		return nil, visit.ErrNoBill
	}
	b, err := s.app.Bills.BillOnFile(ctx, grant, visit.BillKey{Store: store.ID, Source: req.GetSource(), No: req.GetBillNo()})
	if err != nil {
		return nil, err
	}
	return &posv1.GetBillResponse{Bill: s.app.billToProto(b, store.Code)}, nil
}

// ListBillsUpdatedSince implements PosService.
func (s Server) ListBillsUpdatedSince(ctx context.Context, req *posv1.ListBillsUpdatedSinceRequest) (*posv1.ListBillsUpdatedSinceResponse, error) {
	grant := rpc.Grant(ctx)
	store, err := s.app.storeOf(ctx, grant, req.GetStoreCode())
	if err != nil {
		return nil, err
	}
	after, err := placeOf(grant.Actor().Tenant, store.ID, req)
	if err != nil {
		return nil, err
	}
	feed, err := s.app.Bills.BillFeed(ctx, grant, store.ID, after, req.GetSource(), pageSize(req.GetPageSize(), 200))
	if err != nil {
		return nil, err
	}
	return s.app.feedToProto(grant.Actor().Tenant, store, feed), nil
}

// LookupGuest implements PosService.
func (s Server) LookupGuest(ctx context.Context, req *posv1.LookupGuestRequest) (*posv1.LookupGuestResponse, error) {
	grant := rpc.Grant(ctx)
	store, err := s.app.storeOf(ctx, grant, req.GetStoreCode())
	if err != nil {
		return nil, err
	}
	n, err := number(req.GetNumber())
	if err != nil {
		return nil, err
	}
	card, err := s.app.Guests.LookUp(ctx, grant.Actor().Tenant, store.ID, n, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return cardToProto(card), nil
}

// UpsertBooking implements PosService.
func (s Server) UpsertBooking(ctx context.Context, req *posv1.UpsertBookingRequest) (*posv1.UpsertBookingResponse, error) {
	if err := s.app.once(ctx, req); err != nil {
		return nil, err
	}
	grant := rpc.Grant(ctx)
	in, store, err := s.app.sentBooking(ctx, grant, req)
	if err != nil {
		return nil, err
	}
	b, what, err := s.app.Bookings.PutBooking(ctx, grant, in, req.GetValidateOnly(), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.UpsertBookingResponse{Outcome: outcomes[what], Booking: bookingToProto(b, store.Code, req.GetBookerNo())}, nil
}

// SeatBooking implements PosService.
func (s Server) SeatBooking(ctx context.Context, req *posv1.SeatBookingRequest) (*posv1.SeatBookingResponse, error) {
	if err := s.app.once(ctx, req); err != nil {
		return nil, err
	}
	grant := rpc.Grant(ctx)
	store, err := s.app.storeOf(ctx, grant, req.GetStoreCode())
	if err != nil {
		return nil, err
	}
	b, err := s.app.Bookings.SeatByRef(ctx, grant, store.ID, req.GetRef(), req.GetValidateOnly(), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	no, err := s.app.staffNo(ctx, grant.Actor().Tenant, b.Booker)
	return &posv1.SeatBookingResponse{Booking: bookingToProto(b, store.Code, no)}, err
}

// RingCall implements PosService.
func (s Server) RingCall(ctx context.Context, req *posv1.RingCallRequest) (*posv1.RingCallResponse, error) {
	if err := s.app.once(ctx, req); err != nil {
		return nil, err
	}
	grant, now := rpc.Grant(ctx), s.app.Clock.Now()
	in, err := s.app.ring(ctx, grant, req, now)
	if err != nil {
		return nil, err
	}
	rang, err := s.app.Calls.Ring(ctx, grant, in, req.GetValidateOnly(), now)
	return &posv1.RingCallResponse{Rang: rang}, err
}

// idOf reads an id that the interface has checked to be one.
func idOf[I ~[16]byte](text string, none error) (I, error) {
	id, err := kernel.ParseID[I](text)
	if err != nil {
		return id, none
	}
	return id, nil
}

func pageSize(asked, usual int32) int {
	if asked == 0 {
		return int(usual)
	}
	return int(asked)
}
