package tenantapp

import (
	"maps"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

func storesToProto(stores []tenant.Store) []*tenantv1.Store {
	out := make([]*tenantv1.Store, len(stores))
	for i, s := range stores {
		out[i] = &tenantv1.Store{Id: s.ID.String(), Code: s.Code, Name: s.Name, Zone: s.Zone.String(), CutoverMinutes: int32(s.Cutover / time.Minute)}
	}
	return out
}

func fieldsToProto(c tenant.Catalogue) []*tenantv1.RuleField {
	out := make([]*tenantv1.RuleField, len(c))
	for i, f := range c {
		lo, hi := f.Bounds()
		out[i] = &tenantv1.RuleField{
			Key: f.Key, Rule: f.Rule, Label: f.Label, Help: f.Help, Unit: string(f.Unit),
			Kind: kinds[f.Kind], Min: lo, Max: hi, Default: f.Default, StoreMayOverride: f.StoreMayOverride,
		}
	}
	return out
}

var kinds = map[tenant.Kind]tenantv1.FieldKind{
	tenant.Int:  tenantv1.FieldKind_FIELD_KIND_INT,
	tenant.Bool: tenantv1.FieldKind_FIELD_KIND_BOOL,
	tenant.Time: tenantv1.FieldKind_FIELD_KIND_TIME,
}

func ruleSetToProto(s tenant.RuleSet, names map[kernel.PersonID]string) *tenantv1.RuleSet {
	out := &tenantv1.RuleSet{
		Version: s.Version, EffectiveDate: s.EffectiveOn.String(), Values: s.Values,
		PublishedTime: timestamppb.New(s.PublishedAt), PublishedBy: "system",
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
	on, err := kernel.ParseDate(req.GetEffectiveDate())
	if err != nil {
		return tenant.Draft{}, fault.Field("effective_date", "RUL-01", "请选择一个存在的日期。")
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
