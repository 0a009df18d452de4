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
	{"booking", Text{"预定", "Bookings"}},
	{"person", Text{"员工与任职", "Staff and posts"}},
	{"account", Text{"账号", "Accounts"}},
	{"role", Text{"角色与权限", "Roles and rights"}},
	{"delegation", Text{"委托代理", "Delegations"}},
	{"session", Text{"登录", "Logins"}},
	{"apikey", Text{"接口密钥", "API keys"}},
	{"rules", Text{"规则", "Rules"}},
	{"store", Text{"门店", "Stores"}},
	{"tenant", Text{"企业", "Company"}},
	{"support", Text{"平台支持", "Platform support"}},
	{"import", Text{"数据导入", "Imports"}},
	{"run", Text{"任务", "Runs"}},
}

// actions are the words of every act, as they follow who did it.
var actions = map[string]Text{
	"customer.listed":         {"查看了客户列表", "listed guests"},
	"customer.reviews_listed": {"查看了待审核档案", "listed files to review"},
	"customer.viewed":         {"查看了客户档案", "looked at the guest file"},
	"customer.revealed":       {"查看了完整号码", "saw the whole number of"},
	"customer.created":        {"建立了客户档案", "began the guest file"},
	"customer.changed":        {"修改了客户档案", "changed the guest file"},
	"customer.submitted":      {"提交审核了客户档案", "submitted the guest file"},
	"customer.approved":       {"审核通过了客户档案", "approved the guest file"},
	"customer.rejected":       {"退回了客户档案", "rejected the guest file"},
	"booking.created":         {"登记了预定", "made a booking"},
	"booking.seated":          {"安排了入座", "seated a booking"},
	"booking.finished":        {"办理了离席", "finished a booking"},
	"booking.cancelled":       {"取消了预定", "cancelled a booking"},
	"booking.no_show":         {"登记了未到店", "marked a no-show"},
	"person.created":          {"登记了员工", "entered the staff member"},
	"person.assigned":         {"任命了员工", "gave a post to"},
	"person.post_ended":       {"结束了任职", "ended a post of"},
	"person.left":             {"登记了离岗", "recorded the leaving of"},
	"session.opened":          {"登录", "signed in"},
	"session.ended":           {"退出登录", "signed out"},
	"session.proven":          {"再次确认了身份", "proved his identity again"},
	"apikey.created":          {"创建了接口密钥", "made the API key"},
	"apikey.revoked":          {"停用了接口密钥", "revoked the API key"},
	"rules.published":         {"发布了规则", "published the rules"},
	"run.retried":             {"重新启动了任务", "retried a run"},
	"tenant.created":          {"开通了企业", "created the company"},
	"import.published":        {"导入了原系统数据", "imported the former system's data"},
	"audit.exported":          {"导出了审计日志", "exported the audit log"},
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
	"rows":           {"行数", "rows"},
	"search":         {"查找方式", "searched by"},
	"state":          {"状态", "state"},
	"reason":         {"退回栏目", "field with a reason"},
	"date":           {"日期", "date"},
	"role":           {"角色", "role"},
	"stores":         {"门店", "stores"},
	"from":           {"开始日期", "from"},
	"to":             {"结束日期", "to"},
	"left_on":        {"离岗日期", "left on"},
	"scopes":         {"接口权限", "scopes"},
	"expires_at":     {"到期时间", "expires"},
	"effective_date": {"生效日期", "in force from"},
	"rule":           {"规则", "rule"},
	"format":         {"格式", "format"},
	"number":         {"号码", "number"},
	"name":           {"姓名", "name"},
	"sex":            {"性别", "sex"},
	"how_known":      {"如何认识", "how known"},
	"employer":       {"工作单位", "employer"},
	"job_title":      {"职务", "job title"},
	"address":        {"地址", "address"},
	"birthday":       {"生日", "birthday"},
	"consent":        {"客人同意建档", "consent"},
	"taste":          {"口味与座位偏好", "taste and seat"},
	"favourites":     {"喜爱菜品", "favourites"},
	"taboos":         {"忌口与过敏", "taboos"},
	"invoice_title":  {"发票抬头", "invoice title"},
}

// FieldText gives a field in words; one that has none reads as its name.
func FieldText(field string) Text {
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
	"failed": {"失败", "failed"}, "running": {"进行中", "running"},
	"last_digits": {"尾号", "last digits"}, "initials": {"拼音首字母", "initials"},
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
		return FieldText(value)
	case field == "state" || field == "format":
		if t, ok := values[value]; ok {
			return t
		}
	}
	return Text{value, value}
}
