package onboardingapp

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
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
	if err != nil || batch.State == stateDone {
		return "", 0, false, err
	}
	at := 0
	for i, name := range steps {
		if name == batch.Step {
			at = i
		}
	}
	rows, err := q.Rows(ctx, onboardingdb.RowsParams{TenantID: s.tenant, ImportID: s.importID, Step: batch.Step, FromRow: batch.NextRow, Most: blockRows})
	if err != nil {
		return batch.Step, 0, false, err
	}
	now := a.Clock.Now()
	if len(rows) == 0 {
		if at+1 < len(steps) {
			return batch.Step, 0, true, q.Advance(ctx, onboardingdb.AdvanceParams{TenantID: s.tenant, ImportID: s.importID, Step: steps[at+1]})
		}
		if err := q.DeleteRows(ctx, s.tenant, s.importID); err != nil {
			return batch.Step, 0, false, err
		}
		if _, err = q.SetBatchState(ctx, onboardingdb.SetBatchStateParams{
			TenantID: s.tenant, ImportID: s.importID, Expected: statePublishing, State: stateDone, EndedAt: &now,
		}); err != nil {
			return batch.Step, 0, false, err
		}
		return batch.Step, 0, false, audit.WriteTx(ctx, tx, s.tenant, now, audit.Entry{Action: "import.published", Object: "import", ObjectID: s.importID.String()})
	}
	b := &block{ctx: ctx, tx: tx, tenant: s.tenant, importID: s.importID, keys: s.keys, step: at, stores: stores, now: now, ports: a.Publish}
	if at > 1 {
		if b.people, err = a.PeopleByNo(ctx, tx, s.tenant); err != nil {
			return batch.Step, 0, false, err
		}
	}
	if err := b.publish(rows); err != nil {
		return batch.Step, 0, false, err
	}
	next := rows[len(rows)-1].RowNo + 1
	return batch.Step, int(next), true, q.Advance(ctx, onboardingdb.AdvanceParams{TenantID: s.tenant, ImportID: s.importID, Step: batch.Step, NextRow: next})
}

// block is one transaction's worth of rows of one step.
type block struct {
	ctx      context.Context
	tx       pgx.Tx
	tenant   kernel.TenantID
	importID kernel.UUID
	keys     *secret.Keys
	step     int
	stores   map[string]tenant.Store
	people   map[string]kernel.PersonID
	now      time.Time
	ports    Ports
}

// read unpacks staged rows; number opens the box of the row's number.
func read[T any](b *block, rows []onboardingdb.RowsRow, each func(row T, key []byte, number func() (kernel.Phone, error)) error) error {
	for _, r := range rows {
		var row T
		if err := json.Unmarshal(r.Data, &row); err != nil {
			return err
		}
		number := func() (kernel.Phone, error) {
			if len(r.NumberBox) == 0 {
				return "", nil
			}
			return b.keys.Open(r.NumberBox, "import_row", rowID(b.importID, b.step, int(r.RowNo)))
		}
		if err := each(row, r.NumberKey, number); err != nil {
			return err
		}
	}
	return nil
}
