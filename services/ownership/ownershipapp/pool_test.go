package ownershipapp_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/visit"
)

// public plays a chain until the first person has lost a guest by LIF-04, on 1
// February.
func public(t *testing.T, code string, options ...option) (*chain, guest) {
	t.Helper()
	w := newWorld(t, options...).work()
	c := w.chain(code, 2)
	g := c.file(0, "2025-01-01")
	c.received(g, c.people[1], visit.Finished, days(t, "2025-01", 7)...)
	w.catchUp(c, "2025-02-01")
	require.False(t, c.owned(g))
	return c, g
}

// all is the grant of somebody over everything in the first store.
func (c *chain) all(person int) kernel.Grant {
	return c.grantOf(c.people[person], kernel.ReachWhere, c.stores[0])
}

func (c *chain) listed(t *testing.T, asked ownershipapp.PoolAsked) []ownershipapp.PoolGuest {
	t.Helper()
	asked.Store, asked.AtMost = c.stores[0], 50
	if asked.Before == 0 {
		asked.Before = date(t, "9999-01-01")
	}
	list, _, err := c.app.Pool(t.Context(), c.all(2), c.clock.Now(), asked)
	require.NoError(t, err)
	return list
}

// TestPool: masked, since when and why, whose he was, who received him; by every
// filter, and page by page.
func TestPool(t *testing.T) {
	t.Parallel()
	c, g := public(t, "pool")
	c.received(g, c.people[2], visit.Finished, days(t, "2025-02", 1)...)
	second := c.file(0, "2025-01-20")
	c.received(second, c.people[2], visit.Finished, days(t, "2025-02", 1)...)
	other := c.file(1, "2025-01-20")
	c.exec(`UPDATE tie SET end_on = '2025-02-01' WHERE file_id = ANY($1)`, []kernel.FileID{second.file, other.file})
	c.exec(`UPDATE guest SET owner_id = NULL, owned_since = NULL WHERE file_id = ANY($1)`, []kernel.FileID{second.file, other.file})
	c.at("2025-02-03")

	list := c.listed(t, ownershipapp.PoolAsked{})
	require.Len(t, list, 2, "the other store’s is not here")
	at := 0
	if list[1].FileID == g.file {
		at = 1
	}
	x := list[at]
	require.Equal(t, "张*", x.Name)
	require.Contains(t, x.Number, "****")
	require.Equal(t, []any{"LIF-04", "王五", date(t, "2025-02-01"), date(t, "2025-02-01"), 2}, []any{x.Rule, x.Former, x.PublicOn, *x.LastVisit, x.Visits})
	require.Contains(t, x.Why.ZH, "1月来1次")
	require.EqualValues(t, 1, x.Why.Version)
	require.Len(t, x.Receivers, 1)
	require.Equal(t, "赵敏", x.Receivers[0].Name)
	require.False(t, x.Dormant)

	yes, no := true, false
	require.Len(t, c.listed(t, ownershipapp.PoolAsked{Rule: "LIF-04"}), 1)
	require.Empty(t, c.listed(t, ownershipapp.PoolAsked{Rule: "LIF-03"}))
	require.Len(t, c.listed(t, ownershipapp.PoolAsked{Active: &yes}), 2)
	require.Empty(t, c.listed(t, ownershipapp.PoolAsked{Active: &no}))
	require.Empty(t, c.listed(t, ownershipapp.PoolAsked{Offered: &yes}))
	require.Len(t, c.listed(t, ownershipapp.PoolAsked{Offered: &no, MinVisits: 2}), 1)
	require.Len(t, c.listed(t, ownershipapp.PoolAsked{Before: list[0].PublicOn, BeforeFile: list[0].FileID}), 1)
	c.at("2025-06-03")
	require.Len(t, c.listed(t, ownershipapp.PoolAsked{Active: &no}), 2, "dormant by now")
	_, _, err := c.app.Pool(t.Context(), c.all(2), c.clock.Now(), ownershipapp.PoolAsked{Store: c.stores[1], AtMost: 5})
	require.ErrorContains(t, err, "store.not_found")
}

// TestClaim: claimed, checked, reviewed by another, and only then his (LIF-09); who
// claims at once with others gets him or is told.
func TestClaim(t *testing.T) {
	t.Parallel()
	c, g := public(t, "claim")
	ctx := t.Context()
	c.at("2025-02-03")
	_, err := c.app.Claim(ctx, c.grantOf(c.people[1], kernel.ReachWhere, c.stores[1]), c.clock.Now(), g.file)
	require.ErrorIs(t, err, ownership.ErrNoPool, "not his store")

	var won, lost int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := c.app.Claim(context.Background(), c.all(1+i%2), c.clock.Now(), g.file)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else {
				lost++
			}
		})
	}
	wg.Wait()
	require.NotZero(t, won)
	require.Equal(t, []string{"claim confirmed"}, c.texts(`SELECT kind || ' ' || state FROM offer WHERE file_id = $1`, g.file), "the database holds one")
	require.Equal(t, []string{"2"}, c.texts(`SELECT count(*)::text FROM file_revision WHERE file_id = $1`, g.file))
	who := 1
	if c.texts(`SELECT person_id::text FROM offer WHERE file_id = $1`, g.file)[0] == c.people[2].String() {
		who = 2
	}
	again, err := c.app.Claim(ctx, c.all(who), c.clock.Now(), g.file)
	require.NoError(t, err, "a retry")
	require.Equal(t, ownership.OfferConfirmed, again.State)
	require.False(t, c.owned(g))
	require.True(t, c.listed(t, ownershipapp.PoolAsked{})[0].Mine == (who == 2))
	c.complete(t, who, g)
	d := c.grantOf(c.people[who], kernel.ReachWhere)
	require.ErrorContains(t, c.reviewBy(d, g), "customer.own_file", "nobody reviews what he claims himself (LIF-08, ROL-04)")
	require.NoError(t, c.reviewBy(c.grantOf(c.people[3-who], kernel.ReachWhere), g))
	require.True(t, c.owned(g))
	require.Equal(t, []string{"claim 2025-02-03"}, c.texts(`SELECT origin || ' ' || start_on FROM tie WHERE file_id = $1 AND end_on IS NULL`, g.file))
	_, err = c.app.Claim(ctx, c.all(who), c.clock.Now(), g.file)
	require.ErrorIs(t, err, ownership.ErrOfferPublic)
}

// TestNotClaimed: by whose post owns nobody, in handover, while it is changed.
func TestNotClaimed(t *testing.T) {
	t.Parallel()
	c, g := public(t, "unclaimed")
	ctx := t.Context()
	c.at("2025-02-03")
	desk := kernel.NewID[kernel.PersonID](c.clock.Now())
	c.exec("INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) VALUES ($1, $2, 'E9', '前台', '2020-01-01', now())", c.id, desk)
	c.holds(desk, "前台", c.stores, "2020-01-01", "")
	_, err := c.app.Claim(ctx, c.grantOf(desk, kernel.ReachWhere, c.stores...), c.clock.Now(), g.file)
	require.ErrorIs(t, err, ownership.ErrOfferPost)
	_, err = c.app.Assign(ctx, c.all(2), c.clock.Now(), g.file, desk)
	require.ErrorIs(t, err, ownership.ErrOfferPost)
	tie := c.texts(`SELECT tie_id::text FROM tie WHERE file_id = $1`, g.file)[0]
	c.exec(`UPDATE tie SET end_on = NULL, hold_id = $2 WHERE tie_id = $1`, tie, desk)
	_, err = c.app.Claim(ctx, c.all(1), c.clock.Now(), g.file)
	require.ErrorIs(t, err, ownership.ErrPoolHandover)
	c.exec(`UPDATE tie SET end_on = '2025-02-01', hold_id = NULL WHERE tie_id = $1`, tie)
	c.exec(`UPDATE guest SET state = 'stage2', editor_id = $2 WHERE file_id = $1`, g.file, desk)
	_, err = c.app.Claim(ctx, c.all(1), c.clock.Now(), g.file)
	require.ErrorIs(t, err, ownership.ErrOfferRevised)
}

// TestAssign: offered to whom the manager names, with what each carries; he
// confirms, or gives him back (LIF-12).
func TestAssign(t *testing.T) {
	t.Parallel()
	c, g := public(t, "assign")
	ctx := t.Context()
	c.at("2025-02-03")
	c.file(0, "2025-01-01")
	people, err := c.app.Assignees(ctx, c.all(2), c.clock.Now(), g.file)
	require.NoError(t, err)
	require.Len(t, people, 2, "never himself")
	require.Equal(t, []any{"李国", int32(0), int32(1)}, []any{people[0].Name, people[0].Customers, people[0].Receptions}, "who has room first")
	require.Equal(t, []any{"王五", int32(1), int32(1)}, []any{people[1].Name, people[1].Customers, people[1].Active})

	_, err = c.app.Assign(ctx, c.all(2), c.clock.Now(), g.file, c.people[2])
	require.ErrorIs(t, err, ownership.ErrAssignSelf)
	o, err := c.app.Assign(ctx, c.all(2), c.clock.Now(), g.file, c.people[1])
	require.NoError(t, err)
	require.Equal(t, ownership.OfferPending, o.State)
	again, err := c.app.Assign(ctx, c.all(2), c.clock.Now(), g.file, c.people[1])
	require.NoError(t, err)
	require.Equal(t, o.ID, again.ID)
	_, err = c.app.Assign(ctx, c.all(2), c.clock.Now(), g.file, c.people[0])
	require.ErrorIs(t, err, ownership.ErrOfferOpen)
	require.Equal(t, []string{"guest_assigned"}, c.texts(`SELECT kind FROM inbox WHERE person_id = $1 AND kind = 'guest_assigned'`, c.people[1]))

	_, err = c.app.Decline(ctx, c.mine(1).Actor(), c.clock.Now(), o.ID)
	require.NoError(t, err)
	o, err = c.app.Assign(ctx, c.all(2), c.clock.Now(), g.file, c.people[0])
	require.NoError(t, err, "the former referrer may win him back")
	_, err = c.app.Confirm(ctx, c.mine(0).Actor(), c.clock.Now(), o.ID)
	require.NoError(t, err)
	c.complete(t, 0, g)
	require.NoError(t, c.review(g, true))
	require.Equal(t, []string{"assignment"}, c.texts(`SELECT origin FROM tie WHERE file_id = $1 AND end_on IS NULL`, g.file))

	d, h := public(t, "lapses")
	d.at("2025-02-03")
	_, err = d.app.Assign(ctx, d.all(2), d.clock.Now(), h.file, d.people[1])
	require.NoError(t, err)
	d.catchUp(d, "2025-02-10")
	require.Equal(t, []string{"assignment lapsed"}, d.texts(`SELECT kind || ' ' || state FROM offer WHERE file_id = $1`, h.file), "after 7 days (LIF-14)")
}

// TestAdoptionGoesFirst: before a claim whose file nobody has submitted, whose
// revision is taken back with it; not before one that waits for its review (LIF-14).
func TestAdoptionGoesFirst(t *testing.T) {
	t.Parallel()
	for submitted, want := range map[bool][]string{false: {"adoption pending", "claim gave_way"}, true: {"claim confirmed"}} {
		c, g := public(t, map[bool]string{true: "submitted", false: "unsubmitted"}[submitted])
		c.received(g, c.people[2], visit.Finished, days(t, "2025-02", 3, 4)...)
		c.catchUp(c, "2025-02-27")
		_, err := c.app.Claim(t.Context(), c.all(1), c.clock.Now(), g.file)
		require.NoError(t, err)
		if submitted {
			c.complete(t, 1, g)
		}
		c.catchUp(c, "2025-03-01")
		require.Equal(t, want, c.texts(`SELECT kind || ' ' || state FROM offer WHERE file_id = $1 ORDER BY kind`, g.file))
		if !submitted {
			require.Equal(t, []string{"approved true"}, c.texts(`SELECT state || ' ' || (editor_id IS NULL) FROM guest WHERE file_id = $1`, g.file))
		}
	}
}

// reviewBy approves for a grant.
func (c *chain) reviewBy(grant kernel.Grant, g guest) error {
	_, err := c.customers.Review(context.Background(), grant, c.clock.Now(), g.file, approves)
	return errors.Join(err)
}
