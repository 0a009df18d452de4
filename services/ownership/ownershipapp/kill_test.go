package ownershipapp_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message/messageapp"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// envChild makes this test binary a worker process for TestSIGKILL.
const envChild = "CHANGKE_TEST_WORKER"

func TestMain(m *testing.M) {
	if url := os.Getenv(envChild); url != "" {
		work := workerProcess
		if os.Getenv(envLanes) != "" {
			work = laneProcess
		}
		if err := work(context.Background(), url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// workerProcess works every chain up to a moment and says each day when it is done.
func workerProcess(ctx context.Context, url string) error {
	b, err := newBare(ctx, url, nil)
	if err != nil {
		return err
	}
	ids, err := b.tenants.TenantIDs(ctx)
	if err != nil {
		return err
	}
	for day := kernel.NewDate(2025, time.January, 1); day <= kernel.NewDate(2025, time.June, 1); day++ {
		b.clock.set(day.At(5*time.Hour, shanghai))
		for _, id := range ids {
			if err := b.app.CatchUp(ctx, id); err != nil {
				return err
			}
		}
		fmt.Println(day)
	}
	return nil
}

// bare is what a worker process has.
type bare struct {
	clock   *clock
	tenants *tenantapp.App
	visits  *visitapp.App
	app     *ownershipapp.App
}

// newBare makes the contexts over a database and lets the queue work; change may set
// up the runs otherwise.
func newBare(ctx context.Context, url string, change func(*bare, *ownershipapp.Deps)) (*bare, error) {
	pool, err := db.Open(ctx, url, db.Options{})
	if err != nil {
		return nil, err
	}
	log, at := slog.New(slog.DiscardHandler), &clock{}
	tenants := tenantapp.New(tenantapp.Deps{DB: pool, Clock: at, Log: log, Catalogue: slices.Concat(customer.RuleFields, visit.RuleFields, ownership.RuleFields)})
	files := customerapp.New(customerapp.Deps{DB: pool, Clock: at, Log: log, Tenants: tenants})
	told := messageapp.New(messageapp.Deps{DB: pool, Clock: at, Log: log})
	files.UseInbox(told)
	visits := visitapp.New(visitapp.Deps{DB: pool, Clock: at, Log: log, Stores: tenants})
	b := &bare{clock: at, tenants: tenants, visits: visits}
	deps := ownershipapp.Deps{
		DB: pool, Clock: at, Log: log, Tenants: tenants, Files: files, Inbox: told, ChunkSize: 4, MonthChunk: 4, // days of several chunks
		Owning: func(tenant.Rules) []string { return []string{post} }, Visits: visits,
	}
	if change != nil {
		change(b, &deps)
	}
	b.app = ownershipapp.New(deps)
	workers := river.NewWorkers()
	b.app.Register(workers)
	queue, err := jobs.New(pool, workers, jobs.Options{Work: true, Log: log})
	if err != nil {
		return nil, err
	}
	b.app.UseJobs(queue)
	return b, queue.Start(ctx)
}

// lives is how many worker processes the chain takes: all but the last are killed.
const lives = 21

// TestSIGKILL kills worker processes twenty times in the middle of the chain. The
// ledger, the decisions, what was told and what was deleted (DEL-02) are those of a
// chain that was left alone: nothing twice, nothing missed.
func TestSIGKILL(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	left, killed := w.chain("left", 1), w.chain("killed", 1)
	var files [2][]guest
	drafts := map[*chain][]kernel.FileID{}
	for i, c := range []*chain{left, killed} {
		drafts[c] = c.drafts("2025-01-01", 7, 40)
		files[i] = c.files(0, "2025-01-01", 6)
		for n, g := range files[i] {
			c.visit(g, fmt.Sprintf("2025-01-%02d", 2+3*n), fmt.Sprintf("2025-05-%02d", 2+3*n))
		}
	}
	self, err := os.Executable()
	require.NoError(t, err)
	url := w.pool.River().Config().ConnString()
	for life := range lives { // the last lives, each other is killed some days after the one before
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), envChild+"="+url)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for day := 0; lines.Scan(); day++ {
			if life < lives-1 && day >= 7*(life+1) {
				require.NoError(t, cmd.Process.Kill())
				break
			}
		}
		for lines.Scan() { // the pipe must be empty before Wait
		}
		err = cmd.Wait()
		require.Equal(t, life < lives-1, err != nil, "life %d: %v", life, err)
	}
	ledger := func(c *chain) []string {
		return c.texts(`SELECT r.kind || ' ' || r.period_on || ' ' || r.state || ' ' || r.chunks || ' ' || count(*) || ' ' || sum(k.decided)
			FROM period_run r JOIN run_chunk k USING (tenant_id, run_id) WHERE r.tenant_id = $1 GROUP BY r.tenant_id, r.run_id ORDER BY r.period_on, r.kind`, c.id)
	}
	require.Equal(t, left.idled(drafts[left]), killed.idled(drafts[killed]))
	for i, f := range drafts[killed] {
		begun := date(t, "2025-01-01") + kernel.BusinessDate(i/7)
		require.Equal(t, fmt.Sprintf("file_ends %s file_ends_soon %s file_deleted %s deleted %s gone", begun+60, begun+83, begun+90, begun+90), killed.idled([]kernel.FileID{f})[0])
	}
	require.Equal(t, []string{"1074"}, w.texts(`SELECT count(*)::text FROM period_run WHERE tenant_id = $1`, killed.id)) // 152 days of seven kinds, five months of two
	require.Equal(t, ledger(left), ledger(killed))
	for i, g := range files[1] {
		require.Len(t, killed.decisions(g), 2)
		require.Equal(t, left.decisions(files[0][i]), killed.decisions(g))
		require.False(t, killed.owned(g))
	}
}

// TestKilledBetweenFetchAndWork: a job that a dead process had taken is replaced
// by the planner at once, and does nothing when the queue brings it back.
func TestKilledBetweenFetchAndWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onlyDormancy)
	c := w.chain("taken", 1)
	g := c.file(0, "2025-01-01")
	w.at("2025-04-02")
	require.NoError(t, w.app.Plan(t.Context(), w.clock.Now()))
	w.exec("UPDATE river.river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{dead}'")
	w.work()
	w.catchUp(c, "2025-04-02")
	require.False(t, c.owned(g))
	runs := w.texts("SELECT count(*)::text FROM period_run WHERE state = 'done'")
	w.exec("UPDATE river.river_job SET state = 'available', scheduled_at = now() WHERE state = 'running'")
	require.Eventually(t, func() bool {
		return w.texts("SELECT count(*)::text FROM river.river_job WHERE state <> 'completed'")[0] == "0"
	}, 30*time.Second, 20*time.Millisecond)
	require.Equal(t, runs, w.texts("SELECT count(*)::text FROM period_run"))
	require.Len(t, c.decisions(g), 1)
}

// TestPanicInAChunk: a chunk that breaks off leaves nothing, and is done by the
// next attempt.
func TestPanicInAChunk(t *testing.T) {
	t.Parallel()
	broken := &moody{}
	w := newWorld(t, onlyDormancy, func(w *world, d *ownershipapp.Deps) { broken.Visits, d.Visits = d.Visits, broken }).work()
	c := w.chain("panic", 1)
	g := c.file(0, "2025-01-01")
	c.visit(g, "2025-12-31")
	broken.only = c.id
	broken.fail.Store(2)
	broken.times.Store(1)
	w.catchUp(c, "2025-04-02")
	require.False(t, c.owned(g))
	require.Equal(t, []string{`2025-04-02 LIF-03 {"tie_start": "2025-01-01", "last_visit": null}`}, c.decisions(g))
	require.Equal(t, []string{"0"}, w.texts("SELECT count(*)::text FROM period_run WHERE state <> 'done'"))
}

// TestGivenUp: a run whose job the queue gave up while nobody could say so is
// shown as failed by the planner.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("given-up", 1)
	c.file(0, "2025-01-01")
	require.NoError(t, w.app.Plan(t.Context(), w.clock.Now()))
	w.exec("UPDATE river.river_job SET state = 'discarded', finalized_at = now()")
	require.NoError(t, w.app.Plan(t.Context(), w.clock.Now()))
	require.Equal(t, []string{"failed the job was given up: discarded"}, w.texts("SELECT state || ' ' || error FROM period_run"))
	w.exec("DELETE FROM river.river_job")
	w.exec("UPDATE period_run SET state = 'running'")
	w.work()
	w.catchUp(c, "2025-01-01") // its job is gone for good: a new one
	require.Equal(t, []string{"done"}, w.texts("SELECT DISTINCT state FROM period_run"))
}
