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
	ErrRealChain      = fault.New(fault.Forbidden, "sandbox.real_chain", "只有沙箱才能移动时钟、安排故障；这是一家正式的企业。")
	ErrNoStore        = fault.New(fault.NotFound, "store.not_found", "没有找到这家门店。")
	ErrVersionChanged = fault.New(fault.Conflict, "rules.version_changed", "规则刚刚被别人更新过，请刷新后在最新版本上修改。")
	ErrHeadOffice     = fault.New(fault.Forbidden, "rules.head_office", "规则是全企业的，只能由总部发布。")
	ErrDraftChanged   = fault.New(fault.Conflict, "rules.draft_changed", "草稿刚刚被别人保存过，请载入最新草稿后再继续。")
	ErrNoChange       = fault.New(fault.Conflict, "rules.no_change", "草稿与最新版本相同，没有需要发布的改动。")
	ErrNoVersion      = fault.New(fault.NotFound, "rules.version_not_found", "没有找到这一版规则。")
	ErrNotNewest      = fault.New(fault.Conflict, "rules.not_newest", "只能撤回最新的一版：它之后又发布了新版本。")
	ErrBegun          = fault.New(fault.Conflict, "rules.already_begun", "这一版已经生效或即将生效，不能撤回；请发布新的一版。")
	ErrWithdrawal     = fault.New(fault.Conflict, "rules.is_withdrawal", "这一版本身是撤回，不能再撤回；请重新发布需要的内容。")
	ErrDatePassed     = fault.New(fault.Invalid, "rules.date_passed", "生效日期必须晚于今天：已经发生的营业日不能改规则。")
)

// Draft is a version somebody wants to publish.
type Draft struct {
	Base        int32 // the version it was made from; must be the newest
	EffectiveOn kernel.BusinessDate
	Values      Values
	Stores      map[kernel.StoreID]Values
	Note        string // why, for the history; may be empty
	Withdraws   int32  // the planned version it takes back; 0: none
}

// Check says whether a draft may follow the newest version today, in a chain
// with these stores. Faults: rules.version_changed, rules.date_passed,
// rules.unknown_key, rules.out_of_range, rules.contradiction; the last three
// name every bad field.
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
			u, o := checkValue(c, fmt.Sprintf("%s[%q]", path, key), key, values[key], ofStore)
			unknown, outside = append(unknown, u...), append(outside, o...)
		}
	}
	check("values", d.Values, false)
	for _, id := range sortedStores(d.Stores) {
		path := fmt.Sprintf("stores[%s]", id)
		if !known[id] {
			unknown = append(unknown, fault.Violation{Field: path, Message: "没有这家门店。"})
			continue
		}
		check(path, d.Stores[id], true)
	}
	if err := badValues(unknown, outside); err != nil {
		return err
	}
	if bad := d.Contradictions(c, stores); len(bad) > 0 {
		return fault.Fields("rules.contradiction", "有些规则参数互相矛盾。", bad...)
	}
	return nil
}

// Contradictions names the fields that lie below another they may not lie
// below, for the chain and for each store that has values of its own.
func (d Draft) Contradictions(c Catalogue, stores []Store) []fault.Violation {
	rules := NewRules(c, RuleSet{Values: d.Values, Stores: d.Stores})
	var bad []fault.Violation
	check := func(path, where string, store kernel.StoreID, touched func(key string) bool) {
		for _, f := range c {
			if f.NotBelow == "" || !touched(f.Key) && !touched(f.NotBelow) {
				continue
			}
			low, _ := c.Field(f.NotBelow) // Check has found it
			if mine, other := rules.Int(f.Key, store), rules.Int(low.Key, store); mine < other {
				bad = append(bad, fault.Violation{
					Field: fmt.Sprintf("%s[%q]", path, f.Key), Rule: f.Rule,
					Message: fmt.Sprintf("%s“%s”（%s）不能小于“%s”（%s）。", where, f.Label, f.Show(mine), low.Label, low.Show(other)),
				})
			}
		}
	}
	check("values", "", kernel.StoreID{}, func(string) bool { return true })
	for _, s := range stores {
		own := d.Stores[s.ID]
		if len(own) == 0 {
			continue // of a thousand stores few have values of their own
		}
		check(fmt.Sprintf("stores[%s]", s.ID), s.Name+"：", s.ID, func(key string) bool { _, ok := own[key]; return ok })
	}
	return bad
}

// checkValue judges one value: a key nobody knows or a store may not set, or a
// value out of its bounds.
func checkValue(c Catalogue, path, key string, v int64, ofStore bool) (unknown, outside []fault.Violation) {
	f, ok := c.Field(key)
	lo, hi := f.Bounds()
	switch {
	case !ok:
		return []fault.Violation{{Field: path, Message: "没有这个规则参数。"}}, nil
	case ofStore && !f.StoreMayOverride:
		return []fault.Violation{{Field: path, Rule: f.Rule, Message: "“" + f.Label + "”由企业统一规定，门店不能单独设置。"}}, nil
	case v < lo || v > hi:
		return nil, []fault.Violation{{Field: path, Rule: f.Rule, Message: fmt.Sprintf("“%s”应在 %s 到 %s 之间。", f.Label, f.Show(lo), f.Show(hi))}}
	}
	return nil, nil
}

func badValues(unknown, outside []fault.Violation) error {
	if len(unknown) > 0 {
		return fault.Fields("rules.unknown_key", "有些规则参数不能设置。", append(unknown, outside...)...)
	}
	if len(outside) > 0 {
		return fault.Fields("rules.out_of_range", "有些规则参数超出允许范围。", outside...)
	}
	return nil
}

func sortedStores(stores map[kernel.StoreID]Values) []kernel.StoreID {
	return slices.SortedFunc(maps.Keys(stores), func(a, b kernel.StoreID) int { return slices.Compare(a[:], b[:]) })
}
