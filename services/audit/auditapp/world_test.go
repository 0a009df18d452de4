package auditapp

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/kernel"
	trail "github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/testdb"
)

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

// world is the context over a database of its own, with two chains.
type world struct {
	*App
	super *pgx.Conn
	a, b  kernel.TenantID
	now   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := testdb.New(t)
	super := d.Super(t)
	w := &world{super: super, now: noon}
	w.App = New(Deps{
		DB: d.Pool(t), Clock: kernel.ClockFunc(func() time.Time { return w.now }), Log: slog.New(slog.DiscardHandler),
		TenantIDs: func(context.Context) ([]kernel.TenantID, error) { return []kernel.TenantID{w.a, w.b}, nil },
		RuleText: func(key string) (audit.Text, bool) {
			return audit.Text{ZH: "规则 " + key, EN: "rule " + key}, key == "x"
		},
		Zone: func(context.Context, kernel.TenantID) (*time.Location, error) {
			return time.FixedZone("CST", 8*3600), nil
		},
	})
	for i, id := range []*kernel.TenantID{&w.a, &w.b} {
		*id = kernel.NewID[kernel.TenantID](noon)
		w.exec(t, "INSERT INTO tenant (tenant_id, code, name, created_at) VALUES ($1, $2, $2, $3)", *id, []string{"alpha", "beta"}[i], noon)
	}
	return w
}

func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	_, err := w.super.Exec(context.Background(), sql, args...)
	require.NoError(t, err)
}

// write leaves lines, each a minute later than the one before.
func (w *world) write(t *testing.T, id kernel.TenantID, entries ...trail.Entry) {
	t.Helper()
	for _, e := range entries {
		w.now = w.now.Add(time.Minute)
		require.NoError(t, w.DB.InTenant(t.Context(), id, func(tx pgx.Tx) error { return trail.WriteTx(t.Context(), tx, id, w.now, e) }))
	}
}

func changed(field, before, after string) trail.Entry {
	return trail.Entry{Action: "role.changed", Object: "role", ObjectID: "service_rep", Changes: []trail.Change{{Field: field, Before: before, After: after}}}
}

// seal seals a block of each chain.
func (w *world) seal(t *testing.T) {
	t.Helper()
	for _, id := range []kernel.TenantID{w.a, w.b} {
		_, err := w.Seal(t.Context(), id)
		require.NoError(t, err)
	}
}

// lines are the ids of a chain's lines, oldest first.
func (w *world) lines(t *testing.T, id kernel.TenantID) []kernel.UUID {
	t.Helper()
	rows, err := w.super.Query(t.Context(), "SELECT line_id FROM audit_line WHERE tenant_id = $1 ORDER BY line_id", id)
	require.NoError(t, err)
	out, err := pgx.CollectRows(rows, pgx.RowTo[kernel.UUID])
	require.NoError(t, err)
	return out
}
