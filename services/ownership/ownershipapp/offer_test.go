package ownershipapp_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/visit"
)

// offered plays a chain until a public guest is offered to its second person, on
// 1 March.
func offered(t *testing.T, code string) (*chain, guest, ownership.Offer) {
	t.Helper()
	w := newWorld(t).work()
	c := w.chain(code, 1)
	g := c.file(0, "2025-01-01")
	c.received(g, c.people[1], visit.Finished, append(days(t, "2025-01", 7), days(t, "2025-02", 1, 2)...)...)
	w.catchUp(c, "2025-03-01")
	mine, err := c.app.MyOffers(t.Context(), c.mine(1).Actor(), kernel.UUID{}, 10)
	require.NoError(t, err)
	require.Len(t, mine, 1)
	require.Equal(t, ownership.OfferPending, mine[0].State)
	require.Contains(t, mine[0].Why.ZH, "2月由李国接待2次")
	require.Equal(t, []any{"LIF-07", int32(1)}, []any{mine[0].Why.Rule, mine[0].Why.Version})
	return c, g, mine[0].Offer
}

// mine is the grant of somebody over his own files.
func (c *chain) mine(person int) kernel.Grant {
	return c.grantOf(c.people[person], kernel.ReachOwn, c.stores...)
}

// complete fills the open revision in and submits it.
func (c *chain) complete(t *testing.T, person int, g guest) {
	t.Helper()
	now := c.clock.Now()
	v, err := c.customers.Get(t.Context(), c.mine(person), now, g.file)
	require.NoError(t, err)
	birthday := customer.SolarDay(date(t, "1980-05-06"))
	fields := customer.Fields{
		Name: "张三丰", Sex: customer.Male, HowKnown: "常来", Employer: "西安明远机电设备有限公司", JobTitle: "经理", Address: "西安市雁塔区高新路 25 号", Birthday: &birthday, Consent: true,
	}
	v, err = c.customers.Update(t.Context(), c.mine(person), now, g.file, v.Version, customerapp.Input{Fields: fields})
	require.NoError(t, err)
	_, err = c.customers.Submit(t.Context(), c.mine(person), now, g.file)
	require.NoError(t, err)
}

// review approves or rejects a file for the third person.
func (c *chain) review(g guest, approve bool) error {
	d := customer.Decision{Approve: approve}
	if !approve {
		d.Reasons = []customer.Reason{{Field: "address", Reason: "请核对"}}
	}
	_, err := c.customers.Review(context.Background(), c.grantOf(c.people[2], kernel.ReachWhere), c.clock.Now(), g.file, d)
	return err
}

// TestConfirmed: pending, confirmed, submitted, approved; public until then, the
// tie begins that day (LIF-08), and the guest may be lost and won back.
func TestConfirmed(t *testing.T) {
	t.Parallel()
	c, g, o := offered(t, "confirmed")
	ctx := t.Context()
	c.catchUp(c, "2025-03-03")
	_, err := c.app.Confirm(ctx, c.mine(0).Actor(), c.clock.Now(), o.ID)
	require.ErrorIs(t, err, ownership.ErrNoOffer, "it is another's")
	for range 2 { // the second is a retry
		done, err := c.app.Confirm(ctx, c.mine(1).Actor(), c.clock.Now(), o.ID)
		require.NoError(t, err)
		require.Equal(t, ownership.OfferConfirmed, done.State)
	}
	require.False(t, c.owned(g))
	for range 2 { // sent back, he mends it
		c.complete(t, 1, g)
		require.False(t, c.owned(g), "public until it is approved")
		require.NoError(t, c.review(g, false))
		mine, err := c.app.MyOffers(ctx, c.mine(1).Actor(), kernel.UUID{}, 10)
		require.NoError(t, err)
		require.Equal(t, customer.Rejected, mine[0].FileState)
	}
	c.complete(t, 1, g)
	require.NoError(t, c.review(g, true))
	require.True(t, c.owned(g))
	require.Equal(t, []string{"import 2025-01-01", "adoption 2025-03-03"}, c.texts(`SELECT origin || ' ' || start_on FROM tie WHERE file_id = $1 ORDER BY start_on`, g.file))
	require.Equal(t, []string{"done"}, c.texts(`SELECT state FROM offer WHERE file_id = $1`, g.file))
	require.Equal(t, []string{"张三丰 true"}, c.texts(`SELECT name || ' ' || (editor_id IS NULL) FROM guest WHERE file_id = $1`, g.file))
	left, err := c.app.MyOffers(ctx, c.mine(1).Actor(), kernel.UUID{}, 10)
	require.NoError(t, err)
	require.Empty(t, left)

	// The former referrer receives him in March and April: lost, then won back.
	c.received(g, c.people[0], visit.Finished, append(days(t, "2025-03", 10), days(t, "2025-04", 2, 3)...)...)
	c.catchUp(c, "2025-05-01")
	back, err := c.app.MyOffers(ctx, c.mine(0).Actor(), kernel.UUID{}, 10)
	require.NoError(t, err)
	require.Len(t, back, 1)
}

// TestNotConfirmed: who confirms but never submits loses the offer on its day,
// and the file is as it was; who waits for the review does not.
func TestNotConfirmed(t *testing.T) {
	t.Parallel()
	c, g, o := offered(t, "lapsed")
	_, err := c.app.Confirm(t.Context(), c.mine(1).Actor(), c.clock.Now(), o.ID)
	require.NoError(t, err)
	c.catchUp(c, "2025-03-07")
	require.Equal(t, []string{"confirmed"}, c.texts(`SELECT state FROM offer WHERE file_id = $1`, g.file))
	c.catchUp(c, "2025-03-08")
	require.Equal(t, []string{"lapsed"}, c.texts(`SELECT state FROM offer WHERE file_id = $1`, g.file))
	require.Equal(t, []string{"approved true 1"}, c.texts(`SELECT g.state || ' ' || (g.editor_id IS NULL) || ' ' || count(*) FROM guest g JOIN file_revision r USING (tenant_id, file_id)
		WHERE g.file_id = $1 GROUP BY g.state, g.editor_id`, g.file))
	_, err = c.app.Confirm(t.Context(), c.mine(1).Actor(), c.clock.Now(), o.ID)
	require.ErrorIs(t, err, ownership.ErrOfferOver)

	d, waits, p := offered(t, "waits")
	_, err = d.app.Confirm(t.Context(), d.mine(1).Actor(), d.clock.Now(), p.ID)
	require.NoError(t, err)
	d.complete(t, 1, waits)
	d.catchUp(d, "2025-03-20")
	require.Equal(t, []string{"confirmed"}, d.texts(`SELECT state FROM offer WHERE file_id = $1`, waits.file))
	require.ErrorIs(t, func() error { _, err := d.app.Decline(t.Context(), d.mine(1).Actor(), d.clock.Now(), p.ID); return err }(), customer.ErrChanged)
	require.NoError(t, d.review(waits, false))
	mine, err := d.app.MyOffers(t.Context(), d.mine(1).Actor(), kernel.UUID{}, 10)
	require.NoError(t, err)
	require.Equal(t, date(t, "2025-03-27"), mine[0].LapsesOn, "the review took its time: he has his days anew")
	d.catchUp(d, "2025-03-26")
	require.Equal(t, []string{"confirmed"}, d.texts(`SELECT state FROM offer WHERE file_id = $1`, waits.file))
	d.catchUp(d, "2025-03-27")
	require.Equal(t, []string{"lapsed"}, d.texts(`SELECT state FROM offer WHERE file_id = $1`, waits.file))
}

// TestDeclined gives a guest back at once.
func TestDeclined(t *testing.T) {
	t.Parallel()
	c, g, o := offered(t, "declined")
	_, err := c.app.Confirm(t.Context(), c.mine(1).Actor(), c.clock.Now(), o.ID)
	require.NoError(t, err)
	for range 2 {
		_, err = c.app.Decline(t.Context(), c.mine(1).Actor(), c.clock.Now(), o.ID)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"declined approved"}, c.texts(`SELECT o.state || ' ' || g.state FROM offer o JOIN guest g USING (tenant_id, file_id) WHERE file_id = $1`, g.file))
}

// TestGoneMeanwhile: neither confirmed by who works there no more, nor approved
// for him, nor once the guest is somebody's.
func TestGoneMeanwhile(t *testing.T) {
	t.Parallel()
	c, g, o := offered(t, "gone")
	ctx := t.Context()
	_, err := c.app.Confirm(ctx, c.mine(1).Actor(), c.clock.Now(), o.ID)
	require.NoError(t, err)
	c.complete(t, 1, g)
	c.exec(`UPDATE assignment SET to_on = '2025-03-01' WHERE tenant_id = $1 AND person_id = $2`, c.id, c.people[1])
	require.ErrorIs(t, c.review(g, true), ownership.ErrOfferPost)
	require.Equal(t, []string{"submitted"}, c.texts(`SELECT state FROM guest WHERE file_id = $1`, g.file), "nothing half done")

	d, h, p := offered(t, "owned")
	d.exec(`UPDATE assignment SET to_on = '2025-03-01' WHERE tenant_id = $1 AND person_id = $2`, d.id, d.people[1])
	_, err = d.app.Confirm(ctx, d.mine(1).Actor(), d.clock.Now(), p.ID)
	require.ErrorIs(t, err, ownership.ErrOfferPost)
	d.in(func(tx pgx.Tx) error {
		return d.app.TieTx(ctx, tx, d.id, h.file, h.store, d.people[2], date(t, "2025-03-01"), "conflict", nil, d.clock.Now())
	})
	_, err = d.app.Confirm(ctx, d.mine(1).Actor(), d.clock.Now(), p.ID)
	require.ErrorIs(t, err, ownership.ErrOfferOver, "it gave way")
}

// TestOneOpenOffer: the database holds it, and eight who confirm at once open one
// revision.
func TestOneOpenOffer(t *testing.T) {
	t.Parallel()
	c, g, o := offered(t, "once")
	_, err := c.super.Exec(t.Context(), `INSERT INTO offer (tenant_id, offer_id, file_id, store_id, person_id, kind, state, offered_on, lapses_on, created_at)
		SELECT tenant_id, gen_random_uuid(), file_id, store_id, person_id, 'claim', 'pending', offered_on, lapses_on, created_at FROM offer WHERE offer_id = $1`, o.ID)
	require.ErrorContains(t, err, "offer_one_open")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { _, _ = c.app.Confirm(context.Background(), c.mine(1).Actor(), c.clock.Now(), o.ID) })
	}
	wg.Wait()
	require.Equal(t, []string{"2"}, c.texts(`SELECT count(*)::text FROM file_revision WHERE file_id = $1`, g.file))
}

// TestConfirmedStays: a file that somebody is checking is not offered to another
// at the next close.
func TestConfirmedStays(t *testing.T) {
	t.Parallel()
	c, g, o := offered(t, "stays")
	_, err := c.app.Confirm(t.Context(), c.mine(1).Actor(), c.clock.Now(), o.ID)
	require.NoError(t, err)
	c.complete(t, 1, g)
	c.received(g, c.people[2], visit.Finished, days(t, "2025-03", 7, 8)...)
	c.catchUp(c, "2025-04-01")
	require.Equal(t, []string{"confirmed"}, c.texts(`SELECT state FROM offer WHERE file_id = $1`, g.file))
}
