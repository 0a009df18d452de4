package ownershipdb

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Alone keeps a run to one processor for the rest of a transaction: people wait for
// the others.
func Alone(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL max_parallel_workers_per_gather = 0")
	return err
}

// AtHand lets the rest of a transaction be planned for its values: a list of
// thousands of stores is hashed only in a plan made for it, else it is walked for
// every tie.
func AtHand(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL plan_cache_mode = 'force_custom_plan'")
	return err
}

// Room prepares a transaction that reads a whole month: memory to hash its files
// in, a plan for the dates at hand and not for any, and made at once.
func Room(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT set_config('work_mem', '64MB', true), set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)")
	return err
}
