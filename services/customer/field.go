package customer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/changke/changke/services/kernel"
)

// FieldKind is how a field is asked for; the texts are those in the database.
type FieldKind string

// The kinds. A chain's own fields are of the last five.
const (
	KindName          FieldKind = "name"          // CUS-06
	KindSex           FieldKind = "sex"           // one of two
	KindNumber        FieldKind = "number"        // CUS-07; kept apart from the other fields
	KindReferrer      FieldKind = "referrer"      // whoever writes the file; not asked for
	KindPlace         FieldKind = "place"         // must be specific (CUS-08)
	KindBirthday      FieldKind = "birthday"      // a day that has passed, solar or lunar (CUS-09)
	KindDay           FieldKind = "day"           // a day that returns each year, solar or lunar (CUS-09)
	KindAnniversaries FieldKind = "anniversaries" // other such days, each with a label
	KindConsent       FieldKind = "consent"       // CUS-11
	KindText          FieldKind = "text"          // a line
	KindNote          FieldKind = "note"          // some lines
	KindChoice        FieldKind = "choice"        // one of the choices of the template
	KindDate          FieldKind = "date"          // a real date (CUS-09)
	KindYesNo         FieldKind = "yes_no"        // 是 or 否; not answered is empty
)

// Group is under which heading of stage 2 a field stands.
type Group string

// The groups, in the order of the form. Whatever is of stage 1 stands in the first.
const (
	GroupBasic Group = "basic"
	GroupWork  Group = "work"
	GroupDays  Group = "days"
	GroupTaste Group = "taste"
	GroupOther Group = "other"
)

var groups = []Group{GroupBasic, GroupWork, GroupDays, GroupTaste, GroupOther}

// field is one of the fields that the product itself knows, with the place it
// has in the form that every chain begins with (CUS-02).
type field struct {
	name     string
	label    kernel.Words
	kind     FieldKind
	stage    int
	group    Group
	required bool
	fixed    bool // of stage 1, required, in every template
	limit    int  // characters; 0: not a free text
	help     string
	text     func(*Fields) string // "": empty; nil: kept elsewhere, and always there
}

var known = []field{
	{"name", kernel.Words{ZH: "姓名", EN: "name"}, KindName, 1, GroupBasic, true, true, 0, "身份证上的全名，不要写“王总”“李姐”。", func(f *Fields) string { return f.Name.Full() }},
	{"sex", kernel.Words{ZH: "性别", EN: "sex"}, KindSex, 1, GroupBasic, true, true, 0, "", func(f *Fields) string { return code(f.Sex) }},
	{"number", kernel.Words{ZH: "号码", EN: "number"}, KindNumber, 1, GroupBasic, true, true, 0, "", nil},
	{"how_known", kernel.Words{ZH: "如何认识", EN: "how known"}, KindText, 1, GroupBasic, true, true, 200, "", func(f *Fields) string { return f.HowKnown }},
	{"referrer", kernel.Words{ZH: "推荐人", EN: "referrer"}, KindReferrer, 1, GroupBasic, true, true, 0, "", nil},
	{"employer", kernel.Words{ZH: "工作单位", EN: "employer"}, KindPlace, 2, GroupWork, true, false, 100, "", func(f *Fields) string { return f.Employer }},
	{"job_title", kernel.Words{ZH: "职务", EN: "job title"}, KindText, 2, GroupWork, true, false, 50, "", func(f *Fields) string { return f.JobTitle }},
	{"address", kernel.Words{ZH: "地址", EN: "address"}, KindPlace, 2, GroupWork, true, false, 200, "", func(f *Fields) string { return f.Address }},
	{"birthday", kernel.Words{ZH: "生日", EN: "birthday"}, KindBirthday, 2, GroupDays, true, false, 0, "", func(f *Fields) string { return dayText(f.Birthday) }},
	{"wedding_day", kernel.Words{ZH: "结婚纪念日", EN: "wedding day"}, KindDay, 2, GroupDays, false, false, 0, "", func(f *Fields) string { return dayText(f.Wedding) }},
	{"company_day", kernel.Words{ZH: "公司周年日", EN: "company day"}, KindDay, 2, GroupDays, false, false, 0, "", func(f *Fields) string { return dayText(f.CompanyDay) }},
	{"anniversaries", kernel.Words{ZH: "其他纪念日", EN: "other anniversaries"}, KindAnniversaries, 2, GroupDays, false, false, 0, "", func(f *Fields) string { return joinAnniversaries(f.Anniversaries) }},
	{"taste", kernel.Words{ZH: "口味与座位偏好", EN: "taste and seat"}, KindNote, 2, GroupTaste, false, false, 200, "", func(f *Fields) string { return f.Taste }},
	{"favourites", kernel.Words{ZH: "喜爱菜品", EN: "favourite dishes"}, KindNote, 2, GroupTaste, false, false, 200, "", func(f *Fields) string { return f.Favourites }},
	{"taboos", kernel.Words{ZH: "忌口与过敏", EN: "taboos and allergies"}, KindNote, 2, GroupTaste, false, false, 200, "", func(f *Fields) string { return f.Taboos }},
	{"invoice_title", kernel.Words{ZH: "发票抬头", EN: "invoice title"}, KindText, 2, GroupOther, false, false, 100, "", func(f *Fields) string { return f.InvoiceTitle }},
	{"consent", kernel.Words{ZH: "客人同意建档", EN: "consent"}, KindConsent, 2, GroupOther, true, false, 0, "", func(f *Fields) string { return yes(f.Consent) }},
}

// code, dayText and yes write values as texts; empty ones as "".
func code(s Sex) string {
	if s == SexUnknown {
		return ""
	}
	return fmt.Sprint(int(s))
}

func dayText(d *Day) string {
	if d == nil {
		return ""
	}
	return d.Text()
}

func yes(b bool) string {
	if !b {
		return ""
	}
	return Yes
}

// Answers to a KindYesNo of a chain's own.
const (
	Yes = "yes"
	No  = "no"
)

func knownField(name string) (field, bool) {
	i := slices.IndexFunc(known, func(l field) bool { return l.name == name })
	if i < 0 {
		return field{}, false
	}
	return known[i], true
}

// ownPrefix begins the names of a chain's own fields; no other name has it.
const ownPrefix = "x_"

// IsOwn reports whether a field is one that a chain made itself.
func IsOwn(name string) bool { return strings.HasPrefix(name, ownPrefix) }

// Text is a field's value as text, for comparing; empty fields give "".
func (f Fields) Text(name string) string {
	if IsOwn(name) {
		return f.Extra[name]
	}
	if l, ok := knownField(name); ok && l.text != nil {
		return l.text(&f)
	}
	return ""
}

// Changed names the fields in which g differs from f: the product's in the
// order of the form, then the chain's own by name.
func (f Fields) Changed(g Fields) []string {
	out := []string{}
	for _, l := range known {
		if l.text != nil && l.text(&f) != l.text(&g) {
			out = append(out, l.name)
		}
	}
	own := []string{}
	for name, value := range f.Extra {
		if g.Extra[name] != value {
			own = append(own, name)
		}
	}
	for name := range g.Extra {
		if _, ok := f.Extra[name]; !ok {
			own = append(own, name)
		}
	}
	slices.Sort(own)
	return append(out, own...)
}

// FieldNames are the names of the product's fields.
func FieldNames() []string {
	out := make([]string, len(known))
	for i, l := range known {
		out[i] = l.name
	}
	return out
}

// Label is the name of one of the product's fields, as people read it.
func Label(name string) kernel.Words {
	if l, ok := knownField(name); ok {
		return l.label
	}
	return kernel.Same(name)
}
