package tenant

import (
	"fmt"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

const (
	minutesOfDay = 24 * 60
	maxSpans     = 4 // of one weekday
)

// Span is a stretch of a weekday's business in which the store is open.
type Span struct {
	Weekday       int16 // 1 = Monday … 7 = Sunday, of the business day
	Opens, Closes int16 // minutes after midnight; past 1440 is the night of the same business day
}

// OpeningHours are a store's opening hours by weekday, in order; none = not said, which
// refuses nothing. A weekday without a span is a day of rest.
type OpeningHours []Span

// CheckHours puts spans in order and says what is wrong with them, each at its
// place in the list. Fault: invalid_field.
func CheckHours(h OpeningHours) (OpeningHours, error) {
	var bad []fault.Violation
	say := func(i int, message string) {
		bad = append(bad, fault.Violation{Field: fmt.Sprintf("hours[%d]", i), Rule: "VIS-10", Message: message})
	}
	for i, s := range h {
		switch {
		case s.Weekday < 1 || s.Weekday > 7:
			say(i, "星期几应在 1（星期一）到 7（星期日）之间。")
		case s.Opens < 0 || s.Opens >= minutesOfDay:
			say(i, "开门时间应在 00:00 到 23:59 之间。")
		case s.Closes <= s.Opens || s.Closes > s.Opens+minutesOfDay:
			say(i, "关门时间要晚于开门时间；过了零点写次日的时间，最多 24 小时。")
		}
	}
	if len(bad) > 0 {
		return nil, fault.Fields("invalid_field", "营业时间有误，请按提示修改。", bad...)
	}
	h = slices.Clone(h)
	slices.SortFunc(h, func(a, b Span) int {
		if a.Weekday != b.Weekday {
			return int(a.Weekday) - int(b.Weekday)
		}
		return int(a.Opens) - int(b.Opens)
	})
	of := 0
	for i, s := range h {
		if of++; i > 0 && h[i-1].Weekday != s.Weekday {
			of = 1
		} else if i > 0 && s.Opens < h[i-1].Closes {
			return nil, fault.Field("hours", "VIS-10", "同一天的两段营业时间重叠，请改成一段或分开。")
		}
		if of > maxSpans {
			return nil, fault.Field("hours", "VIS-10", "一天最多分 4 段营业时间。")
		}
	}
	return h, nil
}

// Open reports whether the store is open at any moment of a business day between
// two times after its midnight.
func (h OpeningHours) Open(on kernel.BusinessDate, from, to time.Duration) bool {
	if len(h) == 0 {
		return true
	}
	weekday := int16((on.Time().Weekday()+6)%7) + 1
	for _, s := range h {
		if s.Weekday == weekday && time.Duration(s.Opens)*time.Minute < to && time.Duration(s.Closes)*time.Minute > from {
			return true
		}
	}
	return false
}
