package audit_test

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
)

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

// chain is a tenant in a database of its own.
func chain(t *testing.T) (*db.Pool, *pgx.Conn, kernel.TenantID) {
	t.Helper()
	d := testdb.New(t)
	super := d.Super(t)
	id := kernel.NewID[kernel.TenantID](noon)
	_, err := super.Exec(t.Context(), "INSERT INTO tenant (tenant_id, code, name, created_at) VALUES ($1, 'alpha', '甲', $2)", id, noon)
	require.NoError(t, err)
	return d.Pool(t), super, id
}

// TestLineStandsWithItsAct: a line is there if and only if its act is, and waits
// to be sealed; nobody of the application changes it.
func TestLineStandsWithItsAct(t *testing.T) {
	t.Parallel()
	pool, super, id := chain(t)
	ctx := audit.As(t.Context(), &kernel.Actor{Kind: kernel.ActorSystem, Name: "system:LIF-03@v7"})
	entry := audit.Entry{Action: "role.changed", Object: "role", ObjectID: "service_rep", Changes: []audit.Change{{Field: "reach", Before: "own", After: "where"}}}
	undone := errors.New("undone")
	require.ErrorIs(t, pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		require.NoError(t, audit.WriteTx(ctx, tx, id, noon, entry))
		return undone
	}), undone)
	require.NoError(t, pool.InTenant(ctx, id, func(tx pgx.Tx) error { return audit.WriteTx(ctx, tx, id, noon, entry) }))

	var kind, name, topic, changes string
	var waiting int
	require.NoError(t, super.QueryRow(t.Context(), `SELECT actor_kind, actor_name, topic, changes::text, (SELECT count(*) FROM audit_unsealed u WHERE u.line_id = l.line_id)
		FROM audit_line l WHERE tenant_id = $1`, id).Scan(&kind, &name, &topic, &changes, &waiting), "exactly one line")
	require.Equal(t, []any{"system", "system:LIF-03@v7", "role", 1}, []any{kind, name, topic, waiting})
	require.JSONEq(t, `[{"field": "reach", "before": "own", "after": "where"}]`, changes)

	for _, sql := range []string{"UPDATE audit_line SET at = now()", "DELETE FROM audit_line", "UPDATE audit_block SET no = no", "DELETE FROM audit_block"} {
		err := pool.InTenant(ctx, id, func(tx pgx.Tx) error { _, err := tx.Exec(ctx, sql); return err })
		require.ErrorContains(t, err, "permission denied", sql)
	}
	require.Error(t, pool.InTenant(ctx, id, func(tx pgx.Tx) error { return audit.WriteTx(ctx, tx, id, noon, audit.Entry{}) }), "no action")
}

// TestFingerprint: equal values look alike in one chain only.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	master, err := secret.NewMaster(base64.StdEncoding.EncodeToString(make([]byte, 32)))
	require.NoError(t, err)
	keys := make([]*secret.Keys, 2)
	for i := range keys {
		id := kernel.NewID[kernel.TenantID](noon)
		lookup, box, err := master.NewTenantKeys(id)
		require.NoError(t, err)
		keys[i], err = master.Unwrap(id, lookup, box)
		require.NoError(t, err)
	}
	birthday := audit.Fingerprint(keys[0], "1985-06-01")
	require.Equal(t, birthday, audit.Fingerprint(keys[0], "1985-06-01"))
	require.NotEqual(t, birthday, audit.Fingerprint(keys[0], "1985-06-02"))
	require.NotEqual(t, birthday, audit.Fingerprint(keys[1], "1985-06-01"))
	require.NotContains(t, birthday, "1985")
	require.Empty(t, audit.Fingerprint(keys[0], ""))
}
