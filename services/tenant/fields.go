package tenant

// Keys of the rule fields of this context.
const (
	KeyCutover      = "day.cutover"
	KeyZone         = "day.zone"
	KeyWithinMonths = "period.within_months"
)

// RuleFields are the values of RUL and of the rulebook's words on days (RUL-01).
// tenantapp adds them to every catalogue: a chain's own day stands on them.
var RuleFields = []Field{
	{
		Key: KeyCutover, Rule: "RUL-03", Kind: Time, Min: 0, Max: 12 * 60, Default: 4 * 60,
		Label: "营业日切换时刻", LabelEN: "Business day begins at",
		Help:   "凌晨这个时刻之前的消费算前一个营业日。用于总部，也是新开门店的初始值；已开的门店在门店资料里设置。",
		HelpEN: "A visit before this time belongs to the business day before. For head office, and what a new store begins with; stores that exist set it in their details.",
	},
	{
		Key: KeyZone, Rule: "RUL-03", Kind: Pick, Choices: zones, Default: 0,
		Label: "时区", LabelEN: "Time zone",
		Help:   "营业日和时刻按这个时区计算。用于总部，也是新开门店的初始值；已开的门店在门店资料里设置。",
		HelpEN: "Days and times are counted in this zone. For head office, and what a new store begins with; stores that exist set it in their details.",
	},
	{
		Key: KeyWithinMonths, Rule: "RUL-02", Kind: Int, Min: 1, Max: 24, Default: 3, Unit: Months,
		Label: "“近几个月内”的月数", LabelEN: "“Within the last months”",
		Help:   "按自然月往前推算：营业日不早于当天减去这个月数（遇月末取该月最后一天），就算在期限内。用于有效VIP客户。",
		HelpEN: "Counted back in calendar months, clamped to the end of the month. Used for effective VIP guests.",
	},
}

var zones = []Choice{
	{"Asia/Shanghai", "北京时间（Asia/Shanghai）", "Beijing time (Asia/Shanghai)"},
	{"Asia/Urumqi", "新疆时间（Asia/Urumqi）", "Xinjiang time (Asia/Urumqi)"},
	{"Asia/Hong_Kong", "香港（Asia/Hong_Kong）", "Hong Kong (Asia/Hong_Kong)"},
	{"Asia/Macau", "澳门（Asia/Macau）", "Macau (Asia/Macau)"},
	{"Asia/Taipei", "台北（Asia/Taipei）", "Taipei (Asia/Taipei)"},
	{"Asia/Singapore", "新加坡（Asia/Singapore）", "Singapore (Asia/Singapore)"},
	{"Asia/Kuala_Lumpur", "吉隆坡（Asia/Kuala_Lumpur）", "Kuala Lumpur (Asia/Kuala_Lumpur)"},
	{"Asia/Bangkok", "曼谷（Asia/Bangkok）", "Bangkok (Asia/Bangkok)"},
	{"Asia/Tokyo", "东京（Asia/Tokyo）", "Tokyo (Asia/Tokyo)"},
	{"Asia/Seoul", "首尔（Asia/Seoul）", "Seoul (Asia/Seoul)"},
	{"Asia/Dubai", "迪拜（Asia/Dubai）", "Dubai (Asia/Dubai)"},
	{"Europe/London", "伦敦（Europe/London）", "London (Europe/London)"},
	{"Europe/Paris", "巴黎（Europe/Paris）", "Paris (Europe/Paris)"},
	{"America/New_York", "纽约（America/New_York）", "New York (America/New_York)"},
	{"America/Los_Angeles", "洛杉矶（America/Los_Angeles）", "Los Angeles (America/Los_Angeles)"},
	{"Australia/Sydney", "悉尼（Australia/Sydney）", "Sydney (Australia/Sydney)"},
}
