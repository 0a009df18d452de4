package db

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// Args are the parameters of a statement that is put together from pieces: the
// pieces are constants, every value is a parameter.
type Args []any

// Add takes a value and gives what stands for it: $1, $2 …
func (a *Args) Add(v any) string {
	*a = append(*a, v)
	return "$" + strconv.Itoa(len(*a))
}

// Querier runs a statement: a transaction, a Single, sqlc's DBTX.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Rows runs a statement and reads each row into the fields of R by their place.
// No statement gives no rows: nothing is in reach.
func Rows[R any](ctx context.Context, q Querier, sql string, args Args) ([]R, error) {
	if sql == "" {
		return nil, nil
	}
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[R])
}
