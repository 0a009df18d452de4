package tenant

import (
	"fmt"
	"maps"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of tenants and rule sets.
var (
	ErrCodeTaken      = fault.New(fault.Exists, "tenant.code_taken", "这个企业代码已被使用，请换一个。")
	ErrBadCode        = fault.Field("code", "", "企业代码为 1 到 40 个字，不含空格。")
	ErrStoreTaken     = fault.New(fault.Exists, "tenant.store_code_taken", "门店代码重复，请检查门店名单。")
	ErrNoTenant       = fault.New(fault.NotFound, "tenant.not_found", "没有找到这家企业。")
	ErrNoStore        = fault.New(fault.NotFound, "store.not_found", "没有找到这家门店。")
	ErrVersionChanged = fault.New(fault.Conflict, "rules.version_changed", "规则刚刚被别人更新过，请刷新后在最新版本上修改。")
	ErrHeadOffice     = fault.New(fault.Forbidden, "rules.head_office", "规则是全企业的，只能由总部发布。")
	ErrDatePassed     = fault.New(fault.Invalid, "rules.date_passed", "生效日期必须晚于今天：已经发生的营业日不能改规则。")
)

// Draft is a version somebody wants to publish.
type Draft struct {
	Base        int32 // the version it was made from; must be the newest
	EffectiveOn kernel.BusinessDate
	Values      Values
	Stores      map[kernel.StoreID]Values
}

// Check says whether a draft may follow the newest version today, in a chain
// with these stores. Faults: rules.version_changed, rules.date_passed,
// rules.unknown_key, rules.out_of_range; the last two name every bad field.
func (d Draft) Check(c Catalogue, newest int32, today kernel.BusinessDate, stores []Store) error {
	if d.Base != newest {
		return ErrVersionChanged
	}
	if d.EffectiveOn <= today {
		return ErrDatePassed
	}
	known := map[kernel.StoreID]bool{}
	for _, s := range stores {
		known[s.ID] = true
	}
	var unknown, outside []fault.Violation
	check := func(path string, values Values, ofStore bool) {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			field := fmt.Sprintf("%s[%q]", path, key)
			f, ok := c.Field(key)
			lo, hi := f.Bounds()
			switch v := values[key]; {
			case !ok:
				unknown = append(unknown, fault.Violation{Field: field, Message: "没有这个规则参数。"})
			case ofStore && !f.StoreMayOverride:
				unknown = append(unknown, fault.Violation{Field: field, Rule: f.Rule, Message: "“" + f.Label + "”由企业统一规定，门店不能单独设置。"})
			case v < lo || v > hi:
				outside = append(outside, fault.Violation{Field: field, Rule: f.Rule, Message: fmt.Sprintf("“%s”应在 %s 到 %s 之间。", f.Label, f.show(lo), f.show(hi))})
			}
		}
	}
	check("values", d.Values, false)
	ids := slices.SortedFunc(maps.Keys(d.Stores), func(a, b kernel.StoreID) int { return slices.Compare(a[:], b[:]) })
	for _, id := range ids {
		path := fmt.Sprintf("stores[%s]", id)
		if !known[id] {
			unknown = append(unknown, fault.Violation{Field: path, Message: "没有这家门店。"})
			continue
		}
		check(path, d.Stores[id], true)
	}
	if len(unknown) > 0 {
		return fault.Fields("rules.unknown_key", "有些规则参数不能设置。", append(unknown, outside...)...)
	}
	if len(outside) > 0 {
		return fault.Fields("rules.out_of_range", "有些规则参数超出允许范围。", outside...)
	}
	return nil
}

// show writes a value as people read it: 3 个月, 05:00.
func (f Field) show(v int64) string {
	if f.Kind == Time {
		return fmt.Sprintf("%02d:%02d", v/60, v%60)
	}
	if f.Unit == "" {
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%d %s", v, f.Unit)
}
