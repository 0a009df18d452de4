package handoverapp_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// room gives a store a room.
func (c *chain) room(store kernel.StoreID, name string, seats int32) kernel.UUID {
	c.t.Helper()
	made, err := c.visits.CreateResources(context.Background(), c.office(), visit.Resource{Store: store, Kind: visit.Room, Capacity: seats}, []string{name})
	require.NoError(c.t, err)
	return made[0].ID
}

// books enters a dinner of so many; a zero room is none, an empty number nobody's.
func (c *chain) books(store kernel.StoreID, day string, guests int32, room kernel.UUID, number kernel.Phone) kernel.UUID {
	c.t.Helper()
	c.numbers++
	in := visitapp.NewBooking{
		Store: store, Request: kernel.NewID[kernel.UUID](c.clock.Now()), Number: number, GuestName: "陆建国", Date: date(c.t, day), Meal: tenant.Dinner, Kind: visit.Room, Guests: guests,
	}
	if !room.IsZero() {
		in.Resource = &room
	}
	line, err := c.visits.CreateBooking(context.Background(), c.grant(c.receiver, kernel.ReachWhere, store), in, c.clock.Now())
	require.NoError(c.t, err)
	return line.BookingID
}

// booked is where a booking stands: store, state, places held, how many facts of it.
func (c *chain) booked(id kernel.UUID) string {
	c.t.Helper()
	return c.texts(`SELECT s.code || ' ' || b.state || ' ' || coalesce((SELECT string_agg(r.name || CASE WHEN p.held THEN '' ELSE '-' END, '+') FROM booking_place p JOIN resource r USING (tenant_id, resource_id) WHERE p.tenant_id = b.tenant_id AND p.booking_id = b.booking_id), 'none')
		|| ' ' || (SELECT count(*) FROM booking_change h WHERE h.tenant_id = b.tenant_id AND h.booking_id = b.booking_id) || ' ' || (SELECT count(*) FROM booking_notice n WHERE n.tenant_id = b.tenant_id AND n.booking_id = b.booking_id)
		FROM booking b JOIN store s USING (tenant_id, store_id) WHERE b.tenant_id = $1 AND b.booking_id = $2`, c.id, id)[0]
}

// fates are those of a plan's bookings, with the place each goes to.
func fates(bookings []visit.Leaving) (out []string) {
	for _, b := range bookings {
		out = append(out, fmt.Sprint(b.Fate, b.To, b.Told))
	}
	return out
}

// TestBookingsGoAlong: with a merging the bookings to come go to the other store, with
// a free place that seats the guests, the one of the same name first; guests and
// bookers are told, once.
func TestBookingsGoAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.chain("along"), context.Background()
	b := c.second("S02", "高新店")
	peony, orchid := c.room(c.store, "牡丹厅", 10), c.room(c.store, "兰花厅", 20)
	c.room(b, "小厅", 8)
	c.room(b, "牡丹厅", 12)
	before := c.books(c.store, "2026-03-04", 8, peony, "+8613800000001")
	same := c.books(c.store, "2026-03-06", 8, peony, "+8613800000002")
	big := c.books(c.store, "2026-03-06", 16, orchid, "+8613800000003")
	free := c.books(c.store, "2026-03-06", 4, kernel.UUID{}, "+8613800000004")
	second := c.books(c.store, "2026-03-07", 6, orchid, "+8613800000005")
	nobody := c.books(c.store, "2026-03-07", 6, peony, "+8613800000006")
	c.exec("UPDATE booking SET number_box = NULL WHERE tenant_id = $1 AND booking_id = $2", c.id, nobody) // as an imported one
	c.files("2026-02-20", 1)
	c.catchUp("2026-03-02")
	m := c.ends(handover.MergeStores, b, "2026-03-05")
	require.ElementsMatch(t, []string{"1 [牡丹厅] true", "2 [] true", "5 [] true", "1 [小厅] true", "1 [牡丹厅] false"}, fates(c.view(m).Bookings))
	require.Empty(t, c.view(m).Blocks)

	c.catchUp("2026-03-04")
	require.Equal(t, "S01 confirmed 牡丹厅 1 0", c.booked(same), "not before its day")
	c.catchUp("2026-03-05")
	c.catchUp("2026-03-06") // again changes nothing
	require.Equal(t, handover.MoveCounts{Files: 1, Moved: 1, Ties: 1, Bookings: 5, Unplaced: 1, Untold: 1, People: 3}, c.view(m).MoveCounts)
	require.Equal(t, "S01 confirmed 牡丹厅 1 0", c.booked(before))
	require.Equal(t, "S02 confirmed 牡丹厅 2 1", c.booked(same))
	require.Equal(t, "S02 confirmed none 2 1", c.booked(big))
	require.Equal(t, "S02 confirmed none 2 1", c.booked(free))
	require.Equal(t, "S02 confirmed 小厅 2 1", c.booked(second))
	require.Equal(t, "S02 confirmed 牡丹厅 2 0", c.booked(nobody))
	require.Equal(t, []string{"4"}, c.texts("SELECT count(*)::text FROM message WHERE tenant_id = $1 AND template = 'booking_moved' AND params->>'former' = '友谊店' AND params->>'store' = '高新店'", c.id))
	require.Equal(t, []string{"2026-03-05 01:00"}, c.texts("SELECT DISTINCT to_char(scheduled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM river.river_job WHERE kind = 'message_send'"), "nobody is woken")
	require.Equal(t, []string{"E0002 2026-03-06"}, c.texts("SELECT p.staff_no || ' ' || i.on_date FROM inbox i JOIN person p USING (tenant_id, person_id) WHERE i.tenant_id = $1 AND i.kind = 'bookings_moved'", c.id))
	_, err := c.visits.Seat(ctx, c.grant(c.receiver, kernel.ReachWhere, b), same, c.clock.Now())
	require.NoError(t, err, "the new store receives them")
}

// TestBookingsAreCalledOff: with a closing they are, in the night after the approval,
// so that their guests know in time; until then it may be withdrawn and none is.
func TestBookingsAreCalledOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.chain("off"), context.Background()
	b := c.second("S02", "高新店")
	peony := c.room(c.store, "牡丹厅", 10)
	soon := c.books(c.store, "2026-03-05", 8, peony, "+8613800000001")
	later := c.books(c.store, "2026-04-20", 8, peony, "+8613800000002")
	c.files("2026-02-20", 1)
	c.catchUp("2026-03-02")
	along := handover.MoveLine{Referrer: c.giver, To: b, Receiver: c.giver}
	m := c.ends(handover.CloseStore, b, "2026-04-05", along)
	require.Equal(t, []string{"4 [] true"}, fates(c.view(m).Bookings))
	_, err := c.app.WithdrawMove(ctx, c.office(), c.clock.Now(), m.ID)
	require.NoError(t, err)
	c.catchUp("2026-03-03")
	require.Equal(t, "S01 confirmed 牡丹厅 1 0", c.booked(later))
	m = c.ends(handover.CloseStore, b, "2026-04-05", along)
	c.catchUp("2026-03-04")
	v := c.view(m)
	require.Equal(t, handover.MoveApproved, v.State)
	require.Equal(t, handover.MoveCounts{Bookings: 1}, v.MoveCounts)
	require.Equal(t, "S01 cancelled 牡丹厅- 2 1", c.booked(later))
	require.Equal(t, "S01 confirmed 牡丹厅 1 0", c.booked(soon))
	require.Equal(t, []string{"门店停业"}, c.texts("SELECT cancel_reason FROM booking WHERE tenant_id = $1 AND booking_id = $2", c.id, later))
	require.Equal(t, []string{"booking_called_off"}, c.texts("SELECT template FROM message WHERE tenant_id = $1", c.id))
	require.Equal(t, []string{"E0002 2026-04-20"}, c.texts("SELECT p.staff_no || ' ' || i.on_date FROM inbox i JOIN person p USING (tenant_id, person_id) WHERE i.tenant_id = $1 AND i.kind = 'bookings_called_off'", c.id))
}

// TestBookingsOfAShutStore: where the other store takes no guests then, somebody has
// to ask the guest before it can be approved.
func TestBookingsOfAShutStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.chain("shut"), context.Background()
	b := c.second("S02", "高新店")
	id := c.books(c.store, "2026-03-06", 8, c.room(c.store, "牡丹厅", 10), "+8613800000001")
	plan := handover.Move{Kind: handover.MergeStores, Store: c.store, To: b, On: date(t, "2026-03-05"), Reason: "租约到期"}
	c.exec("INSERT INTO store_closure (tenant_id, closure_id, store_id, from_on, to_on, reason, created_at) VALUES ($1, gen_random_uuid(), $2, '2026-03-06', '2026-03-06', '检修', $3)", c.id, b, c.clock.Now())
	v, err := c.app.PreviewMove(ctx, c.office(), w.clock.Now(), plan)
	require.NoError(t, err)
	require.Equal(t, []string{"3 [] true"}, fates(v.Bookings))
	require.Equal(t, handover.BlockedByBookings, v.Blocks[0].Reason)
	_, err = c.visits.Cancel(ctx, c.grant(c.receiver, kernel.ReachWhere, c.store), id, "客人改期", c.clock.Now())
	require.NoError(t, err)
	v, err = c.app.PreviewMove(ctx, c.office(), w.clock.Now(), plan)
	require.NoError(t, err)
	require.Empty(t, v.Blocks)
}
