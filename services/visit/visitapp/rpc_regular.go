package visitapp

import (
	"context"
	"strconv"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/visit"
)

// ListGuestsOfNumber implements BookingService.
func (s BookingServer) ListGuestsOfNumber(ctx context.Context, req *visitv1.ListGuestsOfNumberRequest) (*visitv1.ListGuestsOfNumberResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	number, err := kernel.ParsePhone(req.GetNumber())
	if err != nil {
		return nil, fault.Field("number", "CUS-07", visit.Mend(visit.ReasonBadNumber)).Because(err)
	}
	guests, err := s.app.GuestsOfNumber(ctx, rpc.Grant(ctx), store, number)
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, seenRows("booking.guests_seen", store, len(guests)))
	return &visitv1.ListGuestsOfNumberResponse{Guests: guestsOfNumberToProto(guests)}, nil
}

// ListRegulars implements BookingService.
func (s BookingServer) ListRegulars(ctx context.Context, req *visitv1.ListRegularsRequest) (*visitv1.ListRegularsResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	var month *kernel.Month
	if req.GetMonth() != "" {
		m, err := kernel.ParseMonth(req.GetMonth())
		if err != nil {
			return nil, fault.Field("month", "", "没有这个月份，请按 YYYY-MM 填写。").Because(err)
		}
		month = &m
	}
	m, err := s.app.Regulars(ctx, rpc.Grant(ctx), store, month, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, seenRows("booking.regulars_listed", store, len(m.Regulars)))
	return regularsToProto(m), nil
}

func seenRows(action string, store kernel.StoreID, rows int) audit.Entry {
	return audit.Entry{Action: action, Object: "booking", Store: store, Changes: []audit.Change{{Field: "rows", After: strconv.Itoa(rows)}}}
}
