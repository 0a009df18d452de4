package ownership

import (
	"slices"

	"github.com/changke/changke/services/kernel"
)

// Law is the rules that a play goes by from a day on.
type Law struct {
	From  kernel.BusinessDate
	Terms map[kernel.StoreID]Terms
	// Posts are the periods in which somebody held a post in a store that may own
	// files under these rules, in any order.
	Posts func(kernel.PersonID, kernel.StoreID) []Period
}

// Terms are the values of LIF-03, 04, 05 and 07 in a store.
type Terms struct {
	Months     int
	Share      ShareTerms
	AwayDays   int
	Receptions int
}

// Span is what of a chain's days is played: it begins on a day after the close of
// the month before, and ends with the close on its last day, or with all of it.
type Span struct {
	From, To kernel.BusinessDate
	Whole    bool // the daily rules of To act too
}

// Play plays a file's days by the rules alone, in the order of the chain, with the
// functions that the runs call (RUL-04, RUL-09). What people did takes place where
// the guest stands as he stood in fact, and falls away elsewhere; what they would
// have done with an adoption that was not made in fact nobody knows: who is
// offered a guest then takes him on two days later, if he still may.
type Play struct {
	Laws  []Law // by their first day; the first lies before every span
	Kinds []Kind
}

// walk is one file on its way.
type walk struct {
	*Play
	life   *Life
	from   kernel.BusinessDate // since when it is played: what people were offered before is as it was
	day    kernel.BusinessDate // the next
	closed bool                // whose close is played
	hold   Hold
	acts   []act // still to come
	events []Event
	after  func(kernel.BusinessDate) kernel.BusinessDate // the day on which to look next
}

// Run plays a span from how the file stands at its begin. Errors are those of the
// rules, for a file that can't be decided.
func (p *Play) Run(l *Life, h Hold, s Span) ([]Event, Hold, error) { return p.run(l, h, s, false) }

func (p *Play) run(l *Life, h Hold, s Span, everyDay bool) ([]Event, Hold, error) {
	w := p.walk(l, h, s.From)
	if everyDay {
		w.after = func(day kernel.BusinessDate) kernel.BusinessDate { return day + 1 }
	}
	err := w.until(s.To, s.Whole)
	return w.events, w.hold, err
}

// walk begins one after the close on a day.
func (p *Play) walk(l *Life, h Hold, from kernel.BusinessDate) *walk {
	w := &walk{Play: p, life: l, from: from, day: from, closed: true, hold: h, acts: l.acts(from)}
	w.after = w.next
	return w
}

// until plays on to a day: its close, and where it is whole all that it brings.
func (w *walk) until(to kernel.BusinessDate, whole bool) error {
	for w.day <= to {
		if !w.closed && w.day == w.day.Month().First() {
			if err := w.close(w.day); err != nil {
				return err
			}
		}
		if w.closed = true; w.day == to && !whole {
			return nil
		}
		if err := w.daily(w.day); err != nil {
			return err
		}
		w.people(w.day)
		w.day, w.closed = w.after(w.day), false
	}
	return nil
}

// Close is what the close of a month would decide on a file as it stands; may says
// who may own files at its end. Nil: nothing.
func Close(m kernel.Month, l *Life, h Hold, t Terms, may func(kernel.PersonID) bool) (*Event, error) {
	e := &Event{On: (m + 1).First(), From: h.Owner}
	switch {
	case !h.Entered || h.Since > m.Last():
		return nil, nil
	case h.Public():
		found, err := Adoption(m, h.Since, l.Visits, may, t.Receptions)
		if found == nil {
			return nil, err
		}
		e.Rule, e.To, e.Evidence, e.Seen = KindAdoption, found.Receiver, found, found.Seen
		if found.Tied() {
			e.Rule = RuleTied
		}
		return e, err
	}
	found, err := Share(m, Bond{Referrer: h.Owner, Start: h.Since}, l.Visits, t.Share)
	if found == nil {
		return nil, err
	}
	e.Rule, e.Evidence, e.Seen = KindShare, found, found.Seen
	return e, err
}

func (p *Play) law(day kernel.BusinessDate) *Law {
	law := &p.Laws[0]
	for i := range p.Laws {
		if p.Laws[i].From <= day {
			law = &p.Laws[i]
		}
	}
	return law
}

func (p *Play) in(k Kind) bool { return slices.Contains(p.Kinds, k) }

// runs reports whether a kind acts in the file's store on a day.
func (w *walk) runs(k Kind, day kernel.BusinessDate) bool {
	if k.Releases() && slices.ContainsFunc(w.life.Held, func(p Period) bool { return p.Holds(day) }) {
		return false
	}
	return w.in(k) && (w.life.Idle == nil || !w.life.Idle(Step{day, k}))
}

// works reports whether somebody may, on a day, own files in the file's store.
func (w *walk) works(law *Law, who kernel.PersonID, day kernel.BusinessDate) bool {
	return slices.ContainsFunc(w.posts(law, who), func(x Period) bool { return x.Holds(day) })
}

// posts are those that somebody held in the file's store and may own files in.
func (w *walk) posts(law *Law, who kernel.PersonID) []Period {
	return Worked(w.life.Store, w.life.Former, func(s kernel.StoreID) []Period { return law.Posts(who, s) })
}

// close is what a month's close decides, on the first of the next.
func (w *walk) close(day kernel.BusinessDate) error {
	law, m := w.law(day), day.Month()-1
	t, ok := law.Terms[w.life.Store]
	if !ok {
		return ErrNoStore
	}
	kind := KindShare
	if w.hold.Public() {
		kind = KindAdoption
	}
	busy := kind == KindAdoption && slices.ContainsFunc(w.life.Busy, func(p Period) bool { return p.Holds(day) })
	if busy || !w.runs(kind, day) {
		return nil
	}
	e, err := Close(m, w.life, w.hold, t, func(p kernel.PersonID) bool { return w.works(law, p, m.Last()) })
	if err != nil || e == nil {
		return err
	}
	w.events = append(w.events, *e)
	switch e.Rule {
	case KindShare:
		w.hold = Hold{Entered: true, Since: day}
	case KindAdoption:
		if w.hold.Offered, w.hold.takesOn = e.To, 0; !w.life.adopted(day, e.To) {
			w.hold.takesOn = day + 2
		}
	default: // LIF-07-TIE: he stays public
	}
	return nil
}

// daily are LIF-05 and LIF-03.
func (w *walk) daily(day kernel.BusinessDate) error {
	law := w.law(day)
	t, ok := law.Terms[w.life.Store]
	if !ok {
		return ErrNoStore
	}
	if !w.hold.Entered || w.hold.Owner.IsZero() || w.hold.Since >= day {
		return nil
	}
	if w.runs(KindAway, day) {
		e, err := Away(day, Presence{Start: w.hold.Since, Worked: w.posts(law, w.hold.Owner)}, t.AwayDays)
		if err != nil {
			return err
		}
		if e != nil {
			w.release(Event{On: day, Rule: KindAway, Evidence: e})
			return nil
		}
	}
	if !w.runs(KindDormancy, day) {
		return nil
	}
	seen := w.life.lastBefore(day)
	tenure := Tenure{Start: w.hold.Since, Closed: w.life.Closed}
	if len(seen) > 0 {
		tenure.LastVisit = &seen[0].On
	}
	e, err := Dormancy(day, tenure, t.Months)
	if err != nil || e == nil {
		return err
	}
	w.release(Event{On: day, Rule: KindDormancy, Evidence: e, Seen: seen})
	return nil
}

func (w *walk) release(e Event) {
	e.From = w.hold.Owner
	w.events = append(w.events, e)
	w.hold = Hold{Entered: true, Since: e.On}
}

// people is what they did on a day, and what they are taken to do.
func (w *walk) people(day kernel.BusinessDate) {
	for len(w.acts) > 0 && w.acts[0].on <= day {
		a := w.acts[0]
		w.acts = w.acts[1:]
		if a.from != w.hold.Owner {
			continue // the guest stands otherwise than he did
		}
		if a.origin == Origin(OfferAdoption) {
			if w.life.offeredWithin(w.from, day, a.to) && w.hold.Offered != a.to {
				continue // nobody has offered him to that person
			}
			w.events = append(w.events, Event{On: day, Rule: RuleAdopted, To: a.to})
		}
		w.hold = Hold{Entered: true, Owner: a.to, Since: a.start}
	}
	if h := w.hold; h.Public() && h.takesOn == day {
		w.hold.takesOn, w.hold.Offered = 0, kernel.PersonID{}
		if w.works(w.law(day), h.Offered, day) {
			w.events = append(w.events, Event{On: day, Rule: RuleAdopted, To: h.Offered})
			w.hold = Hold{Entered: true, Owner: h.Offered, Since: day, supposed: true}
		}
	}
}

// next is the next day on which anything can happen: between those the rules are
// not asked, for they would say no.
func (w *walk) next(day kernel.BusinessDate) kernel.BusinessDate {
	next := (day.Month() + 1).First()
	sooner := func(d kernel.BusinessDate) {
		if d > day {
			next = min(next, d)
		}
	}
	for i := range w.Laws {
		sooner(w.Laws[i].From)
	}
	if len(w.acts) > 0 {
		sooner(w.acts[0].on)
	}
	if w.hold.takesOn != 0 {
		sooner(w.hold.takesOn)
	}
	law := w.law(day)
	t, ok := law.Terms[w.life.Store]
	if w.hold.Owner.IsZero() || !ok {
		return next
	}
	if w.in(KindDormancy) {
		sooner(max(day+1, w.dormantOn(day, t.Months)))
	}
	if w.in(KindAway) {
		worked := w.posts(law, w.hold.Owner)
		// Who is at work today is away no sooner than so long after one of his posts ends.
		if e, err := Away(day, Presence{Start: w.hold.Since, Worked: worked}, t.AwayDays); e != nil || err != nil {
			sooner(day + 1) // due, and no run has said so yet
		}
		sooner(w.hold.Since + kernel.BusinessDate(t.AwayDays))
		for _, p := range worked {
			if p.To != nil {
				sooner(max(w.hold.Since, *p.To) + kernel.BusinessDate(t.AwayDays))
			}
		}
	}
	return next
}

// dormantOn is the first day after a day on which LIF-03 would end the tie, or one that
// is over, if it should have.
func (w *walk) dormantOn(day kernel.BusinessDate, months int) kernel.BusinessDate {
	since, seen := w.hold.Since, w.life.before(day+1)
	if seen > 0 {
		since = max(since, w.life.Visits[seen-1].On)
	}
	on := FirstPast(since, months)
	for _, v := range w.life.Visits[seen:] {
		if v.On >= on {
			break
		}
		if v.On > since {
			since = v.On
			on = FirstPast(since, months)
		}
	}
	return on
}

// before is how many visits there were before a day.
func (l *Life) before(day kernel.BusinessDate) int {
	i, _ := slices.BinarySearchFunc(l.Visits, day, func(v Visit, d kernel.BusinessDate) int { return int(v.On - d) })
	return i
}

// lastBefore is the last visit before a day; empty: there is none.
func (l *Life) lastBefore(day kernel.BusinessDate) []Visit {
	i := l.before(day)
	return l.Visits[max(0, i-1):i]
}
