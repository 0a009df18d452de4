package audit

import "strings"

// Text is a word or sentence in both languages of the console.
type Text struct{ ZH, EN string }

// Topic is what lines can be filtered by.
type Topic struct {
	Code string
	Text
}

// Topics are those of the filter, in its order.
var Topics = []Topic{
	{"view", Text{"查看个人信息", "Personal data seen"}},
	{"export", Text{"导出", "Exports"}},
	{"customer", Text{"客户档案", "Guest files"}},
	{"conflict", Text{"归属争议", "Guest conflicts"}},
	{"offer", Text{"公共客户", "Public guests"}},
	{"handover", Text{"客户交接", "Handovers"}},
	{"correction", Text{"归属更正", "Corrections"}},
	{"booking", Text{"预定", "Bookings"}},
	{"bill", Text{"账单", "Bills"}},
	{"person", Text{"员工与任职", "Staff and posts"}},
	{"account", Text{"账号", "Accounts"}},
	{"role", Text{"角色与权限", "Roles and rights"}},
	{"delegation", Text{"委托代理", "Delegations"}},
	{"session", Text{"登录", "Logins"}},
	{"apikey", Text{"接口密钥", "API keys"}},
	{"rules", Text{"规则", "Rules"}},
	{"template", Text{"建档模板", "File form"}},
	{"store", Text{"门店", "Stores"}},
	{"tenant", Text{"企业", "Company"}},
	{"support", Text{"平台支持", "Platform support"}},
	{"import", Text{"数据导入", "Imports"}},
	{"run", Text{"任务", "Runs"}},
}

// actions are the words of every act, as they follow who did it.
var actions = map[string]Text{
	"customer.changes_listed":     {"查看了变更申请", "listed reported changes"},
	"customer.change_reported":    {"申请变更客户档案", "reported a change of the guest file"},
	"customer.change_withdrawn":   {"撤回了变更申请", "withdrew a reported change of the guest file"},
	"customer.change_refused":     {"退回了变更申请", "refused a reported change of the guest file"},
	"customer.change_opened":      {"同意了变更申请", "opened a reported change of the guest file"},
	"customer.spot_checks_listed": {"查看了抽查名单", "listed spot checks"},
	"customer.spot_checked":       {"登记了抽查结果", "recorded a spot check of the guest file"},
	"customer.deletion_requested": {"申请删除客户档案", "asked to delete the guest file"},
	"customer.deletion_withdrawn": {"撤回了删除申请", "took back the request to delete"},
	"customer.deletion_refused":   {"退回了删除申请", "refused to delete the guest file"},
	"customer.deleted":            {"删除了客户档案", "deleted the guest file"},
	"customer.deletions_listed":   {"查看了删除申请", "listed requests for deletion"},
	"customer.consent_given":      {"记录了客人同意", "recorded a guest's consent"},
	"customer.consent_withdrawn":  {"记录了客人撤回授权", "recorded that a guest took consent back"},
	"consent.text_published":      {"发布了授权文本", "published a consent text"},
	"guest_request.received":      {"受理了客人权利请求", "took a guest's own request"},
	"guest_request.verified":      {"核实了客人身份", "verified who asks"},
	"guest_request.done":          {"办结了客人权利请求", "carried out a guest's own request"},
	"guest_request.refused":       {"退回了客人权利请求", "refused a guest's own request"},
	"guest_request.listed":        {"查看了客人权利请求", "listed guests' own requests"},

	"handover.requested":        {"提交了客户交接单", "began the handover"},
	"handover.checked":          {"审核了客户交接单", "checked the handover"},
	"handover.rejected":         {"退回了客户交接单", "sent back the handover"},
	"handover.accepted":         {"接收了交接的客户", "accepted the handover"},
	"handover.refused":          {"谢绝了交接的客户", "refused the handover"},
	"handover.confirmed":        {"确认了客户交接", "confirmed the handover"},
	"handover.sent":             {"发送了交接短信", "sent the messages of the handover"},
	"handover.withdrawn":        {"撤回了客户交接单", "withdrew the handover"},
	"handover.file_begun":       {"开始核对交接的客户档案", "began to check the handed-over file"},
	"handover.files_seen":       {"查看了交接单的客户", "looked at the guests of the handover"},
	"handover.giver_files_seen": {"查看了可交接的客户", "looked at the guests to hand over of"},

	"offer.confirmed": {"确认接收公共客户", "took on a public guest"},
	"offer.declined":  {"谢绝了公共客户", "declined a public guest"},

	"customer.listed":         {"查看了客户列表", "listed guests"},
	"customer.reviews_listed": {"查看了待审核档案", "listed files to review"},
	"customer.viewed":         {"查看了客户档案", "looked at the guest file"},
	"customer.revealed":       {"查看了完整号码", "saw the whole number of"},
	"customer.name_seen":      {"查看了完整姓名", "saw the whole name of"},
	"customer.birthday_seen":  {"查看了完整生日", "saw the birthday of"},
	"customer.created":        {"建立了客户档案", "began the guest file"},
	"customer.changed":        {"修改了客户档案", "changed the guest file"},
	"customer.completed":      {"开始补齐导入的客户档案", "began to complete the imported guest file"},
	"customer.submitted":      {"提交审核了客户档案", "submitted the guest file"},
	"customer.approved":       {"审核通过了客户档案", "approved the guest file"},
	"customer.rejected":       {"退回了客户档案", "rejected the guest file"},
	"customer.numbers_listed": {"查看了联系号码", "saw the further numbers of"},
	"customer.contact_added":  {"增加了联系号码", "added a number to"},
	"customer.contact_gone":   {"删除了联系号码", "removed a number of"},
	"customer.merged":         {"合并了客户档案", "merged another file into"},
	"customer.unmerged":       {"撤销了客户档案的合并", "undid a merging into"},
	"customer.merges_viewed":  {"查看了客户档案的合并记录", "looked at what was merged into"},
	"customer.number_held":    {"重新占用了号码", "reserved the number again of"},
	"conflict.opened":         {"提出了客户归属争议", "claimed another’s guest:"},
	"conflict.listed":         {"查看了归属争议", "listed guest conflicts"},
	"conflict.viewed":         {"查看了归属争议", "looked at the guest conflict"},
	"conflict.answered":       {"对归属争议作了说明", "answered the guest conflict"},
	"conflict.settled":        {"在归属争议中让出了客人", "gave way in the guest conflict"},
	"conflict.decided":        {"裁定了归属争议", "decided the guest conflict"},
	"bill.listed":             {"查看了账单", "listed the bills of a day"},
	"bill.viewed":             {"查看了账单明细", "looked at a bill"},
	"bill.of_visit_viewed":    {"查看了消费的账单", "looked at the bills of a visit"},
	"bill.tasks_listed":       {"查看了待关联账单", "listed bills that wait to be linked"},
	"bill.linked":             {"关联了账单", "linked a bill"},
	"booking.guests_seen":     {"查看了号码对应的客人", "saw whose number it is"},
	"booking.regulars_listed": {"查看了建议建档", "listed guests worth a file"},
	"booking.board_viewed":    {"查看了预定表", "looked at the bookings of a day"},
	"today.viewed":            {"查看了今日", "looked at today"},
	"booking.viewed":          {"查看了预定", "looked at a booking"},
	"booking.sheet_viewed":    {"查看了班前单", "looked at the sheet of a shift"},
	"booking.created":         {"登记了预定", "made a booking"},
	"booking.confirmed":       {"确认了预定", "confirmed a booking"},
	"booking.moved":           {"调整了预定的包间或桌位", "moved a booking"},
	"booking.notice_sent":     {"发送了预定的通知", "sent the notice of a booking"},
	"booking.told_in_person":  {"登记了当面告知", "recorded that a guest was told in person of"},
	"booking.corrected":       {"更正了预定的订单人", "corrected the booker of"},
	"booking.reasons_changed": {"修改了取消和未到的原因", "changed the reasons for bookings called off or missed"},
	"booking.seated":          {"安排了入座", "seated a booking"},
	"booking.finished":        {"办理了离席", "finished a booking"},
	"booking.cancelled":       {"取消了预定", "cancelled a booking"},
	"booking.no_show":         {"登记了未到店", "marked a no-show"},
	"person.created":          {"登记了员工", "entered the staff member"},
	"person.assigned":         {"任命了员工", "gave a post to"},
	"person.post_ended":       {"结束了任职", "ended a post of"},
	"person.left":             {"登记了离岗", "recorded the leaving of"},
	"person.changed":          {"修改了员工资料", "changed the staff member"},
	"person.reentered":        {"办理了复职", "took back"},
	"absence.recorded":        {"登记了休假", "recorded a leave of"},
	"absence.ended":           {"修改了休假", "changed a leave of"},
	"leaving.closed":          {"办结了离职手续", "closed the leaving of"},
	"account.applied":         {"申请开通账号", "applied for an account"},
	"account.withdrawn":       {"撤回了开户申请", "withdrew a request for an account"},
	"account.opened":          {"开通了账号", "opened an account"},
	"account.refused":         {"退回了开户申请", "refused a request for an account"},
	"account.late":            {"把开户申请记为超时", "marked a request for an account late"},
	"account.code_issued":     {"发出了激活码", "issued a one-time code to"},
	"import.staff_uploaded":   {"上传了员工名单", "uploaded a list of staff"},
	"import.staff_mended":     {"修改了员工名单的一行", "mended a line of a list of staff"},
	"import.staff_published":  {"导入了员工名单", "entered a list of staff"},
	"import.staff_discarded":  {"放弃了员工名单", "threw away a list of staff"},
	"session.opened":          {"登录", "signed in"},
	"session.ended":           {"退出登录", "signed out"},
	"session.ended_for":       {"结束了他人的登录", "ended the sessions of"},
	"session.listed":          {"查看了他人的登录设备", "saw where somebody is signed in:"},
	"second_factor.begun":     {"开始绑定两步验证", "began to set up a second factor"},
	"second_factor.enabled":   {"启用了两步验证", "set up his second factor"},
	"second_factor.disabled":  {"关闭了两步验证", "gave up his second factor"},
	"second_factor.reset":     {"重置了他人的两步验证", "reset the second factor of"},
	"recovery_code.used":      {"用恢复码登录", "signed in with a recovery code"},
	"recovery_code.renewed":   {"重新生成了恢复码", "renewed his recovery codes"},
	"login_policy.changed":    {"修改了登录规定", "changed who needs a second factor"},
	"sso.changed":             {"修改了企业单点登录", "changed the company’s own sign-in"},
	"sso.removed":             {"停用了企业单点登录", "took the company’s own sign-in away"},
	"sso.unlinked":            {"解除了企业账号的绑定", "freed from the company account"},
	"sso.linked":              {"首次用企业单点登录", "came in through the company’s own sign-in for the first time"},
	"session.proven":          {"再次确认了身份", "proved his identity again"},
	"apikey.created":          {"创建了接口密钥", "made the API key"},
	"apikey.revoked":          {"停用了接口密钥", "revoked the API key"},
	"rules.trial_started":     {"开始了规则试算", "began a trial of rules"},
	"rules.trial_cancelled":   {"取消了规则试算", "ended a trial of rules"},
	"rules.trial_exported":    {"导出了规则试算", "exported a trial of rules"},
	"correction.confirmed":    {"确认了归属更正", "confirmed a correction of ownership"},
	"correction.dismissed":    {"忽略了归属更正", "dismissed a correction of ownership"},
	"rules.published":         {"发布了规则", "published the rules"},
	"day.totals_told":         {"收银系统报了日结", "told the totals of a day to"},
	"day.declared":            {"确认了营业日完整", "declared a day complete in"},
	"day.till_retired":        {"登记了停用的收银系统", "said that a till is gone from"},
	"run.brake_released":      {"放行了停下的任务", "let a braked run go on in"},
	"run.brake_stopped":       {"决定不执行停下的任务", "skipped a braked run in"},
	"run.retried":             {"重新启动了任务", "retried a run"},
	"tenant.created":          {"开通了企业", "created the company"},
	"import.list_begun":       {"开始上传客户名单", "began to upload a list of guests"},
	"import.list_uploaded":    {"上传了客户名单", "uploaded a list of guests"},
	"import.list_matched":     {"对应了名单里的门店和员工", "matched stores and staff of a list"},
	"import.list_published":   {"发布了客户名单", "published a list of guests"},
	"import.list_discarded":   {"放弃了客户名单", "threw away a list of guests"},
	"import.list_expired":     {"到期清除了客户名单", "cleared a list of guests that had lapsed"},
	"import.lines_seen":       {"查看了客户名单的检查结果", "looked at the report of a list of guests"},
	"import.report_taken":     {"下载了客户名单的检查报告", "took the report of a list of guests"},
	"import.published":        {"导入了原系统数据", "imported the former system's data"},
	"audit.exported":          {"导出了审计日志", "exported the audit log"},
	"rules.draft_saved":       {"修改了规则草稿", "changed the draft of the rules"},
	"rules.draft_discarded":   {"放弃了规则草稿", "dropped the draft of the rules"},
	"template.saved":          {"修改了建档模板草稿", "changed the draft of the file form"},
	"template.published":      {"发布了建档模板", "published the file form"},
	"rules.withdrawn":         {"撤回了规则", "withdrew the rules"},
	"delegation.created":      {"设立了委托", "made a delegation"},
	"delegation.ended":        {"结束了委托", "ended a delegation"},
	"role.created":            {"新增了角色", "made the role"},
	"role.changed":            {"修改了角色权限", "changed the rights of the role"},
	"role.deleted":            {"删除了角色", "deleted the role"},
	"role.template_merged":    {"合并了角色模板", "merged the template of roles"},
	"position.created":        {"新增了岗位", "made the position"},
	"position.changed":        {"修改了岗位", "changed the position"},
	"position.deleted":        {"删除了岗位", "deleted the position"},
	"apikey.limited":          {"修改了接口密钥的调用上限", "changed the API key's limit"},
	"apikey.rotated":          {"轮换了接口密钥", "rotated the API key"},
	"store.created":           {"新增了门店", "made the store"},
	"store.changed":           {"修改了门店资料", "changed the store"},
	"store.hours_changed":     {"修改了营业时间", "changed the hours of"},
	"store.clock_changed":     {"修改了营业日切换", "changed when the business day begins in"},
	"store.live_set":          {"设置了上线日期", "set the go-live of"},
	"store.suspended":         {"暂停了门店预定", "suspended bookings of"},
	"store.reopened":          {"恢复了门店营业", "reopened the store"},
	"store.works_entered":     {"登记了停业", "entered works in"},
	"store.works_changed":     {"修改了停业日期", "changed the works in"},
	"store.works_withdrawn":   {"撤回了停业", "took back the works in"},
	"store.closed":            {"关闭了门店", "closed the store"},
	"resource.created":        {"新增了桌位包间", "made rooms or tables"},
	"resource.changed":        {"修改了桌位包间", "changed a room or table"},
	"resource.retired":        {"停用了桌位包间", "retired a room or table"},
	"resource.restored":       {"恢复了桌位包间", "brought back a room or table"},
	"resource.deleted":        {"删除了桌位包间", "deleted a room or table"},
	"resource.ordered":        {"调整了桌位包间顺序", "ordered the rooms and tables of"},
	"password.changed":        {"修改了自己的密码", "changed his password"},
	"session.others_ended":    {"退出了其他设备", "signed out everywhere else"},
	"device.acknowledged":     {"确认了新设备", "acknowledged a device"},
	"account.activated":       {"激活了账号", "activated the account"},
	"chain.created":           {"开通了企业", "created the company"},
	"chain.admin_invited":     {"邀请了企业管理员", "invited the administrator of"},
	"chain.suspended":         {"暂停了企业服务", "suspended the company"},
	"chain.resumed":           {"恢复了企业服务", "resumed the company"},
	"chain.closed":            {"终止了企业服务", "closed the company"},
	"support.asked":           {"申请查看（平台支持）", "asked to look in"},
	"support.granted":         {"同意了平台支持查看", "let platform support look in"},
	"support.ended":           {"拒绝或结束了平台支持", "refused or ended platform support"},
	"support.entered":         {"开始查看（平台支持）", "came in to look"},
	"support.left":            {"结束了自己的支持查看", "ended his looking in"},
	"support.read":            {"查看了（平台支持）", "looked at"},
	"export.key_registered":   {"登记了导出公钥", "registered the key for exports"},
	"export.started":          {"发起了企业数据导出", "started the company's export"},
	"export.downloaded":       {"下载了企业数据", "downloaded the company's data"},
}

// ActionText gives the words of an act; one that has none reads as its code.
func ActionText(action string) Text {
	if t, ok := actions[action]; ok {
		return t
	}
	return Text{action, action}
}

// fields are the words of changed fields.
var fields = map[string]Text{
	"result":           {"结果", "result"},
	"rows":             {"条数", "rows"},
	"people":           {"人数", "people"},
	"staff_no":         {"工号", "staff number"},
	"person.name":      {"姓名", "name"},
	"phone":            {"手机号", "phone number"},
	"email":            {"工作邮箱", "e-mail at work"},
	"entry_date":       {"入职日期", "first day"},
	"delivery":         {"送达方式", "sent by"},
	"person_id":        {"员工", "staff member"},
	"keep_until":       {"数据保留至", "data kept until"},
	"recipient":        {"公钥", "public key"},
	"code":             {"代码", "code"},
	"name":             {"名称", "name"},
	"customer.name":    {"姓名", "name"},
	"hours":            {"营业时间", "hours"},
	"zone":             {"时区", "zone"},
	"cutover":          {"营业日换日时间", "business-day cut-over"},
	"live_on":          {"上线日期", "live from"},
	"closed_on":        {"关闭日期", "closed on"},
	"kind":             {"类型", "kind"},
	"names":            {"名称", "names"},
	"capacity":         {"人数", "seats"},
	"tables":           {"桌数", "tables"},
	"min_spend_fen":    {"最低消费（分）", "minimum spend (fen)"},
	"area":             {"区域", "area"},
	"floor":            {"楼层", "floor"},
	"retired_on":       {"停用日期", "retired on"},
	"calls_per_minute": {"每分钟调用", "calls a minute"},
	"successor":        {"新密钥", "successor"},
	"holder":           {"被代理人", "holder"},
	"delegate":         {"代理人", "delegate"},
	"permissions":      {"权限", "permissions"},
	"until":            {"截止时间", "until"},
	"search":           {"查找方式", "searched by"},
	"state":            {"状态", "state"},
	"reason":           {"原因", "reason"},
	"outcome":          {"结果", "outcome"},
	"no":               {"单号", "number"},
	"files":            {"客户数", "guests"},
	"customer.reason":  {"退回栏目", "field with a reason"},
	"date":             {"日期", "date"},
	"role":             {"角色", "role"},
	"stores":           {"门店", "stores"},
	"from":             {"开始日期", "from"},
	"to":               {"结束日期", "to"},
	"left_on":          {"离岗日期", "left on"},
	"scopes":           {"接口权限", "scopes"},
	"expires_at":       {"到期时间", "expires"},
	"effective_date":   {"生效日期", "in force from"},
	"rule":             {"规则", "rule"},
	"month":            {"月份", "month"},
	"months":           {"月数", "months"},
	"effect":           {"更正办法", "what is done"},
	"format":           {"格式", "format"},
	"number":           {"号码", "number"},
	"sex":              {"性别", "sex"},
	"how_known":        {"如何认识", "how known"},
	"employer":         {"工作单位", "employer"},
	"job_title":        {"职务", "job title"},
	"address":          {"地址", "address"},
	"birthday":         {"生日", "birthday"},
	"consent":          {"客人同意建档", "consent"},
	"taste":            {"口味与座位偏好", "taste and seat"},
	"favourites":       {"喜爱菜品", "favourites"},
	"taboos":           {"忌口与过敏", "taboos"},
	"invoice_title":    {"发票抬头", "invoice title"},
	"ground":           {"删除原因", "ground"},
	"purpose":          {"授权事项", "purpose"},
	"identity":         {"核实方式", "identity checked by"},
}

// FieldText gives a field of a kind of object in words; one that has none reads
// as its name.
func FieldText(object, field string) Text {
	if t, ok := fields[object+"."+field]; ok {
		return t
	}
	if t, ok := fields[field]; ok {
		return t
	}
	return Text{field, field}
}

// values are the words of values that are codes; "": of any field.
var values = map[string]Text{
	"draft": {"草稿", "draft"}, "stage1": {"第一阶段完成", "stage 1 done"}, "stage2": {"填写完成", "complete"}, "submitted": {"待审核", "submitted"},
	"approved": {"已通过", "approved"}, "rejected": {"已退回", "rejected"},
	"requested": {"待确认", "requested"}, "confirmed": {"已预定", "confirmed"}, "seated": {"已入座", "seated"}, "finished": {"已离席", "finished"},
	"cancelled": {"已取消", "cancelled"}, "no_show": {"未到店", "no-show"},
	"pending": {"待处理", "pending"}, "opened": {"修改中", "opened"}, "refused": {"已退回", "refused"}, "withdrawn": {"已撤回", "withdrawn"}, "done": {"已完成", "done"},
	"fine": {"属实", "all well"}, "finding": {"有不符", "finding"}, "not_real": {"不是真实客人", "no real guest"}, "ended": {"已终止", "ended"},
	"failed": {"失败", "failed"}, "running": {"进行中", "running"},
	"last_digits": {"尾号", "last digits"}, "initials": {"拼音首字母", "initials"},
	"holder": {"归原推荐人", "stays"}, "claimant": {"归提出人", "goes over"},
	"csv": {"CSV", "CSV"}, "json": {"JSON", "JSON"},
}

// ValueText gives a value of a field in words: codes that have some, fingerprints
// as what they are, everything else as it stands.
func ValueText(field, value string) Text {
	switch {
	case value == "":
		return Text{}
	case strings.HasPrefix(value, "fp:"):
		print := strings.TrimPrefix(value, "fp:")
		return Text{"（已隐去，指纹 " + print + "）", "(hidden, fingerprint " + print + ")"}
	case field == "reason" || field == "search":
		if t, ok := values[value]; ok {
			return t
		}
		return FieldText("customer", value)
	case field == "state" || field == "format" || field == "outcome" || field == "result":
		if t, ok := values[value]; ok {
			return t
		}
	}
	return Text{value, value}
}
