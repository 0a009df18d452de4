package ownershipapp_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/visit"
)

// envLanes makes a worker process one for TestSIGKILLOfLanes: chain, person and two
// stores by their ids, and the day it begins on.
const envLanes = "CHANGKE_TEST_LANES"

// The days that the second store's till is silent, and the days played.
var (
	laneFirst, laneLast = kernel.NewDate(2025, time.March, 26), kernel.NewDate(2025, time.April, 16)
	silent, backAgain   = kernel.NewDate(2025, time.March, 29), kernel.NewDate(2025, time.April, 11)
)

var laneKinds = []ownership.Kind{ownership.KindLapse, ownership.KindAdoption, ownership.KindShare, ownership.KindAway, ownership.KindDormancy}

// laneProcess plays a chain whose second store tells no totals for two weeks, and
// says each day when it is done.
func laneProcess(ctx context.Context, url string) error {
	asked := strings.Fields(os.Getenv(envLanes))
	chain, err := kernel.ParseID[kernel.TenantID](asked[0])
	if err != nil {
		return err
	}
	person, err := kernel.ParseID[kernel.PersonID](asked[1])
	if err != nil {
		return err
	}
	from, err := kernel.ParseDate(asked[4])
	if err != nil {
		return err
	}
	b, err := newBare(ctx, url, func(b *bare, d *ownershipapp.Deps) {
		d.Kinds, d.Gaps, d.ChunkSize, d.MonthChunk = laneKinds, b.visits.Gaps, 2, 2
	})
	if err != nil {
		return err
	}
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: chain, Person: person, Assignments: []kernel.Assignment{{Role: "r", TenantWide: true}}}
	grant := kernel.NewGrant(actor, "", func(string) kernel.Reach { return kernel.ReachWhere })
	for day := from; day <= laneLast; day++ {
		now := day.At(5*time.Hour, shanghai)
		b.clock.set(now)
		var totals []visit.DayTotal
		for i, id := range asked[2:4] {
			store, err := kernel.ParseID[kernel.StoreID](id)
			if err != nil {
				return err
			}
			for d := laneFirst - 1; d < day; d++ {
				if i == 0 || d < silent || day >= backAgain {
					totals = append(totals, visit.DayTotal{Store: store, Date: d, Source: "pos"})
				}
			}
		}
		if err := b.visits.TellTotals(ctx, grant, nil, totals, now); err != nil {
			return err
		}
		if err := b.app.CatchUp(ctx, chain); err != nil {
			return err
		}
		fmt.Println(day)
	}
	return nil
}

// TestSIGKILLOfLanes kills worker processes while a store that waited catches up in
// its lane (RUL-07). Runs, chunks, digests, decisions and who is told are those of a
// chain that one process was left alone with.
func TestSIGKILLOfLanes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at("2025-01-01")
	left, killed := w.waiting("lanes-left"), w.waiting("lanes-killed")
	require.True(t, left.whole(laneFirst, 0))
	day, deaths := laneFirst, 0
	for life := 1; ; life++ {
		next, over := killed.life(day, 3*life)
		if over {
			break
		}
		day, deaths = next, deaths+1
		require.Less(t, deaths, 60)
	}
	require.GreaterOrEqual(t, deaths, 5, "killed while they caught up")
	require.NotEmpty(t, left.lanes())
	require.Equal(t, left.lanes(), killed.lanes())
	require.Equal(t, left.decidedAndTold(), killed.decidedAndTold())
	require.Empty(t, killed.waits())
	require.Equal(t, left.everyRun(), killed.everyRun())
}

// waiting is a chain of two stores alike: guests who stay away since a day each, one
// whom others received in March, and a public one whom somebody received twice.
func (w *world) waiting(code string) *chain {
	w.t.Helper()
	c := w.chain(code, 2)
	w.exec("UPDATE rule_set SET fields = '{\"lifecycle.brake_percent\": 100}' WHERE tenant_id = $1", c.id)
	c.live("2025-01-01", 0, 1)
	w.exec(`INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
		VALUES ($1, gen_random_uuid(), 'LIF-03', $2, 'done', $3, 1, $3)`, c.id, (laneFirst - 1).Time(), w.clock.Now())
	march := kernel.NewDate(2025, time.March, 4)
	for s := range 2 {
		for i := range 8 {
			c.file(s, (kernel.NewDate(2024, time.December, 27) + kernel.BusinessDate(i)).String())
		}
		c.received(c.file(s, "2025-01-10"), c.people[1], visit.Finished, march, march+1)
		public := c.file(s, "2025-01-11")
		w.exec("UPDATE tie SET end_on = '2025-02-01' WHERE tenant_id = $1 AND file_id = $2", c.id, public.file)
		w.exec("UPDATE guest SET owner_id = NULL, owned_since = NULL WHERE tenant_id = $1 AND file_id = $2", c.id, public.file)
		c.received(public, c.people[2], visit.Finished, march, march+2)
	}
	return c
}

// life is that of a worker process from a day on: it is killed as soon as so many
// chunks of lanes are done, and says the day the next one begins on; over: it lived
// to the end.
func (c *chain) life(from kernel.BusinessDate, chunks int) (next kernel.BusinessDate, over bool) {
	c.t.Helper()
	self, err := os.Executable()
	require.NoError(c.t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envChild+"="+c.pool.River().Config().ConnString(), fmt.Sprintf("%s=%s %s %s %s %s", envLanes, c.id, c.people[0], c.stores[0], c.stores[1], from))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(c.t, err)
	require.NoError(c.t, cmd.Start())
	said := make(chan kernel.BusinessDate)
	go func() {
		defer close(said)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if d, err := kernel.ParseDate(lines.Text()); err == nil {
				said <- d
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	next = from
	dead := false
	hear := func(d kernel.BusinessDate, open bool) bool {
		if open {
			next = d + 1
		}
		return open
	}
	for open := true; open; {
		if dead || chunks == 0 || next < backAgain { // nothing to look out for
			d, ok := <-said
			open = hear(d, ok)
			continue
		}
		select {
		case d, ok := <-said:
			open = hear(d, ok)
		default:
			if c.laneChunks() >= chunks {
				require.NoError(c.t, cmd.Process.Kill())
				dead = true
			}
		}
	}
	err = cmd.Wait()
	require.Equal(c.t, dead, err != nil, "%v", err)
	return next, !dead
}

// whole is a life that nobody ends.
func (c *chain) whole(from kernel.BusinessDate, chunks int) bool {
	_, over := c.life(from, chunks)
	return over
}

// laneChunks counts what lanes have done so far.
func (c *chain) laneChunks() (n int) {
	c.t.Helper()
	require.NoError(c.t, c.super.QueryRow(context.Background(), `SELECT count(*) FROM run_chunk k JOIN period_run r USING (tenant_id, run_id)
		WHERE k.tenant_id = $1 AND r.lane > 0 AND k.state = 'done'`, c.id).Scan(&n))
	return n
}

// lanes are the runs in which stores caught up, and what became of each.
func (c *chain) lanes() []string {
	c.t.Helper()
	return c.texts(`SELECT concat_ws(' ', r.kind, r.period_on, r.lane, r.state, r.chunks, r.examined, r.decided, cardinality(r.stores)) FROM period_run r
		WHERE r.tenant_id = $1 AND r.lane > 0 ORDER BY r.period_on, r.kind, r.lane`, c.id)
}

// everyRun is all runs.
func (c *chain) everyRun() []string {
	c.t.Helper()
	return c.texts(`SELECT concat_ws(' ', r.kind, r.period_on, r.lane, r.state, r.chunks, r.examined, r.decided) FROM period_run r
		WHERE r.tenant_id = $1 ORDER BY r.period_on, r.kind, r.lane`, c.id)
}

// decidedAndTold is what was decided on every file, in the order in which they were entered,
// and what people were told.
func (c *chain) decidedAndTold() []string {
	c.t.Helper()
	return append(c.texts(`SELECT concat_ws(' ', d.rule, d.effective_on, d.evidence - 'receivers', d.visits IS NOT NULL) FROM decision d
			WHERE d.tenant_id = $1 ORDER BY d.rule, d.effective_on, d.evidence::text, d.to_id IS NULL`, c.id),
		c.texts("SELECT concat_ws(' ', p.staff_no, i.kind, i.on_date, i.more) FROM inbox i JOIN person p USING (tenant_id, person_id) WHERE i.tenant_id = $1 ORDER BY 1", c.id)...)
}
