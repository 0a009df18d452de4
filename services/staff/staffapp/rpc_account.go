package staffapp

import (
	"context"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// AccountServer is the RPC service of the caller's own account.
type AccountServer struct{ app *App }

// AccountServer puts the use cases behind staffv1connect.AccountServiceHandler.
func (a *App) AccountServer() AccountServer { return AccountServer{a} }

// GetAccountSecurity implements AccountService.
func (s AccountServer) GetAccountSecurity(ctx context.Context, _ *staffv1.GetAccountSecurityRequest) (*staffv1.GetAccountSecurityResponse, error) {
	security, err := s.app.Security(ctx, rpc.Actor(ctx))
	if err != nil {
		return nil, err
	}
	return securityToProto(security), nil
}

// ChangePassword implements AccountService.
func (s AccountServer) ChangePassword(ctx context.Context, req *staffv1.ChangePasswordRequest) (*staffv1.ChangePasswordResponse, error) {
	err := s.app.ChangePassword(ctx, rpc.Actor(ctx), req.GetCurrentPassword(), req.GetNewPassword())
	return &staffv1.ChangePasswordResponse{}, err
}

// BeginSecondFactor implements AccountService.
func (s AccountServer) BeginSecondFactor(ctx context.Context, _ *staffv1.BeginSecondFactorRequest) (*staffv1.BeginSecondFactorResponse, error) {
	key, uri, err := s.app.BeginFactor(ctx, rpc.Actor(ctx))
	if err != nil {
		return nil, err
	}
	return &staffv1.BeginSecondFactorResponse{Secret: key, Uri: uri}, nil
}

// ConfirmSecondFactor implements AccountService.
func (s AccountServer) ConfirmSecondFactor(ctx context.Context, req *staffv1.ConfirmSecondFactorRequest) (*staffv1.ConfirmSecondFactorResponse, error) {
	codes, err := s.app.ConfirmFactor(ctx, rpc.Actor(ctx), req.GetCode())
	if err != nil {
		return nil, err
	}
	return &staffv1.ConfirmSecondFactorResponse{RecoveryCodes: codes}, nil
}

// DisableSecondFactor implements AccountService.
func (s AccountServer) DisableSecondFactor(ctx context.Context, _ *staffv1.DisableSecondFactorRequest) (*staffv1.DisableSecondFactorResponse, error) {
	return &staffv1.DisableSecondFactorResponse{}, s.app.DisableFactor(ctx, rpc.Actor(ctx))
}

// RenewRecoveryCodes implements AccountService.
func (s AccountServer) RenewRecoveryCodes(ctx context.Context, _ *staffv1.RenewRecoveryCodesRequest) (*staffv1.RenewRecoveryCodesResponse, error) {
	codes, err := s.app.RenewCodes(ctx, rpc.Actor(ctx))
	if err != nil {
		return nil, err
	}
	return &staffv1.RenewRecoveryCodesResponse{RecoveryCodes: codes}, nil
}

// EndMySession implements AccountService.
func (s AccountServer) EndMySession(ctx context.Context, req *staffv1.EndMySessionRequest) (*staffv1.EndMySessionResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetSessionId())
	if err != nil {
		return nil, staff.ErrNoSession
	}
	return &staffv1.EndMySessionResponse{}, s.app.EndMySession(ctx, rpc.Actor(ctx), id)
}

// EndMyOtherSessions implements AccountService.
func (s AccountServer) EndMyOtherSessions(ctx context.Context, _ *staffv1.EndMyOtherSessionsRequest) (*staffv1.EndMyOtherSessionsResponse, error) {
	return &staffv1.EndMyOtherSessionsResponse{}, s.app.EndMyOtherSessions(ctx, rpc.Actor(ctx))
}

// AcknowledgeDevices implements AccountService.
func (s AccountServer) AcknowledgeDevices(ctx context.Context, _ *staffv1.AcknowledgeDevicesRequest) (*staffv1.AcknowledgeDevicesResponse, error) {
	return &staffv1.AcknowledgeDevicesResponse{}, s.app.AcknowledgeDevices(ctx, rpc.Actor(ctx))
}
