package ownership

import (
	"slices"

	"github.com/changke/changke/services/kernel"
)

// Kind is a rule that a run carries out, by its id in the rulebook.
type Kind string

// The kinds there are.
const (
	// Warns of files never approved that nobody submits, and deletes them: customer's
	// rule, carried by this chain because it is a day's run like the others.
	KindIncomplete Kind = "DEL-02"
	KindLapse      Kind = "LIF-14" // ends offers that nobody confirmed in time
	KindScore      Kind = "QTA-04" // scores the month that is over: quota's rule, carried likewise
	KindAdoption   Kind = "LIF-07" // offers public guests to who received them most in the month that is over
	KindShare      Kind = "LIF-04" // releases ties whose guest others received in the month that is over
	KindAway       Kind = "LIF-05" // releases ties whose referrer works there no more
	KindDormancy   Kind = "LIF-03" // releases ties whose guest stays away
	KindWakeUp     Kind = "LIF-13" // notes dormant files whose guest came the day before
)

// RuleTied is the rule of a decision that several received a guest equally often.
const RuleTied = "LIF-07-TIE"

// Kinds in the order in which they act on a day. Those of a month close the month
// before, on the state at its end: all of them read before the first that ends a
// tie writes.
var Kinds = []Kind{KindIncomplete, KindLapse, KindScore, KindAdoption, KindShare, KindHandover, KindAway, KindDormancy, KindWakeUp, KindWarn, KindCorrection}

// Monthly reports whether a kind closes a month: it acts on the first of the next.
func (k Kind) Monthly() bool { return k == KindAdoption || k == KindShare }

// ByStore reports whether what runs of a kind did can be told store by store: of
// handovers a case may lie in two, and warnings make no decision.
func (k Kind) ByStore() bool { return k != KindHandover && k != KindWarn }

// ActsOn reports whether a kind may have a run on a day. Of scores the rule set
// says more: they are made anew on several days until they are final.
func (k Kind) ActsOn(day kernel.BusinessDate) bool {
	return !k.Monthly() || day == day.Month().First()
}

// Step is one run of the chain: a kind on a business day.
type Step struct {
	Day  kernel.BusinessDate
	Kind Kind
}

// rank orders kinds within a day; unknown ones come last.
func (k Kind) rank() int {
	if i := slices.Index(Kinds, k); i >= 0 {
		return i
	}
	return len(Kinds)
}

// Before reports whether a step comes earlier in the chain.
func (s Step) Before(o Step) bool {
	return s.Day < o.Day || s.Day == o.Day && s.Kind.rank() < o.Kind.rank()
}

// Next is the step after one, with only some kinds in force: the next kind of
// the day, else the first of the following.
func Next(kinds []Kind, after Step) Step {
	for _, k := range Kinds {
		if s := (Step{after.Day, k}); slices.Contains(kinds, k) && k.ActsOn(after.Day) && after.Before(s) {
			return s
		}
	}
	return First(kinds, after.Day+1)
}

// First is the first step on or after a day: of a day without any, where only
// kinds of a month are in force, that of the next first.
func First(kinds []Kind, day kernel.BusinessDate) Step {
	for d := day; d <= (day.Month() + 1).First(); d++ {
		for _, k := range Kinds {
			if slices.Contains(kinds, k) && k.ActsOn(d) {
				return Step{d, k}
			}
		}
	}
	return Step{Day: day}
}

// Begin is the step with which a chain begins on its first day: no month before
// it is closed.
func Begin(kinds []Kind, day kernel.BusinessDate) Step {
	daily := slices.DeleteFunc(slices.Clone(kinds), Kind.Monthly)
	if len(daily) == 0 {
		return First(kinds, day+1)
	}
	return First(daily, day)
}
