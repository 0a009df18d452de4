package customerapp

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
)

// OnFileTx says which of some numbers, each of a store, are on file for good
// (CUS-10), by their place in the lists, and since which day: a port of
// onboarding. A draft's hold is none: what the former system approved goes
// before it.
func (a *App) OnFileTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, stores []kernel.StoreID, numberKeys [][]byte) (map[int]kernel.BusinessDate, error) {
	rows, err := customerdb.New(tx).OnFile(ctx, customerdb.IDs(stores), numberKeys, id)
	out := make(map[int]kernel.BusinessDate, len(rows))
	for _, r := range rows {
		since := kernel.NewDate(r.CreatedAt.Year(), r.CreatedAt.Month(), r.CreatedAt.Day())
		if r.ApprovedOn != nil {
			since = *r.ApprovedOn
		}
		out[int(r.At)] = since
	}
	return out, err
}
