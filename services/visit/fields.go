package visit

import "github.com/changke/changke/services/tenant"

// Keys of the meal periods' first minutes; a period ends where the next begins,
// supper at the cut-over.
const (
	FieldLunchFrom  = "visit.lunch_from"
	FieldTeaFrom    = "visit.tea_from"
	FieldDinnerFrom = "visit.dinner_from"
	FieldSupperFrom = "visit.supper_from"
)

// FieldDayTotals is when a business day waits for totals of tills (RUL-07).
const FieldDayTotals = "visit.day_totals"

// RuleFields are the values of VIS that a chain may set (RUL-01).
var RuleFields = []tenant.Field{
	mealField(FieldLunchFrom, "", "午市开始", "Lunch begins", 10*60+30),
	mealField(FieldTeaFrom, FieldLunchFrom, "下午茶开始", "Tea begins", 14*60+30),
	mealField(FieldDinnerFrom, FieldTeaFrom, "晚市开始", "Dinner begins", 17*60),
	mealField(FieldSupperFrom, FieldDinnerFrom, "夜宵开始", "Supper begins", 21*60),
	{
		Key: FieldDayTotals, Rule: "RUL-07", Kind: tenant.Pick, Default: int64(TotalsOfTills), StoreMayOverride: true,
		Choices: []tenant.Choice{
			{Code: "of_tills", Text: "收银系统报过日结的，每天核对", EN: "Of tills that have told totals"},
			{Code: "always", Text: "每天都要核对", EN: "Every day"},
			{Code: "never", Text: "不核对", EN: "Never"},
		},
		Label: "日结核对", LabelEN: "Day totals of tills",
		Help:   "营业日的账单笔数和金额与收银系统报来的一致，当天才算完整；没有会报日结的收银系统的门店，只看预定是否都已办结。",
		HelpEN: "A business day is complete when bills and amount are what the tills say. A store whose tills tell no totals is complete when its bookings are settled.",
	},
}

func mealField(key, after, label, english string, from int64) tenant.Field {
	return tenant.Field{
		Key: key, Rule: "VIS-10", Kind: tenant.Time, Min: 0, Max: 23*60 + 59, Default: from, NotBelow: after, StoreMayOverride: true,
		Label: label, LabelEN: english,
		Help:   "该餐段从这个时间开始，到下一餐段开始为止；夜宵到营业日结束。",
		HelpEN: "A meal period lasts until the next one begins; supper until the business day ends.",
	}
}
