package tenantapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// CloseStoreTx ends a store from a business day on if it is not closed yet: a port of
// handover, whose stores close when their guests go elsewhere (HND-08).
func (a *App) CloseStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID, on kernel.BusinessDate, reason string, now time.Time) error {
	a.stores.change(id, now)
	_, err := tenantdb.New(tx).CloseStore(ctx, tenantdb.CloseStoreParams{TenantID: id, StoreID: store, ClosedOn: on, Reason: reason})
	return err
}

// ReopenStoreTx takes such a closing back before it began.
func (a *App) ReopenStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID, now time.Time) error {
	a.stores.change(id, now)
	_, err := tenantdb.New(tx).ReopenStore(ctx, id, store)
	return err
}
