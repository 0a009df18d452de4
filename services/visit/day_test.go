package visit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
)

// TestGaps: what a day lacks to be complete (RUL-07).
func TestGaps(t *testing.T) {
	t.Parallel()
	day := kernel.NewDate(2025, 3, 3)
	pos, bar := visit.Till{Source: "pos", First: day - 10}, visit.Till{Source: "bar", First: day - 10}
	gone := visit.Till{Source: "pos", First: day - 10, Gone: new(day)}
	fresh := visit.Till{Source: "pos", First: day + 1}
	two, three := visit.DaySum{Bills: 2, Sum: 5000}, visit.DaySum{Bills: 3, Sum: 5000}
	reconciled := visit.TillDay{Source: "pos", Told: &two, Held: two}
	for name, c := range map[string]struct {
		facts  visit.DayFacts
		tills  []visit.Till
		totals visit.Totals
		rest   bool
		want   []visit.GapKind
	}{
		"nothing known, no till":          {},
		"a booking left":                  {facts: visit.DayFacts{Open: 1, OpenRefs: []string{"B1"}}, want: []visit.GapKind{visit.GapBookings}},
		"a booking left, declared":        {facts: visit.DayFacts{Open: 1, Declared: &visit.Declared{}}},
		"a till is silent":                {tills: []visit.Till{pos}, want: []visit.GapKind{visit.GapUntold}},
		"a till is silent, declared":      {tills: []visit.Till{pos}, facts: visit.DayFacts{Declared: &visit.Declared{}}},
		"a till is silent on a rest day":  {tills: []visit.Till{pos}, rest: true},
		"bills on a rest day":             {tills: []visit.Till{pos}, rest: true, facts: visit.DayFacts{Tills: []visit.TillDay{{Source: "pos", Held: two}}}, want: []visit.GapKind{visit.GapUntold}},
		"reconciled":                      {tills: []visit.Till{pos}, facts: visit.DayFacts{Tills: []visit.TillDay{reconciled}}},
		"nothing sold, and told":          {tills: []visit.Till{pos}, facts: visit.DayFacts{Tills: []visit.TillDay{{Source: "pos", Told: &visit.DaySum{}}}}},
		"counts differ":                   {tills: []visit.Till{pos}, facts: visit.DayFacts{Tills: []visit.TillDay{{Source: "pos", Told: &three, Held: two}}}, want: []visit.GapKind{visit.GapDiffers}},
		"another till is silent":          {tills: []visit.Till{pos, bar}, facts: visit.DayFacts{Tills: []visit.TillDay{reconciled}}, want: []visit.GapKind{visit.GapUntold}},
		"a till that is gone":             {tills: []visit.Till{gone}},
		"a till that came later":          {tills: []visit.Till{fresh}},
		"never":                           {tills: []visit.Till{pos}, totals: visit.TotalsNever},
		"always, no till":                 {totals: visit.TotalsAlways, want: []visit.GapKind{visit.GapNoTill}},
		"always, no till, a rest day":     {totals: visit.TotalsAlways, rest: true},
		"always, bills of a till unheard": {totals: visit.TotalsAlways, facts: visit.DayFacts{Tills: []visit.TillDay{{Source: "new", Held: two}}}, want: []visit.GapKind{visit.GapUntold}},
		"bills of a till unheard":         {facts: visit.DayFacts{Tills: []visit.TillDay{{Source: "new", Held: two}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var kinds []visit.GapKind
			for _, g := range c.facts.Gaps(c.tills, day, c.totals, !c.rest) {
				kinds = append(kinds, g.Kind)
				require.NotEmpty(t, g.Words().ZH)
				require.NotEmpty(t, g.Words().EN)
			}
			require.Equal(t, c.want, kinds)
		})
	}
}

// TestGapWords names the difference, whoever has more.
func TestGapWords(t *testing.T) {
	t.Parallel()
	more, less := visit.DaySum{Bills: 120, Sum: 1832000}, visit.DaySum{Bills: 118, Sum: 1800000}
	require.Equal(t, "收银系统 pos 报 120 单 ¥18,320.00，收到 118 单 ¥18,000.00，差 2 单 ¥320.00",
		visit.Gap{Kind: visit.GapDiffers, Source: "pos", Told: more, Held: less}.Words().ZH)
	require.Equal(t, "Till pos tells 118 bills, ¥18,000.00; 120 bills, ¥18,320.00 arrived: 2 bills, ¥320.00 too many",
		visit.Gap{Kind: visit.GapDiffers, Source: "pos", Told: less, Held: more}.Words().EN)
	require.Equal(t, "7 个预定没有办结：B1、B2…", visit.Gap{Kind: visit.GapBookings, Count: 7, Refs: []string{"B1", "B2"}}.Words().ZH)
}
