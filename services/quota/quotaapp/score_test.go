package quotaapp_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/quotaapp"
	"github.com/changke/changke/services/visit"
)

// June of a small store: made on the first, remade while provisional, final on
// the fifth; what is learned later corrects it in July's (QTA-04).
func TestMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("one")
	other := w.chain("two") // the same people and days in another chain
	other.visit(other.guest(0, other.person("E1", 0, "客服代表", "2020-01-01"), "2025-01-02"), kernel.PersonID{9}, "2025-06-03")

	rep := c.person("E1", 0, "客服代表", "2020-01-01")
	mover := c.person("E2", 0, "楼面主管", "2020-01-01")
	c.post(mover, 1, "大堂经理", "2025-06-16")
	desk := c.person("E3", 0, "前台", "2020-01-01")
	c.person("E4", 0, "客服主管", "2025-07-01")
	kept, lost := c.guest(0, rep, "2025-01-02"), c.guest(0, rep, "2025-01-02")
	onFirst := c.guest(0, rep, "2025-01-02")
	c.visit(kept, rep, "2025-05-31", "2025-06-01", "2025-06-30", "2025-07-01")
	c.visit(lost, mover, "2025-06-10")
	c.visit(onFirst, desk, "2025-06-11")
	c.lose(lost, "2025-06-30")    // no longer his at the month's end
	c.lose(onFirst, "2025-07-01") // still his at the month's end
	c.booking(0, rep, "room", "2025-06-30", "finished", true)
	c.booking(0, rep, "room", "2025-06-29", "finished", false)
	c.booking(0, rep, "room", "2025-06-28", "cancelled", true)
	c.booking(0, rep, "banquet", "2025-06-28", "finished", true)
	c.booking(0, rep, "hall", "2025-06-27", "finished", true)
	c.booking(0, rep, "room", "2025-07-01", "finished", true)

	piece := c.score("2025-07-01")
	require.Equal(t, 3, piece.Examined)
	require.Equal(t, []string{
		"E1 provisional 客服代表 2000/2 4000/2 -/1 200/1",
		"E2 provisional 大堂经理 4000/0 6000/1 1000/0 -/0",
	}, c.lines("2025-06"))
	require.Equal(t, piece.Digest, c.score("2025-07-01").Digest, "the same facts give the same bytes")

	c.visit(kept, rep, "2025-06-15")
	c.exec("DELETE FROM assignment WHERE tenant_id = $1 AND person_id = $2", c.id, mover)
	c.score("2025-07-04")
	require.Equal(t, []string{"E1 provisional 客服代表 2000/2 4000/3 -/1 200/1"}, c.lines("2025-06"), "who turns out to have no post has no score")

	c.score("2025-07-05")
	final := []string{"E1 final 客服代表 2000/2 4000/3 -/1 200/1"}
	require.Equal(t, final, c.lines("2025-06"))

	c.at("2025-07-20") // learned too late
	c.visit(kept, rep, "2025-06-16")
	c.exec("UPDATE booking SET state = 'cancelled' WHERE tenant_id = $1 AND kind = 'banquet'", c.id)
	c.score("2025-08-01")
	require.Empty(t, c.corrections(), "only a final month corrects")
	c.score("2025-08-05")
	require.Equal(t, final, c.lines("2025-06"), "nothing is rewritten")
	want := []string{"2025-07-01 of 2025-06-01 E1 banquets 1→0", "2025-07-01 of 2025-06-01 E1 visits 3→4"}
	require.Equal(t, want, c.corrections())
	c.score("2025-08-05")
	c.score("2025-09-05")
	require.Equal(t, want, c.corrections(), "a correction is made once")

	c.visit(kept, rep, "2025-06-17")
	c.score("2025-10-05")
	require.Equal(t, append(want, "2025-09-01 of 2025-06-01 E1 visits 4→5"), c.corrections(), "a second one goes on from the first")

	s, err := c.app.Statement(t.Context(), c.grantOf(rep, kernel.ReachOwn, c.stores[0]), month("2025-07"), kernel.PersonID{})
	require.NoError(t, err)
	require.Len(t, s.Corrections, 2)
	s, err = c.app.Statement(t.Context(), c.grantOf(rep, kernel.ReachOwn, c.stores[0]), month("2025-06"), kernel.PersonID{})
	require.NoError(t, err)
	require.Len(t, s.CorrectedBy, 3)
	require.Equal(t, []int64{1, 0}, []int64{s.Lost, s.Won})
	require.Empty(t, other.lines("2025-06"), "the other chain has its own chain of runs")
}

func (c *chain) corrections() []string {
	c.t.Helper()
	return c.texts(`SELECT x.month || ' of ' || x.of_month || ' ' || p.staff_no || ' ' || x.item || ' ' || x.before || '→' || x.after
		|| CASE WHEN x.target_before IS DISTINCT FROM x.target_after THEN ' (' || coalesce(x.target_before::text, '-') || '→' || coalesce(x.target_after::text, '-') || ')' ELSE '' END
		FROM score_correction x JOIN person p USING (tenant_id, person_id) WHERE x.tenant_id = $1 ORDER BY x.month, x.of_month, x.item, p.staff_no`, c.id)
}

// Long leave takes its days from the targets, and somebody who came back begins
// the ramp anew; his former months keep his former entry.
func TestLeaveAndReturn(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	away := c.person("E1", 0, "客服代表", "2020-01-01")
	c.exec("INSERT INTO absence (tenant_id, absence_id, person_id, from_on, to_on, kind, recorded_by, recorded_at) VALUES ($1, gen_random_uuid(), $2, '2025-06-16', '2025-07-10', 'maternity', $2, $3)", c.id, away, c.now)
	back := c.person("E2", 0, "客服代表", "2020-01-01")
	c.exec("UPDATE assignment SET to_on = '2025-03-01' WHERE tenant_id = $1 AND person_id = $2", c.id, back)
	c.exec("INSERT INTO leaving (tenant_id, person_id, entry_on, left_on, recorded_at) VALUES ($1, $2, '2020-01-01', '2025-03-01', $3)", c.id, back, c.now)
	c.exec("UPDATE person SET entry_on = '2025-05-20' WHERE tenant_id = $1 AND person_id = $2", c.id, back)
	c.post(back, 0, "客服代表", "2025-05-20")
	c.score("2025-07-01")
	require.Equal(t, []string{"E1 provisional 客服代表 2000/0 2000/0 -/0 100/0", "E2 provisional 客服代表 200/0 4000/0 -/0 200/0"}, c.lines("2025-06"))
	c.score("2025-03-01")
	require.Equal(t, []string{"E1 provisional 客服代表 2000/0 4000/0 -/0 200/0", "E2 provisional 客服代表 2000/0 4000/0 -/0 200/0"}, c.lines("2025-02"))
}

// TestInHandover is HND-06: a file in handover counts for its giver while he holds
// the post he gave it in on the month's last day, else for nobody; one that was
// given back within the month counts as before.
func TestInHandover(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	var people []kernel.PersonID
	for i := range 3 {
		p := c.person(fmt.Sprint("E", i+1), 0, "客服代表", "2020-01-01")
		people = append(people, p)
		g := c.guest(0, p, "2025-01-02")
		c.exec(`INSERT INTO tie_hold (tenant_id, hold_id, tie_id, file_id, store_id, giver_id, position, from_on, to_on, created_at)
			SELECT tenant_id, gen_random_uuid(), tie_id, file_id, store_id, referrer_id, '客服代表', '2025-06-10', $3::date, $4 FROM tie WHERE tenant_id = $1 AND file_id = $2`,
			c.id, g.file, []any{nil, nil, "2025-06-25"}[i], c.now)
	}
	c.post(people[1], 1, "客服代表", "2025-06-20") // gave it in a post that he left
	c.score("2025-07-01")
	require.Equal(t, []string{
		"E1 provisional 客服代表 2000/1 4000/0 -/0 200/0", "E2 provisional 客服代表 2000/0 4000/0 -/0 200/0", "E3 provisional 客服代表 2000/1 4000/0 -/0 200/0",
	}, c.lines("2025-06"))

	made, err := c.app.Made(t.Context(), c.id, date("2025-07-03"), c.stores[:1])
	require.NoError(t, err)
	require.EqualValues(t, 2, made, "of the first store")
}

// Guests led to their tables count for who seated them first, with his progress
// (QTA-01).
func TestLed(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	c.at("2025-06-21")
	me, other := c.person("E1", 0, "客服代表", "2020-01-01"), c.person("E2", 0, "客服代表", "2020-01-01")
	seat := func(guests, no int, day string, by kernel.PersonID) {
		c.exec(`UPDATE booking SET guests = $3 WHERE tenant_id = $1 AND ref = $2`, c.id, fmt.Sprint("B", c.n), guests)
		c.exec(`INSERT INTO booking_change (tenant_id, booking_id, no, state, business_date, meal_period, booker_id, noticed, changed_by, recorded_at)
			SELECT tenant_id, booking_id, $3, 'seated', $4::date, 3, booker_id, true, $5, $6 FROM booking WHERE tenant_id = $1 AND ref = $2`, c.id, fmt.Sprint("B", c.n), no, day, by, c.now)
	}
	c.booking(0, other, "hall", "2025-06-10", "finished", true)
	seat(5, 2, "2025-06-10", me)
	seat(5, 3, "2025-06-10", other) // seated again: the first led them
	c.booking(0, me, "hall", "2025-06-11", "cancelled", true)
	seat(8, 2, "2025-06-11", me)
	c.booking(0, me, "hall", "2025-05-31", "finished", true)
	seat(3, 2, "2025-05-31", me)
	p, err := c.app.Progress(t.Context(), c.id, me)
	require.NoError(t, err)
	require.EqualValues(t, 5, p.Led)
	require.Equal(t, 10, p.DaysLeft)
	require.Len(t, p.Lines, 3, "rooms are not assessed")
	p, err = c.app.Progress(t.Context(), c.id, other)
	require.NoError(t, err)
	require.Zero(t, p.Led)
	p, err = c.app.Progress(t.Context(), c.id, kernel.NewID[kernel.PersonID](c.now))
	require.NoError(t, err)
	require.Empty(t, p.Lines, "nobody")
}

// However small the pieces, everybody is scored once and alike.
func TestPieces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("one")
	for i := range 7 {
		p := c.person(fmt.Sprint("E", i), i%2, "客服代表", "2020-01-01")
		if i%3 == 0 {
			c.post(p, i%2, "客服主管", "2025-06-11")
			c.post(p, i%2, "客服代表", "2025-06-21")
		}
		for range i {
			c.visit(c.guest(i%2, p, "2025-01-02"), p, "2025-06-02")
		}
	}
	c.score("2025-07-01")
	whole := c.lines("2025-06")
	require.Len(t, whole, 7)
	for size := 1; size < 12; size++ {
		c.exec("DELETE FROM score WHERE tenant_id = $1", c.id)
		c.app = quotaapp.New(quotaapp.Deps{DB: w.pool, Clock: w.app.Clock, Log: w.app.Log, Tenants: w.tenants, Visits: w.visits, ChunkSize: max(size, 4)})
		require.Equal(t, 7, c.score("2025-07-01").Examined)
		require.Equal(t, whole, c.lines("2025-06"), "pieces of %d posts", size)
	}
}

// The running month by the facts of now is what a run would write.
func TestPreviewIsTheScore(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	var people []kernel.PersonID
	for i, p := range []string{"客服代表", "楼面主管", "前台", "岗标"} {
		people = append(people, c.person(fmt.Sprint("E", i), i%2, p, fmt.Sprintf("2025-0%d-1%d", i+1, i+4)))
	}
	for i := range 5 {
		c.visit(c.guest(i%2, people[i%4], "2025-05-20"), people[i%3], "2025-06-02", "2025-06-20")
		c.booking(0, people[i%2], []string{"room", "banquet"}[i%2], "2025-06-03", "finished", true)
	}
	c.at("2025-06-30")
	hq := c.grantOf(people[0], kernel.ReachWhere)
	preview, err := c.app.Team(t.Context(), hq, quotaapp.Asked{AtMost: 50})
	require.NoError(t, err)
	require.Equal(t, quota.Preview, preview.State)
	require.Len(t, preview.Scores, 3)
	c.score("2025-07-01")
	made, err := c.app.Team(t.Context(), hq, quotaapp.Asked{Month: month("2025-06"), AtMost: 50})
	require.NoError(t, err)
	require.Equal(t, quota.Provisional, made.State)
	for i := range made.Scores {
		preview.Scores[i].State, preview.Scores[i].ScoredAt = made.Scores[i].State, made.Scores[i].ScoredAt
	}
	require.Equal(t, made.Scores, preview.Scores)
}

// Whose statement somebody sees, and that no list shows more (ROL-02, ROL-03).
func TestReach(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	rep, colleague := c.person("E1", 0, "客服代表", "2020-01-01"), c.person("E2", 0, "客服代表", "2020-01-01")
	far := c.person("E3", 1, "客服代表", "2020-01-01")
	boss := c.person("E4", 0, "客服经理", "2020-01-01")
	stranger := newStranger(c)
	ctx := context.Background()
	numbers := func(g kernel.Grant, k quotaapp.Asked) (out []string) {
		k.AtMost = 50
		team, err := c.app.Team(ctx, g, k)
		require.NoError(t, err)
		for _, s := range team.Scores {
			out = append(out, s.StaffNo)
		}
		return out
	}
	for _, scored := range []bool{false, true} {
		c.at("2025-06-20")
		m := kernel.Month(0)
		if scored {
			c.score("2025-07-02")
			m = month("2025-06")
		}
		own, store, hq := c.grantOf(rep, kernel.ReachOwn, c.stores[0]), c.grantOf(boss, kernel.ReachWhere, c.stores[0]), c.grantOf(boss, kernel.ReachWhere)
		for _, s := range []struct {
			grant kernel.Grant
			of    kernel.PersonID
			sees  bool
		}{
			{own, kernel.PersonID{}, true},
			{own, rep, true},
			{own, colleague, false},
			{own, far, false},
			{store, colleague, true},
			{store, boss, true},
			{store, far, false},
			{store, stranger, false},
			{hq, far, true},
			{hq, stranger, false},
			{hq, kernel.NewID[kernel.PersonID](c.now), false},
		} {
			_, err := c.app.Statement(ctx, s.grant, m, s.of)
			_, listed := c.app.Evidence(ctx, s.grant, m, s.of, quota.Visits, nil, 10)
			_, changed := c.app.Changes(ctx, s.grant, m, s.of, quotaapp.NewestChange, 10)
			for _, err := range []error{err, listed, changed} {
				if s.sees {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, quota.ErrNoScore)
				}
			}
		}
		require.Equal(t, []string{"E1"}, numbers(own, quotaapp.Asked{Month: m}))
		require.Equal(t, []string{"E1", "E2", "E4"}, numbers(store, quotaapp.Asked{Month: m}))
		require.Equal(t, []string{"E1", "E2", "E3", "E4"}, numbers(hq, quotaapp.Asked{Month: m}))
		require.Equal(t, []string{"E3"}, numbers(hq, quotaapp.Asked{Month: m, Store: c.stores[1]}))
		require.Empty(t, numbers(store, quotaapp.Asked{Month: m, Store: c.stores[1]}))
		require.Equal(t, []string{"E4"}, numbers(hq, quotaapp.Asked{Month: m, Position: "客服经理"}))
		require.Equal(t, []string{"E2", "E3", "E4"}, numbers(hq, quotaapp.Asked{Month: m, AfterNo: "E1"}))
	}
	_, err := c.app.Statement(ctx, c.grantOf(rep, kernel.ReachOwn), month("2025-08"), kernel.PersonID{})
	require.ErrorIs(t, err, quota.ErrMonthAhead)
}

// newStranger is somebody of another chain.
func newStranger(c *chain) kernel.PersonID {
	return c.world.chain("two").person("E1", 0, "客服代表", "2020-01-01")
}

// Behind each number the things it counts, paged without losing one, and what
// was learned after the score says so.
func TestEvidence(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	rep, other := c.person("E1", 0, "客服代表", "2020-01-01"), c.person("E2", 0, "客服代表", "2020-01-01")
	for i := range 5 {
		g := c.guest(0, rep, "2025-01-02")
		c.visit(g, rep, "2025-06-02", fmt.Sprintf("2025-06-1%d", i))
		c.visit(g, other, "2025-06-25")
		c.booking(0, rep, "room", "2025-06-03", "finished", true)
		if i == 4 {
			c.lose(g, "2025-06-20")
		}
	}
	g := c.guest(0, other, "2025-01-02")
	c.visit(g, rep, "2025-06-05")
	c.exec("UPDATE tie SET resumed_on = '2025-03-01' WHERE tenant_id = $1 AND referrer_id = $2 AND end_on IS NULL", c.id, rep) // lost for a while, given back on an appeal
	c.score("2025-07-01")
	ctx, grant := context.Background(), c.grantOf(rep, kernel.ReachOwn, c.stores[0])
	owned, err := c.app.Evidence(ctx, grant, month("2025-06"), rep, quota.Customers, nil, 10)
	require.NoError(t, err)
	for _, e := range owned {
		require.Equal(t, "2025-01-02", e.On.String(), "his since the old start (LIF-11)")
	}
	s, err := c.app.Statement(ctx, grant, month("2025-06"), rep)
	require.NoError(t, err)
	for _, item := range quota.Items {
		for size := 1; size < 12; size += 5 {
			seen := map[string]bool{}
			var after *quotaapp.After
			for {
				page, err := c.app.Evidence(ctx, grant, month("2025-06"), rep, item, after, size)
				require.NoError(t, err)
				for _, e := range page {
					require.False(t, e.Late)
					seen[fmt.Sprint(e.On, e.Meal, e.ID)] = true
					after = &quotaapp.After{On: e.On, Meal: e.Meal, ID: e.ID}
				}
				if len(page) < size {
					break
				}
			}
			require.Len(t, seen, int(s.Lines[item].Counted), "%s in pages of %d", item.Key(), size)
		}
	}
	changes, err := c.app.Changes(ctx, grant, month("2025-06"), rep, quotaapp.NewestChange, 10)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	require.Equal(t, "LIF-03", changes[0].Rule)
	c.at("2025-07-08")
	c.visit(g, rep, "2025-06-07")
	late, err := c.app.Evidence(ctx, grant, month("2025-06"), rep, quota.Visits, nil, 50)
	require.NoError(t, err)
	n := 0
	for _, e := range late {
		if e.Late {
			n++
			require.Equal(t, "2025-06-07", e.On.String())
		}
	}
	require.Equal(t, 1, n)
}

// What was counted as the score was made is not late because something was learned of
// it since: a bill that came after the month was final changes an amount, no number.
func TestLateEvidence(t *testing.T) {
	t.Parallel()
	l := newLateChain(newWorld(t).chain("one"))
	fact := func(at, kind, day string, n int) {
		l.learn(learned{at: noon(at), kind: kind, day: date(day), n: n, what: []visit.Kind{visit.Hall, visit.Room}[n], state: visit.Finished, noted: true})
	}
	fact("2025-06-10", "booking", "2025-06-10", 0)
	fact("2025-06-11", "booking", "2025-06-11", 1)
	l.at("2025-07-05")
	l.score("2025-07-05")
	fact("2025-07-20", "bill", "2025-06-10", 0)
	fact("2025-07-20", "booking", "2025-06-11", 1) // said again
	fact("2025-07-21", "booking", "2025-06-12", 0)
	fact("2025-07-21", "booking", "2025-06-13", 1)
	grant := l.grantOf(l.people[0], kernel.ReachOwn, l.stores[0])
	for item, want := range map[quota.Item][]string{
		quota.Visits: {"2025-06-13 true 0", "2025-06-12 true 0", "2025-06-11 false 0", "2025-06-10 false 100"},
		quota.Rooms:  {"2025-06-13 true 0", "2025-06-11 false 0"},
	} {
		rows, err := l.app.Evidence(t.Context(), grant, month("2025-06"), kernel.PersonID{}, item, nil, 10)
		require.NoError(t, err)
		var got []string
		for _, e := range rows {
			got = append(got, fmt.Sprint(e.On, " ", e.Late, " ", int64(e.Amount)))
		}
		require.Equal(t, want, got, item.Key())
	}
}

// TestEffective is LIF-02: guests of a person whom he received himself within three
// months; what others received, and guests of others, are none.
func TestEffective(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	me, other := c.person("E1", 0, "客服代表", "2020-01-01"), c.person("E2", 0, "客服代表", "2020-01-01")
	c.visit(c.guest(0, me, "2025-01-02"), me, "2025-02-28", "2025-05-31") // within
	c.visit(c.guest(0, me, "2025-01-02"), me, "2025-02-28")               // the last day on which he counts is 31 May
	c.visit(c.guest(0, me, "2025-01-02"), other, "2025-05-20")            // received by another
	c.visit(c.guest(0, other, "2025-01-02"), me, "2025-05-20")            // another's
	c.guest(0, me, "2025-01-02")
	lost := c.guest(0, me, "2025-01-02")
	c.visit(lost, me, "2025-05-20")
	c.lose(lost, "2025-06-01")
	effective := func(m string, who kernel.PersonID) int64 {
		s, err := c.app.Statement(t.Context(), c.grantOf(me, kernel.ReachWhere), month(m), who)
		require.NoError(t, err)
		return s.Effective
	}
	c.at("2025-05-31")
	require.EqualValues(t, 3, effective("2025-05", me))
	require.Zero(t, effective("2025-05", other))
	c.at("2025-06-01")
	require.EqualValues(t, 1, effective("2025-06", me), "of one the three months are over, another is lost")
	c.score("2025-06-05")
	require.EqualValues(t, 3, effective("2025-05", me), "as at the month's end")
}
