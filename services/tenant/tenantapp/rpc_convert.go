package tenantapp

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

func fieldsToProto(c tenant.Catalogue) []*tenantv1.RuleField {
	out := make([]*tenantv1.RuleField, len(c))
	for i, f := range c {
		lo, hi := f.Bounds()
		out[i] = &tenantv1.RuleField{
			Key: f.Key, Rule: f.Rule, Label: f.Label, Help: f.Help, Unit: string(f.Unit),
			Kind: kinds[f.Kind], Min: lo, Max: hi, Default: f.Default, StoreMayOverride: f.StoreMayOverride,
			LabelEn: f.LabelEN, HelpEn: f.HelpEN, UnitEn: f.Unit.English(2), NotBelow: f.NotBelow, Pending: f.Pending,
		}
		for _, c := range f.Choices {
			out[i].Choices = append(out[i].Choices, &tenantv1.RuleChoice{Code: c.Code, Text: c.Text, TextEn: c.EN})
		}
	}
	return out
}

var kinds = map[tenant.Kind]tenantv1.FieldKind{
	tenant.Int:     tenantv1.FieldKind_FIELD_KIND_INT,
	tenant.Bool:    tenantv1.FieldKind_FIELD_KIND_BOOL,
	tenant.Time:    tenantv1.FieldKind_FIELD_KIND_TIME,
	tenant.Percent: tenantv1.FieldKind_FIELD_KIND_PERCENT,
	tenant.Day:     tenantv1.FieldKind_FIELD_KIND_DAY,
	tenant.Pick:    tenantv1.FieldKind_FIELD_KIND_PICK,
}

func ruleSetToProto(s tenant.RuleSet, names map[kernel.PersonID]string) *tenantv1.RuleSet {
	out := &tenantv1.RuleSet{
		Version: s.Version, EffectiveDate: s.EffectiveOn.String(), Values: s.Values,
		PublishedTime: timestamppb.New(s.PublishedAt), PublishedBy: "system", Note: s.Note, Withdraws: s.Withdraws,
	}
	if s.PublishedBy != nil {
		out.PublishedBy = names[*s.PublishedBy]
	}
	for _, id := range slices.SortedFunc(maps.Keys(s.Stores), func(a, b kernel.StoreID) int { return slices.Compare(a[:], b[:]) }) {
		out.Stores = append(out.Stores, &tenantv1.StoreValues{StoreId: id.String(), Values: s.Stores[id]})
	}
	return out
}

func draftFromProto(req *tenantv1.PublishRuleSetRequest) (tenant.Draft, error) {
	on, err := dayOf(req.GetEffectiveDate())
	if err != nil {
		return tenant.Draft{}, err
	}
	d := tenant.Draft{Base: req.GetBaseVersion(), EffectiveOn: on, Values: req.GetValues(), Stores: map[kernel.StoreID]tenant.Values{}}
	for _, s := range req.GetStores() {
		id, err := kernel.ParseID[kernel.StoreID](s.GetStoreId())
		if _, twice := d.Stores[id]; err != nil || twice {
			return tenant.Draft{}, fault.Field("stores", "RUL-01", "门店编号无效或重复。")
		}
		d.Stores[id] = s.GetValues()
	}
	return d, nil
}

func dayOf(s string) (kernel.BusinessDate, error) {
	on, err := kernel.ParseDate(s)
	if err != nil {
		return 0, fault.Field("effective_date", "RUL-01", "请选择一个存在的日期。")
	}
	return on, nil
}

func ruleDraftFromProto(req *tenantv1.SaveRuleDraftRequest) (tenant.RuleDraft, error) {
	d := tenant.RuleDraft{Revision: req.GetExpectedRevision(), Base: req.GetBaseVersion(), Note: strings.TrimSpace(req.GetNote())}
	if req.GetEffectiveDate() != "" {
		on, err := dayOf(req.GetEffectiveDate())
		if err != nil {
			return d, err
		}
		d.EffectiveOn = &on
	}
	for i, e := range req.GetEdits() {
		edit := tenant.Edit{Key: e.GetKey(), Value: e.Value}
		if e.GetStoreId() != "" {
			id, err := kernel.ParseID[kernel.StoreID](e.GetStoreId())
			if err != nil || id.IsZero() {
				return d, fault.Field(fmt.Sprintf("edits[%d]", i), "RUL-01", "没有这家门店。")
			}
			edit.Store = id
		}
		d.Edits = append(d.Edits, edit)
	}
	return d, nil
}

func (a *App) draftToProto(ctx context.Context, id kernel.TenantID, d tenant.RuleDraft) (*tenantv1.RuleDraft, error) {
	people := []kernel.PersonID{d.SavedBy}
	for _, e := range d.Edits {
		people = append(people, e.By)
	}
	names, err := a.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	out := &tenantv1.RuleDraft{Revision: d.Revision, BaseVersion: d.Base, Note: d.Note, SavedBy: names[d.SavedBy]}
	if d.EffectiveOn != nil {
		out.EffectiveDate = d.EffectiveOn.String()
	}
	if d.Revision > 0 {
		out.SavedTime = timestamppb.New(d.SavedAt)
	}
	for _, e := range d.Edits {
		edit := &tenantv1.RuleEdit{Key: e.Key, Value: e.Value, ChangedBy: names[e.By], ChangedTime: timestamppb.New(e.At)}
		if !e.Store.IsZero() {
			edit.StoreId = e.Store.String()
		}
		out.Edits = append(out.Edits, edit)
	}
	return out, nil
}

func findingsToProto(findings []fault.Violation) []*tenantv1.RuleFinding {
	out := make([]*tenantv1.RuleFinding, len(findings))
	for i, f := range findings {
		out[i] = &tenantv1.RuleFinding{Field: f.Field, Rule: f.Rule, Message: f.Message}
	}
	return out
}
