package ownership_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

// people of these tests; nobody has the zero id.
var (
	nobody kernel.PersonID
	wang   = kernel.PersonID{15: 1}
	li     = kernel.PersonID{15: 2}
	zhao   = kernel.PersonID{15: 3}
)

func month(t require.TestingT, s string) kernel.Month {
	m, err := kernel.ParseMonth(s)
	require.NoError(t, err)
	return m
}

// came is a dinner of a day.
func came(t require.TestingT, day string, by kernel.PersonID) ownership.Visit {
	return ownership.Visit{On: date(t, day), Meal: tenant.Dinner, By: by}
}

func visits(t require.TestingT, by map[string]kernel.PersonID) (out []ownership.Visit) {
	for day, p := range by {
		out = append(out, came(t, day, p))
	}
	return out
}

var half = ownership.ShareTerms{Percent: 50, Visits: 1}

func TestShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, month, start string
		visits             map[string]kernel.PersonID
		terms              ownership.ShareTerms
		counted, others    int // others 0: the tie stays
	}{
		{"no visit", "2025-01", "2025-01-01", nil, half, 0, 0},
		{"one visit, by the referrer", "2025-01", "2025-01-01", map[string]kernel.PersonID{"2025-01-31": wang}, half, 1, 0},
		{"one visit, by another", "2025-01", "2025-01-01", map[string]kernel.PersonID{"2025-01-31": li}, half, 1, 1},
		{"one visit, by nobody", "2025-01", "2025-01-01", map[string]kernel.PersonID{"2025-01-01": nobody}, half, 1, 1},
		{"half", "2025-01", "2025-01-01", map[string]kernel.PersonID{"2025-01-02": li, "2025-01-03": wang}, half, 2, 1},
		{"a third", "2025-01", "2025-01-01", map[string]kernel.PersonID{"2025-01-02": li, "2025-01-03": wang, "2025-01-04": wang}, half, 3, 0},
		{"a third is enough there", "2025-01", "2025-01-01", map[string]kernel.PersonID{"2025-01-02": li, "2025-01-03": wang, "2025-01-04": wang}, ownership.ShareTerms{Percent: 33, Visits: 1}, 3, 1},
		{"34 of 100 are more than a third", "2025-01", "2025-01-01", map[string]kernel.PersonID{"2025-01-02": li, "2025-01-03": wang, "2025-01-04": wang}, ownership.ShareTerms{Percent: 34, Visits: 1}, 3, 0},
		{"too few visits", "2025-01", "2025-01-01", map[string]kernel.PersonID{"2025-01-02": li}, ownership.ShareTerms{Percent: 50, Visits: 2}, 1, 0},
		{"the tie's first day counts, the day before does not", "2025-01", "2025-01-15", map[string]kernel.PersonID{"2025-01-14": wang, "2025-01-15": li}, half, 1, 1},
		{"before the tie only", "2025-01", "2025-01-31", map[string]kernel.PersonID{"2025-01-30": li}, half, 0, 0},
		{"the leap day is in, its neighbours' months are not", "2024-02", "2023-05-01", map[string]kernel.PersonID{"2024-01-31": wang, "2024-02-29": li, "2024-03-01": wang}, half, 1, 1},
		{"28 February of another year is the last", "2025-02", "2023-05-01", map[string]kernel.PersonID{"2025-02-28": li, "2025-03-01": wang}, half, 1, 1},
	} {
		e, err := ownership.Share(month(t, c.month), ownership.Bond{Referrer: wang, Start: date(t, c.start)}, visits(t, c.visits), c.terms)
		require.NoError(t, err, c.name)
		if c.others == 0 {
			require.Nil(t, e, c.name)
			continue
		}
		require.Equal(t, []int{c.counted, c.others, c.counted}, []int{e.Visits, e.Others, len(e.Seen)}, c.name)
	}
	_, err := ownership.Share(month(t, "2025-01"), ownership.Bond{Referrer: wang, Start: date(t, "2025-02-01")}, nil, half)
	require.ErrorIs(t, err, ownership.ErrTieAhead)
	_, err = ownership.Share(month(t, "2025-01"), ownership.Bond{Referrer: wang, Start: date(t, "2025-01-01")}, nil, ownership.ShareTerms{Percent: 101, Visits: 1})
	require.ErrorIs(t, err, ownership.ErrTerms)
}

// Two meals of a day are two visits.
func TestShareCountsMeals(t *testing.T) {
	t.Parallel()
	day := date(t, "2025-01-05")
	both := []ownership.Visit{{On: day, Meal: tenant.Dinner, By: wang}, {On: day, Meal: tenant.Lunch, By: li}}
	e, err := ownership.Share(month(t, "2025-01"), ownership.Bond{Referrer: wang, Start: day}, both, half)
	require.NoError(t, err)
	require.Equal(t, []ownership.Visit{both[1], both[0]}, e.Seen)
}

func all(kernel.PersonID) bool { return true }

func TestAdoption(t *testing.T) {
	t.Parallel()
	notLi := func(p kernel.PersonID) bool { return p != li }
	for _, c := range []struct {
		name, month, public string
		visits              map[string]kernel.PersonID
		may                 func(kernel.PersonID) bool
		least, count        int // count 0: nobody
		to                  kernel.PersonID
		tied                []kernel.PersonID
	}{
		{"nobody came", "2025-01", "2024-12-01", nil, all, 2, 0, nobody, nil},
		{"one visit is not enough", "2025-01", "2024-12-01", map[string]kernel.PersonID{"2025-01-02": wang}, all, 2, 0, nobody, nil},
		{"one visit, where one is enough", "2025-01", "2024-12-01", map[string]kernel.PersonID{"2025-01-02": wang}, all, 1, 1, wang, nil},
		{"twice", "2025-01", "2024-12-01", map[string]kernel.PersonID{"2025-01-02": wang, "2025-01-31": wang}, all, 2, 2, wang, nil},
		{"most", "2025-01", "2024-12-01", map[string]kernel.PersonID{"2025-01-02": wang, "2025-01-03": wang, "2025-01-04": li, "2025-01-05": li, "2025-01-06": li}, all, 2, 3, li, nil},
		{"credited to nobody is no reception", "2025-01", "2024-12-01", map[string]kernel.PersonID{"2025-01-02": nobody, "2025-01-03": nobody}, all, 2, 0, nobody, nil},
		{"who may not own adopts nobody", "2025-01", "2024-12-01", map[string]kernel.PersonID{"2025-01-02": wang, "2025-01-03": wang, "2025-01-04": li, "2025-01-05": li, "2025-01-06": li}, notLi, 2, 2, wang, nil},
		{"a tie for the first", "2025-01", "2024-12-01", map[string]kernel.PersonID{"2025-01-02": li, "2025-01-03": wang, "2025-01-04": li, "2025-01-05": wang, "2025-01-06": zhao}, all, 2, 2, nobody, []kernel.PersonID{wang, li}},
		{"a tie is broken by who may not own", "2025-01", "2024-12-01", map[string]kernel.PersonID{"2025-01-02": li, "2025-01-03": wang, "2025-01-04": li, "2025-01-05": wang}, notLi, 2, 2, wang, nil},
		{"a tie below the number needed is none", "2025-01", "2024-12-01", map[string]kernel.PersonID{"2025-01-02": li, "2025-01-03": wang}, all, 2, 0, nobody, nil},
		{"the day it became public counts, the day before does not", "2025-01", "2025-01-10", map[string]kernel.PersonID{"2025-01-09": li, "2025-01-10": wang, "2025-01-11": wang, "2025-01-08": li}, all, 2, 2, wang, nil},
		{"the leap day", "2024-02", "2024-02-29", map[string]kernel.PersonID{"2024-02-28": wang, "2024-02-29": wang, "2024-03-01": wang}, all, 1, 1, wang, nil},
	} {
		e, err := ownership.Adoption(month(t, c.month), date(t, c.public), visits(t, c.visits), c.may, c.least)
		require.NoError(t, err, c.name)
		if c.count == 0 {
			require.Nil(t, e, c.name)
			continue
		}
		require.Equal(t, c.count, e.Count, c.name)
		require.Equal(t, c.to, e.Receiver, c.name)
		require.Equal(t, c.tied, e.Receivers, c.name)
		require.Equal(t, len(c.tied) > 0, e.Tied(), c.name)
		require.Len(t, e.Seen, max(1, len(c.tied))*c.count, c.name)
	}
	_, err := ownership.Adoption(month(t, "2025-01"), date(t, "2025-02-01"), nil, all, 2)
	require.ErrorIs(t, err, ownership.ErrNotPublic)
}

// TestTieBrokenNextMonth: equal in one month, the next month is looked at anew;
// the one who lost the guest may win him back.
func TestTieBrokenNextMonth(t *testing.T) {
	t.Parallel()
	facts := visits(t, map[string]kernel.PersonID{
		"2025-01-03": wang, "2025-01-04": li, "2025-01-05": wang, "2025-01-06": li,
		"2025-02-03": wang, "2025-02-04": wang, "2025-02-05": li,
	})
	january, err := ownership.Adoption(month(t, "2025-01"), date(t, "2025-01-01"), facts, all, 2)
	require.NoError(t, err)
	require.Equal(t, []kernel.PersonID{wang, li}, january.Receivers)
	february, err := ownership.Adoption(month(t, "2025-02"), date(t, "2025-01-01"), facts, all, 2)
	require.NoError(t, err)
	require.Equal(t, wang, february.Receiver)
}

func TestAway(t *testing.T) {
	t.Parallel()
	worked := func(days ...string) (out []ownership.Period) {
		for i := 0; i < len(days); i += 2 {
			out = append(out, ownership.Period{From: date(t, days[i]), To: maybe(t, days[i+1])})
		}
		return out
	}
	for _, c := range []struct {
		name, day, start string
		worked           []ownership.Period
		since            string // empty: the tie stays
	}{
		{"at work", "2025-03-10", "2025-01-01", worked("2024-01-01", ""), ""},
		{"left, the sixth day", "2025-03-07", "2025-01-01", worked("2024-01-01", "2025-03-01"), ""},
		{"left, the seventh", "2025-03-08", "2025-01-01", worked("2024-01-01", "2025-03-01"), "2025-03-01"},
		{"over a leap February", "2024-03-07", "2024-01-01", worked("2023-01-01", "2024-02-29"), "2024-02-29"},
		{"over another February", "2025-03-07", "2024-01-01", worked("2023-01-01", "2025-02-28"), "2025-02-28"},
		{"a day at work in between begins it anew", "2025-03-09", "2025-01-01", worked("2024-01-01", "2025-03-01", "2025-03-04", "2025-03-05"), ""},
		{"counted from there", "2025-03-12", "2025-01-01", worked("2025-03-04", "2025-03-05", "2024-01-01", "2025-03-01"), "2025-03-05"},
		{"back on the seventh day", "2025-03-08", "2025-01-01", worked("2024-01-01", "2025-03-01", "2025-03-08", ""), ""},
		{"gone before the tie began", "2025-03-08", "2025-03-02", worked("2024-01-01", "2025-02-01"), ""},
		{"counted from the tie", "2025-03-09", "2025-03-02", worked("2024-01-01", "2025-02-01"), "2025-03-02"},
		{"never worked there", "2025-03-09", "2025-03-02", nil, "2025-03-02"},
		{"will work there", "2025-03-09", "2025-03-02", worked("2025-03-10", ""), "2025-03-02"},
		{"a post of no day", "2025-03-09", "2025-03-02", worked("2025-03-05", "2025-03-05"), "2025-03-02"},
		{"two posts at once", "2025-03-20", "2025-01-01", worked("2024-01-01", "2025-03-12", "2025-02-01", "2025-03-01"), "2025-03-12"},
	} {
		e, err := ownership.Away(date(t, c.day), ownership.Presence{Start: date(t, c.start), Worked: c.worked}, 7)
		require.NoError(t, err, c.name)
		if c.since == "" {
			require.Nil(t, e, c.name)
			continue
		}
		require.Equal(t, &ownership.AwayEvidence{Since: date(t, c.since)}, e, c.name)
	}
	_, err := ownership.Away(date(t, "2025-03-01"), ownership.Presence{Start: date(t, "2025-03-02")}, 7)
	require.ErrorIs(t, err, ownership.ErrTieAhead)
	held, err := ownership.Away(date(t, "2025-03-31"), ownership.Presence{Start: date(t, "2025-03-01"), Held: true}, 7)
	require.NoError(t, err)
	require.Nil(t, held, "in handover (HND-06)")
	desk, err := ownership.Away(date(t, "2025-03-31"), ownership.Presence{Start: date(t, "2025-03-01")}, 7)
	require.NoError(t, err)
	require.Equal(t, &ownership.AwayEvidence{Since: date(t, "2025-03-01")}, desk, "and at once when the desk lets it go (HND-05)")
}

// TestAwayIsItsDefinition: the closed form and a walk from day to day agree.
func TestAwayIsItsDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := anyDate(t, "start")
		day := start + kernel.BusinessDate(rapid.IntRange(0, 60).Draw(t, "day"))
		worked := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ownership.Period {
			p := ownership.Period{From: start + kernel.BusinessDate(rapid.IntRange(-60, 70).Draw(t, "from"))}
			if rapid.Bool().Draw(t, "ends") {
				to := p.From + kernel.BusinessDate(rapid.IntRange(0, 30).Draw(t, "length"))
				p.To = &to
			}
			return p
		}), 0, 4).Draw(t, "worked")
		at := func(d kernel.BusinessDate) bool {
			return slices.ContainsFunc(worked, func(p ownership.Period) bool { return p.Holds(d) })
		}
		since := day + 1
		for since > start && !at(since-1) {
			since--
		}
		e, err := ownership.Away(day, ownership.Presence{Start: start, Worked: worked}, 7)
		require.NoError(t, err)
		require.Equal(t, !at(day) && int(day-since) >= 7, e != nil)
		if e != nil {
			require.Equal(t, since, e.Since)
		}
	})
}

// anyVisits are of two months by three people and nobody.
func anyVisits(t *rapid.T, m kernel.Month) []ownership.Visit {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ownership.Visit {
		return ownership.Visit{
			On:   m.First() + kernel.BusinessDate(rapid.IntRange(-5, 36).Draw(t, "on")),
			Meal: tenant.MealPeriod(rapid.IntRange(1, 4).Draw(t, "meal")),
			By:   rapid.SampledFrom([]kernel.PersonID{nobody, wang, li, zhao}).Draw(t, "by"),
		}
	}), 0, 12).Draw(t, "visits")
}

// TestOrderOfFacts: what is decided does not hang on the order in which facts
// are given, and giving it twice decides the same; the facts stay as they are.
func TestOrderOfFacts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyDate(t, "month").Month()
		facts := anyVisits(t, m)
		since := m.First() + kernel.BusinessDate(rapid.IntRange(-20, m.Days()-1).Draw(t, "since"))
		given := slices.Clone(facts)
		shuffled := slices.Clone(facts)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		terms := ownership.ShareTerms{Percent: rapid.IntRange(1, 100).Draw(t, "percent"), Visits: rapid.IntRange(1, 3).Draw(t, "least")}
		tie := ownership.Bond{Referrer: wang, Start: since}
		a, err := ownership.Share(m, tie, facts, terms)
		require.NoError(t, err)
		b, err := ownership.Share(m, tie, shuffled, terms)
		require.NoError(t, err)
		require.Equal(t, a, b)
		x, err := ownership.Adoption(m, since, facts, all, terms.Visits)
		require.NoError(t, err)
		y, err := ownership.Adoption(m, since, shuffled, all, terms.Visits)
		require.NoError(t, err)
		require.Equal(t, x, y)
		require.Equal(t, given, facts)
	})
}

// TestOneReceiver: an adoption has one receiver or a tie of at least two, never
// both, and nobody who was not there.
func TestOneReceiver(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyDate(t, "month").Month()
		facts := anyVisits(t, m)
		least := rapid.IntRange(1, 3).Draw(t, "least")
		e, err := ownership.Adoption(m, m.First(), facts, all, least)
		require.NoError(t, err)
		counts := map[kernel.PersonID]int{}
		for _, v := range facts {
			if v.On.Month() == m && !v.By.IsZero() {
				counts[v.By]++
			}
		}
		var best []kernel.PersonID
		top := 0
		for _, p := range []kernel.PersonID{wang, li, zhao} {
			switch {
			case counts[p] > top:
				best, top = []kernel.PersonID{p}, counts[p]
			case counts[p] == top && top > 0:
				best = append(best, p)
			}
		}
		switch {
		case top < least:
			require.Nil(t, e)
		case len(best) == 1:
			require.Equal(t, best[0], e.Receiver)
			require.False(t, e.Tied())
		default:
			require.Equal(t, best, e.Receivers)
			require.True(t, e.Receiver.IsZero())
		}
	})
}
