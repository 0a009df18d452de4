package ownership

import (
	"errors"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// What a file can't be decided for: it is set aside in its run, with this error.
var (
	ErrVisitAhead  = errors.New("the visit is not before the day")      // a mistake in loading
	ErrTieAhead    = errors.New("the tie does not hold before the day") // likewise
	ErrNotApproved = errors.New("the visit lies before the approval")   // likewise
	ErrMonths      = errors.New("the rule gives no months from 1 to 24")
	ErrTerms       = errors.New("the rule gives values outside their bounds")
	ErrNotPublic   = errors.New("the file was not public in the month") // a mistake in loading
	ErrNoStore     = errors.New("the file's store is not among the chain's")
)

// Tenure is what LIF-03 looks at: the tie's first day and the last counted
// visit, whoever booked it and also before the tie; nil when nobody came.
type Tenure struct {
	Start     kernel.BusinessDate
	LastVisit *kernel.BusinessDate
	Closed    []tenant.Closure // days the store was closed for works, which don't count (RUL-07)
	Held      bool             // in handover: no rule ends it (HND-06)
}

// Since is when the clock of LIF-03 began: the later of visit and tie, so that a
// new tie is never cut at once.
func (t Tenure) Since() kernel.BusinessDate { return later(t.LastVisit, t.Start) }

// SafeUntil is the last day on which LIF-03 does not act if nobody comes. Days
// closed for works put it off, also those that are planned.
func (t Tenure) SafeUntil(months int) kernel.BusinessDate {
	first := FirstPast(t.Since(), months)
	for past := first; ; {
		later := first + t.closedBefore(past)
		if later == past {
			return past - 1
		}
		past = later
	}
}

// closedBefore counts the days closed for works since the clock began and before
// a day.
func (t Tenure) closedBefore(day kernel.BusinessDate) (days kernel.BusinessDate) {
	since := t.Since()
	for _, c := range t.Closed {
		days += max(0, min(c.To, day-1)-max(c.From, since+1)+1)
	}
	return days
}

// DaysLeft counts from today to SafeUntil; 0: today is the last day, or the
// day's run is still to come.
func (t Tenure) DaysLeft(today kernel.BusinessDate, months int) int {
	return max(0, int(t.SafeUntil(months)-today))
}

// DormancyEvidence is what a release by LIF-03 rests on; its JSON is what the
// decision keeps.
type DormancyEvidence struct {
	LastVisit *kernel.BusinessDate `json:"last_visit"`
	TieStart  kernel.BusinessDate  `json:"tie_start"`
	Closed    int                  `json:"closed_days,omitempty"` // for works since then, not counted (RUL-07)
}

// Dormancy is LIF-03 on a day: nil evidence means that the tie stays. The last
// visit must be one before the day, the tie must have begun before it.
func Dormancy(day kernel.BusinessDate, t Tenure, months int) (*DormancyEvidence, error) {
	switch {
	case months < MinMonths || months > MaxMonths:
		return nil, ErrMonths
	case t.LastVisit != nil && *t.LastVisit >= day:
		return nil, ErrVisitAhead
	case t.Start >= day:
		return nil, ErrTieAhead
	case t.Held, t.Since() >= day.MinusMonths(months), len(t.Closed) > 0 && day <= t.SafeUntil(months):
		return nil, nil
	}
	return &DormancyEvidence{LastVisit: t.LastVisit, TieStart: t.Start, Closed: int(t.closedBefore(day))}, nil
}
