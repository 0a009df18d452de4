package staffapp

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// CreateRole makes a role and gives its code. Faults: invalid_field,
// staff.role_name_taken, staff.too_many_roles and those of staff.MayEdit.
func (a *App) CreateRole(ctx context.Context, grant kernel.Grant, name string, rights []staff.Right) (string, error) {
	tenant := grant.Actor().Tenant
	id := kernel.NewID[kernel.UUID](a.Clock.Now()).String()
	role := staff.Role{Code: "own_" + id[len(id)-12:], Name: name, Rights: rights} // random; no template's code begins so
	err := a.editRoles(ctx, grant, func(e edit) error {
		if len(e.roles) >= staff.MaxRoles {
			return staff.ErrTooManyRoles
		}
		if err := e.mayEdit(staff.RoleChange{After: role}); err != nil {
			return err
		}
		if err := putRoles(ctx, e.Queries, tenant, []staff.Role{role}); err != nil {
			return err
		}
		if err := e.InsertPolicies(ctx, staffdb.NewPolicies(tenant, []staff.Role{role})); err != nil {
			return err
		}
		return a.roleLine(ctx, e.tx, grant, audit.Entry{Action: "role.created", Object: "role", ObjectID: role.Code, Changes: rightChanges(staff.Role{}, role)})
	})
	return role.Code, err
}

// UpdateRole names a role anew and sets what it may do; it counts from the next
// request of everybody who holds it. Faults: invalid_field, staff.role_not_found,
// staff.role_changed, staff.role_name_taken, staff.last_admin and those of
// staff.MayEdit.
func (a *App) UpdateRole(ctx context.Context, grant kernel.Grant, after staff.Role) error {
	tenant := grant.Actor().Tenant
	return a.editRoles(ctx, grant, func(e edit) error {
		before, err := roleNamed(e.roles, after.Code)
		if err != nil {
			return err
		}
		change := staff.RoleChange{Before: before, After: after}
		if change.Mine, err = a.mine(ctx, e.Queries, grant.Actor(), after.Code, e.today); err != nil {
			return err
		}
		if err := e.mayEdit(change); err != nil {
			return err
		}
		return a.keepingAdmins(ctx, e.Queries, tenant, e.today, func() error {
			n, err := e.ChangeRole(ctx, staffdb.ChangeRoleParams{Name: after.Name, TenantID: tenant, Code: after.Code, Version: after.Version})
			if err == nil && n == 0 {
				err = staff.ErrRoleChanged
			}
			if err != nil {
				return err
			}
			if err := e.DropPolicies(ctx, tenant, []string{after.Code}); err != nil {
				return err
			}
			if err := e.InsertPolicies(ctx, staffdb.NewPolicies(tenant, []staff.Role{after})); err != nil {
				return err
			}
			return a.roleLine(ctx, e.tx, grant, audit.Entry{Action: "role.changed", Object: "role", ObjectID: after.Code, Changes: rightChanges(before, after)})
		})
	})
}

// DeleteRole takes a role away that nobody holds and no post comes with. Faults:
// staff.role_not_found, staff.role_changed, staff.role_in_use,
// staff.roles_are_chain_wide.
func (a *App) DeleteRole(ctx context.Context, grant kernel.Grant, code string, version int64) error {
	tenant := grant.Actor().Tenant
	return a.editRoles(ctx, grant, func(e edit) error {
		role, err := roleNamed(e.roles, code)
		if err != nil {
			return err
		}
		if role.Version != version {
			return staff.ErrRoleChanged
		}
		if err := e.LockRole(ctx, tenant, code); err != nil {
			return err
		}
		n, err := e.DeleteRole(ctx, staffdb.DeleteRoleParams{Now: a.Clock.Now(), TenantID: tenant, Code: code, Version: version, Today: e.today})
		if err == nil && n == 0 {
			err = staff.ErrRoleInUse
		}
		if err != nil {
			return err
		}
		if err := e.DropPolicies(ctx, tenant, []string{code}); err != nil {
			return err
		}
		return a.roleLine(ctx, e.tx, grant, audit.Entry{Action: "role.deleted", Object: "role", ObjectID: code})
	})
}

// edit is a change of the chain's roles and posts under way: the transaction,
// the roles as they are in it, and how far the editor's rights carry by them.
type edit struct {
	*staffdb.Queries
	tx     pgx.Tx
	roles  []staff.Role
	grants staff.Grants
	today  kernel.BusinessDate
}

// editRoles runs an edit of the chain's roles and posts: one after another, each
// judged by the rights as they are then, and in one transaction with the version
// by which every process judges anew. Fault: staff.roles_are_chain_wide.
func (a *App) editRoles(ctx context.Context, grant kernel.Grant, apply func(e edit) error) error {
	tenant := grant.Actor().Tenant
	today, err := a.today(ctx, tenant)
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		e := edit{Queries: staffdb.New(tx), tx: tx, today: today}
		if err := e.LockRights(ctx, tenant); err != nil {
			return err
		}
		var err error
		if e.roles, err = storedRoles(ctx, e.Queries, tenant); err != nil {
			return err
		}
		table, err := authz.Compile(policiesOf(e.roles))
		if err != nil {
			return err
		}
		e.grants = func(permission string) kernel.Grant { return table.Grant(grant.Actor(), permission) }
		if !e.grants(staff.EditRolesPermission).Tenant() {
			return staff.ErrChainWide
		}
		if err := apply(e); err != nil {
			return err
		}
		return a.Tenants.RaisePolicyVersionTx(ctx, tx, tenant)
	})
}

// mayEdit checks a change of a role against names, what there is, and what the
// editor has.
func (e edit) mayEdit(c staff.RoleChange) error {
	if err := c.Check(); err != nil {
		return err
	}
	if slices.ContainsFunc(e.roles, func(r staff.Role) bool { return r.Name == c.After.Name && r.Code != c.After.Code }) {
		return staff.ErrRoleNameTaken
	}
	return staff.MayEdit(e.grants, c)
}

// policiesOf are the rows casbin decides over.
func policiesOf(roles []staff.Role) (out []authz.Policy) {
	p := staffdb.NewPolicies(kernel.TenantID{}, roles)
	for i := range p.Roles {
		out = append(out, authz.Policy{Role: p.Roles[i], Permission: p.Permissions[i], Reach: p.Reaches[i], Effect: p.Effects[i]})
	}
	return out
}

// mine are the posts by which an actor holds a role, today or to come, and those
// others let him act with.
func (a *App) mine(ctx context.Context, q *staffdb.Queries, actor *kernel.Actor, code string, today kernel.BusinessDate) (out []staff.Post, err error) {
	rows, err := q.PostsWithRole(ctx, staffdb.PostsWithRoleParams{TenantID: actor.Tenant, PersonID: actor.Person, Role: code, Today: today})
	for _, r := range rows {
		out = append(out, staffdb.AssignmentRow(r).Assignment().Post)
	}
	for _, held := range actor.Assignments {
		if held.For != nil && held.Role == code {
			out = append(out, staff.Post{Role: code, TenantWide: held.TenantWide, Stores: held.Stores})
		}
	}
	return out, err
}

// roleLine writes the line of a change of roles or posts.
func (a *App) roleLine(ctx context.Context, tx pgx.Tx, grant kernel.Grant, e audit.Entry) error {
	return audit.WriteTx(ctx, tx, grant.Actor().Tenant, a.Clock.Now(), e)
}

// storedRoles are the chain's roles with their rights as they are stored, those
// of API keys too.
func storedRoles(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID) ([]staff.Role, error) {
	roles, err := q.Roles(ctx, tenant)
	if err != nil {
		return nil, err
	}
	policies, err := q.RolePolicies(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return staffdb.Roles(roles, policies), nil
}

// roleNamed finds a role that people can hold. Fault: staff.role_not_found.
func roleNamed(roles []staff.Role, code string) (staff.Role, error) {
	at := slices.IndexFunc(roles, func(r staff.Role) bool { return r.Code == code && !r.IsScope() })
	if at < 0 {
		return staff.Role{}, staff.ErrNoRole
	}
	return roles[at], nil
}

// rightChanges tells a change of a role: its name, and each right that differs.
func rightChanges(before, after staff.Role) (out []audit.Change) {
	if before.Name != after.Name {
		out = append(out, audit.Change{Field: "name", Before: before.Name, After: after.Name})
	}
	was := staff.ItemsOf([]staff.Role{{Code: "r", Rights: before.Rights}}, nil)
	is := staff.ItemsOf([]staff.Role{{Code: "r", Rights: after.Rights}}, nil)
	for _, roles := range []staff.Items{was, is} {
		for item := range roles {
			_, permission := staff.SplitRight(item)
			if permission != "" && was[item] != is[item] && !slices.ContainsFunc(out, func(c audit.Change) bool { return c.Field == permission }) {
				out = append(out, audit.Change{Field: permission, Before: was[item], After: is[item]})
			}
		}
	}
	slices.SortFunc(out, func(a, b audit.Change) int { return cmp.Compare(a.Field, b.Field) })
	return out
}
