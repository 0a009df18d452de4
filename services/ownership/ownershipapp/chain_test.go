package ownershipapp_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/visit"
)

// TestDormancyByHand plays a chain day by day over ends of months.
func TestDormancyByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onlyDormancy).work()
	c := w.chain("hand", 2)
	never := c.file(0, "2025-01-01")
	january := c.file(0, "2025-01-31")
	c.visit(january, "2025-01-31")
	came := c.file(1, "2025-01-05")
	c.visit(came, "2025-01-05", "2025-02-28", "2025-09-01") // the last lies in the future of the runs
	before := c.file(1, "2025-03-01")
	c.visit(before, "2025-02-27") // before the approval: no visit of this file

	for _, s := range []struct {
		day  string
		gone []guest
	}{
		{"2025-04-01", nil},
		{"2025-04-02", []guest{never}},
		{"2025-04-30", nil},
		{"2025-05-01", []guest{january}},
		{"2025-05-31", nil},
		{"2025-06-01", []guest{came}},
		{"2025-06-02", []guest{before}},
	} {
		held := map[guest]bool{}
		for _, g := range []guest{never, january, came, before} {
			held[g] = c.owned(g)
		}
		w.catchUp(c, s.day)
		for g, was := range held {
			now := was
			for _, x := range s.gone {
				if x == g {
					require.True(t, was)
					now = false
				}
			}
			require.Equal(t, now, c.owned(g), "%s of %s", s.day, g.number)
		}
	}
	require.Equal(t, []string{`2025-04-02 LIF-03 {"tie_start": "2025-01-01", "last_visit": null}`}, c.decisions(never))
	require.Equal(t, []string{`2025-06-01 LIF-03 {"tie_start": "2025-01-05", "last_visit": "2025-02-28"}`}, c.decisions(came))
	require.Equal(t, []string{`2025-06-02 LIF-03 {"tie_start": "2025-03-01", "last_visit": null}`}, c.decisions(before))
	require.Equal(t, []string{"", `[{"on": "2025-01-31", "meal": 3}]`, `[{"on": "2025-02-28", "meal": 3}]`, ""}, c.texts("SELECT coalesce(visits::text, '') FROM decision WHERE tenant_id = $1 ORDER BY effective_on", c.id))
	require.Equal(t, []string{"2025-01-01 2025-06-02 153"}, c.texts(
		`SELECT min(period_on) || ' ' || max(period_on) || ' ' || count(*) FROM period_run WHERE tenant_id = $1 AND state = 'done'`, c.id))
	require.Equal(t, []string{"2025-04-02"}, c.texts(`SELECT end_on::text FROM tie JOIN decision USING (tenant_id, decision_id) WHERE tie.file_id = $1 AND from_id = referrer_id`, never.file))
}

// TestWakeUp notes the first visit of a dormant file, once.
func TestWakeUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withoutCredits).work()
	c := w.chain("wake", 1)
	g := c.file(0, "2025-01-01")
	c.visit(g, "2025-01-10", "2025-04-11", "2025-04-12", "2025-08-01")
	first := c.file(0, "2025-01-01")
	c.visit(first, "2025-04-02")

	w.catchUp(c, "2025-08-02")
	require.Equal(t, []string{
		`2025-04-11 LIF-03 {"tie_start": "2025-01-01", "last_visit": "2025-01-10"}`,
		`2025-04-12 LIF-13 {"visit": "2025-04-11", "previous": "2025-01-10"}`,
		`2025-08-02 LIF-13 {"visit": "2025-08-01", "previous": "2025-04-12"}`,
	}, c.decisions(g))
	require.Equal(t, []string{
		`2025-04-02 LIF-03 {"tie_start": "2025-01-01", "last_visit": null}`,
		`2025-04-03 LIF-13 {"visit": "2025-04-02", "previous": null}`,
	}, c.decisions(first))
	e, err := c.app.Explain(t.Context(), c.all(2), g.file, c.clock.Now())
	require.NoError(t, err)
	var said []string
	for _, d := range e.Decisions {
		said = append(said, d.Sentence.ZH)
	}
	require.Contains(t, said, "客人8月1日 周五 晚市又来了，由休眠转为有效；上次是4月12日 周六 晚市。")
	require.Equal(t, []string{`[{"on": "2025-04-02", "meal": 3}]`}, c.texts("SELECT visits::text FROM decision WHERE tenant_id = $1 AND file_id = $2 AND rule = 'LIF-13'", c.id, first.file))
}

// TestCutOff: what was learned after a run was opened does not count in it,
// neither a visit nor the loss of one.
func TestCutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onlyDormancy)
	c := w.chain("cut", 1)
	w.at("2025-04-01")
	late, voided := c.file(0, "2025-01-01"), c.file(0, "2025-01-01")
	c.visit(voided, "2025-02-01")
	w.at("2025-01-01")
	w.exec("UPDATE tie SET created_at = $1", w.clock.Now())

	w.at("2025-04-02")
	w.exec(`INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
		SELECT $1, gen_random_uuid(), 'LIF-03', '2025-04-01', 'done', $2, 1, $2`, c.id, w.clock.Now())
	require.NoError(t, w.app.Plan(t.Context(), w.clock.Now())) // opened, nobody works yet
	w.clock.set(w.clock.Now().Add(time.Minute))
	c.visit(late, "2025-03-30")
	c.unvisit(voided, "2025-02-01")
	w.work()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, w.app.CatchUp(ctx, c.id))

	require.False(t, c.owned(late), "the visit came to light after the cut-off")
	require.True(t, c.owned(voided), "the void came to light after the cut-off")
	w.catchUp(c, "2025-04-03")
	require.False(t, c.owned(voided), "and counts the next day")
	require.Equal(t, []string{`2025-04-03 LIF-03 {"tie_start": "2025-01-01", "last_visit": null}`}, c.decisions(voided))
}

// TestPlanTogether: eight at the same moment begin one chain; working and
// planning again changes nothing.
func TestPlanTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("eight", 1)
	c.files(0, "2025-01-01", 3)
	w.at("2025-01-03")
	plan := func() {
		var wg sync.WaitGroup
		gate := make(chan struct{})
		for range 8 {
			wg.Go(func() {
				<-gate
				if err := w.app.Plan(context.Background(), w.clock.Now()); err != nil {
					t.Error(err)
				}
			})
		}
		close(gate)
		wg.Wait()
	}
	count := func() []string {
		return c.texts(`SELECT (SELECT count(*) FROM period_run) || ' ' || (SELECT count(*) FROM run_chunk) || ' ' || (SELECT count(*) FROM river.river_job)`)
	}
	plan()
	require.Equal(t, []string{"1 1 1"}, count())
	plan()
	require.Equal(t, []string{"1 1 1"}, count())
	w.work()
	w.catchUp(c, "2025-01-03")
	ledger := func() []string {
		return c.texts(`SELECT kind || period_on || c.state || no || encode(digest, 'hex') FROM period_run JOIN run_chunk c USING (tenant_id, run_id) ORDER BY 1`)
	}
	before := ledger()
	require.Len(t, before, 21, "three days of seven kinds, and no month before the first")
	plan()
	w.catchUp(c, "2025-01-03")
	require.Equal(t, before, ledger())
}

// TestSameFactsSameDecisions: two chains with the same facts, learned in another
// order and with repeats, give the same ledger.
func TestSameFactsSameDecisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onlyDormancy).work()
	var told [][]string
	for n, order := range [][]int{{0, 1, 2, 3}, {3, 1, 0, 2}} {
		w.at("2025-01-01")
		c := w.chain(fmt.Sprintf("same%d", n), 1)
		g := c.file(0, "2025-01-01")
		days := []string{"2025-01-02", "2025-01-20", "2025-02-11", "2025-07-01"}
		for _, i := range order {
			c.visit(g, days[i])
		}
		w.catchUp(c, "2025-06-01")
		told = append(told, c.decisions(g))
	}
	require.Equal(t, []string{`2025-05-12 LIF-03 {"tie_start": "2025-01-01", "last_visit": "2025-02-11"}`}, told[0])
	require.Equal(t, told[0], told[1])
}

// TestTenantsBesideEachOther: the chain of one tenant fails and stops; the other
// goes on. RetryRun lets it catch up.
func TestTenantsBesideEachOther(t *testing.T) {
	t.Parallel()
	bad := &moody{}
	w := newWorld(t, onlyDormancy, func(w *world, d *ownershipapp.Deps) {
		bad.Visits, d.Visits = d.Visits, bad
	})
	ill, well := w.chain("ill", 1), w.chain("well", 1)
	bad.only = ill.id
	var files []guest
	for _, c := range []*chain{ill, well} {
		g := c.file(0, "2025-01-01")
		c.visit(g, "2025-01-15", "2025-12-31") // the one ahead makes the run ask for histories, once he has stayed away
		files = append(files, g)
	}
	w.at("2025-04-16")
	bad.fail.Store(1)
	require.NoError(t, w.app.Plan(t.Context(), w.clock.Now()))
	w.exec("UPDATE river.river_job SET max_attempts = 1") // no waiting for the retries
	w.work()
	w.catchUp(well, "2025-04-16")
	require.False(t, well.owned(files[1]))

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.ErrorContains(t, w.app.CatchUp(ctx, ill.id), "2025-04-16 failed: the kitchen is on fire")
	require.True(t, ill.owned(files[0]))
	require.NoError(t, w.app.Plan(t.Context(), w.clock.Now()), "a failed chain waits for a person")

	admin := ill.grantOf(ill.people[0], kernel.ReachWhere)
	runs, err := w.app.Runs(t.Context(), ill.id, ownershipapp.NewestRuns, true, 10)
	require.NoError(t, err)
	require.Len(t, runs, 1)
	require.Equal(t, "failed", runs[0].State)
	run := runs[0].RunID
	_, err = w.app.Retry(t.Context(), well.grantOf(well.people[0], kernel.ReachWhere), run)
	require.ErrorIs(t, err, ownership.ErrNoRun, "another chain's run")
	_, err = w.app.Retry(t.Context(), ill.grantOf(ill.people[0], kernel.ReachWhere, ill.stores[0]), run)
	require.ErrorIs(t, err, ownership.ErrNoRun, "a run is of all stores")

	bad.fail.Store(0)
	again, err := w.app.Retry(t.Context(), admin, run)
	require.NoError(t, err)
	require.Equal(t, "running", again.State)
	w.catchUp(ill, "2025-04-16")
	require.False(t, ill.owned(files[0]))
	_, err = w.app.Retry(t.Context(), admin, run)
	require.ErrorIs(t, err, ownership.ErrNotFailed)
	require.Equal(t, ill.decisions(files[0]), well.decisions(files[1]))
}

// TestSetAside: a file that can't be decided is shown with its error; the rest
// of its chunk is decided.
func TestSetAside(t *testing.T) {
	t.Parallel()
	odd := &moody{}
	w := newWorld(t, onlyDormancy, func(w *world, d *ownershipapp.Deps) { odd.Visits, d.Visits = d.Visits, odd }).work()
	c := w.chain("aside", 1)
	files := c.files(0, "2025-01-01", 3)
	for _, g := range files {
		c.visit(g, "2025-12-31")
	}
	odd.only, odd.lie = c.id, files[1].file
	w.catchUp(c, "2025-04-02")
	require.False(t, c.owned(files[0]))
	require.True(t, c.owned(files[1]))
	require.False(t, c.owned(files[2]))
	require.Equal(t, []string{"the visit is not before the day 3 2 1"}, c.texts(
		`SELECT s.error || ' ' || r.examined || ' ' || r.decided || ' ' || r.set_aside FROM run_set_aside s JOIN period_run r USING (tenant_id, run_id) WHERE r.period_on = '2025-04-02'`))
}

var errFire = errors.New("the kitchen is on fire")

// moody is visit's port for one chain, with something wrong.
type moody struct {
	ownershipapp.Visits
	only  kernel.TenantID
	fail  atomic.Int32 // 1: error, 2: panic
	times atomic.Int32 // how often; 0: always
	lie   kernel.FileID
}

func (m *moody) HistoriesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID]visit.History, error) {
	got, err := m.Visits.HistoriesTx(ctx, tx, id, files, before, cutOff)
	if err != nil || id != m.only {
		return got, err
	}
	mode := m.fail.Load()
	if m.times.Load() > 0 && m.times.Add(-1) == 0 {
		m.fail.Store(0)
	}
	switch mode {
	case 1:
		return nil, errFire
	case 2:
		panic("the cook has left")
	}
	if !m.lie.IsZero() {
		got[m.lie] = visit.History{LastVisit: &before}
	}
	return got, nil
}
