// Package quotadb is the SQL of quota: scores, their corrections, and what stands
// behind them.
package quotadb

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Room lets the rest of a transaction count ten million visits without going to
// the disk, by plans made for its values: a month's run is one statement, and a chain
// has one at a time.
func Room(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT set_config('work_mem', '64MB', true), set_config('plan_cache_mode', 'force_custom_plan', true)")
	return err
}
