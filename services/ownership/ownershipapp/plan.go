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
			return atWork, a.DB.InTenant(ctx, id, func(tx pgx.Tx) error { return a.reviveTx(ctx, tx, id) })
		}
	}
	open, err := a.next(ctx, q, id, newest, now)
	if err != nil || open == nil {
		return atRest, err
	}
	return atWork, a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		_, err := a.openRunTx(ctx, tx, id, open, 0)
		return err
	})
}

// reviveTx gives an open chunk a new job when its own will never come back. A
// chunk that is locked is being worked. A job that runs without holding its
// chunk was killed; should it only be between two chunks, it finds itself
// replaced and ends, and the chain goes on with the new one.
func (a *App) reviveTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID) error {
	q := ownershipdb.New(tx)
	c, err := q.LockIdleChunk(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && c.State != "running" {
		return nil
	}
	if err != nil {
		return err
	}
	state, err := a.jobs.StateTx(ctx, tx, c.JobID)
	if err != nil {
		return err
	}
	switch state {
	case rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateScheduled:
		return nil
	case rivertype.JobStateDiscarded, rivertype.JobStateCancelled:
		return a.failTx(ctx, q, id, c.RunID, "the job was given up: "+string(state))
	}
	job, err := a.insertJobTx(ctx, tx, id, c.RunID, c.No)
	if err != nil {
		return err
	}
	return q.HandChunk(ctx, ownershipdb.HandChunkParams{TenantID: id, RunID: c.RunID, No: c.No, JobID: job})
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
