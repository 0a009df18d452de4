package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
)

// dump is the whole database as text, as a backup holds it.
func (w *world) dump(t testing.TB) string {
	t.Helper()
	at := w.super.Config()
	cmd := exec.Command("pg_dump", "--data-only", "--inserts", "-h", at.Host, "-p", strconv.Itoa(int(at.Port)), "-U", at.User, at.Database)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+at.Password)
	var wrong strings.Builder
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	require.NoError(t, err, wrong.String())
	return string(out)
}

// TestErasedLeavesNoTrace deletes an approved guest on his store's request: no
// name, number, key or address of his is left in a dump of the database, and
// every store's money, visits and credits are what they were (DEL-01, DEL-03).
func TestErasedLeavesNoTrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.a
	id := c.file(0)
	name, store := c.guests[0], c.s01
	key := w.texts(t, "SELECT encode(number_key, 'hex') FROM guest WHERE tenant_id = $1 AND file_id = $2", c.id, id)[0]
	totals := func() []string {
		return w.texts(t, `SELECT store_id::text || business_date || meal_period || coalesce(credited_to::text, '') || ' ' || count(*) || ' ' || sum(amount_fen)
			FROM visit WHERE tenant_id = $1 GROUP BY store_id, business_date, meal_period, credited_to
			UNION ALL SELECT file_id::text || ' ' || visits || coalesce(last_visit::text, '') FROM guest_visits WHERE tenant_id = $1
			UNION ALL SELECT 'fact ' || coalesce(credited_to::text, '') || count(*) || sum(amount_fen) FROM visit_pub.fact WHERE tenant_id = $1 GROUP BY credited_to ORDER BY 1`, c.id)
	}
	w.newBooking(t, c)
	before := totals()
	require.NotEmpty(t, before)
	traces := func() (n int) {
		for _, line := range strings.Split(w.dump(t), "\n") {
			if strings.Contains(line, c.id.String()) && strings.Contains(line, store.String()) && (strings.Contains(line, name) || strings.Contains(line, key)) {
				n++
			}
		}
		return n
	}
	require.Positive(t, traces())

	asked, err := w.deletionsOf(c.manager).RequestDeletion(t.Context(), &customerv1.RequestDeletionRequest{
		FileId: id, Ground: customerv1.DeletionGround_DELETION_GROUND_NOT_A_GUEST, Reason: name + "查无此人",
	})
	require.NoError(t, err)
	done, err := w.deletionsOf(c.hq).CarryOutDeletion(t.Context(), &customerv1.CarryOutDeletionRequest{RequestId: asked.Request.Id})
	require.NoError(t, err)
	require.Equal(t, customerv1.DeletionState_DELETION_STATE_DONE, done.Request.State)
	require.Empty(t, done.Request.GuestName+done.Request.MaskedNumber+done.Request.Reason)

	require.Zero(t, traces())
	require.Equal(t, before, totals())
	drift, err := w.prod.visits.Rebuild(t.Context(), c.id, true)
	require.NoError(t, err)
	require.Equal(t, "{0 0 0 0}", fmt.Sprint(drift))
	require.Equal(t, []string{"deleted"}, w.texts(t, "SELECT state FROM guest WHERE tenant_id = $1 AND file_id = $2", c.id, id))
	require.Equal(t, []string{"0"}, w.texts(t, "SELECT count(*)::text FROM tie WHERE tenant_id = $1 AND file_id = $2 AND end_on IS NULL", c.id, id))
	_, err = w.customersOf(c.hq).GetCustomer(t.Context(), &customerv1.GetCustomerRequest{Id: id})
	require.ErrorContains(t, err, "not_found")
}

// TestIncompleteFileEnds walks a draft through DEL-02: warned once on day 60 and
// once on day 83, gone on day 90, with nothing of the guest left in a dump.
func TestIncompleteFileEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.a
	id := w.newFile(t, c).Row.Id
	name := w.texts(t, "SELECT name FROM guest WHERE tenant_id = $1 AND file_id = $2", c.id, id)[0]
	key := w.texts(t, "SELECT encode(number_key, 'hex') FROM guest WHERE tenant_id = $1 AND file_id = $2", c.id, id)[0]
	require.Contains(t, w.dump(t), key)
	require.NoError(t, w.prod.startWork(t.Context()))
	told := func() []string {
		return w.texts(t, "SELECT kind FROM inbox WHERE tenant_id = $1 AND file_id = $2 ORDER BY item_id", c.id, id)
	}
	for _, s := range []struct {
		days int
		told []string
	}{
		{59, nil},
		{60, []string{"file_ends"}},
		{82, []string{"file_ends"}},
		{83, []string{"file_ends", "file_ends_soon"}},
		{89, []string{"file_ends", "file_ends_soon"}},
		{92, []string{"file_ends", "file_ends_soon", "file_deleted"}},
	} {
		w.clock.set(noon.AddDate(0, 0, s.days))
		require.NoError(t, w.prod.ownership.CatchUp(t.Context(), c.id))
		require.ElementsMatch(t, s.told, told(), "day %d", s.days)
	}
	require.Equal(t, []string{(today + 90).String()}, w.texts(t, "SELECT effective_on::text FROM decision WHERE tenant_id = $1 AND file_id = $2 AND evidence ->> 'step' = 'deleted'", c.id, id))
	text := w.dump(t)
	require.NotContains(t, text, key)
	require.NotContains(t, text, name)
}
