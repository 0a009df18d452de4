package auditapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/changke/changke/services/audit/internal/auditdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/jobs"
)

const (
	sealEvery  = time.Minute
	checkEvery = 24 * time.Hour
	checkTakes = 30 * time.Minute // at most; a chain of ten million lines takes some minutes
)

// SealArgs are a sealing job's.
type SealArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
}

// Kind is the queue's name for these jobs.
func (SealArgs) Kind() string { return "audit_seal" }

// CheckArgs are the daily verifying job's.
type CheckArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
}

// Kind is the queue's name for these jobs.
func (CheckArgs) Kind() string { return "audit_check" }

// once lets a tenant have one such job that is not finished.
var once = &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}}}

// Register tells the queue's workers how to seal and to verify. A job needs no
// ledger: what waits is taken away with the block that seals it.
func (a *App) Register(workers *river.Workers) {
	river.AddWorker(workers, &sealWorker{app: a})
	river.AddWorker(workers, &checkWorker{app: a})
}

type sealWorker struct {
	river.WorkerDefaults[SealArgs]
	app *App
}

// Work seals what waits.
func (w *sealWorker) Work(ctx context.Context, job *river.Job[SealArgs]) error {
	_, err := w.app.Seal(ctx, job.Args.Tenant)
	return err
}

type checkWorker struct {
	river.WorkerDefaults[CheckArgs]
	app *App
}

// Timeout is longer than other jobs'.
func (w *checkWorker) Timeout(*river.Job[CheckArgs]) time.Duration { return checkTakes }

// Work verifies the whole chain.
func (w *checkWorker) Work(ctx context.Context, job *river.Job[CheckArgs]) error {
	return w.app.Check(ctx, job.Args.Tenant)
}

// KeepSealing hands out sealing and verifying, now and each minute until ctx
// ends. Any number of processes may do so at once; a minute slept through is
// made good by the next, for it is the lines that wait and not the schedule.
func (a *App) KeepSealing(ctx context.Context) {
	jobs.Keep(ctx, a.Log, "handing out the sealing of the audit log", sealEvery, a.Hand)
}

// Hand gives a job to every tenant whose log has lines that wait, or blocks and
// was not verified for a day. A tenant that can't be looked at stops no other.
func (a *App) Hand(ctx context.Context) error {
	ids, err := a.TenantIDs(ctx)
	for _, id := range ids {
		if failed := a.hand(ctx, id); failed != nil {
			err = errors.Join(err, fmt.Errorf("tenant %s: %w", id, failed))
		}
	}
	return err
}

func (a *App) hand(ctx context.Context, id kernel.TenantID) error {
	q := auditdb.New(a.DB.Single(id))
	waiting, err := q.HasUnsealed(ctx, id)
	if err != nil {
		return err
	}
	check, err := q.LastCheck(ctx, id)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	var todo []river.JobArgs
	if waiting {
		todo = append(todo, SealArgs{Tenant: id})
	}
	last, err := q.LastBlock(ctx, id)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	// A new chain's first block is verified at once: head office sees that it works.
	if last.No > 0 && (check.ThroughBlock == 0 || a.Clock.Now().Sub(check.CheckedAt) >= checkEvery) {
		todo = append(todo, CheckArgs{Tenant: id})
	}
	if len(todo) == 0 {
		return nil
	}
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		for _, args := range todo {
			if err := a.jobs.InsertTx(ctx, tx, args, once); err != nil {
				return err
			}
		}
		return nil
	})
}
