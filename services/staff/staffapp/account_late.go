package staffapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// LateArgs are the job that looks at a request when its hours end.
type LateArgs struct {
	Tenant  kernel.TenantID `json:"tenant"`
	Request kernel.UUID     `json:"request"`
}

// Kind implements river.JobArgs.
func (LateArgs) Kind() string { return "staff_account_late" }

// Register adds the context's workers.
func (a *App) Register(workers *river.Workers) { river.AddWorker(workers, &lateWorker{app: a}) }

type lateWorker struct {
	river.WorkerDefaults[LateArgs]
	app *App
}

// Work marks the request late; the mark, what it counts for and the job's end
// are one transaction.
func (w *lateWorker) Work(ctx context.Context, job *river.Job[LateArgs]) error {
	return w.app.markLate(ctx, job.Args, func(tx pgx.Tx) error {
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
}

// MarkLate marks a request that still waits past its hours, once, and counts it
// in the record of those whose turn it was (ACC-02, ROL-05), then at the end of
// each further step's hours in theirs. It changes nothing for one that was
// decided or is not due.
func (a *App) MarkLate(ctx context.Context, args LateArgs) error {
	return a.markLate(ctx, args, func(pgx.Tx) error { return nil })
}

func (a *App) markLate(ctx context.Context, args LateArgs, finish func(tx pgx.Tx) error) error {
	now, id := a.Clock.Now(), args.Tenant
	row, err := staffdb.New(a.DB.Single(id)).Request(ctx, id, args.Request)
	if err != nil {
		return err
	}
	r := staff.AccountRequest{ID: args.Request, AccountForm: staff.AccountForm{Store: row.StoreID}, AppliedBy: *row.AppliedBy, Person: row.PersonID, DueAt: row.DueAt}
	desk, err := a.accountDesk(ctx, id, []kernel.StoreID{r.Store}, now)
	if err != nil {
		return err
	}
	passed := staff.Passed(now, r.DueAt, desk.period)
	late, again := []kernel.UUID{}, false
	for step := range passed {
		turn := desk.Turn(r.Store, r.Concerns, step)
		late, again = append(late, staffdb.IDs(turn.Answers())...), desk.Turn(r.Store, r.Concerns, step+1).Step > turn.Step
	}
	ctx = audit.As(ctx, &kernel.Actor{Kind: kernel.ActorSystem, Name: "system:ACC-02"})
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		wasLate, err := q.MarkLate(ctx, now, id, r.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return finish(tx)
		}
		if err != nil {
			return err
		}
		return oneByOne(
			func() error {
				return q.InsertServiceRecords(ctx, staffdb.InsertServiceRecordsParams{TenantID: id, RequestID: r.ID, People: late, Now: now})
			},
			func() error {
				if wasLate {
					return nil
				}
				return a.noteRequest(ctx, tx, id, "account.late", r)
			},
			func() error {
				if !again {
					return nil
				}
				return a.ports.InsertJobTx(ctx, tx, args, &river.InsertOpts{ScheduledAt: r.DueAt.Add(time.Duration(passed) * desk.period)})
			},
			func() error { return finish(tx) },
		)
	})
}
