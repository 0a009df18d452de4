package onboardingapp

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
)

// EraseTx takes erased guests out of rows that are staged and not yet published:
// a port of customer. Published rows are deleted anyway.
func (a *App) EraseTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, aliases []customer.Alias) error {
	c := customer.Columns(aliases)
	return onboardingdb.New(tx).EraseStaged(ctx, c.Stores, c.Numbers, id)
}
