package handoverapp_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// A store whose runs wait for a day of it (RUL-07) ends when they have caught up: what
// they still had to decide of its guests they decide there, and only then those go.
func TestMergingWaitsForLateRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, missing := w.chain("late"), atomic.Bool{}
	b := c.second("S02", "高新店")
	missing.Store(true)
	w.ownership.Gaps = func(_ context.Context, _ kernel.TenantID, _ []tenant.Store, day kernel.BusinessDate) (map[kernel.StoreID][]kernel.Words, error) {
		gaps := map[kernel.StoreID][]kernel.Words{}
		if missing.Load() && day == date(t, "2026-03-02") {
			gaps[c.store] = []kernel.Words{{ZH: "没有报日结"}}
		}
		return gaps, nil
	}
	c.in(func(tx pgxTx) error {
		return c.tenants.LiveFromTx(context.Background(), tx, c.id, date(t, "2025-12-01"))
	})
	asleep, fresh := c.files("2025-12-03", 1)[0], c.files("2026-02-20", 30)[0]
	c.catchUp("2026-03-02")
	m := c.ends(handover.MergeStores, b, "2026-03-05")
	c.catchUp("2026-03-05")
	require.Equal(t, []string{"2026-03-03 LIF-03"}, c.texts("SELECT step_on || ' ' || step_kind FROM store_wait WHERE tenant_id = $1", c.id))
	require.Equal(t, handover.MoveApproved, c.view(m).State, "its day has come, and it waits")
	require.Equal(t, []string{"S01"}, c.where(fresh))
	require.Equal(t, c.giver, c.owner(asleep))

	missing.Store(false)
	c.catchUp("2026-03-06")
	require.Equal(t, handover.MoveDone, c.view(m).State)
	require.Equal(t, []string{"S02"}, c.where(fresh))
	require.Equal(t, []string{"S01 LIF-03 2026-03-04"}, c.texts(`SELECT s.code || ' ' || d.rule || ' ' || d.effective_on FROM decision d JOIN store s USING (tenant_id, store_id)
		WHERE d.tenant_id = $1 AND d.file_id = $2`, c.id, asleep), "as on the day on which it was due")
	require.True(t, c.owner(asleep).IsZero())
	require.Equal(t, []string{"S02"}, c.where(asleep))
}

// Who had left the store before it merged has his days of LIF-05 from his last day
// there: the file's store was that one until it went.
func TestAwayThroughAMerging(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("away")
	b := c.second("S02", "高新店")
	file := c.files("2026-02-20", 1)[0]
	c.catchUp("2026-03-01")
	c.leaves(c.giver, "2026-03-02")
	c.ends(handover.MergeStores, b, "2026-03-05")
	c.catchUp("2026-03-05")
	require.Equal(t, []string{"S02"}, c.where(file))
	c.catchUp("2026-03-08")
	require.Equal(t, c.giver, c.owner(file), "the sixth day of his absence")
	c.catchUp("2026-03-09")
	require.Equal(t, []string{`LIF-05 {"since": "2026-03-02"}`}, c.texts("SELECT rule || ' ' || evidence FROM decision WHERE tenant_id = $1 AND file_id = $2 AND rule = 'LIF-05'", c.id, file))
}

// A merging of two files is not undone once the store has ended and the file is
// another's: nothing is half done, and the answer says what to do instead (HND-08).
func TestUndoAfterTheStoreMoved(t *testing.T) {
	t.Parallel()
	c, ctx := newWorld(t).chain("undo"), context.Background()
	b := c.second("S02", "高新店")
	files := c.files("2026-02-20", 2)
	c.catchUp("2026-03-02")
	e, err := c.customers.MergeFiles(ctx, c.office(), c.clock.Now(), customerapp.MergeInput{Survivor: files[0], Merged: files[1], Reason: "同一位客人，两个号码"})
	require.NoError(t, err)
	c.ends(handover.MergeStores, b, "2026-03-05")
	c.catchUp("2026-03-05")
	before := append(c.ties(files[0]), c.ties(files[1])...)

	views, _, err := c.customers.Merges(ctx, c.office(), c.clock.Now(), files[0])
	require.NoError(t, err)
	require.Len(t, views, 1)
	require.False(t, views[0].Undoable)
	_, err = c.customers.UndoMerge(ctx, c.office(), c.clock.Now(), e.ID)
	require.ErrorIs(t, err, customer.ErrMergeMoved)
	require.Equal(t, before, append(c.ties(files[0]), c.ties(files[1])...))
	require.Equal(t, []string{"S02"}, c.where(files[0]))

	// Both numbers are the guest's in the other store.
	c.comes(files[0], b, "2026-03-05")
	c.comes(files[1], b, "2026-03-05")
	require.Equal(t, []string{"1"}, c.texts("SELECT count(*)::text FROM visit_pub.fact WHERE tenant_id = $1 AND file_id = $2", c.id, files[0]), "one dinner, whichever number he gave")
}
