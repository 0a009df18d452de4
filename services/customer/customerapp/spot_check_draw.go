package customerapp

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/jobs"
)

const (
	// drawEvery is how often a server looks for months that are not drawn.
	drawEvery = 10 * time.Minute
	// seedSize is how many random bytes a draw begins with.
	seedSize = 32
	// settled is how long the last approval of a month may take to be written.
	settled = time.Minute
)

// InsertJobTx queues a job in your transaction: the port to the queue.
type InsertJobTx func(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error

// UseJobs gives the port to the queue. PlanSpotChecks needs it.
func (a *App) UseJobs(insert InsertJobTx) { a.insertJob = insert }

// DrawArgs are the job that draws a month's spot checks.
type DrawArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
	Month  string          `json:"month"` // YYYY-MM
}

// Kind is the queue's name for these jobs.
func (DrawArgs) Kind() string { return "spot_check_draw" }

// Register tells the queue's workers how to draw.
func (a *App) Register(workers *river.Workers) { river.AddWorker(workers, &drawWorker{app: a}) }

type drawWorker struct {
	river.WorkerDefaults[DrawArgs]
	app *App
}

// Work draws one month and queues the next that is due, in one transaction with
// the end of the job.
func (w *drawWorker) Work(ctx context.Context, job *river.Job[DrawArgs]) error {
	month, err := kernel.ParseMonth(job.Args.Month)
	if err != nil {
		return river.JobCancel(err)
	}
	return w.app.DrawSpotChecks(ctx, job.Args.Tenant, month, func(tx pgx.Tx) error {
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
}

// KeepDrawing looks for months that are not drawn yet, now and every ten minutes
// until ctx ends; any number of processes may.
func (a *App) KeepDrawing(ctx context.Context) {
	jobs.Keep(ctx, a.Log, "planning spot checks", drawEvery, func(ctx context.Context) error { return a.PlanSpotChecks(ctx, a.Clock.Now()) })
}

// PlanSpotChecks queues the earliest month of each chain that is over and not
// drawn (CUS-04); those after it follow one by one. A chain that can't be planned
// stops no other.
func (a *App) PlanSpotChecks(ctx context.Context, now time.Time) error {
	ids, err := a.Tenants.TenantIDs(ctx)
	for _, id := range ids {
		if failed := a.planSpotChecks(ctx, id, now); failed != nil {
			err = errors.Join(err, fmt.Errorf("tenant %s: %w", id, failed))
		}
	}
	return err
}

func (a *App) planSpotChecks(ctx context.Context, id kernel.TenantID, now time.Time) error {
	over, err := a.monthOver(ctx, id, now)
	if err != nil {
		return err
	}
	due, err := dueMonth(ctx, a.read(id), id, over)
	if err != nil || due == nil {
		return err
	}
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error { return a.queueDraw(ctx, tx, id, *due) })
}

func (a *App) queueDraw(ctx context.Context, tx pgx.Tx, id kernel.TenantID, month kernel.Month) error {
	return a.insertJob(ctx, tx, DrawArgs{Tenant: id, Month: month.String()}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}})
}

// monthOver is the last month that is over in every store.
func (a *App) monthOver(ctx context.Context, id kernel.TenantID, now time.Time) (kernel.Month, error) {
	chain, err := a.Tenants.Chain(ctx, id)
	if err != nil {
		return 0, err
	}
	days, err := a.days(ctx, id, now.Add(-settled))
	over := chain.BusinessDate(now.Add(-settled)).Month() - 1
	for _, day := range days {
		over = min(over, day.Month()-1)
	}
	return over, err
}

// dueMonth is the earliest month up to one that is not drawn; nil: none. Months
// begin with the first approval.
func dueMonth(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, over kernel.Month) (*kernel.Month, error) {
	due := kernel.Month(0)
	last, err := q.LastSpotCheckRun(ctx, id)
	switch {
	case err == nil:
		due = last.Month() + 1
	case errors.Is(err, pgx.ErrNoRows):
		first, err := q.FirstApproval(ctx, id)
		if err != nil {
			if errors.Is(err, pgx.ErrNoRows) {
				err = nil
			}
			return nil, err
		}
		due = first.Month()
	default:
		return nil, err
	}
	if due > over {
		return nil, nil
	}
	return &due, nil
}

// DrawSpotChecks draws a month's spot checks of a chain if it is the next that
// is due, per store and with a new seed that stays on record; finish runs in the
// same transaction. However often and by however many it is called, a month is
// drawn once.
func (a *App) DrawSpotChecks(ctx context.Context, id kernel.TenantID, month kernel.Month, finish func(pgx.Tx) error) error {
	now := a.Clock.Now()
	over, err := a.monthOver(ctx, id, now)
	if err != nil {
		return err
	}
	rules, err := a.Tenants.Rules(ctx, id, month.Last())
	if err != nil {
		return err
	}
	seed := make([]byte, seedSize)
	_, _ = rand.Read(seed)
	percent := rules.Int(customer.RuleSpotCheckShare, kernel.StoreID{})
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		due, err := dueMonth(ctx, q, id, over)
		if err != nil {
			return err
		}
		if due == nil || *due != month {
			return finish(tx)
		}
		approved, err := q.ApprovedIn(ctx, id, month.First(), (month + 1).First())
		if err != nil {
			return err
		}
		drawn := customerdb.NewDraw(id, month, draw(seed, approved, percent))
		n, err := q.InsertSpotCheckRun(ctx, customerdb.InsertSpotCheckRunParams{
			TenantID: id, Month: month.First(), Seed: seed, Percent: int32(percent), RuleVersion: rules.Version, Approved: int32(len(approved)), Drawn: int32(len(drawn.Files)), Now: now,
		})
		if err != nil {
			return err
		}
		if n > 0 {
			if err := q.InsertSpotChecks(ctx, drawn); err != nil {
				return err
			}
		}
		if month < over {
			if err := a.queueDraw(ctx, tx, id, month+1); err != nil {
				return err
			}
		}
		return finish(tx)
	})
}

// draw picks from what was approved, store by store.
func draw(seed []byte, approved []customerdb.ApprovedInRow, percent int64) []customerdb.ApprovedInRow {
	stores := map[kernel.StoreID][]kernel.FileID{}
	for _, r := range approved {
		stores[r.StoreID] = append(stores[r.StoreID], r.FileID)
	}
	picked := map[kernel.FileID]bool{}
	for store, files := range stores {
		for _, file := range customer.Draw(seed, store, files, percent) {
			picked[file] = true
		}
	}
	out := []customerdb.ApprovedInRow{}
	for _, r := range approved {
		if picked[r.FileID] {
			out = append(out, r)
		}
	}
	return out
}
