package visitapp

import (
	"context"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/visit"
)

// ListUncheckedNotices implements BookingService.
func (s BookingServer) ListUncheckedNotices(ctx context.Context, req *visitv1.ListUncheckedNoticesRequest) (*visitv1.ListUncheckedNoticesResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	list, total, err := s.app.Unchecked(ctx, rpc.Grant(ctx), store)
	if err != nil {
		return nil, err
	}
	audit.BoardSeen(ctx, "booking.unchecked_seen", store, store.String(), len(list))
	out := &visitv1.ListUncheckedNoticesResponse{Total: total}
	for _, u := range list {
		out.Notices = append(out.Notices, &visitv1.UncheckedNotice{Booking: bookingToProto(u.Line), ToldByName: u.By, MayCheck: u.May})
	}
	return out, nil
}

// CheckNotice implements BookingService.
func (s BookingServer) CheckNotice(ctx context.Context, req *visitv1.CheckNoticeRequest) (*visitv1.CheckNoticeResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	found := visit.Finding{Held: req.GetFinding() == visitv1.NoticeFinding_NOTICE_FINDING_CONFIRMED, Note: req.GetNote()}
	line, err := s.app.CheckNotice(ctx, rpc.Grant(ctx), id, found, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.CheckNoticeResponse{Booking: bookingToProto(line)}, nil
}

func findingToProto(held bool) visitv1.NoticeFinding {
	if held {
		return visitv1.NoticeFinding_NOTICE_FINDING_CONFIRMED
	}
	return visitv1.NoticeFinding_NOTICE_FINDING_DOUBTED
}
