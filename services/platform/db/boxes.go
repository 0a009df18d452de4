package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
)

// BoxColumn is a column of a tenant's table that rests as ciphertext. An empty
// box holds nothing: what it held was erased, or never said.
type BoxColumn struct {
	Table, Column string
	Row           string // the column whose UUID a box is bound to; unique in the tenant
	Bound         string // the word it is bound to besides, often the table's name
	As            string // what an export calls it in clear; empty: it gives none
	JSON          bool   // what it holds is JSON
}

// BoxRow is a box with the row that it is bound to.
type BoxRow struct {
	ID  kernel.UUID
	Box []byte
}

// LockBoxes gives the next boxes of a column behind a row, in order, that do not
// begin as they should, and holds their rows; of rows that somebody else holds
// none, so that it waits for nobody and is part of no deadlock. Seen is the last
// row looked at, zero when there are no more.
func LockBoxes(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, c BoxColumn, after kernel.UUID, prefix []byte, limit int) (boxes []BoxRow, seen kernel.UUID, err error) {
	table, column, row := pgx.Identifier{c.Table}.Sanitize(), pgx.Identifier{c.Column}.Sanitize(), pgx.Identifier{c.Row}.Sanitize()
	// Which rows come next is asked without locks: a row that is held moves the
	// place all the same.
	rows, err := tx.Query(ctx, fmt.Sprintf(`SELECT %[3]s FROM %[1]s WHERE tenant_id = $1 AND %[3]s > $2 ORDER BY %[3]s LIMIT $3`, table, column, row), tenant, after, limit)
	if err != nil {
		return nil, seen, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[kernel.UUID])
	if err != nil || len(ids) == 0 {
		return nil, seen, err
	}
	rows, err = tx.Query(ctx, fmt.Sprintf(`SELECT %[3]s, %[2]s FROM %[1]s
		WHERE tenant_id = $1 AND %[3]s = ANY($2) AND %[2]s <> '' AND substr(%[2]s, 1, 2) <> $3 FOR UPDATE SKIP LOCKED`, table, column, row), tenant, ids, prefix)
	if err != nil {
		return nil, seen, err
	}
	boxes, err = pgx.CollectRows(rows, pgx.RowToStructByPos[BoxRow])
	return boxes, ids[len(ids)-1], err
}

// PutBoxes writes boxes into rows that LockBoxes holds.
func PutBoxes(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, c BoxColumn, boxes []BoxRow) error {
	ids, texts := make([]kernel.UUID, len(boxes)), make([][]byte, len(boxes))
	for i, b := range boxes {
		ids[i], texts[i] = b.ID, b.Box
	}
	_, err := tx.Exec(ctx, fmt.Sprintf(`UPDATE %[1]s t SET %[2]s = b.box FROM (SELECT unnest($2::uuid[]) AS id, unnest($3::bytea[]) AS box) b
		WHERE t.tenant_id = $1 AND t.%[3]s = b.id`, pgx.Identifier{c.Table}.Sanitize(), pgx.Identifier{c.Column}.Sanitize(), pgx.Identifier{c.Row}.Sanitize()), tenant, ids, texts)
	return err
}

// OlderBoxes reports whether a column has a box that does not begin as it should.
func OlderBoxes(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, c BoxColumn, prefix []byte) (found bool, err error) {
	column := pgx.Identifier{c.Column}.Sanitize()
	err = tx.QueryRow(ctx, fmt.Sprintf(`SELECT EXISTS (SELECT FROM %s WHERE tenant_id = $1 AND %s <> '' AND substr(%s, 1, 2) <> $2)`,
		pgx.Identifier{c.Table}.Sanitize(), column, column), tenant, prefix).Scan(&found)
	return found, err
}
