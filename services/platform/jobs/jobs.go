// Package jobs is the queue: River in a schema of its own. Jobs carry ids only
// and enter their tenant by themselves. Delivery is at least once, so a job's
// effect and its completion belong into one transaction, guarded by a ledger.
package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
)

// Options of a client.
type Options struct {
	Work        bool // false: only insert; jobs wait for a process that works
	Concurrency int  // jobs at once; 0: 8
	Log         *slog.Logger
	// Paused reports whether a tenant's jobs of a kind must wait; nil: none ever do.
	Paused func(ctx context.Context, tenant kernel.TenantID, kind string) (bool, error)
}

// Client inserts jobs and, when it was asked to, works them.
type Client struct {
	river *river.Client[pgx.Tx]
	work  bool
}

// New makes a client. Every process registers all workers, also one that only
// inserts: a leader discards kinds it does not know.
func New(pool *db.Pool, workers *river.Workers, o Options) (*Client, error) {
	if o.Concurrency == 0 {
		o.Concurrency = 8
	}
	cfg := &river.Config{
		Schema:  db.RiverSchema,
		Workers: workers,
		Logger:  slog.New(quiet{o.Log.Handler()}),
		// The default of 100 ms caps a chain of short jobs at ten a second, and a
		// job inserted within this time of another waits for the next poll.
		FetchCooldown:     time.Millisecond,
		FetchPollInterval: 500 * time.Millisecond,
		// A chunk takes under 30 s; what runs longer hangs.
		JobTimeout:           2 * time.Minute,
		RescueStuckJobsAfter: 5 * time.Minute,
		ErrorHandler:         errorLog{o.Log},
	}
	if o.Paused != nil {
		cfg.Middleware = []rivertype.Middleware{&pause{paused: o.Paused}}
	}
	if o.Work {
		cfg.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Concurrency}}
	}
	client, err := river.NewClient(riverpgxv5.New(pool.River()), cfg)
	if err != nil {
		return nil, err
	}
	return &Client{client, o.Work}, nil
}

// Start begins to work; a client that only inserts has nothing to start.
func (c *Client) Start(ctx context.Context) error {
	if !c.work {
		return nil
	}
	return c.river.Start(ctx)
}

// Stop lets running jobs end until ctx is done, then cancels them; a cancelled
// job has written nothing and is worked again.
func (c *Client) Stop(ctx context.Context) error {
	if !c.work {
		return nil
	}
	err := c.river.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return c.river.StopAndCancel(context.WithoutCancel(ctx))
	}
	return err
}

// InsertTx adds a job that exists if and only if your transaction commits.
func (c *Client) InsertTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error {
	_, err := c.river.InsertTx(ctx, tx, args, opts)
	return err
}

// errorLog says which job failed and how often, never its data.
type errorLog struct{ log *slog.Logger }

func (l errorLog) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	l.log.ErrorContext(ctx, "job failed", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", err.Error())
	return nil
}

func (l errorLog) HandlePanic(ctx context.Context, job *rivertype.JobRow, panicked any, trace string) *river.ErrorHandlerResult {
	l.log.ErrorContext(ctx, "job panicked", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "panic", panicked, "trace", trace)
	return nil
}

// quiet drops River's own chatter below warnings.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// Keep does work now and then again and again until ctx ends. What must be done
// follows from the database, never from the schedule: any number of processes
// may, and one that slept makes good what it missed.
func Keep(ctx context.Context, log *slog.Logger, what string, every time.Duration, work func(context.Context) error) {
	for ctx.Err() == nil {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, what, "error", err)
		}
		timer := time.NewTimer(every)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}
