package quota

import "github.com/changke/changke/services/kernel"

// State is how far a score has come (QTA-04).
type State string

// The states of a score.
const (
	Preview     State = "preview"     // of the running month, from facts as they are now; never stored
	Provisional State = "provisional" // made anew each day until it is final
	Final       State = "final"       // never changes; later facts become corrections
)

// Phase says what a business day does with the month before it: nothing (ok is
// false), a provisional score, or the final one.
func Phase(day kernel.BusinessDate, scoreDay, finalDay int64) (m kernel.Month, s State, ok bool) {
	m = day.Month() - 1
	switch n := int64(day-day.Month().First()) + 1; {
	case n == finalDay:
		return m, Final, true
	case scoreDay <= n && n < finalDay:
		return m, Provisional, true
	}
	return m, "", false
}

// Line is one item of a score.
type Line struct {
	Item    Item
	Target  *Hundredths // nil: not assessed
	Counted int64
}

// Missing is how many are still to be reached; 0 when there is no target.
func (l Line) Missing() int64 {
	if l.Target == nil {
		return 0
	}
	return max(0, (int64(*l.Target)-100*l.Counted+99)/100)
}

// Percent is how much of the target is reached, rounded down, so that 100 is
// reached only by who reached it; nil without a target, or with a target of 0.
func (l Line) Percent() *int64 {
	if l.Target == nil || *l.Target == 0 {
		return nil
	}
	p := l.Counted * 10_000 / int64(*l.Target)
	return &p
}
