package staffapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// AuthServer is the RPC service of coming in and going out.
type AuthServer struct{ app *App }

// AuthServer puts the use cases behind staffv1connect.AuthServiceHandler.
func (a *App) AuthServer() AuthServer { return AuthServer{a} }

// Login implements AuthService.
func (s AuthServer) Login(ctx context.Context, req *staffv1.LoginRequest) (*staffv1.LoginResponse, error) {
	in := loginFromProto(req, rpc.Header(ctx))
	opened, err := s.app.Login(ctx, in)
	if err != nil {
		return nil, err
	}
	rpc.SetCookie(ctx, newCookie(DeviceCookie, in.Device, staff.DeviceTrusted))
	if opened.Half != "" {
		rpc.SetCookie(ctx, newCookie(HalfCookie, opened.Half, staff.HalfLife))
		return &staffv1.LoginResponse{SecondFactorNeeded: true}, nil
	}
	me, err := s.enter(ctx, opened)
	return &staffv1.LoginResponse{Me: me}, err
}

// FinishLogin implements AuthService.
func (s AuthServer) FinishLogin(ctx context.Context, req *staffv1.FinishLoginRequest) (*staffv1.FinishLoginResponse, error) {
	opened, left, err := s.app.FinishLogin(ctx, secondStepFromProto(req, rpc.Header(ctx)))
	if err != nil {
		return nil, err
	}
	rpc.SetCookie(ctx, newCookie(HalfCookie, "", 0))
	me, err := s.enter(ctx, opened)
	return &staffv1.FinishLoginResponse{Me: me, RecoveryCodesLeft: int32(left)}, err
}

// GetLoginWays implements AuthService.
func (s AuthServer) GetLoginWays(ctx context.Context, req *staffv1.GetLoginWaysRequest) (*staffv1.GetLoginWaysResponse, error) {
	sso, err := s.app.HasSSO(ctx, req.GetTenantCode())
	return &staffv1.GetLoginWaysResponse{Sso: sso}, err
}

// BeginSso implements AuthService.
func (s AuthServer) BeginSso(ctx context.Context, req *staffv1.BeginSsoRequest) (*staffv1.BeginSsoResponse, error) {
	origin, err := parseOrigin(rpc.Header(ctx).Get("Origin"))
	if err != nil {
		return nil, err
	}
	address, cookie, err := s.app.BeginSSO(ctx, req.GetTenantCode(), origin)
	if err != nil {
		return nil, err
	}
	rpc.SetCookie(ctx, newCookie(SSOCookie, cookie, ssoLife))
	return &staffv1.BeginSsoResponse{Url: address}, nil
}

// FinishSso implements AuthService.
func (s AuthServer) FinishSso(ctx context.Context, req *staffv1.FinishSsoRequest) (*staffv1.FinishSsoResponse, error) {
	in := ssoReturnFromProto(req, rpc.Header(ctx))
	opened, err := s.app.FinishSSO(ctx, in)
	if err != nil {
		return nil, err
	}
	rpc.SetCookie(ctx, newCookie(SSOCookie, "", 0))
	rpc.SetCookie(ctx, newCookie(DeviceCookie, in.Device, staff.DeviceTrusted))
	me, err := s.enter(ctx, opened)
	return &staffv1.FinishSsoResponse{Me: me}, err
}

// enter hands a session's cookie out and tells who came in.
func (s AuthServer) enter(ctx context.Context, opened Opened) (*staffv1.Me, error) {
	actor, err := s.app.actorForToken(ctx, opened.Token)
	if err != nil {
		return nil, err
	}
	rpc.SetCookie(ctx, sessionCookie(opened.Token, opened.ExpiresAt, s.app.Clock.Now()))
	return s.app.me(ctx, actor)
}

// Logout implements AuthService.
func (s AuthServer) Logout(ctx context.Context, _ *staffv1.LogoutRequest) (*staffv1.LogoutResponse, error) {
	if err := s.app.Logout(ctx, rpc.Actor(ctx)); err != nil {
		return nil, err
	}
	rpc.SetCookie(ctx, newCookie(SessionCookie, "", 0))
	return &staffv1.LogoutResponse{}, nil
}

// StepUp implements AuthService.
func (s AuthServer) StepUp(ctx context.Context, req *staffv1.StepUpRequest) (*staffv1.StepUpResponse, error) {
	until, err := s.app.StepUp(ctx, rpc.Actor(ctx), req.GetProof())
	if err != nil {
		return nil, err
	}
	return &staffv1.StepUpResponse{UntilTime: timestamppb.New(until)}, nil
}

// WhoAmI implements AuthService.
func (s AuthServer) WhoAmI(ctx context.Context, _ *staffv1.WhoAmIRequest) (*staffv1.WhoAmIResponse, error) {
	me, err := s.app.me(ctx, rpc.Actor(ctx))
	return &staffv1.WhoAmIResponse{Me: me}, err
}
