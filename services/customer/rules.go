package customer

import "github.com/changke/changke/services/tenant"

// Keys of the rule fields of this context.
const (
	RuleStandardVisits  = "customer.standard_visits"
	RuleReviewHours     = "customer.review_hours"
	RuleSpotCheckShare  = "customer.spot_check_percent"
	RuleAcceptPHS       = "customer.accept_phs"
	RuleConflictDays    = "customer.conflict_days"
	RuleReserveDays     = "customer.draft_reserve_days"
	RuleActivityMonths  = "customer.activity_months"
	RuleDeletionHours   = "customer.deletion_hours"
	RuleLegalDays       = "customer.guest_request_days"
	RuleUnapprovedDays  = "customer.unapproved_days"
	RuleUnapprovedFirst = "customer.unapproved_first_warning"
	RuleUnapprovedLast  = "customer.unapproved_last_warning"
	RuleBlacklistMonths = "customer.blacklist_months"
	RuleRevealsPerDay   = "customer.reveals_per_day"
)

// RuleFields is this context's section of the rule set (RUL-01).
var RuleFields = []tenant.Field{
	{
		Key: RuleStandardVisits, Rule: "CUS-01", Kind: tenant.Int, Min: 1, Max: 31, Default: 2, Unit: tenant.Times, StoreMayOverride: true,
		Label: "VIP 标准：每月消费", LabelEN: "VIP standard: visits in a month",
		Help:   "客人在一个月内在本店消费达到这个次数，就达到 VIP 标准；还没有档案的列入“建议建档”。",
		HelpEN: "A guest with so many visits to the store in a month meets the VIP standard; one without a file is listed as worth a file.",
	},
	{
		Key: RuleReviewHours, Rule: "CUS-03", Kind: tenant.Int, Min: 1, Max: 168, Default: 12, Unit: tenant.Hours, StoreMayOverride: true,
		Label: "档案审核时限", LabelEN: "Time for a review",
		Help:   "档案提交后，门店应在这个时限内审核完。",
		HelpEN: "A submitted file should be reviewed within this time.",
	},
	{
		Key: RuleSpotCheckShare, Rule: "CUS-04", Kind: tenant.Percent, Min: 1, Max: 100, Default: 5,
		Label: "总部抽查比例", LabelEN: "Spot checks by head office",
		Help:   "总部每月从当月审核通过的档案中抽查这个比例，向上取整，每店至少一份。",
		HelpEN: "Head office checks this share of the files approved in a month, rounded up, at least one in each store.",
	},
	{
		Key: RuleAcceptPHS, Rule: "CUS-07", Kind: tenant.Bool,
		Label: "接受小灵通号码", LabelEN: "Accept PHS numbers",
		Help:   "小灵通号码与固定电话无法区分。开启后由填写人选择号码类型，并提醒审核人。",
		HelpEN: "A PHS number can’t be told from a fixed line. Where on, the writer picks the type and the reviewer is told.",
	},
	{
		Key: RuleConflictDays, Rule: "CUS-10", Kind: tenant.Int, Min: 1, Max: 30, Default: 2, Unit: tenant.Days, StoreMayOverride: true,
		Label: "客户争议协商天数", LabelEN: "Days to settle who a guest belongs to",
		Help:   "两名推荐人争同一位客户时，可在这些天内自行商定；过后由客服经理裁定，他是当事人时由楼面店总或总部裁定。",
		HelpEN: "Two referrers who claim one guest may settle it among themselves; then the manager decides, or those above when he is one of the two.",
	},
	{
		Key: RuleReserveDays, Rule: "CUS-10", Kind: tenant.Int, Min: 1, Max: 60, Default: 7, Unit: tenant.Days,
		Label: "草稿占号天数", LabelEN: "Number reserved by a draft",
		Help:   "新建的档案在提交前为建档人保留号码的天数，过后别人可以用这个号码建档。",
		HelpEN: "How long a new file keeps its number for the writer; after that others may build a file with it.",
	},
	{
		Key: RuleActivityMonths, Rule: "LIF-01", Kind: tenant.Int, Min: 1, Max: 24, Default: 3, Unit: tenant.Months,
		Label: "有效客户月数", LabelEN: "Months a guest counts as active",
		Help:   "最近一次消费（或首次审核通过）在这个月数之内的客户为有效，否则为休眠。只用于显示和筛选，不影响归属。",
		HelpEN: "Active = last visit (or first approval) within so many months, else dormant. For lists only; ownership does not depend on it.",
	},
	{
		Key: RuleDeletionHours, Rule: "DEL-01", Kind: tenant.Int, Min: 1, Max: 168, Default: 12, Unit: tenant.Hours,
		Label: "变更、删除申请处理时限", LabelEN: "Time to act on a store’s request",
		Help:   "门店申请变更或删除档案后，总部核实并处理的时限。",
		HelpEN: "Head office checks a store’s request to change or delete a file and acts within this time.",
	},
	{
		Key: RuleLegalDays, Rule: "DEL-03", Kind: tenant.Int, Min: 1, Max: 60, Default: 15, Unit: tenant.Days,
		Label: "客人权利请求办理时限", LabelEN: "Time for a guest’s own request",
		Help:   "客人要求查阅、更正或删除自己的信息时，总部应在这些天内办完。",
		HelpEN: "Head office handles a guest’s request for a copy, a correction or erasure within so many days.",
	},
	{
		Key: RuleUnapprovedFirst, Rule: "DEL-02", Kind: tenant.Int, Min: 1, Max: 365, Default: 60, Unit: tenant.Days,
		Label: "未完成档案：首次提醒", LabelEN: "Unfinished file: first warning",
		Help:   "从未审核通过的档案建立满这些天仍未提交时，第一次提醒推荐人。",
		HelpEN: "The referrer is first warned when a file never approved has not been submitted for so many days.",
	},
	{
		Key: RuleUnapprovedLast, Rule: "DEL-02", Kind: tenant.Int, Min: 1, Max: 365, Default: 83, Unit: tenant.Days, NotBelow: RuleUnapprovedFirst,
		Label: "未完成档案：最后提醒", LabelEN: "Unfinished file: last warning",
		Help:   "从未审核通过的档案建立满这些天仍未提交时，最后一次提醒推荐人。",
		HelpEN: "The referrer is warned a last time after so many days.",
	},
	{
		Key: RuleUnapprovedDays, Rule: "DEL-02", Kind: tenant.Int, Min: 1, Max: 365, Default: 90, Unit: tenant.Days, NotBelow: RuleUnapprovedLast,
		Label: "未完成档案：自动删除", LabelEN: "Unfinished file: deleted",
		Help:   "从未审核通过的档案建立满这些天仍未提交，由系统删除；等待审核的时间不计。",
		HelpEN: "A file never approved and not submitted is deleted after so many days; time spent waiting for a review does not count.",
	},
	{
		Key: RuleBlacklistMonths, Rule: "BLK-01", Kind: tenant.Int, Min: 1, Max: 60, Default: 12, Unit: tenant.Months, Pending: true,
		Label: "黑名单有效期", LabelEN: "A blacklist entry lasts",
		Help:   "黑名单记录到期自动失效，可以续期。",
		HelpEN: "An entry lapses after this time and can be renewed.",
	},
	{
		Key: RuleRevealsPerDay, Rule: "ROL-03", Kind: tenant.Int, Min: 0, Max: 1000, Default: 20, Unit: tenant.Times,
		Label: "每人每天查看完整信息", LabelEN: "Reveals for each person a day",
		Help:   "每人每个营业日可以逐个查看打码的号码、姓名和生日的次数，用完到下一个营业日再算。0 表示谁都不能查看。",
		HelpEN: "How often somebody may reveal a masked number, name or birthday on a business day; then only on the next. 0: nobody may.",
	},
}
