package staffapp

import (
	"context"

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
// in the record of everybody who was there and could have opened it (ACC-02).
// It changes nothing for one that was decided or is not due.
func (a *App) MarkLate(ctx context.Context, args LateArgs) error {
	return a.markLate(ctx, args, func(pgx.Tx) error { return nil })
}

func (a *App) markLate(ctx context.Context, args LateArgs, finish func(tx pgx.Tx) error) error {
	now, id := a.Clock.Now(), args.Tenant
	today, err := a.today(ctx, id)
	if err != nil {
		return err
	}
	ctx = audit.As(ctx, &kernel.Actor{Kind: kernel.ActorSystem, Name: "system:ACC-02"})
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		n, err := q.MarkLate(ctx, now, id, args.Request)
		if err != nil {
			return err
		}
		if n == 0 {
			return finish(tx)
		}
		row, err := q.Request(ctx, id, args.Request)
		if err != nil {
			return err
		}
		there, err := q.Openers(ctx, staffdb.OpenersParams{TenantID: id, Permission: staff.OpenPermission, StoreID: kernel.UUID(row.StoreID), Today: today})
		if err != nil {
			return err
		}
		r := staff.AccountRequest{ID: args.Request, AccountForm: staff.AccountForm{Store: row.StoreID}, AppliedBy: *row.AppliedBy, Person: row.PersonID}
		handlers := []kernel.UUID{}
		for _, p := range there {
			if !r.Concerns(p) {
				handlers = append(handlers, kernel.UUID(p))
			}
		}
		return oneByOne(
			func() error {
				return q.InsertServiceRecords(ctx, staffdb.InsertServiceRecordsParams{TenantID: id, RequestID: r.ID, People: handlers, Now: now})
			},
			func() error { return a.noteRequest(ctx, tx, id, "account.late", r) },
			func() error { return finish(tx) },
		)
	})
}
