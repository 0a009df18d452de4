package ownership

import (
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// CauseKind is what sort of fact was learned late.
type CauseKind string

// The sorts.
const (
	CauseVisit    CauseKind = "visit"     // a visit that was not known, or did not count
	CauseVoid     CauseKind = "void"      // one that counted, and does not
	CauseCredit   CauseKind = "credit"    // one that is somebody else's
	CausePost     CauseKind = "post"      // who holds a post
	CausePostEnd  CauseKind = "post_end"  // who holds it no longer
	CausePostNext CauseKind = "post_next" // who holds another
	CauseLeave    CauseKind = "leave"     // who is on long leave
	CauseLeaveEnd CauseKind = "leave_end" // who is back from it
	CauseWorks    CauseKind = "works"     // days on which the store was closed (RUL-07)
	CauseLoss     CauseKind = "loss"      // who has lost a guest, by a run that had waited (RUL-07)
)

// Cause is a fact that was learned only after what was decided, or scored: why a
// difference came about (RUL-09, QTA-04). Its JSON is what a correction keeps of it.
type Cause struct {
	Kind      CauseKind           `json:"kind"`
	On        kernel.BusinessDate `json:"on"`              // of the visit; the first with the post, without it, of the works
	To        kernel.BusinessDate `json:"to,omitzero"`     // the last of the works
	Meal      tenant.MealPeriod   `json:"meal,omitzero"`   // of the visit
	Booked    visit.Kind          `json:"booked,omitzero"` // of a score: the room or banquet that it is about instead of a visit
	Person    kernel.PersonID     `json:"person,omitzero"` // whose the visit is now; zero: nobody's; who has the post
	LearnedOn kernel.BusinessDate `json:"learned_on"`
	Merging   visit.Merging       `json:"merging,omitzero"` // of files, by which the visit came or went
}

// LearnedOf finds when the last was learned of a day and meal of a file, and whether by a
// merging, given what was learned of the file. day is the business day of a moment, other
// that of what it says nothing of: a visit that was moved to another day.
func LearnedOf(all []visit.Learned, day func(time.Time) kernel.BusinessDate, other kernel.BusinessDate) func(Visit) (kernel.BusinessDate, visit.Merging) {
	return func(v Visit) (kernel.BusinessDate, visit.Merging) {
		for _, k := range all {
			if k.Date == v.On && k.Meal == v.Meal {
				return day(k.At), k.Merging
			}
		}
		return other, ""
	}
}

// Came compares the visits on which a difference rests with those that were known at a
// moment: those by which its events differ, and all of the months that it closes anew;
// learned says when a day and meal was last learned of.
func (d Difference) Came(l *Life, known []Visit, learned func(Visit) (kernel.BusinessDate, visit.Merging)) []Cause {
	all := d.Changed()
	for _, v := range append(slices.Clone(known), l.Visits...) {
		closes := func(e Event) bool { return e.moment() == closeOf(e.On) && e.month() == v.On.Month() }
		if (slices.ContainsFunc(d.Decided, closes) || slices.ContainsFunc(d.Now, closes)) && !slices.ContainsFunc(all, v.sameMeal) {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, Visit.before)
	return LateVisits(all, known, l.Visits, learned)
}

// LateVisits says of each of some days and meals what was learned of its visit since it was
// known as it was; learned says when. Visits of one meal that are one since files were
// merged are known as several.
func LateVisits(of, known, now []Visit, learned func(Visit) (kernel.BusinessDate, visit.Merging)) (out []Cause) {
	at := func(all []Visit, v Visit) (found *Visit, same int) {
		for i, o := range all {
			if o == v {
				same++
			}
			if o == v || found == nil && o.sameMeal(v) {
				found = &all[i]
			}
		}
		return found, same
	}
	for _, v := range of {
		c := Cause{Kind: CauseVisit, On: v.On, Meal: v.Meal}
		was, before := at(known, v)
		is, after := at(now, v)
		switch {
		case was == nil && is == nil, was != nil && is != nil && was.By == is.By && before <= after:
			continue // it was known just so
		case is == nil:
			c.Kind, c.Person = CauseVoid, was.By
		case was != nil:
			c.Kind, c.Person = CauseCredit, is.By
		default:
			c.Person = is.By
		}
		c.LearnedOn, c.Merging = learned(v)
		out = append(out, c)
	}
	return out
}

// Entered is a post or a long leave of somebody, with when each end of it was recorded.
type Entered struct {
	Person kernel.PersonID
	Leave  bool
	Period
	At    time.Time
	EndAt *time.Time // nil: with it, or there is none
}

// Late is what was learned of it after a moment that bears on days up to one; false:
// nothing, or it was recorded ahead. day is the business day of a moment.
func (e Entered) Late(since time.Time, upTo kernel.BusinessDate, day func(time.Time) kernel.BusinessDate) (Cause, bool) {
	c := Cause{Kind: CausePost, On: e.From, Person: e.Person, LearnedOn: day(e.At)}
	if e.Leave {
		c.Kind = CauseLeave
	}
	if !e.At.After(since) {
		if e.To == nil || e.EndAt == nil || !e.EndAt.After(since) {
			return c, false
		}
		c.Kind, c.On, c.LearnedOn = CausePostEnd, *e.To, day(*e.EndAt)
		if e.Leave {
			c.Kind = CauseLeaveEnd
		}
	}
	return c, c.On <= upTo && c.On <= c.LearnedOn
}

// Transfers makes one of the end of a post and the beginning of the next that were entered
// for one day.
func Transfers(all []Cause) (out []Cause) {
	for _, c := range all {
		end, begin := c, c
		end.Kind, begin.Kind = CausePostEnd, CausePost
		if (c == end || c == begin) && slices.Contains(all, end) && slices.Contains(all, begin) {
			if c == end {
				continue
			}
			c.Kind = CausePostNext
		}
		out = append(out, c)
	}
	return out
}

// Late are the visits of a difference that were learned of too late; of one from before
// causes were kept, all by which it differs.
func (d Difference) Late() (out []Visit) {
	if len(d.Causes) == 0 {
		return d.Changed()
	}
	for _, c := range d.Causes {
		if c.Meal != 0 {
			out = append(out, Visit{On: c.On, Meal: c.Meal, By: c.Person})
		}
	}
	return out
}
