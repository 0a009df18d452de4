package db_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/testdb"
)

func TestWall(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	database := testdb.New(t)
	pool := database.Pool(t)
	require.NoError(t, pool.Check(ctx))
	require.NoError(t, db.Migrate(ctx, database.SuperURL, db.MigrateOptions{}), "migrating again changes nothing")

	now := time.Unix(1_700_000_000, 0)
	a, b := kernel.NewID[kernel.TenantID](now), kernel.NewID[kernel.TenantID](now)
	for code, tenant := range map[string]kernel.TenantID{"a": a, "b": b} {
		require.NoError(t, pool.InTenant(ctx, tenant, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO tenant (tenant_id, code, name, created_at) VALUES ($1, $2, $2, $3)", tenant, code, now)
			if err == nil {
				_, err = tx.Exec(ctx, "INSERT INTO store (tenant_id, store_id, code, name, created_at) VALUES ($1, $1, 'S01', $2, $3)", tenant, code, now)
			}
			return err
		}))
	}
	names := func(q interface {
		Query(context.Context, string, ...any) (pgx.Rows, error)
	},
	) []string {
		rows, err := q.Query(ctx, "SELECT name FROM store ORDER BY name")
		require.NoError(t, err)
		got, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return got
	}

	t.Run("each tenant sees its own, the same ids and codes or not", func(t *testing.T) {
		require.Equal(t, []string{"a"}, names(pool.Single(a)))
		require.Equal(t, []string{"b"}, names(pool.Single(b)))
		require.NoError(t, pool.InTenant(ctx, a, func(tx pgx.Tx) error {
			require.Equal(t, []string{"a"}, names(tx))
			return nil
		}))
	})
	t.Run("outside every tenant nothing is visible, on a used connection too", func(t *testing.T) {
		require.NoError(t, pool.Begin(ctx, func(tx pgx.Tx) error {
			require.Empty(t, names(tx))
			return nil
		}))
	})
	t.Run("writing into another tenant is refused", func(t *testing.T) {
		_, err := pool.Single(a).Exec(ctx, "INSERT INTO store (tenant_id, store_id, code, name, created_at) VALUES ($1, $1, 'S02', 'x', $2)", b, now)
		require.ErrorContains(t, err, "row-level security")
		tag, err := pool.Single(a).Exec(ctx, "UPDATE store SET name = 'x' WHERE tenant_id = $1", b)
		require.NoError(t, err)
		require.Zero(t, tag.RowsAffected())
	})
	t.Run("InTenant rolls back on error", func(t *testing.T) {
		err := pool.InTenant(ctx, a, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE store SET name = 'changed'")
			require.NoError(t, err)
			return context.Canceled
		})
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, []string{"a"}, names(pool.Single(a)))
	})
	t.Run("one row of one's own, on a connection that others used and failed on", func(t *testing.T) {
		one, err := db.Open(ctx, database.AppURL, db.Options{MaxConns: 1})
		require.NoError(t, err)
		defer one.Close()
		const whose = "SELECT name FROM store WHERE code = $1"
		for tenant, want := range map[kernel.TenantID]string{a: "a", b: "b"} {
			var name string
			require.NoError(t, one.Single(tenant).QueryRow(ctx, whose, "S01").Scan(&name))
			require.Equal(t, want, name)
			require.ErrorIs(t, one.Single(tenant).QueryRow(ctx, whose, "S02").Scan(&name), pgx.ErrNoRows)
			var number int
			require.ErrorContains(t, one.Single(tenant).QueryRow(ctx, whose, "S01").Scan(&number), "name", "what cannot be read into a number")
			require.ErrorContains(t, one.Single(tenant).QueryRow(ctx, whose).Scan(&name), "argument")
			require.ErrorContains(t, one.Single(tenant).QueryRow(ctx, "SELECT nothing").Scan(&name), "42703")
			require.ErrorContains(t, one.Single(tenant).QueryRow(ctx, "UPDATE store SET code = NULL RETURNING code").Scan(&name), "23502")
			require.NoError(t, one.Single(tenant).QueryRow(ctx, "UPDATE store SET name = name || $1 RETURNING name", "").Scan(&name))
			require.Equal(t, want, name)
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		require.ErrorIs(t, one.Single(a).QueryRow(gone, whose, "S01").Scan(new(string)), context.Canceled)
	})
	t.Run("a migration meanwhile costs one call", func(t *testing.T) {
		one, err := db.Open(ctx, database.AppURL, db.Options{MaxConns: 1})
		require.NoError(t, err)
		defer one.Close()
		super, err := pgx.Connect(ctx, database.SuperURL)
		require.NoError(t, err)
		defer super.Close(ctx)
		ask := func() (text string, err error) {
			err = one.Single(a).QueryRow(ctx, "SELECT * FROM changing").Scan(&text)
			return text, err
		}
		_, err = super.Exec(ctx, "CREATE VIEW changing AS SELECT 'old'::text AS text; GRANT SELECT ON changing TO changke_app")
		require.NoError(t, err)
		text, err := ask()
		require.NoError(t, err)
		require.Equal(t, "old", text)
		_, err = super.Exec(ctx, "DROP VIEW changing; CREATE VIEW changing AS SELECT 'new'::varchar(9) AS text; GRANT SELECT ON changing TO changke_app")
		require.NoError(t, err)
		_, err = ask()
		require.ErrorContains(t, err, "0A000")
		text, err = ask()
		require.NoError(t, err)
		require.Equal(t, "new", text)
		_, err = super.Exec(ctx, "DROP VIEW changing")
		require.NoError(t, err)
	})
	t.Run("definer look-ups give ids only", func(t *testing.T) {
		var got kernel.TenantID
		require.NoError(t, pool.Lookup(ctx, "SELECT tenant_by_code('b')").Scan(&got))
		require.Equal(t, b, got)
	})
	t.Run("a key's guard is checked in the same round trip", func(t *testing.T) {
		key := kernel.NewID[kernel.UUID](now)
		_, err := pool.Single(a).Exec(ctx, `INSERT INTO api_key (tenant_id, key_id, secret_hash, prefix, label, scopes, store_ids, created_at, expires_at)
			VALUES ($1, $2, 'x', 'p', 'l', '{bills:write}', ARRAY[$1::uuid], $3, $3)`, a, key, now)
		require.NoError(t, err)
		fresh := db.WithGuard(ctx, db.Guard{Key: key, PolicyVersion: 1})
		_, err = pool.Single(a).Exec(fresh, "SELECT 1")
		require.NoError(t, err)
		_, err = pool.Single(a).Exec(db.WithGuard(ctx, db.Guard{Key: key, PolicyVersion: 2}), "SELECT 1")
		require.ErrorIs(t, err, db.ErrStale)
		require.NoError(t, pool.InTenant(fresh, a, func(pgx.Tx) error { return nil }))
		for _, change := range []string{
			"UPDATE tenant SET policy_version = 2", "UPDATE tenant SET policy_version = 1, state = 'suspended'", "UPDATE tenant SET policy_version = 0, state = 'active'",
		} {
			_, err = pool.Single(a).Exec(ctx, change)
			require.NoError(t, err)
			_, err = pool.Single(a).Exec(fresh, "SELECT 1")
			require.ErrorIs(t, err, db.ErrStale, change)
			_, err = pool.Single(a).Locked(1, 2, 3).Exec(fresh, "SELECT 1")
			require.ErrorIs(t, err, db.ErrStale, change)
			require.ErrorIs(t, pool.InTenant(fresh, a, func(pgx.Tx) error { return nil }), db.ErrStale, change)
		}
	})
}

// Every hole that the catalog check is for, made on purpose: a check that finds
// nothing on a broken schema would prove nothing on a good one.
func TestCatalogFindsHoles(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for hole, want := range map[string]string{
		"CREATE TABLE public.leak (id int)":                                                                   "leak: no column tenant_id",
		"ALTER TABLE guest NO FORCE ROW LEVEL SECURITY":                                                       "guest: row level security is not enabled and forced",
		"ALTER TABLE visit DISABLE ROW LEVEL SECURITY":                                                        "visit: row level security is not enabled and forced",
		"CREATE POLICY open ON tie USING (true)":                                                              "tie: needs exactly the policy tenant_wall",
		"DROP POLICY tenant_wall ON tie; CREATE POLICY tenant_wall ON tie USING (true)":                       "tie: needs exactly the policy tenant_wall",
		"ALTER TABLE store ADD UNIQUE (code)":                                                                 "does not begin with tenant_id",
		"CREATE UNIQUE INDEX ON guest (number_key)":                                                           "does not begin with tenant_id",
		"CREATE VIEW visit_pub.leak AS SELECT * FROM visit":                                                   "view is not security_invoker",
		"CREATE MATERIALIZED VIEW leak AS SELECT * FROM visit":                                                "materialised",
		"CREATE SEQUENCE leak":                                                                                "sequences give ids away",
		"CREATE FUNCTION leak() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM guest'": "definer function",
		"GRANT TRUNCATE ON guest TO changke_app":                                                              "TRUNCATE passes",
	} {
		t.Run(hole, func(t *testing.T) {
			t.Parallel()
			database := testdb.New(t)
			superExec(ctx, t, database.SuperURL, hole)
			require.ErrorContains(t, database.Pool(t).Check(ctx), want)
		})
	}
}

func TestCheckRefusesASuperuser(t *testing.T) {
	t.Parallel()
	pool, err := db.Open(t.Context(), testdb.New(t).SuperURL, db.Options{})
	require.NoError(t, err)
	defer pool.Close()
	err = pool.Check(t.Context())
	require.ErrorContains(t, err, "is a superuser")
	require.ErrorContains(t, err, "connect as changke_app")
	require.Less(t, len(err.Error()), 500, "not a table after the other")
}

// A database that is older than the program is said to be, instead of answering with
// columns that it does not have; a newer one is left to the new version's processes.
func TestCheckOfAnOlderDatabase(t *testing.T) {
	t.Parallel()
	ctx, database := t.Context(), testdb.New(t)
	pool := database.Pool(t)
	superExec(ctx, t, database.SuperURL, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (1000000, true)")
	require.NoError(t, pool.Check(ctx))
	for _, older := range []string{
		fmt.Sprintf("DELETE FROM goose_db_version WHERE version_id >= %d", db.NewestMigration()),
		"REVOKE SELECT ON goose_db_version FROM changke_app", // as it was before
	} {
		superExec(ctx, t, database.SuperURL, older)
		require.ErrorContains(t, pool.Check(ctx), "older than this program")
		require.ErrorContains(t, pool.Migrated(ctx), "run `changke migrate`")
	}
}

// A database that does not answer is one line, and says nothing of the password.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	const url = "postgres://somebody:secret@127.0.0.1:1/none"
	_, err := db.Open(t.Context(), url, db.Options{})
	for _, err := range []error{err, db.Migrate(t.Context(), url, db.MigrateOptions{})} {
		require.ErrorContains(t, err, "connection refused")
		require.NotContains(t, err.Error(), "\n")
		require.NotContains(t, err.Error(), "secret")
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
	}
}

func TestCheckOfAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, testdb.Empty(t).Pool(t).Check(t.Context()), "changke migrate")
}

func superExec(ctx context.Context, t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql)
	require.NoError(t, err)
}
