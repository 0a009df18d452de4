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
	KindDormancy   Kind = "LIF-03" // releases ties whose guest stays away
	KindWakeUp     Kind = "LIF-13" // notes dormant files whose guest came the day before
)

// Kinds in the order in which they act on a day: that of their ids, by which
// the newest run of a day is found.
var Kinds = []Kind{KindIncomplete, KindDormancy, KindWakeUp}

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
// the day, else the first of the following day.
func Next(kinds []Kind, after Step) Step {
	for _, k := range Kinds {
		if s := (Step{after.Day, k}); slices.Contains(kinds, k) && after.Before(s) {
			return s
		}
	}
	return First(kinds, after.Day+1)
}

// First is the step with which a day begins.
func First(kinds []Kind, day kernel.BusinessDate) Step {
	for _, k := range Kinds {
		if slices.Contains(kinds, k) {
			return Step{day, k}
		}
	}
	return Step{Day: day}
}
