// Package care holds the words of looking after guests between visits (关怀).
package care

import "github.com/changke/changke/services/tenant"

// Keys of the rule fields of this context.
const (
	KeyListTime       = "care.list_time"
	KeyCallsUntil     = "care.calls_until"
	KeyReplyHours     = "care.reply_hours"
	KeyComplaintHours = "care.complaint_hours"
	KeyIssueHours     = "care.issue_hours"
)

// RuleFields is this context's section of the rule set (RUL-01).
var RuleFields = []tenant.Field{
	{
		Key: KeyListTime, Rule: "CAR-01", Kind: tenant.Time, Min: 0, Max: 23*60 + 59, Default: 8*60 + 30, StoreMayOverride: true, Pending: true,
		Label: "当日关怀清单时间", LabelEN: "Day’s list ready at",
		Help:   "每天这个时刻生成客户经理的当日清单。",
		HelpEN: "When the account manager’s list of the day is made.",
	},
	{
		Key: KeyCallsUntil, Rule: "CAR-01", Kind: tenant.Time, Min: 0, Max: 23*60 + 59, Default: 12 * 60, NotBelow: KeyListTime, StoreMayOverride: true, Pending: true,
		Label: "电话回访截止", LabelEN: "Calls until",
		Help:   "当日清单上的电话应在这个时刻前打完。",
		HelpEN: "The calls of the day’s list should be made by this time.",
	},
	{
		Key: KeyReplyHours, Rule: "CAR-03", Kind: tenant.Int, Min: 1, Max: 168, Default: 24, Unit: tenant.Hours, Pending: true,
		Label: "咨询回复时限", LabelEN: "Time to reply",
		Help:   "客人的咨询和投诉应在这个时限内回复。",
		HelpEN: "A guest’s question or complaint gets a reply within this time.",
	},
	{
		Key: KeyComplaintHours, Rule: "CAR-03", Kind: tenant.Int, Min: 1, Max: 168, Default: 24, Unit: tenant.Hours, Pending: true,
		Label: "投诉处理时限", LabelEN: "Time to handle a complaint",
		Help:   "投诉应在这个时限内处理完，超时自动上报。",
		HelpEN: "A complaint is handled within this time, else it is escalated.",
	},
	{
		Key: KeyIssueHours, Rule: "CAR-03", Kind: tenant.Int, Min: 1, Max: 168, Default: 24, Unit: tenant.Hours, Pending: true,
		Label: "问题答复时限", LabelEN: "Time to answer an issue",
		Help:   "每个问题都应在这个时限内有答复。",
		HelpEN: "Every issue is answered within this time.",
	},
}
