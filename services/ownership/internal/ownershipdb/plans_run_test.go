package ownershipdb

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/tenant"
)

// TestRunPlans demands of the statements that narrow a run's files what they may
// read: a chunk of a day walks ties or one day's visits, a chunk of a month reads
// that month's visits and no others, each once.
func TestRunPlans(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	d.Filled(t, fill)
	pool, chain, day := d.Pool(t), id[kernel.TenantID](1, 1), kernel.NewDate(2025, 6, 1)
	noon, june := day.At(12*time.Hour, tenant.Shanghai), day.Month()
	stores := []kernel.UUID{}
	for n := range 10 {
		stores = append(stores, id[kernel.UUID](2, n))
	}
	// A chain has 10,000 files with 13 visits each, 40,000 of them in June; what is
	// kept for each file may be read from end to end, for both chains.
	perFile := []string{"tie", "guest_visits", "guest_number", "guest", "booking"} // nobody has booked
	for name, c := range map[string]struct {
		call   func(*Queries) error
		index  string
		atMost int
		small  []string
	}{
		"DormancyCandidates": {func(q *Queries) error {
			_, err := q.DormancyCandidates(t.Context(), DormancyCandidatesParams{TenantID: chain, Day: &day, CutOff: noon, AfterFile: id[kernel.FileID](4, 9000), Since: day.MinusMonths(3), AtMost: 1000})
			return err
		}, "tie_", 5000, nil},
		"DormancyCandidates of a day long missed": {func(q *Queries) error {
			missed := day - 60
			_, err := q.DormancyCandidates(t.Context(), DormancyCandidatesParams{TenantID: chain, Day: &missed, CutOff: noon, AfterFile: id[kernel.FileID](4, 9000), Since: missed.MinusMonths(3), AtMost: 1000})
			return err
		}, "visit_pkey", 20_000, nil},
		"WakeUpCandidates": {func(q *Queries) error {
			_, err := q.WakeUpCandidates(t.Context(), WakeUpCandidatesParams{TenantID: chain, StoreIds: stores, VisitDay: day, Since: day.MinusMonths(3), CutOff: noon, AtMost: 1000})
			return err
		}, "visit_day", 70_000, perFile},
		"ShareCandidates": {func(q *Queries) error {
			_, err := q.ShareCandidates(t.Context(), ShareCandidatesParams{TenantID: chain, CutOff: noon, FirstOn: june.First(), LastOn: june.Last(), Least: 1, Percent: 50, AtMost: math.MaxInt32})
			return err
		}, "visit_day", 130_000, perFile},
		"AdoptionCandidates": {func(q *Queries) error {
			_, err := q.AdoptionCandidates(t.Context(), AdoptionCandidatesParams{TenantID: chain, CutOff: noon, FirstOn: june.First(), LastOn: june.Last(), Least: 2, AtMost: math.MaxInt32})
			return err
		}, "visit_day", 130_000, perFile},
	} {
		testdb.Explain(t, pool, chain, func(db testdb.DBTX) error { return c.call(New(db)) }).Demand(t, name, c.index, c.atMost, c.small...)
	}
}

// TestRoom: what a month's transaction is given ends with it.
func TestRoom(t *testing.T) {
	t.Parallel()
	pool, chain := testdb.New(t).Pool(t), id[kernel.TenantID](1, 1)
	said := func(tx pgx.Tx) (mode string) {
		require.NoError(t, tx.QueryRow(t.Context(), "SHOW plan_cache_mode").Scan(&mode))
		return mode
	}
	require.NoError(t, pool.InTenant(context.Background(), chain, func(tx pgx.Tx) error {
		require.NoError(t, Room(t.Context(), tx))
		require.Equal(t, "force_custom_plan", said(tx))
		return nil
	}))
	require.NoError(t, pool.InTenant(context.Background(), chain, func(tx pgx.Tx) error {
		require.Equal(t, "auto", said(tx))
		return nil
	}))
}
