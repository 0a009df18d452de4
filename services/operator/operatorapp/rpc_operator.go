package operatorapp

import (
	"context"

	operatorv1 "github.com/changke/changke/gen/go/changke/operator/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/platform/rpc"
)

// OperatorServer is the RPC service of the operator's desk.
type OperatorServer struct{ app *App }

// OperatorServer puts the use cases behind operatorv1connect.OperatorServiceHandler.
func (a *App) OperatorServer() OperatorServer { return OperatorServer{a} }

// ListChains implements OperatorService.
func (s OperatorServer) ListChains(ctx context.Context, req *operatorv1.ListChainsRequest) (*operatorv1.ListChainsResponse, error) {
	after, err := rpc.ParsePageToken(kernel.TenantID{}, req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	size := pageSize(req.GetPageSize())
	chains, err := s.app.Chains(ctx, first(after), size+1)
	if err != nil {
		return nil, err
	}
	return chainsPage(chains, size), nil
}

// CreateChain implements OperatorService.
func (s OperatorServer) CreateChain(ctx context.Context, req *operatorv1.CreateChainRequest) (*operatorv1.CreateChainResponse, error) {
	admin, err := operator.NewFirstAdmin(req.GetAdminStaffNo(), req.GetAdminName(), req.GetAdminPhone())
	if err != nil {
		return nil, err
	}
	create := s.app.CreateChain
	if req.GetSandbox() {
		create = s.app.CreateSandbox
	}
	chain, code, err := create(ctx, rpc.Actor(ctx), req.GetCode(), req.GetName(), admin)
	if err != nil {
		return nil, err
	}
	return &operatorv1.CreateChainResponse{Chain: chainToProto(chain), ActivationCode: code}, nil
}

// RenewChainActivation implements OperatorService.
func (s OperatorServer) RenewChainActivation(ctx context.Context, req *operatorv1.RenewChainActivationRequest) (*operatorv1.RenewChainActivationResponse, error) {
	code, err := s.app.RenewActivation(ctx, rpc.Actor(ctx), tenantID(req.GetTenantId()))
	if err != nil {
		return nil, err
	}
	return &operatorv1.RenewChainActivationResponse{ActivationCode: code}, nil
}

// SuspendChain implements OperatorService.
func (s OperatorServer) SuspendChain(ctx context.Context, req *operatorv1.SuspendChainRequest) (*operatorv1.SuspendChainResponse, error) {
	return &operatorv1.SuspendChainResponse{}, s.app.Suspend(ctx, rpc.Actor(ctx), tenantID(req.GetTenantId()))
}

// ResumeChain implements OperatorService.
func (s OperatorServer) ResumeChain(ctx context.Context, req *operatorv1.ResumeChainRequest) (*operatorv1.ResumeChainResponse, error) {
	return &operatorv1.ResumeChainResponse{}, s.app.Resume(ctx, rpc.Actor(ctx), tenantID(req.GetTenantId()))
}

// CloseChain implements OperatorService.
func (s OperatorServer) CloseChain(ctx context.Context, req *operatorv1.CloseChainRequest) (*operatorv1.CloseChainResponse, error) {
	keep, err := s.app.Close(ctx, rpc.Actor(ctx), tenantID(req.GetTenantId()), req.GetCode())
	if err != nil {
		return nil, err
	}
	return &operatorv1.CloseChainResponse{KeepUntilDate: keep.String()}, nil
}

// ListChainExports implements OperatorService.
func (s OperatorServer) ListChainExports(ctx context.Context, req *operatorv1.ListChainExportsRequest) (*operatorv1.ListChainExportsResponse, error) {
	id := tenantID(req.GetTenantId())
	if _, err := s.app.chain(ctx, id); err != nil {
		return nil, err
	}
	key, exports, err := s.app.Exports(ctx, id)
	if err != nil {
		return nil, err
	}
	return &operatorv1.ListChainExportsResponse{Exports: s.app.exportsToProto(exports, nil), HasRecipient: key.Key != ""}, nil
}

// StartChainExport implements OperatorService.
func (s OperatorServer) StartChainExport(ctx context.Context, req *operatorv1.StartChainExportRequest) (*operatorv1.StartChainExportResponse, error) {
	e, err := s.app.StartExport(ctx, rpc.Actor(ctx), tenantID(req.GetTenantId()))
	if err != nil {
		return nil, err
	}
	return &operatorv1.StartChainExportResponse{Export: s.app.exportToProto(e, nil)}, nil
}

// DownloadChainExport implements OperatorService.
func (s OperatorServer) DownloadChainExport(ctx context.Context, req *operatorv1.DownloadChainExportRequest) (*operatorv1.DownloadChainExportResponse, error) {
	path, err := s.app.Download(ctx, rpc.Actor(ctx), tenantID(req.GetTenantId()), uuid(req.GetExportId()))
	if err != nil {
		return nil, err
	}
	return &operatorv1.DownloadChainExportResponse{Path: path}, nil
}

// AskSupport implements OperatorService.
func (s OperatorServer) AskSupport(ctx context.Context, req *operatorv1.AskSupportRequest) (*operatorv1.AskSupportResponse, error) {
	by, err := s.app.caller(ctx)
	if err != nil {
		return nil, err
	}
	access, err := s.app.AskSupport(ctx, by, tenantID(req.GetTenantId()), req.GetReason())
	if err != nil {
		return nil, err
	}
	out, err := s.app.accessesToProto(ctx, []operator.Support{access}, nil)
	return &operatorv1.AskSupportResponse{Access: only(out)}, err
}

// ListOwnSupport implements OperatorService.
func (s OperatorServer) ListOwnSupport(ctx context.Context, _ *operatorv1.ListOwnSupportRequest) (*operatorv1.ListOwnSupportResponse, error) {
	accesses, err := s.app.OwnSupport(ctx, rpc.Actor(ctx))
	if err != nil {
		return nil, err
	}
	out, err := s.app.accessesToProto(ctx, accesses, nil)
	return &operatorv1.ListOwnSupportResponse{Accesses: out}, err
}

// EnterSupport implements OperatorService.
func (s OperatorServer) EnterSupport(ctx context.Context, req *operatorv1.EnterSupportRequest) (*operatorv1.EnterSupportResponse, error) {
	access, token, err := s.app.EnterSupport(ctx, rpc.Actor(ctx), tenantID(req.GetTenantId()), uuid(req.GetAccessId()))
	if err != nil {
		return nil, err
	}
	rpc.SetCookie(ctx, newCookie(s.app.ChainCookie, token, access.ExpiresAt.Sub(s.app.Clock.Now())))
	out, err := s.app.accessesToProto(ctx, []operator.Support{access}, nil)
	return &operatorv1.EnterSupportResponse{Access: only(out)}, err
}

// LeaveSupport implements OperatorService.
func (s OperatorServer) LeaveSupport(ctx context.Context, req *operatorv1.LeaveSupportRequest) (*operatorv1.LeaveSupportResponse, error) {
	return &operatorv1.LeaveSupportResponse{}, s.app.LeaveSupport(ctx, rpc.Actor(ctx), tenantID(req.GetTenantId()), uuid(req.GetAccessId()))
}

// ListActs implements OperatorService.
func (s OperatorServer) ListActs(ctx context.Context, req *operatorv1.ListActsRequest) (*operatorv1.ListActsResponse, error) {
	before, err := rpc.ParsePageToken(kernel.TenantID{}, req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	size := pageSize(req.GetPageSize())
	acts, err := s.app.Acts(ctx, uuid(first(before)), size+1)
	if err != nil {
		return nil, err
	}
	return actsPage(acts, size), nil
}
