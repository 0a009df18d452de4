package customer

import "github.com/changke/changke/services/kernel"

// Activity says whether a guest has been seen lately (LIF-01).
type Activity uint8

// Activities; a function of the date, never stored.
const (
	NeverApproved Activity = iota
	Active                 // 有效
	Dormant                // 休眠
)

// ActivityOn is LIF-01 on a day: active when the later of the last counted
// visit before it (nil: none) and the first approval (nil: never) is on or
// after the day minus the months of the rule. It has nothing to do with who
// owns the file.
func ActivityOn(day kernel.BusinessDate, approved, lastVisit *kernel.BusinessDate, months int) Activity {
	if approved == nil {
		return NeverApproved
	}
	seen := *approved
	if lastVisit != nil {
		seen = max(seen, *lastVisit)
	}
	if seen >= day.MinusMonths(months) {
		return Active
	}
	return Dormant
}

// VisitSummary is what a list shows of a file's visits.
type VisitSummary struct {
	Last  *kernel.BusinessDate // last counted visit; nil: none
	Count int32                // counted visits
}

// BookedBy asks how often somebody took a booking of a number in a store.
type BookedBy struct {
	Store     kernel.StoreID
	NumberKey []byte
	Person    kernel.PersonID
}
