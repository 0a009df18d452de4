package ownershipapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// setting is what a day's runs need from the chain of stores. It is read before
// a transaction begins: a transaction that waits for a second connection can
// starve the pool.
type setting struct {
	stores []tenant.Store
	byID   map[kernel.StoreID]tenant.Store
	rules  tenant.Rules
}

func (a *App) setting(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) (s setting, err error) {
	if s.stores, err = a.Tenants.Stores(ctx, id); err != nil {
		return s, err
	}
	s.byID = make(map[kernel.StoreID]tenant.Store, len(s.stores))
	for _, st := range s.stores {
		s.byID[st.ID] = st
	}
	s.rules, err = a.Tenants.Rules(ctx, id, day)
	return s, err
}

// months gives the term of a kind in every store, and the shortest.
func (s setting) months(k ownership.Kind) (byStore map[kernel.StoreID]int, shortest int) {
	byStore, shortest = make(map[kernel.StoreID]int, len(s.stores)), ownership.MaxMonths
	for _, st := range s.stores {
		byStore[st.ID] = k.Months(s.rules, st.ID)
		shortest = min(shortest, byStore[st.ID])
	}
	return byStore, shortest
}

// opening is a run that may begin now.
type opening struct {
	step        ownership.Step
	ruleVersion int32
	now         time.Time        // the moment of opening
	cutOff      time.Time        // what it sees was known by then (RUL-03): the moment of opening, of scores that at which they are due (QTA-04)
	held        []kernel.StoreID // whose last day is not complete: they wait from here on (RUL-07)
	lane        []kernel.StoreID // a run of stores that catch up; nil: the chain's own
}

// after says which run follows a step; nil when it is not due yet. A chain that
// began on the first of a month does not close the month before.
func (a *App) after(ctx context.Context, id kernel.TenantID, step ownership.Step, now time.Time) (*opening, error) {
	next := ownership.Next(a.Kinds, step)
	if !next.Kind.Monthly() {
		return a.opening(ctx, id, next, now)
	}
	monthly := []string{}
	for _, k := range ownership.Kinds {
		if k.Monthly() {
			monthly = append(monthly, string(k))
		}
	}
	begun, err := ownershipdb.New(a.DB.Single(id)).BeganBefore(ctx, id, next.Day, monthly)
	if err != nil {
		return nil, err
	}
	for len(begun) == 0 && next.Kind.Monthly() {
		next = ownership.Next(a.Kinds, next)
	}
	return a.opening(ctx, id, next, now)
}

func (a *App) opening(ctx context.Context, id kernel.TenantID, step ownership.Step, now time.Time) (*opening, error) {
	s, err := a.setting(ctx, id, step.Day)
	if err != nil || len(s.stores) == 0 || now.Before(ownership.DueAt(step.Day, 0, s.stores)) {
		return nil, err
	}
	wall := ownership.RunTime(s.rules)
	if step.Kind == ownership.KindScore {
		from, scores, err := a.scoresOn(ctx, id, step.Day)
		if err != nil {
			return nil, err
		}
		if !scores {
			return a.after(ctx, id, step, now)
		}
		wall = from
	}
	due := ownership.DueAt(step.Day, wall, s.stores)
	if now.Before(due) {
		return nil, nil
	}
	cutOff := now
	if step.Kind == ownership.KindScore {
		if cutOff, err = a.scoresKnow(ctx, id, due, now); err != nil {
			return nil, err
		}
	}
	held, err := a.held(ctx, id, s.stores, step)
	if err != nil {
		return nil, err
	}
	return &opening{step: step, ruleVersion: s.rules.Version, now: now, cutOff: cutOff, held: held}, nil
}

// next says which run follows the newest one, or begins the chain; nil
// when nothing is due. Stores that can catch up go before what is new.
func (a *App) next(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, newest []ownershipdb.PeriodRun, now time.Time) (*opening, error) {
	if len(newest) > 0 {
		last := newestStep(newest)
		if lane, err := a.lane(ctx, q, id, last, now); err != nil || lane != nil {
			return lane, err
		}
		return a.after(ctx, id, last, now)
	}
	first, err := a.firstDay(ctx, q, id)
	if err != nil || first == nil {
		return nil, err
	}
	return a.opening(ctx, id, ownership.Begin(a.Kinds, *first), now)
}

// newestStep is where the chain stands.
func newestStep(newest []ownershipdb.PeriodRun) (last ownership.Step) {
	for _, r := range newest {
		if r.Lane == 0 && last.Before(r.Step()) {
			last = r.Step()
		}
	}
	return last
}

// firstDay is where a chain begins: at the first tie, the first file that nobody has
// submitted, or the first store's go-live, whichever is earliest; nil: there is none. A
// store that is live has scores, also of months in which nobody was its guest yet
// (RUL-06, QTA-04). A replay knows its first day.
func (a *App) firstDay(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID) (first *kernel.BusinessDate, err error) {
	if a.From != 0 {
		return &a.From, nil
	}
	if first, err = a.firstLive(ctx, id); err != nil {
		return nil, err
	}
	if slices.Contains(a.Kinds, ownership.KindIncomplete) {
		idle, err := a.Files.FirstIdle(ctx, id)
		if err != nil {
			return nil, err
		}
		first = earlier(first, idle)
	}
	tie, err := q.FirstTieStart(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return first, nil
	}
	return earlier(first, &tie), err
}

// sinceEver is the go-live of stores that were live before there was one: nobody knows
// the day, and no chain begins in that year because of it.
var sinceEver = kernel.NewDate(2000, time.January, 1)

// firstLive is when the first of a chain's stores goes live; nil: none does, or
// go-live is left out, as in a replay.
func (a *App) firstLive(ctx context.Context, id kernel.TenantID) (first *kernel.BusinessDate, err error) {
	if a.Gaps == nil {
		return nil, nil
	}
	stores, err := a.Tenants.Stores(ctx, id)
	for _, s := range stores {
		if s.LiveOn != nil && *s.LiveOn > sinceEver {
			first = earlier(first, s.LiveOn)
		}
	}
	return first, err
}

func earlier(a, b *kernel.BusinessDate) *kernel.BusinessDate {
	if a == nil || b != nil && *b < *a {
		return b
	}
	return a
}

// openRunTx begins a run with its first chunk. A job of 0 is inserted anew. It
// reports false when another process has begun the same run.
func (a *App) openRunTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, o *opening, job int64) (bool, error) {
	q := ownershipdb.New(tx)
	run := kernel.NewID[kernel.UUID](o.now)
	if o.lane != nil {
		if err := a.openLaneTx(ctx, q, id, run, o); err != nil {
			return false, err
		}
		return true, a.openChunkTx(ctx, tx, ownershipdb.OpenChunkParams{TenantID: id, RunID: run, No: 1, JobID: job})
	}
	rows, err := q.OpenRun(ctx, ownershipdb.OpenRunParams{
		TenantID: id, RunID: run, Kind: string(o.step.Kind), PeriodOn: o.step.Day, CutOff: o.cutOff, RuleVersion: o.ruleVersion, StartedAt: o.now,
	})
	if err != nil || rows == 0 {
		return false, err
	}
	if err := a.gateTx(ctx, q, id, o); err != nil {
		return false, err
	}
	return true, a.openChunkTx(ctx, tx, ownershipdb.OpenChunkParams{TenantID: id, RunID: run, No: 1, JobID: job})
}

func (a *App) openChunkTx(ctx context.Context, tx pgx.Tx, c ownershipdb.OpenChunkParams) (err error) {
	if c.JobID == 0 {
		if c.JobID, err = a.insertJobTx(ctx, tx, c.TenantID, c.RunID, c.No); err != nil {
			return err
		}
	}
	return ownershipdb.New(tx).OpenChunk(ctx, c)
}

func (a *App) insertJobTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, run kernel.UUID, no int32) (int64, error) {
	return a.jobs.InsertIDTx(ctx, tx, ChunkArgs{Tenant: id, Run: run, No: no}, &river.InsertOpts{MaxAttempts: maxAttempts})
}
