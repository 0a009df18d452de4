package onboardingapp

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
)

// publish carries a staged import on from where it stands. Each block is one
// transaction with the cursor, so a crash neither loses nor doubles one.
func (a *App) publish(ctx context.Context, id kernel.TenantID, importID kernel.UUID, progress Progress) error {
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return err
	}
	q := onboardingdb.New(a.DB.Single(id))
	counts, err := q.CountRows(ctx, id, importID)
	if err != nil {
		return err
	}
	totals := map[string]int{}
	for _, c := range counts {
		totals[c.Step] = int(c.Rows)
	}
	s := &stager{app: a, tenant: id, keys: keys, importID: importID}
	if err := s.setState(ctx, stateChecked, statePublishing, steps[0], nil); err != nil {
		return err
	}
	return a.blocks(ctx, s, totals, progress)
}

// blocks publishes block after block until nothing is left.
func (a *App) blocks(ctx context.Context, s *stager, totals map[string]int, progress Progress) error {
	id := s.tenant
	for more := true; more; {
		var step string
		var done int
		// Stores are read through a cache of their own connection: before the block's transaction.
		stores, err := a.storesByCode(ctx, id)
		if err != nil {
			return err
		}
		err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
			step, done, more, err = a.block(ctx, tx, s, stores)
			return err
		})
		if err != nil {
			return fmt.Errorf("import: publishing %s: %w", step, err)
		}
		if more && progress != nil && done > 0 {
			progress(step, done, totals[step])
		}
	}
	return nil
}

func (a *App) storesByCode(ctx context.Context, id kernel.TenantID) (map[string]tenant.Store, error) {
	stores, err := a.Stores(ctx, id)
	out := make(map[string]tenant.Store, len(stores))
	for _, s := range stores {
		out[s.Code] = s
	}
	return out, err
}

// block publishes the next rows and moves the cursor: to the next rows, the next
// step, or the end, where the staged rows and the numbers in them are deleted.
func (a *App) block(ctx context.Context, tx pgx.Tx, s *stager, stores map[string]tenant.Store) (step string, done int, more bool, err error) {
	q := onboardingdb.New(tx)
	batch, err := q.LockBatch(ctx, s.tenant, s.importID)
	if err != nil || batch.State != statePublishing {
		return "", 0, false, err
	}
	at := 0
	for i, name := range steps {
		if name == batch.Step {
			at = i
		}
	}
	rows, err := q.Rows(ctx, onboardingdb.RowsParams{TenantID: s.tenant, ImportID: s.importID, Step: batch.Step, FromRow: batch.NextRow, Worst: int16(onboarding.Noted), Most: blockRows})
	if err != nil {
		return batch.Step, 0, false, err
	}
	now := a.Clock.Now()
	advance := onboardingdb.AdvanceParams{TenantID: s.tenant, ImportID: s.importID, Step: batch.Step, Now: &now}
	if len(rows) == 0 {
		if batch.Kind == kindDirectory && at+1 < len(steps) {
			advance.Step = steps[at+1]
			return batch.Step, 0, true, q.Advance(ctx, advance)
		}
		return batch.Step, 0, false, a.finishTx(ctx, tx, s, batch.Kind, now)
	}
	b := &block{ctx: ctx, tx: tx, tenant: s.tenant, importID: s.importID, keys: s.keys, step: steps[at], stores: stores, now: now, ports: a.Publish, onFile: a.OnFileTx}
	if batch.Kind == kindCustomers {
		err = a.publishLines(b, s, batch, rows)
	} else {
		if at > 0 {
			b.people, err = a.PeopleByNo(ctx, tx, s.tenant)
		}
		if err == nil {
			err = b.publish(rows)
		}
	}
	if err != nil {
		return batch.Step, 0, false, err
	}
	advance.NextRow, advance.Did = rows[len(rows)-1].RowNo+1, int32(len(rows))
	return batch.Step, int(advance.NextRow), true, q.Advance(ctx, advance)
}

// finishTx ends an import: what was published leaves the staging.
func (a *App) finishTx(ctx context.Context, tx pgx.Tx, s *stager, kind string, now time.Time) error {
	q := onboardingdb.New(tx)
	var err error
	if kind == kindCustomers {
		// Lines that were left out stay with their reasons, without their content.
		err = oneByOne(
			func() error { return q.DeletePublished(ctx, s.tenant, s.importID) },
			func() error { return q.EmptyRows(ctx, s.tenant, s.importID) },
			func() error { return q.DeleteTexts(ctx, s.tenant, s.importID) },
		)
	} else {
		err = q.DeleteRows(ctx, s.tenant, s.importID)
	}
	if err != nil {
		return err
	}
	if _, err := q.SetBatchState(ctx, onboardingdb.SetBatchStateParams{
		TenantID: s.tenant, ImportID: s.importID, Expected: statePublishing, State: stateDone, EndedAt: &now,
	}); err != nil {
		return err
	}
	return audit.WriteTx(ctx, tx, s.tenant, now, audit.Entry{Action: "import.published", Object: "import", ObjectID: s.importID.String()})
}

// oneByOne stops at the first error: a transaction that failed takes no more.
func oneByOne(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// block is one transaction's worth of rows of one step.
type block struct {
	ctx      context.Context
	tx       pgx.Tx
	tenant   kernel.TenantID
	importID kernel.UUID
	keys     *secret.Keys
	step     string
	stores   map[string]tenant.Store
	people   map[string]kernel.PersonID
	now      time.Time
	ports    Ports
	onFile   func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, stores []kernel.StoreID, numberKeys [][]byte) (map[int]kernel.BusinessDate, error)
}

// read unpacks staged rows.
func read[T any](b *block, rows []onboardingdb.RowsRow, each func(row T, key []byte, number kernel.Phone) error) error {
	for _, r := range rows {
		var row T
		number, err := openRow(b.keys, rowID(b.importID, b.step, int(r.RowNo)), r.RowBox, &row)
		if err != nil {
			return err
		}
		if err := each(row, r.NumberKey, number); err != nil {
			return err
		}
	}
	return nil
}
