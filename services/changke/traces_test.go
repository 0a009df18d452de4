package main

import (
	"bytes"
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
)

const uuidPattern = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

var uuids = regexp.MustCompile(uuidPattern)

// traces are what would give a row away, as it stood when they were taken.
type traces struct {
	chainA marks // of anything of the first chain
	s01    marks // of anything that only S01 of it has
}

// marks are names and masked numbers, and ids, of which there are so many that
// they are read only when a text shows one at all.
type marks struct {
	names []string
	ids   func() map[string]bool
}

// in gives the marks that a text shows.
func (m marks) in(text []byte) []string {
	out := shown(text, m.names)
	if found := uuids.FindAllString(string(text), -1); len(found) > 0 {
		known := m.ids()
		for _, id := range found {
			if known[id] {
				out = append(out, id)
			}
		}
	}
	return out
}

// shown gives those of some words that a text holds.
func shown(text []byte, words []string) (out []string) {
	for _, word := range words {
		if bytes.Contains(text, []byte(word)) {
			out = append(out, word)
		}
	}
	return out
}

// traces reads them from the rows themselves, past every rule, so that nobody
// has to think of a new table. A transaction of its own keeps the moment; it
// lasts until the next traces are taken.
func (w *world) traces(t testing.TB) traces {
	t.Helper()
	ctx := context.Background()
	for _, sql := range []string{"ROLLBACK", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"} {
		_, err := w.past.Exec(ctx, sql)
		require.NoError(t, err)
	}
	read := func(parts []string, args ...any) []string {
		rows, err := w.past.Query(ctx, strings.Join(parts, " UNION "), args...)
		require.NoError(t, err)
		out, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return out
	}
	a := w.a
	names := []string{
		"SELECT name FROM person WHERE tenant_id = $1", "SELECT name FROM guest WHERE tenant_id = $1 AND name <> ''", "SELECT name FROM store WHERE tenant_id = $1",
		"SELECT name FROM resource WHERE tenant_id = $1", "SELECT name FROM tenant WHERE tenant_id = $1", "SELECT guest_name FROM booking WHERE tenant_id = $1 AND guest_name <> ''",
	}
	people := `SELECT p.* FROM person p WHERE tenant_id = $1 AND NOT EXISTS (
		SELECT FROM assignment a WHERE a.tenant_id = p.tenant_id AND a.person_id = p.person_id AND (tenant_wide OR store_ids <> ARRAY[$2::uuid]))`
	namesOfStore := []string{
		"SELECT name FROM store WHERE tenant_id = $1 AND store_id = $2", "SELECT name FROM guest WHERE tenant_id = $1 AND store_id = $2 AND name <> ''",
		"SELECT name FROM resource WHERE tenant_id = $1 AND store_id = $2", "SELECT guest_name FROM booking WHERE tenant_id = $1 AND store_id = $2 AND guest_name <> ''",
		"SELECT name FROM (" + people + ") p",
	}
	masked := func(numbers ...string) (out []string) {
		for _, n := range numbers {
			out = append(out, kernel.Phone("+86"+n).Masked())
		}
		return out
	}
	return traces{
		chainA: marks{append(read(names, a.id), masked(casts[0].onlyHere)...), sync.OnceValue(func() map[string]bool {
			var all []string
			for _, table := range w.tenantTables(t) {
				all = append(all, "SELECT m[1] FROM "+table+" t, regexp_matches(t::text, '"+uuidPattern+"', 'g') m WHERE tenant_id = $1 AND xmin::text::bigint >= $2")
			}
			return w.ofChain.grow(read, all, a.id)
		})},
		s01: marks{append(read(namesOfStore, a.id, a.s01), masked(casts[0].onlyHere, numberTwo, numberLost)...), sync.OnceValue(func() map[string]bool {
			var ofStore []string
			for _, table := range w.storeTables(t) {
				ofStore = append(ofStore, "SELECT m[1] FROM "+table+" t, regexp_matches((to_jsonb(t) - 'tenant_id' - 'import_id' - 'run_id')::text, '"+uuidPattern+"', 'g') m WHERE tenant_id = $1 AND xmin::text::bigint >= $2 AND store_id = $3")
			}
			out := maps.Clone(w.ofStore.grow(read, ofStore, a.id, a.s01))
			for _, id := range read([]string{
				"SELECT person_id::text FROM (" + people + ") p",
				"SELECT key_id::text FROM api_key WHERE tenant_id = $1 AND store_ids = ARRAY[$2::uuid]",
				"SELECT event_id::text FROM file_event JOIN guest USING (tenant_id, file_id) WHERE tenant_id = $1 AND store_id = $2",
				"SELECT assignment_id::text FROM assignment WHERE tenant_id = $1 AND store_ids = ARRAY[$2::uuid]",
			}, a.id, a.s01) {
				out[id] = true
			}
			for _, elsewhere := range read([]string{"SELECT person_id::text FROM person WHERE tenant_id = $1 AND person_id NOT IN (SELECT person_id FROM (" + people + ") p)"}, a.id, a.s01) {
				delete(out, elsewhere)
			}
			return out
		})},
	}
}

// idBook are the ids that rows have shown so far, and from which transaction on
// rows are new. Rows that are gone or changed keep theirs.
type idBook struct {
	ids   map[string]bool
	since int64
}

// grow adds what new rows show.
func (b *idBook) grow(read func(parts []string, args ...any) []string, parts []string, tenant kernel.TenantID, more ...any) map[string]bool {
	if b.ids == nil {
		b.ids = map[string]bool{}
	}
	for _, id := range read(parts, append([]any{tenant, b.since}, more...)...) {
		b.ids[id] = true
	}
	b.since, _ = strconv.ParseInt(read([]string{"SELECT pg_snapshot_xmin(pg_current_snapshot())::text"})[0], 10, 64)
	return b.ids
}

// storeTables are those of the tenants' tables that say of which store a row is.
func (w *world) storeTables(t testing.TB) []string {
	if w.stores == nil {
		tables := w.tenantTables(t)
		for _, table := range w.texts(t, "SELECT table_name::text FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'store_id' ORDER BY 1") {
			if slices.Contains(tables, table) {
				w.stores = append(w.stores, table)
			}
		}
	}
	return w.stores
}
