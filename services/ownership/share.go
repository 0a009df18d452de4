package ownership

import "github.com/changke/changke/services/kernel"

// ShareTerms are the values of LIF-04 in a store.
type ShareTerms struct {
	Percent int // at least this share of the visits without the referrer
	Visits  int // of at least so many visits
}

// Bond is a tie as LIF-04 looks at it.
type Bond struct {
	Referrer kernel.PersonID
	Start    kernel.BusinessDate
	Held     bool // in handover: no rule ends it (HND-06)
}

// ShareEvidence is what a release by LIF-04 rests on; its JSON is what the
// decision keeps. Seen are the visits that were counted, in the order of time.
type ShareEvidence struct {
	Month  kernel.Month `json:"month"`
	Visits int          `json:"visits"`
	Others int          `json:"others"` // not credited to the referrer
	Seen   []Visit      `json:"-"`
}

// Share is LIF-04 for a month that is over: of the guest's visits in it since
// the tie began (that day included), how many were not credited to the referrer,
// those credited to nobody among them. Nil evidence means that the tie stays.
func Share(m kernel.Month, tie Bond, visits []Visit, terms ShareTerms) (*ShareEvidence, error) {
	switch {
	case terms.Percent < 1 || terms.Percent > 100 || terms.Visits < 1:
		return nil, ErrTerms
	case tie.Start > m.Last():
		return nil, ErrTieAhead
	case tie.Held:
		return nil, nil
	}
	e := &ShareEvidence{Month: m, Seen: Within(m, tie.Start, visits)}
	for _, v := range e.Seen {
		if e.Visits++; v.By != tie.Referrer {
			e.Others++
		}
	}
	if e.Visits < terms.Visits || e.Others*100 < terms.Percent*e.Visits {
		return nil, nil
	}
	return e, nil
}
