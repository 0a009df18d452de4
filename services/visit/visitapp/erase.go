package visitapp

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// EraseTx takes erased guests out of bookings, bills and visits (DEL-03): a port
// of customer. Each number becomes its alias, names and notes go; money, counts,
// credits and days stay, and so does what the referrers earned. A bill that
// comes later carries the number again and finds no file: it is a stranger's.
func (a *App) EraseTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, files []kernel.FileID, numbers []customer.StoreNumber) ([]customer.Alias, error) {
	return visitdb.EraseNumbers(ctx, tx, tenant, files, numbers)
}
