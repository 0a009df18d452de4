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

// RuleFields are the values of VIS that a chain may set (RUL-01).
var RuleFields = []tenant.Field{
	mealField(FieldLunchFrom, "", "午市开始", "Lunch begins", 10*60+30),
	mealField(FieldTeaFrom, FieldLunchFrom, "下午茶开始", "Tea begins", 14*60+30),
	mealField(FieldDinnerFrom, FieldTeaFrom, "晚市开始", "Dinner begins", 17*60),
	mealField(FieldSupperFrom, FieldDinnerFrom, "夜宵开始", "Supper begins", 21*60),
}

func mealField(key, after, label, english string, from int64) tenant.Field {
	return tenant.Field{
		Key: key, Rule: "VIS-10", Kind: tenant.Time, Min: 0, Max: 23*60 + 59, Default: from, NotBelow: after, StoreMayOverride: true,
		Label: label, LabelEN: english,
		Help:   "该餐段从这个时间开始，到下一餐段开始为止；夜宵到营业日结束。",
		HelpEN: "A meal period lasts until the next one begins; supper until the business day ends.",
	}
}
