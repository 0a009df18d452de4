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
	Began kernel.BusinessDate `json:"began"` // the business day the clock counts from
	Days  int                 `json:"days"`  // since then
	Step  IdleStep            `json:"step"`
	Ends  kernel.BusinessDate `json:"ends"` // the day of deletion if nothing is submitted
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
// 1 April. Each warning comes once; whoever missed the first gets the last only.
// Nil: nothing to do.
func DecideIdle(day kernel.BusinessDate, f Idle, s tenant.Store, t IdleTerms) (*IdleEvidence, error) {
	if t.First < 1 || t.Last < t.First || t.End < t.Last {
		return nil, fmt.Errorf("terms %d, %d, %d are not in order", t.First, t.Last, t.End)
	}
	e := IdleEvidence{Began: s.BusinessDate(f.Clock)}
	if e.Days, e.Ends = int(day-e.Began), e.Began+kernel.BusinessDate(t.End); e.Days < 0 {
		return nil, errClockAhead
	}
	switch {
	case e.Days >= t.End:
		e.Step = IdleDelete
	case e.Days >= t.Last && f.Warned < 2:
		e.Step = IdleWarnEnd
	case e.Days >= t.First && f.Warned < 1:
		e.Step = IdleWarn
	default:
		return nil, nil
	}
	return &e, nil
}

// BegunBefore is the instant before which, in the store that is furthest, a file
// must have been begun to be so many days old on a business day.
func BegunBefore(day kernel.BusinessDate, days int, stores []tenant.Store) (latest time.Time) {
	from := day - kernel.BusinessDate(days) + 1
	for _, s := range stores {
		clock := s.ClockOn(from)
		if t := from.At(clock.Cutover, clock.Zone); t.After(latest) {
			latest = t
		}
	}
	return latest
}
