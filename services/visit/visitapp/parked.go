package visitapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// LinkPermission lets somebody settle which booking a bill belongs to; who has it
// is told of refunds that wait for their bill.
const LinkPermission = "bill.link"

// ParkedArgs are the job that looks at a refund note when it has waited long
// enough for its bill.
type ParkedArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
	Store  kernel.StoreID  `json:"store"`
	Source string          `json:"source"`
	No     string          `json:"no"`
}

// Kind implements river.JobArgs.
func (ParkedArgs) Kind() string { return "visit_refund_parked" }

// Register adds the context's workers.
func (a *App) Register(workers *river.Workers) { river.AddWorker(workers, &parkedWorker{app: a}) }

type parkedWorker struct {
	river.WorkerDefaults[ParkedArgs]
	app *App
}

// Work tells people; that and the job's end are one transaction.
func (w *parkedWorker) Work(ctx context.Context, job *river.Job[ParkedArgs]) error {
	return w.app.tellParked(ctx, job.Args, func(tx pgx.Tx) error {
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
}

// TellParked tells the store's managers and head office of a refund note that
// still waits for its bill (VIS-07); of one that waits no longer, nobody.
func (a *App) TellParked(ctx context.Context, args ParkedArgs) error {
	return a.tellParked(ctx, args, func(pgx.Tx) error { return nil })
}

func (a *App) tellParked(ctx context.Context, args ParkedArgs, finish func(pgx.Tx) error) error {
	now := a.Clock.Now()
	notes, err := a.parkedNotes(ctx, args, now)
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, args.Tenant, func(tx pgx.Tx) error {
		if len(notes) > 0 {
			if err := a.Messages.NoteTx(ctx, tx, args.Tenant, notes, now); err != nil {
				return err
			}
		}
		return finish(tx)
	})
}

// parkedNotes are what people are told of a refund note; none when it counts by
// now, or was taken back.
func (a *App) parkedNotes(ctx context.Context, args ParkedArgs, now time.Time) ([]message.Note, error) {
	store, err := a.Stores.Store(ctx, args.Tenant, args.Store)
	if err != nil {
		return nil, err
	}
	rows, err := visitdb.New(a.DB.Single(args.Tenant)).Bill(ctx, visitdb.BillParams{TenantID: args.Tenant, StoreID: args.Store, Source: args.Source, BillNo: args.No})
	if err != nil || len(rows) == 0 || !rows[0].BillHead.Parked {
		return nil, err
	}
	desk, err := a.Desk(ctx, args.Tenant, LinkPermission, []kernel.StoreID{store.ID}, now)
	var out []message.Note
	told := map[kernel.PersonID]bool{}
	for _, p := range desk.Handlers {
		if !p.Away && !told[p.Person] {
			told[p.Person] = true
			out = append(out, message.Note{Person: p.Person, Kind: message.RefundParked, On: rows[0].OwnDate})
		}
	}
	return out, err
}
