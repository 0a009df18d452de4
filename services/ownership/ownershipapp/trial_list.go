package ownershipapp

import (
	"context"
	"encoding/json"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// TrialView is a trial with what it tries and who began it.
type TrialView struct {
	ownershipdb.Trial
	By      string
	Changes []tenant.Difference
}

func (a *App) trialViews(ctx context.Context, id kernel.TenantID, trials []ownershipdb.Trial) ([]TrialView, error) {
	out, people := make([]TrialView, len(trials)), []kernel.PersonID{}
	for i, t := range trials {
		set, err := triedSet(t)
		if err != nil {
			return nil, err
		}
		out[i].Trial, people = t, append(people, t.CreatedBy)
		if out[i].Changes, err = a.Tenants.Differ(ctx, id, t.BaseVersion, set); err != nil {
			return nil, err
		}
	}
	names, err := a.names(ctx, id, distinct(people))
	for i := range out {
		out[i].By = names[out[i].CreatedBy]
	}
	return out, err
}

// triedSet is the set of rules that a trial keeps.
func triedSet(t ownershipdb.Trial) (tenant.RuleSet, error) {
	var kept triedRules
	err := json.Unmarshal(t.Rules, &kept)
	return tenant.RuleSet{Version: t.BaseVersion, Values: kept.Values, Stores: kept.Stores}, err
}

// TrialCounts lists what a trial comes to, person by person. Faults:
// trial.head_office, trial.not_found.
func (a *App) TrialCounts(ctx context.Context, grant kernel.Grant, trial kernel.UUID) ([]ownershipdb.TrialCountsRow, error) {
	if _, err := a.Trial(ctx, grant, trial); err != nil {
		return nil, err
	}
	id := grant.Actor().Tenant
	return ownershipdb.New(a.DB.Single(id)).TrialCounts(ctx, id, trial)
}

// TriedLine is one event that differs, in words.
type TriedLine struct {
	Told
	No          int16
	Tried, Late bool
}

// TrialLines lists what differs in a store after a place, in the order of files.
// Faults: trial.head_office, trial.not_found.
func (a *App) TrialLines(ctx context.Context, grant kernel.Grant, trial kernel.UUID, store kernel.StoreID, after kernel.FileID, afterNo int16, atMost int) ([]TriedLine, error) {
	t, err := a.Trial(ctx, grant, trial)
	if err != nil {
		return nil, err
	}
	id := grant.Actor().Tenant
	rows, err := ownershipdb.New(a.DB.Single(id)).TrialLinesPage(ctx, ownershipdb.TrialLinesPageParams{
		TenantID: id, TrialID: trial, StoreID: store, AfterFile: kernel.UUID(after), AfterNo: afterNo, AtMost: int32(atMost),
	})
	if err != nil {
		return nil, err
	}
	set, err := triedSet(t)
	if err != nil {
		return nil, err
	}
	tried, inForce := []ownershipdb.DecisionsOfFileRow{}, []ownershipdb.DecisionsOfFileRow{}
	for _, r := range rows {
		row := ownershipdb.DecisionsOfFileRow{
			FileID: r.FileID, StoreID: r.StoreID, GuestName: r.GuestName, Rule: r.Rule, RuleVersion: t.BaseVersion, EffectiveOn: r.OnDay,
			FromName: r.FromName, ToName: r.ToName, Evidence: r.Evidence, Visits: r.Visits,
		}
		if r.Tried {
			tried = append(tried, row)
		} else {
			inForce = append(inForce, row)
		}
	}
	rules := a.Tenants.RulesOf(set)
	then, err := a.tellUnder(ctx, id, tried, func(kernel.BusinessDate) (tenant.Rules, error) { return rules, nil })
	if err != nil {
		return nil, err
	}
	fact, err := a.tell(ctx, id, inForce)
	if err != nil {
		return nil, err
	}
	out := make([]TriedLine, len(rows))
	for i, r := range rows {
		out[i] = TriedLine{No: r.No, Tried: r.Tried, Late: r.Late}
		from := &fact
		if r.Tried {
			from = &then
		}
		out[i].Told, *from = (*from)[0], (*from)[1:]
		out[i].shown = out[i].shown && r.OwnerID != nil // a public guest's name is nobody's to read
	}
	return out, nil
}

// trialOver reports whether a trial can be exported.
func trialOver(t ownershipdb.Trial) error {
	if ownership.TrialState(t.State).Going() {
		return ownership.ErrTrialEarly
	}
	return nil
}
