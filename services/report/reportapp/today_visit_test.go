package reportapp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/report/internal/reportdb"
)

// TestTodayOfTheDesk: what was told in person waits for an inspector whose it is
// not (VIS-03), a refund without its bill for whoever links bills, and is late after
// a day (VIS-07).
func TestTodayOfTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.chain("other")
	c := w.chain("desk")
	for _, x := range []*chain{other, c} {
		x.booking(9, 0, 0, "2025-06-15", "confirmed", 3)
		x.booking(8, 0, 1, "2025-06-14", "finished", 3)
		x.booking(7, 0, 1, "2025-06-14", "cancelled", 3)
		x.booking(6, 1, 1, "2025-06-14", "finished", 3)
		x.exec("UPDATE booking SET notice_way = 'in_person', notice_at = recorded_at WHERE tenant_id = $1", x.id)
		for no, at := range map[string]time.Time{"F1": now.Add(-25 * time.Hour), "F2": now.Add(-time.Hour)} {
			x.exec(`INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, refund_of, business_date, meal_period, closed_at, amount_fen, status, recorded_at)
				VALUES ($1, $2, 'pos', $3, 1, 'B' || $3::text, '2025-06-14', 3, $4, 100, 'refund', $4)`, x.id, x.stores[0], no, at)
			x.exec(`INSERT INTO bill_head (tenant_id, store_id, source, bill_no, revision, business_date, meal_period, amount_fen, status, refund_of, parked, changed_at)
				VALUES ($1, $2, 'pos', $3, 1, '2025-06-14', 3, 0, 'refund', 'B' || $3::text, true, $4)`, x.id, x.stores[0], no, at)
		}
	}
	rights := map[string]string{"today.read": "where", "booking.check": "where", "bill.link": "where"}
	all, err := c.app(rights).Today(t.Context(), c.grant(0, kernel.ReachWhere), kernel.StoreID{}, now)
	require.NoError(t, err)
	require.EqualValues(t, 2, all.ToCheck, "not his own, not what was called off")
	require.Equal(t, reportdb.RefundsParkedRow{Parked: 2, Late: 1}, all.Parked)
	require.EqualValues(t, 5, all.Bills)
	require.Equal(t, c.stores[1], all.BillsAt, "where most wait")
	west, err := c.app(rights).Today(t.Context(), c.grant(0, kernel.ReachWhere), c.stores[1], now)
	require.NoError(t, err)
	require.EqualValues(t, 1, west.ToCheck)
	require.Zero(t, west.Parked.Parked)
	c.exec("UPDATE booking SET checked_at = recorded_at, checked_by = $2, check_held = true WHERE tenant_id = $1 AND store_id = $3", c.id, c.people[0], c.stores[1])
	c.exec("UPDATE bill_head SET parked = false WHERE tenant_id = $1", c.id)
	after, err := c.app(rights).Today(t.Context(), c.grant(0, kernel.ReachWhere), kernel.StoreID{}, now)
	require.NoError(t, err)
	require.EqualValues(t, 1, after.ToCheck)
	require.Zero(t, after.Parked.Parked, "their bills have come")
	c.exec(`INSERT INTO booking_notice (tenant_id, booking_id, no, way, given_by, at) SELECT tenant_id, booking_id, v.no, v.way, v.by, recorded_at
		FROM booking CROSS JOIN (VALUES (1, 'message', $2::uuid), (2, 'in_person', $3::uuid)) v (no, way, by) WHERE tenant_id = $1 AND store_id = $4 AND state = 'finished'`, c.id, c.people[1], c.people[0], c.stores[0])
	told, err := c.app(rights).Today(t.Context(), c.grant(0, kernel.ReachWhere), kernel.StoreID{}, now)
	require.NoError(t, err)
	require.Zero(t, told.ToCheck, "he told the guest, after a message that another sent (HND-08)")
	bare, err := c.app(map[string]string{"today.read": "where"}).Today(t.Context(), c.grant(0, kernel.ReachWhere), kernel.StoreID{}, now)
	require.NoError(t, err)
	require.Zero(t, bare.ToCheck+bare.Parked.Parked+bare.Bills)
}
