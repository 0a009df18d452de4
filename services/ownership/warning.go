package ownership

import (
	"slices"

	"github.com/changke/changke/services/kernel"
)

// KindWarn is the rule by which referrers are told in time whom they are about to
// lose (LIF-10).
const KindWarn Kind = "LIF-10"

// The stages of a warning; of LIF-04 there is the first alone.
const (
	FirstWarning = 1
	LastWarning  = 2
)

// WarnEvidence is what a warning rests on; its JSON is what is kept of it.
type WarnEvidence struct {
	Rule      Kind                 `json:"rule"` // the one that would act
	Stage     int                  `json:"stage"`
	ActsOn    kernel.BusinessDate  `json:"acts_on"` // when it would
	LastVisit *kernel.BusinessDate `json:"last_visit,omitempty"`
	TieStart  kernel.BusinessDate  `json:"tie_start,omitzero"`
	Visits    int                  `json:"visits,omitempty"` // of the month, since the tie began
	Others    int                  `json:"others,omitempty"` // of them not credited to the referrer
	Need      int                  `json:"need,omitempty"`   // visits through the referrer that save the tie
	Seen      []Visit              `json:"seen,omitempty"`   // the last visit, or those not through the referrer
}

// WarnOfDormancy is LIF-10 for LIF-03 on a day: so many days before it would act,
// and once more. Who was not warned in time, because the day was missed or the tie
// is new here, is warned when it is seen. Nil: not yet, or too late.
func WarnOfDormancy(day kernel.BusinessDate, t Tenure, months, first, last int) (*WarnEvidence, error) {
	switch {
	case months < MinMonths || months > MaxMonths:
		return nil, ErrMonths
	case first < last || last < 1:
		return nil, ErrTerms
	case t.Start > day:
		return nil, ErrTieAhead
	}
	acts := t.SafeUntil(months) + 1
	left := int(acts - day)
	if left < 1 || left > first {
		return nil, nil
	}
	e := &WarnEvidence{Rule: KindDormancy, Stage: FirstWarning, ActsOn: acts, LastVisit: t.LastVisit, TieStart: t.Start}
	if left <= last {
		e.Stage = LastWarning
	}
	return e, nil
}

// WarnOfShare is LIF-10 for LIF-04: the visits of a running month so far would end
// the tie. What saves it is Need visits through the referrer.
func WarnOfShare(m kernel.Month, tie Bond, visits []Visit, terms ShareTerms) (*WarnEvidence, error) {
	s, err := Share(m, tie, visits, terms)
	if s == nil || err != nil {
		return nil, err
	}
	return &WarnEvidence{
		Rule: KindShare, Stage: FirstWarning, ActsOn: (m + 1).First(), TieStart: tie.Start, Visits: s.Visits, Others: s.Others, Need: terms.Need(s.Visits, s.Others),
		Seen: slices.DeleteFunc(s.Seen, func(v Visit) bool { return v.By == tie.Referrer }),
	}, nil
}

// Need is the least number of visits through the referrer after which LIF-04 no
// longer ends a tie with so many visits and others among them; 0: it does not now.
func (s ShareTerms) Need(visits, others int) int {
	if visits < s.Visits || others*100 < s.Percent*visits {
		return 0
	}
	return others*100/s.Percent - visits + 1
}

// WarnsOfShare says whether a business day is one on which LIF-04 is warned of: its
// day of the month, or a later one where that was missed.
func WarnsOfShare(day kernel.BusinessDate, warnDay int, warned bool) bool {
	n := int(day-day.Month().First()) + 1
	return n == warnDay || n > warnDay && !warned
}
