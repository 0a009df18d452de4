package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
)

// TestBoxesAreKnown finds columns of ciphertext that a rotation would forget,
// and proves of each box there is by what it is bound.
func TestBoxesAreKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, m := range methods(t) {
		if !m.signs && !m.rule.GetOperator() {
			w.ask(t, w.asIs(t, m.by(w.a), false), m.procedure(), m.build(t, w, w.a))
		}
	}
	keys, err := w.prod.tenants.Keys(t.Context(), w.a.id)
	require.NoError(t, err)
	known, opened := map[string]bool{}, 0
	for _, c := range boxes {
		name := c.Table + "." + c.Column
		require.False(t, known[name], name)
		known[name] = true
		w.rows(t, "SELECT "+c.Row+", "+c.Column+" FROM "+c.Table+" WHERE tenant_id = $1 AND "+c.Column+" <> ''", func(scan func(...any)) {
			var row kernel.UUID
			var box []byte
			scan(&row, &box)
			_, err := keys.OpenBytes(box, c.Bound, row)
			require.NoError(t, err, name)
			opened++
		}, w.a.id)
	}
	require.Greater(t, opened, 50)
	for _, name := range w.texts(t, `SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.atttypid = 'bytea'::regtype AND a.attname LIKE '%\_box'`) {
		require.True(t, known[name] || slices.Contains(boxesLeft, name), "%s is in no list of boxes", name)
	}
}
