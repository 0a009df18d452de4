package customerapp

import (
	"maps"
	"slices"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

var fieldKinds = map[customer.FieldKind]customerv1.FieldKind{
	customer.KindName:          customerv1.FieldKind_FIELD_KIND_NAME,
	customer.KindSex:           customerv1.FieldKind_FIELD_KIND_SEX,
	customer.KindNumber:        customerv1.FieldKind_FIELD_KIND_NUMBER,
	customer.KindReferrer:      customerv1.FieldKind_FIELD_KIND_REFERRER,
	customer.KindPlace:         customerv1.FieldKind_FIELD_KIND_PLACE,
	customer.KindBirthday:      customerv1.FieldKind_FIELD_KIND_BIRTHDAY,
	customer.KindDay:           customerv1.FieldKind_FIELD_KIND_DAY,
	customer.KindAnniversaries: customerv1.FieldKind_FIELD_KIND_ANNIVERSARIES,
	customer.KindConsent:       customerv1.FieldKind_FIELD_KIND_CONSENT,
	customer.KindText:          customerv1.FieldKind_FIELD_KIND_TEXT,
	customer.KindNote:          customerv1.FieldKind_FIELD_KIND_NOTE,
	customer.KindChoice:        customerv1.FieldKind_FIELD_KIND_CHOICE,
	customer.KindDate:          customerv1.FieldKind_FIELD_KIND_DATE,
	customer.KindYesNo:         customerv1.FieldKind_FIELD_KIND_YES_NO,
}

var fieldGroups = map[customer.Group]customerv1.FieldGroup{
	customer.GroupBasic: customerv1.FieldGroup_FIELD_GROUP_BASIC,
	customer.GroupWork:  customerv1.FieldGroup_FIELD_GROUP_WORK,
	customer.GroupDays:  customerv1.FieldGroup_FIELD_GROUP_DAYS,
	customer.GroupTaste: customerv1.FieldGroup_FIELD_GROUP_TASTE,
	customer.GroupOther: customerv1.FieldGroup_FIELD_GROUP_OTHER,
}

// keyOf finds what a value of the interface stands for; the zero key: nothing.
func keyOf[K comparable, V comparable](m map[K]V, value V) (key K) {
	for k, v := range m {
		if v == value {
			return k
		}
	}
	return key
}

func templateFromProto(fields []*customerv1.TemplateField) customer.Template {
	t := customer.Template{Fields: make([]customer.TemplateField, len(fields))}
	for i, f := range fields {
		t.Fields[i] = customer.TemplateField{
			Name: f.GetName(), Stage: int(f.GetStage()), Group: keyOf(fieldGroups, f.GetGroup()), Required: f.GetRequired(), Help: f.GetHelp(),
			Label: f.GetLabel(), LabelEN: f.GetLabelEn(), Kind: keyOf(fieldKinds, f.GetKind()), Choices: f.GetChoices(),
		}
	}
	return t
}

func templateFields(fields []customer.TemplateField) []*customerv1.TemplateField {
	out := make([]*customerv1.TemplateField, len(fields))
	for i, l := range fields {
		words := l.Words()
		out[i] = &customerv1.TemplateField{
			Name: l.Name, Stage: int32(l.Stage), Group: fieldGroups[l.Group], Required: l.Required, Help: l.Help, Label: words.ZH, LabelEn: words.EN,
			Kind: fieldKinds[l.KindOf()], Choices: l.Choices, Fixed: l.Fixed(), Limit: int32(l.Limit()),
		}
		if l.Own() {
			out[i].LabelEn = l.LabelEN
		}
	}
	return out
}

func templateToProto(t TemplateVersion) *customerv1.Template {
	out := &customerv1.Template{Version: t.Version, Fields: templateFields(t.Fields), PublishedBy: t.ByName, Note: t.Note}
	if t.At != nil {
		out.PublishTime = timestamppb.New(*t.At)
	}
	return out
}

func draftToProto(d TemplateDraft) *customerv1.TemplateDraft {
	out := &customerv1.TemplateDraft{Revision: d.Revision, Fields: templateFields(d.Template.Fields), Changed: d.Changed, SavedBy: d.ByName}
	if d.At != nil {
		out.SaveTime = timestamppb.New(*d.At)
	}
	return out
}

func templateFindings(d TemplateDraft) []*customerv1.TemplateFinding {
	out := make([]*customerv1.TemplateFinding, len(d.Findings))
	for i, f := range d.Findings {
		out[i] = &customerv1.TemplateFinding{Field: f.Field, Rule: f.Rule, Message: f.Message}
	}
	return out
}

func versionName(version int32) string { return strconv.FormatInt(int64(version), 10) }

// beforeVersion reads where a page of the history begins.
func beforeVersion(id kernel.TenantID, token string) (int32, error) {
	parts, err := rpc.ParsePageToken(id, token, 1)
	if err != nil {
		return 0, err
	}
	if parts == nil {
		return 1<<31 - 1, nil
	}
	n, err := strconv.ParseInt(parts[0], 10, 32)
	if err != nil {
		return 0, errPageToken
	}
	return int32(n), nil
}

// changedFields tells the log which lines of a template were added, changed or
// taken out, by the names of the fields.
func changedFields(before, after customer.Template) []audit.Change {
	names := map[string]bool{}
	for _, name := range append(before.Names(), after.Names()...) {
		names[name] = true
	}
	said := func(t customer.Template, name string) string {
		l, ok := t.Field(name)
		if !ok {
			return ""
		}
		need := "optional"
		if l.Required {
			need = "required"
		}
		return "stage" + strconv.Itoa(l.Stage) + " " + need + " " + l.Words().ZH
	}
	out := []audit.Change{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if was, is := said(before, name), said(after, name); was != is {
			out = append(out, audit.Change{Field: name, Before: was, After: is})
		}
	}
	return out
}
