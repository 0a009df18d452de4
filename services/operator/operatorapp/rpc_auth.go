package operatorapp

import (
	"context"

	operatorv1 "github.com/changke/changke/gen/go/changke/operator/v1"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// AuthServer is the RPC service of operators' coming in and going out.
type AuthServer struct{ app *App }

// AuthServer puts the use cases behind operatorv1connect.OperatorAuthServiceHandler.
func (a *App) AuthServer() AuthServer { return AuthServer{a} }

// LoginOperator implements OperatorAuthService.
func (s AuthServer) LoginOperator(ctx context.Context, req *operatorv1.LoginOperatorRequest) (*operatorv1.LoginOperatorResponse, error) {
	device := cookie(rpc.Header(ctx), DeviceCookie)
	if device == "" {
		device = staff.NewToken()
	}
	opened, err := s.app.Login(ctx, Login{Login: req.GetLogin(), Password: req.GetPassword(), Code: req.GetCode(), Device: device})
	if err != nil {
		return nil, err
	}
	rpc.SetCookie(ctx, newCookie(SessionCookie, opened.Token, operator.SessionLife))
	rpc.SetCookie(ctx, newCookie(DeviceCookie, device, operator.DeviceTrusted))
	return &operatorv1.LoginOperatorResponse{Operator: accountToProto(opened.Account)}, nil
}

// BeginActivation implements OperatorAuthService.
func (s AuthServer) BeginActivation(ctx context.Context, req *operatorv1.BeginActivationRequest) (*operatorv1.BeginActivationResponse, error) {
	e, err := s.app.BeginActivation(ctx, req.GetActivationCode())
	if err != nil {
		return nil, err
	}
	return &operatorv1.BeginActivationResponse{Operator: accountToProto(e.Account), OtpauthUri: e.URI, Secret: e.Secret}, nil
}

// Activate implements OperatorAuthService.
func (s AuthServer) Activate(ctx context.Context, req *operatorv1.ActivateRequest) (*operatorv1.ActivateResponse, error) {
	return &operatorv1.ActivateResponse{}, s.app.Activate(ctx, req.GetActivationCode(), req.GetPassword(), req.GetCode())
}

// LogoutOperator implements OperatorAuthService.
func (s AuthServer) LogoutOperator(ctx context.Context, _ *operatorv1.LogoutOperatorRequest) (*operatorv1.LogoutOperatorResponse, error) {
	rpc.SetCookie(ctx, newCookie(SessionCookie, "", 0))
	return &operatorv1.LogoutOperatorResponse{}, s.app.Logout(ctx, rpc.Actor(ctx))
}

// ProveOperator implements OperatorAuthService.
func (s AuthServer) ProveOperator(ctx context.Context, req *operatorv1.ProveOperatorRequest) (*operatorv1.ProveOperatorResponse, error) {
	return &operatorv1.ProveOperatorResponse{}, s.app.Prove(ctx, rpc.Actor(ctx), cookie(rpc.Header(ctx), DeviceCookie), req.GetCode())
}

// GetOperator implements OperatorAuthService.
func (s AuthServer) GetOperator(ctx context.Context, _ *operatorv1.GetOperatorRequest) (*operatorv1.GetOperatorResponse, error) {
	session, err := s.app.caller(ctx)
	return &operatorv1.GetOperatorResponse{Operator: accountToProto(session.Account)}, err
}

// caller is the session of the operator who calls, with his name.
func (a *App) caller(ctx context.Context) (operator.Session, error) {
	return a.session(ctx, cookie(rpc.Header(ctx), SessionCookie))
}
