// Package lead holds the words of leads, groups and banquets (线索与包席).
package lead

import "github.com/changke/changke/services/tenant"

// Keys of the rule fields of this context.
const (
	KeyFirstFollowUpDays = "lead.first_follow_up_days"
	KeyFollowUpsPerWeek  = "lead.follow_ups_per_week"
)

// RuleFields is this context's section of the rule set (RUL-01).
var RuleFields = []tenant.Field{
	{
		Key: KeyFirstFollowUpDays, Rule: "LED-01", Kind: tenant.Int, Min: 1, Max: 30, Default: 2, Unit: tenant.Days, Pending: true,
		Label: "线索首次跟进", LabelEN: "First follow-up within",
		Help:   "新线索应在这些天内第一次跟进。",
		HelpEN: "A new lead is first followed up within so many days.",
	},
	{
		Key: KeyFollowUpsPerWeek, Rule: "LED-01", Kind: tenant.Int, Min: 1, Max: 14, Default: 2, Unit: tenant.Times, Pending: true,
		Label: "线索每周跟进", LabelEN: "Follow-ups a week",
		Help:   "之后每周至少跟进的次数，直到成交，或写明原因放弃。",
		HelpEN: "Afterwards at least so many times a week, until won, or lost with a reason.",
	},
}
