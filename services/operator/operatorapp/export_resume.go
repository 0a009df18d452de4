package operatorapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/jobs"
)

const (
	exportAttempts = 4
	resumeEvery    = time.Minute
)

// KeepResuming starts exports anew that a crash has cut off, now and each minute
// until ctx ends. The queue itself gives a job of a dead process back only after
// its whole time has passed, which for an export is half a day.
func (a *App) KeepResuming(ctx context.Context) {
	jobs.Keep(ctx, a.Log, "resuming exports", resumeEvery, func(ctx context.Context) error {
		ids, err := a.Tenants.TenantIDs(ctx)
		for _, id := range ids {
			if failed := a.ResumeExports(ctx, id); failed != nil {
				err = errors.Join(err, fmt.Errorf("tenant %s: %w", id, failed))
			}
		}
		return err
	})
}

// ResumeExports starts the exports of a chain anew that show no life any more. A
// worker that was only slow finds another attempt in its place and stops; one
// that was tried often enough fails, and the next one may be started.
func (a *App) ResumeExports(ctx context.Context, id kernel.TenantID) error {
	now := a.Clock.Now()
	before := now.Add(-operator.StalledAfter)
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		cut, err := q.TakeUpStalled(ctx, operatordb.TakeUpStalledParams{TenantID: id, Now: now, Before: before, Attempts: exportAttempts})
		if err != nil {
			return err
		}
		for _, export := range cut {
			if err := a.jobs.InsertTx(ctx, tx, exportArgs{Tenant: id, Export: export}, &river.InsertOpts{MaxAttempts: exportAttempts}); err != nil {
				return err
			}
		}
		return q.GiveUpStalled(ctx, id, before)
	})
}
