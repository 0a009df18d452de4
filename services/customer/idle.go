package customer

import (
	"fmt"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

// IdleTerms are DEL-02's days since a file was begun: two warnings, then the end.
type IdleTerms struct{ First, Last, End int }

// TermsOf reads the terms of a rule set.
func TermsOf(r tenant.Rules) IdleTerms {
	day := func(key string) int { return int(r.Int(key, kernel.StoreID{})) }
	return IdleTerms{First: day(RuleUnapprovedFirst), Last: day(RuleUnapprovedLast), End: day(RuleUnapprovedDays)}
}

// EndsOn is the business day on which a file is deleted that was begun then and
// is never submitted.
func (t IdleTerms) EndsOn(s tenant.Store, begun time.Time) kernel.BusinessDate {
	return s.BusinessDate(begun) + kernel.BusinessDate(t.End)
}

// Writing is what somebody has to finish.
type Writing struct {
	Back   int32               // files that came back with reasons
	Ending int32               // files of whose deletion he is warned (DEL-02)
	Ends   kernel.BusinessDate // the day the first of them is deleted
}

// Idle is a file never approved that nobody has submitted, or that came back
// from review.
type Idle struct {
	File   kernel.FileID
	Store  kernel.StoreID
	Writer kernel.PersonID
	// Clock is when it was begun, moved on by every wait for a review, to the
	// microsecond: what DEL-02 counts from.
	Clock  time.Time
	Warned int // warnings its writer got
}

// IdleStep is what DEL-02 does to a file on a day.
type IdleStep string

// The steps.
const (
	IdleNothing IdleStep = ""
	IdleWarn    IdleStep = "warned"      // day 60
	IdleWarnEnd IdleStep = "warned_last" // day 83
	IdleDelete  IdleStep = "deleted"     // day 90
)

// IdleEvidence is what a decision of DEL-02 rests on; its JSON is what the
// decision keeps.
type IdleEvidence struct {
	Began kernel.BusinessDate `json:"began"` // the business day the clock counted from
	Days  int                 `json:"days"`  // since then
	Step  IdleStep            `json:"step"`
	Ends  kernel.BusinessDate `json:"ends"` // the day of deletion if nothing is submitted
	// Late are the days by which a warning came after its day; the clock stood for
	// them.
	Late  int       `json:"late,omitempty"`
	Clock time.Time `json:"-"` // Idle.Clock from now on
}

// IdleAct is a file with what DEL-02 decided on it.
type IdleAct struct {
	Idle
	IdleEvidence
}

// errClockAhead says that a file was begun after the day it is looked at.
var errClockAhead = fault.New(fault.Internal, "customer.clock_ahead", "begun after the day of the run")

// DecideIdle is DEL-02 on a business day. A day is counted when the next
// business day of the store begins: a file begun on 1 January is 90 days old on
// 1 April. Each warning comes once and none is left out: no file goes whose
// writer was not warned twice and had the days between, whatever kept the system
// from warning on time (it was off, or upgraded to a version that warns). So the
// clock stands from a warning's day to the day it is given, which is that of the
// moment at, when the run began: it may lie behind the day when days are caught
// up. Nil: nothing to do.
func DecideIdle(day kernel.BusinessDate, at time.Time, f Idle, s tenant.Store, t IdleTerms) (*IdleEvidence, error) {
	if t.First < 1 || t.Last < t.First || t.End < t.Last {
		return nil, fmt.Errorf("terms %d, %d, %d are not in order", t.First, t.Last, t.End)
	}
	e := IdleEvidence{Began: s.BusinessDate(f.Clock), Clock: f.Clock}
	if e.Days = int(day - e.Began); e.Days < 0 {
		return nil, errClockAhead
	}
	switch {
	case f.Warned == 0 && e.Days >= t.First:
		e.warn(IdleWarn, t.First, max(day, s.BusinessDate(at)), s)
	case f.Warned == 1 && e.Days >= t.Last:
		e.warn(IdleWarnEnd, t.Last, max(day, s.BusinessDate(at)), s)
	case f.Warned > 1 && e.Days >= t.End:
		e.Step = IdleDelete
	default:
		return nil, nil
	}
	e.Ends = e.Began + kernel.BusinessDate(e.Late+t.End)
	return &e, nil
}

// warn gives the warning of a number of days on a day, late or not.
func (e *IdleEvidence) warn(step IdleStep, term int, given kernel.BusinessDate, s tenant.Store) {
	e.Step, e.Days = step, int(given-e.Began)
	e.Late = e.Days - term
	e.Clock = e.Clock.In(s.ClockOn(e.Began).Zone).AddDate(0, 0, e.Late)
}

// BegunBefore is the instant before which, in the store that is furthest, a file
// must have been begun to be so many days old on a business day.
func BegunBefore(day kernel.BusinessDate, days int, stores []tenant.Store) (latest time.Time) {
	from := day - kernel.BusinessDate(days) + 1
	for _, s := range stores {
		clock := s.ClockOn(from)
		if t := s.Reached(from, clock.Cutover); t.After(latest) {
			latest = t
		}
	}
	return latest
}
