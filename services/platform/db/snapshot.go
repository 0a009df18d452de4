package db

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
)

// Snapshot is everything of one tenant as of one moment, read-only: for whoever
// takes a tenant's data out as a whole and knows of no table what is in it.
type Snapshot struct {
	tx     pgx.Tx
	tenant kernel.TenantID
}

// Snapshot runs fn on a snapshot of a tenant. It may take long; it holds one
// connection and keeps the database from sweeping away what it may yet read.
func (p *Pool) Snapshot(ctx context.Context, tenant kernel.TenantID, fn func(s *Snapshot) error) error {
	return pgx.BeginTxFunc(ctx, p.pg, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := Enter(ctx, tx, tenant); err != nil {
			return err
		}
		return fn(&Snapshot{tx, tenant})
	})
}

// Table is a tenant's table as the catalog tells it.
type Table struct {
	Name     string
	Withheld []string // columns that are nobody's but the server's: hashes, wrapped keys, secrets
	columns  []string // expressions of what is given
	order    string
}

// catalogTables lists the tables with their columns and the columns of their keys.
const catalogTables = `
SELECT c.relname, a.attname, a.atttypid = 'bytea'::regtype, coalesce(array_position(k.conkey::int2[], a.attnum), 0)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id')
ORDER BY c.relname, a.attnum`

// Tables lists every table of tenants.
func (s *Snapshot) Tables(ctx context.Context) ([]Table, error) {
	rows, err := s.tx.Query(ctx, catalogTables)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tables []Table
	var keys []string // of the table in hand, by place
	for rows.Next() {
		var table, column string
		var bytes bool
		var place int
		if err := rows.Scan(&table, &column, &bytes, &place); err != nil {
			return nil, err
		}
		if len(tables) == 0 || tables[len(tables)-1].Name != table {
			tables, keys = append(tables, Table{Name: table}), make([]string, 32)
		}
		t := &tables[len(tables)-1]
		quoted := pgx.Identifier{column}.Sanitize()
		switch {
		case bytes && strings.HasSuffix(column, "_key"):
			t.columns = append(t.columns, "encode(t."+quoted+", 'hex') AS "+quoted)
		case bytes || secretColumn(column):
			t.Withheld = append(t.Withheld, column)
		default:
			t.columns = append(t.columns, "t."+quoted)
		}
		if place > 0 {
			keys[place-1] = "t." + quoted
			t.order = strings.Trim(strings.Join(keys, ", "), ", ")
		}
	}
	return tables, rows.Err()
}

// secretColumn says of a column that is no bytes whether it is a credential.
func secretColumn(name string) bool {
	for _, part := range []string{"password", "secret", "token", "_hash"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// Row is a row as JSON, with its boxes and the ids they are bound to, as asked.
type Row struct {
	JSON  string
	Boxes []BoxRow
}

// Rows gives every row of a table in the order of its key, one at a time, with
// the boxes of some of its columns.
func (s *Snapshot) Rows(ctx context.Context, t Table, boxes []BoxColumn, each func(Row) error) error {
	asked := ""
	r := Row{Boxes: make([]BoxRow, len(boxes))}
	into := []any{&r.JSON}
	for i, b := range boxes {
		asked += ", t." + pgx.Identifier{b.Row}.Sanitize() + ", t." + pgx.Identifier{b.Column}.Sanitize()
		into = append(into, &r.Boxes[i].ID, &r.Boxes[i].Box)
	}
	rows, err := s.tx.Query(ctx, fmt.Sprintf("SELECT (SELECT row_to_json(r) FROM (SELECT %s) r)::text%s FROM %s t WHERE t.tenant_id = $1 ORDER BY %s",
		strings.Join(t.columns, ", "), asked, pgx.Identifier{t.Name}.Sanitize(), t.order), s.tenant)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, into, func() error { return each(r) })
	return err
}
