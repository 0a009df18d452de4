package onboardingapp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/jobs"
)

const (
	// lookEvery is how often forsaken work is looked for, and forsakenAfter when
	// work counts as that: a block takes well under a second.
	lookEvery     = 15 * time.Second
	forsakenAfter = 30 * time.Second
	// workFor is how long one job may go on with a list.
	workFor = 30 * time.Minute
)

type listArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
	Import kernel.UUID     `json:"import"`
}

// Kind implements river.JobArgs.
func (listArgs) Kind() string { return "customer_list" }

// Register tells the queue's workers how to carry a list on.
func (a *App) Register(w *river.Workers) { river.AddWorker(w, &listWorker{app: a}) }

type listWorker struct {
	river.WorkerDefaults[listArgs]
	app *App
}

// Timeout implements river.Worker.
func (*listWorker) Timeout(*river.Job[listArgs]) time.Duration { return workFor }

// Work implements river.Worker: whatever the list's state asks for, block by
// block, each a transaction with its cursor. Any number of jobs may: one that
// finds its block done goes on with the next.
func (w *listWorker) Work(ctx context.Context, job *river.Job[listArgs]) error {
	err := w.app.Carry(ctx, job.Args.Tenant, job.Args.Import)
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return river.JobSnooze(0) // a stop is no failed attempt
	}
	return err
}

// Carry carries a list on until it waits for a person or is over.
func (a *App) Carry(ctx context.Context, tenant kernel.TenantID, id kernel.UUID) error {
	keys, err := a.Numbers.Keys(ctx, tenant)
	if err != nil {
		return err
	}
	s := &stager{app: a, tenant: tenant, keys: keys, importID: id}
	kind, err := onboardingdb.New(a.DB.Single(tenant)).KindOf(ctx, tenant, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return onboarding.ErrNoImport
	}
	if err != nil || kind != kindCustomers {
		return oneByOne(func() error { return err }, func() error { return a.carryTill(ctx, s) })
	}
	for {
		list, err := a.List(ctx, tenant, id)
		if err != nil || !list.State.Working() {
			return err
		}
		if s.chain, err = a.chainOf(ctx, s); err != nil {
			return err
		}
		switch list.State {
		case onboarding.Reading:
			err = a.readList(ctx, s)
		case onboarding.Checking:
			err = a.checkList(ctx, s)
		default:
			err = a.blocks(ctx, s, nil, nil)
		}
		if err != nil {
			return fmt.Errorf("list %s: %s: %w", id, list.State, err)
		}
	}
}

func (a *App) queueTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, id kernel.UUID) error {
	return a.jobs.InsertTx(ctx, tx, listArgs{tenant, id}, &river.InsertOpts{MaxAttempts: 4})
}

// KeepCarrying takes up lists that a process left when it was killed, and throws
// away those that people left, now and again and again until ctx ends.
func (a *App) KeepCarrying(ctx context.Context) {
	jobs.Keep(ctx, a.Log, "carrying imports on", lookEvery, func(ctx context.Context) error {
		ids, err := a.TenantIDs(ctx)
		for _, id := range ids {
			if failed := a.TakeUp(ctx, id); failed != nil {
				err = errors.Join(err, fmt.Errorf("tenant %s: %w", id, failed))
			}
		}
		return err
	})
}

// TakeUp queues what nobody works on and throws away what nobody publishes.
func (a *App) TakeUp(ctx context.Context, tenant kernel.TenantID) error {
	now := a.Clock.Now()
	q := onboardingdb.New(a.DB.Single(tenant))
	before := now.Add(-forsakenAfter)
	forsaken, err := q.Forsaken(ctx, tenant, &before)
	if err != nil {
		return err
	}
	for _, id := range forsaken {
		err := a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
			n, err := onboardingdb.New(tx).TakeUp(ctx, onboardingdb.TakeUpParams{Now: &now, TenantID: tenant, ImportID: id, Before: &before})
			if err != nil || n == 0 {
				return err
			}
			return a.queueTx(ctx, tx, tenant, id)
		})
		if err != nil {
			return err
		}
	}
	stale, err := q.Stale(ctx, tenant, now.Add(-onboarding.Kept))
	if err != nil {
		return err
	}
	for _, id := range stale {
		if err := a.discard(ctx, tenant, id, "import.list_expired", kindCustomers, kindBills, kindBookings); err != nil && !errors.Is(err, onboarding.ErrOver) {
			return err
		}
	}
	return nil
}

// DiscardList throws a list away whole, with everything in it. Faults:
// import.not_found, import.publishing, import.already_over.
func (a *App) DiscardList(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID) (onboarding.Import, error) {
	if err := headOffice(grant); err != nil {
		return onboarding.Import{}, err
	}
	if err := a.discard(ctx, actor.Tenant, id, "import.list_discarded", kindCustomers); err != nil {
		return onboarding.Import{}, err
	}
	return a.List(ctx, actor.Tenant, id)
}

func (a *App) discard(ctx context.Context, tenant kernel.TenantID, id kernel.UUID, action string, kinds ...string) error {
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		batch, err := q.LockBatch(ctx, tenant, id)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && !slices.Contains(kinds, batch.Kind) {
			return onboarding.ErrNoImport
		}
		if err == nil && batch.State == statePublishing {
			return onboarding.ErrPublishing
		}
		if err != nil {
			return err
		}
		n, err := q.DiscardList(ctx, onboardingdb.DiscardListParams{Now: &now, TenantID: tenant, ImportID: id, Kinds: kinds})
		if err == nil && n == 0 {
			err = onboarding.ErrOver
		}
		if err != nil {
			return err
		}
		return oneByOne(
			func() error { return q.DeleteRows(ctx, tenant, id) },
			func() error { return q.DeleteParts(ctx, tenant, id) },
			func() error { return q.DeleteTexts(ctx, tenant, id) },
			func() error { return audit.WriteTx(ctx, tx, tenant, now, line(action, id)) },
		)
	})
}
