// Package plan holds the words of contact plans by class of guest (拜访计划).
package plan

import "github.com/changke/changke/services/tenant"

// Keys of the rule fields of this context, by class: how often, how long, with
// what notice, and which share of the guests.
const (
	KeyCoreEveryWeeks       = "plan.core_every_weeks"
	KeyPotentialEveryMonths = "plan.potential_every_months"
	KeyRegularEveryMonths   = "plan.regular_every_months"
	KeySupportEveryWeeks    = "plan.support_every_weeks"
	KeyCoreMinutesFrom      = "plan.core_minutes_from"
	KeyCoreMinutesTo        = "plan.core_minutes_to"
	KeyPotentialMinutesFrom = "plan.potential_minutes_from"
	KeyPotentialMinutesTo   = "plan.potential_minutes_to"
	KeyRegularMinutesFrom   = "plan.regular_minutes_from"
	KeyRegularMinutesTo     = "plan.regular_minutes_to"
	KeySupportMinutesTo     = "plan.support_minutes_to"
	KeyCoreNotice           = "plan.core_notice"
	KeyPotentialNotice      = "plan.potential_notice"
	KeyRegularNotice        = "plan.regular_notice"
	KeySupportNotice        = "plan.support_notice"
	KeyCoreShare            = "plan.core_percent"
	KeyPotentialShareFrom   = "plan.potential_percent_from"
	KeyPotentialShareTo     = "plan.potential_percent_to"
	KeySupportShareFrom     = "plan.support_percent_from"
	KeySupportShareTo       = "plan.support_percent_to"
	KeyDaysPerWeek          = "plan.days_per_week"
	KeyContactsPerDay       = "plan.contacts_per_day"
	KeyContactsLimit        = "plan.contacts_limit"
)

// RuleFields is this context's section of the rule set (RUL-01).
var RuleFields = []tenant.Field{
	every(KeyCoreEveryWeeks, "核心客户", "Core", 2, tenant.Weeks),
	every(KeyPotentialEveryMonths, "潜力客户", "Potential", 1, tenant.Months),
	every(KeyRegularEveryMonths, "常规客户", "Regular", 2, tenant.Months),
	every(KeySupportEveryWeeks, "帮扶客户", "Support", 2, tenant.Weeks),
	minutes(KeyCoreMinutesFrom, "", "核心客户", "Core", 15),
	minutes(KeyCoreMinutesTo, KeyCoreMinutesFrom, "核心客户", "Core", 20),
	minutes(KeyPotentialMinutesFrom, "", "潜力客户", "Potential", 15),
	minutes(KeyPotentialMinutesTo, KeyPotentialMinutesFrom, "潜力客户", "Potential", 20),
	minutes(KeyRegularMinutesFrom, "", "常规客户", "Regular", 10),
	minutes(KeyRegularMinutesTo, KeyRegularMinutesFrom, "常规客户", "Regular", 15),
	{
		Key: KeySupportMinutesTo, Rule: "PLN-01", Kind: tenant.Int, Min: 1, Max: 240, Default: 30, Unit: tenant.Minutes, Pending: true,
		Label: "帮扶客户：每次最长", LabelEN: "Support: at most each time",
		Help: lengthHelp, HelpEN: lengthHelpEN,
	},
	notice(KeyCoreNotice, "核心客户", "Core", dayBefore),
	notice(KeyPotentialNotice, "潜力客户", "Potential", sameDay),
	notice(KeyRegularNotice, "常规客户", "Regular", noNotice),
	notice(KeySupportNotice, "帮扶客户", "Support", sameDay),
	{
		Key: KeyCoreShare, Rule: "PLN-01", Kind: tenant.Percent, Min: 0, Max: 100, Default: 5, Pending: true,
		Label: "核心客户：占比", LabelEN: "Core: share", Help: shareHelp, HelpEN: shareHelpEN,
	},
	share(KeyPotentialShareFrom, "", "潜力客户", "Potential", 15),
	share(KeyPotentialShareTo, KeyPotentialShareFrom, "潜力客户", "Potential", 35),
	share(KeySupportShareFrom, "", "帮扶客户", "Support", 5),
	share(KeySupportShareTo, KeySupportShareFrom, "帮扶客户", "Support", 10),
	{
		Key: KeyDaysPerWeek, Rule: "PLN-03", Kind: tenant.Int, Min: 1, Max: 7, Default: 3, Unit: tenant.Days, StoreMayOverride: true, Pending: true,
		Label: "每周拜访天数", LabelEN: "Days of contact a week",
		Help:   "每周至少安排这些天联系客户。",
		HelpEN: "The plan has contacts on at least so many days of a week.",
	},
	{
		Key: KeyContactsPerDay, Rule: "PLN-03", Kind: tenant.Int, Min: 1, Max: 200, Default: 15, Unit: tenant.Guests, StoreMayOverride: true, Pending: true,
		Label: "拜访日联系客户", LabelEN: "Guests on such a day",
		Help:   "拜访日联系客户数的目标。",
		HelpEN: "How many guests to contact on such a day.",
	},
	{
		Key: KeyContactsLimit, Rule: "PLN-03", Kind: tenant.Int, Min: 1, Max: 200, Default: 25, Unit: tenant.Guests, NotBelow: KeyContactsPerDay, StoreMayOverride: true, Pending: true,
		Label: "拜访日上限", LabelEN: "Guests on a day at most",
		Help:   "一个人一天最多安排的客户数。",
		HelpEN: "How many guests one person is given on a day at most.",
	},
}

// The ways of notice before a contact, as places in notices.
const (
	noNotice = iota
	sameDay
	dayBefore
)

var notices = []tenant.Choice{
	{Code: "none", Text: "不必预约", EN: "none"},
	{Code: "same_day", Text: "当天预约", EN: "the same day"},
	{Code: "day_before", Text: "提前一天预约", EN: "one day before"},
}

const (
	lengthHelp   = "每次联系的建议时长。"
	lengthHelpEN = "How long a contact should take."
	shareHelp    = "建议占全部客户的比例，与实际对照显示；其余为常规客户。"
	shareHelpEN  = "Advised share of all guests, shown against the actual one; the rest is regular."
)

func every(key, class, english string, n int64, unit tenant.Unit) tenant.Field {
	return tenant.Field{
		Key: key, Rule: "PLN-01", Kind: tenant.Int, Min: 1, Max: 52, Default: n, Unit: unit, Pending: true,
		Label: class + "：联系间隔", LabelEN: english + ": contact every",
		Help: "每隔多久至少联系一次。", HelpEN: "How often such a guest is contacted at least.",
	}
}

// minutes is one end of a length; the longer one knows the shorter.
func minutes(key, from, class, english string, n int64) tenant.Field {
	f := tenant.Field{
		Key: key, Rule: "PLN-01", Kind: tenant.Int, Min: 1, Max: 240, Default: n, Unit: tenant.Minutes, NotBelow: from, Pending: true,
		Label: class + "：每次最短", LabelEN: english + ": at least each time", Help: lengthHelp, HelpEN: lengthHelpEN,
	}
	if from != "" {
		f.Label, f.LabelEN = class+"：每次最长", english+": at most each time"
	}
	return f
}

func notice(key, class, english string, way int64) tenant.Field {
	return tenant.Field{
		Key: key, Rule: "PLN-01", Kind: tenant.Pick, Choices: notices, Default: way, Pending: true,
		Label: class + "：预约方式", LabelEN: english + ": notice",
		Help: "联系前怎样与客人约时间。", HelpEN: "How long before a contact the guest is told.",
	}
}

// share is one end of a span of shares; the greater one knows the smaller.
func share(key, from, class, english string, n int64) tenant.Field {
	f := tenant.Field{
		Key: key, Rule: "PLN-01", Kind: tenant.Percent, Min: 0, Max: 100, Default: n, NotBelow: from, Pending: true,
		Label: class + "：占比下限", LabelEN: english + ": share at least", Help: shareHelp, HelpEN: shareHelpEN,
	}
	if from != "" {
		f.Label, f.LabelEN = class+"：占比上限", english+": share at most"
	}
	return f
}
