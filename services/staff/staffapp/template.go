package staffapp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// digestItem is where the digest of the template that was merged last stands.
const digestItem = "template"

// SeedRolesTx writes the template of roles and posts of a new tenant.
func SeedRolesTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID) error {
	return putTemplate(ctx, staffdb.New(tx), tenant, staff.TemplateItems(), staff.TemplateItems(), nil)
}

// BringTemplate merges the product's template into every chain that has an older
// one: what a chain has changed itself stays as it is. Every process does it when
// it starts; once it is done, doing it again costs one read for each chain.
func (a *App) BringTemplate(ctx context.Context) error {
	tenants, err := a.Tenants.TenantIDs(ctx)
	if err != nil {
		return err
	}
	digest := staff.TemplateItems().Digest()
	var failed error
	for _, id := range tenants {
		has, err := staffdb.New(a.DB.Single(id)).TemplateDigest(ctx, id)
		if err == nil && !slices.Contains(has, digest) {
			err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error { return a.mergeTemplate(ctx, tx, id, digest) })
		}
		if err != nil { // the others are not kept waiting
			failed = errors.Join(failed, fmt.Errorf("template of roles for %s: %w", id, err))
		}
	}
	return failed
}

func (a *App) mergeTemplate(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, digest string) error {
	q := staffdb.New(tx)
	if err := q.LockRights(ctx, tenant); err != nil {
		return err
	}
	has, err := q.TemplateDigest(ctx, tenant)
	if err != nil || slices.Contains(has, digest) { // another process was here
		return err
	}
	roles, err := storedRoles(ctx, q, tenant)
	if err != nil {
		return err
	}
	positions, err := positionsOf(ctx, q, tenant)
	if err != nil {
		return err
	}
	ours := staff.ItemsOf(roles, positions)
	given := staff.Items{}
	rows, err := q.TemplateItems(ctx, tenant)
	if err != nil {
		return err
	}
	for _, r := range rows {
		given[r.Item] = r.Value
	}
	if len(given) == 0 { // from before templates were merged: then nobody could change anything
		given = maps.Clone(ours)
	}
	delete(given, digestItem)
	newer := staff.TemplateItems()
	put, drop := staff.MergeTemplate(given, ours, newer)
	if err := putTemplate(ctx, q, tenant, newer, put, drop); err != nil {
		return err
	}
	if err := a.Tenants.RaisePolicyVersionTx(ctx, tx, tenant); err != nil {
		return err
	}
	return audit.WriteTx(ctx, tx, tenant, a.Clock.Now(), audit.Entry{Action: "role.template_merged", Object: "role", Changes: []audit.Change{
		{Field: "items", After: strconv.Itoa(len(put))}, {Field: "dropped", After: strconv.Itoa(len(drop))},
	}})
}

// putTemplate writes what a merge has found out, and what the chain was given.
func putTemplate(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, newer, put staff.Items, drop []string) error {
	var roles, permissions []string
	for _, item := range append(slices.Collect(maps.Keys(put)), drop...) {
		if role, permission := staff.SplitRight(item); permission != "" {
			roles, permissions = append(roles, role), append(permissions, permission)
		}
	}
	named, rights := put.Roles()
	if err := putRoles(ctx, q, tenant, named); err != nil {
		return err
	}
	if err := q.DropRights(ctx, tenant, roles, permissions); err != nil {
		return err
	}
	if err := q.InsertPolicies(ctx, staffdb.NewPolicies(tenant, rights)); err != nil {
		return err
	}
	if err := putPositions(ctx, q, tenant, put.Positions()); err != nil {
		return err
	}
	if err := q.ForgetTemplate(ctx, tenant); err != nil {
		return err
	}
	items, values := []string{digestItem}, []string{newer.Digest()}
	for item, value := range newer {
		items, values = append(items, item), append(values, value)
	}
	return q.PutTemplateItems(ctx, tenant, items, values)
}

func putRoles(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, roles []staff.Role) error {
	var codes, names []string
	for _, r := range roles {
		codes, names = append(codes, r.Code), append(names, r.Name)
	}
	return q.PutRoles(ctx, tenant, codes, names)
}
