package staff

import (
	"slices"
	"strings"

	"github.com/changke/changke/services/kernel"
)

// Permissions that the rights of staff are judged by.
const (
	ReadRolesPermission = "role.read"
	EditRolesPermission = "role.write"
	WritePermission     = "staff.write"
	AppointPermission   = "staff.appoint"
)

// Permission is something that a role may be given.
type Permission struct {
	Name  string // exact, resource.action, e.g. "customer.review"
	Label string // a few words, e.g. 审核档案
	Says  string // one sentence: what its holder can do

	cells string // the template: one letter for each of templateRoles
}

// table is who may do what, and how far, when a chain begins: W everything at
// the place of the assignment (where), o only the person's own things there, -
// nothing. Deny by default (ROL-02, ROL-03). English words stand in
// permission_en.go. The columns are templateRoles:
//
//	ad  企业管理员   manages, and reads no customers, for he does not need guests
//	he  总部客服部负责人   hq  总部客服专员   ar  区域经理, over a list of stores
//	fl  楼面店总   ma  客服经理   su  客服主管   re  客服代表   ot  every other post
//	de  前台   in  督察队长 and 督察
var table = []Permission{
	//                      ad he hq ar fl ma su re ot de in
	{"store.read", "查看门店", "看到门店、包间、散台和营业时间。", "W W W W W W W W W W W"},
	{"store.write", "管理门店", "新建和修改门店、包间、散台、宴会厅和营业时间。", "W - - - - - - - - - -"},
	{"store.live", "设置门店上线", "决定归属和考核规则从哪一天起在门店生效，先看名单。", "W W - - - - - - - - -"},
	{"rules.read", "查看规则", "看到各版本的规则参数和生效日期。", "W W W W W W W - - - -"},
	{"rules.publish", "发布规则", "修改规则参数，并按生效日期发布新版本。", "W - - - - - - - - - -"},
	{"rules.try", "试算规则", "用草稿里的参数试算过去几个月，看谁会失去哪些客户；试算不改动任何数据。", "W W - - - - - - - - -"},
	{"template.write", "设计建档模板", "决定客户档案要填哪些栏目、哪些必填、怎样提示，并发布新版本。", "W - - - - - - - - - -"},

	{"staff.read", "查看员工", "看到员工、任职和岗位。", "W W W W W W W - - - W"},
	{"staff.write", "管理员工与任职", "录入员工，安排、调整和结束任职，登记离岗。", "W - - - - - - - - - -"},
	{"staff.appoint", "任命任何岗位", "任命自己没有其全部权限的岗位，但不能任命自己。", "W - - - - - - - - - -"},
	{"role.read", "查看角色与权限", "看到每个角色能做什么、谁在担任。", "W W W - W W - - - - -"},
	{"role.write", "修改角色与权限", "新建、改名和停用角色与岗位，修改角色的权限。", "W - - - - - - - - - -"},
	{"account.apply", "申请开通账号", "为本店员工申请开通、变更建档账号。", "- - - - W W - - - - -"},
	{"account.open", "开通账号", "处理门店的账号申请，12 小时内开通或退回。", "- W W - - - - - - - -"},
	{"delegation.read", "查看他人委托", "看到别人的委托代理：谁、代什么、到何时。", "W W W - W W - - - - -"},
	{"delegation.write", "指定代理人", "替请假、离岗的同事指定代理人，结束别人的委托。", "W W W - W - - - - - -"},
	{"request.escalated", "接收升级的事项", "审核人不在或超时的时候，由他接着处理。", "- W - W W - - - - - -"},
	{"session.end", "结束他人登录", "让别人的登录立即失效。", "W - - - - - - - - - -"},
	{"login.write", "管理登录安全", "规定总部的两步验证，设置企业单点登录，替丢了手机的人重置两步验证。", "W - - - - - - - - - -"},
	{"apikey.read", "查看接口密钥", "看到接口密钥的用途、门店和有效期，看不到密钥本身。", "W - - - - - - - - - -"},
	{"apikey.write", "管理接口密钥", "新建和停用收银厂商的接口密钥。", "W - - - - - - - - - -"},
	{"webhook.read", "查看接口推送", "看到推送到哪些地址、推送了什么、对方是否收到。", "W - - - - - - - - - -"},
	{"webhook.write", "管理接口推送", "新建、测试和停用推送地址，更换签名密钥，重新推送。", "W - - - - - - - - - -"},
	{"sandbox.use", "使用沙箱", "仅在沙箱里：向前移动时钟，安排故障；正式企业里用不上。", "W - - - - - - - - - -"},
	{"audit.read", "查看审计日志", "看到谁、替谁、何时、对什么做了什么。", "W W - - - - - - - - -"},
	{"audit.export", "导出审计日志", "把审计日志导出成文件。", "W - - - - - - - - - -"},
	{"support.consent", "同意平台支持", "允许平台的支持人员在限定时间内只读查看。", "W - - - - - - - - - -"},
	{"chain.export", "接收企业数据", "登记公钥，导出和下载整个企业的数据。", "W - - - - - - - - - -"},

	{"customer.read", "查看客户", "看到客户名单和档案，号码打码显示。", "- W W W W W W o o o W"},
	{"customer.names", "看到客人姓名", "看到客人的全名；没有这项权限时只看到“张*”，公共客户对谁都只显示姓。", "- W W - W W W o o W -"},
	{"customer.unmask", "查看打码的姓名生日", "说明理由后逐个查看打码的姓名和生日，留下记录。", "- W W W W W W o o o W"},
	{"customer.reveal", "查看完整号码", "说明理由后逐个查看完整号码，留下记录。", "- W W - W W W o o - o"},
	{"customer.write", "建立和修改档案", "新建、修改和提交客户档案。", "- - - - W W W o o - o"},
	{"customer.review", "审核档案", "审核他人提交的档案，通过或逐项退回。", "- W W - W W W - - - -"},
	{"customer.blacklist", "设置黑名单", "把客人列入或移出黑名单。", "- - - - - W - - - - -"},
	{"customer.request", "提交变更和删除申请", "向总部申请变更或删除已通过的档案。", "- - - - W W W - - - -"},
	{"customer.carry_out", "办理变更、删除和交接", "办理门店申请的档案变更、删除和客户交接。", "- W W - - - - - - - -"},
	{"customer.merge", "合并同一客人的档案", "把同一位客人在本店的两份档案合并为一份，也能撤销。", "- W W - - - - - - - -"},
	{"customer.legal", "办理客人权利请求", "受理客人查阅、更正、删除本人信息的请求，核实身份后办理。", "- W W - - - - - - - -"},
	{"customer.spot_check", "抽查档案", "抽查已通过的档案，记录不实之处。", "- W W - - - - - - - -"},
	{"customer.import", "导入客户", "从表格导入企业原有的客户档案。", "W W W - - - - - - - -"},
	{"conflict.read", "查看归属争议", "看到客户归属争议，说明情况或让出客人。", "- W W - W W o o o - o"},
	{"conflict.decide", "裁定归属争议", "协商时间过后，裁定客人归哪位推荐人。", "- W W - W W - - - - -"},
	{"handover.read", "查看客户交接", "看到客户交接单：谁交给谁、办到哪一步、还剩哪些客户。", "- W W W W W W o o - o"},
	{"handover.write", "发起和接收客户交接", "把名下客户交给同事，接收同事交来的客户；店长、经理可以代本店员工发起。", "- W W - W W o o o - o"},
	{"pool.read", "查看公共客户", "看到门店的公共客户，姓名和号码打码。", "- W W W W W W W W - W"},
	{"pool.claim", "认领公共客户", "认领本店的公共客户，核对档案、审核通过后由自己维系。", "- - - - W W W W W - W"},
	{"pool.assign", "指派公共客户", "把公共客户指派给本店的人，由他确认接收。", "- - - - W W - - - - -"},
	{"appeal.read", "查看申诉", "看到原推荐人对失去客户的申诉，自己也可以申诉。", "- W W - W W o o o - o"},
	{"appeal.decide", "裁定申诉", "裁定原推荐人的申诉，成立的恢复维系关系。", "- W W - W W - - - - -"},
	{"caller.screen", "来电弹屏", "来电时看到客人姓名和打码的号码。", "- - - - W W W W - W -"},

	{"booking.read", "查看预定", "看到包间、散台和包席的预定。", "W W W W W W W W W W W"},
	{"booking.write", "登记预定", "登记、入座、完成和取消预定。", "- - - - W W W W W W W"},
	{"booking.correct", "更正订单人", "营业日结束前，更正预定的订单人或接待人，写明原因。", "- - - - W W - - - - -"},
	{"booking.check", "核实当面告知", "发不了短信、登记为当面告知的，核实是否属实；自己经手的由别人核实。", "- W W - - - - - - - W"},
	{"bill.read", "查看账单", "看到门店的账单、退款和待办，以及每张账单的经过。", "- W W W W W W - - - W"},
	{"bill.link", "关联账单", "确认账单属于哪个预定，或不属于任何预定，写明原因。", "- W W - W W W - - - -"},
	{"bill.import", "导入账单和预定", "把收银、预定系统导出的文件导入账单和预定。", "W W W - W W - - - - -"},
	{"day.read", "查看营业日是否完整", "看到哪些营业日还缺什么：没有办结的预定、对不上的日结。", "W W W W W W W - - - -"},
	{"day.declare", "确认营业日完整", "说明理由，确认某个营业日完整，登记停用的收银系统。", "- - - - W W - - - - -"},
	{"message.read", "查看短信", "看到发出的短信和送达情况。", "W W W W W W W - - - W"},
	{"decision.read", "查看归属变动及原因", "看到客户归属为什么变动、依据哪条规则。", "W W W W W W W o o o W"},
	{"correction.read", "查看建议更正", "看到后来补到的消费与以前的归属决定有哪些出入。", "- W W W W W W - - - -"},
	{"correction.decide", "办理建议更正", "确认或忽略建议更正，营业日结束后更正预定的订单人或接待人，写明理由；涉及本人的不能办理。", "- W W - W W - - - - -"},
	{"run.read", "查看任务", "看到系统任务处理到哪一天、结果如何。", "W W W W W W - - - - -"},
	{"run.retry", "重试任务", "让失败的系统任务重新执行。", "W W W - - - - - - - -"},
	{"brake.decide", "处理任务刹车", "一次转出客户过多时任务先停下，由他看名单，放行或不执行。", "W W W - - - - - - - -"},
	{"score.read", "查看考核成绩", "看到客户保有量、新增和消费等考核成绩。", "- W W W W W o o o o o"},
	{"finding.read", "查看督察记录", "看到督察发现的问题和处理情况。", "- W W W W W W - - - W"},
	{"finding.write", "记录督察问题", "记录在门店发现的问题。", "- - - - - - - - - - W"},
	{"today.read", "查看今日", "看到今日待办和今晚的预定。", "W W W W W W W o o o W"},
	{"board.read", "查看总部看板", "看到各门店的数字和走势。", "W W W W W W - - - - -"},
}

// scopes are what a POS vendor's key may do in its stores (ROL-06).
var scopes = []struct{ scope, permission, label string }{
	{"bills:write", "bill.record", "上传账单"},
	{"bookings:write", "booking.record", "上传预定"},
	{"callers:write", "caller.record", "上传来电"},
	{"customers:lookup", "customer.lookup", "按号码查询客户"},
	{"sandbox:write", "sandbox.use", "移动沙箱时钟、安排故障"},
}

// cell is how far the template's n-th role carries the permission.
func (p Permission) cell(n int) kernel.Reach {
	return map[string]kernel.Reach{"W": kernel.ReachWhere, "o": kernel.ReachOwn}[strings.Fields(p.cells)[n]]
}

// Resource is what the permission is about: "customer" of "customer.review".
func (p Permission) Resource() string {
	resource, _, _ := strings.Cut(p.Name, ".")
	return resource
}

// owned says once for each resource what "own" means in it (ROL-02). Where
// nothing is said, nothing is anybody's own.
var owned = map[string]string{
	"customer": "本人维系的客户，和本人写的草稿",
	"booking":  "本人登记的预定，和本人客户的预定",
	"conflict": "本人提出的、涉及本人客户的争议",
	"appeal":   "本人提出的申诉",
	"decision": "本人维系或曾经维系的客户",
	"handover": "本人交出或接收的客户交接",
	"score":    "本人的成绩",
	"today":    "本人的待办和客户",
}

// OwnMeans says what "own" means for a permission; empty: it has no such reach.
func OwnMeans(permission string) string {
	resource, action, _ := strings.Cut(permission, ".")
	if resource == "customer" && !slices.Contains([]string{"read", "names", "unmask", "reveal", "write"}, action) {
		return ""
	}
	if (resource == "conflict" || resource == "appeal") && action != "read" || permission == "booking.correct" || permission == "booking.check" {
		return ""
	}
	return owned[resource]
}

// Catalogue is every permission that people can be given, in the order of the
// table: those about one resource stand together.
func Catalogue() []Permission { return slices.Clone(table) }

// Permissions lists the names of the catalogue.
func Permissions() []string {
	out := make([]string, len(table))
	for i, p := range table {
		out[i] = p.Name
	}
	return out
}

// Known reports whether a permission is one that people can be given.
func Known(permission string) bool { return slices.Contains(Permissions(), permission) }

// Label is a permission in Chinese; one that has none reads as its name.
func Label(permission string) string {
	for _, p := range table {
		if p.Name == permission {
			return p.Label
		}
	}
	for _, s := range scopes {
		if s.permission == permission {
			return s.label
		}
	}
	return permission
}
