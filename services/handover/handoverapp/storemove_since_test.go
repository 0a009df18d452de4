package handoverapp_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/handover"
)

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
