package customerdb_test

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

var now = time.Unix(1_760_000_000, 0)

// fill makes two chains of 20,000 files in ten stores each, with the same
// stores, names and digits.
func fill(t *testing.T, super string) (tenants [2]kernel.TenantID, stores []kernel.StoreID) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, super)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(ctx)) }()
	for range 10 {
		stores = append(stores, kernel.NewID[kernel.StoreID](now))
	}
	person := kernel.NewID[kernel.PersonID](now)
	for i := range tenants {
		tenants[i] = kernel.NewID[kernel.TenantID](now)
		_, err := conn.Exec(ctx, `INSERT INTO tenant (tenant_id, code, name, created_at) VALUES ($1, $2, 'x', now())`, tenants[i], fmt.Sprint("t", i))
		require.NoError(t, err)
		_, err = conn.Exec(ctx, `INSERT INTO store (tenant_id, store_id, code, name, created_at) SELECT $1, s, s::text, 'x', now() FROM unnest($2::uuid[]) s`, tenants[i], stores)
		require.NoError(t, err)
		_, err = conn.Exec(ctx, `
			INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, owner_id, owned_since, approved_on, writer_id, request_id, created_at)
			SELECT $1, f, ($2::uuid[])[1 + n % 10], chr(19968 + n % 997) || chr(19968 + n % 101), chr(97 + n % 26) || chr(97 + n % 7) || chr(97 + n % 5),
			  sha256(n::text::bytea), '\x00', lpad((n % 10000)::text, 4, '0'), CASE WHEN n % 50 = 0 THEN 'draft' ELSE 'approved' END,
			  CASE WHEN n % 3 > 0 THEN $3::uuid END, CASE WHEN n % 3 > 0 THEN date '2025-01-01' END, CASE WHEN n % 50 > 0 THEN date '2025-01-01' END, $3, f, now()
			FROM (SELECT n, gen_random_uuid() AS f FROM generate_series(1, 20000) n) x`, tenants[i], stores, person)
		require.NoError(t, err)
		_, err = conn.Exec(ctx, `
			INSERT INTO file_revision (tenant_id, revision_id, file_id, store_id, no, cause, state, fields_box, writer_id, created_at, submitted_at, due_at)
			SELECT tenant_id, file_id, file_id, store_id, 1, 'new', CASE WHEN n % 20 = 0 THEN 'submitted' WHEN n % 21 = 0 THEN 'draft' ELSE 'approved' END, '\x00',
			  CASE WHEN n % 1000 = 0 THEN writer_id ELSE gen_random_uuid() END, now(), now(), now() + n * interval '1 second'
			FROM (SELECT *, row_number() OVER () AS n FROM guest WHERE tenant_id = $1) g`, tenants[i])
		require.NoError(t, err)
		_, err = conn.Exec(ctx, `INSERT INTO file_number SELECT tenant_id, store_id, number_key, file_id FROM guest WHERE tenant_id = $1`, tenants[i])
		require.NoError(t, err)
		_, err = conn.Exec(ctx, `INSERT INTO file_event (tenant_id, event_id, file_id, at, business_date, kind) SELECT tenant_id, file_id, file_id, now(), date '2025-01-01', 'x' FROM guest WHERE tenant_id = $1`, tenants[i])
		require.NoError(t, err)
	}
	_, err = conn.Exec(ctx, "ANALYZE")
	require.NoError(t, err)
	return tenants, stores
}

var placeholder = regexp.MustCompile(`\$\d+`)

// withValues explains a statement with its values.
func withValues(ctx context.Context, tx pgx.Tx, sql string, args []any) (string, error) {
	return explain(tx.Query(ctx, "EXPLAIN "+sql, args...))
}

// generic explains the plan that a prepared statement ends up with.
func generic(ctx context.Context, tx pgx.Tx, sql string) (string, error) {
	n := 0
	for _, p := range placeholder.FindAllString(sql, -1) {
		i, err := strconv.Atoi(p[1:])
		if err != nil {
			return "", err
		}
		n = max(n, i)
	}
	for _, s := range []string{"SET LOCAL plan_cache_mode = force_generic_plan", "PREPARE asked AS " + sql} {
		if _, err := tx.Exec(ctx, s, pgx.QueryExecModeSimpleProtocol); err != nil {
			return "", err
		}
	}
	plan, err := explain(tx.Query(ctx, "EXPLAIN EXECUTE asked("+strings.TrimSuffix(strings.Repeat("NULL, ", n), ", ")+")", pgx.QueryExecModeSimpleProtocol))
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, "DEALLOCATE asked", pgx.QueryExecModeSimpleProtocol)
	return plan, err
}

func explain(rows pgx.Rows, err error) (string, error) {
	if err != nil {
		return "", err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return strings.Join(lines, "\n"), err
}

// Every way to find files, from every reach, walks an index in order and reads
// no more than it gives: under row level security, at size.
func TestListUsesIndexes(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	tenants, stores := fill(t, d.SuperURL)
	pool := d.Pool(t)
	own := &customerdb.Own{Person: kernel.NewID[kernel.PersonID](now), Files: []kernel.FileID{kernel.NewID[kernel.FileID](now)}, Stores: stores[:1]}
	bySearch := &customerdb.Own{Person: own.Person, Stores: stores[:1], BySearch: true}
	searches := map[string]struct {
		search         customer.Search
		tenant, stores string
	}{
		"none":     {customer.Search{}, "guest_pkey", "guest_store"},
		"last":     {customer.Search{Kind: customer.SearchLast, From: "432", To: "432\U0010FFFF"}, "guest_last4", "guest_store_last4"},
		"number":   {customer.Search{Kind: customer.SearchNumber, Number: "+8613812341234"}, "guest_last4", "guest_store_last4"},
		"name":     {customer.Search{Kind: customer.SearchName, From: "王", To: "王\U0010FFFF"}, "guest_name", "guest_store_name"},
		"initials": {customer.Search{Kind: customer.SearchInitials, From: "wj", To: "wj\U0010FFFF"}, "guest_initials", "guest_store_initials"},
	}
	for name, s := range searches {
		for _, after := range []*customerdb.Cursor{nil, {Key: s.search.From, File: kernel.NewID[kernel.FileID](now)}} {
			for reach, l := range map[string]customerdb.List{
				"tenant": {All: true}, "stores": {Stores: stores[:3]}, "own": {Own: own}, "stores and own": {Stores: stores[1:3], Own: own},
				"owned, by search": {Own: bySearch},
			} {
				if l.Own == bySearch && name == "none" {
					continue
				}
				for _, public := range []bool{false, true} {
					l.Tenant, l.Search, l.NumberKey, l.After, l.Limit, l.Public = tenants[0], s.search, make([]byte, 32), after, 51, public
					what := fmt.Sprint(name, " / ", reach, " / public ", public, " / page ", after != nil)
					sql, args := l.SQL()
					require.NoError(t, pool.InTenant(t.Context(), tenants[0], func(tx pgx.Tx) error {
						one, err := withValues(t.Context(), tx, sql, args)
						require.NoError(t, err, what)
						other, err := generic(t.Context(), tx, sql)
						require.NoError(t, err, what)
						for _, plan := range []string{one, other} {
							require.NotContains(t, plan, "Seq Scan", "%s\n%s\n%s", what, sql, plan)
							switch {
							case reach == "tenant":
								require.Contains(t, plan, "using "+s.tenant+" on guest", "%s\n%s", what, plan)
							case strings.Contains(reach, "stores"), l.Own == bySearch:
								require.Contains(t, plan, s.stores, "%s\n%s", what, plan)
							}
							if strings.HasSuffix(reach, "own") {
								require.Regexp(t, `Index Cond: .*\(file_id = f.id\)`, plan, what)
							}
						}
						return nil
					}))
				}
			}
		}
	}
}

// What a row level security policy would keep an index from: nothing here.
func TestStatementsUseIndexes(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	tenants, _ := fill(t, d.SuperURL)
	pool := d.Pool(t)
	for _, c := range []struct {
		sql   string
		index []string
	}{
		{customerdb.SQLReviewsOfTenant, []string{"guest_pkey"}},
		{customerdb.SQLReviewsOfStores, []string{"file_revision_queue", "guest_pkey"}},
		{customerdb.SQLCountReviewsOfStores, []string{"file_revision_queue"}},
		{customerdb.SQLNumberHolder, []string{"file_number_pkey", "guest_pkey"}},
		{customerdb.SQLFile, []string{"guest_pkey", "file_revision_tenant_id_file_id_no_key"}},
		{customerdb.SQLRows, []string{"guest_pkey"}},
		{customerdb.SQLOpenFilesOf, []string{"file_revision_writer"}},
		{customerdb.SQLEvents, []string{"file_event_file"}},
		{customerdb.SQLSetOwners, []string{"guest_pkey"}},
	} {
		require.NoError(t, pool.InTenant(t.Context(), tenants[0], func(tx pgx.Tx) error {
			plan, err := generic(t.Context(), tx, c.sql)
			require.NoError(t, err, c.sql)
			require.NotContains(t, plan, "Seq Scan on guest", plan)
			for _, index := range c.index {
				require.Contains(t, plan, index, "%s\n%s", c.sql, plan)
			}
			return nil
		}))
	}
}
