package handoverapp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/handoverapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// TestBroken is HND-05 by every way: the files go back to the giver who works
// there, else to head office's desk, then LIF-05 takes them.
func TestBroken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	t.Run("refused", func(t *testing.T) {
		c := w.chain("refused")
		f := c.files("2026-01-05", 1)[0]
		h := c.through(c.begin(), handover.Checked)
		_, err := c.app.Answer(ctx, c.own(c.receiver), c.clock.Now(), h.ID, false, "名下已满")
		require.NoError(t, err)
		require.Equal(t, "ended refused", c.state(h.ID))
		words, err := c.app.Words(ctx, c.id, []kernel.UUID{h.ID})
		require.NoError(t, err)
		require.Contains(t, words[h.ID].ZH, "1 位客户。接收人谢绝：名下已满")
		require.Equal(t, c.giver, c.owner(f))
		h, files, err := c.app.FilesOf(ctx, c.own(c.giver), h.ID, kernel.FileID{}, 10)
		require.NoError(t, err)
		require.True(t, files[0].Named(c.own(c.giver), h.Sees(c.giver)), "his own again, by name")
		require.False(t, files[0].Named(c.own(c.receiver), h.Sees(c.receiver)))
		c.begin() // free for another
	})
	t.Run("rejected", func(t *testing.T) {
		c := w.chain("rejected")
		c.files("2026-01-05", 1)
		h := c.begin()
		_, err := c.app.Check(ctx, c.office(), c.clock.Now(), h.ID, false, "", "接收人选错了")
		require.NoError(t, err)
		require.Equal(t, "ended rejected", c.state(h.ID))
	})
	t.Run("seven days", func(t *testing.T) {
		c := w.chain("days")
		f := c.files("2026-01-05", 1)[0]
		c.catchUp("2026-03-02")
		h := c.begin()
		c.at("2026-03-04")
		c.through(h, handover.Checked)
		c.catchUp("2026-03-10")
		require.Equal(t, "checked ", c.state(h.ID), "each step has its days")
		c.catchUp("2026-03-11")
		require.Equal(t, "ended expired", c.state(h.ID))
		require.Equal(t, c.giver, c.owner(f))
		c.at("2026-03-02")
	})
	t.Run("the receiver leaves, the giver is gone", func(t *testing.T) {
		c := w.chain("gone")
		f := c.files("2026-01-05", 1)[0]
		c.catchUp("2026-03-02")
		h := c.through(c.begin(), handover.Accepted)
		c.leaves(c.giver, "2026-03-03")
		c.leaves(c.receiver, "2026-03-05")
		c.catchUp("2026-03-05")
		require.Equal(t, "desk receiver_left", c.state(h.ID))
		require.Equal(t, c.giver, c.owner(f))
		c.catchUp("2026-03-11")
		require.Equal(t, c.giver, c.owner(f), "a week's absence is over, but the file lies on the desk")
		c.catchUp("2026-03-12")
		require.Equal(t, "ended receiver_left", c.state(h.ID))
		require.True(t, c.owner(f).IsZero(), "LIF-05 acts on the day the desk lets go")
		require.Equal(t, []string{"LIF-05"}, c.texts("SELECT rule FROM decision WHERE tenant_id = $1", c.id))
		c.at("2026-03-02")
	})
	t.Run("the days of the rules", func(t *testing.T) {
		c := w.chain("rules")
		files := c.files("2026-01-05", 3)
		_, err := c.tenants.PublishRuleSet(ctx, c.id, c.hq, tenant.Draft{Base: 1, EffectiveOn: date(t, "2026-03-03"), Values: tenant.Values{handover.KeyAcceptDays: 2, handover.KeyDeskDays: 4}})
		require.NoError(t, err)
		c.catchUp("2026-03-03")
		waits, offered, accepted := c.begin(some(files[0])), c.begin(some(files[1])), c.begin(some(files[2]))
		c.at("2026-03-04")
		c.through(offered, handover.Checked)
		c.through(accepted, handover.Checked)
		c.catchUp("2026-03-05")
		require.Equal(t, []string{"ended expired", "checked "}, []string{c.state(waits.ID), c.state(offered.ID)})
		_, err = c.app.Answer(ctx, c.own(c.receiver), c.clock.Now(), accepted.ID, true, "")
		require.NoError(t, err)
		c.catchUp("2026-03-06")
		require.Equal(t, []string{"ended expired", "accepted "}, []string{c.state(offered.ID), c.state(accepted.ID)})
		c.leaves(c.giver, "2026-03-06")
		c.catchUp("2026-03-07")
		require.Equal(t, "desk expired", c.state(accepted.ID))
		_, err = c.app.Withdraw(ctx, c.grant(c.manager, kernel.ReachWhere), c.clock.Now(), accepted.ID, "撤回")
		require.ErrorIs(t, err, handover.ErrOver, "it lies at head office")
		c.catchUp("2026-03-10")
		require.Equal(t, "desk expired", c.state(accepted.ID))
		c.catchUp("2026-03-11")
		require.Equal(t, "ended expired", c.state(accepted.ID))
		c.at("2026-03-02")
	})
	t.Run("the receiver's post ended today", func(t *testing.T) {
		c := w.chain("today")
		files := c.files("2026-01-05", 2)
		offered, accepted := c.through(c.begin(some(files[0])), handover.Checked), c.through(c.begin(some(files[1])), handover.Accepted)
		c.leaves(c.receiver, "2026-03-02")
		_, err := c.app.Answer(ctx, c.own(c.receiver), c.clock.Now(), offered.ID, true, "")
		require.ErrorIs(t, err, handover.ErrReceiverPost)
		_, err = c.app.Confirm(ctx, c.office(), c.clock.Now(), accepted.ID, true, "")
		require.ErrorIs(t, err, handover.ErrReceiverPost)
		require.Equal(t, c.giver, c.owner(files[1]))
	})
	t.Run("from the desk to another", func(t *testing.T) {
		c := w.chain("desk")
		files := c.files("2026-01-05", 2)
		c.catchUp("2026-03-02")
		h := c.begin()
		c.leaves(c.giver, "2026-03-03")
		c.at("2026-03-04")
		_, err := c.app.Check(ctx, c.office(), c.clock.Now(), h.ID, false, "", "改交他人")
		require.NoError(t, err)
		require.Equal(t, "desk rejected", c.state(h.ID))
		held := func() int32 {
			_, offers, err := c.app.Prepare(ctx, c.grant(c.hqTo, kernel.ReachWhere), c.clock.Now(), c.giver)
			require.NoError(t, err)
			require.Empty(t, offers[0].Post, "he is gone")
			require.Equal(t, "客服代表", offers[0].LastPost)
			return offers[0].Held
		}
		require.Zero(t, held(), "what lies on the desk is free for another")
		next, err := c.app.Request(ctx, c.grant(c.hqTo, kernel.ReachWhere), c.clock.Now(), c.ask(some(files[0]), func(r *handover.Request) { r.Receiver, r.Kind = c.third, handover.OtherPost }))
		require.NoError(t, err)
		require.Equal(t, "desk rejected", c.state(h.ID), "one file is still there")
		require.EqualValues(t, 1, held(), "the other is on its way")
		listed, err := c.app.GiverFiles(ctx, c.grant(c.hqTo, kernel.ReachWhere), c.giver, c.store, kernel.FileID{}, 10)
		require.NoError(t, err)
		for _, f := range listed {
			require.Equal(t, f.File == files[0], f.State == handoverapp.FileHeld)
		}
		_, err = c.app.Request(ctx, c.grant(c.hqTo, kernel.ReachWhere), c.clock.Now(), c.ask(some(files[1]), func(r *handover.Request) { r.Receiver, r.Kind = c.third, handover.OtherPost }))
		require.NoError(t, err)
		require.Equal(t, "ended reassigned", c.state(h.ID))
		c.through(next, handover.Complete)
		require.Equal(t, c.third, c.owner(files[0]))
		c.at("2026-03-02")
	})
}

// TestInHandover is HND-06: no rule takes a file in handover, and QTA-01 counts it
// for the giver while he holds his post, then for nobody.
func TestInHandover(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("held")
	ctx := t.Context()
	files := c.files("2025-12-05", 2) // LIF-03 takes them on 2026-03-06
	c.catchUp("2026-03-02")
	h := c.begin(some(files[0]))
	c.through(h, handover.Accepted)
	c.catchUp("2026-03-06")
	require.Equal(t, c.giver, c.owner(files[0]))
	require.True(t, c.owner(files[1]).IsZero(), "the other goes")
	e, err := c.ownership.Explain(ctx, c.office(), files[0], c.clock.Now())
	require.NoError(t, err)
	require.Equal(t, "王五的客户，正在办理交接：办完以前不会转为公共客户。", e.Sentence.ZH)

	counts := func(day string) []string {
		return c.texts(`SELECT count(*)::text FROM ownership_pub.tie t WHERE t.tenant_id = $1 AND t.referrer_id = $2 AND t.end_on IS NULL
			AND NOT EXISTS (SELECT FROM ownership_pub.hold h WHERE h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id AND h.uncounted_from <= $3::date AND (h.to_on IS NULL OR h.to_on > $3::date))`, c.id, c.giver, day)
	}
	require.Equal(t, []string{"1"}, counts("2026-03-31"))
	c.leaves(c.giver, "2026-03-20")
	require.Equal(t, []string{"1"}, counts("2026-03-19"))
	require.Equal(t, []string{"0"}, counts("2026-03-31"), "he holds the post no more on the month's last day")

	_, err = c.app.Confirm(ctx, c.office(), c.clock.Now(), h.ID, true, "")
	require.NoError(t, err)
	c.catchUp("2026-03-07")
	require.Equal(t, c.receiver, c.owner(files[0]), "a new tie is never cut at once")
}

// TestInHandoverAtMonthsEnd: nor does LIF-04, whoever received the guest (HND-06).
func TestInHandoverAtMonthsEnd(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("month")
	files := c.files("2026-01-05", 2)
	c.catchUp("2026-03-02")
	for _, f := range files {
		require.NoError(t, c.visited(t.Context(), f, c.third, date(t, "2026-03-20"), c.clock.Now()))
	}
	c.catchUp("2026-03-30")
	c.through(c.begin(some(files[0])), handover.Accepted)
	c.catchUp("2026-04-01")
	require.Equal(t, c.giver, c.owner(files[0]))
	require.True(t, c.owner(files[1]).IsZero(), "the other goes")
}

// TestLeavingWaits is ACC-03: closing a leaving waits until the handover is
// confirmed.
func TestLeavingWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("leaving")
	ctx := t.Context()
	c.files("2026-01-05", 2)
	h := c.through(c.begin(), handover.Accepted)
	c.leaves(c.giver, "2026-03-02")
	_, err := c.staff.CloseLeaving(ctx, c.office(), c.giver)
	require.ErrorContains(t, err, staff.CustomersLeft(2).Error())
	_, err = c.app.Confirm(ctx, c.office(), c.clock.Now(), h.ID, true, "")
	require.NoError(t, err)
	_, err = c.staff.CloseLeaving(ctx, c.office(), c.giver)
	require.NoError(t, err)
}

// TestCustody is HND-08: files in custody go back by themselves, with the old
// starts, but for those that went another way; who has them hands none of them on.
func TestCustody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("custody")
	ctx := t.Context()
	files := c.files("2026-01-05", 2)
	c.catchUp("2026-03-02")
	c.exec("UPDATE tie SET former_on = '2024-05-06' WHERE tenant_id = $1 AND file_id = $2", c.id, files[0])
	until := date(t, "2026-04-10")
	h := c.through(c.begin(func(r *handover.Request) { r.Kind, r.Cause, r.Until = handover.Custody, handover.LongLeave, &until }), handover.Complete)
	require.Equal(t, c.receiver, c.owner(files[0]))
	_, err := c.app.Request(ctx, c.own(c.receiver), c.clock.Now(), c.ask(func(r *handover.Request) { r.Giver, r.Receiver, r.Kind = c.receiver, c.third, handover.OtherPost }))
	require.ErrorIs(t, err, handover.ErrInCustody)
	require.Equal(t, []string{"1"}, c.texts("SELECT last_no::text FROM handover_number WHERE tenant_id = $1", c.id))
	c.in(func(tx pgxTx) error {
		return c.ownership.EndTieTx(ctx, tx, c.id, files[1], date(t, "2026-03-09"), h.ID)
	})
	c.catchUp("2026-04-09")
	require.Equal(t, c.receiver, c.owner(files[0]))
	c.catchUp("2026-04-10")
	require.Equal(t, "ended given_back", c.state(h.ID))
	require.Equal(t, c.giver, c.owner(files[0]))
	require.True(t, c.owner(files[1]).IsZero())
	require.Equal(t, []string{"E0001 2026-01-05 2026-03-02 since 2026-01-05", "E0002 2026-03-02 2026-04-10 since 2026-03-02", "E0001 2026-04-10  since 2026-01-05"}, c.ties(files[0]))
	require.Equal(t, []string{"E0001", "E0002"}, c.texts("SELECT p.staff_no FROM inbox i JOIN person p USING (tenant_id, person_id) WHERE i.tenant_id = $1 AND i.kind = 'custody_over' ORDER BY 1", c.id), "both are told")
	require.Equal(t, []string{"2024-05-06"}, c.texts("SELECT former_on::text FROM tie WHERE tenant_id = $1 AND file_id = $2 AND end_on IS NULL", c.id, files[0]), "his since then, as another system had it")
	e, err := c.ownership.Explain(ctx, c.office(), files[0], c.clock.Now())
	require.NoError(t, err)
	require.Equal(t, "第1号代管到期，4月10日起由李国交还王五维系。", e.Decisions[0].Sentence.ZH)
	require.Equal(t, "system:HND-08@v1", e.Decisions[0].Actor.ZH)
	c.at("2026-03-02")

	gone := w.chain("custody-gone")
	f := gone.files("2026-01-05", 1)[0]
	gone.catchUp("2026-03-02")
	h = gone.through(gone.begin(func(r *handover.Request) { r.Kind, r.Until = handover.Custody, &until }), handover.Confirmed)
	gone.leaves(gone.giver, "2026-03-20")
	gone.catchUp("2026-04-10")
	require.Equal(t, "ended kept", gone.state(h.ID))
	require.Equal(t, gone.receiver, gone.owner(f))
}

// A guest in handover is taken by no rule (HND-06), so nobody is warned of him; once the
// case is off, the warning comes that was due (LIF-10).
func TestNoWarningInHandover(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("warned")
	files := c.files("2025-12-20", 2)
	c.catchUp("2026-03-02")
	h := c.begin(some(files[0]))
	c.catchUp("2026-03-07")
	warned := func(f kernel.FileID) []string {
		return c.texts("SELECT rule || ' ' || warned_on || ' ' || acts_on FROM warning WHERE tenant_id = $1 AND file_id = $2", c.id, f)
	}
	require.Equal(t, []string{"LIF-03 2026-03-07 2026-03-21"}, warned(files[1]))
	require.Empty(t, warned(files[0]))
	_, err := c.app.Withdraw(t.Context(), c.own(c.giver), c.clock.Now(), h.ID, "先不交")
	require.NoError(t, err)
	c.catchUp("2026-03-08")
	require.Equal(t, []string{"LIF-03 2026-03-08 2026-03-21"}, warned(files[0]))
}
