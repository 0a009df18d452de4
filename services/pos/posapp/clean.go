package posapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/pos/internal/posdb"
)

// KeepCleaning takes away what has been kept long enough, every hour until ctx ends.
func (a *App) KeepCleaning(ctx context.Context) {
	jobs.Keep(ctx, a.Log, "taking away old idempotency keys and events", time.Hour, func(ctx context.Context) error {
		return a.Clean(ctx, a.Clock.Now())
	})
}

// Clean takes away idempotency keys, events with their deliveries, ended secrets and
// the numbers of calls that are older than pos.KeptFor, in small pieces. A tenant
// that can't be cleaned stops no other.
func (a *App) Clean(ctx context.Context, now time.Time) error {
	ids, err := a.Stores.TenantIDs(ctx)
	for _, id := range ids {
		if failed := a.clean(ctx, id, now.Add(-pos.KeptFor)); failed != nil {
			err = errors.Join(err, fmt.Errorf("tenant %s: %w", id, failed))
		}
	}
	return err
}

func (a *App) clean(ctx context.Context, id kernel.TenantID, before time.Time) error {
	q := posdb.New(a.DB.Single(id))
	for _, drop := range []func() (int64, error){
		func() (int64, error) { return q.DropIdempotencyKeys(ctx, id, before) },
		func() (int64, error) { return q.DropEvents(ctx, id, before) },
		func() (int64, error) { return q.DropSecrets(ctx, id, before) },
		func() (int64, error) { return q.DropCalls(ctx, id, before) },
	} {
		for n := int64(1); n > 0; {
			var err error
			if n, err = drop(); err != nil {
				return err
			}
		}
	}
	return a.Calls.Forget(ctx, id, before)
}
