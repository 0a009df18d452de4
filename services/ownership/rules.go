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

// ShareTermsOf are the values of LIF-04 in a store.
func ShareTermsOf(r tenant.Rules, store kernel.StoreID) ShareTerms {
	return ShareTerms{Percent: int(r.Int(KeyOthersPercent, store)), Visits: int(r.Int(KeyOthersVisits, store))}
}

// Receptions is how many LIF-07 asks for in a store.
func Receptions(r tenant.Rules, store kernel.StoreID) int { return int(r.Int(KeyReceptions, store)) }

// AwayDays is the term of LIF-05.
func AwayDays(r tenant.Rules) int { return int(r.Int(KeyAwayDays, kernel.StoreID{})) }

// AppealDays is how long a loss can be contested in a chain (LIF-11).
func AppealDays(r tenant.Rules) int { return int(r.Int(KeyAppealDays, kernel.StoreID{})) }

// WarningDays are when LIF-10 warns: so many days before LIF-03 for the first and
// the last time, and on a day of the month of LIF-04.
func WarningDays(r tenant.Rules) (first, last, ofShare int) {
	chain := kernel.StoreID{}
	return int(r.Int(KeyFirstWarning, chain)), int(r.Int(KeyLastWarning, chain)), int(r.Int(KeyOthersWarning, chain))
}

// OfferDays is how long an offer stands (LIF-14).
func OfferDays(r tenant.Rules) int { return int(r.Int(KeyOfferDays, kernel.StoreID{})) }

// TermsOf are the values of LIF-03, 04, 05 and 07 in a store.
func TermsOf(r tenant.Rules, store kernel.StoreID) Terms {
	return Terms{Months: KindDormancy.Months(r, store), Share: ShareTermsOf(r, store), AwayDays: AwayDays(r), Receptions: Receptions(r, store)}
}

// RunTime is the time of day of a chain's daily runs.
func RunTime(r tenant.Rules) time.Duration { return r.TimeOfDay(KeyRunTime, kernel.StoreID{}) }

// DueAt is when the runs of a business day may begin: at a time of the day, once
// that day has begun in every store. A chain whose stores lie in several zones waits for
// the westernmost, because a visit of the day before may still come there.
func DueAt(day kernel.BusinessDate, wall time.Duration, stores []tenant.Store) time.Time {
	var due time.Time
	for _, s := range stores {
		clock := s.ClockOn(day)
		if t := s.Reached(day, max(wall, clock.Cutover)); t.After(due) {
			due = t
		}
	}
	return due
}
