package watch_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/platform/watch"
)

var (
	one, two = kernel.TenantID{1, 6: 0x70, 8: 0x80}, kernel.TenantID{2, 6: 0x70, 8: 0x80}
	east     = kernel.StoreID{3, 6: 0x70, 8: 0x80}
)

func change(n int) watch.Change {
	return watch.Change{Kind: "booking", Store: east, ID: kernel.UUID{byte(n >> 8), byte(n), 6: 0x70, 8: 0x80}}
}

func newHub() *watch.Hub { return watch.NewHub(slog.New(slog.DiscardHandler)) }

// TestReader: each reader hears everything of his chain from his place on, once,
// and is told when that can't be promised any more.
func TestReader(t *testing.T) {
	t.Parallel()
	hub := newHub()
	r, other := hub.Reader(one, ""), hub.Reader(two, "")
	hub.Tell(one, change(1))
	hub.Tell(one, change(2))
	hub.Tell(one, change(1))
	<-r.More()
	changes, lost := r.Read()
	require.False(t, lost)
	require.Equal(t, []watch.Change{change(1), change(2)}, changes)
	changes, lost = r.Read()
	require.Empty(t, changes)
	require.False(t, lost)
	changes, lost = other.Read()
	require.Empty(t, changes, "another chain's")
	require.False(t, lost)

	token := r.Token()
	hub.Tell(one, change(3))
	again := hub.Reader(one, token)
	changes, lost = again.Read()
	require.False(t, lost)
	require.Equal(t, []watch.Change{change(3)}, changes, "what came while he was away")

	for i := range 300 { // more than is kept
		hub.Tell(one, change(i))
	}
	_, lost = r.Read()
	require.True(t, lost, "a slow reader reads all anew")
	_, lost = r.Read()
	require.False(t, lost)
	for _, bad := range []string{token, newHub().Reader(one, "").Token(), "nonsense", ".", "a.b", strings.Split(token, ".")[0] + ".99999", strings.Split(token, ".")[0] + ".-1"} {
		_, lost := hub.Reader(one, bad).Read()
		require.True(t, lost, bad)
	}
}

// TestProcessesHearEachOther: what one process writes every process hears when it
// is committed, in the order of commits, and nothing that was rolled back; a
// connection that breaks is told as a gap.
func TestProcessesHearEachOther(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	super := d.Super(t)
	writer := d.Pool(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{}, 2)
	var readers []*watch.Reader
	for range 2 {
		hub, pool := newHub(), d.Pool(t)
		readers = append(readers, hub.Reader(one, ""))
		go func() {
			hub.Run(ctx, pool)
			done <- struct{}{}
		}()
	}
	next := func(r *watch.Reader) ([]watch.Change, bool) {
		select {
		case <-r.More():
		case <-time.After(20 * time.Second):
			require.Fail(t, "nothing came")
		}
		return r.Read()
	}
	for _, r := range readers {
		changes, lost := next(r)
		require.True(t, lost, "who waited before the process listened reads all")
		require.Empty(t, changes)
	}
	tell := func(tenant kernel.TenantID, n int, end error) {
		require.ErrorIs(t, writer.InTenant(ctx, tenant, func(tx pgx.Tx) error {
			require.NoError(t, watch.TellTx(ctx, tx, tenant, change(n)))
			require.NoError(t, watch.TellTx(ctx, tx, tenant, change(n)))
			return end
		}), end)
	}
	tell(one, 1, context.Canceled) // rolled back
	tell(two, 2, nil)
	tell(one, 3, nil)
	for _, r := range readers {
		changes, lost := next(r)
		require.False(t, lost)
		require.Equal(t, []watch.Change{change(3)}, changes)
	}

	_, err := super.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
	require.NoError(t, err)
	for _, r := range readers {
		_, lost := next(r)
		require.True(t, lost, "nobody knows what was said meanwhile")
	}
	tell(one, 4, nil)
	for _, r := range readers {
		changes, _ := next(r)
		require.Equal(t, []watch.Change{change(4)}, changes)
	}
	stop()
	<-done
	<-done
}

// TestManyReaders: many at once, each hears each change or is told to read all.
func TestManyReaders(t *testing.T) {
	t.Parallel()
	hub := newHub()
	const readers, changes = 50, 1000
	got := make(chan error, readers)
	for range readers {
		r := hub.Reader(one, "")
		go func() {
			seen := map[watch.Change]bool{}
			for !seen[change(changes)] {
				<-r.More()
				more, lost := r.Read()
				if lost {
					for i := range changes { // reads all there is
						seen[change(i)] = true
					}
				}
				for _, c := range more {
					seen[c] = true
				}
			}
			if len(seen) != changes+1 {
				got <- fmt.Errorf("%d of %d", len(seen), changes+1)
				return
			}
			got <- nil
		}()
	}
	for i := range changes {
		hub.Tell(one, change(i))
	}
	for range readers {
		for {
			hub.Tell(one, change(changes))
			select {
			case err := <-got:
				require.NoError(t, err)
			case <-time.After(time.Millisecond):
				continue
			}
			break
		}
	}
}
