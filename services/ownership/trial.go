package ownership

import (
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of trials.
var (
	ErrNoTrial    = fault.New(fault.NotFound, "trial.not_found", "没有找到这次试算。")
	ErrTrialBusy  = fault.New(fault.Conflict, "trial.running", "已有一次试算正在进行，请等它完成或先取消。")
	ErrTrialOver  = fault.New(fault.Conflict, "trial.over", "这次试算已经结束。")
	ErrTrialEarly = fault.New(fault.Conflict, "trial.not_done", "试算还没有完成，完成后再导出。")
	ErrNoDraft    = fault.New(fault.Conflict, "trial.no_draft", "没有草稿可试：请先在规则页修改参数并保存草稿。")
	ErrTrialHQ    = fault.New(fault.Forbidden, "trial.head_office", "规则是全企业的，只能由总部试算。")
)

// Bounds of how many months a trial goes back, beside the running one (RUL-04).
const (
	MinTrialMonths = 1
	MaxTrialMonths = 12
)

// TrialState is where a trial stands; the texts are those in the database.
type TrialState string

// The states.
const (
	TrialQueued    TrialState = "queued"
	TrialRunning   TrialState = "running"
	TrialDone      TrialState = "done"
	TrialCancelled TrialState = "cancelled"
	TrialFailed    TrialState = "failed"
)

// Going reports whether a trial is not over yet.
func (s TrialState) Going() bool { return s == TrialQueued || s == TrialRunning }

// TrialSpan is what a trial on a day plays: so many whole months and the running
// one, up to the day's runs. A chain that began later is played from its first day.
func TrialSpan(today kernel.BusinessDate, months int, first kernel.BusinessDate) Span {
	return Span{From: max(first, (today.Month() - kernel.Month(months)).First()), To: today, Whole: true}
}

// TrialLine is one event that happens in only one of two: in fact, or under the
// rules that are tried.
type TrialLine struct {
	Event
	Tried bool // under the rules tried, and not in fact; else in fact only
	// Late: with the rules as they were it would differ likewise. It is what was
	// learned afterwards that makes the difference, not the rules.
	Late bool
}

// Tried is what a trial finds on one file.
type Tried struct {
	Lines      []TrialLine     // what differs, in the order of time
	Fact, Then []Event         // all that happened, and all that would have
	Held       kernel.PersonID // who owns the guest at the end in fact; zero: nobody
	HeldThen   kernel.PersonID // and under the rules tried
}

// Try plays a file's span under the rules that were in force and under others, and
// compares with what happened (RUL-04).
func Try(l *Life, inForce, tried *Play, s Span) (*Tried, error) {
	begin := l.At(s.From)
	then, end, err := tried.Run(l, begin, s)
	if err != nil {
		return nil, err
	}
	same, _, err := inForce.Run(l, begin, s)
	if err != nil {
		return nil, err
	}
	fact := l.within(s)
	out := &Tried{Fact: fact, Then: then, Held: l.At(s.To + 1).Owner, HeldThen: end.Owner}
	gone, late := without(fact, then), without(fact, same)
	come, lateCome := without(then, fact), without(same, fact)
	for _, e := range gone {
		out.Lines = append(out.Lines, TrialLine{Event: e, Late: slices.ContainsFunc(late, e.Same)})
	}
	for _, e := range come {
		out.Lines = append(out.Lines, TrialLine{Event: e, Tried: true, Late: slices.ContainsFunc(lateCome, e.Same)})
	}
	slices.SortStableFunc(out.Lines, func(a, b TrialLine) int { return int(a.On - b.On) })
	return out, nil
}

// within are the events of a span, as they were made.
func (l *Life) within(s Span) (out []Event) {
	for _, e := range l.Made {
		monthly := e.Rule.Monthly() || e.Rule == RuleTied
		switch {
		case e.On < s.From || e.On > s.To, e.On == s.From && monthly, e.On == s.To && !monthly && !s.Whole:
		default:
			out = append(out, e)
		}
	}
	return out
}

// without are those of events that others do not have.
func without(events, others []Event) (out []Event) {
	for _, e := range events {
		if !slices.ContainsFunc(others, e.Same) {
			out = append(out, e)
		}
	}
	return out
}

// Loses reports whether somebody loses the guest by an event.
func (e Event) Loses() bool { return !e.From.IsZero() }

// Wins reports whether somebody is offered the guest by an event.
func (e Event) Wins() bool { return e.Rule == KindAdoption }
