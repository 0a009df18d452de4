package ownershipapp_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
)

// TestNothingLostOrDoubled: whenever days become complete and head office lets runs
// go on, in whatever order, every guest is released once, on the day he would have
// been had nothing waited (RUL-07, RUL-08). With SOAK: all that rapid asks for.
func TestNothingLostOrDoubled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, guarded(ownership.KindDormancy), func(_ *world, d *ownershipapp.Deps) { d.ChunkSize = 3 }).work()
	first, last, n, red := date(t, "2025-04-01"), date(t, "2025-04-08"), 0, false
	rapid.Check(t, func(r *rapid.T) {
		if n++; n > 25 && !red && os.Getenv("SOAK") == "" {
			return
		}
		defer func() { red = red || r.Failed() }() // then rapid looks for the smallest order that is
		w.at("2025-01-01")
		c := w.chain(fmt.Sprintf("order%d", n), 2)
		c.live("2025-01-01", 0, 1)
		w.exec(`INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
			VALUES ($1, gen_random_uuid(), 'LIF-03', $2, 'done', $3, 1, $3)`, c.id, (first - 1).Time(), w.clock.Now())
		want := map[guest]kernel.BusinessDate{}
		for i := range rapid.IntRange(1, 6).Draw(r, "guests") {
			start := kernel.NewDate(2025, 1, 1) + kernel.BusinessDate(rapid.IntRange(0, 12).Draw(r, "start"))
			g := c.file(i%2, start.String())
			if gone := ownership.FirstPast(start, 3); gone <= last {
				want[g] = max(first, gone)
			}
		}
		var untold [2][]kernel.BusinessDate
		w.at(first.String())
		c.till(0, (first - 1).String(), 0)
		c.till(1, (first - 1).String(), 0)
		grant := c.grantOf(c.people[1], kernel.ReachWhere)
		tell := func(all bool) {
			for s := range untold {
				var rest []kernel.BusinessDate
				for _, d := range untold[s] {
					if all || rapid.Bool().Draw(r, "told") {
						c.till(s, d.String(), 0)
					} else {
						rest = append(rest, d)
					}
				}
				untold[s] = rest
			}
			brakes, err := w.app.Brakes(t.Context(), grant, true, kernel.UUID{0xff}, 10)
			require.NoError(r, err)
			for _, b := range brakes {
				if all || rapid.Bool().Draw(r, "let go on") {
					_, err := w.app.DecideBrake(t.Context(), grant, b.BrakeID, true, "看过了", w.clock.Now())
					require.NoError(r, err)
				}
			}
		}
		for day := first; day <= last; day++ {
			w.at(day.String())
			if day > first {
				untold[0], untold[1] = append(untold[0], day-1), append(untold[1], day-1)
			}
			tell(false)
			w.catchUp(c, day.String())
		}
		for tries := 0; tries == 0 || tries < 20 && len(c.waits()) > 0; tries++ { // each step may brake anew
			tell(true)
			w.catchUp(c, last.String())
		}
		require.Empty(r, c.waits())
		got := c.texts("SELECT file_id || ' ' || effective_on FROM decision WHERE tenant_id = $1 ORDER BY 1", c.id)
		var model []string
		for g, on := range want {
			model = append(model, fmt.Sprintf("%s %s", g.file, on))
		}
		require.ElementsMatch(r, model, got)
	})
}
