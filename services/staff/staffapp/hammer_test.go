package staffapp_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

// TestRevocationUnderLoad: a role changes 1,000 times while people who hold it
// come through two processes. The role's rights spell the number of the change in
// binary, so that every answer tells which change it was made under: never one
// older than the last that was committed before the request began, never a mix
// of two, never one that has not been made.
func TestRevocationUnderLoad(t *testing.T) {
	const changes = 1000
	w := newWorld(t)
	ctx := t.Context()
	digits := staff.Permissions()[:10]
	rights := func(n int64) (out []staff.Right) {
		for i, p := range digits {
			if n>>i&1 == 1 {
				out = append(out, staff.Right{Permission: p})
			}
		}
		return out
	}
	w.in(w.one, func(tx pgx.Tx) error { // what the others may do only makes tables slower to build
		_, err := tx.Exec(ctx, "DELETE FROM role_policy WHERE role NOT IN ('admin', 'service_manager')")
		return err
	})
	editor := w.edits(w.one, "A1")
	role := w.stored(w.one, staff.ServiceManager)
	role.Rights = rights(0)
	require.NoError(t, w.UpdateRole(ctx, editor, role))

	apps := []*staffapp.App{w.App, w.process()}
	tokens := []string{w.login(w.one, "M1", "phone"), w.login(w.one, "M2", "phone")}
	var begun, committed, asked, wrong atomic.Int64
	done := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			app, token := apps[i%2], tokens[i/2]
			for running := true; running; {
				select {
				case <-done:
					running = false // once more, after everything
				default:
				}
				oldest := committed.Load()
				actor, err := app.Authenticate(ctx, header(token))
				if err != nil {
					t.Error(err)
					return
				}
				_, grants, err := app.Grants(ctx, actor)
				newest := begun.Load()
				if err != nil {
					t.Error(err)
					return
				}
				var n int64
				for i, p := range digits {
					if !grants(p).Empty() {
						n |= 1 << i
					}
				}
				asked.Add(1)
				if n < oldest || n > newest {
					wrong.Add(1)
				}
			}
		})
	}
	for n := int64(1); n <= changes; n++ {
		begun.Store(n)
		role.Version++
		role.Rights = rights(n)
		if err := apps[n%2].UpdateRole(ctx, editor, role); err != nil {
			t.Error(err)
			break
		}
		committed.Store(n)
	}
	close(done)
	wg.Wait()
	require.Zero(t, wrong.Load(), "of %d answers", asked.Load())
	require.Greater(t, asked.Load(), int64(changes))
	t.Logf("%d answers while the role changed %d times", asked.Load(), changes)
}
