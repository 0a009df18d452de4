package ownershipapp_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/tenant"
)

var approves = customer.Decision{Approve: true}

// lossOf is the newest loss of a person.
func (c *chain) lossOf(t *testing.T, person int) ownershipapp.LossView {
	t.Helper()
	losses, err := c.app.Losses(t.Context(), c.mine(person), c.clock.Now(), kernel.UUID{0: 0xff}, 10)
	require.NoError(t, err)
	require.NotEmpty(t, losses)
	return losses[0]
}

// appeal contests the first person's loss.
func (c *chain) appeal(t *testing.T) kernel.UUID {
	t.Helper()
	refs := []ownership.Visit{{On: date(t, "2025-01-07"), Meal: tenant.Dinner}}
	id, err := c.app.Raise(t.Context(), c.mine(0), c.clock.Now(), c.lossOf(t, 0).DecisionID, "那天是我订的", refs)
	require.NoError(t, err)
	return id
}

// TestAppealGranted: the guest is his again from the old start, with the history
// kept, no day owned twice, and both told; the next run leaves him (LIF-11).
func TestAppealGranted(t *testing.T) {
	t.Parallel()
	c, g := public(t, "granted")
	ctx := t.Context()
	c.at("2025-02-03")
	l := c.lossOf(t, 0)
	require.NoError(t, l.Refused)
	require.Equal(t, date(t, "2025-02-08"), l.Until, "within 7 days")
	meals, err := c.app.MealsOf(ctx, c.id, l, c.clock.Now())
	require.NoError(t, err)
	require.Len(t, meals, 1)
	require.Equal(t, []any{true, "李国", "李国", true}, []any{meals[0].Counted, meals[0].Credited, meals[0].Booked, meals[0].Noticed})
	_, err = c.app.Raise(ctx, c.mine(1), c.clock.Now(), l.DecisionID, "是我的", nil)
	require.ErrorIs(t, err, ownership.ErrNoLoss, "it was not his")
	_, err = c.app.Raise(ctx, c.mine(0), c.clock.Now(), l.DecisionID, "是我的", []ownership.Visit{{On: date(t, "2025-01-09"), Meal: tenant.Dinner}})
	require.ErrorContains(t, err, "不在这位客户的记录里", "no such visit")

	id := c.appeal(t)
	require.Equal(t, id, c.appeal(t), "a retry")
	require.NotContains(t, c.texts(`SELECT encode(texts_box, 'escape') FROM appeal`)[0], "那天", "sealed")
	_, err = c.app.Claim(ctx, c.all(1), c.clock.Now(), g.file)
	require.ErrorIs(t, err, ownership.ErrAppealed)

	require.ErrorIs(t, c.app.DecideAppeal(ctx, c.all(0), c.clock.Now(), id, true, "我自己说"), ownership.ErrOwnAppeal, "ROL-04")
	require.NoError(t, c.app.DecideAppeal(ctx, c.all(2), c.clock.Now(), id, true, "确由他预定"))
	require.ErrorIs(t, c.app.DecideAppeal(ctx, c.all(2), c.clock.Now(), id, false, "再裁一次"), ownership.ErrAppealOver)
	require.True(t, c.owned(g))
	require.Equal(t, []string{"import 2025-01-01 2025-02-01 -", "appeal 2025-01-01 - 2025-02-01"},
		c.texts(`SELECT origin || ' ' || start_on || ' ' || coalesce(end_on::text, '-') || ' ' || coalesce(resumed_on::text, '-') FROM tie WHERE file_id = $1 ORDER BY origin DESC`, g.file))
	require.Equal(t, []string{"2025-02-01"}, c.texts(`SELECT owned_since::text FROM guest WHERE file_id = $1`, g.file))
	require.Equal(t, []string{"appeal_decided"}, c.texts(`SELECT kind FROM inbox WHERE person_id = $1 AND kind LIKE 'appeal%'`, c.people[0]))
	e, err := c.app.Explain(ctx, c.all(2), g.file, c.clock.Now())
	require.NoError(t, err)
	require.Contains(t, e.Decisions[0].Sentence.ZH, "王五的申诉成立")
	require.Equal(t, "赵敏", e.Decisions[0].Actor.ZH)
	c.catchUp(c, "2025-02-05")
	require.True(t, c.owned(g))
	losses, err := c.app.Losses(ctx, c.mine(0), c.clock.Now(), kernel.UUID{0: 0xff}, 10)
	require.NoError(t, err)
	require.ErrorIs(t, losses[0].Refused, ownership.ErrAppealTwice)
}

// TestAppealRefused leaves everything as it was and says so; too late is too late.
func TestAppealRefused(t *testing.T) {
	t.Parallel()
	c, g := public(t, "refused")
	ctx := t.Context()
	c.at("2025-02-08")
	id := c.appeal(t)
	require.NoError(t, c.app.DecideAppeal(ctx, c.all(2), c.clock.Now(), id, false, "确实是别人接待"))
	require.False(t, c.owned(g))
	v, err := c.app.GetAppeal(ctx, c.mine(0), c.clock.Now(), id)
	require.NoError(t, err)
	require.Equal(t, []string{"refused", "那天是我订的", "确实是别人接待", "赵敏"}, []string{v.Appeal.State, v.Texts.Claim, v.Texts.Decision, v.DecidedName})
	require.True(t, v.Visits[0].Referred)
	_, err = c.app.GetAppeal(ctx, c.mine(1), c.clock.Now(), id)
	require.ErrorIs(t, err, ownership.ErrNoAppeal)

	d, _ := public(t, "late")
	d.at("2025-02-09")
	_, err = d.app.Raise(ctx, d.mine(0), d.clock.Now(), d.lossOf(t, 0).DecisionID, "晚了", nil)
	require.ErrorIs(t, err, ownership.ErrAppealLate)
}

// TestAppealBlocksApproval: nobody's taking on is approved while it is open; granted,
// what waited for its review is taken back (LIF-14).
func TestAppealBlocksApproval(t *testing.T) {
	t.Parallel()
	c, g := public(t, "blocks")
	ctx := t.Context()
	c.at("2025-02-03")
	_, err := c.app.Claim(ctx, c.all(1), c.clock.Now(), g.file)
	require.NoError(t, err)
	c.complete(t, 1, g)
	id := c.appeal(t)
	require.ErrorIs(t, c.review(g, true), ownership.ErrAppealed)
	require.ErrorIs(t, c.app.DecideAppeal(ctx, c.all(1), c.clock.Now(), id, false, "我要认领"), ownership.ErrOwnAppeal, "it concerns who takes the guest on")
	require.NoError(t, c.app.DecideAppeal(ctx, c.all(2), c.clock.Now(), id, true, "恢复"))
	require.Equal(t, []string{"gave_way approved true"}, c.texts(`SELECT o.state || ' ' || f.state || ' ' || (f.editor_id IS NULL) FROM offer o JOIN guest f USING (tenant_id, file_id) WHERE file_id = $1`, g.file))
	require.Equal(t, []string{"1"}, c.texts(`SELECT count(*)::text FROM file_revision WHERE file_id = $1`, g.file))
	require.Equal(t, []string{"appeal_decided"}, c.texts(`SELECT kind FROM inbox WHERE person_id = $1 AND kind LIKE 'appeal%'`, c.people[1]), "he is told too")
}

// TestAppealAgainstNewerTie: head office alone grants it; the newer tie ends, and
// no day has two owners (LIF-14).
func TestAppealAgainstNewerTie(t *testing.T) {
	t.Parallel()
	c, g := public(t, "newer")
	ctx := t.Context()
	c.at("2025-02-03")
	_, err := c.app.Claim(ctx, c.all(1), c.clock.Now(), g.file)
	require.NoError(t, err)
	c.complete(t, 1, g)
	require.NoError(t, c.review(g, true))
	c.at("2025-02-06")
	id := c.appeal(t)
	require.Equal(t, []string{"appeal_raised"}, c.texts(`SELECT kind FROM inbox WHERE person_id = $1 AND kind LIKE 'appeal%'`, c.people[1]))
	require.ErrorIs(t, c.app.DecideAppeal(ctx, c.all(2), c.clock.Now(), id, true, "恢复"), ownership.ErrAppealHQ)
	office := c.grantOf(c.people[2], kernel.ReachWhere)
	require.ErrorIs(t, c.app.DecideAppeal(ctx, c.grantOf(c.people[1], kernel.ReachWhere), c.clock.Now(), id, true, "恢复"), ownership.ErrOwnAppeal)
	c.hold(g, 1, "2025-02-06")
	require.NoError(t, c.app.DecideAppeal(ctx, office, c.clock.Now(), id, true, "恢复"))
	require.Equal(t, []string{"import 2025-01-01 2025-02-01", "claim 2025-02-03 2025-02-06", "appeal 2025-02-06 -"},
		c.texts(`SELECT origin || ' ' || coalesce(resumed_on, start_on) || ' ' || coalesce(end_on::text, '-') FROM tie WHERE file_id = $1 ORDER BY coalesce(resumed_on, start_on)`, g.file))
	require.Equal(t, []string{"LIF-11 李国 王五"}, c.texts(`SELECT rule || ' ' || a.name || ' ' || b.name FROM decision d JOIN person a ON a.person_id = d.from_id JOIN person b ON b.person_id = d.to_id WHERE file_id = $1`, g.file))
	lines, err := c.app.Timeline(ctx, office, g.file, lastID, 10) // of one moment, in any order
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(lines, func(l ownershipapp.Line) bool { return l.Kind == "tie.appeal" && l.On.String() == "2025-02-06" }), "the day from which it holds again")
	require.Empty(t, c.held(), "nobody hands over whom he has lost (HND-06)")
	back := c.lossOf(t, 1)
	require.NoError(t, back.Refused, "who lost him so may appeal in turn")
}

// TestAppealWithdrawn ends it by who made it, and he lost his say.
func TestAppealWithdrawn(t *testing.T) {
	t.Parallel()
	c, g := public(t, "withdrawn")
	ctx := t.Context()
	c.at("2025-02-03")
	id := c.appeal(t)
	require.ErrorIs(t, c.app.Withdraw(ctx, c.all(2), c.clock.Now(), id), ownership.ErrAppealNotOwn)
	for range 2 {
		require.NoError(t, c.app.Withdraw(ctx, c.mine(0), c.clock.Now(), id))
	}
	_, err := c.app.Raise(ctx, c.mine(0), c.clock.Now(), c.lossOf(t, 0).DecisionID, "再来", nil)
	require.ErrorIs(t, err, ownership.ErrAppealTwice)
	_, err = c.app.Claim(ctx, c.all(1), c.clock.Now(), g.file)
	require.NoError(t, err)
	c.in(func(tx pgx.Tx) error {
		return c.app.EndTx(ctx, tx, c.id, []kernel.FileID{g.file}, []kernel.BusinessDate{date(t, "2025-02-03")})
	})
	require.Equal(t, []string{"0"}, c.texts(`SELECT count(*)::text FROM appeal`), "what was said goes with the guest")
}

// TestAppealOfDormancy: granted, LIF-03 counts anew from the day he holds him again.
func TestAppealOfDormancy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onlyDormancy).work()
	c := w.chain("dormancy", 1)
	g := c.file(0, "2025-01-01")
	c.catchUp(c, "2025-04-02")
	require.False(t, c.owned(g))
	c.at("2025-04-04")
	id, err := c.app.Raise(t.Context(), c.mine(0), c.clock.Now(), c.lossOf(t, 0).DecisionID, "客人来过，没有登记", nil)
	require.NoError(t, err)
	require.NoError(t, c.app.DecideAppeal(t.Context(), c.all(2), c.clock.Now(), id, true, "属实"))
	c.catchUp(c, "2025-07-01")
	require.True(t, c.owned(g))
	c.catchUp(c, "2025-07-03")
	require.False(t, c.owned(g))
}
