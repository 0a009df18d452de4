package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/platform/db"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// drains makes this program a till of one's own process that drains the queue in a
// directory and tells of each call before and after it. With holds it stops after an
// answer, before the queue has noted it, until somebody kills it.
const (
	drains = "CHANGKE_TEST_DRAINS"
	holds  = "CHANGKE_TEST_HOLDS"
)

// drain is that till's program; services/pos/sdk/ts/test/drainer.mjs is the other one.
func drain(dir string) error {
	c, err := changke.New(os.Getenv("CHANGKE_URL"), os.Getenv("CHANGKE_KEY"))
	if err != nil {
		return err
	}
	q, err := changke.OpenQueue(dir)
	if err != nil {
		return err
	}
	_, err = q.Drain(context.Background(), loud{c})
	return err
}

type loud struct{ changke.Recorder }

func (r loud) RecordBills(ctx context.Context, req *changke.RecordBillsRequest) (*changke.RecordBillsResponse, error) {
	fmt.Println("sending")
	res, err := r.Recorder.RecordBills(ctx, req)
	fmt.Println("answered")
	if os.Getenv(holds) != "" {
		_, _ = io.Copy(io.Discard, os.Stdin)
	}
	return res, err
}

// TestKilledWhileDraining kills tills of both SDKs while they drain their queue at a
// server of its own process: with a call under way, with an answer that is not noted
// yet, while it is noted. What was added is on file once, what was refused lies with
// the dead once, and nothing waits any more (VIS-07).
func TestKilledWhileDraining(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	require.NoError(t, db.Migrate(t.Context(), h.pg.URL(ownDatabase), db.MigrateOptions{}))
	_, id, key := h.chain()
	h.startAPI()
	t.Cleanup(func() { _ = h.api.Process.Kill(); _ = h.api.Wait() })
	super, err := pgx.Connect(t.Context(), h.pg.URL(ownDatabase))
	require.NoError(t, err)
	t.Cleanup(func() { _ = super.Close(context.Background()) })
	compileTS(t)
	node, err := filepath.Abs(tsSDK + "/test/drainer.mjs")
	require.NoError(t, err)
	for day, c := range []struct{ source, program, argument string }{{"kill-go", os.Args[0], "-test.run=^$"}, {"kill-ts", "node", node}} {
		t.Run("OK "+c.source, func(t *testing.T) {
			date := fmt.Sprintf("2026-03-%02d", 3+day)
			dir, bills, refused := t.TempDir(), soak(4000, 40000), 0
			q, err := changke.OpenQueue(dir)
			require.NoError(t, err)
			var some []*changke.Bill
			for n := range bills {
				some = append(some, tillBill(c.source, fmt.Sprint(n), func(b *changke.Bill) {
					b.BusinessDate, b.Number = date, fmt.Sprintf("138%08d", n%40)
					if n%97 == 0 {
						b.StoreCode, refused = "S99", refused+1
					}
				}))
			}
			require.NoError(t, q.Add(some...))
			require.NoError(t, q.Close())

			till := func(lines int, hold bool) (ended bool) {
				cmd := exec.CommandContext(t.Context(), c.program, c.argument)
				cmd.Env = append(os.Environ(), drains+"="+dir, "CHANGKE_URL=http://"+h.listen, "CHANGKE_KEY="+key)
				if hold {
					cmd.Env = append(cmd.Env, holds+"=1")
				}
				cmd.Stderr = os.Stderr
				in, err := cmd.StdinPipe()
				require.NoError(t, err)
				out, err := cmd.StdoutPipe()
				require.NoError(t, err)
				require.NoError(t, cmd.Start())
				told := bufio.NewScanner(out)
				for n := 0; n != lines && told.Scan(); n++ {
				}
				if lines > 0 {
					require.NoError(t, cmd.Process.Kill())
				}
				_, _ = io.Copy(io.Discard, out)
				err = cmd.Wait()
				_ = in.Close()
				return err == nil
			}
			for kill := range soak(6, 80) {
				hold := kill%2 == 0
				lines := 2 // answered, and not noted
				if !hold {
					lines = 1 + kill/2%4 // in the midst of a call, or of noting one
				}
				if till(lines, hold) {
					break // nothing waits any more
				}
			}
			require.True(t, till(-1, false), "drained to its end")

			q, err = changke.OpenQueue(dir)
			require.NoError(t, err)
			require.Zero(t, q.Len())
			require.Len(t, q.DeadLetters(), refused, "each refused one once")
			require.NoError(t, q.Close())
			var heads, revisions, counted int
			require.NoError(t, super.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM bill_head WHERE tenant_id = $1 AND source = $2), (SELECT count(*) FROM bill_revision WHERE tenant_id = $1 AND source = $2),
				(SELECT sum(bills) FROM visit WHERE tenant_id = $1 AND business_date = $3::date)`, id, c.source, date).Scan(&heads, &revisions, &counted))
			require.Equal(t, []int{bills - refused, bills - refused, bills - refused}, []int{heads, revisions, counted}, "none lost, none doubled")
		})
	}
}
