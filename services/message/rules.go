package message

import "github.com/changke/changke/services/tenant"

// Keys of the rule fields of this context.
const (
	KeyMarketingFrom   = "message.marketing_from"
	KeyMarketingUntil  = "message.marketing_until"
	KeyMarketingPerDay = "message.marketing_per_day"
)

// RuleFields is this context's section of the rule set (RUL-01). The law lets
// nobody send marketing before 08:00 or after 20:00, so no chain can either.
var RuleFields = []tenant.Field{
	{
		Key: KeyMarketingFrom, Rule: "CAR-04", Kind: tenant.Time, Min: 8 * 60, Max: 20 * 60, Default: 9 * 60, StoreMayOverride: true, Pending: true,
		Label: "营销短信：最早", LabelEN: "Marketing messages from",
		Help:   "按门店时间，早于这个时刻不发营销短信。",
		HelpEN: "No marketing message goes out before this time of the store.",
	},
	{
		Key: KeyMarketingUntil, Rule: "CAR-04", Kind: tenant.Time, Min: 8 * 60, Max: 20 * 60, Default: 20 * 60, NotBelow: KeyMarketingFrom, StoreMayOverride: true, Pending: true,
		Label: "营销短信：最晚", LabelEN: "Marketing messages until",
		Help:   "按门店时间，晚于这个时刻不发营销短信。",
		HelpEN: "No marketing message goes out after this time of the store.",
	},
	{
		Key: KeyMarketingPerDay, Rule: "CAR-04", Kind: tenant.Int, Min: 0, Max: 5, Default: 1, Unit: tenant.Messages, Pending: true,
		Label: "营销短信：每人每天", LabelEN: "Marketing messages per guest and day",
		Help:   "同一位客人一天最多收到的营销短信。",
		HelpEN: "How many marketing messages one guest gets in a day at most.",
	},
}
