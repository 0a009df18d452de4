package ownershipapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/audit"
)

// Retry starts a failed run again where it stands; the chain goes on from
// there. The permission must reach the whole chain: a run is of all its stores.
// Faults: run.not_found, run.not_failed.
func (a *App) Retry(ctx context.Context, grant kernel.Grant, run kernel.UUID) (ownershipdb.PeriodRun, error) {
	id := grant.Actor().Tenant
	var out ownershipdb.PeriodRun
	if !grant.Tenant() {
		return out, ownership.ErrNoRun
	}
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) (err error) {
		q := ownershipdb.New(tx)
		if out, err = q.Run(ctx, id, run); errors.Is(err, pgx.ErrNoRows) {
			return ownership.ErrNoRun
		} else if err != nil {
			return err
		}
		c, err := q.LockChunk(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && c.RunID != run {
			return ownership.ErrNotFailed
		}
		if err != nil {
			return err
		}
		rows, err := q.ResumeRun(ctx, id, run)
		if err != nil {
			return err
		}
		if rows == 0 {
			return ownership.ErrNotFailed
		}
		if err := a.handTx(ctx, tx, id, run, c.No); err != nil {
			return err
		}
		if out, err = q.Run(ctx, id, run); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, a.Clock.Now(), audit.Entry{
			Action: "run.retried", Object: "run", ObjectID: run.String(),
			Changes: []audit.Change{{Field: "rule", After: out.Kind}, {Field: "date", After: out.PeriodOn.String()}, {Field: "state", Before: "failed", After: out.State}},
		})
	})
	return out, err
}
