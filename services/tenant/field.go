package tenant

import "fmt"

// Kind is the sort of value a rule field holds; all are kept as int64.
type Kind uint8

// The kinds of values.
const (
	Int  Kind = iota + 1 // a whole number in the field's unit
	Bool                 // 0 or 1
	Time                 // a time of day: minutes after midnight
)

// Field is one value the rulebook prints in bold: each context declares the
// fields of its own rules in `var RuleFields`, main hands all of them to
// tenantapp in the order of the rulebook.
type Field struct {
	Key              string // stable, e.g. "lifecycle.dormant_months"
	Rule             string // rulebook id, e.g. "LIF-03"
	Label            string // Chinese name
	Help             string // what it does, in Chinese
	Unit             string // in Chinese, e.g. "个月"; empty for plain numbers
	Kind             Kind
	Min, Max         int64 // bounds, both allowed
	Default          int64 // what the rulebook gives
	StoreMayOverride bool
}

// Catalogue is every field of the product, in the rulebook's order.
type Catalogue []Field

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
		if f.Kind < Int || f.Kind > Time || f.Default < lo || f.Default > hi {
			return fmt.Errorf("rule field %q: no kind, or its default %d is outside %d to %d", f.Key, f.Default, lo, hi)
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

// Bounds are the smallest and largest value allowed; those of a Bool go without saying.
func (f Field) Bounds() (lo, hi int64) {
	if f.Kind == Bool {
		return 0, 1
	}
	return f.Min, f.Max
}
