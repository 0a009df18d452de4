package staffapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// Desk gives everybody who may handle requests by a permission in some stores,
// or at head office, as they stand now: posts, long leave, delegations (ROL-05).
// Whose turn a request is, staff.Desk.Turn says.
func (a *App) Desk(ctx context.Context, tenant kernel.TenantID, permission string, stores []kernel.StoreID, now time.Time) (staff.Desk, error) {
	_, version, err := a.Policies(ctx, tenant)
	if err != nil {
		return staff.Desk{}, err
	}
	table, err := a.Tables.For(ctx, tenant, version)
	if err != nil {
		return staff.Desk{}, err
	}
	chain, err := a.Tenants.Chain(ctx, tenant)
	if err != nil {
		return staff.Desk{}, err
	}
	q, today := staffdb.New(a.DB.Single(tenant)), chain.BusinessDate(now)
	roles, err := q.Roles(ctx, tenant)
	if err != nil {
		return staff.Desk{}, err
	}
	p := staffdb.HandlersParams{TenantID: tenant, Today: today, Stores: staffdb.IDs(stores)}
	for _, r := range roles {
		if table.Reach(r.Code, permission)&kernel.ReachWhere != 0 {
			p.Roles = append(p.Roles, r.Code)
		}
	}
	rows, err := q.Handlers(ctx, p)
	if err != nil {
		return staff.Desk{}, err
	}
	d, holders := staff.Desk{}, []kernel.PersonID{}
	for _, r := range rows {
		d.Handlers = append(d.Handlers, staff.Handler{
			Person: r.PersonID, Name: r.Name, Position: r.Position, Stores: r.StoreIds, Away: r.Away,
			Escalated: table.Reach(r.Role, staff.EscalatedPermission)&kernel.ReachWhere != 0,
		})
		holders = append(holders, r.PersonID)
	}
	standins, err := q.Standins(ctx, staffdb.StandinsParams{TenantID: tenant, Today: today, Now: now, Permission: permission, Holders: staffdb.IDs(holders)})
	for _, r := range standins {
		d.Standins = append(d.Standins, staff.Standin{Holder: r.HolderID, Person: r.DelegateID, Name: r.Name, Away: r.Away})
	}
	return d, err
}

// WithoutAccount gives those of some people who can't log in (ACC-01): nothing that is
// to be answered in the console reaches them.
func (a *App) WithoutAccount(ctx context.Context, tenant kernel.TenantID, people []kernel.PersonID) ([]kernel.PersonID, error) {
	return staffdb.New(a.DB.Single(tenant)).WithoutAccount(ctx, tenant, staffdb.IDs(people))
}
