package ownershipapp_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/visit"
)

// guarded lets RUL-06 to RUL-08 act, over the real completeness of days.
func guarded(kinds ...ownership.Kind) option {
	return func(w *world, d *ownershipapp.Deps) { d.Kinds, d.Gaps = kinds, w.visits.Gaps }
}

// live lets the rules act in stores of a chain from a day on.
func (c *chain) live(day string, stores ...int) {
	c.t.Helper()
	for _, s := range stores {
		c.exec("UPDATE store SET live_on = $3 WHERE tenant_id = $1 AND store_id = $2", c.id, c.stores[s], date(c.t, day).Time())
	}
	c.refresh()
}

// refresh lets the process forget what it knows of stores.
func (c *chain) refresh() {
	c.t.Helper()
	c.in(func(tx pgx.Tx) error {
		return c.tenants.LiveFromTx(context.Background(), tx, c.id, date(c.t, "2024-01-01"))
	})
}

// till tells a day's totals of a store, as they are.
func (c *chain) till(store int, day string, bills int32) {
	c.t.Helper()
	grant := c.grantOf(c.people[0], kernel.ReachWhere)
	total := visit.DayTotal{Store: c.stores[store], Date: date(c.t, day), Source: "pos", DaySum: visit.DaySum{Bills: bills, Sum: kernel.Fen(100 * bills)}}
	require.NoError(c.t, c.visits.TellTotals(context.Background(), grant, nil, []visit.DayTotal{total}, c.clock.Now()))
}

// waits gives where the chain's stores wait.
func (c *chain) waits() []string {
	return c.texts(`SELECT s.code || ' ' || w.step_on || ' ' || w.step_kind || ' ' || w.cause FROM store_wait w JOIN store s USING (tenant_id, store_id) WHERE tenant_id = $1 ORDER BY 1`, c.id)
}

// TestTillOutage: the till of one store is silent for three days. The store waits,
// the other goes on, and with the late totals it catches up in order: a guest
// whose bill was late stays, another goes on the day he would have (RUL-07).
func TestTillOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, guarded(ownership.KindDormancy)).work()
	w.at("2025-04-01")
	c := w.chain("outage", 2)
	c.live("2025-01-01", 0, 1)
	came, gone, other := c.file(0, "2025-01-02"), c.file(0, "2025-01-02"), c.file(1, "2025-01-02")
	c.files(0, "2025-03-01", 40)
	c.files(1, "2025-03-01", 40)
	w.at("2025-01-01")
	w.exec("UPDATE tie SET created_at = $1", w.clock.Now())
	w.at("2025-03-31")
	c.till(0, "2025-03-30", 0)
	c.till(1, "2025-03-30", 0)
	for _, day := range []string{"2025-04-01", "2025-04-02", "2025-04-03"} {
		w.at(day)
		c.till(1, (date(t, day) - 1).String(), 0)
		w.catchUp(c, day)
	}
	require.False(t, c.owned(other), "the other store goes on")
	require.True(t, c.owned(gone))
	require.Equal(t, []string{"S01 2025-04-01 LIF-03 day"}, c.waits())
	told, err := w.app.Waits(t.Context(), c.grantOf(c.people[0], kernel.ReachWhere))
	require.NoError(t, err)
	require.Equal(t, "收银系统 pos 没有报日结（已收到 0 单 ¥0.00）", told[0].Gaps[0].ZH)

	// The till is back: the bill of 1 April comes with its totals.
	c.visit(came, "2025-04-01")
	c.till(0, "2025-03-31", 0)
	w.catchUp(c, "2025-04-03")
	require.Equal(t, []string{"S01 2025-04-02 LIF-03 day"}, c.waits(), "one day is made good, the next is missing")
	c.till(0, "2025-04-01", 1)
	c.till(0, "2025-04-02", 0)
	w.catchUp(c, "2025-04-03")
	require.Empty(t, c.waits())
	require.True(t, c.owned(came))
	require.Equal(t, []string{`2025-04-03 LIF-03 {"tie_start": "2025-01-02", "last_visit": null}`}, c.decisions(gone))
	require.Equal(t, c.decisions(gone), c.decisions(other))
	require.Equal(t, []string{"3 1"}, c.texts("SELECT count(*) || ' ' || max(lane) FROM period_run WHERE tenant_id = $1 AND lane > 0", c.id))
	w.at("2025-04-04")
	c.till(0, "2025-04-03", 0)
	c.till(1, "2025-04-03", 0)
	w.catchUp(c, "2025-04-04")
	require.Empty(t, c.waits(), "together again")
}

// TestClosedForWorks: days of works don't count in the months, and need no totals
// (RUL-07).
func TestClosedForWorks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, guarded(ownership.KindDormancy)).work()
	c := w.chain("works", 2)
	c.live("2025-01-01", 0, 1)
	shut, open := c.file(0, "2025-01-10"), c.file(1, "2025-01-10")
	c.files(0, "2025-01-20", 40)
	c.files(1, "2025-01-20", 40)
	w.at("2025-01-31")
	c.till(0, "2025-01-30", 0)
	w.exec(`INSERT INTO store_closure (tenant_id, closure_id, store_id, from_on, to_on, reason, created_at) VALUES ($1, gen_random_uuid(), $2, '2025-02-01', '2025-02-28', '后厨改造', $3)`,
		c.id, c.stores[0], w.clock.Now())
	c.refresh()
	w.at("2025-04-20")
	for d := date(t, "2025-01-31"); d < date(t, "2025-04-20"); d++ {
		if d < date(t, "2025-02-01") || d > date(t, "2025-02-28") {
			c.till(0, d.String(), 0)
		}
	}
	w.catchUp(c, "2025-04-20")
	require.Empty(t, c.waits(), "days of works need no totals")
	require.False(t, c.owned(open))
	require.True(t, c.owned(shut))
	for d := date(t, "2025-04-20"); d < date(t, "2025-05-09"); d++ {
		w.at((d + 1).String())
		c.till(0, d.String(), 0)
	}
	w.exec("UPDATE rule_set SET fields = '{\"lifecycle.brake_percent\": 100}' WHERE tenant_id = $1", c.id)
	w.catchUp(c, "2025-05-09")
	require.Equal(t, []string{`2025-05-09 LIF-03 {"tie_start": "2025-01-10", "last_visit": null, "closed_days": 28}`}, c.decisions(shut))
}

// TestFirstNight: a chain that has just taken its guests over loses none of them
// before go-live; then their clocks begin (RUL-06).
func TestFirstNight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, guarded(ownership.KindDormancy, ownership.KindAway)).work()
	w.at("2025-01-01")
	c := w.chain("first", 2)
	old := c.files(0, "2024-01-01", 20)
	late := c.files(1, "2024-01-01", 20)
	w.exec("UPDATE store SET live_on = NULL WHERE tenant_id = $1", c.id)
	w.at("2025-06-01")
	w.catchUp(c, "2025-06-01")
	require.Empty(t, c.texts("SELECT decision_id::text FROM decision WHERE tenant_id = $1", c.id), "nothing happens before go-live")

	grant := c.grantOf(c.people[0], kernel.ReachWhere)
	p, err := w.app.PreviewGoLive(t.Context(), grant, c.stores[0], date(t, "2025-06-02"), w.clock.Now())
	require.NoError(t, err)
	require.Zero(t, p.Total, "clocks of ties that were taken over begin with go-live")
	require.EqualValues(t, 20, p.Ties)
	_, err = w.tenants.SetLive(t.Context(), grant, c.stores[0], new(date(t, "2025-06-01")))
	require.ErrorContains(t, err, "invalid_field")
	_, err = w.tenants.SetLive(t.Context(), grant, c.stores[0], new(date(t, "2025-06-02")))
	require.NoError(t, err)
	w.exec("UPDATE rule_set SET fields = '{\"lifecycle.brake_percent\": 100}' WHERE tenant_id = $1", c.id)
	w.catchUp(c, "2025-09-02")
	require.True(t, c.owned(old[0]))
	w.catchUp(c, "2025-09-03")
	require.False(t, c.owned(old[0]), "three months after go-live")
	require.Equal(t, []string{`2025-09-03 LIF-03 {"tie_start": "2025-06-02", "last_visit": null}`}, c.decisions(old[7]))
	require.True(t, c.owned(late[0]), "the other store is not live")
	_, err = w.tenants.SetLive(t.Context(), grant, c.stores[0], new(date(t, "2025-10-01")))
	require.ErrorContains(t, err, "store.live")
}

// TestBrake: a run that would release too many of a store's guests stops before
// them; the others and the next days go on. Released, the store catches up; skipped,
// the step releases nobody and the next day's run stops again (RUL-08).
func TestBrake(t *testing.T) {
	t.Parallel()
	for _, chunk := range []int{10_000, 3} {
		t.Run(fmt.Sprint(chunk), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, guarded(ownership.KindDormancy), func(_ *world, d *ownershipapp.Deps) { d.ChunkSize = chunk }).work()
			w.at("2025-01-01")
			c := w.chain("brake", 2)
			c.live("2025-01-01", 0, 1)
			many, few := c.files(0, "2025-01-01", 10), c.files(1, "2025-01-01", 1)
			c.files(0, "2025-03-15", 20)
			c.files(1, "2025-03-15", 40)
			w.exec("UPDATE tie SET created_at = $1", w.clock.Now())
			w.catchUp(c, "2025-04-03")
			require.True(t, c.owned(many[0]))
			require.False(t, c.owned(few[0]), "the other store goes on")
			require.Equal(t, []string{"S01 2025-04-02 LIF-03 brake"}, c.waits())
			grant := c.grantOf(c.people[1], kernel.ReachWhere)
			brakes, err := w.app.Brakes(t.Context(), grant, true, kernel.UUID{0xff}, 10)
			require.NoError(t, err)
			require.Len(t, brakes, 1)
			require.EqualValues(t, []int64{10, 30}, []int64{brakes[0].Releases, brakes[0].Ties})
			list, err := w.app.BrakedGuests(t.Context(), grant, brakes[0].BrakeID, w.clock.Now())
			require.NoError(t, err)
			require.Equal(t, 10, list.Total)
			_, err = w.app.DecideBrake(t.Context(), c.grantOf(c.people[1], kernel.ReachWhere, c.stores[1]), brakes[0].BrakeID, true, "看过了", w.clock.Now())
			require.ErrorIs(t, err, ownership.ErrNoBrake)

			_, err = w.app.DecideBrake(t.Context(), grant, brakes[0].BrakeID, false, "先不放", w.clock.Now())
			require.NoError(t, err)
			_, err = w.app.DecideBrake(t.Context(), grant, brakes[0].BrakeID, true, "放", w.clock.Now())
			require.ErrorIs(t, err, ownership.ErrBrakeDecided)
			w.catchUp(c, "2025-04-03")
			require.True(t, c.owned(many[0]))
			require.Equal(t, []string{"S01 2025-04-03 LIF-03 brake"}, c.waits(), "the next day stops again")
			brakes, err = w.app.Brakes(t.Context(), grant, true, kernel.UUID{0xff}, 10)
			require.NoError(t, err)
			back := many[3]
			c.visit(back, "2025-04-01") // learned since
			_, err = w.app.DecideBrake(t.Context(), grant, brakes[0].BrakeID, true, "都确认过了", w.clock.Now())
			require.NoError(t, err)
			w.catchUp(c, "2025-04-05")
			require.Empty(t, c.waits())
			require.True(t, c.owned(back))
			for i, g := range many {
				if i != 3 {
					require.Equal(t, []string{`2025-04-03 LIF-03 {"tie_start": "2025-01-01", "last_visit": null}`}, c.decisions(g))
				}
			}
			require.Equal(t, []string{"9"}, c.texts("SELECT count(*)::text FROM decision WHERE tenant_id = $1 AND store_id = $2", c.id, c.stores[0]), "nobody lost twice")
		})
	}
}
