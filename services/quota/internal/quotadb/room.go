// Package quotadb is the SQL of quota: scores, their corrections, and what stands
// behind them.
package quotadb

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Room lets the rest of a transaction count ten million visits without going to
// the disk: a month's run is one statement, and a chain has one at a time.
func Room(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL work_mem = '64MB'")
	return err
}
