package visitapp

import (
	"context"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/visit"
)

// UpdateBooking implements BookingService.
func (s BookingServer) UpdateBooking(ctx context.Context, req *visitv1.UpdateBookingRequest) (*visitv1.UpdateBookingResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	to := Details{req.GetGuestName(), req.GetGuests(), req.GetArriveTime(), req.GetNote(), kernel.Fen(req.GetMinSpendFen()), kernel.Fen(req.GetDepositFen())}
	line, err := s.app.Update(ctx, rpc.Grant(ctx), id, req.GetBaseVersion(), to, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.UpdateBookingResponse{Booking: bookingToProto(line)}, nil
}

// AddBookingNumber implements BookingService.
func (s BookingServer) AddBookingNumber(ctx context.Context, req *visitv1.AddBookingNumberRequest) (*visitv1.AddBookingNumberResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	number, err := kernel.ParsePhone(req.GetNumber())
	if err != nil {
		return nil, fault.Field("number", "CUS-07", visit.Mend(visit.ReasonBadNumber)).Because(err)
	}
	var of *kernel.FileID
	if req.GetForFileId() != "" {
		file, err := idOf[kernel.FileID]("for_file_id", req.GetForFileId())
		if err != nil {
			return nil, err
		}
		of = &file
	}
	line, err := s.app.AddNumber(ctx, rpc.Grant(ctx), id, number, of, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.AddBookingNumberResponse{Booking: bookingToProto(line)}, nil
}
