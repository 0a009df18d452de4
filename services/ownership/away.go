package ownership

import (
	"time"

	"github.com/changke/changke/services/kernel"
)

// Period is when somebody held a post; To is the first day no longer, nil: he
// holds it.
type Period struct {
	From kernel.BusinessDate
	To   *kernel.BusinessDate
}

// Holds reports whether the period covers a day.
func (p Period) Holds(day kernel.BusinessDate) bool {
	return p.From <= day && (p.To == nil || day < *p.To)
}

// Known is a period as it was known at a moment: its end, if that was recorded
// later than the post (ended), only from then on (RUL-03).
func Known(from kernel.BusinessDate, to *kernel.BusinessDate, ended *time.Time, at time.Time) Period {
	if ended != nil && ended.After(at) {
		to = nil
	}
	return Period{From: from, To: to}
}

// Place is a store that a file was in before it went to another (HND-08); Until is the
// day on which it went.
type Place struct {
	Store kernel.StoreID
	Until kernel.BusinessDate
}

// Worked are the periods in which somebody held posts in the store that a file was in
// at the time: now, and before in those of former, which come in the order of time. A
// post in any other store is none in the file's.
func Worked(now kernel.StoreID, former []Place, posts func(kernel.StoreID) []Period) []Period {
	if len(former) == 0 {
		return posts(now)
	}
	var out []Period
	var from kernel.BusinessDate
	for _, p := range former {
		for _, w := range posts(p.Store) {
			if w.To == nil || *w.To > p.Until {
				w.To = new(p.Until)
			}
			out = append(out, Period{From: max(w.From, from), To: w.To})
		}
		from = p.Until
	}
	for _, w := range posts(now) {
		out = append(out, Period{From: max(w.From, from), To: w.To})
	}
	return out
}

// AwayEvidence is what a release by LIF-05 rests on; its JSON is what the
// decision keeps.
type AwayEvidence struct {
	Since kernel.BusinessDate `json:"since"` // the first day of the absence that counts
}

// Presence is what LIF-05 looks at of a tie: Worked are the periods in which the
// referrer held a post that may own files, in the file's store, in any order.
type Presence struct {
	Start  kernel.BusinessDate // of the tie
	Held   bool                // in handover: no rule ends it (HND-06)
	Worked []Period
}

// Away is LIF-05 on a day. The absence counts from its first day, but never from
// before the tie began; a day at work ends it. Days in handover count too: once the
// desk lets a file go, the rule acts (HND-05). Nil evidence means that the tie stays.
func Away(day kernel.BusinessDate, t Presence, days int) (*AwayEvidence, error) {
	switch {
	case days < 1:
		return nil, ErrTerms
	case t.Start > day:
		return nil, ErrTieAhead
	case t.Held:
		return nil, nil
	}
	since := t.Start
	for _, p := range t.Worked {
		if p.To != nil && *p.To <= p.From {
			continue // never worked
		}
		if p.Holds(day) {
			return nil, nil
		}
		if p.From < day { // over by now
			since = max(since, *p.To)
		}
	}
	if int(day-since) < days {
		return nil, nil
	}
	return &AwayEvidence{Since: since}, nil
}
