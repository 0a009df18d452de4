package main

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/platform/testdb"
)

// TestNumberBoxes: of every table with boxed numbers an export knows by which
// column they are bound.
func TestNumberBoxes(t *testing.T) {
	t.Parallel()
	rows, err := testdb.New(t).Super(t).Query(t.Context(), `
		SELECT c.relname, EXISTS (SELECT FROM pg_attribute k WHERE k.attrelid = c.oid AND k.attname = $1::jsonb ->> c.relname::text)
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'number_box'
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`, numberBoxes)
	require.NoError(t, err)
	var table string
	var bound bool
	seen := 0
	_, err = pgx.ForEachRow(rows, []any{&table, &bound}, func() error {
		seen++
		require.True(t, bound, "%s: name the column by which its boxes are bound in numberBoxes", table)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, len(numberBoxes), seen)
}
