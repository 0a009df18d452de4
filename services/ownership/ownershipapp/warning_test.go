package ownershipapp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/visit"
)

// warnings lists what a chain's people were warned of.
func (c *chain) warnings() []string {
	c.t.Helper()
	return c.texts(`SELECT warned_on || ' ' || rule || ' ' || stage || ' ' || acts_on FROM warning WHERE tenant_id = $1 ORDER BY warned_on, rule, stage, tie_id`, c.id)
}

func (c *chain) notes(person int) []string {
	c.t.Helper()
	return c.texts(`SELECT kind || ' ' || on_date || ' ' || more FROM inbox WHERE person_id = $1 AND kind LIKE 'guest_at_risk%' ORDER BY item_id`, c.people[person])
}

func warnOnly(_ *world, d *ownershipapp.Deps) {
	d.Kinds = []ownership.Kind{ownership.KindShare, ownership.KindDormancy, ownership.KindWarn}
}

// TestWarned: 14 and 3 days before LIF-03 would act, one item a person with the
// number of the others, never twice; a visit begins it anew (LIF-10).
func TestWarned(t *testing.T) {
	t.Parallel()
	w := newWorld(t, warnOnly, func(_ *world, d *ownershipapp.Deps) { d.ChunkSize = 2 }).work()
	c := w.chain("warned", 1)
	c.files(0, "2025-01-01", 2)
	for _, day := range []string{"2025-03-17", "2025-03-18", "2025-03-19", "2025-03-29", "2025-03-30", "2025-04-01"} {
		c.catchUp(c, day)
	}
	require.Equal(t, []string{"2025-03-19 LIF-03 1 2025-04-02", "2025-03-19 LIF-03 1 2025-04-02", "2025-03-30 LIF-03 2 2025-04-02", "2025-03-30 LIF-03 2 2025-04-02"}, c.warnings())
	require.Equal(t, []string{"guest_at_risk 2025-04-01 1", "guest_at_risk_soon 2025-04-01 1"}, c.notes(0))
	require.Empty(t, c.decisions(guest{}), "a warning decides nothing")

	w.at("2025-01-02")
	d := w.chain("again", 1)
	g := d.file(0, "2025-01-01")
	d.catchUp(d, "2025-03-20")
	require.Len(t, d.warnings(), 1)
	d.received(g, d.people[0], visit.Finished, days(t, "2025-03", 20)...)
	d.catchUp(d, "2025-04-02")
	e, err := d.app.Explain(t.Context(), d.all(2), g.file, d.clock.Now())
	require.NoError(t, err)
	require.Len(t, e.Warnings, 1, "saved; what was told stays told")
	d.catchUp(d, "2025-06-08")
	require.Equal(t, []string{"2025-03-20 LIF-03 1 2025-04-02", "2025-06-08 LIF-03 1 2025-06-21"}, d.warnings())
	e, err = d.app.Explain(t.Context(), d.all(2), g.file, d.clock.Now())
	require.NoError(t, err)
	require.Len(t, e.Warnings, 3)
	require.Equal(t, "客人上次来是3月20日 周四 晚市，最晚6月20日 周五再来就能留住，否则6月21日转公共。", e.Warnings[0].Sentence.ZH)
	require.Equal(t, e.Warnings[0].Sentence, e.Warnings[1].Sentence, "what he was told names the meal too")
	require.EqualValues(t, 1, e.Warnings[1].Version)
}

// TestNoStaleWarnings: what fell into days that are caught up is not warned of;
// what is still ahead is, on the day that is today.
func TestNoStaleWarnings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, warnOnly).work()
	c := w.chain("stale", 1)
	early, late := c.file(0, "2025-01-01"), c.file(0, "2025-01-20")
	c.catchUp(c, "2025-01-21")
	c.catchUp(c, "2025-04-15") // all days of March and April at once
	require.False(t, c.owned(early))
	require.True(t, c.owned(late))
	require.Equal(t, []string{"2025-04-15 LIF-03 1 2025-04-21"}, c.warnings())
	require.Equal(t, []string{"guest_at_risk 2025-04-20 0"}, c.notes(0))
}

// TestWarnedOfShare: on the 20th, of who would be lost as it stands; who was missed
// with that day is told when the chain is back, and nobody who came to it later.
func TestWarnedOfShare(t *testing.T) {
	t.Parallel()
	w := newWorld(t, warnOnly).work()
	for missed, want := range map[bool]string{false: "2025-02-20 LIF-04 1 2025-03-01", true: "2025-02-23 LIF-04 1 2025-03-01"} {
		w.at("2025-02-02")
		c := w.chain(map[bool]string{false: "seen", true: "missed"}[missed], 1)
		g, later := c.file(0, "2025-02-01"), c.file(0, "2025-02-01")
		c.received(g, c.people[1], visit.Finished, days(t, "2025-02", 5)...)
		c.catchUp(c, "2025-02-19")
		require.Empty(t, c.warnings())
		if !missed {
			c.catchUp(c, "2025-02-20")
			c.received(later, c.people[1], visit.Finished, days(t, "2025-02", 21)...)
		}
		c.catchUp(c, "2025-02-23")
		c.catchUp(c, "2025-02-24")
		require.Equal(t, []string{want}, c.warnings(), missed)
		told := c.texts(`SELECT decision_id::text FROM inbox WHERE person_id = $1 AND kind = 'guest_at_risk'`, c.people[0])
		require.Len(t, told, 1)
		words, err := c.app.Words(t.Context(), c.id, []kernel.UUID{kernelID(t, told[0])})
		require.NoError(t, err)
		said := words[kernelID(t, told[0])]
		require.Equal(t, []any{"2月来1次，1次不由推荐人接待（2月5日晚市），月底转公共；推荐人再接待2次可留住。", "LIF-10", int32(1)}, []any{said.ZH, said.Rule, said.Version})
		e, err := c.app.Explain(t.Context(), c.all(2), g.file, c.clock.Now())
		require.NoError(t, err)
		require.Equal(t, said.ZH, e.Warnings[0].Sentence.ZH)
	}
}
