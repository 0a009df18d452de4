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

// Catalogue is every field of the product, by key and in the rulebook's order.
type Catalogue struct {
	fields []Field
	byKey  map[string]int
}

// NewCatalogue joins the contexts' fields. An error means that a declaration is
// wrong, which a start of the server must show.
func NewCatalogue(contexts ...[]Field) (Catalogue, error) {
	c := Catalogue{byKey: map[string]int{}}
	for _, fields := range contexts {
		for _, f := range fields {
			if _, twice := c.byKey[f.Key]; twice || f.Key == "" {
				return Catalogue{}, fmt.Errorf("rule field %q is declared twice or has no key", f.Key)
			}
			if f.Kind == Bool {
				f.Min, f.Max = 0, 1
			}
			if f.Kind < Int || f.Kind > Time || f.Default < f.Min || f.Default > f.Max {
				return Catalogue{}, fmt.Errorf("rule field %q: no kind, or its default %d is outside %d to %d", f.Key, f.Default, f.Min, f.Max)
			}
			c.byKey[f.Key] = len(c.fields)
			c.fields = append(c.fields, f)
		}
	}
	return c, nil
}

// Fields lists the fields in the rulebook's order.
func (c Catalogue) Fields() []Field { return c.fields }

// Field gives the field of a key.
func (c Catalogue) Field(key string) (Field, bool) {
	i, ok := c.byKey[key]
	if !ok {
		return Field{}, false
	}
	return c.fields[i], true
}
