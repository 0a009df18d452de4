// Package caller holds the words of the caller screen (来电通).
package caller

import "github.com/changke/changke/services/tenant"

// KeyCardSeconds is the key of the time within which a caller's card shows.
const KeyCardSeconds = "caller.card_seconds"

// RuleFields is this context's section of the rule set (RUL-01).
var RuleFields = []tenant.Field{
	{
		Key: KeyCardSeconds, Rule: "BLK-03", Kind: tenant.Int, Min: 1, Max: 10, Default: 1, Unit: tenant.Seconds, Pending: true,
		Label: "来电弹屏时限", LabelEN: "Caller card shows within",
		Help:   "来电后应在这个时间内显示客人是谁；超过的记入系统记录。",
		HelpEN: "An incoming call should show who is calling within this time; slower ones are recorded.",
	},
}
