package audit

import "strings"

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
	"store":            {"门店", "store"},
	"to_store":         {"转到门店", "to store"},
	"kind":             {"类型", "kind"},
	"names":            {"名称", "names"},
	"capacity":         {"人数", "seats"},
	"tables":           {"桌数", "tables"},
	"meal":             {"餐段", "meal"},
	"arrive_time":      {"到店时间", "time of arrival"},
	"min_spend_fen":    {"最低消费（分）", "minimum spend (fen)"},
	"deposit_fen":      {"订金（分）", "deposit (fen)"},
	"guests":           {"人数", "guests"},
	"places":           {"包间和桌位", "places"},
	"guest_name":       {"称呼", "guest's name"},
	"note":             {"备注", "wish"},
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
	"merge": {"合并", "merge"}, "close": {"闭店", "close"}, "room": {"包间", "room"}, "hall": {"散台", "hall table"}, "banquet": {"宴会厅", "banquet hall"},
	"lunch": {"午市", "lunch"}, "tea": {"下午茶", "tea"}, "dinner": {"晚市", "dinner"}, "supper": {"夜宵", "supper"},
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
	case field == "state" || field == "kind" || field == "meal" || field == "format" || field == "outcome" || field == "result":
		if t, ok := values[value]; ok {
			return t
		}
	}
	return Text{value, value}
}
