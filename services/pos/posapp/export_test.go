package posapp

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// DeliverOnce makes one try as its job does, but for the job's own end.
func (a *App) DeliverOnce(ctx context.Context, args DeliverArgs) error {
	o, err := a.try(ctx, args)
	if err != nil || o == nil {
		return err
	}
	return a.DB.InTenant(ctx, args.Tenant, func(tx pgx.Tx) error { return a.tried(ctx, tx, args, *o) })
}
