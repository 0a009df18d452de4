package tenant

import (
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

const (
	maxClosureDays = 731 // two years of works
	maxClosureLate = 366 // how long ago works may have begun that are entered now
)

// Closure is days on which a store is closed for works (停业); they do not count
// in the months of LIF-03 (RUL-07).
type Closure struct {
	ID        kernel.UUID
	From, To  kernel.BusinessDate // both closed
	Reason    string
	CreatedBy *kernel.PersonID
	CreatedAt time.Time
}

// Covers reports whether a business day lies in it.
func (c Closure) Covers(on kernel.BusinessDate) bool { return c.From <= on && on <= c.To }

// ClosuresAt are the closures that were known at a moment (RUL-03).
func (s Store) ClosuresAt(at time.Time) []Closure {
	var known []Closure
	for _, c := range s.Closures {
		if !c.CreatedAt.After(at) {
			known = append(known, c)
		}
	}
	return known
}

// Check says whether a store may be closed so, on its business day today, beside
// what is entered already. Faults: invalid_field, store.closure_overlaps.
func (c Closure) Check(today kernel.BusinessDate, others []Closure) error {
	switch {
	case strings.TrimSpace(c.Reason) == "":
		return fault.Field("reason", "RUL-07", "请写停业的原因，例如“后厨改造”。")
	case c.To < c.From:
		return fault.Field("to_date", "RUL-07", "停业的最后一天不能早于第一天。")
	case c.To-c.From >= maxClosureDays:
		return fault.Field("to_date", "RUL-07", "一次停业最长两年；不再营业请办理闭店。")
	case c.From < today-maxClosureLate:
		return fault.Field("from_date", "RUL-07", "停业的第一天不能早于一年以前。")
	}
	for _, o := range others {
		if o.ID != c.ID && c.From <= o.To && o.From <= c.To {
			return ErrClosureOverlaps
		}
	}
	return nil
}

// End gives the closure with another last day. What has passed stays: the last
// day can't move before yesterday's, or before the first. Faults: invalid_field,
// store.closure_overlaps.
func (c Closure) End(to, today kernel.BusinessDate, others []Closure) (Closure, error) {
	if to < min(c.To, today-1) {
		return c, fault.Field("to_date", "RUL-07", "已经过去的停业日不能改，最早到昨天为止。")
	}
	c.To = to
	return c, c.Check(today, others)
}

// MayWithdraw says whether it can be taken back as if it had not been: only
// before it begins. Fault: store.closure_begun.
func (c Closure) MayWithdraw(today kernel.BusinessDate) error {
	if c.From <= today {
		return ErrClosureBegun
	}
	return nil
}
