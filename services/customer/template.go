package customer

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of templates.
var (
	ErrNoTemplate           = fault.New(fault.NotFound, "template.version_not_found", "没有这个版本的建档模板。")
	ErrTemplateDraftChanged = fault.New(fault.Conflict, "template.draft_changed", "模板草稿刚刚被别人修改过，请载入最新内容后再改。")
	ErrTemplateSame         = fault.New(fault.Conflict, "template.no_change", "草稿与现行模板相同，没有可发布的修改。")
	ErrTemplateHeadOffice   = fault.New(fault.Forbidden, "template.head_office", "建档模板由全企业共用，只有管理全企业的人可以修改。")
)

// How large a template may grow.
const (
	maxOwnFields = 30
	maxLabel     = 12
	maxHelp      = 60
	maxChoice    = 20
	minChoices   = 2
	maxChoices   = 20
	ownLimit     = 200 // characters of an own text
)

// TemplateField is one line of a template: a field of the product, of which
// the chain decides place, need and help, or one of the chain's own.
type TemplateField struct {
	Name     string    `json:"name"` // as in the interface; own ones "x_…"
	Stage    int       `json:"stage"`
	Group    Group     `json:"group"`
	Required bool      `json:"required,omitempty"`
	Help     string    `json:"help,omitempty"`
	Label    string    `json:"label,omitempty"`    // own fields only
	LabelEN  string    `json:"label_en,omitempty"` // own fields only; empty: as Label
	Kind     FieldKind `json:"kind,omitempty"`     // own fields only
	Choices  []string  `json:"choices,omitempty"`  // KindChoice only
}

// Own reports whether the field is the chain's own.
func (l TemplateField) Own() bool { return IsOwn(l.Name) }

// Fixed reports whether the field is of the core that no template lacks.
func (l TemplateField) Fixed() bool {
	k, ok := knownField(l.Name)
	return ok && k.fixed
}

// Words is the field's name as people read it.
func (l TemplateField) Words() kernel.Words {
	if !l.Own() {
		return Label(l.Name)
	}
	if l.LabelEN == "" {
		return kernel.Same(l.Label)
	}
	return kernel.Words{ZH: l.Label, EN: l.LabelEN}
}

// KindOf is how the field is asked for.
func (l TemplateField) KindOf() FieldKind {
	if k, ok := knownField(l.Name); ok {
		return k.kind
	}
	return l.Kind
}

// Limit is how many characters a free text may have; 0: no free text.
func (l TemplateField) Limit() int {
	if k, ok := knownField(l.Name); ok {
		return k.limit
	}
	if l.Kind == KindText || l.Kind == KindNote {
		return ownLimit
	}
	return 0
}

// held reports whether the value stands among the Fields; number and referrer
// are kept elsewhere, and there from the first moment on.
func (l TemplateField) held() bool {
	k, ok := knownField(l.Name)
	return !ok || k.text != nil
}

// Template is what a chain's files ask for, in order (CUS-02). Versions are
// immutable. An open file is judged by the version it was begun or last saved
// under; each save takes it to the newest.
type Template struct {
	Version int32 // 1: the one every chain begins with
	Fields  []TemplateField
}

// DefaultTemplate is the one every chain begins with, version 1.
func DefaultTemplate() Template {
	t := Template{Version: 1}
	for _, l := range known {
		t.Fields = append(t.Fields, TemplateField{Name: l.name, Stage: l.stage, Group: l.group, Required: l.required, Help: l.help})
	}
	return t
}

// Field gives a line by its name.
func (t Template) Field(name string) (TemplateField, bool) {
	i := slices.IndexFunc(t.Fields, func(l TemplateField) bool { return l.Name == name })
	if i < 0 {
		return TemplateField{}, false
	}
	return t.Fields[i], true
}

// Names are the names reasons may stand at.
func (t Template) Names() []string {
	out := make([]string, len(t.Fields))
	for i, l := range t.Fields {
		out[i] = l.Name
	}
	return out
}

// Unused are the product's fields that the template leaves out, as they stand
// in the one every chain begins with.
func (t Template) Unused() []TemplateField {
	out := []TemplateField{}
	for _, l := range DefaultTemplate().Fields {
		if _, ok := t.Field(l.Name); !ok {
			out = append(out, l)
		}
	}
	return out
}

// Same reports whether two templates ask for the same, whatever their versions;
// both clean.
func (t Template) Same(u Template) bool {
	return reflect.DeepEqual(t.Fields, u.Fields)
}

// Clean brings a template into the form it is checked and stored in: the core
// is of stage 1 and required, what is of stage 1 is basic, words have no spaces
// around them, and only own fields carry what only own fields have.
func (t Template) Clean() Template {
	out := Template{Version: t.Version, Fields: make([]TemplateField, len(t.Fields))}
	for i, l := range t.Fields {
		l.Help, l.Label, l.LabelEN = strings.TrimSpace(l.Help), strings.TrimSpace(l.Label), strings.TrimSpace(l.LabelEN)
		choices := []string{}
		for _, c := range l.Choices {
			if c = strings.TrimSpace(c); c != "" {
				choices = append(choices, c)
			}
		}
		l.Choices = choices
		if !l.Own() {
			l.Label, l.LabelEN, l.Kind = "", "", ""
		}
		if l.Kind != KindChoice {
			l.Choices = nil
		}
		if l.Fixed() {
			l.Stage, l.Required = 1, true
		}
		if l.Stage == 1 {
			l.Group = GroupBasic
		} else if l.Group == GroupBasic {
			l.Group = GroupOther
		}
		out.Fields[i] = l
	}
	return out
}

var ownName = regexp.MustCompile(`^x_[a-z0-9]{1,16}$`)

// ownKinds are those that a chain's own fields may have.
var ownKinds = []FieldKind{KindText, KindNote, KindChoice, KindDate, KindYesNo}

// Check gives what keeps a clean template from being published, at the fields
// by their places: "fields[3].label". Earlier versions are those the chain had:
// a name never changes its kind, for files hold its values.
func (t Template) Check(earlier []Template) []fault.Violation {
	out := []fault.Violation{}
	labels, names, own := map[string]bool{}, map[string]bool{}, 0
	for i, l := range t.Fields {
		wrong := func(part, message string) {
			out = append(out, fault.Violation{Field: fmt.Sprintf("fields[%d].%s", i, part), Rule: "CUS-02", Message: message})
		}
		if _, ok := knownField(l.Name); !ok && !ownName.MatchString(l.Name) {
			wrong("name", "没有这个栏目，请刷新后重新编辑。")
			continue
		}
		if names[l.Name] {
			wrong("name", "同一个栏目只能出现一次。")
		}
		names[l.Name] = true
		if l.Stage != 1 && l.Stage != 2 {
			wrong("stage", "请选择第一步或第二步。")
		}
		if !slices.Contains(groups, l.Group) {
			wrong("group", "请选择栏目放在哪一组。")
		}
		if why := refuseWords(l.Help, maxHelp); why != "" {
			wrong("help", why)
		}
		if label := l.Words().ZH; l.Own() && labels[label] {
			wrong("label", "栏目名称重复了，请换一个名称。")
		} else {
			labels[label] = true
		}
		if !l.Own() {
			continue
		}
		own++
		for part, message := range l.checkOwn(earlier) {
			wrong(part, message)
		}
	}
	if own > maxOwnFields {
		out = append(out, fault.Violation{Field: "fields", Rule: "CUS-02", Message: fmt.Sprintf("自设栏目最多 %d 个。", maxOwnFields)})
	}
	for _, k := range known {
		if k.fixed && !names[k.name] {
			out = append(out, fault.Violation{Field: "fields", Rule: "CUS-02", Message: "“" + k.label.ZH + "”是建档必需的栏目，不能去掉。"})
		}
	}
	slices.SortStableFunc(out, func(a, b fault.Violation) int { return strings.Compare(a.Field, b.Field) })
	return out
}

// checkOwn says what is wrong with an own field, by the part.
func (l TemplateField) checkOwn(earlier []Template) map[string]string {
	out := map[string]string{}
	if l.Label == "" {
		out["label"] = "请填写栏目名称。"
	} else if why := refuseWords(l.Label, maxLabel); why != "" {
		out["label"] = why
	}
	if why := refuseWords(l.LabelEN, 2*maxLabel); why != "" {
		out["label_en"] = why
	}
	if !slices.Contains(ownKinds, l.Kind) {
		out["kind"] = "请选择这个栏目怎么填。"
	}
	for _, t := range earlier {
		if was, ok := t.Field(l.Name); ok && was.Kind != l.Kind && out["kind"] == "" {
			out["kind"] = "这个栏目用过，已有档案按原来的方式填写，不能改填法；请另加一个栏目。"
		}
	}
	if l.Kind != KindChoice {
		return out
	}
	if n := len(l.Choices); n < minChoices || n > maxChoices {
		out["choices"] = fmt.Sprintf("请写 %d 到 %d 个选项。", minChoices, maxChoices)
	}
	for i, c := range l.Choices {
		if why := refuseWords(c, maxChoice); why != "" {
			out["choices"] = why
		} else if slices.Contains(l.Choices[:i], c) {
			out["choices"] = "选项“" + c + "”重复了。"
		}
	}
	return out
}

// refuseWords says why words of a template can't be shown.
func refuseWords(s string, limit int) string {
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return "有无法保存的字符，请删除后重新填写。"
	case utf8.RuneCountInString(s) > limit:
		return fmt.Sprintf("最多 %d 个字。", limit)
	}
	return ""
}

// checkExtra says what is wrong with the value of an own field; "": nothing.
func (l TemplateField) checkExtra(value string) string {
	switch l.Kind {
	case KindChoice:
		if !slices.Contains(l.Choices, value) {
			return "请从" + l.Label + "的选项里重新选择。"
		}
	case KindDate:
		if d, err := kernel.ParseDate(value); err != nil || d < kernel.NewDate(1900, time.January, 1) || d > kernel.NewDate(2199, time.December, 31) {
			return "请选择一个真实的日期。"
		}
	case KindYesNo:
		if value != Yes && value != No {
			return "请选择“是”或“否”。"
		}
	default: // a text has only its length, which refuseText looks at
	}
	return ""
}
