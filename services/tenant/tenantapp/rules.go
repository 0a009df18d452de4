package tenantapp

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// Rules gives the rules in force on a business day (RUL-01). Publishing keeps
// more than freshFor away from the day a version begins, so what a process
// remembers is never out of date for a day that has begun.
func (a *App) Rules(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error) {
	sets, err := a.rules.get(id, a.Clock.Now(), func() ([]tenant.RuleSet, error) {
		return ruleSets(ctx, tenantdb.New(a.DB.Single(id)), id)
	})
	if err != nil {
		return tenant.Rules{}, err
	}
	set, ok := tenant.InForce(sets, on)
	if !ok {
		return tenant.Rules{}, tenant.ErrNoTenant
	}
	return tenant.NewRules(a.Catalogue, set), nil
}

// RuleSets lists every published version, newest first.
func (a *App) RuleSets(ctx context.Context, id kernel.TenantID) ([]tenant.RuleSet, error) {
	return ruleSets(ctx, tenantdb.New(a.DB.Single(id)), id)
}

// noticeOfRules is how long before the turn of the day a version for the next
// day must be published at the latest: every process has it in time.
const noticeOfRules = 6 * freshFor

// PublishRuleSet publishes a draft as the next version. Of two who publish from
// the same version, one wins; the other gets rules.version_changed. Further
// faults: rules.date_passed, rules.unknown_key, rules.out_of_range.
func (a *App) PublishRuleSet(ctx context.Context, id kernel.TenantID, by kernel.PersonID, d tenant.Draft) (tenant.RuleSet, error) {
	now := a.Clock.Now()
	chain, err := a.Chain(ctx, id)
	if err != nil {
		return tenant.RuleSet{}, err
	}
	stores, err := a.Stores(ctx, id)
	if err != nil {
		return tenant.RuleSet{}, err
	}
	set := tenant.RuleSet{Version: d.Base + 1, EffectiveOn: d.EffectiveOn, Values: d.Values, Stores: d.Stores, PublishedBy: &by, PublishedAt: now}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		sets, err := ruleSets(ctx, q, id)
		if err != nil {
			return err
		}
		if err := d.Check(a.Catalogue, sets[0].Version, chain.BusinessDate(now.Add(noticeOfRules)), stores); err != nil {
			return err
		}
		row, err := tenantdb.NewRuleSet(id, set)
		if err != nil {
			return err
		}
		return q.InsertRuleSet(ctx, row)
	})
	if db.ConstraintName(err) == "rule_set_pkey" {
		err = tenant.ErrVersionChanged
	}
	a.rules.change(id, now)
	return set, err
}

// ruleSets reads every version, newest first; each tenant has at least one.
func ruleSets(ctx context.Context, q *tenantdb.Queries, id kernel.TenantID) ([]tenant.RuleSet, error) {
	rows, err := q.RuleSets(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, tenant.ErrNoTenant
	}
	sets := make([]tenant.RuleSet, len(rows))
	for i, r := range rows {
		if sets[i], err = r.RuleSet(); err != nil {
			return nil, err
		}
	}
	return sets, nil
}
