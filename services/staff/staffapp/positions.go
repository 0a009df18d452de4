package staffapp

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// Positions lists the posts of a chain, head office first (ROL-01).
func (a *App) Positions(ctx context.Context, tenant kernel.TenantID) ([]staff.Position, error) {
	return positionsOf(ctx, staffdb.New(a.DB.Single(tenant)), tenant)
}

// ImportPeopleTx is PutPeopleTx for people whose posts are known in words only:
// each gets the role that comes with the post in this chain.
func (a *App) ImportPeopleTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, people []staff.NewPerson, now time.Time) error {
	positions, err := positionsOf(ctx, staffdb.New(tx), tenant)
	if err != nil {
		return err
	}
	for _, p := range people {
		for i, post := range p.Posts {
			if at := slices.IndexFunc(positions, func(x staff.Position) bool { return x.Name == post.Position }); at >= 0 {
				p.Posts[i].Role = positions[at].Role
			} else {
				p.Posts[i].Role = staff.RoleOfPosition(post.Position)
			}
		}
	}
	return a.PutPeopleTx(ctx, tx, tenant, people, now)
}

// PutPosition adds a post, or sets the role that comes with it from now on; who
// holds the post keeps the role he was given. Faults: invalid_field,
// staff.unknown_role, staff.roles_are_chain_wide, staff.too_many_roles.
func (a *App) PutPosition(ctx context.Context, grant kernel.Grant, p staff.Position) (staff.Position, error) {
	if err := p.Check(); err != nil {
		return p, err
	}
	err := a.editRoles(ctx, grant, func(e edit) error {
		positions, err := positionsOf(ctx, e.Queries, grant.Actor().Tenant)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(e.roles, func(r staff.Role) bool { return r.Code == p.Role && !r.IsScope() }) {
			return staff.ErrUnknownRole
		}
		change := audit.Change{Field: "role", After: p.Role}
		if at := slices.IndexFunc(positions, func(x staff.Position) bool { return x.Name == p.Name }); at >= 0 {
			p.HeadOffice, change.Before = positions[at].HeadOffice, positions[at].Role
		} else if len(positions) >= staff.MaxPositions {
			return staff.ErrTooManyRoles
		}
		if err := putPositions(ctx, e.Queries, grant.Actor().Tenant, []staff.Position{p}); err != nil {
			return err
		}
		return a.roleLine(ctx, e.tx, grant, audit.Entry{Action: "position.changed", Object: "position", ObjectID: p.Name, Changes: []audit.Change{change}})
	})
	return p, err
}

// DeletePosition takes a post from the list; who holds it keeps it. Faults:
// staff.position_not_found, staff.roles_are_chain_wide.
func (a *App) DeletePosition(ctx context.Context, grant kernel.Grant, name string) error {
	return a.editRoles(ctx, grant, func(e edit) error {
		n, err := e.DeletePosition(ctx, grant.Actor().Tenant, name)
		if err == nil && n == 0 {
			err = staff.ErrNoPosition
		}
		if err != nil {
			return err
		}
		return a.roleLine(ctx, e.tx, grant, audit.Entry{Action: "position.deleted", Object: "position", ObjectID: name})
	})
}

func positionsOf(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID) ([]staff.Position, error) {
	rows, err := q.Positions(ctx, tenant)
	return as(rows, func(r staffdb.PositionsRow) staff.Position { return staff.Position(r) }), err
}

func putPositions(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, positions []staff.Position) error {
	in := staffdb.PutPositionsParams{TenantID: tenant}
	for _, p := range positions {
		in.Names, in.Roles, in.HeadOffices = append(in.Names, p.Name), append(in.Roles, p.Role), append(in.HeadOffices, p.HeadOffice)
	}
	return q.PutPositions(ctx, in)
}
