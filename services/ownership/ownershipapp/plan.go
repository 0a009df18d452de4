package ownershipapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/rivertype"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// planEvery is how often a server looks for chains that stand still; planSoon
// follows when one was busy or could not be looked at.
const (
	planEvery = 10 * time.Minute
	planSoon  = time.Minute
)

// standing is what the planner found or did.
type standing uint8

const (
	atRest  standing = iota // nothing is due
	atWork                  // a job has the chain, or just got it
	stopped                 // a run failed and waits for a person
)

// Plan starts the chain of every tenant that stands still: days missed are
// caught up one by one. Anybody may call it at any time, also many at once: the
// ledger lets one begin. A tenant that can't be planned stops no other; its
// error is among those returned.
func (a *App) Plan(ctx context.Context, now time.Time) error {
	_, err := a.plan(ctx, now)
	return err
}

// KeepPlanning plans now and every ten minutes until ctx ends.
func (a *App) KeepPlanning(ctx context.Context) {
	for ctx.Err() == nil {
		busy, err := a.plan(ctx, a.Clock.Now())
		if err != nil {
			a.Log.ErrorContext(ctx, "planning", "error", err)
		}
		wait := planEvery
		if busy || err != nil {
			wait = planSoon
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

func (a *App) plan(ctx context.Context, now time.Time) (busy bool, err error) {
	ids, err := a.Tenants.TenantIDs(ctx)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		s, failed := a.planTenant(ctx, id, now)
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("tenant %s: %w", id, failed))
		}
		if failed := a.takeUpTrials(ctx, id, now); failed != nil {
			err = errors.Join(err, fmt.Errorf("tenant %s: trials: %w", id, failed))
		}
		busy = busy || s == atWork
	}
	return busy, err
}

// PlanTenant is Plan for one chain, after something was done to it.
func (a *App) PlanTenant(ctx context.Context, id kernel.TenantID, now time.Time) error {
	_, err := a.planTenant(ctx, id, now)
	return err
}

func (a *App) planTenant(ctx context.Context, id kernel.TenantID, now time.Time) (standing, error) {
	q := ownershipdb.New(a.DB.Single(id))
	newest, err := q.NewestRuns(ctx, id)
	if err != nil {
		return atRest, err
	}
	for _, r := range newest {
		switch r.State {
		case "failed":
			return stopped, nil
		case "running":
			return atWork, a.revive(ctx, id)
		}
	}
	open, err := a.next(ctx, q, id, newest, now)
	if err != nil || open == nil {
		return atRest, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		_, err := a.openRunTx(ctx, tx, id, open, 0)
		return err
	})
	if overtaken(err) {
		err = nil
	}
	return atWork, err
}

// secondLook is how long a chunk must stay untouched for its job to be dead: a
// job that goes on takes some milliseconds from one chunk to the next.
const secondLook = 200 * time.Millisecond

// revive gives an open chunk a new job when its own will never come back: a job
// that runs, but twice does not hold its chunk, was killed. Should it only be
// slow, it finds itself replaced and ends, and the chain goes on with the new one.
func (a *App) revive(ctx context.Context, id kernel.TenantID) error {
	var seen ownershipdb.LockIdleChunkRow
	look := func(tx pgx.Tx) (err error) {
		before := seen
		seen, err = a.lookTx(ctx, tx, id)
		if err != nil || seen.JobID == 0 || seen.JobID != before.JobID || seen.RunID != before.RunID || seen.No != before.No {
			return err
		}
		return a.handTx(ctx, tx, id, seen.RunID, seen.No)
	}
	if err := a.DB.InTenant(ctx, id, look); err != nil || seen.JobID == 0 {
		return err
	}
	timer := time.NewTimer(secondLook)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	}
	return a.DB.InTenant(ctx, id, look)
}

// lookTx locks and gives the open chunk if its job seems dead; else a zero row:
// it is being worked, its job waits for its turn, or it was given up, which
// fails the run.
func (a *App) lookTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID) (none ownershipdb.LockIdleChunkRow, err error) {
	q := ownershipdb.New(tx)
	c, err := q.LockIdleChunk(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && c.State != "running" {
		return none, nil
	}
	if err != nil {
		return none, err
	}
	state, err := a.jobs.StateTx(ctx, tx, c.JobID)
	if err != nil {
		return none, err
	}
	switch state {
	case rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateScheduled:
		return none, nil
	case rivertype.JobStateDiscarded, rivertype.JobStateCancelled:
		return none, a.failTx(ctx, q, id, c.RunID, "the job was given up: "+string(state))
	default: // running without its chunk, or gone
		return c, nil
	}
}

// handTx gives an open chunk to a new job.
func (a *App) handTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, run kernel.UUID, no int32) error {
	job, err := a.insertJobTx(ctx, tx, id, run, no)
	if err != nil {
		return err
	}
	return ownershipdb.New(tx).HandChunk(ctx, ownershipdb.HandChunkParams{TenantID: id, RunID: run, No: no, JobID: job})
}

// CatchUp plans one chain and waits until nothing of it is due by the clock,
// whichever process works it. It is how a replay walks: set the clock, catch up.
// An error says that a run failed, or ctx ended.
func (a *App) CatchUp(ctx context.Context, id kernel.TenantID) error {
	for {
		changed := a.atRest()
		s, err := a.planTenant(ctx, id, a.Clock.Now())
		switch {
		case err != nil:
			return err
		case s == atRest:
			return nil
		case s == stopped:
			return a.stoppedAt(ctx, id)
		}
		again := time.NewTimer(time.Second) // worked by another process, or its worker was killed
		select {
		case <-changed:
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return ctx.Err()
		}
		again.Stop()
	}
}

func (a *App) stoppedAt(ctx context.Context, id kernel.TenantID) error {
	newest, err := ownershipdb.New(a.DB.Single(id)).NewestRuns(ctx, id)
	for _, r := range newest {
		if r.State == "failed" {
			return fmt.Errorf("run %s of %s failed: %s", r.Kind, r.PeriodOn, r.Error)
		}
	}
	return err
}
