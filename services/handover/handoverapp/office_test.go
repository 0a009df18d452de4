package handoverapp_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

// TestOfficeIsTold: whenever a case comes to head office (HND-02, HND-05), those whose
// turn it is find it in their inbox: not who brought it there, nobody who is away but
// who stands in for him (ROL-05), nobody it concerns (ROL-04).
func TestOfficeIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()

	t.Run("step by step", func(t *testing.T) {
		c := w.chain("told")
		c.staffOffice()
		c.files("2026-01-05", 2)
		h := c.begin()
		require.Equal(t, []string{"周总部", "孙总部"}, c.told(h.ID), "it is to be checked")
		h = c.through(h, handover.Checked)
		require.Len(t, c.told(h.ID), 2, "it is the receiver's turn")
		h, err := c.app.Answer(ctx, c.own(c.receiver), c.clock.Now(), h.ID, true, "")
		require.NoError(t, err)
		require.Equal(t, []string{"周总部", "周总部", "孙总部", "孙总部"}, c.told(h.ID), "it is to be confirmed")
		h, err = c.app.Confirm(ctx, c.office(), c.clock.Now(), h.ID, true, "")
		require.NoError(t, err)
		_, err = c.app.Send(ctx, c.office(), c.clock.Now(), h.ID)
		require.NoError(t, err)
		require.Len(t, c.told(h.ID), 4, "the rest is done at one desk")
	})
	t.Run("broken by hand", func(t *testing.T) {
		c := w.chain("sentback")
		c.staffOffice()
		c.files("2026-01-05", 1)
		h, err := c.app.Request(ctx, c.grant(c.manager, kernel.ReachWhere, c.store), c.clock.Now(), c.ask())
		require.NoError(t, err)
		c.leaves(c.giver, "2026-03-02")
		_, err = c.app.Check(ctx, c.office(), c.clock.Now(), h.ID, false, "", "改交他人")
		require.NoError(t, err)
		require.Equal(t, "desk rejected", c.state(h.ID))
		require.Equal(t, []string{"周总部", "周总部", "孙总部"}, c.told(h.ID), "who sent it back knows")
		require.Equal(t, []string{"李国", "钱经理"}, c.texts("SELECT p.name FROM inbox i JOIN person p USING (tenant_id, person_id) WHERE i.tenant_id = $1 AND i.kind = 'handover_broken' ORDER BY p.name COLLATE \"C\"", c.id),
			"the receiver, and who began it for a giver who is gone")
	})
	t.Run("broken by its days, one away", func(t *testing.T) {
		c := w.chain("days")
		c.staffOffice()
		c.files("2026-01-05", 1)
		c.catchUp("2026-03-02")
		h := c.begin()
		c.leaves(c.giver, "2026-03-03")
		c.exec(`INSERT INTO absence (tenant_id, absence_id, person_id, from_on, kind, recorded_by, recorded_at) VALUES ($1, gen_random_uuid(), $2, '2026-03-03', 'sick', $2, $3)`, c.id, c.hq, c.clock.Now())
		c.exec(`INSERT INTO delegation (tenant_id, delegation_id, holder_id, delegate_id, permissions, from_at, until_at, created_by, created_at)
			VALUES ($1, gen_random_uuid(), $2, $3, '{customer.carry_out}', $4, $5, $2, $4)`, c.id, c.hq, c.manager, c.clock.Now(), date(t, "2026-04-01").At(0, shanghai))
		c.catchUp("2026-03-09")
		require.Equal(t, "desk expired", c.state(h.ID))
		require.Equal(t, []string{"周总部", "周总部", "孙总部", "钱经理"}, c.told(h.ID))
		c.at("2026-03-02")
	})
	t.Run("a store is to end", func(t *testing.T) {
		c := w.chain("ends")
		c.staffOffice()
		other := c.second("S02", "高新店")
		c.ends(handover.MergeStores, other, "2026-03-09")
		require.Equal(t, []string{"周总部 2026-03-09"}, c.texts("SELECT p.name || ' ' || i.on_date FROM inbox i JOIN person p USING (tenant_id, person_id) WHERE i.tenant_id = $1 AND i.kind = 'store_move_planned'", c.id), "not who planned it")
	})
}

// TestNobodyElseChecks: whoever alone could check a case at head office can't begin it
// (ROL-04), from the desk either; who heads the store begins it then.
func TestNobodyElseChecks(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("alone")
	ctx := t.Context()
	c.staffOffice()
	c.files("2026-01-05", 1)
	c.catchUp("2026-03-02")
	h := c.begin()
	c.leaves(c.giver, "2026-03-03")
	c.at("2026-03-04")
	_, err := c.app.Check(ctx, c.office(), c.clock.Now(), h.ID, false, "", "改交他人")
	require.NoError(t, err)
	require.Equal(t, "desk rejected", c.state(h.ID))
	begins := func(g kernel.Grant) error {
		_, err := c.app.Request(ctx, g, c.clock.Now(), c.ask(func(r *handover.Request) { r.Receiver, r.Kind = c.third, handover.OtherPost }))
		return err
	}
	c.leaves(c.hqTo, "2026-03-04")
	require.ErrorIs(t, begins(c.office()), handover.ErrNoChecker)
	require.NoError(t, begins(c.grant(c.manager, kernel.ReachWhere, c.store)))
	require.Equal(t, "ended reassigned", c.state(h.ID))
}

// TestDeskUnasked: the day of a chain none of whose cases is open asks nothing of head
// office's desk.
func TestDeskUnasked(t *testing.T) {
	t.Parallel()
	d, asked := testdb.New(t), &deskAsked{}
	pool, err := db.Open(t.Context(), d.AppURL, db.Options{Tracer: asked})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	c := worldOn(t, d, pool).chain("quiet")
	c.staffOffice()
	c.files("2026-01-05", 1)
	c.catchUp("2026-03-02")
	c.catchUp("2026-03-03")
	require.Equal(t, []string{"2026-03-03"}, c.texts("SELECT max(period_on)::text FROM period_run WHERE tenant_id = $1 AND kind = $2 AND state = 'done'", c.id, string(ownership.KindHandover)))
	require.Zero(t, asked.Load())
	h := c.begin()
	before := asked.Load()
	c.catchUp("2026-03-04")
	require.Greater(t, asked.Load(), before)
	c.through(h, handover.Complete)
	before = asked.Load()
	c.catchUp("2026-03-05")
	require.Equal(t, before, asked.Load())
}

// deskAsked counts how often it was asked who may handle requests.
type deskAsked struct{ atomic.Int64 }

// TraceQueryStart implements pgx.QueryTracer.
func (*deskAsked) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (*deskAsked) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart implements pgx.BatchTracer: a read on its own.
func (a *deskAsked) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	for _, q := range data.Batch.QueuedQueries {
		if strings.HasPrefix(q.SQL, "-- name: Handlers ") {
			a.Add(1)
		}
	}
	return ctx
}

// TraceBatchQuery implements pgx.BatchTracer.
func (*deskAsked) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (*deskAsked) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// staffOffice gives the two at head office the post of those who handle handovers, and
// logins.
func (c *chain) staffOffice() {
	c.t.Helper()
	c.in(func(tx pgx.Tx) error { return staffapp.SeedRolesTx(c.t.Context(), tx, c.id) })
	for _, p := range []kernel.PersonID{c.hq, c.hqTo} {
		c.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
			VALUES ($1, gen_random_uuid(), $2, $3, '总部客服专员', true, '{}', '2020-01-01', $4)`, c.id, p, staff.HQService, c.clock.Now())
	}
	c.exec("UPDATE person SET password_hash = 'x' WHERE tenant_id = $1 AND person_id = ANY($2)", c.id, []kernel.PersonID{c.hq, c.hqTo, c.manager})
}

// told are those whom a case told that their turn has come.
func (c *chain) told(h kernel.UUID) []string {
	c.t.Helper()
	return c.texts(`SELECT p.name FROM inbox i JOIN person p USING (tenant_id, person_id)
		WHERE i.tenant_id = $1 AND i.handover_id = $2 AND i.kind = 'handover_office' ORDER BY p.name COLLATE "C"`, c.id, h)
}

// TestReceiversWithoutAccount: who names a receiver sees who can't log in to accept, so
// that the case is not broken by its days (HND-05, ACC-01).
func TestReceiversWithoutAccount(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("noaccount")
	c.files("2026-01-05", 1)
	unable := func() []kernel.PersonID {
		_, offers, err := c.app.Prepare(t.Context(), c.own(c.giver), c.clock.Now(), c.giver)
		require.NoError(t, err)
		require.Len(t, offers[0].Receivers, 2)
		return offers[0].Unable
	}
	require.ElementsMatch(t, []kernel.PersonID{c.receiver, c.third}, unable())
	c.exec("UPDATE person SET password_hash = 'x' WHERE tenant_id = $1 AND person_id = $2", c.id, c.receiver)
	require.Equal(t, []kernel.PersonID{c.third}, unable())
}
