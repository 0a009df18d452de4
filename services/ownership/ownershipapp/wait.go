package ownershipapp

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
)

// Causes of a wait, as the database has them.
const (
	waitsForDay   = "day"   // its last business day is not complete (RUL-07)
	waitsForBrake = "brake" // head office has to say (RUL-08)
)

// errOvertaken rolls back what somebody else has just done.
var errOvertaken = errors.New("somebody else was faster")

func overtaken(err error) bool {
	return errors.Is(err, errOvertaken) || db.ConstraintName(err) == "run_chunk_open"
}

// Step is where a store stands that waits.
func stepOf(w ownershipdb.WaitsOfRow) ownership.Step {
	return ownership.Step{Day: w.StepOn, Kind: ownership.Kind(w.StepKind)}
}

// held are the stores that a step of the chain leaves out from now on: their
// business day before is not complete (RUL-07). Days before go-live are nobody's.
func (a *App) held(ctx context.Context, id kernel.TenantID, stores []tenant.Store, step ownership.Step) ([]kernel.StoreID, error) {
	if a.Gaps == nil || step.Kind.Track() != ownership.TrackVisits {
		return nil, nil
	}
	asked := slices.DeleteFunc(slices.Clone(stores), func(s tenant.Store) bool { return !s.Live(step.Day - 1) })
	if len(asked) == 0 {
		return nil, nil
	}
	gaps, err := a.Gaps(ctx, id, asked, step.Day-1)
	var held []kernel.StoreID
	for _, s := range asked {
		if len(gaps[s.ID]) > 0 {
			held = append(held, s.ID)
		}
	}
	return held, err
}

// gateTx lets stores that have caught up act with the chain again, and those that
// are held wait.
func (a *App) gateTx(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, o *opening) error {
	track := o.step.Kind.Track()
	if a.Gaps == nil || track == "" {
		return nil
	}
	waits, err := q.LockWaits(ctx, id)
	if err != nil {
		return err
	}
	var free []kernel.UUID
	for _, w := range waits {
		if at := stepOf(ownershipdb.WaitsOfRow(w)); w.Track == string(track) && w.Cause == waitsForDay && !at.Before(o.step) {
			free = append(free, kernel.UUID(w.StoreID))
		}
	}
	if len(free) > 0 {
		if err := q.FreeStores(ctx, id, free, string(track)); err != nil {
			return err
		}
	}
	if len(o.held) == 0 {
		return nil
	}
	return q.HoldStores(ctx, ownershipdb.HoldStoresParams{
		TenantID: id, Stores: ownershipdb.UUIDs(o.held), Track: string(track), StepOn: o.step.Day, StepKind: string(o.step.Kind), Now: o.now,
	})
}

// lane finds stores that can catch up: of those that wait, the ones furthest back
// whose day is complete by now. All that stand at one step go together. Nil: none
// can.
func (a *App) lane(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, upTo ownership.Step, now time.Time) (*opening, error) {
	if a.Gaps == nil {
		return nil, nil
	}
	waits, err := q.WaitsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	waits = slices.DeleteFunc(waits, func(w ownershipdb.WaitsOfRow) bool {
		return w.Cause != waitsForDay || w.RunID != nil || upTo.Before(stepOf(w))
	})
	slices.SortStableFunc(waits, func(x, y ownershipdb.WaitsOfRow) int {
		if stepOf(x) == stepOf(y) {
			return 0
		}
		return cmp.Or(map[bool]int{true: -1}[stepOf(x).Before(stepOf(y))], 1)
	})
	for len(waits) > 0 {
		step, n := stepOf(waits[0]), 0
		for n < len(waits) && stepOf(waits[n]) == step {
			n++
		}
		ready, s, err := a.ready(ctx, id, step, waits[:n])
		if err != nil {
			return nil, err
		}
		if len(ready) > 0 {
			return &opening{step: step, ruleVersion: s.rules.Version, now: now, cutOff: now, lane: ready}, nil
		}
		waits = waits[n:]
	}
	return nil, nil
}

// ready are those of the stores that wait before a step and may go on.
func (a *App) ready(ctx context.Context, id kernel.TenantID, step ownership.Step, waits []ownershipdb.WaitsOfRow) ([]kernel.StoreID, setting, error) {
	s, err := a.setting(ctx, id, step.Day)
	if err != nil {
		return nil, s, err
	}
	stores := make([]tenant.Store, 0, len(waits))
	for _, w := range waits {
		if st, ok := s.byID[w.StoreID]; ok {
			stores = append(stores, st)
		}
	}
	not, err := a.held(ctx, id, stores, step)
	var ready []kernel.StoreID
	for _, st := range stores {
		if !slices.Contains(not, st.ID) {
			ready = append(ready, st.ID)
		}
	}
	return ready, s, err
}

// openLaneTx begins the run of stores that catch up, if they still stand there.
func (a *App) openLaneTx(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, run kernel.UUID, o *opening) error {
	stores := ownershipdb.UUIDs(o.lane)
	err := q.OpenLane(ctx, ownershipdb.OpenLaneParams{
		TenantID: id, RunID: run, Kind: string(o.step.Kind), PeriodOn: o.step.Day, CutOff: o.cutOff, RuleVersion: o.ruleVersion, Stores: stores,
	})
	if db.ConstraintName(err) == "period_run_once" {
		return errOvertaken
	}
	if err != nil {
		return err
	}
	taken, err := q.TakeStores(ctx, ownershipdb.TakeStoresParams{
		TenantID: id, RunID: run, Stores: stores, Track: string(o.step.Kind.Track()), StepOn: o.step.Day, StepKind: string(o.step.Kind),
	})
	if err == nil && taken != int64(len(stores)) {
		return errOvertaken
	}
	return err
}

// passTx lets the stores of a lane stand behind the step that its run has made;
// those that have come up with the chain wait no longer.
func (a *App) passTx(ctx context.Context, q *ownershipdb.Queries, c *chunk) error {
	if c.Lane == 0 {
		return nil
	}
	track := c.kind().Track()
	next := track.After(a.Kinds, ownership.Step{Day: c.PeriodOn, Kind: c.kind()})
	passed, err := q.PassStores(ctx, ownershipdb.PassStoresParams{TenantID: c.tenant, RunID: c.RunID, NextOn: next.Day, NextKind: string(next.Kind)})
	if err != nil || len(passed) == 0 {
		return err
	}
	newest, err := q.NewestRuns(ctx, c.tenant)
	if err != nil || !newestStep(newest).Before(next) {
		return err
	}
	return q.FreeStores(ctx, c.tenant, ownershipdb.UUIDs(passed), string(track))
}

// narrow says in which stores a chunk acts. What it leaves out stays left out
// until its run ends: a store that waits is freed only between runs.
func (a *App) narrow(ctx context.Context, q *ownershipdb.Queries, c *chunk) error {
	k := c.kind()
	if a.Gaps == nil || !k.FromGoLive() {
		return nil
	}
	out := map[kernel.StoreID]bool{}
	for _, s := range c.stores {
		out[s.ID] = !s.Live(c.PeriodOn)
	}
	if c.Lane > 0 {
		braked, err := q.BrakedStores(ctx, c.tenant, c.RunID)
		if err != nil {
			return err
		}
		c.only = []kernel.StoreID{}
		for _, s := range c.Stores {
			if id := kernel.StoreID(s); !slices.Contains(braked, id) && !out[id] {
				c.only = append(c.only, id)
			}
		}
		return nil
	}
	waits, err := q.WaitsOf(ctx, c.tenant)
	if err != nil {
		return err
	}
	for _, w := range waits {
		out[w.StoreID] = out[w.StoreID] || w.Track == string(k.Track())
	}
	for _, s := range c.stores {
		if !out[s.ID] {
			c.only = append(c.only, s.ID)
		}
	}
	if len(c.only) == len(c.stores) {
		c.only = nil
	} else if c.only == nil {
		c.only = []kernel.StoreID{}
	}
	return nil
}

// within is the filter of a chunk's queries: null where it acts in every store.
func (c *chunk) within() []kernel.UUID {
	if c.only == nil {
		return nil
	}
	return ownershipdb.UUIDs(c.only)
}
