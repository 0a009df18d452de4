package customer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
)

// State is how far the open revision of a file has come (CUS-02); the texts are
// those in the database.
type State string

// The states.
const (
	Draft     State = "draft"     // begun; stage 1 is not complete
	Stage1    State = "stage1"    // stage 1 is complete
	Stage2    State = "stage2"    // both stages are complete; can be submitted
	Submitted State = "submitted" // waits for review
	Approved  State = "approved"
	Rejected  State = "rejected" // can be mended and submitted again
	Ended     State = "ended"    // no real guest: its standing has ended (CUS-12)
)

// Editable reports whether the writer may still change the fields.
func (s State) Editable() bool { return s != Submitted && s != Approved && s != Ended && s != Merged }

// Sex of a guest; the numbers are those in the database.
type Sex int16

// Sexes.
const (
	SexUnknown Sex = iota
	Male
	Female
)

// Fields are the fields of a file but the number, which is kept apart and
// boxed too: a revision stores them in JSON, as ciphertext. They print nothing.
type Fields struct {
	Name          Name              `json:"-"`                       // kept beside: JSON would mask it
	NameInsisted  bool              `json:"name_insisted,omitempty"` // the writer says the guest's name really is so (CUS-06)
	Sex           Sex               `json:"sex,omitempty"`
	PHS           bool              `json:"phs,omitempty"` // the writer says the number is a 小灵通 and no fixed line (CUS-07)
	HowKnown      string            `json:"how_known,omitempty"`
	Employer      string            `json:"employer,omitempty"`
	JobTitle      string            `json:"job_title,omitempty"`
	Address       string            `json:"address,omitempty"`
	Birthday      *Day              `json:"birthday,omitempty"`
	Wedding       *Day              `json:"wedding_day,omitempty"`
	CompanyDay    *Day              `json:"company_day,omitempty"` // the day the guest's company was founded
	Anniversaries []Anniversary     `json:"anniversaries,omitempty"`
	Taste         string            `json:"taste,omitempty"`
	Favourites    string            `json:"favourites,omitempty"`
	Taboos        string            `json:"taboos,omitempty"`
	InvoiceTitle  string            `json:"invoice_title,omitempty"`
	Consent       bool              `json:"consent,omitempty"`
	Extra         map[string]string `json:"extra,omitempty"` // the chain's own fields by name; never an empty value
}

// Clean brings fields into the form they are checked and stored in.
func (f Fields) Clean() Fields {
	f.Name = Name(NormalizeName(f.Name.Full()))
	for _, p := range []*string{&f.HowKnown, &f.Employer, &f.JobTitle, &f.Address, &f.Taste, &f.Favourites, &f.Taboos, &f.InvoiceTitle} {
		*p = strings.TrimSpace(*p)
	}
	f.NameInsisted = f.NameInsisted && insistable(f.Name.Full())
	f.Anniversaries = slices.Clone(f.Anniversaries)
	for i := range f.Anniversaries {
		f.Anniversaries[i].Label = strings.TrimSpace(f.Anniversaries[i].Label)
	}
	extra := map[string]string{}
	for name, value := range f.Extra {
		if value = strings.TrimSpace(value); value != "" {
			extra[name] = value
		}
	}
	f.Extra = nil
	if len(extra) > 0 {
		f.Extra = extra
	}
	return f
}

// insistable: a refused name may be somebody's, but one with digits or control
// characters is nobody's, and could be a number in clear.
func insistable(name string) bool {
	return name != "" && refuseName(name) != "" && utf8.RuneCountInString(name) <= maxNameSize &&
		!strings.ContainsFunc(name, func(r rune) bool { return unicode.IsDigit(r) || unicode.IsControl(r) })
}

// Check gives what is wrong with the fields that are filled in, at most one
// finding each, in the template's order; empty ones are never wrong here
// (Missing tells those). A name that CUS-06 refuses passes when the writer
// insists: the reviewer decides. What the template leaves out is not asked for,
// so only its size is looked at. Was is what the file held before: an own field
// that the template no longer has keeps its value, and takes no new one.
func (f Fields) Check(t Template, today kernel.BusinessDate, was Fields) []Finding {
	out := []Finding{}
	for _, l := range t.Fields {
		if why, rule := f.refuse(l); why != "" {
			out = append(out, Finding{l.Name, rule, why})
		}
	}
	for _, l := range t.Unused() {
		if why := refuseText(f.Text(l.Name), l); why != "" {
			out = append(out, Finding{l.Name, "CUS-02", why})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Extra)) {
		if _, ok := t.Field(name); !ok && was.Extra[name] != f.Extra[name] {
			out = append(out, Finding{name, "CUS-02", "建档模板里已经没有这一栏，请刷新后重新填写。"})
		}
	}
	for _, found := range f.checkDays(today) {
		out = append(out, *found)
	}
	return out
}

// refuse says what is wrong with one field, and by which rule.
func (f Fields) refuse(l TemplateField) (why, rule string) {
	text := f.Text(l.Name)
	if l.KindOf() == KindSex && (f.Sex < SexUnknown || f.Sex > Female) {
		return "请选择性别。", "CUS-02"
	}
	if text == "" {
		return "", ""
	}
	if why := refuseText(text, l); why != "" {
		return why, "CUS-02"
	}
	switch l.KindOf() {
	case KindName:
		if found := CheckName(f.Name.Full()); found != nil && !f.NameInsisted {
			return found.Message, found.Rule
		}
	case KindPlace:
		if l.Name == "employer" {
			return refuseEmployer(text), "CUS-08"
		}
		return refuseAddress(text), "CUS-08"
	case KindDate:
		return l.checkExtra(text), "CUS-09"
	default:
		if l.Own() {
			return l.checkExtra(text), "CUS-02"
		}
	}
	return "", ""
}

// refuseText says why a free text can't be kept.
func refuseText(text string, l TemplateField) string {
	limit := l.Limit()
	switch {
	case l.Own() && limit == 0:
		limit = ownLimit // a choice, date or answer is shorter
	case limit == 0:
		return ""
	}
	switch {
	case utf8.RuneCountInString(text) > limit:
		return fmt.Sprintf("%s最多 %d 个字。", l.Words().ZH, limit)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return l.Words().ZH + "里有无法保存的字符，请删除后重新填写。"
	}
	return ""
}

// Missing names the required fields of a stage that are empty.
func (f Fields) Missing(t Template, stage int) []string {
	out := []string{}
	for _, l := range t.Fields {
		if l.Stage == stage && l.Required && l.held() && f.Text(l.Name) == "" {
			out = append(out, l.Name)
		}
	}
	return out
}

// Incomplete gives a finding for each required field that is empty.
func (f Fields) Incomplete(t Template) []Finding {
	out := []Finding{}
	for _, name := range append(f.Missing(t, 1), f.Missing(t, 2)...) {
		l, _ := t.Field(name)
		if l.KindOf() == KindConsent {
			out = append(out, Finding{name, "CUS-11", "请征得客人同意后勾选“同意建档”。"})
		} else {
			out = append(out, Finding{name, "CUS-02", "请填写" + l.Words().ZH + "。"})
		}
	}
	return out
}

// Stage is the state that the fields of an unsubmitted file are in.
func (f Fields) Stage(t Template) State {
	switch {
	case len(f.Missing(t, 1)) > 0:
		return Draft
	case len(f.Missing(t, 2)) > 0:
		return Stage1
	default:
		return Stage2
	}
}
