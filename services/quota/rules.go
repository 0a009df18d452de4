package quota

import (
	"slices"

	"github.com/changke/changke/services/tenant"
)

// Keys of the rule fields of this context.
const (
	KeyEntryDay = "quota.entry_day"
	KeyScoreDay = "quota.score_day"
	KeyRunTime  = "quota.run_time"
	KeyFinalDay = "quota.final_day"
)

// RuleFields is this context's section of the rule set (RUL-01): when and how
// scores are made, and the table of targets.
var RuleFields = slices.Concat(timeFields, tableFields())

var timeFields = []tenant.Field{
	{
		Key: KeyEntryDay, Rule: "QTA-02", Kind: tenant.Day, Min: 1, Max: 28, Default: 15,
		Label: "入职当月起算的最晚入职日", LabelEN: "Entry counts for the month until day",
		Help:   "当月这一天（含）之前入职的，入职当月算爬坡第 1 个月，否则从下月算起。",
		HelpEN: "Whoever enters on or before this day begins the ramp in the month of entry, else in the next.",
	},
	{
		Key: KeyScoreDay, Rule: "QTA-04", Kind: tenant.Day, Min: 1, Max: 28, Default: 1,
		Label: "出考核结果日", LabelEN: "Day scores come out",
		Help:   "每月这一天计算上月考核，先为暂定结果。",
		HelpEN: "On this day of the month the last month is scored, provisionally.",
	},
	{
		Key: KeyRunTime, Rule: "QTA-04", Kind: tenant.Time, Min: 0, Max: 23*60 + 59, Default: 5 * 60,
		Label: "考核任务时间", LabelEN: "Time of the scoring run",
		Help:   "出考核结果日的这个时刻执行考核任务。",
		HelpEN: "The time of day at which the scoring run begins.",
	},
	{
		Key: KeyFinalDay, Rule: "QTA-04", Kind: tenant.Day, Min: 1, Max: 28, Default: 5, NotBelow: KeyScoreDay,
		Label: "考核定稿日", LabelEN: "Day scores become final",
		Help:   "每月这一天起，上月考核为最终结果；之后的更正计入下月。",
		HelpEN: "From this day on the last month’s scores are final; later facts become corrections in the next month.",
	},
}
