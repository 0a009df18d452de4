package staff

import "github.com/changke/changke/services/tenant"

// RuleOpenHours is the key of the time head office has to open an account (ACC-01).
const RuleOpenHours = "account.open_hours"

// RuleFields is this context's section of the rule set (RUL-01).
var RuleFields = []tenant.Field{
	{
		Key: RuleOpenHours, Rule: "ACC-01", Kind: tenant.Int, Min: 1, Max: 168, Default: 12, Unit: tenant.Hours,
		Label: "账号开通时限", LabelEN: "Time to open an account",
		Help:   "门店申请账号后，总部客服应在这个时限内（按钟点）开通；超时自动上报。",
		HelpEN: "After a store applies, head office opens the account within this time by the clock; later it is escalated.",
	},
}
