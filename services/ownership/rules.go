package ownership

import (
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Months is the term of a kind in a store: LIF-03's own, LIF-01's for LIF-13.
func (k Kind) Months(r tenant.Rules, store kernel.StoreID) int {
	if k == KindWakeUp {
		return int(r.Int(customer.RuleActivityMonths, store))
	}
	return int(r.Int(KeyDormantMonths, store))
}

// DueAt is when the runs of a business day may begin: at run time, once that day
// has begun in every store. A chain whose stores lie in several zones waits for
// the westernmost, because a visit of the day before may still come there.
func DueAt(day kernel.BusinessDate, r tenant.Rules, stores []tenant.Store) time.Time {
	wall := r.TimeOfDay(KeyRunTime, kernel.StoreID{})
	var due time.Time
	for _, s := range stores {
		clock := s.ClockOn(day)
		if t := day.At(max(wall, clock.Cutover), clock.Zone); t.After(due) {
			due = t
		}
	}
	return due
}
