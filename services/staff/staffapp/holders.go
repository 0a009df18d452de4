package staffapp

import (
	"cmp"
	"context"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// RoleInUse is a role as people see it: with its posts, and how many in reach
// hold it today or are going to.
type RoleInUse struct {
	staff.Role
	Holders   int
	Positions []string
}

// RoleHolder is a post by which somebody holds a role.
type RoleHolder struct {
	staff.Assignment
	StaffNo, Name string
}

// RolesInUse lists the roles people can hold, those with the most holders in
// reach first.
func (a *App) RolesInUse(ctx context.Context, grant kernel.Grant) ([]RoleInUse, error) {
	tenant := grant.Actor().Tenant
	q := staffdb.New(a.DB.Single(tenant))
	roles, err := storedRoles(ctx, q, tenant)
	if err != nil {
		return nil, err
	}
	positions, err := positionsOf(ctx, q, tenant)
	if err != nil {
		return nil, err
	}
	holders, err := a.countHolders(ctx, q, grant)
	if err != nil {
		return nil, err
	}
	out := []RoleInUse{}
	for _, r := range roles {
		if r.IsScope() {
			continue
		}
		in := RoleInUse{Role: r, Holders: holders[r.Code]}
		for _, p := range positions {
			if p.Role == r.Code {
				in.Positions = append(in.Positions, p.Name)
			}
		}
		out = append(out, in)
	}
	slices.SortStableFunc(out, func(a, b RoleInUse) int {
		return cmp.Or(cmp.Compare(b.Holders, a.Holders), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// RoleInUse gives one role. Fault: staff.role_not_found.
func (a *App) RoleInUse(ctx context.Context, grant kernel.Grant, code string) (RoleInUse, error) {
	roles, err := a.RolesInUse(ctx, grant)
	if err != nil {
		return RoleInUse{}, err
	}
	at := slices.IndexFunc(roles, func(r RoleInUse) bool { return r.Code == code })
	if at < 0 {
		return RoleInUse{}, staff.ErrNoRole
	}
	return roles[at], nil
}

func (a *App) countHolders(ctx context.Context, q *staffdb.Queries, grant kernel.Grant) (map[string]int, error) {
	tenant := grant.Actor().Tenant
	today, err := a.today(ctx, tenant)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	if grant.Tenant() {
		rows, err := q.HoldersOfAll(ctx, tenant, today)
		for _, r := range rows {
			out[r.Role] = int(r.Holders)
		}
		return out, err
	}
	rows, err := q.HoldersOfStores(ctx, tenant, staffdb.IDs(grant.Stores()), today)
	for _, r := range rows {
		out[r.Role] = int(r.Holders)
	}
	return out, err
}

// Holders lists who in reach holds a role, by staff number: at most size posts
// after one. Of posts in several stores those in reach are shown. Fault:
// staff.role_not_found.
func (a *App) Holders(ctx context.Context, grant kernel.Grant, code string, afterNo string, afterID kernel.UUID, size int32) ([]RoleHolder, error) {
	if _, err := a.RoleInUse(ctx, grant, code); err != nil {
		return nil, err
	}
	tenant := grant.Actor().Tenant
	today, err := a.today(ctx, tenant)
	if err != nil {
		return nil, err
	}
	q := staffdb.New(a.DB.Single(tenant))
	if grant.Tenant() {
		rows, err := q.Holders(ctx, staffdb.HoldersParams{TenantID: tenant, Role: code, After: afterNo, AfterID: afterID, Today: today, PageSize: size})
		return as(rows, func(r staffdb.HoldersRow) RoleHolder { return holderOf(r, grant) }), err
	}
	rows, err := q.HoldersInStores(ctx, staffdb.HoldersInStoresParams{
		TenantID: tenant, Role: code, After: afterNo, AfterID: afterID, Stores: staffdb.IDs(grant.Stores()), Today: today, PageSize: size,
	})
	return as(rows, func(r staffdb.HoldersInStoresRow) RoleHolder { return holderOf(staffdb.HoldersRow(r), grant) }), err
}

func holderOf(r staffdb.HoldersRow, grant kernel.Grant) RoleHolder {
	return RoleHolder{StaffNo: r.StaffNo, Name: r.Name, Assignment: staff.Assignment{ID: r.AssignmentID, Person: r.PersonID, Post: staff.Post{
		Position: r.Position, TenantWide: r.TenantWide, From: r.FromOn, To: r.ToOn,
		Stores: slices.DeleteFunc(r.StoreIds, func(s kernel.StoreID) bool { return !grant.Covers(s, false) }),
	}}}
}

// Grantable are the permissions that the caller may add to a role with every
// reach, by the rules of staff.MayEdit; held says whether he holds it himself.
func (a *App) Grantable(ctx context.Context, actor *kernel.Actor, code string) (names []string, held bool, err error) {
	today, err := a.today(ctx, actor.Tenant)
	if err != nil {
		return nil, false, err
	}
	mine, err := a.mine(ctx, staffdb.New(a.DB.Single(actor.Tenant)), actor, code, today)
	if err != nil {
		return nil, false, err
	}
	_, grants, err := a.Grants(ctx, actor)
	if err != nil {
		return nil, false, err
	}
	for _, p := range staff.Permissions() {
		gain := staff.RoleChange{After: staff.Role{Rights: []staff.Right{{Permission: p}}}, Mine: mine}
		if staff.MayEdit(grants, gain) == nil {
			names = append(names, p)
		}
	}
	return names, len(mine) > 0, nil
}

// WhoCanGive tells which roles have a permission, and the names of people who
// may give any role.
func (a *App) WhoCanGive(ctx context.Context, tenant kernel.TenantID, permission string) (roles, givers []string, err error) {
	today, err := a.today(ctx, tenant)
	if err != nil {
		return nil, nil, err
	}
	q := staffdb.New(a.DB.Single(tenant))
	stored, err := storedRoles(ctx, q, tenant)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range stored {
		if !r.IsScope() && slices.ContainsFunc(r.Rights, func(x staff.Right) bool { return x.Permission == permission && !x.Denied }) {
			roles = append(roles, r.Name)
		}
	}
	people, err := q.Administrators(ctx, staff.Administering, tenant, today)
	return roles, as(people, func(r staffdb.AdministratorsRow) string { return r.Name }), err
}
