package tenantapp

import (
	"context"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// DraftRules is what publishing the chain's draft would make of the newest
// version, for a trial of it (RUL-04); none: there is no draft. Its version is the
// one the draft was made against, and its day says nothing yet.
func (a *App) DraftRules(ctx context.Context, id kernel.TenantID) (set tenant.RuleSet, some bool, err error) {
	q := tenantdb.New(a.DB.Single(id))
	sets, err := ruleSets(ctx, q, id)
	if err != nil {
		return set, false, err
	}
	draft, err := ruleDraft(ctx, q, id)
	if err != nil || len(draft.Edits) == 0 {
		return set, false, err
	}
	d := draft.On(sets[0], tenant.FirstEffectiveOn, draft.Note)
	return tenant.RuleSet{Version: sets[0].Version, EffectiveOn: d.EffectiveOn, Values: d.Values, Stores: d.Stores, Note: d.Note}, true, nil
}

// RulesOf reads a set that is no version of the chain.
func (a *App) RulesOf(set tenant.RuleSet) tenant.Rules { return tenant.NewRules(a.Catalogue, set) }

// Differ lists what a set has otherwise than a version of the chain. Fault:
// rules.version_not_found.
func (a *App) Differ(ctx context.Context, id kernel.TenantID, version int32, set tenant.RuleSet) ([]tenant.Difference, error) {
	sets, err := a.RuleSets(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, s := range sets {
		if s.Version == version {
			return tenant.Compare(a.Catalogue, s, set), nil
		}
	}
	return nil, tenant.ErrNoVersion
}
