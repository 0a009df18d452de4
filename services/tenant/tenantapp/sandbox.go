package tenantapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// MoveDay moves a sandbox's clock to its n-th day ahead of the calendar, the one
// behind where it stands, and comes back when every process counts by it. False:
// it stands elsewhere, and nothing was done. Fault: sandbox.real_chain; the
// database refuses real chains too.
func (a *App) MoveDay(ctx context.Context, id kernel.TenantID, n int) (bool, error) {
	chain, err := a.Chain(ctx, id)
	if err != nil {
		return false, err
	}
	if !chain.Sandbox {
		return false, tenant.ErrRealChain
	}
	now := a.Clock.Now().Truncate(time.Microsecond) // as the database keeps it
	var moved int64
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) (err error) {
		moved, err = tenantdb.New(tx).MoveDay(ctx, id, int32(n), now)
		return err
	})
	a.chains.change(id, now)
	a.stores.change(id, now)
	if err != nil || moved == 0 {
		return false, err
	}
	timer := time.NewTimer(sandboxFreshFor)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-timer.C:
		return true, nil
	}
}
