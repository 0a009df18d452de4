package staffapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
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
	actor, err := s.app.actorForToken(ctx, opened.Token)
	if err != nil {
		return nil, err
	}
	rpc.SetCookie(ctx, sessionCookie(opened.Token, opened.ExpiresAt, s.app.Clock.Now()))
	rpc.SetCookie(ctx, newCookie(DeviceCookie, in.Device, staff.DeviceTrusted))
	me, err := s.app.me(ctx, actor)
	return &staffv1.LoginResponse{Me: me}, err
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

// me tells an actor who he is and everything he may do.
func (a *App) me(ctx context.Context, actor *kernel.Actor) (*staffv1.Me, error) {
	chain, err := a.Tenants.Chain(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	person, err := a.Self(ctx, actor.Tenant, actor.Person)
	if err != nil {
		return nil, err
	}
	held, grants, err := a.Grants(ctx, actor)
	if err != nil {
		return nil, err
	}
	me := &staffv1.Me{
		Person: personToProto(person), TenantName: chain.Name, TenantCode: chain.Code,
		BusinessDate: chain.BusinessDate(a.Clock.Now()).String(), ActingFor: actingFor(actor),
	}
	for _, permission := range held {
		me.Rights = append(me.Rights, rightToProto(permission, grants(permission)))
	}
	return me, nil
}
