package main

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
)

// updatesOf counts updates since the database was made, by table.
const updatesOf = `
SELECT relname, n_tup_upd, n_tup_hot_upd
FROM pg_stat_user_tables
WHERE relname IN ('guest_visits', 'bill_head', 'visit', 'booking') AND n_tup_upd > 0
ORDER BY relname`

// hotShare measures which part of the updates by bills stayed on its page and
// so touched no index.
func (b *bench) hotShare(ctx context.Context, database string) error {
	return b.super(ctx, database, func(c *pgx.Conn) error {
		// Backends hand their counts over when they end.
		for others := 1; others > 0; {
			err := c.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'").Scan(&others)
			if err != nil {
				return err
			}
		}
		rows, err := c.Query(ctx, updatesOf)
		if err != nil {
			return err
		}
		defer rows.Close()
		var updates, hot float64
		var each []string
		for rows.Next() {
			var table string
			var n, stayed float64
			if err := rows.Scan(&table, &n, &stayed); err != nil {
				return err
			}
			updates, hot = updates+n, hot+stayed
			each = append(each, table+" "+percent(stayed/n))
		}
		if err := rows.Err(); err != nil {
			return err
		}
		b.report(result{name: "bill_hot_share", value: hot / updates, unit: "of updates", bar: bar{atLeast: 0.80, of: "value"}, more: strings.Join(each, ", ")}, "")
		return nil
	})
}
