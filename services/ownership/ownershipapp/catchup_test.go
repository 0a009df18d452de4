package ownershipapp_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/visit"
)

// lived fills a chain with the same five months for the same seed: guests who
// come to whoever receives them, who stay away and come again; a post that ends.
// The chain has worked up to 5 January.
func (c *chain) lived(seed uint64, files int) []guest {
	r := rand.New(rand.NewPCG(seed, 1))
	first := date(c.t, "2024-11-01")
	guests := c.files(0, "2024-10-15", files)
	for _, g := range guests {
		by := r.IntN(3)
		for day := r.IntN(30); day < 155; day += 1 + r.IntN(25) {
			if r.IntN(3) == 0 {
				by = r.IntN(3)
			}
			c.received(g, c.people[by], visit.Finished, first+kernel.BusinessDate(day))
			if r.IntN(4) == 0 {
				day += 95 // stays away
			}
		}
	}
	c.exec(`UPDATE assignment SET to_on = '2025-03-10' WHERE tenant_id = $1 AND person_id = $2`, c.id, c.people[0])
	c.exec(`INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
		VALUES ($1, gen_random_uuid(), 'LIF-13', '2025-01-05', 'done', '2025-01-05', 1, '2025-01-05')`, c.id)
	return guests
}

// outcome is what the chain decided on guests and whose they are, people by their
// place. What waits for somebody is left out: his days begin when a run was opened.
func (c *chain) outcome(guests []guest) (out []string) {
	names := []string{}
	for i, p := range c.people {
		names = append(names, p.String(), fmt.Sprintf("E%d", i))
	}
	who := strings.NewReplacer(names...)
	for i, g := range guests {
		for _, line := range append(
			c.texts(`SELECT effective_on || ' ' || rule || ' ' || coalesce(from_id::text, '-') || ' ' || coalesce(to_id::text, '-') || ' ' ||
				(SELECT coalesce(jsonb_object_agg(key, value) FILTER (WHERE key <> 'receivers'), '{}') FROM jsonb_each(evidence)) || coalesce(visits::text, '')
				FROM decision WHERE tenant_id = $1 AND file_id = $2 AND rule <> 'LIF-14' ORDER BY effective_on, rule`, c.id, g.file),
			c.texts(`SELECT 'tie ' || start_on || ' ' || coalesce(end_on::text, '') FROM tie WHERE tenant_id = $1 AND file_id = $2`, c.id, g.file)...) {
			out = append(out, fmt.Sprintf("%d %s", i, who.Replace(line)))
		}
	}
	return out
}

// TestCatchUpAsDayByDay: a chain that stood still for 90 days decides on each of
// them what one decides that worked every morning, three ends of months among them.
func TestCatchUpAsDayByDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(_ *world, d *ownershipapp.Deps) { d.ChunkSize, d.MonthChunk = 7, 5 }).work()
	daily, late := w.chain("daily", 1), w.chain("late", 1)
	one, two := daily.lived(1, 25), late.lived(1, 25)
	for day, last := date(t, "2025-01-06"), date(t, "2025-04-05"); day <= last; day++ {
		w.catchUp(daily, day.String())
	}
	w.catchUp(late, "2025-04-05")
	require.Equal(t, daily.outcome(one), late.outcome(two))
	runs := `SELECT period_on || ' ' || kind || ' ' || state FROM period_run WHERE tenant_id = $1 ORDER BY xmin::text::bigint` // as they were closed
	require.Equal(t, w.texts(runs, daily.id), w.texts(runs, late.id), "the same runs in the same order")
	for _, rule := range []string{"LIF-03", "LIF-04", "LIF-05", "LIF-07", "LIF-13"} {
		require.Contains(t, strings.Join(late.outcome(two), "\n"), rule+" ", "the three months show the rule")
	}
}

// deaf is visit's port where one chain's facts can't be counted.
type deaf struct {
	ownershipapp.Visits
	ill kernel.TenantID
}

// CountedTx implements ownershipapp.Visits.
func (d *deaf) CountedTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error) {
	if id == d.ill {
		return nil, errFire
	}
	return d.Visits.CountedTx(ctx, tx, id, files, from, before, cutOff)
}

// TestMonthsBesideEachOther: of two chains that missed three ends of months one
// fails at the first and stands there; the other closes all three.
func TestMonthsBesideEachOther(t *testing.T) {
	t.Parallel()
	port := &deaf{}
	w := newWorld(t, func(_ *world, d *ownershipapp.Deps) {
		port.Visits, d.Visits = d.Visits, port
		d.Kinds = slices.DeleteFunc(slices.Clone(ownership.Kinds), func(k ownership.Kind) bool { return k == ownership.KindCorrection }) // it asks first
	})
	ill, well := w.chain("ill", 1), w.chain("well", 1)
	port.ill = ill.id
	w.at("2025-04-05")
	for _, c := range []*chain{ill, well} {
		g := c.file(0, "2025-01-01")
		for _, month := range []string{"2025-01", "2025-02", "2025-03"} {
			c.received(g, c.people[1], visit.Finished, days(t, month, 7, 8)...)
		}
		// Learned after the cut-off of every run: it must ask for the facts.
		w.exec(`UPDATE guest_visits SET changed_at = '2025-04-06' WHERE tenant_id = $1`, c.id)
	}
	require.NoError(t, w.app.Plan(t.Context(), w.clock.Now()))
	w.exec("UPDATE river.river_job SET max_attempts = 1") // no waiting for the retries
	w.work()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.ErrorContains(t, w.app.CatchUp(ctx, ill.id), "LIF-04 of 2025-02-01 failed: the kitchen is on fire")
	require.NoError(t, w.app.CatchUp(ctx, well.id))
	require.Equal(t, []string{"2025-02-01", "2025-03-01", "2025-04-01"}, well.texts(`SELECT period_on::text FROM period_run WHERE tenant_id = $1 AND kind = 'LIF-04' AND state = 'done' ORDER BY xmin::text::bigint`, well.id))
	require.Equal(t, []string{"2025-02-01 failed"}, ill.texts(`SELECT period_on || ' ' || state FROM period_run WHERE tenant_id = $1 AND kind = 'LIF-04'`, ill.id))
}
