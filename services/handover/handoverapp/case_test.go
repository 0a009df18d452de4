package handoverapp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/handoverapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

// TestWholeCase goes the way of HND-02: seven steps, whose turn each is, what every
// step leaves behind, and that only files move.
func TestWholeCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("whole")
	ctx := t.Context()
	files := c.files("2026-01-05", 3)

	h := c.begin()
	require.Equal(t, []any{int32(1), int32(3), handover.All, handover.Requested}, []any{h.No, h.Files, h.Scope, h.State})
	require.Equal(t, c.giver, c.owner(files[0]), "in handover he is the giver's")
	v, err := c.app.Get(ctx, c.own(c.giver), c.clock.Now(), h.ID)
	require.NoError(t, err)
	require.Equal(t, handover.HeadOffice, v.Turn(v.Left()))
	_, err = c.app.Get(ctx, c.own(c.third), c.clock.Now(), h.ID)
	require.ErrorIs(t, err, handover.ErrNotFound)

	_, err = c.app.Answer(ctx, c.own(c.receiver), c.clock.Now(), h.ID, true, "")
	require.ErrorIs(t, err, handover.ErrOver, "not before head office has checked")
	_, err = c.app.Check(ctx, c.office(), c.clock.Now(), h.ID, true, "  ", "")
	require.ErrorIs(t, err, handover.ErrSeat)
	h = c.through(h, handover.Checked)
	_, err = c.app.Check(ctx, c.office(), c.clock.Now(), h.ID, true, "客服代表一席", "")
	require.ErrorIs(t, err, handover.ErrOver)
	_, err = c.app.Answer(ctx, c.own(c.giver), c.clock.Now(), h.ID, true, "")
	require.ErrorIs(t, err, handover.ErrNotReceiver)
	_, err = c.app.Confirm(ctx, c.office(), c.clock.Now(), h.ID, true, "")
	require.ErrorIs(t, err, handover.ErrOver, "not before the receiver has accepted")
	h, err = c.app.Answer(ctx, c.own(c.receiver), c.clock.Now(), h.ID, true, "")
	require.NoError(t, err)
	require.Equal(t, c.giver, c.owner(files[0]), "semi-linked: not yet his")
	_, listed, err := c.app.FilesOf(ctx, c.own(c.receiver), h.ID, kernel.FileID{}, 10)
	require.NoError(t, err)
	require.Len(t, listed, 3)
	require.Equal(t, handoverapp.FileHeld, listed[0].State)
	_, err = c.customers.Get(ctx, c.own(c.receiver), c.clock.Now(), files[0])
	require.ErrorIs(t, err, customer.ErrNotFound, "semi-linked he opens no file")

	c.at("2026-03-04")
	h, err = c.app.Confirm(ctx, c.office(), c.clock.Now(), h.ID, true, "")
	require.NoError(t, err)
	for _, f := range files {
		require.Equal(t, c.receiver, c.owner(f))
		require.Equal(t, []string{"E0001 2026-01-05 2026-03-04 since 2026-01-05", "E0002 2026-03-04  since 2026-03-04"}, c.ties(f))
	}
	e, err := c.ownership.Explain(ctx, c.office(), files[0], c.clock.Now())
	require.NoError(t, err)
	require.Equal(t, "第1号客户交接，3月4日起由王五转交李国维系。", e.Decisions[0].Sentence.ZH)
	require.Equal(t, "孙总部", e.Decisions[0].Actor.ZH)
	_, err = c.app.Confirm(ctx, c.office(), c.clock.Now(), h.ID, true, "")
	require.ErrorIs(t, err, handover.ErrOver)

	h, err = c.app.Send(ctx, c.office(), c.clock.Now(), h.ID)
	require.NoError(t, err)
	require.Equal(t, handover.Complete, h.State)
	sent := c.texts("SELECT template || ' ' || (params->>'former') || ' ' || (params->>'host') FROM message WHERE tenant_id = $1", c.id)
	require.Equal(t, []string{"handover_notice 王五 李国", "handover_notice 王五 李国", "handover_notice 王五 李国"}, sent)
	_, err = c.app.Send(ctx, c.office(), c.clock.Now(), h.ID)
	require.ErrorIs(t, err, handover.ErrOver, "nobody is told twice")

	_, err = c.app.BeginCheck(ctx, c.own(c.third), c.clock.Now(), h.ID, files[0])
	require.ErrorIs(t, err, handover.ErrNotFound)
	_, err = c.app.BeginCheck(ctx, c.own(c.receiver), c.clock.Now(), h.ID, files[0])
	require.NoError(t, err)
	_, err = c.app.BeginCheck(ctx, c.own(c.receiver), c.clock.Now(), h.ID, files[0])
	require.NoError(t, err, "again is a retry")
	require.Equal(t, []string{"handover"}, c.texts("SELECT cause FROM file_revision WHERE tenant_id = $1 AND file_id = $2 AND state <> 'approved'", c.id, files[0]))
	c.exec("UPDATE file_revision SET state = 'submitted', submitted_at = now(), due_at = now() WHERE tenant_id = $1 AND file_id = $2 AND state <> 'approved'", c.id, files[0])
	c.exec("UPDATE guest SET state = 'submitted' WHERE tenant_id = $1 AND file_id = $2", c.id, files[0])
	_, err = c.customers.Review(ctx, c.grant(c.receiver, kernel.ReachWhere), c.clock.Now(), files[0], customer.Decision{Approve: true})
	require.ErrorIs(t, err, customer.ErrOwnFile, "a referrer never reviews his own")
	_, err = c.customers.Review(ctx, c.grant(c.manager, kernel.ReachWhere), c.clock.Now(), files[0], customer.Decision{Approve: true, Reasons: []customer.Reason{{Field: "name", Reason: "真名"}}})
	require.NoError(t, err)
	v, err = c.app.Get(ctx, c.own(c.receiver), c.clock.Now(), h.ID)
	require.NoError(t, err)
	require.Equal(t, []any{int32(3), int32(1), handover.Receiver}, []any{v.Moved, v.Approved, v.Turn(v.Left())})

	steps := c.texts("SELECT s.step || ' ' || coalesce(p.name, '') || ' ' || s.files FROM handover_step s LEFT JOIN person p USING (tenant_id, person_id) WHERE s.tenant_id = $1 ORDER BY s.at, s.step_id", c.id)
	require.ElementsMatch(t, []string{"requested 王五 3", "checked 孙总部 3", "accepted 李国 3", "confirmed 孙总部 3", "sent 孙总部 3"}, steps)
	require.Equal(t, []string{"handover_moved", "handover_offered", "handover_received"}, c.texts("SELECT kind FROM inbox WHERE tenant_id = $1 ORDER BY kind", c.id))
	require.Equal(t, []string{"王五"}, c.texts("SELECT name FROM person WHERE tenant_id = $1 AND person_id = $2", c.id, c.giver), "people are never renamed")

	c.at("2026-03-06")
	next, err := c.app.Request(ctx, c.own(c.receiver), c.clock.Now(), handover.Request{Store: c.store, Giver: c.receiver, Receiver: c.third, Kind: handover.OtherPost, Cause: handover.PostChange, Files: files[:1]})
	require.NoError(t, err)
	require.Equal(t, []any{int32(2), handover.Single}, []any{next.No, next.Scope})
}

// TestRequestRefused is what step (1) says no to; what was refused leaves no gap.
func TestRequestRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("refused")
	ctx, now := t.Context(), c.clock.Now()
	files := c.files("2026-01-05", 3)
	until := date(t, "2026-04-01")
	for name, x := range map[string]struct {
		grant kernel.Grant
		in    handover.Request
		want  error
	}{
		"another's":        {c.own(c.third), c.ask(), handover.ErrNotFound},
		"to himself":       {c.own(c.giver), c.ask(func(r *handover.Request) { r.Receiver = c.giver }), handover.ErrSelf},
		"no post":          {c.own(c.giver), c.ask(func(r *handover.Request) { r.Receiver = c.hq }), handover.ErrReceiverPost},
		"not the same":     {c.own(c.giver), c.ask(func(r *handover.Request) { r.Receiver = c.third }), handover.ErrSamePost},
		"none":             {c.own(c.giver), c.ask(some()), handover.ErrNoFiles},
		"twice":            {c.own(c.giver), c.ask(some(files[0], files[0])), handover.ErrTwice},
		"unknown":          {c.own(c.giver), c.ask(some(files[0], kernel.NewID[kernel.FileID](now))), ownership.ErrNotOwned},
		"custody for ever": {c.own(c.giver), c.ask(func(r *handover.Request) { r.Kind = handover.Custody }), handover.ErrUntil},
		"a day too many":   {c.own(c.giver), c.ask(func(r *handover.Request) { r.Until = &until }), handover.ErrNoUntil},
	} {
		_, err := c.app.Request(ctx, x.grant, now, x.in)
		require.ErrorIs(t, err, x.want, name)
	}
	first := c.begin(some(files[0]))
	_, err := c.app.Request(ctx, c.own(c.giver), now, c.ask())
	require.ErrorIs(t, err, ownership.ErrInHandover)
	second := c.begin(some(files[1], files[2]))
	require.Equal(t, []int32{1, 2}, []int32{first.No, second.No}, "numbers have no gaps")

	manager := c.grant(c.manager, kernel.ReachWhere, c.store)
	_, err = c.app.Withdraw(ctx, manager, now, first.ID, "")
	require.ErrorIs(t, err, handover.ErrReason)
	_, err = c.app.Withdraw(ctx, c.own(c.receiver), now, first.ID, "我来撤")
	require.ErrorIs(t, err, handover.ErrNotFound)
	_, err = c.app.Withdraw(ctx, manager, now, first.ID, "先不交")
	require.NoError(t, err)
	for_, err := c.app.Request(ctx, manager, now, c.ask(some(files[0])))
	require.NoError(t, err)
	require.Equal(t, []any{c.manager, c.giver}, []any{for_.By, *for_.For}, "B 代 A")
	_, err = c.app.Check(ctx, c.grant(c.manager, kernel.ReachWhere), now, for_.ID, true, "席", "")
	require.ErrorIs(t, err, handover.ErrOwnCase, "nobody approves what he asked for (ROL-04)")
}

// TestSentToWhomHeHas: the message goes to the guests who are the receiver's by the case
// (HND-02), not to one who went another way since head office confirmed.
func TestSentToWhomHeHas(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("sent")
	files := c.files("2026-01-05", 2)
	h := c.through(c.begin(), handover.Confirmed)
	c.in(func(tx pgxTx) error {
		return c.ownership.EndTieTx(t.Context(), tx, c.id, files[1], date(t, "2026-03-02"), h.ID)
	})
	_, err := c.app.Send(t.Context(), c.office(), c.clock.Now(), h.ID)
	require.NoError(t, err)
	require.Equal(t, []string{files[0].String()}, c.texts("SELECT file_id::text FROM handover_file WHERE tenant_id = $1 AND message_id IS NOT NULL", c.id))
	_, err = c.app.BeginCheck(t.Context(), c.own(c.receiver), c.clock.Now(), h.ID, files[1])
	require.ErrorIs(t, err, handover.ErrNotInCase)
}
