package ownership

import (
	"bytes"
	"slices"

	"github.com/changke/changke/services/kernel"
)

// AdoptionEvidence is what an adoption, or that there was none for a tie, rests
// on; its JSON is what the decision keeps.
type AdoptionEvidence struct {
	Month     kernel.Month      `json:"month"`
	Count     int               `json:"count"`               // receptions of the one with most
	Receivers []kernel.PersonID `json:"receivers,omitempty"` // LIF-07-TIE: all who had so many, sorted
	Receiver  kernel.PersonID   `json:"-"`                   // LIF-07: who gets the guest; zero: nobody
	Seen      []Visit           `json:"-"`                   // the receptions of those, in the order of time
}

// Tied reports whether several had equally many (LIF-07-TIE).
func (e *AdoptionEvidence) Tied() bool { return len(e.Receivers) > 0 }

// Adoption is LIF-07 for a month that is over, on a file public since a day: who
// received the guest most in it, that day included, among those who may, by the
// month's last day, own files in the store. The former referrer is one of them.
// At least so many receptions are needed. Nil evidence: nobody had enough.
func Adoption(m kernel.Month, public kernel.BusinessDate, visits []Visit, may func(kernel.PersonID) bool, least int) (*AdoptionEvidence, error) {
	switch {
	case least < 1:
		return nil, ErrTerms
	case public > m.Last():
		return nil, ErrNotPublic
	}
	counts, top := map[kernel.PersonID]int{}, 0
	seen := slices.DeleteFunc(Within(m, public, visits), func(v Visit) bool { return v.By.IsZero() || !may(v.By) })
	for _, v := range seen {
		counts[v.By]++
		top = max(top, counts[v.By])
	}
	if top < least {
		return nil, nil
	}
	e := &AdoptionEvidence{Month: m, Count: top, Seen: slices.DeleteFunc(seen, func(v Visit) bool { return counts[v.By] < top })}
	for p, n := range counts {
		if n == top {
			e.Receivers = append(e.Receivers, p)
		}
	}
	if len(e.Receivers) == 1 {
		e.Receiver, e.Receivers = e.Receivers[0], nil
		return e, nil
	}
	slices.SortFunc(e.Receivers, func(a, b kernel.PersonID) int { return bytes.Compare(a[:], b[:]) })
	return e, nil
}
