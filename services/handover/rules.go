// Package handover holds the words of moving a referrer's guests to another
// (客户交接).
package handover

import "github.com/changke/changke/services/tenant"

// Keys of the rule fields of this context.
const (
	KeyAcceptDays = "handover.accept_days"
	KeyDeskDays   = "handover.desk_days"
)

// RuleFields is this context's section of the rule set (RUL-01).
var RuleFields = []tenant.Field{
	{
		Key: KeyAcceptDays, Rule: "HND-05", Kind: tenant.Int, Min: 1, Max: 60, Default: 7, Unit: tenant.Days,
		Label: "交接接收期限", LabelEN: "Days to accept a handover",
		Help:   "交接单每一步最多等这些天：总部没有审核、接收人没有接收，交接就中止，客户退回移交人；移交人已不在本店的，交总部代管。",
		HelpEN: "Each step of a handover waits so many days at most; then it is broken: the guests go back to the giver, or to head office’s desk if he is gone.",
	},
	{
		Key: KeyDeskDays, Rule: "HND-05", Kind: tenant.Int, Min: 1, Max: 60, Default: 7, Unit: tenant.Days,
		Label: "总部代管期限", LabelEN: "Days on head office’s desk",
		Help:   "中止的交接由总部代管的天数，过后按推荐人离岗处理（LIF-05）。",
		HelpEN: "How long a broken handover stays on head office’s desk before LIF-05 acts.",
	},
}
