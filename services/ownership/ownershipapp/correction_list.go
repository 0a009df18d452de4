package ownershipapp

import (
	"context"
	"encoding/json"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// CorrectionView is a correction with its words.
type CorrectionView struct {
	ownershipdb.CorrectionOfIDRow
	Sentence         kernel.Words
	Causes           []kernel.Words // what was learned late
	Person, Owner    string         // names; empty: nobody
	By, For          string         // who settled it
	Reason           string         // why it was settled so
	Decided, Instead []Told
	shown            bool // whether the caller of the method sees the guest's name in clear
}

// Corrections lists those of the stores in reach before an id, newest first: those
// that wait, or all but what later facts took away.
func (a *App) Corrections(ctx context.Context, grant kernel.Grant, store kernel.StoreID, all bool, before kernel.UUID, atMost int) ([]CorrectionView, error) {
	id := grant.Actor().Tenant
	r, err := a.reach(ctx, grant, store)
	if err != nil {
		return nil, err
	}
	states := []string{string(ownership.CorrectionProposed)}
	if all {
		states = append(states, string(ownership.CorrectionNoted), string(ownership.CorrectionConfirmed), string(ownership.CorrectionDismissed))
	}
	rows, err := ownershipdb.New(a.DB.Single(id)).CorrectionsOfStores(ctx, ownershipdb.CorrectionsOfStoresParams{TenantID: id, StoreIds: r.all, Before: before, States: states, AtMost: int32(atMost)})
	if err != nil {
		return nil, err
	}
	same := make([]ownershipdb.CorrectionOfIDRow, len(rows))
	for i, r := range rows {
		same[i] = ownershipdb.CorrectionOfIDRow(r)
	}
	return a.correctionViews(ctx, id, same)
}

func (a *App) correctionView(ctx context.Context, id kernel.TenantID, correction kernel.UUID) (CorrectionView, error) {
	row, err := ownershipdb.New(a.DB.Single(id)).CorrectionOfID(ctx, id, correction)
	if err != nil {
		return CorrectionView{}, err
	}
	views, err := a.correctionViews(ctx, id, []ownershipdb.CorrectionOfIDRow{row})
	if err != nil {
		return CorrectionView{}, err
	}
	return views[0], nil
}

// correctionViews adds words and names to a page of corrections.
func (a *App) correctionViews(ctx context.Context, id kernel.TenantID, rows []ownershipdb.CorrectionOfIDRow) ([]CorrectionView, error) {
	out, differences, people := make([]CorrectionView, len(rows)), make([]ownership.Difference, len(rows)), []kernel.PersonID{}
	for i, r := range rows {
		d, err := differenceOf(r)
		if err != nil {
			return nil, err
		}
		differences[i] = d
		for _, p := range []*kernel.PersonID{r.OwnerID, r.SettledBy, r.SettledFor, &d.Person} {
			if p != nil {
				people = append(people, *p)
			}
		}
		people = append(people, d.People()...)
		for _, c := range d.Causes {
			people = append(people, c.Person)
		}
	}
	names, err := a.names(ctx, id, distinct(people))
	if err != nil {
		return nil, err
	}
	of := func(p *kernel.PersonID) string {
		if p == nil {
			return ""
		}
		return names[*p]
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	guests := rpc.GrantFor(ctx, customer.NamesPermission)
	for i, r := range rows {
		d, v := differences[i], CorrectionView{CorrectionOfIDRow: r, Owner: of(r.OwnerID), By: of(r.SettledBy), For: of(r.SettledFor), Person: names[differences[i].Person]}
		v.shown = r.OwnerID != nil && guests.Covers(r.StoreID, false)
		if v.Reason, err = ownershipdb.OpenReason(keys, ownershipdb.CorrectionBox, r.CorrectionID, r.ReasonBox); err != nil {
			return nil, err
		}
		name := func(p kernel.PersonID) string { return names[p] }
		v.Sentence = ownership.TellDifference(d, name)
		for _, c := range d.Causes {
			v.Causes = append(v.Causes, ownership.TellCause(c, name))
		}
		if v.Decided, err = a.events(ctx, id, r.FileID, r.StoreID, r.GuestName, d.Decided, names); err != nil {
			return nil, err
		}
		if v.Instead, err = a.events(ctx, id, r.FileID, r.StoreID, r.GuestName, d.Now, names); err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// events puts events of a file into words, as decisions that nobody has made, under
// the rules that were in force.
func (a *App) events(ctx context.Context, id kernel.TenantID, file kernel.FileID, store kernel.StoreID, guest string, events []ownership.Event, names map[kernel.PersonID]string) ([]Told, error) {
	rows := make([]ownershipdb.DecisionsOfFileRow, len(events))
	for i, e := range events {
		rules, err := a.Tenants.Rules(ctx, id, e.On)
		if err != nil {
			return nil, err
		}
		if rows[i], err = rowOf(file, store, guest, e, rules.Version, names); err != nil {
			return nil, err
		}
	}
	return a.say(ctx, id, rows)
}

// rowOf is an event in the shape of a decision.
func rowOf(file kernel.FileID, store kernel.StoreID, guest string, e ownership.Event, version int32, names map[kernel.PersonID]string) (row ownershipdb.DecisionsOfFileRow, err error) {
	row = ownershipdb.DecisionsOfFileRow{
		FileID: file, StoreID: store, GuestName: guest, Rule: string(e.Rule), RuleVersion: version, EffectiveOn: e.On, FromName: names[e.From], ToName: names[e.To],
	}
	if row.Evidence, err = json.Marshal(e.Evidence); err == nil && e.Seen != nil {
		row.Visits, err = json.Marshal(e.Seen)
	}
	return row, err
}

// rulesOn are the rules by which decisions are put into words: those in force.
func (a *App) rulesOn(ctx context.Context, id kernel.TenantID) func(kernel.BusinessDate) (tenant.Rules, error) {
	return func(day kernel.BusinessDate) (tenant.Rules, error) { return a.Tenants.Rules(ctx, id, day) }
}
