package staffapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// AccessServer is the RPC service of how the chain's people sign in.
type AccessServer struct{ app *App }

// AccessServer puts the use cases behind staffv1connect.AccessServiceHandler.
func (a *App) AccessServer() AccessServer { return AccessServer{a} }

// ListSessions implements AccessService.
func (s AccessServer) ListSessions(ctx context.Context, req *staffv1.ListSessionsRequest) (*staffv1.ListSessionsResponse, error) {
	id, err := kernel.ParseID[kernel.PersonID](req.GetPersonId())
	if err != nil {
		return nil, staff.ErrNotFound
	}
	list, factor, linked, err := s.app.Sessions(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	return &staffv1.ListSessionsResponse{Sessions: as(list, sessionToProto), SecondFactor: factor, SsoLinked: linked}, nil
}

// EndSessions implements AccessService.
func (s AccessServer) EndSessions(ctx context.Context, req *staffv1.EndSessionsRequest) (*staffv1.EndSessionsResponse, error) {
	id, err := kernel.ParseID[kernel.PersonID](req.GetPersonId())
	if err != nil {
		return nil, staff.ErrNotFound
	}
	var session kernel.UUID
	if req.GetSessionId() != "" {
		if session, err = kernel.ParseID[kernel.UUID](req.GetSessionId()); err != nil {
			return nil, staff.ErrNoSession
		}
	}
	return &staffv1.EndSessionsResponse{}, s.app.EndSessions(ctx, rpc.Grant(ctx), id, session)
}

// ResetSecondFactor implements AccessService.
func (s AccessServer) ResetSecondFactor(ctx context.Context, req *staffv1.ResetSecondFactorRequest) (*staffv1.ResetSecondFactorResponse, error) {
	id, err := kernel.ParseID[kernel.PersonID](req.GetPersonId())
	if err != nil {
		return nil, staff.ErrNotFound
	}
	return &staffv1.ResetSecondFactorResponse{}, s.app.ResetFactor(ctx, rpc.Grant(ctx), id)
}

// GetLoginPolicy implements AccessService.
func (s AccessServer) GetLoginPolicy(ctx context.Context, _ *staffv1.GetLoginPolicyRequest) (*staffv1.GetLoginPolicyResponse, error) {
	p, err := s.app.LoginPolicy(ctx, rpc.Actor(ctx).Tenant)
	return &staffv1.GetLoginPolicyResponse{Policy: policyToProto(p)}, err
}

// UpdateLoginPolicy implements AccessService.
func (s AccessServer) UpdateLoginPolicy(ctx context.Context, req *staffv1.UpdateLoginPolicyRequest) (*staffv1.UpdateLoginPolicyResponse, error) {
	p := staff.LoginPolicy{OfficeNeedsFactor: req.GetPolicy().GetOfficeNeedsFactor(), GraceDays: int(req.GetPolicy().GetGraceDays())}
	err := s.app.SetLoginPolicy(ctx, rpc.Grant(ctx), p)
	return &staffv1.UpdateLoginPolicyResponse{Policy: policyToProto(p)}, err
}

// GetSsoProvider implements AccessService.
func (s AccessServer) GetSsoProvider(ctx context.Context, _ *staffv1.GetSsoProviderRequest) (*staffv1.GetSsoProviderResponse, error) {
	p, secret, err := s.app.SSO(ctx, rpc.Actor(ctx).Tenant)
	if err != nil || p == nil {
		return &staffv1.GetSsoProviderResponse{}, err
	}
	return &staffv1.GetSsoProviderResponse{Provider: ssoToProto(*p), HasSecret: secret}, nil
}

// UpdateSsoProvider implements AccessService.
func (s AccessServer) UpdateSsoProvider(ctx context.Context, req *staffv1.UpdateSsoProviderRequest) (*staffv1.UpdateSsoProviderResponse, error) {
	p := ssoFromProto(req.GetProvider())
	err := s.app.SetSSO(ctx, rpc.Grant(ctx), p, req.GetClientSecret())
	return &staffv1.UpdateSsoProviderResponse{Provider: ssoToProto(p)}, err
}

// TestSsoProvider implements AccessService.
func (s AccessServer) TestSsoProvider(ctx context.Context, req *staffv1.TestSsoProviderRequest) (*staffv1.TestSsoProviderResponse, error) {
	endpoint, claims, err := s.app.TestSSO(ctx, rpc.Grant(ctx), req.GetIssuer())
	if err != nil {
		return nil, err
	}
	return &staffv1.TestSsoProviderResponse{AuthorizationEndpoint: endpoint, Claims: claims}, nil
}

// UnlinkSso implements AccessService.
func (s AccessServer) UnlinkSso(ctx context.Context, req *staffv1.UnlinkSsoRequest) (*staffv1.UnlinkSsoResponse, error) {
	id, err := kernel.ParseID[kernel.PersonID](req.GetPersonId())
	if err != nil {
		return nil, staff.ErrNotFound
	}
	return &staffv1.UnlinkSsoResponse{}, s.app.UnlinkSSO(ctx, rpc.Grant(ctx), id)
}

var matches = map[string]staffv1.SsoMatch{
	staff.MatchStaffNo: staffv1.SsoMatch_SSO_MATCH_STAFF_NO,
	staff.MatchPhone:   staffv1.SsoMatch_SSO_MATCH_PHONE,
	staff.MatchEmail:   staffv1.SsoMatch_SSO_MATCH_EMAIL,
	staff.MatchRecord:  staffv1.SsoMatch_SSO_MATCH_RECORDED_EMAIL,
}

func ssoToProto(p staff.SSOProvider) *staffv1.SsoProvider {
	return &staffv1.SsoProvider{Issuer: p.Issuer, ClientId: p.ClientID, Claim: p.Claim, Match: matches[p.Match], Domain: p.Domain, Enabled: p.Enabled}
}

func ssoFromProto(in *staffv1.SsoProvider) staff.SSOProvider {
	p := staff.SSOProvider{Issuer: in.GetIssuer(), ClientID: in.GetClientId(), Claim: in.GetClaim(), Domain: in.GetDomain(), Enabled: in.GetEnabled()}
	for match, proto := range matches {
		if proto == in.GetMatch() {
			p.Match = match
		}
	}
	return p
}

func policyToProto(p staff.LoginPolicy) *staffv1.LoginPolicy {
	return &staffv1.LoginPolicy{OfficeNeedsFactor: p.OfficeNeedsFactor, GraceDays: int32(p.GraceDays)}
}

func securityToProto(s Security) *staffv1.GetAccountSecurityResponse {
	out := &staffv1.GetAccountSecurityResponse{
		HasPassword: s.HasPassword, RecoveryCodesLeft: int32(s.CodesLeft), SecondFactorRequired: s.FactorRequired, Sessions: as(s.Sessions, sessionToProto),
	}
	if s.FactorSince != nil {
		out.SecondFactorTime = timestamppb.New(*s.FactorSince)
	}
	return out
}

func sessionToProto(s SignedIn) *staffv1.Session {
	return &staffv1.Session{
		Id: s.Session.String(), Device: s.Device, Address: s.Address, KnownTime: timestamppb.New(s.KnownAt), SeenTime: timestamppb.New(s.SeenAt),
		Way: ways[s.Way], Current: s.Current,
	}
}

var ways = map[string]staffv1.LoginWay{
	staff.WayPassword: staffv1.LoginWay_LOGIN_WAY_PASSWORD,
	staff.WayFactor:   staffv1.LoginWay_LOGIN_WAY_SECOND_FACTOR,
	staff.WaySSO:      staffv1.LoginWay_LOGIN_WAY_SSO,
}

func newDeviceToProto(r staffdb.NewDevicesRow) *staffv1.NewDevice {
	return &staffv1.NewDevice{Device: r.Device, Address: r.Address, Time: timestamppb.New(r.KnownAt)}
}

func proofKind(p staffdb.SessionProofRow) staffv1.ProofKind {
	switch {
	case p.SecretBox != nil:
		return staffv1.ProofKind_PROOF_KIND_CODE
	case p.PasswordHash != nil:
		return staffv1.ProofKind_PROOF_KIND_PASSWORD
	default:
		return staffv1.ProofKind_PROOF_KIND_LOGIN
	}
}
