package ownershipapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

const (
	// maxAttempts: River waits 1, 16 and 81 seconds between them, long enough for
	// a database to come back; then the run stands failed and a person looks.
	maxAttempts = 4
	// carryFor is how long one job goes on from step to step before it hands the
	// chain to a new one: a year missed is not paced by the queue, other tenants
	// still get their turn, and a stop waits no longer than this.
	carryFor = 10 * time.Second
)

// ChunkArgs are a chain's job: where in the ledger it begins. What it really
// works is the tenant's open chunk, if that names this job; run and number are
// for people who look at the queue.
type ChunkArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
	Run    kernel.UUID     `json:"run"`
	No     int32           `json:"no"`
}

// Kind is the queue's name for these jobs.
func (ChunkArgs) Kind() string { return "ownership_chunk" }

// Register tells the queue's workers how to work the chain.
func (a *App) Register(workers *river.Workers) {
	river.AddWorker(workers, &chunkWorker{app: a})
	river.AddWorker(workers, &trialWorker{app: a})
}

type chunkWorker struct {
	river.WorkerDefaults[ChunkArgs]
	app *App
}

// Work walks the chain from chunk to chunk. Each is a transaction of its own
// with its ledger row; killed at any point, the next job begins where the ledger
// stands, and a job that the ledger no longer names does nothing.
func (w *chunkWorker) Work(ctx context.Context, job *river.Job[ChunkArgs]) (err error) {
	a, id := w.app, job.Args.Tenant
	defer a.rest()
	defer func() {
		p := recover()
		if p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		if err != nil && job.Attempt >= job.MaxAttempts && ctx.Err() == nil {
			err = errors.Join(err, a.fail(ctx, id, job.ID, err))
		}
		if p != nil {
			panic(p) // the queue logs where it was
		}
	}()
	finish := func(tx pgx.Tx) error {
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	}
	carry, enough := context.WithTimeout(ctx, carryFor)
	defer enough()
	aside := a.owed(id)
	for more := true; more; {
		begun, served := time.Now(), a.DB.Stat().AcquireCount() //nolint:forbidigo // how long it takes, not when it is
		if more, err = a.workChunk(ctx, id, job.ID, aside, carry.Err() == nil, finish); err != nil {
			if errors.Is(ctx.Err(), context.Canceled) {
				return river.JobSnooze(0) // a stop is no failed attempt
			}
			return err
		}
		over := time.Since(begun) //nolint:forbidigo // as above
		aside = giveWay(over-aside, over, a.DB.Stat().AcquireCount()-served)
		a.owe(id, aside)
	}
	return nil
}

// owe notes for how long a chain's run is to stand aside from now on, whichever job
// goes on with it.
func (a *App) owe(id kernel.TenantID, aside time.Duration) {
	a.aside.Store(id, time.Now().Add(aside)) //nolint:forbidigo // of this process's own pace
}

// owed is what is left of it.
func (a *App) owed(id kernel.TenantID) time.Duration {
	until, ok := a.aside.LoadAndDelete(id)
	if !ok {
		return 0
	}
	return max(0, time.Until(until.(time.Time))) //nolint:forbidigo // as above
}

const (
	// ownCalls are more connections than a chunk takes itself, and busy is how many a
	// second are taken where people are served: the queue's own are fewer.
	ownCalls, busy = 20, 10
	// shortChunk is what nobody feels.
	shortChunk = 100 * time.Millisecond
	// patience is how often as long as a chunk took a run stands aside after it. Of the
	// calls that meet a chunk on a machine of two processors four in a hundred wait more
	// than twice as long; of a run that takes a sixth of the time, one in a hundred does.
	patience = 5
	// longestWay bounds how long a run stands aside after a chunk: the transaction that
	// holds the next one is idle meanwhile, and PostgreSQL ends it after a minute.
	longestWay = 45 * time.Second
)

// giveWay is how long a run stands aside before its next chunk, after one that took so
// long and over a time, its own standing aside with it, in which so many connections of
// this process were asked for: where people are being served, a large chain's run takes
// a sixth of the time, so that they find a free processor; a million files' month close
// takes three minutes then instead of half a minute.
func giveWay(took, over time.Duration, served int64) time.Duration {
	if took < shortChunk || float64(served-ownCalls) <= busy*over.Seconds() {
		return 0
	}
	return min(patience*took, longestWay)
}

// wait ends early when ctx does.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// fail marks the run of a job that gives up; Retry starts it again.
func (a *App) fail(ctx context.Context, id kernel.TenantID, job int64, cause error) error {
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := ownershipdb.New(tx)
		c, err := q.LockChunk(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && c.JobID != job {
			return nil
		}
		if err != nil {
			return err
		}
		return a.failTx(ctx, q, id, c.RunID, wordsOf(cause))
	})
}

func (a *App) failTx(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, run kernel.UUID, words string) error {
	now := a.Clock.Now()
	_, err := q.FailRun(ctx, ownershipdb.FailRunParams{TenantID: id, RunID: run, Error: words, EndedAt: &now})
	if err == nil {
		a.Log.ErrorContext(ctx, "run failed", "tenant", id, "run", run, "error", words)
	}
	return err
}

// wordsOf tells an error for the ledger. Of the database's own errors only code
// and constraint: their text may hold values.
func wordsOf(err error) string {
	if pgErr := (*pgconn.PgError)(nil); errors.As(err, &pgErr) {
		return fmt.Sprintf("SQLSTATE %s %s", pgErr.Code, pgErr.ConstraintName)
	}
	words := []rune(err.Error())
	return string(words[:min(len(words), 300)])
}
