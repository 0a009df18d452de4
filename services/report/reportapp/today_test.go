package reportapp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/report/reportapp"
	"github.com/changke/changke/services/tenant"
)

func risks(t *reportapp.Today) (out []string) {
	for _, r := range t.AtRisk {
		out = append(out, r.Name)
	}
	return out
}

func TestToday(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.chain("other").furnish() // the same numbers in another chain
	c := w.chain("today")
	c.furnish()
	draft := c.guest(0, -1, "2025-06-01")
	c.revision(draft, 0, 1, "rejected", "2025-06-15 10:00+08")
	ctx, none := t.Context(), kernel.StoreID{}

	c.exec("UPDATE booking SET arrive_minute = 870, seated_minute = CASE number_key WHEN '\\x06' THEN 860 END WHERE tenant_id = $1", c.id)
	all, err := c.app(everything).Today(ctx, c.grant(1, kernel.ReachWhere), none, now)
	require.NoError(t, err)
	require.Equal(t, "2025-06-15", all.On.String())
	require.Equal(t, []string{"客人2", "客人1", "客人4"}, risks(all), "most urgent first")
	require.Equal(t, []int{0, 5, 14}, []int{all.AtRisk[0].DaysLeft, all.AtRisk[1].DaysLeft, all.AtRisk[2].DaysLeft})
	require.EqualValues(t, 3, all.RiskAll)
	require.EqualValues(t, 1, all.Reviews.Waiting)
	require.EqualValues(t, 1, all.Reviews.Late)
	require.Len(t, all.Vips, 2)
	require.Equal(t, []string{"客人6", "", "客人1", "王五"}, []string{all.Vips[0].Name, all.Vips[0].OwnerName, all.Vips[1].Name, all.Vips[1].OwnerName})
	require.Equal(t, []string{"18:20", "18:30"}, []string{all.Vips[0].Comes, all.Vips[1].Comes}, "he sat down; he said so")
	require.EqualValues(t, 3, all.Bookings)
	require.EqualValues(t, 3, all.Notices)
	c.exec("UPDATE booking SET notice_at = recorded_at WHERE tenant_id = $1 AND meal_period = 1", c.id)
	told, err := c.app(everything).Today(ctx, c.grant(1, kernel.ReachWhere), none, now)
	require.NoError(t, err)
	require.EqualValues(t, 2, told.Notices)
	require.EqualValues(t, 1, all.Drafts, "the rejected one")
	require.EqualValues(t, 1, all.Released)
	require.EqualValues(t, []int32{2, 0}, []int32{all.Month.Customers, all.Month.Visits})

	// Escalated to the caller, late and not: what is late of it is told apart, so that nothing stands twice (ROL-05).
	c.exec("UPDATE file_revision SET escalated = 2, escalated_to = ARRAY[$2::uuid] WHERE tenant_id = $1 AND state = 'submitted'", c.id, c.people[1])
	up, err := c.app(everything).Today(ctx, c.grant(1, kernel.ReachWhere), none, now)
	require.NoError(t, err)
	require.EqualValues(t, []int32{1, 1, 1, 1}, []int32{up.Reviews.Waiting, up.Reviews.Late, up.Reviews.ToMe, up.Reviews.ToMeLate})
	c.exec("UPDATE file_revision SET due_at = $2::timestamptz + interval '1 hour' WHERE tenant_id = $1 AND state = 'submitted'", c.id, now)
	up, err = c.app(everything).Today(ctx, c.grant(1, kernel.ReachWhere), none, now)
	require.NoError(t, err)
	require.EqualValues(t, []int32{1, 0, 1, 0}, []int32{up.Reviews.Waiting, up.Reviews.Late, up.Reviews.ToMe, up.Reviews.ToMeLate})

	mine, err := c.app(everything).Today(ctx, c.grant(0, kernel.ReachWhere), none, now)
	require.NoError(t, err)
	require.Zero(t, mine.Reviews.Waiting, "nobody reviews what he wrote")
	require.EqualValues(t, []int32{3, 2}, []int32{mine.Month.Customers, mine.Month.Visits})

	own := map[string]string{"today.read": "own", "customer.read": "own", "customer.review": "own", "booking.read": "own", "decision.read": "own"}
	me, err := c.app(own).Today(ctx, c.grant(1, kernel.ReachOwn, c.stores...), none, now)
	require.NoError(t, err)
	require.Equal(t, []string{"客人4"}, risks(me))
	require.Len(t, me.Vips, 1, "he booked it")
	require.EqualValues(t, 1, me.Bookings)
	require.EqualValues(t, 1, me.Notices)
	require.Zero(t, me.Released, "lost by another")
	require.Zero(t, me.Reviews.Waiting)

	west, err := c.app(everything).Today(ctx, c.grant(1, kernel.ReachWhere), c.stores[1], now)
	require.NoError(t, err)
	require.Equal(t, []string{"客人4"}, risks(west))
	require.Zero(t, west.Bookings)
	_, err = c.app(everything).Today(ctx, c.grant(1, kernel.ReachWhere, c.stores[0]), c.stores[1], now)
	require.ErrorIs(t, err, tenant.ErrNoStore, "a store outside")

	bare, err := c.app(map[string]string{"today.read": "where"}).Today(ctx, c.grant(1, kernel.ReachWhere), none, now)
	require.NoError(t, err)
	require.Empty(t, bare.AtRisk)
	require.Empty(t, bare.Vips)
	require.Zero(t, bare.Bookings+bare.Released+bare.Reviews.Waiting, "each part has its own permission")
}

func TestBoard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.chain("other").furnish()
	c := w.chain("board")
	c.furnish()
	b, err := c.app(everything).Board(t.Context(), c.grant(1, kernel.ReachWhere), now)
	require.NoError(t, err)
	require.Len(t, b.Stores, 2)
	for i := range b.Stores {
		require.Equal(t, c.stores[i], b.Stores[i].Store.ID)
		b.Stores[i].Store = tenant.Store{}
	}
	require.Equal(t, reportapp.StoreFigures{Files: 4, Owned: 3, Active: 3, Released: 2, Waiting: 1, Late: 1}, b.Stores[0])
	require.Equal(t, reportapp.StoreFigures{Files: 2, Owned: 2, Active: 2, Approved: 1, Visits: 2, Credited: 2, Amount: 20000}, b.Stores[1])
	require.Len(t, b.Months, 12)
	require.Equal(t, "2024-07", b.Months[0].Month.String())
	require.EqualValues(t, []int32{2, 2}, []int32{b.Months[11].Visits, b.Months[11].Released})
	require.EqualValues(t, 3, b.Months[8].Visits, "March")

	one, err := c.app(everything).Board(t.Context(), c.grant(1, kernel.ReachWhere, c.stores[1]), now)
	require.NoError(t, err)
	require.Len(t, one.Stores, 1)
	require.Zero(t, one.Months[11].Released)
	none, err := c.app(everything).Board(t.Context(), c.grant(1, kernel.ReachOwn), now)
	require.NoError(t, err)
	require.Empty(t, none.Stores, "own things are no board")
}

// What waits at head office, each for whom has the right, never one's own; and
// what is a person's own.
func TestTodayRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("desk")
	c.furnish()
	file := c.guest(0, 0, "2025-01-01")
	ask := func(by int, state, due string) {
		c.exec(`INSERT INTO deletion_request (tenant_id, request_id, file_id, store_id, ground, reason_box, state, asked_by, asked_at, due_at)
			VALUES ($1, gen_random_uuid(), $2, $3, 'other', '', $4, $5, $6::timestamptz, $6::timestamptz)`, c.id, file, c.stores[0], state, c.people[by], due)
	}
	ask(0, "pending", "2025-06-15 01:00+08")
	ask(0, "done", "2025-06-15 01:00+08")
	c.exec(`INSERT INTO guest_request (tenant_id, request_id, kind, state, number_key, number_box, note_box, channel, client_id, received_by, received_at, due_at)
		VALUES ($1, gen_random_uuid(), 'copy', 'received', '\x01', '\x01', '', 'phone', gen_random_uuid(), $2, $3::timestamptz, $3::timestamptz)`, c.id, c.people[0], "2026-06-15 01:00+08")
	office := map[string]string{"today.read": "where", "customer.carry_out": "where", "customer.legal": "where"}
	all, err := c.app(office).Today(t.Context(), c.grant(1, kernel.ReachWhere), kernel.StoreID{}, now)
	require.NoError(t, err)
	require.EqualValues(t, []int32{1, 1, 0}, []int32{all.Deletions.Waiting, all.Deletions.Late, all.Changes.Waiting})
	require.EqualValues(t, []int32{1, 0}, []int32{all.Guests.Waiting, all.Guests.Late})
	require.EqualValues(t, []int32{1, 2, 3}, []int32{all.Writing.Back, all.Writing.Ending, all.Unread})
	own, err := c.app(office).Today(t.Context(), c.grant(0, kernel.ReachWhere), kernel.StoreID{}, now)
	require.NoError(t, err)
	require.Zero(t, own.Deletions.Waiting, "his own")
	store, err := c.app(office).Today(t.Context(), c.grant(1, kernel.ReachWhere, c.stores[1]), kernel.StoreID{}, now)
	require.NoError(t, err)
	require.Zero(t, store.Deletions.Waiting+store.Guests.Waiting, "of another store, and of the whole chain")
}

// TestTodayCorrections: proposed corrections wait for who settles them in their stores,
// never for whom one concerns (RUL-09, ROL-04).
func TestTodayCorrections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other, c := w.chain("other"), w.chain("corrections")
	for _, x := range []*chain{other, c} {
		file := x.guest(0, 0, "2025-01-01")
		for i, state := range []string{"proposed", "proposed", "noted", "gone"} {
			x.exec(`INSERT INTO correction (tenant_id, correction_id, file_id, store_id, month, run_id, found_on, effect, person_id, decided, now, digest, state, created_at)
				VALUES ($1, gen_random_uuid(), $2, $3, '2025-05-01', gen_random_uuid(), '2025-06-02', 'restore', $4::uuid, jsonb_build_array(jsonb_build_object('from', $4::uuid)), '[]', $5::text::bytea, $6, $7)`,
				x.id, file, x.stores[0], x.people[0], string(rune('a'+i)), state, now)
		}
	}
	waiting := func(rights map[string]string, who int, stores ...kernel.StoreID) int32 {
		today, err := c.app(rights).Today(t.Context(), c.grant(who, kernel.ReachWhere), append(stores, kernel.StoreID{})[0], now)
		require.NoError(t, err)
		return today.Corrected
	}
	rights := map[string]string{"today.read": "where", "correction.decide": "where"}
	require.Zero(t, waiting(rights, 0), "they are about himself")
	require.EqualValues(t, 2, waiting(rights, 1))
	require.Zero(t, waiting(rights, 1, c.stores[1]))
	require.Zero(t, waiting(map[string]string{"today.read": "where", "correction.read": "where"}, 1), "who only reads them settles none")
}
