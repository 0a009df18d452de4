package ownershipdb

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/tenant"
)

// fillDesk adds what waits for people: a braked run in ten of a hundred runs, an
// appeal against every second decision, and a warning of every tie.
const fillDesk = fill + `
INSERT INTO appeal (tenant_id, appeal_id, file_id, store_id, person_id, decision_id, tie_id, state, raised_on, due_on, visits, texts_box, raised_at, ended_at)
  SELECT tenant_id, pg_temp.id('0c', n), pg_temp.id('04', n), pg_temp.id('02', n % 10), pg_temp.id('03', n % 200), pg_temp.id('07', n), pg_temp.id('05', n), s.state, '2025-02-01', '2025-02-08', '[]', '', '2025-02-01', CASE s.state WHEN 'refused' THEN '2025-02-02'::timestamptz END
  FROM tenant, generate_series(0, 9999, 2) n, LATERAL (SELECT CASE n % 50 WHEN 0 THEN 'open' ELSE 'refused' END AS state) s;
INSERT INTO warning (tenant_id, warning_id, tie_id, file_id, store_id, person_id, rule, stage, acts_on, warned_on, rule_version, evidence, created_at)
  SELECT tenant_id, pg_temp.id('0d', n), pg_temp.id('05', n), pg_temp.id('04', n), pg_temp.id('02', n % 10), pg_temp.id('03', n % 200), 'LIF-03', 1, '2025-06-15', '2025-06-01', 1, '{}', '2025-06-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO brake (tenant_id, brake_id, store_id, kind, period_on, run_id, releases, ties, runs, released, state, decided_at, created_at)
  SELECT tenant_id, pg_temp.id('0e', n), pg_temp.id('02', n % 10), 'LIF-03', '2024-01-01'::date + n::int, pg_temp.id('06', n), 9, 90, 6, 3, 'released', '2025-01-01', '2025-01-01' FROM tenant, generate_series(0, 1999) n;
UPDATE correction SET run_id = pg_temp.id('06', ('x' || right(correction_id::text, 4))::bit(16)::int % 1000);`

// asked keeps what a query would send, and sends nothing.
type asked struct {
	sql  string
	args []any
}

func (a *asked) keep(sql string, args []any) { a.sql, a.args = sql, args }

// Exec keeps it.
func (a *asked) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	a.keep(sql, args)
	return pgconn.CommandTag{}, pgx.ErrNoRows
}

// Query keeps it.
func (a *asked) Query(_ context.Context, sql string, args ...any) (pgx.Rows, error) {
	a.keep(sql, args)
	return nil, pgx.ErrNoRows
}

// QueryRow keeps it.
func (a *asked) QueryRow(_ context.Context, sql string, args ...any) pgx.Row {
	a.keep(sql, args)
	return nothing{}
}

type nothing struct{}

// Scan finds nothing.
func (nothing) Scan(...any) error { return pgx.ErrNoRows }

// TestDeskPlans: what the pages of a store and of head office ask at size, under row
// level security: the pool, warnings, appeals, brakes, corrections and runs.
func TestDeskPlans(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	d.Filled(t, fillDesk)
	ctx, pool, chain := context.Background(), d.Pool(t), id[kernel.TenantID](1, 1)
	day, me := kernel.NewDate(2025, 6, 1), id[kernel.PersonID](3, 7)
	noon := day.At(12*time.Hour, tenant.Shanghai)
	stores, files := []kernel.UUID{id[kernel.UUID](2, 1), id[kernel.UUID](2, 2)}, []kernel.UUID{id[kernel.UUID](4, 9), id[kernel.UUID](4, 10)}
	runs, last := []kernel.UUID{id[kernel.UUID](6, 3), id[kernel.UUID](6, 4)}, id[kernel.UUID](0xff, 0)
	for name, c := range map[string]struct {
		ask func(q *Queries) error
		by  string // the index it must use
	}{
		"PoolPage": {func(q *Queries) error {
			_, err := q.PoolPage(ctx, PoolPageParams{
				ActiveSince: day - 90, TenantID: chain, StoreID: kernel.StoreID(stores[0]), CameFrom: day - 4000, CameTo: day + 4000, LastRule: "zzz", Offered: []bool{true, false}, Before: day + 4000, BeforeFile: last, AtMost: 50,
			})
			return err
		}, "tie_file"},
		"PoolVisits": {func(q *Queries) error { _, err := q.PoolVisits(ctx, chain, files, day-365); return err }, "guest_number_file"},
		"PoolReceivers": {func(q *Queries) error {
			_, err := q.PoolReceivers(ctx, files, []kernel.BusinessDate{day, day}, chain)
			return err
		}, "guest_number_file"},
		"WarnCandidates of a day": {func(q *Queries) error {
			_, err := q.WarnCandidates(ctx, WarnCandidatesParams{Day: day, CutOff: noon, AfterFile: id[kernel.FileID](4, 9000), TenantID: chain, FirstOn: day.Month().First(), Since: day - 76, AtMost: 1000})
			return err
		}, "tie_"},
		"LossesOf": {func(q *Queries) error {
			_, err := q.LossesOf(ctx, LossesOfParams{chain, me, day - 120, last, 50})
			return err
		}, "tie_ended"},
		"Loss":          {func(q *Queries) error { _, err := q.Loss(ctx, chain, id[kernel.UUID](7, 9), me); return err }, "decision_pkey"},
		"AppealsOfFile": {func(q *Queries) error { _, err := q.AppealsOfFile(ctx, chain, kernel.FileID(files[0])); return err }, "appeal_file"},
		"AppealsPage": {func(q *Queries) error {
			_, err := q.AppealsPage(ctx, AppealsPageParams{TenantID: chain, StoreIds: stores, OwnIds: []kernel.UUID{}, Me: me, Open: true, Before: last, AtMost: 50})
			return err
		}, "appeal_"},
		"WarningsOfTie": {func(q *Queries) error {
			_, err := q.WarningsOfTie(ctx, chain, id[kernel.UUID](5, 9), kernel.FileID(files[0]))
			return err
		}, "warning_"},
		"BrakesPage": {func(q *Queries) error {
			_, err := q.BrakesPage(ctx, BrakesPageParams{chain, last, stores, false, 10})
			return err
		}, "brake_"},
		"ReleasedBefore": {func(q *Queries) error {
			_, err := q.ReleasedBefore(ctx, ReleasedBeforeParams{stores, []kernel.BusinessDate{day - 4000, day - 4000}, chain, "LIF-03", day, 6})
			return err
		}, "decision_store"},
		"CorrectionsOfStores": {func(q *Queries) error {
			_, err := q.CorrectionsOfStores(ctx, CorrectionsOfStoresParams{stores, chain, last, []string{"proposed"}, 50})
			return err
		}, "correction_"},
		"FilesToReview": {func(q *Queries) error {
			_, err := q.FilesToReview(ctx, FilesToReviewParams{CutOff: noon, AfterFile: id[kernel.FileID](4, 9000), TenantID: chain, LastOn: day, Since: noon, Stores: []kernel.UUID{}, FromOn: day.Month().First(), AtMost: 1000})
			return err
		}, "guest_"},
		"FilesToClose": {func(q *Queries) error {
			_, err := q.FilesToClose(ctx, FilesToCloseParams{TenantID: chain, Stores: stores, FromOn: day + 1, LastOn: day + 4})
			return err
		}, "visit_day"},
		"NotableRunsOfStores": {func(q *Queries) error {
			_, err := q.NotableRunsOfStores(ctx, NotableRunsOfStoresParams{chain, day + 4000, "", 0, "QTA-04", stores, 50})
			return err
		}, "period_run_period"},
		"RunCountsOfStores": {func(q *Queries) error { _, err := q.RunCountsOfStores(ctx, chain, runs, stores); return err }, "correction_run"},
	} {
		a := &asked{}
		require.ErrorIs(t, c.ask(New(a)), pgx.ErrNoRows, name)
		err := pool.InTenant(ctx, chain, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, "EXPLAIN "+a.sql, a.args...)
			require.NoError(t, err, name)
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			require.NoError(t, err, name)
			plan := strings.Join(lines, "\n")
			require.Contains(t, plan, c.by, "%s\n%s", name, plan)
			for _, m := range scans.FindAllStringSubmatch(plan, -1) {
				small := m[3] == "person" || m[3] == "assignment" || m[3] == "booking" || m[3] == "run_set_aside"
				require.True(t, m[1] != "Seq Scan" || small, "%s reads all of %s\n%s", name, m[3], plan)
			}
			return nil
		})
		require.NoError(t, err)
	}
}
