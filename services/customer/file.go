package customer

import (
	"fmt"
	"slices"
	"strings"
	"time"
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
)

// Editable reports whether the writer may still change the fields.
func (s State) Editable() bool { return s != Submitted && s != Approved }

// Sex of a guest; the numbers are those in the database.
type Sex int16

// Sexes.
const (
	SexUnknown Sex = iota
	Male
	Female
)

// Fields are the fields of a file but the number, which is kept apart and
// boxed. This is what a revision stores, in JSON.
type Fields struct {
	Name         string               `json:"name,omitempty"`
	NameInsisted bool                 `json:"name_insisted,omitempty"` // the writer says the guest's name really is so (CUS-06)
	Sex          Sex                  `json:"sex,omitempty"`
	HowKnown     string               `json:"how_known,omitempty"`
	Employer     string               `json:"employer,omitempty"`
	JobTitle     string               `json:"job_title,omitempty"`
	Address      string               `json:"address,omitempty"`
	Birthday     *kernel.BusinessDate `json:"birthday,omitempty"`
	Taste        string               `json:"taste,omitempty"`
	Favourites   string               `json:"favourites,omitempty"`
	Taboos       string               `json:"taboos,omitempty"`
	InvoiceTitle string               `json:"invoice_title,omitempty"`
	Consent      bool                 `json:"consent,omitempty"`
}

// field is one line of the file's template.
type field struct {
	name     string
	label    kernel.Words
	stage    int
	required bool
	limit    int // characters; 0: not a free text
	value    func(*Fields) any
}

// template is the file's form as every chain begins with it (CUS-02). The
// number belongs to stage 1 too and is always there; the referrer is the writer.
var template = []field{
	{"name", kernel.Words{ZH: "姓名", EN: "name"}, 1, true, 0, func(f *Fields) any { return f.Name }},
	{"sex", kernel.Words{ZH: "性别", EN: "sex"}, 1, true, 0, func(f *Fields) any { return f.Sex }},
	{"how_known", kernel.Words{ZH: "如何认识", EN: "how known"}, 1, true, 200, func(f *Fields) any { return f.HowKnown }},
	{"employer", kernel.Words{ZH: "工作单位", EN: "employer"}, 2, true, 100, func(f *Fields) any { return f.Employer }},
	{"job_title", kernel.Words{ZH: "职务", EN: "job title"}, 2, true, 50, func(f *Fields) any { return f.JobTitle }},
	{"address", kernel.Words{ZH: "地址", EN: "address"}, 2, true, 200, func(f *Fields) any { return f.Address }},
	{"birthday", kernel.Words{ZH: "生日", EN: "birthday"}, 2, true, 0, func(f *Fields) any { return f.Birthday }},
	{"consent", kernel.Words{ZH: "客人同意建档", EN: "consent"}, 2, true, 0, func(f *Fields) any { return f.Consent }},
	{"taste", kernel.Words{ZH: "口味与座位偏好", EN: "taste and seat"}, 2, false, 200, func(f *Fields) any { return f.Taste }},
	{"favourites", kernel.Words{ZH: "喜爱菜品", EN: "favourite dishes"}, 2, false, 200, func(f *Fields) any { return f.Favourites }},
	{"taboos", kernel.Words{ZH: "忌口与过敏", EN: "taboos and allergies"}, 2, false, 200, func(f *Fields) any { return f.Taboos }},
	{"invoice_title", kernel.Words{ZH: "发票抬头", EN: "invoice title"}, 2, false, 100, func(f *Fields) any { return f.InvoiceTitle }},
}

func (l field) empty(f *Fields) bool {
	switch v := l.value(f).(type) {
	case string:
		return v == ""
	case Sex:
		return v == SexUnknown
	case bool:
		return !v
	case *kernel.BusinessDate:
		return v == nil
	}
	return true
}

// Clean brings fields into the form they are checked and stored in.
func (f Fields) Clean() Fields {
	f.Name = NormalizeName(f.Name)
	for _, p := range []*string{&f.HowKnown, &f.Employer, &f.JobTitle, &f.Address, &f.Taste, &f.Favourites, &f.Taboos, &f.InvoiceTitle} {
		*p = strings.TrimSpace(*p)
	}
	f.NameInsisted = f.NameInsisted && insistable(f.Name)
	return f
}

// insistable: a refused name may be somebody's, but one with digits or control
// characters is nobody's, and could be a number in clear.
func insistable(name string) bool {
	return name != "" && refuseName(name) != "" && utf8.RuneCountInString(name) <= maxNameSize &&
		!strings.ContainsFunc(name, func(r rune) bool { return unicode.IsDigit(r) || unicode.IsControl(r) })
}

// Check gives what is wrong with the fields that are filled in, at most one
// finding each; empty ones are never wrong here (Missing tells those). A name
// that CUS-06 refuses passes when the writer insists: the reviewer decides.
func (f Fields) Check(today kernel.BusinessDate) []Finding {
	out := []Finding{}
	if f.Name != "" && !f.NameInsisted {
		if found := CheckName(f.Name); found != nil {
			out = append(out, *found)
		}
	}
	if f.Sex < SexUnknown || f.Sex > Female {
		out = append(out, Finding{"sex", "CUS-02", "请选择性别。"})
	}
	for _, l := range template {
		text, isText := l.value(&f).(string)
		switch {
		case !isText || l.limit == 0:
		case utf8.RuneCountInString(text) > l.limit:
			out = append(out, Finding{l.name, "CUS-02", fmt.Sprintf("%s最多 %d 个字。", l.label.ZH, l.limit)})
		case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
			out = append(out, Finding{l.name, "CUS-02", l.label.ZH + "里有无法保存的字符，请删除后重新填写。"})
		case l.name == "employer" || l.name == "address":
			if why := refusePlace(text); why != "" {
				out = append(out, Finding{l.name, "CUS-08", why})
			}
		}
	}
	if f.Birthday != nil && (*f.Birthday > today || *f.Birthday < kernel.NewDate(1900, time.January, 1)) {
		out = append(out, Finding{"birthday", "CUS-09", "生日应在 1900 年之后、今天之前，请重新选择。"})
	}
	return out
}

// Missing names the required fields of a stage that are empty.
func (f Fields) Missing(stage int) []string {
	out := []string{}
	for _, l := range template {
		if l.stage == stage && l.required && l.empty(&f) {
			out = append(out, l.name)
		}
	}
	return out
}

// Incomplete gives a finding for each required field that is empty.
func (f Fields) Incomplete() []Finding {
	out := []Finding{}
	for _, l := range template {
		if l.required && l.empty(&f) {
			out = append(out, Finding{l.name, "CUS-02", "请填写" + l.label.ZH + "。"})
		}
	}
	if i := slices.IndexFunc(out, func(x Finding) bool { return x.Field == "consent" }); i >= 0 {
		out[i].Message = "请征得客人同意后勾选“同意建档”。"
		out[i].Rule = "CUS-11"
	}
	return out
}

// Stage is the state that the fields of an unsubmitted file are in.
func (f Fields) Stage() State {
	switch {
	case len(f.Missing(1)) > 0:
		return Draft
	case len(f.Missing(2)) > 0:
		return Stage1
	default:
		return Stage2
	}
}

// Changed names the fields in which g differs from f, in the template's order.
func (f Fields) Changed(g Fields) []string {
	out := []string{}
	for _, l := range template {
		a, b := l.value(&f), l.value(&g)
		if d, ok := a.(*kernel.BusinessDate); ok {
			e := b.(*kernel.BusinessDate)
			if (d == nil) != (e == nil) || d != nil && *d != *e {
				out = append(out, l.name)
			}
		} else if a != b {
			out = append(out, l.name)
		}
	}
	return out
}

// Text is a field's value as text, for comparing; empty fields give "".
func (f Fields) Text(name string) string {
	i := slices.IndexFunc(template, func(l field) bool { return l.name == name })
	if i < 0 || template[i].empty(&f) {
		return ""
	}
	if d, ok := template[i].value(&f).(*kernel.BusinessDate); ok {
		return d.String()
	}
	return fmt.Sprint(template[i].value(&f))
}

// FieldNames are the names reasons may stand at: the template's and the number.
func FieldNames() []string {
	out := []string{"number"}
	for _, l := range template {
		out = append(out, l.name)
	}
	return out
}
