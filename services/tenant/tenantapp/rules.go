package tenantapp

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// Rules gives the rules in force on a business day (RUL-01). Publishing keeps
// more than freshFor away from the day a version begins, so what a process
// remembers is never out of date for a day that has begun.
func (a *App) Rules(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error) {
	sets, err := a.rules.get(id, a.Clock.Now(), freshFor, func() ([]tenant.RuleSet, error) {
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
// faults: rules.date_passed, rules.unknown_key, rules.out_of_range,
// rules.contradiction.
func (a *App) PublishRuleSet(ctx context.Context, id kernel.TenantID, by kernel.PersonID, d tenant.Draft) (tenant.RuleSet, error) {
	return a.publish(ctx, id, by, func(*tenantdb.Queries, []tenant.RuleSet, kernel.BusinessDate) (tenant.Draft, error) { return d, nil })
}

// WithdrawRuleSet takes the newest version back before its day comes, by a
// further version. Faults: rules.version_not_found, rules.not_newest,
// rules.already_begun, rules.is_withdrawal.
func (a *App) WithdrawRuleSet(ctx context.Context, id kernel.TenantID, by kernel.PersonID, version int32, note string) (tenant.RuleSet, error) {
	return a.publish(ctx, id, by, func(_ *tenantdb.Queries, sets []tenant.RuleSet, today kernel.BusinessDate) (tenant.Draft, error) {
		return tenant.Withdraw(sets, version, today, note)
	})
}

// publish writes the version that next makes of those there are, newest first,
// and of the business day; next may write in the same transaction.
func (a *App) publish(ctx context.Context, id kernel.TenantID, by kernel.PersonID,
	next func(q *tenantdb.Queries, sets []tenant.RuleSet, today kernel.BusinessDate) (tenant.Draft, error),
) (set tenant.RuleSet, err error) {
	now := a.Clock.Now()
	chain, err := a.Chain(ctx, id)
	if err != nil {
		return tenant.RuleSet{}, err
	}
	stores, err := a.Stores(ctx, id)
	if err != nil {
		return tenant.RuleSet{}, err
	}
	today := chain.BusinessDate(now.Add(noticeOfRules))
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		sets, err := ruleSets(ctx, q, id)
		if err != nil {
			return err
		}
		d, err := next(q, sets, today)
		if err != nil {
			return err
		}
		if err := d.Check(a.Catalogue, sets[0].Version, today, stores); err != nil {
			return err
		}
		set = tenant.RuleSet{
			Version: d.Base + 1, EffectiveOn: d.EffectiveOn, Values: d.Values, Stores: d.Stores,
			PublishedBy: &by, PublishedAt: now, Note: d.Note, Withdraws: d.Withdraws,
		}
		row, err := tenantdb.NewRuleSet(id, set)
		if err != nil {
			return err
		}
		if err := q.InsertRuleSet(ctx, row); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, a.published(sets[0], set))
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

// published is the line of a new version: every value that differs from the
// version before; a store's is empty where it follows the chain.
func (a *App) published(before, after tenant.RuleSet) audit.Entry {
	e := audit.Entry{Action: "rules.published", Object: "rules", ObjectID: strconv.Itoa(int(after.Version))}
	if after.Withdraws != 0 {
		e.Action = "rules.withdrawn"
	}
	e.Changes = []audit.Change{{Field: "effective_date", Before: before.EffectiveOn.String(), After: after.EffectiveOn.String()}}
	for _, d := range tenant.Compare(a.Catalogue, before, after) {
		field := d.Field.Key
		if !d.Store.IsZero() {
			field = "store:" + d.Store.String() + ":" + field
		}
		e.Changes = append(e.Changes, audit.Change{Field: field, Before: text(d.Before), After: text(d.After)})
	}
	return e
}

func text(v *int64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatInt(*v, 10)
}
