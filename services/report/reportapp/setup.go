package reportapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/report"
	"github.com/changke/changke/services/report/internal/reportdb"
)

// Setup counts what a chain has of what it needs before its first guest: asked
// by a person who sets it up.
func (a *App) Setup(ctx context.Context, actor *kernel.Actor, now time.Time) (report.Setup, error) {
	today, err := a.businessDate(ctx, actor.Tenant, nil, now)
	if err != nil {
		return report.Setup{}, err
	}
	q := reportdb.New(a.DB.Single(actor.Tenant))
	counts, err := q.SetupCounts(ctx, actor.Tenant, today)
	if err != nil {
		return report.Setup{}, err
	}
	s := report.Setup{Stores: counts.Stores, Resources: counts.Resources, StorePeople: counts.StorePeople, Accounts: counts.Accounts, HasFiles: counts.HasFiles}
	roles, err := q.SetupCameIn(ctx, actor.Tenant, today)
	if err != nil {
		return s, err
	}
	table, err := a.Tables.For(ctx, actor.Tenant, actor.PolicyVersion)
	if err != nil {
		return s, err
	}
	for _, role := range roles {
		// Whoever may review a store's files runs its guests, whatever his role is called.
		s.ManagerCameIn = s.ManagerCameIn || table.Reach(role, "customer.review") != 0
	}
	return s, nil
}
