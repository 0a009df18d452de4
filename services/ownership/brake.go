package ownership

import (
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// BrakeRuns is how many runs before it one is compared with (RUL-08).
const BrakeRuns = 6

// Brake is when a run stops before it writes (RUL-08).
type Brake struct {
	Percent int64 // it would release more than this share of a store's ties
	Times   int64 // and more than so many times the average of the runs before
}

// BrakeOf is the brake of a rule set.
func BrakeOf(r tenant.Rules) Brake {
	return Brake{Percent: r.Int(KeyBrakePercent, kernel.StoreID{}), Times: r.Int(KeyBrakeTimes, kernel.StoreID{})}
}

// Load is what a run would do to a store, beside what those before it did.
type Load struct {
	Releases int64 // it would make
	Ties     int64 // the store has
	Runs     int64 // before it, at most BrakeRuns
	Released int64 // by those together
}

// Large reports whether the releases are more than the share of ties allowed:
// only then it matters what the runs before did.
func (b Brake) Large(l Load) bool { return l.Releases*100 > b.Percent*l.Ties }

// Holds reports whether the run stops before the store. Without a run before it
// the average is none.
func (b Brake) Holds(l Load) bool {
	return b.Large(l) && l.Releases*max(l.Runs, 1) > b.Times*l.Released
}
