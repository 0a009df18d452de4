package tenantapp

import (
	"context"

	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// RuleServer is the RPC service of changing rules.
type RuleServer struct{ app *App }

// RuleServer puts the use cases behind tenantv1connect.RuleServiceHandler.
func (a *App) RuleServer() RuleServer { return RuleServer{a} }

// office gives the caller, who must reach the whole chain: a version is of all stores.
func office(ctx context.Context) (*kernel.Actor, error) {
	if !rpc.Grant(ctx).Tenant() {
		return nil, tenant.ErrHeadOffice
	}
	return rpc.Actor(ctx), nil
}

// GetRuleDraft implements RuleService.
func (s RuleServer) GetRuleDraft(ctx context.Context, _ *tenantv1.GetRuleDraftRequest) (*tenantv1.GetRuleDraftResponse, error) {
	actor, err := office(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.app.RuleDraft(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	draft, err := s.app.draftToProto(ctx, actor.Tenant, d.Draft)
	return &tenantv1.GetRuleDraftResponse{Draft: draft, Findings: findingsToProto(d.Findings)}, err
}

// SaveRuleDraft implements RuleService.
func (s RuleServer) SaveRuleDraft(ctx context.Context, req *tenantv1.SaveRuleDraftRequest) (*tenantv1.SaveRuleDraftResponse, error) {
	actor, err := office(ctx)
	if err != nil {
		return nil, err
	}
	in, err := ruleDraftFromProto(req)
	if err != nil {
		return nil, err
	}
	d, err := s.app.SaveRuleDraft(ctx, actor.Tenant, actor.Person, in)
	if err != nil {
		return nil, err
	}
	draft, err := s.app.draftToProto(ctx, actor.Tenant, d.Draft)
	return &tenantv1.SaveRuleDraftResponse{Draft: draft, Findings: findingsToProto(d.Findings)}, err
}

// DiscardRuleDraft implements RuleService.
func (s RuleServer) DiscardRuleDraft(ctx context.Context, req *tenantv1.DiscardRuleDraftRequest) (*tenantv1.DiscardRuleDraftResponse, error) {
	actor, err := office(ctx)
	if err != nil {
		return nil, err
	}
	ended, err := s.app.DiscardRuleDraft(ctx, actor.Tenant, actor.Person, req.GetExpectedRevision())
	if err != nil {
		return nil, err
	}
	draft, err := s.app.draftToProto(ctx, actor.Tenant, ended)
	return &tenantv1.DiscardRuleDraftResponse{Draft: draft}, err
}

// PublishRuleDraft implements RuleService.
func (s RuleServer) PublishRuleDraft(ctx context.Context, req *tenantv1.PublishRuleDraftRequest) (*tenantv1.PublishRuleDraftResponse, error) {
	actor, err := office(ctx)
	if err != nil {
		return nil, err
	}
	on, err := dayOf(req.GetEffectiveDate())
	if err != nil {
		return nil, err
	}
	set, err := s.app.PublishRuleDraft(ctx, actor.Tenant, actor.Person, req.GetExpectedRevision(), on, req.GetNote())
	if err != nil {
		return nil, err
	}
	return &tenantv1.PublishRuleDraftResponse{RuleSet: ruleSetToProto(set, map[kernel.PersonID]string{actor.Person: actor.Name})}, nil
}

// WithdrawRuleSet implements RuleService.
func (s RuleServer) WithdrawRuleSet(ctx context.Context, req *tenantv1.WithdrawRuleSetRequest) (*tenantv1.WithdrawRuleSetResponse, error) {
	actor, err := office(ctx)
	if err != nil {
		return nil, err
	}
	set, err := s.app.WithdrawRuleSet(ctx, actor.Tenant, actor.Person, req.GetVersion(), req.GetNote())
	if err != nil {
		return nil, err
	}
	return &tenantv1.WithdrawRuleSetResponse{RuleSet: ruleSetToProto(set, map[kernel.PersonID]string{actor.Person: actor.Name})}, nil
}
