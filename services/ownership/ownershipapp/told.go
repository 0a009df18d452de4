package ownershipapp

import (
	"context"
	"encoding/json"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// Told is a decision with its words.
type Told struct {
	ownershipdb.DecisionsOfFileRow
	Sentence kernel.Words
	Facts    []ownership.Fact
	Actor    kernel.Words // whom it is signed by: system:LIF-03@v7, or the person of a merging
	shown    bool         // whether the caller of the method sees the guest's name in clear
	// AppealUntil is the last day on which the caller may appeal against it (LIF-11);
	// nil: he may not, or it was not asked.
	AppealUntil *kernel.BusinessDate
}

// tell puts decisions into words for the caller of a method.
func (a *App) tell(ctx context.Context, id kernel.TenantID, rows []ownershipdb.DecisionsOfFileRow) ([]Told, error) {
	return a.tellUnder(ctx, id, rows, a.rulesOn(ctx, id))
}

// tellUnder is tell with other rules than those that were in force on a day.
func (a *App) tellUnder(ctx context.Context, id kernel.TenantID, rows []ownershipdb.DecisionsOfFileRow, on func(kernel.BusinessDate) (tenant.Rules, error)) ([]Told, error) {
	out, err := a.sayUnder(ctx, id, rows, on)
	reached, names := rpc.Grant(ctx), rpc.GrantFor(ctx, customer.NamesPermission)
	for i, r := range rows {
		// Where only own things are reached the rows are what he lost or got.
		out[i].shown = names.Covers(r.StoreID, !reached.Covers(r.StoreID, false))
	}
	return out, err
}

// say puts decisions into words, with the values that were in force: the rules of
// a day that has passed never change.
func (a *App) say(ctx context.Context, id kernel.TenantID, rows []ownershipdb.DecisionsOfFileRow) ([]Told, error) {
	return a.sayUnder(ctx, id, rows, a.rulesOn(ctx, id))
}

func (a *App) sayUnder(ctx context.Context, id kernel.TenantID, rows []ownershipdb.DecisionsOfFileRow, on func(kernel.BusinessDate) (tenant.Rules, error)) ([]Told, error) {
	out := make([]Told, len(rows))
	visits := make([][]ownership.Visit, len(rows))
	var people []kernel.PersonID
	for i, r := range rows {
		out[i].DecisionsOfFileRow = r
		var e ownership.AdoptionEvidence
		if r.Rule == ownership.RuleTied && json.Unmarshal(r.Evidence, &e) == nil {
			people = append(people, e.Receivers...)
		}
		var x ownership.AppealEvidence
		if ownership.Kind(r.Rule) == ownership.KindAppeal && json.Unmarshal(r.Evidence, &x) == nil {
			people = append(people, x.Person)
		}
		var corrected ownership.CorrectionEvidence
		if ownership.Kind(r.Rule) == ownership.KindCorrection && json.Unmarshal(r.Evidence, &corrected) == nil {
			for _, c := range corrected.Causes {
				people = append(people, c.Person)
			}
		}
		if r.Visits == nil {
			continue
		}
		if err := json.Unmarshal(r.Visits, &visits[i]); err != nil {
			return out, err
		}
		for _, v := range visits[i] {
			people = append(people, v.By)
		}
	}
	names, err := a.names(ctx, id, distinct(people))
	if err != nil {
		return out, err
	}
	for i, r := range rows {
		rules, err := on(r.EffectiveOn)
		if err != nil {
			return out, err
		}
		k := ownership.Kind(r.Rule)
		out[i].Actor = kernel.Same(ownership.Actor(k, r.RuleVersion))
		out[i].Sentence, out[i].Facts = ownership.TellDecision(k, r.Evidence, ownership.Told{
			EffectiveOn: r.EffectiveOn, From: r.FromName, To: r.ToName, Visits: visits[i], Name: func(p kernel.PersonID) string { return names[p] },
			Months: k.Months(rules, r.StoreID), Share: ownership.ShareTermsOf(rules, r.StoreID), Receptions: ownership.Receptions(rules, r.StoreID), Days: ownership.AwayDays(rules),
		})
	}
	return out, a.sign(ctx, id, out)
}

func (a *App) names(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error) {
	if len(people) == 0 {
		return nil, nil
	}
	rows, err := ownershipdb.New(a.DB.Single(id)).PeopleNames(ctx, id, ownershipdb.UUIDs(people))
	names := make(map[kernel.PersonID]string, len(rows))
	for _, r := range rows {
		names[r.PersonID] = r.Name
	}
	return names, err
}

// Words puts decisions and warnings into a sentence each: a port of message, whose inbox tells
// them to whom they concern.
func (a *App) Words(ctx context.Context, id kernel.TenantID, decisions []kernel.UUID) (map[kernel.UUID]message.Said, error) {
	if len(decisions) == 0 {
		return nil, nil
	}
	told, err := a.decisions(ctx, id, decisions)
	if err != nil {
		return nil, err
	}
	out := make(map[kernel.UUID]message.Said, len(told))
	for id, t := range told {
		out[id] = message.Said{Words: t.Sentence, Rule: t.Rule, Version: t.RuleVersion}
	}
	if len(out) == len(decisions) {
		return out, nil
	}
	warnings, err := ownershipdb.New(a.DB.Single(id)).WarningsByID(ctx, id, decisions)
	for _, w := range warnings {
		out[w.WarningID] = message.Said{Words: ownership.TellWarning(w.Evidence, w.WarnedOn), Rule: string(ownership.KindWarn), Version: w.RuleVersion}
	}
	return out, err
}

// sign names the people who decided by hand; the evidence of both kinds says so
// alike.
func (a *App) sign(ctx context.Context, id kernel.TenantID, decisions []Told) error {
	signed, people := map[int]signature{}, []kernel.PersonID{}
	for i, d := range decisions {
		var e signature
		byHand := ownership.Kind(d.Rule) == ownership.KindMerge || ownership.Kind(d.Rule) == ownership.KindAppeal || d.Rule == ownership.RuleHandover || ownership.Kind(d.Rule) == ownership.KindCorrection
		if !byHand || json.Unmarshal(d.Evidence, &e) != nil || e.By.IsZero() {
			continue
		}
		signed[i], people = e, append(people, e.By)
		if e.For != nil {
			people = append(people, *e.For)
		}
	}
	names, err := a.names(ctx, id, people)
	for i, e := range signed {
		holder := ""
		if e.For != nil {
			holder = names[*e.For]
		}
		decisions[i].Actor = staff.Signature(names[e.By], holder)
	}
	return err
}

// signature is what the evidence of every decision by hand says of who took it.
type signature struct {
	By  kernel.PersonID  `json:"by"`
	For *kernel.PersonID `json:"for"` // whose delegate he was
}
