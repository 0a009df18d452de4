package tenantapp

import (
	"context"

	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// Server is the context's RPC service.
type Server struct{ app *App }

// Server puts the use cases behind tenantv1connect.TenantServiceHandler.
func (a *App) Server() Server { return Server{a} }

// ListStores implements TenantService.
func (s Server) ListStores(ctx context.Context, _ *tenantv1.ListStoresRequest) (*tenantv1.ListStoresResponse, error) {
	stores, err := s.app.StoresWithin(ctx, rpc.Actor(ctx).Tenant, rpc.Grant(ctx))
	if err != nil {
		return nil, err
	}
	return &tenantv1.ListStoresResponse{Stores: storesToProto(stores, s.app.Clock.Now())}, nil
}

// ListRuleSets implements TenantService.
func (s Server) ListRuleSets(ctx context.Context, _ *tenantv1.ListRuleSetsRequest) (*tenantv1.ListRuleSetsResponse, error) {
	id := rpc.Actor(ctx).Tenant
	sets, err := s.app.RuleSets(ctx, id)
	if err != nil {
		return nil, err
	}
	people := []kernel.PersonID{}
	for _, set := range sets {
		if set.PublishedBy != nil {
			people = append(people, *set.PublishedBy)
		}
	}
	names, err := s.app.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	res := &tenantv1.ListRuleSetsResponse{Fields: fieldsToProto(s.app.Catalogue)}
	for _, set := range sets {
		res.RuleSets = append(res.RuleSets, ruleSetToProto(set.Within(rpc.Grant(ctx)), names))
	}
	return res, nil
}

// PublishRuleSet implements TenantService.
func (s Server) PublishRuleSet(ctx context.Context, req *tenantv1.PublishRuleSetRequest) (*tenantv1.PublishRuleSetResponse, error) {
	actor := rpc.Actor(ctx)
	if !rpc.Grant(ctx).Tenant() { // a version is of all stores
		return nil, tenant.ErrHeadOffice
	}
	draft, err := draftFromProto(req)
	if err != nil {
		return nil, err
	}
	set, err := s.app.PublishRuleSet(ctx, actor.Tenant, actor.Person, draft)
	if err != nil {
		return nil, err
	}
	names := map[kernel.PersonID]string{actor.Person: actor.Name}
	return &tenantv1.PublishRuleSetResponse{RuleSet: ruleSetToProto(set, names)}, nil
}
