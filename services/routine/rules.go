// Package routine holds the words of a store's day (门店日常): timetable,
// inspections, conduct ledger.
package routine

import "github.com/changke/changke/services/tenant"

// Keys of the rule fields of this context: points of the conduct ledger.
const (
	KeyLatePoints     = "routine.late_points_per_minute"
	KeyLightPoints    = "routine.light_offence_points"
	KeyOrdinaryPoints = "routine.ordinary_offence_points"
	KeySeriousPoints  = "routine.serious_offence_points"
	KeyGravePoints    = "routine.grave_offence_points"
	maxPoints         = 1000
)

// RuleFields is this context's section of the rule set (RUL-01).
var RuleFields = []tenant.Field{
	{
		Key: KeyLatePoints, Rule: "OPS-03", Kind: tenant.Int, Min: 0, Max: 100, Default: 1, Unit: tenant.Points, Pending: true,
		Label: "迟到早退：每分钟", LabelEN: "Late or leaving early: for each minute",
		Help:   "迟到或早退每分钟扣的分。只记分，不涉及工资。",
		HelpEN: "Points for each minute of coming late or leaving early. A ledger of points, no payroll.",
	},
	offence(KeyLightPoints, "", "轻微违规", "Slight offence", 5),
	offence(KeyOrdinaryPoints, KeyLightPoints, "一般违规", "Ordinary offence", 10),
	offence(KeySeriousPoints, KeyOrdinaryPoints, "较重违规", "Serious offence", 20),
	offence(KeyGravePoints, KeySeriousPoints, "严重违规", "Grave offence", 50),
}

func offence(key, above, label, english string, points int64) tenant.Field {
	return tenant.Field{
		Key: key, Rule: "OPS-03", Kind: tenant.Int, Min: 0, Max: maxPoints, Default: points, Unit: tenant.Points, NotBelow: above, Pending: true,
		Label: label, LabelEN: english,
		Help:   "违规目录中这一档每次扣的分。",
		HelpEN: "Points for each offence of this class of the catalogue.",
	}
}
