package ownership

import "github.com/changke/changke/services/tenant"

// Keys of this context's rule fields.
const (
	KeyBrakePercent  = "lifecycle.brake_percent"
	KeyBrakeTimes    = "lifecycle.brake_times"
	KeyDormantMonths = "lifecycle.dormant_months"
	KeyRunTime       = "lifecycle.run_time"
	KeyOthersPercent = "lifecycle.others_percent"
	KeyOthersVisits  = "lifecycle.others_min_visits"
	KeyAwayDays      = "lifecycle.away_days"
	KeyReceptions    = "lifecycle.adoption_receptions"
	KeyFirstWarning  = "lifecycle.first_warning_days"
	KeyLastWarning   = "lifecycle.last_warning_days"
	KeyOthersWarning = "lifecycle.others_warning_day"
	KeyAppealDays    = "lifecycle.appeal_days"
	KeyOfferDays     = "lifecycle.offer_days"
)

// Bounds of lifecycle.dormant_months.
const (
	MinMonths = 1
	MaxMonths = 24
)

// RuleFields are the values of LIF and of its brake that a chain may set (RUL-01).
var RuleFields = []tenant.Field{
	{
		Key: KeyBrakePercent, Rule: "RUL-08", Kind: tenant.Percent, Min: 1, Max: 100, Default: 5,
		Label: "任务刹车：一次转出上限", LabelEN: "Brake: ties released in one run",
		Help:   "一次任务要转出的客户超过门店维系关系的这个比例，并且超过最近六次平均的若干倍（见下一项）时，先停下，等总部确认名单。",
		HelpEN: "A run that would release more than this share of a store’s ties, and so many times its average of the last six (see the next value), stops and waits for head office.",
	},
	{
		Key: KeyBrakeTimes, Rule: "RUL-08", Kind: tenant.Int, Min: 1, Max: 100, Default: 2,
		Label: "任务刹车：最近六次平均的倍数", LabelEN: "Brake: times the average of the last six",
		Help:   "一次任务要转出的客户没有超过门店最近六次平均的这个倍数时，不停下。",
		HelpEN: "A run that releases no more than so many times the store’s average of the last six does not stop.",
	},
	{
		Key: KeyDormantMonths, Rule: "LIF-03", Kind: tenant.Int, Min: MinMonths, Max: MaxMonths, Default: 3, Unit: tenant.Months, StoreMayOverride: true,
		Label: "未消费期限", LabelEN: "Months without a visit",
		Help:   "客户连续这么多个月没有消费，由推荐人名下转为公共客户。新的维系关系从建立之日起算。",
		HelpEN: "A guest who has not come for so many months becomes public. A new tie’s clock begins with the tie.",
	},
	{
		Key: KeyRunTime, Rule: "LIF-03", Kind: tenant.Time, Min: 0, Max: 23*60 + 59, Default: 5 * 60,
		Label: "归属任务时间", LabelEN: "Time of the daily run",
		Help:   "每天这个时刻为刚开始的营业日执行归属任务；早于门店营业日切换时刻时，以切换时刻为准。",
		HelpEN: "When the ownership rules act on the day that begins; never before the store’s day begins.",
	},
	{
		Key: KeyOthersPercent, Rule: "LIF-04", Kind: tenant.Percent, Min: 1, Max: 100, Default: 50, StoreMayOverride: true,
		Label: "他人接待比例", LabelEN: "Share received by others",
		Help:   "客户当月的消费中，不计入推荐人的达到这个比例，转为公共客户。",
		HelpEN: "A guest becomes public when at least this share of the month’s visits is not credited to the referrer.",
	},
	{
		Key: KeyOthersVisits, Rule: "LIF-04", Kind: tenant.Int, Min: 1, Max: 31, Default: 1, Unit: tenant.Times, StoreMayOverride: true,
		Label: "他人接待：最少消费", LabelEN: "Received by others: visits at least",
		Help:   "当月消费不到这个次数的客户，不按他人接待比例判断。",
		HelpEN: "A guest with fewer visits in the month is not judged by the share received by others.",
	},
	{
		Key: KeyAwayDays, Rule: "LIF-05", Kind: tenant.Int, Min: 1, Max: 90, Default: 7, Unit: tenant.Days,
		Label: "推荐人离岗期限", LabelEN: "Days a referrer may be away",
		Help:   "推荐人连续这些天不在本店可维系客户的岗位上，又没有办完交接，名下客户转为公共客户。",
		HelpEN: "When a referrer has not worked in the store in a post that may own guests for so many days and no handover is complete, the guests become public.",
	},
	{
		Key: KeyReceptions, Rule: "LIF-07", Kind: tenant.Int, Min: 1, Max: 31, Default: 2, Unit: tenant.Times, StoreMayOverride: true,
		Label: "认养：最少接待次数", LabelEN: "Adoption: receptions at least",
		Help:   "月末，公共客户归当月接待最多、且不少于这个次数的接待人。",
		HelpEN: "At the month’s end a public guest goes to whoever received him most, at least so many times.",
	},
	{
		Key: KeyFirstWarning, Rule: "LIF-10", Kind: tenant.Int, Min: 1, Max: 60, Default: 14, Unit: tenant.Days, NotBelow: KeyLastWarning,
		Label: "未消费期限：首次提醒", LabelEN: "Months without a visit: first warning",
		Help:   "客户将因未消费转为公共客户的这些天前，第一次提醒推荐人。",
		HelpEN: "The referrer is first warned so many days before a guest becomes public for not coming.",
	},
	{
		Key: KeyLastWarning, Rule: "LIF-10", Kind: tenant.Int, Min: 1, Max: 60, Default: 3, Unit: tenant.Days,
		Label: "未消费期限：最后提醒", LabelEN: "Months without a visit: last warning",
		Help:   "客户将因未消费转为公共客户的这些天前，最后一次提醒推荐人。",
		HelpEN: "The referrer is warned a last time so many days before a guest becomes public for not coming.",
	},
	{
		Key: KeyOthersWarning, Rule: "LIF-10", Kind: tenant.Day, Min: 1, Max: 28, Default: 20,
		Label: "他人接待：提醒日", LabelEN: "Received by others: day of the warning",
		Help:   "每月这一天，提醒推荐人哪些客户可能因他人接待转为公共客户。",
		HelpEN: "On this day of the month referrers are told which guests others receive too often.",
	},
	{
		Key: KeyAppealDays, Rule: "LIF-11", Kind: tenant.Int, Min: 1, Max: 60, Default: 7, Unit: tenant.Days,
		Label: "申诉期限", LabelEN: "Days to appeal",
		Help:   "失去客户后，原推荐人可以在这些天内带证据申诉。",
		HelpEN: "Within so many days the former referrer may contest a loss with evidence.",
	},
	{
		Key: KeyOfferDays, Rule: "LIF-14", Kind: tenant.Int, Min: 1, Max: 60, Default: 7, Unit: tenant.Days,
		Label: "新归属确认期限", LabelEN: "Days to confirm an offer",
		Help:   "认养、认领或指派的客户，这些天内没有确认就作废。",
		HelpEN: "An adoption, claim or assignment that nobody confirms within so many days lapses.",
	},
}
