package ownership

import (
	"errors"

	"github.com/changke/changke/services/kernel"
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
}

// Since is when the clock of LIF-03 began: the later of visit and tie, so that a
// new tie is never cut at once.
func (t Tenure) Since() kernel.BusinessDate { return later(t.LastVisit, t.Start) }

// SafeUntil is the last day on which LIF-03 does not act if nobody comes.
func (t Tenure) SafeUntil(months int) kernel.BusinessDate { return FirstPast(t.Since(), months) - 1 }

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
	case t.Since() >= day.MinusMonths(months):
		return nil, nil
	}
	return &DormancyEvidence{LastVisit: t.LastVisit, TieStart: t.Start}, nil
}
