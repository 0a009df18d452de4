package ownership_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

var (
	shop     = kernel.StoreID{9}
	rulebook = ownership.Terms{Months: 3, Share: half, AwayDays: 7, Receptions: 2}
	forever  = func(kernel.PersonID, kernel.StoreID) []ownership.Period { return []ownership.Period{{From: 0}} }
)

// playBy plays by one set of terms, with all rules in force.
func playBy(t ownership.Terms, posts func(kernel.PersonID, kernel.StoreID) []ownership.Period) *ownership.Play {
	return &ownership.Play{Kinds: ownership.Kinds, Laws: []ownership.Law{{Terms: map[kernel.StoreID]ownership.Terms{shop: t}, Posts: posts}}}
}

func seen(t *testing.T, by kernel.PersonID, days ...string) (out []ownership.Visit) {
	for _, d := range days {
		out = append(out, ownership.Visit{On: date(t, d), Meal: tenant.Dinner, By: by})
	}
	return out
}

func tieFrom(t *testing.T, who kernel.PersonID, start, end string, by ownership.Kind) ownership.PastTie {
	x := ownership.PastTie{Bond: ownership.Bond{Referrer: who, Start: date(t, start)}, On: date(t, start), EndedBy: by, Origin: ownership.OriginApproval}
	if end != "" {
		x.End = maybe(t, end)
	}
	return x
}

func listed(events []ownership.Event) (out []string) {
	for _, e := range events {
		text := e.On.String() + " " + string(e.Rule)
		if !e.From.IsZero() {
			text += " -" + string('0'+rune(e.From[0]))
		}
		if !e.To.IsZero() {
			text += " +" + string('0'+rune(e.To[0]))
		}
		out = append(out, text)
	}
	return out
}

// TestPlay walks the rules' edges through whole lives.
func TestPlay(t *testing.T) {
	t.Parallel()
	a, b := kernel.PersonID{1}, kernel.PersonID{2}
	span := func(from, to string, whole bool) ownership.Span {
		return ownership.Span{From: date(t, from), To: date(t, to), Whole: whole}
	}
	approved := ownership.Life{Store: shop, ApprovedOn: date(t, "2025-01-15"), Ties: []ownership.PastTie{tieFrom(t, a, "2025-01-15", "", "")}}
	with := func(l ownership.Life, change func(*ownership.Life)) *ownership.Life { change(&l); return &l }
	left := func(who kernel.PersonID, _ kernel.StoreID) []ownership.Period {
		if who == a {
			return []ownership.Period{{From: 0, To: maybe(t, "2025-02-10")}}
		}
		return forever(who, shop)
	}
	for name, c := range map[string]struct {
		life  *ownership.Life
		posts func(kernel.PersonID, kernel.StoreID) []ownership.Period
		span  ownership.Span
		want  []string
	}{
		"LIF-03 when nobody comes":          {&approved, forever, span("2025-01-01", "2025-06-01", true), []string{"2025-04-16 LIF-03 -1"}},
		"LIF-03 not before the close alone": {&approved, forever, span("2025-04-01", "2025-05-01", false), []string{"2025-04-16 LIF-03 -1"}},
		"a visit keeps him":                 {with(approved, func(l *ownership.Life) { l.Visits = seen(t, a, "2025-04-15") }), forever, span("2025-01-01", "2025-06-30", true), nil},
		"LIF-04 with the close": {
			with(approved, func(l *ownership.Life) { l.Visits = seen(t, b, "2025-02-03") }), forever, span("2025-01-01", "2025-03-01", false), []string{"2025-03-01 LIF-04 -1"},
		},
		"a span begins after its close": {
			with(approved, func(l *ownership.Life) { l.Visits = seen(t, b, "2025-02-03") }), forever, span("2025-03-01", "2025-03-20", true), nil,
		},
		"LIF-05 seven days after he left": {&approved, left, span("2025-01-01", "2025-03-01", true), []string{"2025-02-17 LIF-05 -1"}},
		"LIF-07 taken on the third, where nothing is known": {
			with(approved, func(l *ownership.Life) { l.Visits = seen(t, b, "2025-02-03", "2025-03-05", "2025-03-06") }), forever,
			span("2025-01-01", "2025-05-01", false),
			[]string{"2025-03-01 LIF-04 -1", "2025-04-01 LIF-07 +2", "2025-04-03 LIF-08 +2"},
		},
		"what was offered in fact, and not taken on, is not": {
			with(approved, func(l *ownership.Life) {
				l.Visits = seen(t, b, "2025-02-03", "2025-03-05", "2025-03-06")
				l.Made = []ownership.Event{{On: date(t, "2025-04-01"), Rule: ownership.KindAdoption, To: b}}
			}), forever, span("2025-01-01", "2025-05-01", false), []string{"2025-03-01 LIF-04 -1", "2025-04-01 LIF-07 +2"},
		},
		"somebody was checking the file already": {
			with(approved, func(l *ownership.Life) {
				l.Visits = seen(t, b, "2025-02-03", "2025-03-05", "2025-03-06")
				l.Busy = []ownership.Period{{From: date(t, "2025-03-20")}}
			}), forever, span("2025-01-01", "2025-05-01", false), []string{"2025-03-01 LIF-04 -1"},
		},
		"people move him only where he stands as he stood": {
			with(approved, func(l *ownership.Life) {
				l.Ties[0].End = maybe(t, "2025-05-01")
				l.Ties = append(l.Ties, tieFrom(t, b, "2025-05-01", "", ""))
			}), forever, span("2025-01-01", "2025-09-30", true), []string{"2025-04-16 LIF-03 -1"},
		},
		"and do where he does": {
			with(approved, func(l *ownership.Life) {
				l.Ties = []ownership.PastTie{tieFrom(t, a, "2025-01-15", "2025-03-10", ""), tieFrom(t, b, "2025-03-10", "", "")}
			}), forever, span("2025-01-01", "2025-09-30", true), []string{"2025-06-11 LIF-03 -2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := *c.life
			l.Ties = slices.Clone(l.Ties)
			events, _, err := playBy(rulebook, c.posts).Run(&l, l.At(c.span.From), c.span)
			require.NoError(t, err)
			require.Equal(t, c.want, listed(events))
		})
	}
}

// anyLife makes a file with visits of three people over a year, and the posts they
// held.
func anyLife(t *rapid.T) (*ownership.Life, func(kernel.PersonID, kernel.StoreID) []ownership.Period) {
	begin := anyDate(t, "begin")
	l := &ownership.Life{Store: shop, ApprovedOn: begin, Ties: []ownership.PastTie{{Bond: ownership.Bond{Referrer: wang, Start: begin}, On: begin, Origin: ownership.OriginApproval}}}
	for m := range kernel.Month(12) {
		l.Visits = append(l.Visits, ownership.Within(begin.Month()+m, begin, anyVisits(t, begin.Month()+m))...)
	}
	posts := map[kernel.PersonID][]ownership.Period{}
	for _, who := range []kernel.PersonID{wang, li} {
		for range rapid.IntRange(0, 2).Draw(t, "posts") {
			from := begin + kernel.BusinessDate(rapid.IntRange(-30, 200).Draw(t, "from"))
			p := ownership.Period{From: from}
			if rapid.Bool().Draw(t, "ends") {
				to := from + kernel.BusinessDate(rapid.IntRange(0, 200).Draw(t, "days"))
				p.To = &to
			}
			posts[who] = append(posts[who], p)
		}
	}
	return l, func(who kernel.PersonID, _ kernel.StoreID) []ownership.Period { return posts[who] }
}

// TestPlayLeavesNoDayOut: the days that a play passes over are days on which the
// rules would have said no, also where they change on the way.
func TestPlayLeavesNoDayOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, posts := anyLife(t)
		p := playBy(rulebook, posts)
		other := ownership.Terms{Months: rapid.IntRange(1, 6).Draw(t, "months"), Share: half, AwayDays: rapid.IntRange(1, 20).Draw(t, "away"), Receptions: 1}
		p.Laws = append(p.Laws, ownership.Law{From: l.ApprovedOn + kernel.BusinessDate(rapid.IntRange(1, 300).Draw(t, "changes")), Terms: map[kernel.StoreID]ownership.Terms{shop: other}, Posts: posts})
		s := ownership.Span{From: l.ApprovedOn, To: l.ApprovedOn + 365, Whole: true}
		events, end, err := p.Run(l, l.At(s.From), s)
		require.NoError(t, err)
		all, last, err := p.RunEveryDay(l, l.At(s.From), s)
		require.NoError(t, err)
		require.Equal(t, all, events)
		require.Equal(t, last, end)
	})
}

// happened turns what a play made into facts, as the ledger would have them.
func happened(l *ownership.Life, events []ownership.Event) *ownership.Life {
	out := *l
	out.Made, out.Ties = events, slices.Clone(l.Ties)
	for _, e := range events {
		on := e.On
		switch {
		case e.Loses():
			last := &out.Ties[len(out.Ties)-1]
			last.End, last.EndedBy = &on, e.Rule
		case e.Rule == ownership.RuleAdopted:
			out.Ties = append(out.Ties, ownership.PastTie{Bond: ownership.Bond{Referrer: e.To, Start: on}, On: on, Origin: ownership.Origin(ownership.OfferAdoption)})
		}
	}
	return &out
}

// TestSameRulesSameLife: played again by the rules it was decided by, a life comes
// out as it was, as a whole (RUL-04) and month by month (RUL-09); and with a visit
// that was learned later, only months from that one on differ.
func TestSameRulesSameLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, posts := anyLife(t)
		p := playBy(rulebook, posts)
		s := ownership.Span{From: l.ApprovedOn, To: l.ApprovedOn + 365, Whole: true}
		events, _, err := p.Run(l, l.At(s.From), s)
		require.NoError(t, err)
		fact := happened(l, events)
		out, err := ownership.Try(fact, p, p, s)
		require.NoError(t, err)
		require.Empty(t, out.Lines)
		require.Equal(t, out.Held, out.HeldThen)
		differ, err := p.Differences(fact, s)
		require.NoError(t, err)
		require.Empty(t, differ)

		late := ownership.Visit{On: l.ApprovedOn + kernel.BusinessDate(rapid.IntRange(0, 360).Draw(t, "late")), Meal: tenant.Lunch, By: li}
		fact.Visits = append(slices.Clone(fact.Visits), late)
		slices.SortStableFunc(fact.Visits, func(a, b ownership.Visit) int { return int(a.On - b.On) })
		differ, err = p.Differences(fact, s)
		require.NoError(t, err)
		for i, d := range differ {
			require.GreaterOrEqual(t, d.Month, late.On.Month())
			require.NotEmpty(t, append(d.Decided, d.Now...))
			require.Equal(t, i < len(differ)-1 || d.Ended != 0, d.Ended != 0, "only the last goes on")
			if d.Ended != 0 {
				require.Equal(t, ownership.EffectNone, d.Effect)
				require.LessOrEqual(t, d.Until(), d.Ended.Month())
			}
		}
		if len(differ) == 0 || differ[len(differ)-1].Ended != 0 {
			return
		}
		last := differ[len(differ)-1]
		for _, confirmed := range []bool{true, false} { // settled, it is done with
			fact.Settled = []ownership.Settled{{Difference: last, On: s.To, Confirmed: confirmed}}
			again, err := p.Differences(fact, s)
			require.NoError(t, err)
			require.Len(t, again, len(differ)-1)
		}
		fact.Settled[0].Confirmed = true
		fact.Visits = l.Visits // and where its ground is taken away, the reverse
		again, err := p.Differences(fact, s)
		require.NoError(t, err)
		require.Len(t, again, 1)
		require.Equal(t, listed(last.Now), listed(again[0].Decided))
		require.Equal(t, listed(last.Decided), listed(again[0].Now))
		require.Equal(t, 1, again[0].After)
	})
}

// TestOneError: what follows from an error is part of its difference, which ends where
// the guest stands again as he does in fact.
func TestOneError(t *testing.T) {
	t.Parallel()
	a, b := kernel.PersonID{1}, kernel.PersonID{2}
	lost := ownership.Life{
		Store: shop, ApprovedOn: date(t, "2024-08-01"), Ties: []ownership.PastTie{tieFrom(t, a, "2024-08-01", "2024-12-21", ownership.KindDormancy)},
		Made: []ownership.Event{{On: date(t, "2024-12-21"), Rule: ownership.KindDormancy, From: a}},
	}
	year := ownership.Span{From: date(t, "2024-08-01"), To: date(t, "2025-01-10"), Whole: true}
	differ := func(visits ...ownership.Visit) []ownership.Difference {
		l := lost
		l.Visits = append(seen(t, a, "2024-09-20"), visits...)
		out, err := playBy(rulebook, forever).Differences(&l, year)
		require.NoError(t, err)
		return out
	}
	require.Empty(t, differ())
	earlier := differ(seen(t, b, "2024-11-10")...)
	require.Len(t, earlier, 1, "he would have been lost by another rule and earlier: not kept in December as well")
	require.Equal(t, []string{"2024-12-01 LIF-04 -1"}, listed(earlier[0].Now))
	require.Equal(t, []string{"2024-12-21 LIF-03 -1"}, listed(earlier[0].Decided))
	require.Equal(t, ownership.EffectNone, earlier[0].Effect, "he is public either way")
	require.Equal(t, date(t, "2025-01-01"), earlier[0].Ended)
	kept := differ(seen(t, a, "2024-11-10")...)
	require.Len(t, kept, 1)
	require.Equal(t, ownership.EffectRestore, kept[0].Effect)
	require.Equal(t, a, kept[0].Person)
	require.Zero(t, kept[0].Ended)
	adopted := differ(seen(t, b, "2024-11-10", "2024-12-05", "2024-12-06")...)
	require.Len(t, adopted, 1)
	require.Equal(t, []string{"2024-12-01 LIF-04 -1", "2025-01-01 LIF-07 +2"}, listed(adopted[0].Now))
	require.Equal(t, ownership.EffectOffer, adopted[0].Effect, "nobody knows that he would have taken him on")
	require.Equal(t, b, adopted[0].Person)
}

// TestEffects tells what each kind of difference comes to, and when it can be done.
func TestEffects(t *testing.T) {
	t.Parallel()
	a, b := kernel.PersonID{1}, kernel.PersonID{2}
	life := ownership.Life{Store: shop, ApprovedOn: date(t, "2025-01-15"), Ties: []ownership.PastTie{tieFrom(t, a, "2025-01-15", "", "")}}
	closed := ownership.Span{From: date(t, "2025-03-01"), To: date(t, "2025-04-01"), Whole: true}
	one := func(l *ownership.Life) ownership.Difference {
		d, err := playBy(rulebook, forever).Differences(l, closed)
		require.NoError(t, err)
		require.Len(t, d, 1)
		return d[0]
	}
	lost := life
	lost.Ties = []ownership.PastTie{tieFrom(t, a, "2025-01-15", "2025-04-01", ownership.KindShare)}
	lost.Made = []ownership.Event{{On: date(t, "2025-04-01"), Rule: ownership.KindShare, From: a}}
	lost.Visits = seen(t, a, "2025-03-05")
	d := one(&lost)
	require.Equal(t, ownership.EffectRestore, d.Effect)
	require.Equal(t, a, d.Person)
	require.NoError(t, d.Confirm(ownership.CorrectionFacts{Works: true}))
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{}), ownership.ErrCorrectionPost)
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Owner: b, Works: true}), ownership.ErrCorrectionOwned)
	require.NoError(t, d.Confirm(ownership.CorrectionFacts{Owner: b, Works: true, All: true}))
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Owner: a, Works: true}), ownership.ErrCorrectionMoot)
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Works: true, Newer: []kernel.PersonID{a}}), ownership.ErrCorrectionMoot, "he had the guest again meanwhile")
	require.NoError(t, d.Confirm(ownership.CorrectionFacts{Works: true, Newer: []kernel.PersonID{b}}))
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Works: true, Ended: true}), ownership.ErrCorrectionMoot)
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Works: true, Held: true}), ownership.ErrCorrectionHeld)
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Works: true, Appealed: true}), ownership.ErrCorrectionOpen)
	require.True(t, d.Concerns(a))
	require.False(t, d.Concerns(b))

	kept := life
	kept.Visits = seen(t, b, "2025-03-05")
	d = one(&kept)
	require.Equal(t, ownership.EffectRelease, d.Effect)
	require.NoError(t, d.Confirm(ownership.CorrectionFacts{Owner: a}))
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Owner: b}), ownership.ErrCorrectionMoot)
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Owner: a, Newer: []kernel.PersonID{b, a}}), ownership.ErrCorrectionMoot, "what he has is a newer tie")

	public := life
	public.Ties = []ownership.PastTie{tieFrom(t, a, "2025-01-15", "2025-02-10", ownership.KindAway)}
	public.Visits = seen(t, b, "2025-03-05", "2025-03-06")
	d = one(&public)
	require.Equal(t, ownership.EffectOffer, d.Effect)
	require.Equal(t, b, d.Person)
	require.NoError(t, d.Confirm(ownership.CorrectionFacts{Works: true}))
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Works: true, Newer: []kernel.PersonID{a}}), ownership.ErrCorrectionMoot)
	confirmed := offerTo(li, ownership.OfferClaim, ownership.OfferConfirmed, 1)
	require.NoError(t, d.Confirm(ownership.CorrectionFacts{Works: true, Offer: &confirmed}), "an adoption goes before a claim that nobody has submitted (LIF-14)")
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Works: true, Offer: &confirmed, Submitted: true}), ownership.ErrCorrectionMoot)
	checking := offerTo(li, ownership.OfferAdoption, ownership.OfferConfirmed, 1)
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Works: true, Offer: &checking}), ownership.ErrCorrectionMoot, "not before another adoption that was taken on")

	offered := public
	offered.Visits = nil
	offered.Made = []ownership.Event{{On: date(t, "2025-04-01"), Rule: ownership.KindAdoption, To: b}}
	require.Equal(t, ownership.EffectNone, one(&offered).Effect, "an adoption that is over takes no withdrawing")
	offered.Adopting = b
	d = one(&offered)
	require.Equal(t, ownership.EffectWithdraw, d.Effect)
	mine := offerTo(b, ownership.OfferAdoption, ownership.OfferPending, 1)
	require.NoError(t, d.Confirm(ownership.CorrectionFacts{Offer: &mine, OfferFor: date(t, "2025-04-01")}))
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{Offer: &mine, OfferFor: date(t, "2025-05-01")}), ownership.ErrCorrectionMoot, "another month's close made it")
	require.ErrorIs(t, d.Confirm(ownership.CorrectionFacts{}), ownership.ErrCorrectionMoot)
}
