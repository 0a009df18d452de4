package ownership

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
)

// Difference is how a guest would have been decided on with what is known now, where
// that is not how it was (RUL-09): from the first month that comes out otherwise until he
// stands again as he does in fact. What follows from an error is part of it.
type Difference struct {
	Month   kernel.Month // whose decisions differ first
	Decided []Event      // only in fact
	Now     []Event      // only now
	Effect  Effect
	Person  kernel.PersonID // restore, offer: who gets the guest; release, withdraw: who has him, or his offer
	// After is how many corrections of the month people have confirmed before: what they
	// made of it is what was decided.
	After int
	// Ended is the day from which he stands again as in fact; zero: the next day may go on
	// with it.
	Ended kernel.BusinessDate
	// Causes is what was learned too late, as far as it is known.
	Causes []Cause
}

// Settled is a difference that a person confirmed, or left as it was decided, and the day
// on which he did.
type Settled struct {
	Difference
	On        kernel.BusinessDate
	At        time.Time // to the moment
	Confirmed bool
}

// CorrectionsFrom is the first day looked back on from a day's end, of a chain that
// began on another: whole months.
func CorrectionsFrom(today, first kernel.BusinessDate) kernel.BusinessDate {
	return max(first, (today.Month() - CorrectionMonths).First())
}

// Differences plays a span again with the facts known now, and lists where what was
// decided differs: by the runs, and by who confirmed a correction, whose ground later
// facts may take away. The play goes on from its own state while somebody else would have
// the guest, so that one error is one difference with all that follows from it; where a
// month begins with the same owner, or where a person settled just what differs, it takes
// up how the guest stands in fact. So at most the last has an effect. What people did
// meanwhile is nobody's mistake and never listed.
func (p *Play) Differences(l *Life, s Span) (out []Difference, err error) {
	if l.ApprovedOn > s.To {
		return nil, nil
	}
	a := &again{walk: p.walk(l, l.At(s.From), s.From), since: closeOf(s.From)}
	settled := slices.DeleteFunc(slices.Clone(l.Settled), func(c Settled) bool { return c.On < s.From || c.On > s.To })
	for m := s.From.Month() + 1; ; m++ {
		end := min(m.First(), s.To)
		for ; len(settled) > 0 && (settled[0].On < end || end == s.To); settled = settled[1:] {
			if err := a.until(settled[0].On, true); err != nil {
				return nil, err
			}
			a.settle(settled[0])
		}
		if end == s.To {
			break
		}
		if err := a.until(end, false); err != nil {
			return nil, err
		}
		if d := a.meet(end); d != nil {
			out = append(out, *d)
		}
	}
	if err := a.until(s.To, true); err != nil {
		return nil, err
	}
	if d := a.difference(closeOf(s.To) + 1); d != nil {
		d.Effect, d.Person = a.effect(d, l.evening(s.To))
		out = append(out, *d)
	}
	for i := range out {
		l.compare(&out[i])
	}
	return out, nil
}

// moment orders what a day brings: its close, then all else.
type moment int

func closeOf(day kernel.BusinessDate) moment { return moment(2 * day) }

func (e Event) moment() moment {
	if e.Rule.Monthly() || e.Rule == RuleTied {
		return closeOf(e.On)
	}
	return closeOf(e.On) + 1
}

// month is the one that an event is about.
func (e Event) month() kernel.Month {
	if e.moment() == closeOf(e.On) {
		return e.On.Month() - 1
	}
	return e.On.Month()
}

// again is a file that is played again, beside what was decided on it.
type again struct {
	*walk
	since     moment // when the guest last stood as he does in fact
	confirmed []Settled
}

// decided are the events up to a moment as runs decided them, and as people corrected
// them since.
func (a *again) decided(until moment) []Event {
	fact := decided(a.life.Made)
	for _, c := range a.confirmed {
		fact = append(without(fact, c.Decided), c.Now...)
	}
	return slices.DeleteFunc(fact, func(e Event) bool { return e.moment() <= a.since || e.moment() > until })
}

// difference is what differs up to a moment; nil: nothing does.
func (a *again) difference(until moment) *Difference {
	fact := a.decided(until)
	now := slices.DeleteFunc(decided(a.events), func(e Event) bool { return e.moment() <= a.since })
	d := &Difference{Decided: without(fact, now), Now: without(now, fact), Effect: EffectNone}
	if len(d.Decided)+len(d.Now) == 0 {
		return nil
	}
	d.Month = d.first().month()
	for _, c := range a.confirmed {
		if c.Month == d.Month {
			d.After++
		}
	}
	return d
}

// meet takes up how the guest stands in fact after the close on the first of a month, if
// it comes to the same; what differed until then is over.
func (a *again) meet(first kernel.BusinessDate) *Difference {
	d, fact := a.difference(closeOf(first)), a.life.At(first)
	if d != nil {
		offers := func(e Event) bool { return e.On == first && e.Wins() }
		effect, _ := a.effect(d, fact)
		if effect != EffectNone || fact.Owner != a.hold.Owner || slices.ContainsFunc(d.Decided, offers) || slices.ContainsFunc(d.Now, offers) {
			return nil
		}
		d.Ended = first
	} else if fact.Owner != a.hold.Owner {
		return nil
	}
	a.hold, a.from, a.since = fact, first, closeOf(first)
	return d
}

// settle is what a person did about a difference: what he saw is done with as he did it.
// Where later facts made another of it, a confirmed one is what was decided.
func (a *again) settle(c Settled) {
	evening := closeOf(c.On) + 1
	if d := a.difference(evening); d != nil && d.Same(c.Difference) {
		a.hold, a.from, a.since, a.day, a.closed = a.life.evening(c.On), c.On, evening, c.On+1, false
	} else if c.Confirmed {
		a.since = min(a.since, closeOf(c.Month.First()))
	}
	if c.Confirmed {
		a.confirmed = append(a.confirmed, c)
	}
}

// Same reports whether two differences are of the same decisions.
func (d Difference) Same(o Difference) bool {
	same := func(a, b []Event) bool { return len(a) == len(b) && len(without(a, b)) == 0 }
	return d.Month == o.Month && same(d.Decided, o.Decided) && same(d.Now, o.Now)
}

// effect is what a difference comes to, from how the file stands in fact and how it
// would. Who supposedly took a guest on gets him offered; a loss that lies before what
// the owner has is over, but where a correction gave it, as is an adoption that nobody is
// considering.
func (a *again) effect(d *Difference, fact Hold) (Effect, kernel.PersonID) {
	now, adopting := a.hold, a.life.Adopting
	given := func(c Settled) bool { return c.Effect == EffectRestore && c.Person == fact.Owner && c.On == fact.Since }
	loses := func(e Event) bool {
		return e.From == fact.Owner && (e.On >= fact.Since || slices.ContainsFunc(a.confirmed, given))
	}
	switch {
	case !now.Owner.IsZero() && now.Owner != fact.Owner && !now.supposed:
		return EffectRestore, now.Owner
	case !now.Owner.IsZero() && fact.Public():
		return EffectOffer, now.Owner
	case !fact.Owner.IsZero() && now.Owner != fact.Owner && slices.ContainsFunc(d.Now, loses):
		return EffectRelease, fact.Owner
	case fact.Public() && now.takesOn != 0:
		return EffectOffer, now.Offered
	}
	for _, e := range slices.Backward(a.decided(closeOf(a.day) + 1)) {
		if e.Wins() && e.To == adopting {
			if slices.ContainsFunc(d.Decided, e.Same) {
				return EffectWithdraw, adopting
			}
			break
		}
	}
	return EffectNone, kernel.PersonID{}
}

// compare names the visits by which the events of a difference came about: those that a
// run did not know, or saw otherwise; none where posts or works did it. An event that
// nothing stands against rests on all that it counted.
func (l *Life) compare(d *Difference) {
	var seen []Visit
	for i := range d.Decided {
		e := &d.Decided[i]
		e.Changed = missing(nil, l.toCount(*e), e.Seen)
		e.Changed = missing(e.Changed, e.Seen, l.Visits)
		seen = append(seen, e.Seen...)
	}
	for i := range d.Now {
		d.Now[i].Changed = missing(nil, d.Now[i].Seen, seen)
	}
}

// missing adds to some visits those of a list that another does not hold.
func missing(to, from, in []Visit) []Visit {
	for _, v := range from {
		if !slices.Contains(in, v) {
			to = append(to, v)
		}
	}
	return to
}

// toCount are the visits, as they are known, on which a loss that was decided would
// rest: the last one, of LIF-04 those of the month since the tie began.
func (l *Life) toCount(e Event) []Visit {
	if e.Rule == KindDormancy {
		last, was := l.lastBefore(e.On), DormancyEvidence{}
		if kept, err := json.Marshal(e.Evidence); err == nil && json.Unmarshal(kept, &was) == nil && was.LastVisit != nil && len(last) > 0 && *was.LastVisit == last[0].On {
			return nil // it knew the last visit
		}
		return last
	}
	for _, t := range l.Ties {
		if e.Rule == KindShare && t.Referrer == e.From && t.On < e.On && t.End != nil && *t.End == e.On {
			return Within(e.On.Month()-1, t.Start, l.Visits)
		}
	}
	return nil
}

// Changed are the visits by which a difference came about, each once, in the order of
// time: as they are known now, or as they were counted.
func (d Difference) Changed() (out []Visit) {
	for _, e := range append(slices.Clone(d.Decided), d.Now...) {
		for _, v := range e.Changed {
			if !slices.ContainsFunc(out, v.sameMeal) {
				out = append(out, v)
			}
		}
	}
	slices.SortFunc(out, Visit.before)
	return out
}

// First is the day of the first decision that differs.
func (d Difference) First() kernel.BusinessDate { return d.first().On }

func (d Difference) first() Event {
	return slices.MinFunc(append(slices.Clone(d.Decided), d.Now...), func(a, b Event) int { return int(a.moment() - b.moment()) })
}

// Step is that of the run whose decision differs first.
func (d Difference) Step() Step {
	e := d.first()
	if e.Rule == RuleTied {
		e.Rule = KindAdoption
	}
	return Step{Day: e.On, Kind: e.Rule}
}

// Of reports whether a decision of a rule differs.
func (d Difference) Of(k Kind) bool {
	return slices.ContainsFunc(append(slices.Clone(d.Decided), d.Now...), func(e Event) bool { return e.Rule == k })
}

// Last is the day of the last decision that differs.
func (d Difference) Last() (on kernel.BusinessDate) {
	for _, e := range append(slices.Clone(d.Decided), d.Now...) {
		on = max(on, e.On)
	}
	return on
}

// Until is the last month in which a decision differs.
func (d Difference) Until() (last kernel.Month) {
	for _, e := range append(slices.Clone(d.Decided), d.Now...) {
		last = max(last, e.month())
	}
	return last
}

// OfferFor is the day of the close that should have made the offer in which a difference
// ends; zero: it ends in none.
func (d Difference) OfferFor() (on kernel.BusinessDate) {
	for _, e := range d.Now {
		if d.Effect == EffectOffer && e.Wins() && e.To == d.Person {
			on = e.On
		}
	}
	return on
}

// People are those whom a difference is about, each once.
func (d Difference) People() (out []kernel.PersonID) {
	for _, e := range append(slices.Clone(d.Decided), d.Now...) {
		for _, p := range []kernel.PersonID{e.From, e.To} {
			if !p.IsZero() && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// decided are the events that a run decided, without the ties that followed.
func decided(events []Event) []Event {
	return slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.Rule == RuleAdopted })
}
