package ownershipapp

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// brakeTx is RUL-08: before the first chunk of a run writes anything, the releases
// of the whole run are counted store by store. A store of which it would release
// too many is left out, and waits for head office before this step; the run goes
// on with the others.
func (a *App) brakeTx(ctx context.Context, tx pgx.Tx, c *chunk, o *outcome) error {
	if a.Gaps == nil || !c.kind().Releases() || c.No > 1 {
		return nil
	}
	releases, err := a.weigh(ctx, tx, c, o)
	if err != nil || len(releases) == 0 {
		return err
	}
	held, err := a.tooMany(ctx, ownershipdb.New(tx), c, releases)
	if err != nil || len(held.Stores) == 0 {
		return err
	}
	q, track := ownershipdb.New(tx), c.kind().Track()
	if err := q.InsertBrakes(ctx, held); err != nil {
		return err
	}
	err = q.BrakeStores(ctx, ownershipdb.BrakeStoresParams{
		TenantID: c.tenant, Stores: held.Stores, Track: string(track), StepOn: c.PeriodOn, StepKind: c.Kind, Now: c.now,
	})
	o.decisions = slices.DeleteFunc(o.decisions, func(d ownershipdb.Decision) bool { return slices.Contains(held.Stores, kernel.UUID(d.Store)) })
	return err
}

// weigh counts what a run would release, store by store: what its first chunk has
// decided, and where that was full, what the others will.
func (a *App) weigh(ctx context.Context, tx pgx.Tx, c *chunk, first *outcome) (map[kernel.StoreID]int64, error) {
	releases, ahead := map[kernel.StoreID]int64{}, *c
	for o := first; ; {
		for _, d := range o.decisions {
			if !d.Tie.IsZero() {
				releases[d.Store]++
			}
		}
		if !o.full(a.chunkSize(c.kind())) {
			return releases, nil
		}
		ahead.after = *o.last
		var err error
		if o, err = a.decide(ctx, tx, &ahead); err != nil {
			return nil, err
		}
	}
}

// tooMany are the stores before which a run stops. One for which head office let
// this step go on is not among them.
func (a *App) tooMany(ctx context.Context, q *ownershipdb.Queries, c *chunk, releases map[kernel.StoreID]int64) (p ownershipdb.InsertBrakesParams, err error) {
	brake, stores := ownership.BrakeOf(c.rules), []kernel.UUID{}
	p = ownershipdb.InsertBrakesParams{TenantID: c.tenant, Kind: c.Kind, PeriodOn: c.PeriodOn, RunID: c.RunID, Now: c.now}
	for s := range releases {
		stores = append(stores, kernel.UUID(s))
	}
	ties, err := q.TiesOfStores(ctx, c.tenant, stores)
	if err != nil {
		return p, err
	}
	let, err := q.BrakesReleased(ctx, c.tenant, c.Kind, c.PeriodOn)
	if err != nil {
		return p, err
	}
	large := map[kernel.StoreID]ownership.Load{}
	b := ownershipdb.ReleasedBeforeParams{TenantID: c.tenant, Stores: []kernel.UUID{}, LiveOns: []kernel.BusinessDate{}, Kind: c.Kind, Day: c.PeriodOn, AtMost: ownership.BrakeRuns}
	for _, t := range ties {
		l := ownership.Load{Releases: releases[t.StoreID], Ties: t.Ties}
		if !brake.Large(l) || slices.Contains(let, t.StoreID) {
			continue
		}
		large[t.StoreID] = l
		b.Stores, b.LiveOns = append(b.Stores, kernel.UUID(t.StoreID)), append(b.LiveOns, liveOn(c.byID[t.StoreID]))
	}
	if len(large) == 0 {
		return p, nil
	}
	before, err := q.ReleasedBefore(ctx, b)
	if err != nil {
		return p, err
	}
	for _, r := range before {
		l := large[kernel.StoreID(r.StoreID)]
		l.Runs, l.Released = int64(r.Runs), r.Released
		large[kernel.StoreID(r.StoreID)] = l
	}
	for _, s := range b.Stores {
		l := large[kernel.StoreID(s)]
		if !brake.Holds(l) {
			continue
		}
		p.BrakeIds, p.Stores, p.Releases, p.Ties = append(p.BrakeIds, kernel.NewID[kernel.UUID](c.now)), append(p.Stores, s), append(p.Releases, l.Releases), append(p.Ties, l.Ties)
		p.Runs, p.Released = append(p.Runs, int32(l.Runs)), append(p.Released, l.Released)
	}
	return p, nil
}

// liveOn is a store's first day of its own (RUL-06); without one all its days are.
func liveOn(s tenant.Store) (day kernel.BusinessDate) {
	if s.LiveOn != nil {
		day = *s.LiveOn
	}
	return day
}
