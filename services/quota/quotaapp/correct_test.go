package quotaapp_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/quotaapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// What is learned of posts, leaves and leavings after a month is final corrects what
// was to be reached in it: in the statement of the month that becomes final next, once,
// whoever the person works for by then (QTA-04, RUL-09).
func TestLearnedOfPosts(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	moved, away, left := c.person("E1", 0, "客服代表", "2020-01-01"), c.person("E2", 0, "客服代表", "2020-01-01"), c.person("E3", 0, "客服代表", "2020-01-01")
	same := c.person("E4", 0, "客服代表", "2020-01-01")
	c.visit(c.guest(0, left, "2025-01-02"), left, "2025-06-10")
	c.score("2025-07-05")
	before := c.lines("2025-06")

	c.at("2025-07-20")
	c.post(moved, 1, "楼面主管", "2025-06-16")
	c.exec("INSERT INTO absence (tenant_id, absence_id, person_id, from_on, to_on, kind, recorded_by, recorded_at) VALUES ($1, gen_random_uuid(), $2, '2025-06-21', '2025-07-11', 'sick', $2, $3)", c.id, away, c.now)
	c.leaves(left, "2025-06-11")
	c.post(same, 1, "客服代表", "2025-07-19") // of the running month: nothing of June
	c.score("2025-08-01")
	require.Empty(t, c.corrections(), "only a final month corrects")
	c.score("2025-08-05")
	want := []string{
		"2025-07-01 of 2025-06-01 E1 rooms 0→0 (-→1000)", "2025-07-01 of 2025-06-01 E1 banquets 0→0 (200→100)",
		"2025-07-01 of 2025-06-01 E2 visits 0→0 (4000→2667)", "2025-07-01 of 2025-06-01 E2 banquets 0→0 (200→133)",
		"2025-07-01 of 2025-06-01 E3 customers 1→1 (2000→-)", "2025-07-01 of 2025-06-01 E3 visits 1→1 (4000→1333)", "2025-07-01 of 2025-06-01 E3 banquets 0→0 (200→67)",
	}
	require.ElementsMatch(t, want, c.corrections())
	require.Equal(t, before, c.lines("2025-06"), "nothing is rewritten")
	c.score("2025-08-05")
	c.score("2025-09-05")
	require.ElementsMatch(t, want, c.corrections(), "a correction is made once")

	c.at("2025-09-20") // he came back sooner
	c.exec("UPDATE absence SET to_on = '2025-06-26', ended_at = $2 WHERE tenant_id = $1", c.id, c.now)
	c.score("2025-10-05")
	require.ElementsMatch(t, append(want,
		"2025-09-01 of 2025-06-01 E2 visits 0→0 (2667→3333)", "2025-09-01 of 2025-06-01 E2 banquets 0→0 (133→167)",
		"2025-09-01 of 2025-07-01 E2 visits 0→0 (2710→4000)", "2025-09-01 of 2025-07-01 E2 banquets 0→0 (135→200)",
	), c.corrections(), "a second one goes on from the first")
}

// leaves records that somebody left; c.now is when.
func (c *chain) leaves(p kernel.PersonID, day string) {
	c.t.Helper()
	c.exec("UPDATE person SET left_on = $3::date WHERE tenant_id = $1 AND person_id = $2", c.id, p, day)
	c.exec("INSERT INTO leaving (tenant_id, person_id, entry_on, left_on, recorded_at) SELECT tenant_id, person_id, entry_on, left_on, $3 FROM person WHERE tenant_id = $1 AND person_id = $2", c.id, p, c.now)
	c.exec("UPDATE assignment SET to_on = greatest(from_on, $3::date), ended_at = $4 WHERE tenant_id = $1 AND person_id = $2", c.id, p, day, c.now)
}

// Whose first post of a month becomes known after the month was final has the score that
// he lacked as a correction, with all that he had reached; whose post turns out to be
// none loses his. Both read it on the statement of the next month and of the month itself.
func TestScoredLate(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	known, none := c.person("E1", 0, "客服代表", "2020-01-01"), c.person("E3", 0, "客服代表", "2025-06-01")
	desk := c.person("E2", 0, "前台", "2025-06-10")
	c.visit(c.guest(0, known, "2025-01-02"), desk, "2025-06-12", "2025-06-13")
	c.visit(c.guest(0, known, "2025-01-02"), none, "2025-06-12")
	c.score("2025-06-05")
	c.score("2025-07-05")
	require.Len(t, c.lines("2025-06"), 2)

	c.at("2025-07-20")
	c.post(desk, 0, "客服代表", "2025-06-16")
	c.post(none, 0, "前台", "2025-06-01")
	late := c.person("E4", 1, "大堂经理", "2025-06-01")
	c.score("2025-08-05")
	want := []string{
		"2025-07-01 of 2025-06-01 E2 customers 0→0 (-→200)", "2025-07-01 of 2025-06-01 E2 visits 0→2 (-→2000)", "2025-07-01 of 2025-06-01 E2 banquets 0→0 (-→100)",
		"2025-07-01 of 2025-06-01 E3 customers 0→0 (200→-)", "2025-07-01 of 2025-06-01 E3 visits 1→0 (4000→-)", "2025-07-01 of 2025-06-01 E3 banquets 0→0 (200→-)",
		"2025-07-01 of 2025-06-01 E4 customers 0→0 (-→300)", "2025-07-01 of 2025-06-01 E4 visits 0→0 (-→8000)",
	}
	require.ElementsMatch(t, want, c.corrections())
	c.score("2025-09-05")
	require.ElementsMatch(t, want, c.corrections())
	for m, n := range map[string][2]int{"2025-06": {0, 2}, "2025-07": {2, 0}} {
		s, err := c.app.Statement(t.Context(), c.grantOf(late, kernel.ReachOwn, c.stores[1]), month(m), late)
		require.NoError(t, err)
		require.Equal(t, n, [2]int{len(s.Corrections), len(s.CorrectedBy)}, m)
	}
	require.Len(t, c.lines("2025-06"), 2, "nothing is rewritten")
	require.Empty(t, c.lines("2025-05")[1:], "before them nobody is scored late")
	for store, want := range []error{nil, quota.ErrNoScore} { // of the month without a score too, the manager of his store sees what corrects it
		_, err := c.app.Statement(t.Context(), c.grantOf(kernel.NewID[kernel.PersonID](c.now), kernel.ReachWhere, c.stores[store]), month("2025-06"), desk)
		require.ErrorIs(t, err, want)
	}
}

// The team's page says of each of its people what corrections change: in the statements of
// the month that of earlier ones, in later statements that of the month; of nobody else.
func TestTeamCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.chain("one"), w.chain("two")
	late, moved, far := c.person("E1", 0, "客服代表", "2020-01-01"), c.person("E2", 0, "客服代表", "2020-01-01"), c.person("E3", 1, "客服代表", "2020-01-01")
	c.person("E4", 0, "客服代表", "2020-01-01")
	mine, theirs := c.guest(0, late, "2025-01-02"), c.guest(1, far, "2025-01-02")
	c.visit(mine, late, "2025-06-10")
	c.score("2025-06-05")
	c.score("2025-07-05")
	c.at("2025-07-20")
	c.visit(mine, late, "2025-05-20", "2025-06-12", "2025-06-13")
	c.visit(theirs, far, "2025-06-12")
	c.post(moved, 0, "楼面主管", "2025-06-16")
	c.score("2025-08-05")
	c.score("2025-09-05")
	c.exec(`INSERT INTO score_correction SELECT $2, month, person_id, of_month, item, before, after, created_at, target_before, target_after FROM score_correction WHERE tenant_id = $1`, c.id, other.id)

	manager := c.grantOf(kernel.NewID[kernel.PersonID](c.now), kernel.ReachWhere, c.stores[0])
	corrected := func(grant kernel.Grant, asked quotaapp.Asked) (out []string) {
		team, err := c.app.Team(t.Context(), grant, asked)
		require.NoError(t, err)
		for _, s := range team.Scores {
			for _, x := range team.Corrected {
				if x.PersonID == s.Person {
					out = append(out, fmt.Sprintf("%s %s %t %d %+d", s.StaffNo, x.Item, x.Later, x.Corrections, x.Counted))
				}
			}
		}
		require.Len(t, out, len(team.Corrected), "of nobody who is not on the page")
		return out
	}
	require.Equal(t, []string{"E1 visits false 2 +3", "E2 banquets false 1 +0", "E2 rooms false 1 +0"}, corrected(manager, quotaapp.Asked{Month: month("2025-07"), AtMost: 50}))
	require.Equal(t, []string{"E1 visits true 1 +2", "E2 banquets true 1 +0", "E2 rooms true 1 +0"}, corrected(manager, quotaapp.Asked{Month: month("2025-06"), AtMost: 50}))
	require.Equal(t, []string{"E1 visits false 2 +3"}, corrected(manager, quotaapp.Asked{Month: month("2025-07"), AtMost: 1}))
	require.Equal(t, []string{"E3 visits true 1 +1"}, corrected(c.grantOf(far, kernel.ReachOwn, c.stores[1]), quotaapp.Asked{Month: month("2025-06"), AtMost: 50}))
	require.Empty(t, corrected(manager, quotaapp.Asked{Month: month("2025-08"), AtMost: 50}))
	require.Empty(t, corrected(manager, quotaapp.Asked{AtMost: 50}), "the running month")
}

// A month in which nobody had a score is final like any: who should have had one has it
// as a correction. A month before the runs began stays without.
func TestNobodyScored(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	desk := c.person("E1", 0, "前台", "2020-01-01")
	c.visit(c.guest(0, desk, "2025-01-02"), desk, "2025-06-12")
	c.score("2025-07-05")
	require.Empty(t, c.lines("2025-06"))
	c.at("2025-07-20")
	c.post(desk, 0, "客服代表", "2025-05-01")
	c.score("2025-08-05")
	require.ElementsMatch(t, []string{
		"2025-07-01 of 2025-06-01 E1 customers 0→1 (-→2000)", "2025-07-01 of 2025-06-01 E1 visits 0→1 (-→4000)", "2025-07-01 of 2025-06-01 E1 banquets 0→0 (-→200)",
	}, c.corrections())
}

// A run sees the end of a leave that was known at its cut-off, however often it was set
// anew since (RUL-03).
func TestEndOfLeaveAsKnown(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	away := c.person("E1", 0, "客服代表", "2020-01-01")
	c.at("2025-06-15")
	c.exec("INSERT INTO absence (tenant_id, absence_id, person_id, from_on, to_on, kind, recorded_by, recorded_at) VALUES ($1, gen_random_uuid(), $2, '2025-06-16', '2025-06-21', 'sick', $2, $3)", c.id, away, c.now)
	c.score("2025-07-01")
	known := c.lines("2025-06")
	for _, end := range [][2]string{{"2025-07-10", "2025-06-26"}, {"2025-07-12", "2025-07-01"}} {
		c.at(end[0])
		c.exec("INSERT INTO absence_was (tenant_id, absence_id, until, to_on) SELECT tenant_id, absence_id, $2, to_on FROM absence WHERE tenant_id = $1", c.id, c.now)
		c.exec("UPDATE absence SET to_on = $2::date, ended_at = $3 WHERE tenant_id = $1", c.id, end[1], c.now)
	}
	c.scoreAt("2025-07-01", noon("2025-07-02"))
	require.Equal(t, known, c.lines("2025-06"))
}

// The targets of a month are those of the version in force on its last day, also where a
// correction makes it anew under a newer one (RUL-01).
func TestTableChanges(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	c.at("2025-06-20")
	rep := c.person("E1", 0, "客服代表", "2020-01-01")
	_, err := c.tenants.PublishRuleSet(t.Context(), c.id, rep, tenant.Draft{
		Base: 1, EffectiveOn: date("2025-07-16"), Values: tenant.Values{"quota.post.service_rep.customers": 25, "quota.post.service_rep.visits": 60, "quota.post.service_rep.banquets": 0},
	})
	require.NoError(t, err)
	c.score("2025-07-05")
	require.Equal(t, []string{"E1 final 客服代表 2000/0 4000/0 -/0 200/0"}, c.lines("2025-06"))
	c.at("2025-07-20") // the new version is in force as June is made anew
	c.exec("INSERT INTO absence (tenant_id, absence_id, person_id, from_on, to_on, kind, recorded_by, recorded_at) VALUES ($1, gen_random_uuid(), $2, '2025-06-16', '2025-07-01', 'sick', $2, $3)", c.id, rep, c.now)
	c.score("2025-08-05")
	require.Equal(t, []string{"E1 final 客服代表 2500/0 6000/0 -/0 -/0"}, c.lines("2025-07"))
	require.Equal(t, []string{"1", "2"}, c.texts("SELECT rule_version::text FROM score WHERE tenant_id = $1 ORDER BY month", c.id))
	require.ElementsMatch(t, []string{"2025-07-01 of 2025-06-01 E1 visits 0→0 (4000→2000)", "2025-07-01 of 2025-06-01 E1 banquets 0→0 (200→100)"}, c.corrections())
}

// Somebody who works in two stores in a month has one score, of the store of his last
// post, and all that he did in both; who goes over to another post for some days has it
// in the store to which he came back.
func TestTwoStores(t *testing.T) {
	t.Parallel()
	c := newWorld(t).chain("one")
	moved, lent := c.person("E1", 0, "客服代表", "2020-01-01"), c.person("E2", 0, "客服代表", "2020-01-01")
	c.post(moved, 1, "楼面主管", "2025-06-11")
	c.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, created_at)
		VALUES ($1, gen_random_uuid(), $2, 'r', '大堂经理', false, ARRAY[$3::uuid], '2025-06-11', '2025-06-21', $4)`, c.id, lent, c.stores[1], c.now)
	for i, p := range []kernel.PersonID{moved, lent} {
		c.visit(c.guest(0, p, "2025-01-02"), p, "2025-06-03")
		c.visit(c.guest(1, p, "2025-01-02"), p, fmt.Sprintf("2025-06-1%d", i+1), "2025-06-25")
		c.booking(1, p, "room", "2025-06-12", "finished", true)
	}
	c.score("2025-07-01")
	require.Equal(t, []string{
		"E1 provisional 楼面主管 2000/2 4000/3 1333/1 67/0",
		"E2 provisional 客服代表 2000/2 5333/3 -/1 133/0",
	}, c.lines("2025-06"))
	manager := c.grantOf(kernel.NewID[kernel.PersonID](c.now), kernel.ReachWhere, c.stores[1])
	_, err := c.app.Statement(t.Context(), manager, month("2025-06"), moved)
	require.NoError(t, err)
	_, err = c.app.Statement(t.Context(), manager, month("2025-06"), lent)
	require.ErrorIs(t, err, quota.ErrNoScore, "his last post is in the other store")
}

// Who received a guest in truth, said when the month is final, counts in the statement of
// the month that becomes final next (VIS-13, QTA-04); a run whose cut-off was before counts
// what was known then, whenever it is worked (RUL-03).
func TestReceiverCorrectedLate(t *testing.T) {
	t.Parallel()
	c := newLateChain(newWorld(t).chain("one"))
	booked := learned{at: noon("2025-06-10"), kind: "booking", day: date("2025-06-10"), what: visit.Hall, state: visit.Finished, noted: true}
	c.learn(booked)
	visits := func() []string {
		return c.texts("SELECT p.staff_no || ' ' || visits FROM score JOIN person p USING (tenant_id, person_id) WHERE tenant_id = $1 AND month = '2025-06-01' ORDER BY 1", c.id)
	}
	booked.at, booked.who = noon("2025-07-20"), 1
	c.learn(booked)
	c.scoreAt("2025-07-05", noon("2025-07-05"))
	require.Equal(t, []string{"E0 1", "E1 0", "E2 0"}, visits())
	c.score("2025-08-05")
	require.ElementsMatch(t, []string{"2025-07-01 of 2025-06-01 E0 visits 1→0", "2025-07-01 of 2025-06-01 E1 visits 0→1"}, c.corrections())
	require.Equal(t, []string{"E0 1", "E1 0", "E2 0"}, visits(), "nothing is rewritten")
}
