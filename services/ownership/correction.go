package ownership

import (
	"encoding/json"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of corrections.
var (
	ErrNoCorrection    = fault.New(fault.NotFound, "correction.not_found", "没有找到这条建议更正。")
	ErrCorrectionOver  = fault.New(fault.Conflict, "correction.over", "这条建议更正已经办完或不再成立，请刷新后再看。")
	ErrCorrectionOwn   = fault.New(fault.Forbidden, "correction.own", "这条更正涉及您本人，请由其他负责人办理。")
	ErrCorrectionMoot  = fault.New(fault.Conflict, "correction.moot", "客户现在的归属已经变化，不能再照此更正；请写明原因后忽略。")
	ErrCorrectionHeld  = fault.New(fault.Conflict, "correction.in_handover", "这位客户正在交接，等交接办完或中止后再确认这条更正。")
	ErrCorrectionPost  = fault.New(fault.Conflict, "correction.not_in_post", "这位员工现在不在本店可维系客户的岗位上，不能把客户交给他；请写明原因后忽略。")
	ErrCorrectionOpen  = fault.New(fault.Conflict, "correction.appealed", "这位客户有一项申诉还没有结果，请先裁定申诉。")
	ErrCorrectionOwned = fault.New(fault.Forbidden, "correction.owned", "客户现在另有推荐人，只能由总部决定是否改回。")
)

// KindCorrection looks for what was decided otherwise than the facts known now
// would have it (RUL-09): the last of a day's runs.
const KindCorrection Kind = "RUL-09"

// OriginCorrection is that of a tie which a confirmed correction begins.
const OriginCorrection Origin = "correction"

// CorrectionMonths is how many closed months are looked back on, beside the
// running one: as for scores (QTA-04).
const CorrectionMonths = 12

// CorrectionState is where a proposed correction stands; the texts are those in
// the database.
type CorrectionState string

// The states.
const (
	CorrectionProposed  CorrectionState = "proposed"
	CorrectionNoted     CorrectionState = "noted"     // nobody would own the guest otherwise now: nothing to do
	CorrectionConfirmed CorrectionState = "confirmed" // done from that day on
	CorrectionDismissed CorrectionState = "dismissed"
	CorrectionGone      CorrectionState = "gone" // later facts took the difference away before anybody decided
)

// Effect is what confirming a correction does, from that day on.
type Effect string

// The effects.
const (
	EffectNone     Effect = "none"     // the end is the same
	EffectRestore  Effect = "restore"  // the guest is given back to whom he should not have been taken from
	EffectRelease  Effect = "release"  // the guest becomes public
	EffectOffer    Effect = "offer"    // the public guest is offered to who received him most
	EffectWithdraw Effect = "withdraw" // an offer that has no ground any more ends
)

// Difference is how a month would have been decided with what is known now, where
// that is not how it was (RUL-09).
type Difference struct {
	Month   kernel.Month
	Decided []Event // only in fact
	Now     []Event // only now
	Effect  Effect
	Person  kernel.PersonID // restore, offer: who gets the guest; release, withdraw: who has him, or his offer
	// After is how many corrections of the month people have confirmed before: what they
	// made of it is what was decided.
	After int
}

// Confirmed is a difference that a person confirmed, and the day from which it counts.
type Confirmed struct {
	Difference
	On kernel.BusinessDate
}

// settle gives how a file stands once the correction is carried out on it.
func (c Confirmed) settle(h Hold) Hold {
	switch c.Effect {
	case EffectRestore:
		h.Owner, h.Offered = c.Person, kernel.PersonID{}
	case EffectRelease:
		h.Owner = kernel.PersonID{}
	case EffectOffer:
		h.Offered = c.Person
	case EffectWithdraw:
		h.Offered = kernel.PersonID{}
	case EffectNone:
	}
	return h
}

// CorrectionSpans are the months looked back on from a day's end, oldest first:
// each with its close, and the running one up to that day.
func CorrectionSpans(today, first kernel.BusinessDate) (out []Span) {
	for m := max(today.Month()-CorrectionMonths, first.Month()); m <= today.Month(); m++ {
		s := Span{From: max(first, m.First()), To: (m + 1).First()}
		if m == today.Month() {
			s.To, s.Whole = today, true
		}
		out = append(out, s)
	}
	return out
}

// Differences replays each span with the facts known now, from how the file really
// stood at its begin, and lists where what was decided differs: by the runs, and by who
// confirmed a correction, whose ground later facts may take away. What people did
// meanwhile is nobody's mistake and never listed.
func (p *Play) Differences(l *Life, spans []Span) (out []Difference, err error) {
	for _, s := range spans {
		if l.ApprovedOn > s.To {
			continue
		}
		events, end, err := p.Run(l, l.At(s.From), s)
		if err != nil {
			return nil, err
		}
		stands := s.To
		if s.Whole {
			stands++
		}
		d := Difference{Month: s.From.Month()}
		fact, hold, now := decided(l.within(s)), l.At(stands), decided(events)
		for _, c := range l.Corrected {
			if c.Month != d.Month {
				continue
			}
			d.After++
			if fact = append(without(fact, c.Decided), c.Now...); c.On >= stands {
				hold = c.settle(hold)
			}
		}
		d.Decided, d.Now = without(fact, now), without(now, fact)
		if len(d.Decided)+len(d.Now) == 0 {
			continue
		}
		l.compare(&d)
		d.Effect, d.Person = effect(d, hold, end, l.Adopting)
		out = append(out, d)
	}
	return out, nil
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
			if !slices.ContainsFunc(out, func(o Visit) bool { return o.On == v.On && o.Meal == v.Meal }) {
				out = append(out, v)
			}
		}
	}
	slices.SortFunc(out, Visit.before)
	return out
}

// decided are the events that a run decided, without the ties that followed.
func decided(events []Event) []Event {
	return slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.Rule == RuleAdopted })
}

// effect is what a difference comes to, from how the file stood at the span's end
// and how it would have. An adoption that is over takes no withdrawing.
func effect(d Difference, fact, now Hold, adopting kernel.PersonID) (Effect, kernel.PersonID) {
	switch {
	case !now.Owner.IsZero() && now.Owner != fact.Owner:
		return EffectRestore, now.Owner
	case !fact.Owner.IsZero() && now.Owner.IsZero():
		return EffectRelease, fact.Owner
	}
	for _, e := range d.Now {
		if e.Wins() && now.Public() {
			return EffectOffer, e.To
		}
	}
	for _, e := range d.Decided {
		if e.Wins() && e.To == adopting {
			return EffectWithdraw, e.To
		}
	}
	return EffectNone, kernel.PersonID{}
}

// CorrectionEvidence is what the decision of a person who confirmed a correction
// rests on; its JSON is what the decision keeps.
type CorrectionEvidence struct {
	Correction kernel.UUID      `json:"correction"`
	Month      kernel.Month     `json:"month"`
	Effect     Effect           `json:"effect"`
	Rules      []Kind           `json:"rules"` // whose decisions differ
	By         kernel.PersonID  `json:"by"`
	For        *kernel.PersonID `json:"for,omitempty"` // whose delegate he was
}

// Rules names the rules by which a difference differs, each once.
func (d Difference) Rules() (out []Kind) {
	for _, e := range append(slices.Clone(d.Decided), d.Now...) {
		if !slices.Contains(out, e.Rule) {
			out = append(out, e.Rule)
		}
	}
	return out
}

// CorrectionFacts are how a file stands as somebody confirms a correction.
type CorrectionFacts struct {
	Owner kernel.PersonID // of the file now; zero: public
	Held  bool            // he is in handover (HND-06)
	Ended bool            // the file has no standing any more (CUS-12)
	// Newer are those who got the guest after the days that the correction is about,
	// in whatever way: what they have rests on something else.
	Newer []kernel.PersonID
	Works bool   // who would get the guest may own files in the store today
	Offer *Offer // the open one of the file
	// OfferFor is the day of the close that made it; zero: none did.
	OfferFor kernel.BusinessDate
	// Submitted: whoever took that offer on has submitted the file, which waits for
	// its review (LIF-14).
	Submitted bool
	Appealed  bool // somebody contests a loss of the guest (LIF-14)
	All       bool // who confirms decides for the whole chain
}

// Confirm says whether a correction can be carried out as things stand now.
// Faults: correction.moot, correction.in_handover, correction.appealed,
// correction.not_in_post, correction.owned.
func (d Difference) Confirm(f CorrectionFacts) error {
	switch {
	case f.Ended:
		return ErrCorrectionMoot
	case f.Held:
		return ErrCorrectionHeld
	case f.Appealed:
		return ErrCorrectionOpen
	}
	switch d.Effect {
	case EffectRestore:
		switch {
		case f.Owner == d.Person, slices.Contains(f.Newer, d.Person):
			return ErrCorrectionMoot
		case !f.Works:
			return ErrCorrectionPost
		case !f.Owner.IsZero() && !f.All:
			return ErrCorrectionOwned
		}
		return nil
	case EffectRelease:
		if f.Owner != d.Person || slices.Contains(f.Newer, d.Person) {
			return ErrCorrectionMoot
		}
		return nil
	case EffectOffer:
		switch {
		case !f.Owner.IsZero(), len(f.Newer) > 0, f.Offer != nil && !f.Offer.GivesWay(OfferAdoption, f.Submitted):
			return ErrCorrectionMoot
		case !f.Works:
			return ErrCorrectionPost
		}
		return nil
	case EffectWithdraw:
		made := func(e Event) bool { return e.Wins() && e.To == d.Person && e.On == f.OfferFor }
		if f.Offer == nil || f.Offer.Person != d.Person || f.Offer.Kind != OfferAdoption || !slices.ContainsFunc(d.Decided, made) {
			return ErrCorrectionMoot
		}
		return nil
	case EffectNone:
	}
	return ErrCorrectionMoot
}

// Concerns reports whether a difference is about what somebody lost, got or would
// have: he does not decide on it (ROL-04).
func (d Difference) Concerns(p kernel.PersonID) bool {
	of := func(e Event) bool { return e.From == p || e.To == p }
	return d.Person == p || slices.ContainsFunc(d.Decided, of) || slices.ContainsFunc(d.Now, of)
}
