package auditdb

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// fill makes a chain of 200,000 lines in 100 stores by 500 people, and a smaller
// one with the same ids; all but the last thousand are sealed.
const fill = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(1, 2) n;
INSERT INTO audit_line (tenant_id, line_id, at, actor_kind, actor_id, for_person, topic, action, object, object_id, store_id, address, request_id, changes)
  SELECT tenant_id, pg_temp.id('05', n), '2026-01-01'::timestamptz + n * interval '1 second', 'person', pg_temp.id('03', n % 500), CASE WHEN n % 97 = 0 THEN pg_temp.id('03', n % 7) END,
    (ARRAY['view', 'customer', 'booking', 'session', 'role'])[1 + (CASE WHEN n % 5000 = 0 THEN 4 ELSE n % 4 END)], 'x.y', 'customer', pg_temp.id('04', n % 20000)::text,
    CASE WHEN n % 5 > 0 THEN pg_temp.id('02', n % 100) END, '10.0.0.1', 'r', '[]'
  FROM tenant, generate_series(1, CASE code WHEN 't1' THEN 200000 ELSE 20000 END) n;
INSERT INTO audit_unsealed SELECT tenant_id, line_id FROM audit_line WHERE line_id > pg_temp.id('05', 199000);
INSERT INTO audit_block (tenant_id, no, sealed_at, line_ids, digests, previous, hash)
  SELECT tenant_id, 1 + b, '2026-01-02', array_agg(line_id ORDER BY line_id), array_agg(''::bytea), '', ''
  FROM (SELECT tenant_id, line_id, (row_number() OVER (PARTITION BY tenant_id ORDER BY line_id) - 1) / 1000 AS b FROM audit_line WHERE line_id <= pg_temp.id('05', 199000)) l GROUP BY 1, b;`

var (
	scans = regexp.MustCompile(`Seq Scan on (\S+)`)
	read  = regexp.MustCompile(`rows=(\d+)(?:\.\d+)? loops=(\d+)`)
)

func id[I ~[16]byte](kind byte, n int) I {
	return I([16]byte{kind, 6: 0x70, 8: 0x80, 13: byte(n >> 16), 14: byte(n >> 8), 15: byte(n)})
}

// TestPlans demands that a page of the log costs a page, whichever way somebody
// comes in, under row level security; and that sealing and verifying do not read
// the log again and again.
func TestPlans(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := testdb.New(t)
	d.Filled(t, fill)

	chain, person := id[kernel.TenantID](1, 1), id[kernel.UUID](3, 7)
	stores := []kernel.StoreID{id[kernel.StoreID](2, 7), id[kernel.StoreID](2, 8), id[kernel.StoreID](2, 9)}
	base := List{Tenant: chain, All: true, Limit: 51}
	with := func(change func(l *List)) List {
		l := base
		change(&l)
		return l
	}
	pool := d.Pool(t)
	explain := func(name, sql string, args []any) string {
		var plan string
		undone := errors.New("undone") // ANALYZE does what it explains
		require.ErrorIs(t, pool.InTenant(ctx, chain, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, "EXPLAIN (ANALYZE, TIMING OFF) "+sql, args...)
			require.NoError(t, err, name)
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			plan = strings.Join(lines, "\n")
			return errors.Join(err, undone)
		}), undone, name)
		return plan
	}
	for name, l := range map[string]List{
		"newest":           base,
		"from the middle":  with(func(l *List) { l.Before = id[kernel.UUID](5, 100_000) }),
		"a time":           with(func(l *List) { l.From, l.Before = id[kernel.UUID](5, 50_000), id[kernel.UUID](5, 60_000) }),
		"a person":         with(func(l *List) { l.Person = &person }),
		"a topic":          with(func(l *List) { l.Topic = "view" }),
		"a rare topic":     with(func(l *List) { l.Topic = "role" }),
		"an object":        with(func(l *List) { l.Object, l.ObjectID = "customer", id[kernel.UUID](4, 76).String() }),
		"seen of a guest":  with(func(l *List) { l.Object, l.ObjectID, l.Topic = "customer", id[kernel.UUID](4, 76).String(), "view" }),
		"some stores":      with(func(l *List) { l.All, l.Stores = false, stores }),
		"person in stores": with(func(l *List) { l.All, l.Stores, l.Person = false, stores, &person }),
		"topic in stores":  with(func(l *List) { l.All, l.Stores, l.Topic = false, stores, "view" }),
	} {
		sql, args := l.SQL()
		plan := explain(name, sql, args)
		require.NotRegexp(t, `Seq Scan on audit_line`, plan, "%s\n%s", name, plan)
		for _, m := range read.FindAllStringSubmatch(plan, -1) {
			require.LessOrEqual(t, len(m[1]), 4, "%s reads more than a page\n%s", name, plan)
		}
		got, err := l.Page(ctx, pool.Single(chain))
		require.NoError(t, err)
		require.NotEmpty(t, got, name)
		for i := 1; i < len(got); i++ {
			require.Less(t, got[i].ID.String(), got[i-1].ID.String(), "%s: newest first, each once", name)
		}
	}
	for name, c := range map[string]struct {
		sql  string
		args []any
	}{
		"TakeUnsealed": {takeUnsealed, []any{chain, 100}},
		"HasUnsealed":  {hasUnsealed, []any{chain}},
		"LastBlock":    {lastBlock, []any{chain}},
		"LinesOf":      {linesOf, []any{chain, []kernel.UUID{id[kernel.UUID](5, 5), id[kernel.UUID](5, 6)}}},
	} {
		plan := explain(name, c.sql, c.args)
		for _, m := range scans.FindAllStringSubmatch(plan, -1) {
			require.Contains(t, []string{"audit_unsealed"}, m[1], "%s\n%s", name, plan)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second) // a nested loop over all would take hours
	defer cancel()
	loose, err := New(pool.Single(chain)).FirstLoose(ctx, chain)
	require.NoError(t, err)
	require.Empty(t, loose)
}
