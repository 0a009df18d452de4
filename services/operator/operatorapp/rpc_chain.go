package operatorapp

import (
	"context"

	operatorv1 "github.com/changke/changke/gen/go/changke/operator/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/platform/rpc"
)

// ChainServer is the RPC service of what a chain decides about its data and the
// operator. All of it is the whole chain's: a right bound to stores is not enough.
type ChainServer struct{ app *App }

// ChainServer puts the use cases behind operatorv1connect.ChainServiceHandler.
func (a *App) ChainServer() ChainServer { return ChainServer{a} }

// whole is the caller, if his right reaches the whole chain.
func whole(ctx context.Context) (*kernel.Actor, error) {
	if !rpc.Grant(ctx).Tenant() {
		return nil, operator.ErrHeadOffice
	}
	return rpc.Actor(ctx), nil
}

// ListExports implements ChainService.
func (s ChainServer) ListExports(ctx context.Context, _ *operatorv1.ListExportsRequest) (*operatorv1.ListExportsResponse, error) {
	by, err := whole(ctx)
	if err != nil {
		return nil, err
	}
	key, exports, err := s.app.Exports(ctx, by.Tenant)
	if err != nil {
		return nil, err
	}
	return s.app.exportsPage(ctx, by.Tenant, key, exports)
}

// SetRecipient implements ChainService.
func (s ChainServer) SetRecipient(ctx context.Context, req *operatorv1.SetRecipientRequest) (*operatorv1.SetRecipientResponse, error) {
	by, err := whole(ctx)
	if err != nil {
		return nil, err
	}
	return &operatorv1.SetRecipientResponse{}, s.app.SetRecipient(ctx, by, req.GetRecipient())
}

// StartExport implements ChainService.
func (s ChainServer) StartExport(ctx context.Context, _ *operatorv1.StartExportRequest) (*operatorv1.StartExportResponse, error) {
	by, err := whole(ctx)
	if err != nil {
		return nil, err
	}
	e, err := s.app.StartExport(ctx, by, by.Tenant)
	if err != nil {
		return nil, err
	}
	return &operatorv1.StartExportResponse{Export: s.app.exportToProto(e, map[kernel.PersonID]string{by.Person: by.Name})}, nil
}

// DownloadExport implements ChainService.
func (s ChainServer) DownloadExport(ctx context.Context, req *operatorv1.DownloadExportRequest) (*operatorv1.DownloadExportResponse, error) {
	by, err := whole(ctx)
	if err != nil {
		return nil, err
	}
	path, err := s.app.Download(ctx, by, by.Tenant, uuid(req.GetExportId()))
	if err != nil {
		return nil, err
	}
	return &operatorv1.DownloadExportResponse{Path: path}, nil
}

// ListSupport implements ChainService.
func (s ChainServer) ListSupport(ctx context.Context, _ *operatorv1.ListSupportRequest) (*operatorv1.ListSupportResponse, error) {
	by, err := whole(ctx)
	if err != nil {
		return nil, err
	}
	accesses, err := s.app.Supports(ctx, by.Tenant)
	if err != nil {
		return nil, err
	}
	out, err := s.app.namedAccesses(ctx, by.Tenant, accesses)
	return &operatorv1.ListSupportResponse{Accesses: out}, err
}

// GrantSupport implements ChainService.
func (s ChainServer) GrantSupport(ctx context.Context, req *operatorv1.GrantSupportRequest) (*operatorv1.GrantSupportResponse, error) {
	by, err := whole(ctx)
	if err != nil {
		return nil, err
	}
	access, err := s.app.GrantSupport(ctx, by, uuid(req.GetAccessId()), int(req.GetMinutes()))
	if err != nil {
		return nil, err
	}
	out, err := s.app.namedAccesses(ctx, by.Tenant, []operator.Support{access})
	return &operatorv1.GrantSupportResponse{Access: only(out)}, err
}

// EndSupport implements ChainService.
func (s ChainServer) EndSupport(ctx context.Context, req *operatorv1.EndSupportRequest) (*operatorv1.EndSupportResponse, error) {
	by, err := whole(ctx)
	if err != nil {
		return nil, err
	}
	return &operatorv1.EndSupportResponse{}, s.app.EndSupport(ctx, by, uuid(req.GetAccessId()))
}

// GetOwnAccess implements ChainService.
func (s ChainServer) GetOwnAccess(ctx context.Context, _ *operatorv1.GetOwnAccessRequest) (*operatorv1.GetOwnAccessResponse, error) {
	by := rpc.Actor(ctx)
	if by.Kind != kernel.ActorSupport {
		return &operatorv1.GetOwnAccessResponse{}, nil
	}
	access, err := s.app.OneSupport(ctx, by.Tenant, by.Session)
	if err != nil {
		return nil, err
	}
	out, err := s.app.namedAccesses(ctx, by.Tenant, []operator.Support{access})
	return &operatorv1.GetOwnAccessResponse{Access: only(out)}, err
}
