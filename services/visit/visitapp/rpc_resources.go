package visitapp

import (
	"context"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/visit"
)

// ResourceServer is visitv1connect.ResourceServiceHandler.
type ResourceServer struct{ app *App }

// ResourceServer puts the upkeep of rooms and tables behind its RPC service.
func (a *App) ResourceServer() ResourceServer { return ResourceServer{a} }

// CreateResources implements ResourceService.
func (s ResourceServer) CreateResources(ctx context.Context, req *visitv1.CreateResourcesRequest) (*visitv1.CreateResourcesResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	like := sizeFromProto(req)
	like.Store, like.Kind = store, kinds[req.GetKind()]
	if like.ActiveOn, err = optionalDateOf("active_date", req.GetActiveDate()); err != nil {
		return nil, err
	}
	resources, err := s.app.CreateResources(ctx, rpc.Grant(ctx), like, req.GetNames())
	if err != nil {
		return nil, err
	}
	return &visitv1.CreateResourcesResponse{Resources: resourcesToProto(resources)}, nil
}

// UpdateResource implements ResourceService.
func (s ResourceServer) UpdateResource(ctx context.Context, req *visitv1.UpdateResourceRequest) (*visitv1.UpdateResourceResponse, error) {
	to := sizeFromProto(req)
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	to.ID, to.Name = id, req.GetName()
	r, err := s.app.UpdateResource(ctx, rpc.Grant(ctx), to)
	if err != nil {
		return nil, err
	}
	return &visitv1.UpdateResourceResponse{Resource: resourceToProto(r)}, nil
}

// RetireResource implements ResourceService.
func (s ResourceServer) RetireResource(ctx context.Context, req *visitv1.RetireResourceRequest) (*visitv1.RetireResourceResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	on, err := optionalDateOf("retired_date", req.GetRetiredDate())
	if err != nil {
		return nil, err
	}
	r, err := s.app.RetireResource(ctx, rpc.Grant(ctx), id, on)
	if err != nil {
		return nil, err
	}
	return &visitv1.RetireResourceResponse{Resource: resourceToProto(r)}, nil
}

// RestoreResource implements ResourceService.
func (s ResourceServer) RestoreResource(ctx context.Context, req *visitv1.RestoreResourceRequest) (*visitv1.RestoreResourceResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	r, err := s.app.RestoreResource(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	return &visitv1.RestoreResourceResponse{Resource: resourceToProto(r)}, nil
}

// DeleteResource implements ResourceService.
func (s ResourceServer) DeleteResource(ctx context.Context, req *visitv1.DeleteResourceRequest) (*visitv1.DeleteResourceResponse, error) {
	id, err := idOf[kernel.UUID]("id", req.GetId())
	if err != nil {
		return nil, err
	}
	if err := s.app.DeleteResource(ctx, rpc.Grant(ctx), id); err != nil {
		return nil, err
	}
	return &visitv1.DeleteResourceResponse{}, nil
}

// OrderResources implements ResourceService.
func (s ResourceServer) OrderResources(ctx context.Context, req *visitv1.OrderResourcesRequest) (*visitv1.OrderResourcesResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	ids, err := idsOf("ids", req.GetIds())
	if err != nil {
		return nil, err
	}
	resources, err := s.app.OrderResources(ctx, rpc.Grant(ctx), store, ids)
	if err != nil {
		return nil, err
	}
	return &visitv1.OrderResourcesResponse{Resources: resourcesToProto(resources)}, nil
}

// sizeFromProto reads what new and edited ones have in common.
func sizeFromProto(req interface {
	GetCapacity() int32
	GetTables() int32
	GetMinSpendFen() int64
	GetArea() string
	GetFloor() string
},
) visit.Resource {
	return visit.Resource{
		Capacity: req.GetCapacity(), Tables: req.GetTables(), MinSpend: kernel.Fen(req.GetMinSpendFen()), Area: req.GetArea(), Floor: req.GetFloor(),
	}
}
