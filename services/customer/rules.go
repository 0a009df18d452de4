package customer

import "github.com/changke/changke/services/tenant"

// Keys of the rule fields of this context.
const (
	RuleReviewHours    = "customer.review_hours"
	RuleReserveDays    = "customer.draft_reserve_days"
	RuleActivityMonths = "customer.activity_months"
)

// RuleFields is this context's section of the rule set (RUL-01).
var RuleFields = []tenant.Field{
	{
		Key: RuleReserveDays, Rule: "CUS-10", Label: "草稿占号天数", Unit: "天", Kind: tenant.Int, Min: 1, Max: 60, Default: 7,
		Help: "新建的档案在提交前为建档人保留号码的天数，过后别人可以用这个号码建档。",
	},
	{
		Key: RuleReviewHours, Rule: "CUS-03", Label: "档案审核时限", Unit: "小时", Kind: tenant.Int, Min: 1, Max: 168, Default: 12, StoreMayOverride: true,
		Help: "档案提交后，门店应在这个时限内审核完。",
	},
	{
		Key: RuleActivityMonths, Rule: "LIF-01", Label: "有效客户月数", Unit: "个月", Kind: tenant.Int, Min: 1, Max: 24, Default: 3,
		Help: "最近一次消费（或首次审核通过）在这个月数之内的客户为有效，否则为休眠。只用于显示和筛选，不影响归属。",
	},
}
