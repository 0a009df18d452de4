package tenant

import (
	"time"

	"github.com/changke/changke/services/kernel"
)

// MaxCutover is the latest a business day may begin: noon.
const MaxCutover = 12 * time.Hour

// Clock is how a store counts its business days from one of them on.
type Clock struct {
	From    kernel.BusinessDate // zero: since ever
	Zone    *time.Location
	Cutover time.Duration // after midnight
}

// ClockOn is how a business day of the store is counted.
func (s Store) ClockOn(day kernel.BusinessDate) Clock {
	for i := len(s.Later) - 1; i >= 0; i-- {
		if s.Later[i].From <= day {
			return s.Later[i]
		}
	}
	return Clock{Zone: s.Zone, Cutover: s.Cutover}
}

// BusinessDate says which business day of the store an instant belongs to: a
// guest who pays at 01:30 belongs to the evening before. Where zone or cut-over
// change, the last day under the old clock ends when the first under the new
// one begins: no instant belongs to two days or to none.
func (s Store) BusinessDate(now time.Time) kernel.BusinessDate {
	for i := len(s.Later) - 1; i >= 0; i-- {
		c := s.Later[i]
		if d := s.Moved.date(now, c.Zone, c.Cutover); d >= c.From {
			return s.before(i, d)
		}
	}
	return s.before(-1, s.Moved.date(now, s.Zone, s.Cutover))
}

// before keeps a day under the i-th change from running into the next one's.
func (s Store) before(i int, d kernel.BusinessDate) kernel.BusinessDate {
	if i+1 < len(s.Later) {
		return min(d, s.Later[i+1].From-1)
	}
	return d
}

// CheckClock says whether a change of zone or cut-over may begin on a day: the
// past stays as it was counted. Faults: store.clock_passed, invalid_field.
func (s Store) CheckClock(c Clock, now time.Time) error {
	if err := checkCutover(c.Cutover); err != nil {
		return err
	}
	if c.From <= s.BusinessDate(now) {
		return ErrClockPassed
	}
	return nil
}
