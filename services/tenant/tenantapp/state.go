package tenantapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// State reads how a chain stands, never from memory. Fault: tenant.not_found.
func (a *App) State(ctx context.Context, id kernel.TenantID) (tenant.State, error) {
	state, err := tenantdb.New(a.DB.Single(id)).State(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		err = tenant.ErrNoTenant
	}
	return tenant.State(state), err
}

// SetStateTx moves a chain from one of some states to another; false: it was in
// none of them, and nothing has changed. keepUntil is for closed chains: the last
// day their data is kept.
func (a *App) SetStateTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, from []tenant.State, to tenant.State, keepUntil *kernel.BusinessDate, now time.Time) (bool, error) {
	froms := make([]string, len(from))
	for i, s := range from {
		froms[i] = string(s)
	}
	n, err := tenantdb.New(tx).SetState(ctx, tenantdb.SetStateParams{
		TenantID: id, FromStates: froms, ToState: string(to), KeepUntil: keepUntil, Now: now,
	})
	return n == 1, err
}
