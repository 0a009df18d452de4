package quotaapp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
)

// A correction of a score says what was learned too late, in the words of those of
// ownership: whose a visit is, a room called off, a banquet, a post, a leave, a guest lost by
// a run that had waited. Of two that correct the same month each says its own (QTA-04,
// RUL-09).
func TestCausesOfCorrections(t *testing.T) {
	t.Parallel()
	c := newLateChain(newWorld(t).chain("one"))
	booked := func(day string, guest, who int, what visit.Kind) learned {
		return learned{kind: "booking", day: date(day), n: guest, who: who, what: what, state: visit.Finished, noted: true}
	}
	learn := func(at string, f learned) {
		f.at = noon(at)
		c.learn(f)
	}
	hall, room := booked("2025-06-10", 0, 0, visit.Hall), booked("2025-06-11", 1, 1, visit.Room)
	learn("2025-06-12", hall)
	learn("2025-06-12", room)
	learn("2025-06-12", booked("2025-06-13", 3, 0, visit.Hall)) // of which nothing is learned any more
	c.score("2025-07-05")

	hall.who, room.state = 1, visit.Cancelled
	learn("2025-07-20", hall)
	learn("2025-07-20", room)
	learn("2025-07-20", booked("2025-06-12", 2, 2, visit.Banquet))
	learn("2025-07-20", learned{kind: "leave", day: date("2025-06-21"), who: 2})
	learn("2025-07-20", learned{kind: "leave", day: date("2025-07-21"), who: 1}) // not of June
	c.post(c.people[3], 0, "客服代表", "2025-06-16")
	c.lose(c.guests[0], "2025-06-28")
	c.score("2025-08-05")
	hall.state = visit.Cancelled
	learn("2025-08-20", hall)
	c.score("2025-09-05")

	require.Equal(t, []string{
		"customers 张* 7月20日补办：客户从6月28日起不再由员工E0维系。",
		"visits 张* 7月20日更正6月10日晚市的接待：记在员工E1名下。",
	}, c.says(0, "2025-07"))
	require.Equal(t, []string{
		"rooms 张* 7月20日得知6月11日晚市的包间预定不算：已取消、改期，或没有发通知。",
	}, c.says(1, "2025-07"), "his visits are as many as before")
	require.Equal(t, []string{
		"visits 张* 8月20日得知6月10日晚市的消费不算：账单作废，或预定取消、改期。",
	}, c.says(1, "2025-08"))
	require.Equal(t, []string{
		"banquets 张* 7月20日补到6月12日晚市的包席预定，记在员工E2名下。",
		"rooms  7月20日补登：员工E2从6月21日起休长假。",
		"visits 张* 7月20日补到6月12日晚市的消费，记在员工E2名下。",
		"visits  7月20日补登：员工E2从6月21日起休长假。",
	}, c.says(2, "2025-07"))
	post := "  7月20日补登：员工E3从6月16日起任职。"
	require.Equal(t, []string{"banquets" + post, "customers" + post, "visits" + post}, c.says(3, "2025-06"), "on the statement of the month itself too")
}

// Of a visit that files brought or took which were merged, or torn apart again, a correction
// names the merging; and what was made in a store where somebody has never held a post
// counts, and is named, like any other (QTA-04, VIS-08).
func TestCausesOfMergings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	play := func(code string, timely bool) *lateChain {
		w.at("2025-05-01")
		c, runs := newLateChain(w.chain(code)), []string{"2025-07-05", "2025-08-05", "2025-09-05"}
		c.guests = append(c.guests, c.known(1, c.people[2], date("2025-05-20")))
		for _, f := range []struct {
			at, kind, day string
			guest, who    int
		}{
			{"2025-06-10", "booking", "2025-06-10", 4, 0},
			{"2025-06-10", "booking", "2025-06-10", 5, 1}, // before his file was approved
			{"2025-06-16", "booking", "2025-06-16", 4, 0},
			{"2025-06-16", "booking", "2025-06-16", 5, 1}, // the same meal
			{"2025-06-18", "booking", "2025-06-18", 4, 0},
			{"2025-07-20", "merge", "2025-07-20", 4, 0},
			{"2025-07-21", "booking", "2025-06-12", 6, 2},
			{"2025-08-20", "unmerge", "2025-08-20", 4, 0},
			{"2025-10-20", "", "2025-10-20", 0, 0},
		} {
			for ; timely && len(runs) > 0 && runs[0] < f.at; runs = runs[1:] {
				c.score(runs[0])
			}
			c.learn(learned{kind: f.kind, at: noon(f.at), day: date(f.day), n: f.guest, who: f.who, what: visit.Hall, state: visit.Finished, noted: true})
		}
		for _, day := range runs {
			c.scoreAt(day, noon(day))
		}
		return c
	}
	c, late := play("one", true), play("late", false)
	require.Equal(t, c.corrections(), late.corrections(), "runs made late know of no later merging (RUL-03)")
	require.Equal(t, c.lines("2025-06"), late.lines("2025-06"))
	require.Equal(t, []string{"visits 张* 7月20日合并档案：6月16日晚市的消费只算一次，记在员工E0名下。"}, c.says(1, "2025-07"))
	require.Equal(t, []string{"visits 张* 8月20日撤销合并：6月16日晚市的消费计入，记在员工E1名下。"}, c.says(1, "2025-08"))
	require.Empty(t, c.says(0, "2025-07"), "as many as before")
	require.Equal(t, []string{"visits 张* 7月21日补到6月12日晚市的消费，记在员工E2名下。"}, c.says(2, "2025-07"), "made in the other store")
}

// says is what a month's statement names as causes of corrections, by item and guest.
func (l *lateChain) says(who int, m string) (out []string) {
	l.t.Helper()
	p := l.people[who]
	s, err := l.app.Statement(l.t.Context(), l.grantOf(p, kernel.ReachOwn, l.stores[0]), month(m), p)
	require.NoError(l.t, err)
	for _, x := range append(s.Corrections, s.CorrectedBy...) {
		for _, cause := range x.Causes {
			out = append(out, x.Item+" "+cause.Guest+" "+cause.Text.ZH)
		}
	}
	return out
}
