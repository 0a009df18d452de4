package ownership

import (
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Keys of this context's rule fields.
const (
	KeyDormantMonths = "lifecycle.dormant_months"
	KeyRunTime       = "lifecycle.run_time"
)

// Bounds of lifecycle.dormant_months.
const (
	MinMonths = 1
	MaxMonths = 24
)

// RuleFields are the values that LIF-03 leaves to the chain.
var RuleFields = []tenant.Field{
	{
		Key: KeyDormantMonths, Rule: "LIF-03", Label: "未消费期限",
		Help: "客户连续这么多个月没有消费，由维系人名下转为公共客户。新的维系关系从建立之日起算。",
		Unit: "个月", Kind: tenant.Int, Min: MinMonths, Max: MaxMonths, Default: 3, StoreMayOverride: true,
	},
	{
		Key: KeyRunTime, Rule: "LIF-03", Label: "归属任务时间",
		Help: "每天这个时刻为刚开始的营业日执行归属任务；早于门店营业日切换时刻时，以切换时刻为准。",
		Kind: tenant.Time, Min: 0, Max: 23*60 + 59, Default: 5 * 60,
	},
}

// Months is the term of a kind in a store: LIF-03's own, LIF-01's for LIF-13.
func (k Kind) Months(r tenant.Rules, store kernel.StoreID) int {
	if k == KindWakeUp {
		return int(r.Int(customer.RuleActivityMonths, store))
	}
	return int(r.Int(KeyDormantMonths, store))
}

// DueAt is when the runs of a business day may begin: at run time, once that day
// has begun in every store. A chain whose stores lie in several zones waits for
// the westernmost, because a visit of the day before may still come there.
func DueAt(day kernel.BusinessDate, r tenant.Rules, stores []tenant.Store) time.Time {
	wall := r.TimeOfDay(KeyRunTime, kernel.StoreID{})
	var due time.Time
	for _, s := range stores {
		if t := day.At(max(wall, s.Cutover), s.Zone); t.After(due) {
			due = t
		}
	}
	return due
}
