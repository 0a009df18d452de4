package tenantapp

import (
	"context"

	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// GetStore implements TenantService.
func (s Server) GetStore(ctx context.Context, req *tenantv1.GetStoreRequest) (*tenantv1.GetStoreResponse, error) {
	id, err := storeID(req)
	if err != nil {
		return nil, err
	}
	if !rpc.Grant(ctx).Covers(id, true) {
		return nil, tenant.ErrNoStore
	}
	store, err := s.app.Store(ctx, rpc.Actor(ctx).Tenant, id)
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.GetStoreResponse{Store: detail}, err
}

// CreateStore implements TenantService.
func (s Server) CreateStore(ctx context.Context, req *tenantv1.CreateStoreRequest) (*tenantv1.CreateStoreResponse, error) {
	in, err := newStoreFromProto(req)
	if err != nil {
		return nil, err
	}
	store, err := s.app.CreateStore(ctx, rpc.Grant(ctx), in)
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.CreateStoreResponse{Store: detail}, err
}

// UpdateStore implements TenantService.
func (s Server) UpdateStore(ctx context.Context, req *tenantv1.UpdateStoreRequest) (*tenantv1.UpdateStoreResponse, error) {
	id, err := storeID(req)
	if err != nil {
		return nil, err
	}
	store, err := s.app.UpdateStore(ctx, rpc.Grant(ctx), id, req.GetBaseVersion(), tenant.StoreInfo{Code: req.GetCode(), Name: req.GetName(), Address: req.GetAddress()})
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.UpdateStoreResponse{Store: detail}, err
}

// SetStoreHours implements TenantService.
func (s Server) SetStoreHours(ctx context.Context, req *tenantv1.SetStoreHoursRequest) (*tenantv1.SetStoreHoursResponse, error) {
	id, err := storeID(req)
	if err != nil {
		return nil, err
	}
	store, err := s.app.SetStoreHours(ctx, rpc.Grant(ctx), id, req.GetBaseVersion(), hoursFromProto(req.GetHours()))
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.SetStoreHoursResponse{Store: detail}, err
}

// ChangeStoreClock implements TenantService.
func (s Server) ChangeStoreClock(ctx context.Context, req *tenantv1.ChangeStoreClockRequest) (*tenantv1.ChangeStoreClockResponse, error) {
	id, err := storeID(req)
	if err != nil {
		return nil, err
	}
	clock, err := clockFromProto(req)
	if err != nil {
		return nil, err
	}
	store, err := s.app.ChangeStoreClock(ctx, rpc.Grant(ctx), id, clock)
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.ChangeStoreClockResponse{Store: detail}, err
}

// SuspendStore implements TenantService.
func (s Server) SuspendStore(ctx context.Context, req *tenantv1.SuspendStoreRequest) (*tenantv1.SuspendStoreResponse, error) {
	id, err := storeID(req)
	if err != nil {
		return nil, err
	}
	store, open, err := s.app.SuspendStore(ctx, rpc.Grant(ctx), id, req.GetReason())
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.SuspendStoreResponse{Store: detail, OpenBookings: open}, err
}

// CloseStore implements TenantService.
func (s Server) CloseStore(ctx context.Context, req *tenantv1.CloseStoreRequest) (*tenantv1.CloseStoreResponse, error) {
	id, err := storeID(req)
	if err != nil {
		return nil, err
	}
	on, err := dateOf("closed_date", req.GetClosedDate())
	if err != nil {
		return nil, err
	}
	store, open, err := s.app.CloseStore(ctx, rpc.Grant(ctx), id, on, req.GetReason())
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.CloseStoreResponse{Store: detail, OpenBookings: open}, err
}

// ReopenStore implements TenantService.
func (s Server) ReopenStore(ctx context.Context, req *tenantv1.ReopenStoreRequest) (*tenantv1.ReopenStoreResponse, error) {
	id, err := storeID(req)
	if err != nil {
		return nil, err
	}
	store, err := s.app.ReopenStore(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.ReopenStoreResponse{Store: detail}, err
}

// SetStoreLive implements TenantService.
func (s Server) SetStoreLive(ctx context.Context, req *tenantv1.SetStoreLiveRequest) (*tenantv1.SetStoreLiveResponse, error) {
	id, err := storeID(req)
	if err != nil {
		return nil, err
	}
	var on *kernel.BusinessDate
	if req.GetLiveDate() != "" {
		day, err := dateOf("live_date", req.GetLiveDate())
		if err != nil {
			return nil, err
		}
		on = &day
	}
	store, err := s.app.SetLive(ctx, rpc.Grant(ctx), id, on)
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.SetStoreLiveResponse{Store: detail}, err
}

// CreateStoreClosure implements TenantService.
func (s Server) CreateStoreClosure(ctx context.Context, req *tenantv1.CreateStoreClosureRequest) (*tenantv1.CreateStoreClosureResponse, error) {
	id, err := storeID(req)
	if err != nil {
		return nil, err
	}
	closure, err := closureFromProto(req)
	if err != nil {
		return nil, err
	}
	store, open, err := s.app.CreateClosure(ctx, rpc.Grant(ctx), id, closure)
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.CreateStoreClosureResponse{Store: detail, OpenBookings: open}, err
}

// EndStoreClosure implements TenantService.
func (s Server) EndStoreClosure(ctx context.Context, req *tenantv1.EndStoreClosureRequest) (*tenantv1.EndStoreClosureResponse, error) {
	id, closure, err := closureID(req)
	if err != nil {
		return nil, err
	}
	to, err := dateOf("to_date", req.GetToDate())
	if err != nil {
		return nil, err
	}
	store, open, err := s.app.EndClosure(ctx, rpc.Grant(ctx), id, closure, to)
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.EndStoreClosureResponse{Store: detail, OpenBookings: open}, err
}

// WithdrawStoreClosure implements TenantService.
func (s Server) WithdrawStoreClosure(ctx context.Context, req *tenantv1.WithdrawStoreClosureRequest) (*tenantv1.WithdrawStoreClosureResponse, error) {
	id, closure, err := closureID(req)
	if err != nil {
		return nil, err
	}
	store, err := s.app.WithdrawClosure(ctx, rpc.Grant(ctx), id, closure)
	if err != nil {
		return nil, err
	}
	detail, err := s.detail(ctx, store)
	return &tenantv1.WithdrawStoreClosureResponse{Store: detail}, err
}

// detail is a store with the names of who entered its closures.
func (s Server) detail(ctx context.Context, store tenant.Store) (*tenantv1.StoreDetail, error) {
	people := []kernel.PersonID{}
	for _, c := range store.Closures {
		if c.CreatedBy != nil {
			people = append(people, *c.CreatedBy)
		}
	}
	names, err := s.app.Names(ctx, rpc.Actor(ctx).Tenant, people)
	if err != nil {
		return nil, err
	}
	return detailToProto(store, names, s.app.Clock.Now()), nil
}
