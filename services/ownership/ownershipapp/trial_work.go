package ownershipapp

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

const (
	trialChunk = 5000 // files of one transaction: well under a second, so that progress shows
	// trialForsaken is when a trial without a sign of life counts as left by whoever
	// worked it.
	trialForsaken = 30 * time.Second
	trialFor      = 30 * time.Minute // how long one job may go on with it
)

// TrialArgs are the job of a trial.
type TrialArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
	Trial  kernel.UUID     `json:"trial"`
}

// Kind is the queue's name for these jobs.
func (TrialArgs) Kind() string { return "ownership_trial" }

type trialWorker struct {
	river.WorkerDefaults[TrialArgs]
	app *App
}

// Timeout implements river.Worker.
func (*trialWorker) Timeout(*river.Job[TrialArgs]) time.Duration { return trialFor }

// Work plays a trial on from where it stands. Any number of jobs may: each piece
// is a transaction of its own with the place it came to.
func (w *trialWorker) Work(ctx context.Context, job *river.Job[TrialArgs]) error {
	err := w.app.playTrial(ctx, job.Args.Tenant, job.Args.Trial)
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return river.JobSnooze(0) // a stop is no failed attempt
	case job.Attempt >= job.MaxAttempts:
		return errors.Join(err, w.app.endTrial(ctx, job.Args.Tenant, job.Args.Trial, ownership.TrialFailed, wordsOf(err)))
	}
	return err
}

// playTrial works a trial piece by piece until it is over.
func (a *App) playTrial(ctx context.Context, id kernel.TenantID, trial kernel.UUID) error {
	t, err := a.trialOf(ctx, id, trial)
	if err != nil || !ownership.TrialState(t.State).Going() {
		return err
	}
	p := &past{app: a, tenant: id, span: ownership.Span{From: t.FromOn, To: t.ToOn, Whole: true}, back: ownership.MaxMonths, cutOff: t.CutOff}
	if p.stores, err = a.Tenants.Stores(ctx, id); err != nil {
		return err
	}
	inForce, err := p.inForce(ctx)
	if err != nil {
		return err
	}
	set, err := triedSet(t)
	if err != nil {
		return err
	}
	rules := a.Tenants.RulesOf(set)
	var posts held
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) (err error) {
		posts, err = p.posts(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	tried := &ownership.Play{Kinds: a.Kinds, Laws: []ownership.Law{p.law(p.span.From, rules, posts)}}
	for more := true; more; {
		if more, err = a.trialPiece(ctx, p, trial, inForce(posts), tried); err != nil {
			return err
		}
	}
	return nil
}

// trialPiece tries the next files and writes what it found with the place it came
// to; the last one ends the trial. A trial cancelled meanwhile writes nothing.
func (a *App) trialPiece(ctx context.Context, p *past, trial kernel.UUID, inForce, tried *ownership.Play) (more bool, err error) {
	now := a.Clock.Now()
	err = a.DB.InTenant(ctx, p.tenant, func(tx pgx.Tx) error {
		q := ownershipdb.New(tx)
		t, err := q.LockTrial(ctx, p.tenant, trial)
		if err != nil || !ownership.TrialState(t.State).Going() {
			return err
		}
		var after kernel.FileID
		if t.AfterFile != nil {
			after = *t.AfterFile
		}
		rows, err := q.PastFiles(ctx, ownershipdb.PastFilesParams{TenantID: p.tenant, CutOff: p.cutOff, AfterFile: after, LastOn: p.span.To, AtMost: trialChunk})
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			lives, err := p.lives(ctx, tx, rows)
			if err != nil {
				return err
			}
			found := newFindings(p.tenant, trial)
			for _, l := range lives {
				if err := found.try(l, inForce, tried, p.span); err != nil {
					return err
				}
			}
			if err := found.write(ctx, q); err != nil {
				return err
			}
			last := rows[len(rows)-1].FileID
			move := ownershipdb.MoveTrialParams{TenantID: p.tenant, TrialID: trial, AfterFile: &last, Tried: int64(len(rows)), Differing: found.differing, SetAside: found.aside, Now: now}
			if _, err := q.MoveTrial(ctx, move); err != nil {
				return err
			}
		}
		if more = len(rows) == trialChunk; more {
			return nil
		}
		_, err = q.EndTrial(ctx, ownershipdb.EndTrialParams{TenantID: p.tenant, TrialID: trial, State: string(ownership.TrialDone), Now: now})
		return err
	})
	return more && err == nil, err
}

func (a *App) endTrial(ctx context.Context, id kernel.TenantID, trial kernel.UUID, state ownership.TrialState, words string) error {
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		_, err := ownershipdb.New(tx).EndTrial(ctx, ownershipdb.EndTrialParams{TenantID: id, TrialID: trial, State: string(state), Error: words, Now: a.Clock.Now()})
		return err
	})
}

// takeUpTrials queues the trials of a chain whose worker was killed.
func (a *App) takeUpTrials(ctx context.Context, id kernel.TenantID, now time.Time) error {
	before := now.Add(-trialForsaken)
	forsaken, err := ownershipdb.New(a.DB.Single(id)).ForsakenTrials(ctx, id, before)
	for _, trial := range forsaken {
		taken := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
			n, err := ownershipdb.New(tx).TakeUpTrial(ctx, ownershipdb.TakeUpTrialParams{TenantID: id, TrialID: trial, Now: now, Before: before})
			if err != nil || n == 0 {
				return err
			}
			return a.queueTrialTx(ctx, tx, id, trial)
		})
		err = errors.Join(err, taken)
	}
	return err
}

// findings are what a piece of a trial found.
type findings struct {
	lines            ownershipdb.InsertTrialLinesParams
	counts           map[trialPlace]*trialCount
	differing, aside int64
}

type trialPlace struct {
	store  kernel.StoreID
	person kernel.PersonID
}

type trialCount struct{ lostFact, lostThen, wonFact, wonThen, heldFact, heldThen int32 }

func newFindings(id kernel.TenantID, trial kernel.UUID) *findings {
	return &findings{lines: ownershipdb.InsertTrialLinesParams{TenantID: id, TrialID: trial}, counts: map[trialPlace]*trialCount{}}
}

// try plays one file; one that can't be decided is set aside and counted.
func (f *findings) try(l *ownership.Life, inForce, tried *ownership.Play, span ownership.Span) error {
	out, err := ownership.Try(l, inForce, tried, span)
	if err != nil {
		f.aside++
		return nil
	}
	of := func(who kernel.PersonID) *trialCount {
		at := trialPlace{l.Store, who}
		if f.counts[at] == nil {
			f.counts[at] = &trialCount{}
		}
		return f.counts[at]
	}
	for _, e := range out.Fact {
		if e.Loses() {
			of(e.From).lostFact++
		}
		if e.Wins() {
			of(e.To).wonFact++
		}
	}
	for _, e := range out.Then {
		if e.Loses() {
			of(e.From).lostThen++
		}
		if e.Wins() {
			of(e.To).wonThen++
		}
	}
	if !out.Held.IsZero() {
		of(out.Held).heldFact++
	}
	if !out.HeldThen.IsZero() {
		of(out.HeldThen).heldThen++
	}
	if len(out.Lines) > 0 {
		f.differing++
	}
	for i, x := range out.Lines {
		evidence, err := json.Marshal(x.Evidence)
		if err != nil {
			return err
		}
		visits, err := json.Marshal(x.Seen)
		if err != nil {
			return err
		}
		p := &f.lines
		p.FileIds, p.Nos, p.StoreIds = append(p.FileIds, kernel.UUID(l.File)), append(p.Nos, int16(i+1)), append(p.StoreIds, kernel.UUID(l.Store))
		p.Days, p.Rules, p.Tried, p.Late = append(p.Days, x.On), append(p.Rules, string(x.Rule)), append(p.Tried, x.Tried), append(p.Late, x.Late)
		p.FromIds, p.ToIds = append(p.FromIds, kernel.UUID(x.From)), append(p.ToIds, kernel.UUID(x.To))
		p.Evidence, p.Visits = append(p.Evidence, evidence), append(p.Visits, visits)
	}
	return nil
}

func (f *findings) write(ctx context.Context, q *ownershipdb.Queries) error {
	if len(f.lines.FileIds) > 0 {
		if err := q.InsertTrialLines(ctx, f.lines); err != nil {
			return err
		}
	}
	p := ownershipdb.AddTrialCountsParams{TenantID: f.lines.TenantID, TrialID: f.lines.TrialID}
	for at, c := range f.counts {
		p.StoreIds, p.People = append(p.StoreIds, kernel.UUID(at.store)), append(p.People, kernel.UUID(at.person))
		p.LostFact, p.LostThen, p.WonFact = append(p.LostFact, c.lostFact), append(p.LostThen, c.lostThen), append(p.WonFact, c.wonFact)
		p.WonThen, p.HeldFact, p.HeldThen = append(p.WonThen, c.wonThen), append(p.HeldFact, c.heldFact), append(p.HeldThen, c.heldThen)
	}
	if len(p.People) == 0 {
		return nil
	}
	return q.AddTrialCounts(ctx, p)
}
