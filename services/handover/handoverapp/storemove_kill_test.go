package handoverapp_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
)

// envChild makes this test binary a worker process for TestSIGKILLOfAMove: database,
// key, chain and the day to catch up to.
const envChild = "CHANGKE_TEST_MOVER"

func TestMain(m *testing.M) {
	if asked := os.Getenv(envChild); asked != "" {
		if err := moverProcess(context.Background(), strings.Split(asked, "|")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func moverProcess(ctx context.Context, asked []string) error {
	pool, err := db.Open(ctx, asked[0], db.Options{})
	if err != nil {
		return err
	}
	id, err := kernel.ParseID[kernel.TenantID](asked[2])
	if err != nil {
		return err
	}
	day, err := kernel.ParseDate(asked[3])
	if err != nil {
		return err
	}
	w := &world{pool: pool, clock: &clock{}, master: asked[1]}
	w.clock.set(day.At(5*time.Hour, shanghai))
	if err := w.wire(); err != nil {
		return err
	}
	if err := w.queue.Start(ctx); err != nil {
		return err
	}
	return w.ownership.CatchUp(ctx, id)
}

// The store of the test: blocks enough to be killed in.
const (
	killFiles, killBookings = 4200, 240
	kills                   = 12
)

// TestSIGKILLOfAMove kills worker processes while a store merges into another, between
// its blocks and inside them. The one that lives carries it to its end: every file and
// booking is there, once, with one decision, one line and one message each; and no file
// was ever nobody's, or two people's.
func TestSIGKILLOfAMove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.watch()
	c := w.chain("killed")
	b := c.second("S02", "高新店")
	c.files("2026-02-20", killFiles)
	room := c.room(c.store, "牡丹厅", 10)
	c.room(b, "牡丹厅", 10)
	for i := range killBookings {
		c.books(c.store, (date(t, "2026-03-05") + kernel.BusinessDate(i)).String(), 8, room, kernel.Phone(fmt.Sprintf("+86139%08d", i)))
	}
	c.catchUp("2026-03-02")
	m := c.ends(handover.MergeStores, b, "2026-03-05")
	c.catchUp("2026-03-04")
	require.NoError(t, w.queue.Stop(context.Background())) // from here on only processes work
	self, err := os.Executable()
	require.NoError(t, err)
	asked := strings.Join([]string{w.pool.River().Config().ConnString(), w.master, c.id.String(), "2026-03-05"}, "|")
	deaths := 0
	for {
		cmd := exec.Command(self)
		cmd.Env, cmd.Stderr, cmd.Stdout = append(os.Environ(), envChild+"="+asked), os.Stderr, io.Discard
		require.NoError(t, cmd.Start())
		over := make(chan error, 1)
		go func() { over <- cmd.Wait() }()
		if deaths < kills && c.goesOn(m, over) {
			require.NoError(t, cmd.Process.Kill())
			require.Error(t, <-over)
			deaths++
			for _, what := range slices.Sorted(maps.Keys(always)) {
				require.Empty(t, c.texts(always[what], c.id), what)
			}
			continue
		}
		require.NoError(t, <-over)
		break
	}
	require.GreaterOrEqual(t, deaths, 5, "killed on the way")
	require.Equal(t, []string{"done 4200 4200 4200 0 0 240 0 0"}, c.texts("SELECT concat_ws(' ', state, files, moved, ties, doubles, stuck, bookings, unplaced, untold) FROM store_move WHERE tenant_id = $1", c.id))
	for what, one := range map[string]string{
		"files there":           "SELECT count(*) FROM guest WHERE tenant_id = $1 AND store_id = $2",
		"ties there":            "SELECT count(*) FROM tie WHERE tenant_id = $1 AND store_id = $2 AND end_on IS NULL",
		"ties at all":           "SELECT count(*) FROM tie WHERE tenant_id = $1 AND $2::uuid IS NOT NULL",
		"decisions":             "SELECT count(*) FROM decision WHERE tenant_id = $1 AND store_id = $2",
		"lines of the timeline": "SELECT count(*) FROM file_event WHERE tenant_id = $1 AND kind = 'file.store_moved' AND $2::uuid IS NOT NULL",
		"numbers there":         "SELECT count(*) FROM guest_number WHERE tenant_id = $1 AND store_id = $2",
	} {
		require.Equal(t, []string{fmt.Sprint(killFiles)}, c.texts("SELECT x.count::text FROM ("+one+") x", c.id, b), what)
	}
	for what, one := range map[string]string{
		"bookings there": "SELECT count(*) FROM booking WHERE tenant_id = $1 AND store_id = $2",
		"with a place":   "SELECT count(*) FROM booking_place p JOIN resource r USING (tenant_id, resource_id) WHERE p.tenant_id = $1 AND r.store_id = $2 AND p.held",
		"moved once":     "SELECT count(*) FROM booking_change WHERE tenant_id = $1 AND no = 2 AND $2::uuid IS NOT NULL",
		"facts":          "SELECT count(*) / 2 AS count FROM booking_change WHERE tenant_id = $1 AND $2::uuid IS NOT NULL",
		"messages":       "SELECT count(*) FROM message WHERE tenant_id = $1 AND store_id = $2",
		"their jobs":     "SELECT count(*) FROM river.river_job WHERE kind = 'message_send' AND $1::uuid <> $2::uuid",
	} {
		require.Equal(t, []string{fmt.Sprint(killBookings)}, c.texts("SELECT x.count::text FROM ("+one+") x", c.id, b), what)
	}
	require.Equal(t, []string{"1"}, c.texts("SELECT count(*)::text FROM inbox WHERE tenant_id = $1 AND kind = 'store_moved'", c.id), "the referrer is told once")
}

// goesOn waits until a move has come further than it was, and then for a part of a
// block at random; false: the process ended before.
func (c *chain) goesOn(m handover.Move, over chan error) bool {
	c.t.Helper()
	stand := func() string {
		return c.texts("SELECT concat_ws(' ', state, moved, bookings) FROM store_move WHERE tenant_id = $1 AND move_id = $2", c.id, m.ID)[0]
	}
	for was := stand(); stand() == was; {
		select {
		case err := <-over:
			over <- err
			return false
		default:
		}
	}
	inside := time.NewTimer(time.Duration(rand.IntN(200)) * time.Millisecond)
	defer inside.Stop()
	select {
	case err := <-over:
		over <- err
		return false
	case <-inside.C:
		return true
	}
}

// BenchmarkStoreMove measures how long a store of 20,000 files takes to merge into
// another: run it with -benchtime 1x.
func BenchmarkStoreMove(b *testing.B) {
	const files = 20_000
	for range b.N {
		b.StopTimer()
		w := newWorld(b)
		c := w.chain("size")
		to := c.second("S02", "高新店")
		for range files / 2000 {
			c.files("2026-02-20", 2000)
		}
		c.catchUp("2026-03-02")
		m := c.ends(handover.MergeStores, to, "2026-03-05")
		c.catchUp("2026-03-04")
		c.exec("VACUUM ANALYZE")
		c.at("2026-03-05")
		b.StartTimer()
		require.NoError(b, c.ownership.CatchUp(context.Background(), c.id))
		b.StopTimer()
		require.Equal(b, int32(files), c.view(m).Moved)
		b.ReportMetric(files*float64(b.N)/b.Elapsed().Seconds(), "files/s")
	}
}
