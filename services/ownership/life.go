package ownership

import (
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// RuleAdopted is the rule by which an adoption, once reviewed, begins a tie.
const RuleAdopted = "LIF-08"

// Life is one file's facts over a span of days, as a play goes through them. All
// lists are in the order of time.
type Life struct {
	File       kernel.FileID
	Store      kernel.StoreID
	Former     []Place // where it was before (HND-08)
	ApprovedOn kernel.BusinessDate
	Visits     []Visit // that count; also the last before the span
	Ties       []PastTie
	Closed     []tenant.Closure // days the store was closed for works (RUL-07)
	// Idle reports that a run did not act in the file's store: before its go-live
	// (RUL-06), while it waits (RUL-07), where head office stopped it (RUL-08); nil:
	// every run did.
	Idle func(Step) bool
	Held []Period // in handover on the mornings of these days: no rule takes the guest away (HND-06)
	Busy []Period // somebody was checking the file for an offer he had confirmed: no adoption (LIF-14)
	// Adopting is to whom an adoption is open now; zero: to nobody.
	Adopting kernel.PersonID
	Made     []Event // what the runs decided in the span, and the ties that adoptions began
	// Settled are the corrections that people settled in the span, in their order.
	Settled []Settled
}

// PastTie is a tie as it was; its start is that of its clock (RUL-06).
type PastTie struct {
	Bond
	On      kernel.BusinessDate  // since when it held: its first day, later for one that was given back
	End     *kernel.BusinessDate // first day no longer; nil: it holds
	EndedBy Kind                 // the rule of a run that ended it; empty: people did, or it holds
	Origin  Origin
}

// Event is what a run decides on a file, or the tie that follows from an adoption.
//
// Its JSON is what a proposed correction keeps of it.
type Event struct {
	On       kernel.BusinessDate `json:"on"`
	Rule     Kind                `json:"rule"`
	From     kernel.PersonID     `json:"from,omitzero"` // zero: nobody
	To       kernel.PersonID     `json:"to,omitzero"`
	Evidence any                 `json:"evidence"`         // that of the rule, or its JSON
	Seen     []Visit             `json:"visits,omitempty"` // that were counted
	// Changed are, in a proposed correction, the visits by which it differs: not counted
	// there then, or not counted here now.
	Changed []Visit `json:"changed,omitempty"`
}

// Same reports whether two events come to the same for everybody: evidence may
// differ.
func (e Event) Same(o Event) bool {
	return e.On == o.On && e.Rule == o.Rule && e.From == o.From && e.To == o.To
}

// Hold is whose a file is, once the month before a day was closed on it.
type Hold struct {
	Entered bool                // approved by then
	Owner   kernel.PersonID     // zero: public
	Since   kernel.BusinessDate // first day of the tie, or of being public
	Offered kernel.PersonID     // to whom the last close offered the public guest; zero: nobody

	takesOn  kernel.BusinessDate // when he takes him on, where nothing of it is known; zero: his acts tell
	supposed bool                // that the owner took him on is supposed: he was not offered him in fact
}

// Public reports whether anybody may be offered the guest.
func (h Hold) Public() bool { return h.Entered && h.Owner.IsZero() }

// Same reports whether two files stand alike.
func (h Hold) Same(o Hold) bool {
	return h.Entered == o.Entered && h.Owner == o.Owner && h.Since == o.Since && h.Offered == o.Offered
}

// At is how the file stood in fact on a day, right after the close of the month
// before if there was one: what else the day brought is still to come.
func (l *Life) At(day kernel.BusinessDate) Hold { return l.stands(day, true) }

// evening is how it stood when a day was over, before the close of its month.
func (l *Life) evening(day kernel.BusinessDate) Hold { return l.stands(day+1, false) }

func (l *Life) stands(day kernel.BusinessDate, closed bool) Hold {
	h := Hold{Entered: l.ApprovedOn < day, Since: l.ApprovedOn}
	for _, t := range l.Ties {
		if t.On >= day {
			break
		}
		h = Hold{Entered: true, Owner: t.Referrer, Since: t.Start}
		if t.End != nil && (*t.End < day || closed && *t.End == day && t.EndedBy.Monthly()) {
			h = Hold{Entered: true, Since: *t.End}
		}
	}
	if h.Public() {
		for _, e := range l.Made {
			if e.Rule == KindAdoption && e.On >= h.Since && (e.On < day || closed && e.On == day) {
				h.Offered = e.To
			}
		}
	}
	return h
}

// act is what people did to whose a file is.
type act struct {
	on       kernel.BusinessDate
	from, to kernel.PersonID     // zero: nobody
	start    kernel.BusinessDate // first day of what begins
	origin   Origin
}

// acts are those on or after a day: all of what happened to the ties but for what
// runs decided, and what somebody confirmed, whose ground may be gone.
func (l *Life) acts(from kernel.BusinessDate) (out []act) {
	add := func(a act) {
		if a.on >= from && !l.corrects(a) {
			out = append(out, a)
		}
	}
	if len(l.Ties) == 0 || l.Ties[0].On > l.ApprovedOn {
		add(act{on: l.ApprovedOn, start: l.ApprovedOn})
	}
	var owner kernel.PersonID
	for i, t := range l.Ties {
		add(act{on: t.On, from: owner, to: t.Referrer, start: t.Start, origin: t.Origin})
		if owner = t.Referrer; t.End == nil {
			continue
		}
		moves := i+1 < len(l.Ties) && l.Ties[i+1].On == *t.End
		switch {
		case t.EndedBy != "":
			owner = kernel.PersonID{}
		case !moves:
			add(act{on: *t.End, from: owner, start: *t.End})
			owner = kernel.PersonID{}
		}
	}
	return out
}

// corrects reports whether an act is the carrying out of a correction.
func (l *Life) corrects(a act) bool {
	return slices.ContainsFunc(l.Settled, func(c Settled) bool {
		return c.Confirmed && c.On == a.on && (c.Effect == EffectRestore && c.Person == a.to || c.Effect == EffectRelease && c.Person == a.from && a.to.IsZero())
	})
}

// adopted reports whether the close of a day offered the guest to somebody in fact.
func (l *Life) adopted(on kernel.BusinessDate, to kernel.PersonID) bool {
	return slices.ContainsFunc(l.Made, func(e Event) bool { return e.Rule == KindAdoption && e.On == on && e.To == to })
}

// offeredWithin reports whether the offer that a tie rests on was made in the span.
func (l *Life) offeredWithin(from, until kernel.BusinessDate, to kernel.PersonID) bool {
	return slices.ContainsFunc(l.Made, func(e Event) bool { return e.Rule == KindAdoption && e.On > from && e.On <= until && e.To == to })
}
