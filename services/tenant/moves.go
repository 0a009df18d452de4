package tenant

import (
	"sort"
	"time"

	"github.com/changke/changke/services/kernel"
)

// Moves are the moments at which a sandbox's clock was moved one day forward,
// oldest first; every real chain has none. Instants stay what they are everywhere
// (logins, keys, webhooks, the order of facts): what moves is which day an instant
// belongs to. An instant before a move keeps its day, so nothing of the past
// changes, and a moved sandbox stands as if it had lived through the days.
type Moves []time.Time

// Days is how many days the clock was ahead at a moment.
func (m Moves) Days(at time.Time) kernel.BusinessDate {
	return kernel.BusinessDate(sort.Search(len(m), func(i int) bool { return m[i].After(at) }))
}

// date is the day of an instant, moves counted in.
func (m Moves) date(at time.Time, zone *time.Location, cutover time.Duration) kernel.BusinessDate {
	return kernel.BusinessDateOf(at, zone, cutover) + m.Days(at)
}

// reached is the first instant at which the clock shows a wall time of a day, or
// a later one: of days that were passed over, the moment of the move.
func (m Moves) reached(day kernel.BusinessDate, wall time.Duration, zone *time.Location) time.Time {
	for ahead := range m {
		at := (day - kernel.BusinessDate(ahead)).At(wall, zone)
		if ahead > 0 && at.Before(m[ahead-1]) {
			at = m[ahead-1]
		}
		if at.Before(m[ahead]) {
			return at
		}
	}
	at := (day - kernel.BusinessDate(len(m))).At(wall, zone)
	if len(m) > 0 && at.Before(m[len(m)-1]) {
		return m[len(m)-1]
	}
	return at
}

// Local is what the store's clock shows at a moment.
func (s Store) Local(now time.Time) time.Time {
	return now.In(s.ClockOn(s.BusinessDate(now)).Zone).AddDate(0, 0, int(s.Moved.Days(now)))
}

// Reached is the first moment at which a business day's wall time has come in the
// store.
func (s Store) Reached(day kernel.BusinessDate, wall time.Duration) time.Time {
	return s.Moved.reached(day, wall, s.ClockOn(day).Zone)
}

// Reached is the first moment at which a business day begins at head office.
func (c Chain) Reached(day kernel.BusinessDate) time.Time {
	return c.Moved.reached(day, c.Cutover, c.Zone)
}
