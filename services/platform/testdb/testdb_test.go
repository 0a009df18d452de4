package testdb_test

import (
	"context"
	"os/exec"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/testdb"
)

func one(t *testing.T, url, sql string) (text string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer c.Close(context.Background())
	require.NoError(t, c.QueryRow(t.Context(), sql).Scan(&text))
	return text
}

func TestEachTestHasItsOwn(t *testing.T) {
	a, b := testdb.New(t), testdb.New(t)
	require.NotEqual(t, one(t, a.SuperURL, "SELECT current_database()"), one(t, b.SuperURL, "SELECT current_database()"))
	require.NoError(t, a.Pool(t).Ping(t.Context()))

	require.Equal(t, "changke_app", one(t, a.AppURL, "SELECT current_user"))
	require.Equal(t, "false", one(t, a.AppURL, "SELECT (rolsuper OR rolbypassrls)::text FROM pg_roles WHERE rolname = current_user"))
	require.Equal(t, testdb.Zone, one(t, a.AppURL, "SHOW timezone"))
	require.Equal(t, testdb.Zone, one(t, a.SuperURL, "SHOW timezone"))
	require.Equal(t, "0", one(t, a.SuperURL, "SELECT count(*)::text FROM tenant"))

	require.NoError(t, db.Migrate(t.Context(), a.SuperURL, db.MigrateOptions{}), "a clone can be migrated again")
}

func TestEmpty(t *testing.T) {
	d := testdb.Empty(t)
	require.Equal(t, "0", one(t, d.SuperURL, "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'"))
}

func TestOrigin(t *testing.T) {
	var origin testdb.Origin
	filled := 0
	fill := func(d *testdb.Database) {
		filled++
		c, err := pgx.Connect(t.Context(), d.SuperURL)
		require.NoError(t, err)
		_, err = c.Exec(t.Context(), "CREATE TABLE brought AS SELECT 'tea' AS what")
		require.NoError(t, err)
		require.NoError(t, c.Close(t.Context()))
	}
	a, b := origin.New(t, fill), origin.New(t, fill)
	require.Equal(t, 1, filled)
	_, err := a.Super(t).Exec(t.Context(), "UPDATE brought SET what = 'rice'")
	require.NoError(t, err)
	require.Equal(t, "rice", one(t, a.SuperURL, "SELECT what FROM brought"))
	require.Equal(t, "tea", one(t, b.SuperURL, "SELECT what FROM brought"))
	require.Equal(t, "changke_app", one(t, b.AppURL, "SELECT current_user"))
}

// TestCommand runs cmd/testpg as `make test` does: the child finds a server, its exit status comes through.
func TestCommand(t *testing.T) {
	program := t.TempDir() + "/testpg"
	out, err := exec.Command("go", "build", "-o", program, "./cmd/testpg").CombinedOutput()
	require.NoError(t, err, string(out))

	t.Setenv(testdb.EnvURL, "")
	var exit *exec.ExitError
	_, err = exec.Command(program, "--", "sh", "-c", `case "$TEST_DATABASE_URL" in postgres://*) exit 3;; esac`).Output()
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 3, exit.ExitCode())

	t.Setenv(testdb.EnvURL, "postgres://given/")
	out, err = exec.Command(program, "sh", "-c", `echo "$TEST_DATABASE_URL"`).Output()
	require.NoError(t, err)
	require.Equal(t, "postgres://given/\n", string(out))
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		testdb.New(b)
	}
}
