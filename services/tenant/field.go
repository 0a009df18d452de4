package tenant

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is the sort of value a rule field holds; all are kept as int64.
type Kind uint8

// The kinds of values.
const (
	Int     Kind = iota + 1 // a whole number in the field's unit
	Bool                    // 0 or 1
	Time                    // a time of day: minutes after midnight
	Percent                 // whole per cent
	Day                     // a day of the month, 1 to 28: every month has it
	Pick                    // one of Choices: its place in the list
)

// Field is one value the rulebook prints in bold: each context declares the
// fields of its own rules in `var RuleFields`, main hands all of them to
// tenantapp. A value of several parts is several fields: of a span the first
// and the last (NotBelow), of meal periods the first minute of each.
type Field struct {
	Key              string // stable, e.g. "lifecycle.dormant_months"
	Rule             string // rulebook id, e.g. "LIF-03"
	Label, LabelEN   string // its name, in Chinese and in English
	Help, HelpEN     string // what it does
	Unit             Unit   // empty for plain numbers
	Kind             Kind
	Min, Max         int64    // bounds, both allowed; those of Bool and Pick go without saying
	Default          int64    // what the rulebook gives
	Choices          []Choice // of a Pick; only ever added to at the end, values are places in it
	NotBelow         string   // key of a field that this one may not lie below
	StoreMayOverride bool
	Pending          bool // no part of the product reads it yet; a test keeps this honest
}

// Choice is one of the values of a Pick.
type Choice struct {
	Code     string // what programs read, e.g. "Asia/Shanghai"
	Text, EN string
}

// Catalogue is every field of the product, in the rulebook's order.
type Catalogue []Field

// chapters are the families of rule ids in the order of the rulebook.
var chapters = []string{"RUL", "ROL", "ACC", "CUS", "VIS", "LIF", "HND", "CHG", "DEL", "BLK", "QTA", "CAR", "PLN", "LED", "REP", "OPS"}

// Join makes one catalogue of the sections of several contexts, in the order
// of the rulebook.
func Join(sections ...[]Field) Catalogue {
	all := slices.Concat(sections...)
	chapter := func(f Field) int {
		family, _, _ := strings.Cut(f.Rule, "-")
		return slices.Index(chapters, family)
	}
	slices.SortStableFunc(all, func(a, b Field) int {
		if d := chapter(a) - chapter(b); d != 0 {
			return d
		}
		return strings.Compare(a.Rule, b.Rule)
	})
	return all
}

// Check says what is wrong with the declarations: the start of a server must
// not get past it.
func (c Catalogue) Check() error {
	seen := map[string]bool{}
	for _, f := range c {
		if f.Key == "" || seen[f.Key] {
			return fmt.Errorf("rule field %q is declared twice or has no key", f.Key)
		}
		seen[f.Key] = true
		lo, hi := f.Bounds()
		if f.Kind < Int || f.Kind > Pick || f.Default < lo || f.Default > hi {
			return fmt.Errorf("rule field %q: no kind, or its default %d is outside %d to %d", f.Key, f.Default, lo, hi)
		}
		if f.Unit.English(2) == "" && f.Unit != "" {
			return fmt.Errorf("rule field %q: nobody knows the unit %q", f.Key, f.Unit)
		}
		if low, ok := c.Field(f.NotBelow); f.NotBelow != "" && (!ok || f.Default < low.Default) {
			return fmt.Errorf("rule field %q lies below %q, or that does not exist", f.Key, f.NotBelow)
		}
	}
	return nil
}

// Field gives the field of a key. There are few enough to look through.
func (c Catalogue) Field(key string) (Field, bool) {
	for _, f := range c {
		if f.Key == key {
			return f, true
		}
	}
	return Field{}, false
}

// Bounds are the smallest and largest value allowed.
func (f Field) Bounds() (lo, hi int64) {
	if f.Kind == Bool {
		return 0, 1
	}
	if f.Kind == Pick {
		return 0, int64(len(f.Choices)) - 1
	}
	return f.Min, f.Max
}

// Show writes a value as people read it: 3 个月, 05:00, 50%, 每月 15 日.
func (f Field) Show(v int64) string {
	switch {
	case f.Kind == Bool && v != 0:
		return "是"
	case f.Kind == Bool:
		return "否"
	case f.Kind == Time:
		return fmt.Sprintf("%02d:%02d", v/60, v%60)
	case f.Kind == Percent:
		return fmt.Sprintf("%d%%", v)
	case f.Kind == Day:
		return fmt.Sprintf("%d 日", v)
	case f.Kind == Pick && v >= 0 && v < int64(len(f.Choices)):
		return f.Choices[v].Text
	case f.Unit == "":
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%d %s", v, f.Unit)
}
