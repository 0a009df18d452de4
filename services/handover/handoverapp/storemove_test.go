package handoverapp_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/handoverapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// second gives the chain another store.
func (c *chain) second(code, name string) kernel.StoreID {
	c.t.Helper()
	id := kernel.NewID[kernel.StoreID](c.clock.Now())
	c.in(func(tx pgx.Tx) error {
		return c.tenants.PutStoresTx(context.Background(), tx, c.id, []tenant.Store{{ID: id, Code: code, Name: name, Zone: shanghai, Cutover: tenant.Cutover}}, c.clock.Now())
	})
	return id
}

// ends plans that the store merges into another, or closes, and approves it.
func (c *chain) ends(kind handover.MoveKind, to kernel.StoreID, on string, lines ...handover.MoveLine) handover.Move {
	c.t.Helper()
	ctx, now := context.Background(), c.clock.Now()
	m, err := c.app.PlanMove(ctx, c.office(), now, handover.Move{Kind: kind, Store: c.store, To: to, On: date(c.t, on), Reason: "租约到期", Lines: lines})
	require.NoError(c.t, err)
	m, err = c.app.ApproveMove(ctx, c.grant(c.hqTo, kernel.ReachWhere), now, m.ID)
	require.NoError(c.t, err)
	return m
}

func (c *chain) view(m handover.Move) handoverapp.MoveView {
	c.t.Helper()
	v, err := c.app.MoveView(context.Background(), c.office(), c.clock.Now(), m.ID)
	require.NoError(c.t, err)
	return v
}

// where is the store of a file by each of those who keep it: list row, open tie,
// number, activity.
func (c *chain) where(file kernel.FileID) []string {
	c.t.Helper()
	return c.texts(`SELECT DISTINCT s.code FROM guest g
		LEFT JOIN tie t ON t.tenant_id = g.tenant_id AND t.file_id = g.file_id AND t.end_on IS NULL
		JOIN file_number n ON n.tenant_id = g.tenant_id AND n.file_id = g.file_id
		JOIN guest_visits v ON v.tenant_id = g.tenant_id AND v.file_id = g.file_id
		JOIN store s ON s.tenant_id = g.tenant_id AND s.store_id IN (g.store_id, t.store_id, n.store_id, v.store_id)
		WHERE g.tenant_id = $1 AND g.file_id = $2`, c.id, file)
}

// comes is a visit of a file's guest in a store, by a bill that carries his number.
func (c *chain) comes(file kernel.FileID, store kernel.StoreID, day string) {
	c.t.Helper()
	var number []byte
	require.NoError(c.t, c.super.QueryRow(context.Background(), "SELECT number_key FROM guest WHERE tenant_id = $1 AND file_id = $2", c.id, file).Scan(&number))
	c.numbers++
	_, err := c.visits.RecordBill(context.Background(), c.id, visit.Bill{
		BillKey: visit.BillKey{Store: store, Source: "pos", No: fmt.Sprint(c.numbers)}, Revision: 1, Number: visit.NumberKey(number), Date: date(c.t, day), Meal: tenant.Dinner,
		ClosedAt: date(c.t, day).At(20*time.Hour, shanghai), Amount: 100, Status: visit.Paid,
	}, c.clock.Now())
	require.NoError(c.t, err)
}

// TestStoresMerge is the whole of a merging: people, files, ties with their starts,
// what is open on them, and the store that takes no guests any more.
func TestStoresMerge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.chain("merge"), context.Background()
	b := c.second("S02", "高新店")
	old, fresh := c.files("2025-12-20", 1)[0], c.files("2026-02-20", 3)
	c.catchUp("2026-03-02")
	under := c.begin(some(fresh[0])) // a case under way
	kept := c.through(c.begin(some(fresh[1]), func(r *handover.Request) { r.Kind, r.Until = handover.Custody, new(date(t, "2026-03-15")) }), handover.Complete)
	held := c.texts("SELECT tie_id::text FROM tie WHERE tenant_id = $1 AND file_id = $2", c.id, old)
	m := c.ends(handover.MergeStores, b, "2026-03-05")
	store, err := w.tenants.Store(ctx, c.id, c.store)
	require.NoError(t, err)
	require.ErrorIs(t, store.MayBook(date(t, "2026-03-05")), tenant.ErrStoreClosed)
	require.NoError(t, store.MayBook(date(t, "2026-03-04")))
	into, err := c.app.PreviewMove(context.Background(), c.office(), w.clock.Now(), handover.Move{Kind: handover.MergeStores, Store: b, To: c.store, On: date(t, "2026-03-09"), Reason: "并入"})
	require.NoError(t, err)
	require.Contains(t, into.Blocks, handoverapp.MoveBlock{Reason: handover.BlockedByMove, Count: 1}, "no store goes to one that ends")

	c.catchUp("2026-03-04")
	require.Equal(t, handover.MoveApproved, c.view(m).State, "not before its day")
	c.catchUp("2026-03-05")
	v := c.view(m)
	require.Equal(t, handover.MoveDone, v.State)
	require.Equal(t, handover.MoveCounts{Files: 4, Moved: 4, Ties: 4, People: 3}, v.MoveCounts)
	for _, f := range append(fresh, old) {
		require.Equal(t, []string{"S02"}, c.where(f))
	}
	require.Equal(t, held, c.texts("SELECT tie_id::text FROM tie WHERE tenant_id = $1 AND file_id = $2", c.id, old), "the same tie")
	require.Equal(t, []string{"E0001 2025-12-20  since 2025-12-20"}, c.ties(old), "no clock begins anew")
	require.Equal(t, []string{"S01 2020-01-01 2026-03-05", "S02 2026-03-05 "}, c.texts(`SELECT s.code || ' ' || p.from_on || ' ' || coalesce(p.to_on::text, '') FROM staff_pub.post p JOIN store s USING (tenant_id, store_id)
		WHERE p.tenant_id = $1 AND p.person_id = $2 ORDER BY p.from_on`, c.id, c.giver))
	require.Equal(t, []string{"王五 → 王五"}, c.texts(`SELECT f.name || ' → ' || t.name FROM decision d JOIN person f ON f.tenant_id = d.tenant_id AND f.person_id = d.from_id
		JOIN person t ON t.tenant_id = d.tenant_id AND t.person_id = d.to_id WHERE d.tenant_id = $1 AND d.file_id = $2 AND d.rule = 'HND-08'`, c.id, old))
	require.Equal(t, []string{"E0001 3", "E0002 1"}, c.texts("SELECT p.staff_no || ' ' || i.more + 1 FROM inbox i JOIN person p USING (tenant_id, person_id) WHERE i.tenant_id = $1 AND i.kind = 'store_moved' ORDER BY 1", c.id), "told once")

	// Late bills of the former store's days and bills of the new one both count.
	c.comes(fresh[2], c.store, "2026-03-04")
	c.comes(fresh[2], b, "2026-03-05")
	require.Equal(t, []string{"2"}, c.texts("SELECT count(*)::text FROM visit_pub.fact WHERE tenant_id = $1 AND file_id = $2", c.id, fresh[2]))
	require.Equal(t, []string{"2"}, c.texts("SELECT visits::text FROM guest_visits WHERE tenant_id = $1 AND file_id = $2", c.id, fresh[2]))

	require.Equal(t, []string{"infinity"}, c.texts("SELECT uncounted_from::text FROM ownership_pub.hold WHERE tenant_id = $1 AND file_id = $2 AND to_on IS NULL", c.id, fresh[0]), "he has his post there: it counts (QTA-01)")

	// The case goes on there, custody ends on its day, dormancy acts on the old clock.
	_, err = c.app.Check(ctx, c.office(), w.clock.Now(), under.ID, true, "客服代表一席", "")
	require.NoError(t, err)
	c.catchUp("2026-03-15")
	require.Equal(t, "ended given_back", c.state(kept.ID))
	require.Equal(t, c.giver, c.owner(fresh[1]))
	c.catchUp("2026-03-21")
	require.True(t, c.owner(old).IsZero(), "LIF-03 three months after the tie's start, whatever the store")
	require.Equal(t, []string{"LIF-03"}, c.texts("SELECT rule FROM decision WHERE tenant_id = $1 AND file_id = $2 AND to_id IS NULL", c.id, old))
}

// TestOpenThingsGoAlong: whatever waits for somebody goes to the other store with its
// guest: a claim, an appeal, a proposed correction.
func TestOpenThingsGoAlong(t *testing.T) {
	t.Parallel()
	c, ctx := newWorld(t).chain("along"), context.Background()
	b := c.second("S02", "高新店")
	files := c.files("2026-02-20", 2)
	c.catchUp("2026-03-02")
	for _, f := range files {
		lost(&guestOf{chain: c, file: f})
	}
	_, err := c.ownership.Claim(ctx, c.grant(c.receiver, kernel.ReachWhere), c.clock.Now(), files[0])
	require.NoError(t, err)
	_, err = c.ownership.Raise(ctx, c.grant(c.giver, kernel.ReachWhere), c.clock.Now(), c.ids("SELECT decision_id::text FROM decision WHERE tenant_id = $1 AND file_id = $2", c.id, files[1])[0], "客人当天来过", nil)
	require.NoError(t, err)
	wronged(&guestOf{chain: c, file: files[1]})
	c.ends(handover.MergeStores, b, "2026-03-04")
	c.catchUp("2026-03-04")
	require.Equal(t, []string{"appeal S02", "correction S02", "offer S02"}, c.texts(`SELECT DISTINCT x.what || ' ' || s.code FROM (SELECT tenant_id, 'offer' AS what, store_id FROM offer UNION ALL SELECT tenant_id, 'appeal', store_id FROM appeal
		UNION ALL SELECT tenant_id, 'correction', store_id FROM correction) x JOIN store s USING (tenant_id, store_id) WHERE x.tenant_id = $1 ORDER BY 1`, c.id))
}

// TestCustodyOfAStoreThatCloses: custody whose giver does not go along ends with its
// store, and says so: the guests stay with who has them, and go his way (HND-08).
func TestCustodyOfAStoreThatCloses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("custodycloses")
	b := c.second("S02", "高新店")
	f := c.files("2026-02-20", 1)[0]
	c.catchUp("2026-03-02")
	h := c.through(c.begin(func(r *handover.Request) { r.Kind, r.Until = handover.Custody, new(date(t, "2026-03-15")) }), handover.Complete)
	c.ends(handover.CloseStore, b, "2026-03-05", handover.MoveLine{Referrer: c.receiver, To: b, Receiver: c.receiver})
	c.catchUp("2026-03-05")
	require.Equal(t, "ended store_closed", c.state(h.ID), "not that the giver is gone")
	require.Equal(t, c.receiver, c.owner(f))
	require.Equal(t, []string{"S02"}, c.where(f))
	c.catchUp("2026-03-16")
	require.Equal(t, c.receiver, c.owner(f), "its day changes nothing any more")
}

// TestStoreCloses sends guests to receivers in other stores; ties keep their starts.
func TestStoreCloses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.chain("close"), context.Background()
	b := c.second("S02", "高新店")
	d := c.second("S03", "曲江店")
	files := c.files("2026-02-20", 3)
	c.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
		VALUES ($1, gen_random_uuid(), $2, 'r', $3, false, $4, '2020-01-01', $5)`, c.id, c.manager, rep, []kernel.StoreID{b}, w.clock.Now())
	c.catchUp("2026-03-02")
	plan := handover.Move{Kind: handover.CloseStore, Store: c.store, To: b, On: date(t, "2026-03-05"), Reason: "租约到期"}
	v, err := c.app.PreviewMove(ctx, c.office(), w.clock.Now(), plan)
	require.NoError(t, err)
	require.Equal(t, []handoverapp.MoveBlock{{Reason: handover.BlockedByReferrer, Count: 1}}, v.Blocks, "nobody has said where they go")
	plan.Lines = []handover.MoveLine{{Referrer: c.giver, To: d, Receiver: c.manager}}
	v, err = c.app.PreviewMove(ctx, c.office(), w.clock.Now(), plan)
	require.NoError(t, err)
	require.Equal(t, []handoverapp.MoveBlock{{Reason: handover.BlockedByReceiver, Count: 1}}, v.Blocks, "he works in another store")
	h := c.begin(some(files[0]))
	c.exec("UPDATE tie SET former_on = '2024-05-06' WHERE tenant_id = $1 AND file_id = $2", c.id, files[0])
	m := c.ends(handover.CloseStore, b, "2026-03-05", handover.MoveLine{Referrer: c.giver, To: b, Receiver: c.manager})
	c.catchUp("2026-03-05")
	require.Equal(t, handover.MoveCounts{Files: 3, Moved: 3, Passed: 3, People: 3}, c.view(m).MoveCounts)
	require.Equal(t, "ended store_closed", c.state(h.ID))
	for _, f := range files {
		require.Equal(t, []string{"S02"}, c.where(f))
		require.Equal(t, []string{"E0001 2026-02-20 2026-03-05 since 2026-02-20", "E0004 2026-03-05  since 2026-02-20"}, c.ties(f))
		require.Equal(t, c.manager, c.owner(f))
	}
	require.Equal(t, []string{"2024-05-06"}, c.texts("SELECT former_on::text FROM tie WHERE tenant_id = $1 AND file_id = $2 AND end_on IS NULL", c.id, files[0]))
	require.Empty(t, c.texts("SELECT person_id::text FROM staff_pub.post WHERE tenant_id = $1 AND store_id = $2 AND (to_on IS NULL OR to_on > '2026-03-05')", c.id, c.store))
}

// TestStoreMoveGuards says who may do what, and when.
func TestStoreMoveGuards(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.chain("guard"), context.Background()
	b := c.second("S02", "高新店")
	c.files("2026-02-20", 1)
	now, plan := w.clock.Now(), handover.Move{Kind: handover.MergeStores, Store: c.store, To: b, On: date(t, "2026-03-05"), Reason: "合并"}
	other := c.grant(c.hqTo, kernel.ReachWhere)
	for name, x := range map[string]struct {
		change func(*handover.Move)
		want   error
	}{
		"the same store":      {func(m *handover.Move) { m.To = m.Store }, handover.ErrMoveSame},
		"today":               {func(m *handover.Move) { m.On = date(t, "2026-03-02") }, handover.ErrMoveDay},
		"no reason":           {func(m *handover.Move) { m.Reason = " " }, handover.ErrMoveReason},
		"a line to the store": {func(m *handover.Move) { m.Lines = []handover.MoveLine{{Referrer: c.giver, To: c.store}} }, handover.ErrMoveLine},
	} {
		m := plan
		x.change(&m)
		_, err := c.app.PlanMove(ctx, c.office(), now, m)
		require.ErrorIs(t, err, x.want, name)
	}
	_, err := c.app.PlanMove(ctx, c.own(c.giver), now, plan)
	require.ErrorIs(t, err, handover.ErrMoveNotFound, "head office only")
	m, err := c.app.PlanMove(ctx, c.office(), now, plan)
	require.NoError(t, err)
	_, err = c.app.PlanMove(ctx, other, now, plan)
	require.ErrorIs(t, err, handover.ErrMoveOpen, "one at a time")
	_, err = c.app.ApproveMove(ctx, c.office(), now, m.ID)
	require.ErrorIs(t, err, handover.ErrMoveOwn, "by two people")
	w.at("2026-03-05")
	_, err = c.app.ApproveMove(ctx, other, w.clock.Now(), m.ID)
	require.ErrorIs(t, err, handover.ErrMoveLate)
	w.at("2026-03-02")
	_, err = c.app.ApproveMove(ctx, other, now, m.ID)
	require.NoError(t, err)
	_, err = c.app.WithdrawMove(ctx, c.office(), now, m.ID)
	require.NoError(t, err)
	s, err := w.tenants.Store(ctx, c.id, c.store)
	require.NoError(t, err)
	require.Nil(t, s.ClosedOn, "it takes bookings again")
	_, err = c.app.WithdrawMove(ctx, c.office(), now, m.ID)
	require.ErrorIs(t, err, handover.ErrMoveOver)
	c.catchUp("2026-03-06")
	require.Equal(t, []string{"S01"}, c.texts("SELECT DISTINCT s.code FROM tie t JOIN store s USING (tenant_id, store_id) WHERE t.tenant_id = $1 AND t.end_on IS NULL", c.id), "nothing moved")
	m = c.ends(handover.MergeStores, b, "2026-03-08")
	c.catchUp("2026-03-08")
	_, err = c.app.WithdrawMove(ctx, c.office(), w.clock.Now(), m.ID)
	require.ErrorIs(t, err, handover.ErrMoveBegun)
}

// TestGuestInBothStores: one number has one file in a store (CUS-10). An approved one
// there goes on, with the referrer from here where it has none; beside one that is not
// approved yet the file waits in handover, and goes when that is settled.
func TestGuestInBothStores(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("twins")
	b := c.second("S02", "高新店")
	files := c.files("2026-02-20", 4) // owned there, public there, a draft there, the public one's again
	twin := func(of kernel.FileID, approved bool, owner *kernel.PersonID) kernel.FileID {
		id := kernel.NewID[kernel.FileID](w.clock.Now())
		on, state := any(nil), "draft"
		if approved {
			on, state = "2026-02-01", "approved"
		}
		c.exec(`INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, approved_on, writer_id, request_id, created_at, owner_id, owned_since)
			SELECT tenant_id, $3, $4, name, initials, number_key, number_box, last4_rev, $5, $6, writer_id, gen_random_uuid(), created_at, $7::uuid, CASE WHEN $7::uuid IS NOT NULL THEN date '2026-02-01' END FROM guest WHERE tenant_id = $1 AND file_id = $2`,
			c.id, of, id, b, state, on, owner)
		c.exec("INSERT INTO file_number (tenant_id, store_id, number_key, file_id) SELECT tenant_id, store_id, number_key, file_id FROM guest WHERE tenant_id = $1 AND file_id = $2", c.id, id)
		c.exec("INSERT INTO guest_visits (tenant_id, file_id, store_id, changed_at) VALUES ($1, $2, $3, $4)", c.id, id, b, w.clock.Now())
		if owner != nil {
			c.exec("INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, origin, created_at) VALUES ($1, gen_random_uuid(), $2, $3, $4, '2026-02-01', 'approval', $5)", c.id, id, b, *owner, w.clock.Now())
		}
		return id
	}
	c.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
		VALUES ($1, gen_random_uuid(), $2, 'r', $3, false, $4, '2020-01-01', $5)`, c.id, c.manager, rep, []kernel.StoreID{b}, w.clock.Now())
	c.catchUp("2026-03-02")
	m := c.ends(handover.MergeStores, b, "2026-03-05")
	owned, public := twin(files[0], true, &c.manager), twin(files[1], true, nil)
	c.exec("INSERT INTO file_number (tenant_id, store_id, number_key, file_id) SELECT tenant_id, $3, number_key, $4 FROM guest WHERE tenant_id = $1 AND file_id = $2", c.id, files[3], b, public)
	draft := twin(files[2], false, nil) // begun after the approval of the plan
	require.Equal(t, []handoverapp.MoveBlock{{Reason: handover.BlockedByTwin, Count: 1}}, c.view(m).Blocks)

	c.catchUp("2026-03-14")
	v := c.view(m)
	require.Equal(t, handover.MoveRunning, v.State)
	require.Equal(t, int32(1), v.Stuck)
	require.Equal(t, int32(3), v.Doubles)
	require.True(t, c.owner(files[0]).IsZero())
	require.Equal(t, c.manager, c.owner(owned))
	require.True(t, c.owner(files[1]).IsZero())
	require.True(t, c.owner(files[3]).IsZero(), "of two files here one gives its referrer")
	require.Equal(t, c.giver, c.owner(public))
	require.Equal(t, []string{"E0001 2026-03-05  since 2026-02-20"}, c.ties(public))
	require.Equal(t, c.giver, c.owner(files[2]), "nine days after his posts moved no rule has ended it")

	c.exec("DELETE FROM file_number WHERE tenant_id = $1 AND file_id = $2", c.id, draft)
	c.catchUp("2026-03-15")
	require.Equal(t, handover.MoveDone, c.view(m).State)
	require.Equal(t, []string{"S02"}, c.where(files[2]))
	require.Equal(t, c.giver, c.owner(files[2]))
	require.Empty(t, c.texts("SELECT tie_id::text FROM tie_hold WHERE tenant_id = $1 AND to_on IS NULL", c.id))
}
