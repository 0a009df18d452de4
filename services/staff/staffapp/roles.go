package staffapp

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// PutRolesTx replaces roles and raises the tenant's version, so that every
// process judges by the new rights from the next request on.
func (a *App) PutRolesTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, roles []staff.Role) error {
	q := staffdb.New(tx)
	var codes []string
	for _, r := range roles {
		codes = append(codes, r.Code)
	}
	if err := putRoles(ctx, q, tenant, roles); err != nil {
		return err
	}
	if err := q.DropPolicies(ctx, tenant, codes); err != nil {
		return err
	}
	if err := q.InsertPolicies(ctx, staffdb.NewPolicies(tenant, roles)); err != nil {
		return err
	}
	return a.Tenants.RaisePolicyVersionTx(ctx, tx, tenant)
}

// Policies gives the tenant's rows for casbin and the version they belong to, in
// one snapshot: an authz.Loader.
func (a *App) Policies(ctx context.Context, tenant kernel.TenantID) ([]authz.Policy, int64, error) {
	rows, err := staffdb.New(a.DB.Single(tenant)).Policies(ctx, tenant)
	if err != nil {
		return nil, 0, err
	}
	policies, version := slices.Clone(a.Platform), int64(0)
	for _, r := range rows {
		version = r.PolicyVersion
		if r.Role != nil { // a tenant without any has one empty row
			policies = append(policies, authz.Policy{Role: *r.Role, Permission: *r.Permission, Reach: *r.Reach, Effect: *r.Effect})
		}
	}
	return policies, version, nil
}

// Roles lists the roles people can be given, by code, with what the table of
// rights makes of them.
func (a *App) Roles(ctx context.Context, actor *kernel.Actor) ([]staff.Role, error) {
	table, err := a.Tables.For(ctx, actor.Tenant, actor.PolicyVersion)
	if err != nil {
		return nil, err
	}
	rows, err := staffdb.New(a.DB.Single(actor.Tenant)).Roles(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	roles := []staff.Role{}
	for _, r := range rows {
		if role := (staff.Role{Code: r.Code, Name: r.Name}); !role.IsScope() {
			role.Rights = rights(table, r.Code)
			roles = append(roles, role)
		}
	}
	return roles, nil
}

// rights lists what a role may do: the product's permissions in their order,
// then the chain's own.
func rights(table *authz.Table, role string) []staff.Right {
	names := staff.Permissions()
	extra := slices.DeleteFunc(table.Permissions(), func(p string) bool { return slices.Contains(names, p) })
	slices.Sort(extra)
	var out []staff.Right
	for _, p := range append(names, extra...) {
		if reach := table.Reach(role, p); reach != 0 {
			out = append(out, staff.Right{Permission: p, Own: reach&kernel.ReachWhere == 0})
		}
	}
	return out
}

// Grants gives every right of an actor that reaches anywhere, by permission, in
// the order of the table.
func (a *App) Grants(ctx context.Context, actor *kernel.Actor) ([]string, staff.Grants, error) {
	table, err := a.Tables.For(ctx, actor.Tenant, actor.PolicyVersion)
	if err != nil {
		return nil, nil, err
	}
	grants := func(permission string) kernel.Grant { return table.Grant(actor, permission) }
	held := slices.DeleteFunc(staff.Permissions(), func(p string) bool { return grants(p).Empty() })
	return held, grants, nil
}

// anew is an actor under the chain's newest rights, after a change of them.
func (a *App) anew(ctx context.Context, actor *kernel.Actor) (*kernel.Actor, error) {
	_, version, err := a.Policies(ctx, actor.Tenant)
	now := *actor
	now.PolicyVersion = version
	return &now, err
}

// mayGive checks that the actor may give a post to somebody; see staff.MayGive.
func (a *App) mayGive(ctx context.Context, actor *kernel.Actor, post staff.Post, toSelf bool) error {
	roles, err := a.Roles(ctx, actor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(roles, func(r staff.Role) bool { return r.Code == post.Role })
	if at < 0 {
		return staff.ErrUnknownRole
	}
	if post.TenantWide == (len(post.Stores) > 0) {
		return staff.ErrNoPlace
	}
	if err := a.knownStores(ctx, actor.Tenant, post.Stores); err != nil {
		return err
	}
	_, grants, err := a.Grants(ctx, actor)
	if err != nil {
		return err
	}
	return staff.MayGive(grants, roles[at], post, toSelf)
}

// knownStores checks that all are stores of the chain. Fault: staff.unknown_store.
func (a *App) knownStores(ctx context.Context, tenant kernel.TenantID, stores []kernel.StoreID) error {
	all, err := a.Tenants.Stores(ctx, tenant)
	if err != nil {
		return err
	}
	known := map[kernel.StoreID]bool{}
	for _, s := range all {
		known[s.ID] = true
	}
	for _, s := range stores {
		if !known[s] {
			return staff.ErrUnknownStore
		}
	}
	return nil
}
