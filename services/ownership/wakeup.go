package ownership

import (
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// WakeUpEvidence is what a note of LIF-13 rests on; its JSON is what the
// decision keeps. Previous is nil when the guest had never come before.
type WakeUpEvidence struct {
	Visit    kernel.BusinessDate  `json:"visit"`
	Previous *kernel.BusinessDate `json:"previous"`
}

// WakeUp is LIF-13 on the day of a counted visit: nil evidence means that the
// file was active (LIF-01) when the guest came. previous is the last counted
// visit before that day.
func WakeUp(visit kernel.BusinessDate, previous *kernel.BusinessDate, approvedOn kernel.BusinessDate, months int) (*WakeUpEvidence, error) {
	switch {
	case months < MinMonths || months > MaxMonths:
		return nil, ErrMonths
	case previous != nil && *previous >= visit:
		return nil, ErrVisitAhead
	case approvedOn > visit:
		return nil, ErrNotApproved
	case customer.ActivityOn(visit, &approvedOn, previous, months) == customer.Active:
		return nil, nil
	}
	return &WakeUpEvidence{Visit: visit, Previous: previous}, nil
}
