package ownershipapp

import (
	"context"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// RunsBefore is where a page of runs begins: the first page at NewestRuns. Runs of
// stores that catch up share day and kind with the chain's own, so the lane tells
// them apart.
type RunsBefore struct {
	Day  kernel.BusinessDate
	Kind string
	Lane int32
}

// NewestRuns begins with the newest period.
var NewestRuns = RunsBefore{lastDay, "", 0}

// Runs lists runs before a place, newest period first; notable only: those that
// decided something, failed, or set files aside.
func (a *App) Runs(ctx context.Context, id kernel.TenantID, before RunsBefore, notable bool, atMost int) ([]ownershipdb.PeriodRun, error) {
	q, p := ownershipdb.New(a.DB.Single(id)), ownershipdb.RunsPageParams{TenantID: id, Before: before.Day, BeforeKind: before.Kind, BeforeLane: before.Lane, AtMost: int32(atMost)}
	if notable {
		return q.NotableRunsPage(ctx, ownershipdb.NotableRunsPageParams(p))
	}
	return q.RunsPage(ctx, p)
}

// RunsInReach is Runs as somebody sees it: whoever sees only some stores sees
// what a run decided and set aside there, and not how many files it looked at in
// the whole chain (ROL-02).
func (a *App) RunsInReach(ctx context.Context, grant kernel.Grant, before RunsBefore, notable bool, atMost int) ([]ownershipdb.PeriodRun, error) {
	id := grant.Actor().Tenant
	if grant.Tenant() {
		return a.Runs(ctx, id, before, notable, atMost)
	}
	q, stores := ownershipdb.New(a.DB.Single(id)), asUUIDs(grant.Stores())
	var runs []ownershipdb.PeriodRun
	var err error
	if notable {
		runs, err = q.NotableRunsOfStores(ctx, ownershipdb.NotableRunsOfStoresParams{TenantID: id, Before: before.Day, BeforeKind: before.Kind, BeforeLane: before.Lane, Scores: string(ownership.KindScore), Stores: stores, AtMost: int32(atMost)})
	} else {
		runs, err = a.Runs(ctx, id, before, false, atMost)
	}
	if err != nil {
		return nil, err
	}
	return a.countedInReach(ctx, grant, runs)
}

// RunInReach is one run as somebody sees it; none: there is no such run.
func (a *App) RunInReach(ctx context.Context, grant kernel.Grant, run kernel.UUID) ([]ownershipdb.PeriodRun, error) {
	id := grant.Actor().Tenant
	runs, err := ownershipdb.New(a.DB.Single(id)).RunOfID(ctx, id, run)
	if err != nil || grant.Tenant() {
		return runs, err
	}
	return a.countedInReach(ctx, grant, runs)
}

// countedInReach puts what runs did in a grant's stores in place of what they did in
// the whole chain.
func (a *App) countedInReach(ctx context.Context, grant kernel.Grant, runs []ownershipdb.PeriodRun) ([]ownershipdb.PeriodRun, error) {
	id, stores := grant.Actor().Tenant, asUUIDs(grant.Stores())
	q, ids, at := ownershipdb.New(a.DB.Single(id)), []kernel.UUID{}, map[kernel.UUID]int{}
	for i := range runs {
		runs[i].Examined, runs[i].Decided, runs[i].SetAside = 0, 0, 0
		ids, at[runs[i].RunID] = append(ids, runs[i].RunID), i
	}
	counts, err := q.RunCountsOfStores(ctx, id, ids, stores)
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		runs[at[c.RunID]].Decided, runs[at[c.RunID]].SetAside = c.Decided, c.SetAside
	}
	for i, r := range runs { // scores are quota's to count
		if r.Kind == string(ownership.KindScore) && a.Scores != nil {
			if runs[i].Decided, err = a.Scores.Made(ctx, id, r.PeriodOn, grant.Stores()); err != nil {
				return nil, err
			}
		}
	}
	return runs, nil
}

func asUUIDs(stores []kernel.StoreID) []kernel.UUID {
	out := make([]kernel.UUID, len(stores))
	for i, s := range stores {
		out[i] = kernel.UUID(s)
	}
	return out
}

// reach are the stores whose decisions a person sees: all of them, or only what
// he himself lost or got.
type reach struct {
	all, own []kernel.UUID
	me       kernel.PersonID
}

// reach turns a grant into lists of stores, so that one query serves everybody;
// a zero store means every store.
func (a *App) reach(ctx context.Context, grant kernel.Grant, store kernel.StoreID) (reach, error) {
	r := reach{all: []kernel.UUID{}, own: []kernel.UUID{}, me: grant.Person()}
	stores, err := a.Tenants.Stores(ctx, grant.Actor().Tenant)
	for _, s := range stores {
		switch {
		case !store.IsZero() && s.ID != store:
		case grant.Covers(s.ID, false):
			r.all = append(r.all, kernel.UUID(s.ID))
		case grant.Covers(s.ID, true):
			r.own = append(r.own, kernel.UUID(s.ID))
		}
	}
	return r, err
}

// DecisionsOfStores lists the decisions in reach before a day and id, newest
// first.
func (a *App) DecisionsOfStores(ctx context.Context, grant kernel.Grant, store kernel.StoreID, before kernel.BusinessDate, beforeID kernel.UUID, atMost int) ([]Told, error) {
	id := grant.Actor().Tenant
	r, err := a.reach(ctx, grant, store)
	if err != nil {
		return nil, err
	}
	rows, err := ownershipdb.New(a.DB.Single(id)).DecisionsOfStores(ctx, ownershipdb.DecisionsOfStoresParams{
		TenantID: id, StoreIds: r.all, OwnIds: r.own, Me: &r.me, Before: before, BeforeID: beforeID, AtMost: int32(atMost),
	})
	if err != nil {
		return nil, err
	}
	return a.tell(ctx, id, sameShape(rows))
}

// DecisionsOfRun lists the decisions of a run in reach, in the order of files:
// all of a run are equally new.
func (a *App) DecisionsOfRun(ctx context.Context, grant kernel.Grant, run kernel.UUID, store kernel.StoreID, after kernel.FileID, atMost int) ([]Told, error) {
	id := grant.Actor().Tenant
	r, err := a.reach(ctx, grant, store)
	if err != nil {
		return nil, err
	}
	rows, err := ownershipdb.New(a.DB.Single(id)).DecisionsOfRun(ctx, ownershipdb.DecisionsOfRunParams{
		TenantID: id, RunID: run, AfterFile: after, StoreIds: r.all, OwnIds: r.own, Me: &r.me, AtMost: int32(atMost),
	})
	if err != nil {
		return nil, err
	}
	return a.tell(ctx, id, sameShape(rows))
}

// sameShape joins the row types that the generator makes for each query.
func sameShape[R ownershipdb.DecisionsOfRunRow | ownershipdb.DecisionsOfStoresRow | ownershipdb.DecisionsByIDRow](rows []R) []ownershipdb.DecisionsOfFileRow {
	out := slices.Grow([]ownershipdb.DecisionsOfFileRow(nil), len(rows))
	for _, r := range rows {
		out = append(out, ownershipdb.DecisionsOfFileRow(r))
	}
	return out
}
