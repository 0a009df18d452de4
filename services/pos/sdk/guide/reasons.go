package guide

import "strings"

// Reason is a stable word that a failure is told by, and what a vendor does then.
type Reason struct {
	Name   string
	Code   string // Connect's; "item" for a bill of a batch; "client" for the SDKs' own
	ZH, EN string // what to do
}

// Reasons are all that vendors meet. A test holds the list against the code: whatever
// the interface can say is here, and nothing else.
var Reasons = []Reason{
	{"bill.unknown_store", "item", "核对门店代码；确认密钥包含这家店。修好后从死信重新上传。", "Check the store's code and that the key holds the store; then send the dead letter again."},
	{"bill.revision_conflict", "item", "同一版本传了两种内容：用更高的版本号把账单重新上传。", "Two contents under one revision: send the bill under a higher one."},
	{"bill.bad_number", "item", "客人号码不对：问清楚再传，或留空。", "The guest's number is wrong: ask, or leave it empty."},
	{"bill.bad_date", "item", "没有这个营业日：按 YYYY-MM-DD 填。", "There is no such business day: YYYY-MM-DD."},
	{"bill.bad_text", "item", "来源、单号或预定号首尾有空格，或含控制字符。", "Source, number or reference has blanks at its ends, or control characters."},
	{"bill.bad_life", "item", "并单要写并入哪一单；退款单只写原单号和金额；都不能写自己的单号。", "A merged bill names another, a refund note names its bill; none names itself."},
	{"bill.not_storable", "item", "内容含有无法保存的字符。", "The content holds characters that can't be stored."},
	{"bill.not_found", "not_found", "这张账单没有传过，或者不在密钥的门店里。", "The bill was never sent, or lies outside the key's stores."},

	{"booking.not_found", "not_found", "没有这个预定号；先用 UpsertBooking 登记。", "No such reference; enter it by UpsertBooking first."},
	{"booking.not_vendors", "failed_precondition", "这个预定是在常客里登记的：请在常客里改；入座可以报。", "The booking was made in the console: change it there; seating may be reported."},
	{"booking.wrong_state", "failed_precondition", "预定已经结束、取消或未到，不能再变。", "The booking has ended, was called off or missed; it stays so."},
	{"booking.past_date", "invalid_argument", "营业日已经过去，不能再订。", "The business day has passed."},
	{"booking.not_today", "failed_precondition", "只能为当前营业日的预定办入座；核对收银的营业日和时钟。", "Only bookings of the running business day are seated; check the till's day and clock."},
	{"booking.room_taken", "failed_precondition", "包间或桌位已被占用：换一个，或换餐段。", "The room or table is taken: choose another, or another meal."},
	{"booking.hall_full", "failed_precondition", "宴会厅桌数不够：减桌数或换厅。", "The hall has not enough tables left."},

	{"store.not_found", "not_found", "核对门店代码；确认密钥包含这家店。", "Check the store's code and that the key holds the store."},
	{"store.suspended", "failed_precondition", "门店暂停接受预定，请与门店联系。", "The store takes no bookings for now; ask the store."},
	{"store.closed", "failed_precondition", "门店那天已经闭店。", "The store has closed for good by then."},
	{"store.closed_for_works", "failed_precondition", "门店那天停业。", "The store is closed for works that day."},
	{"store.not_open", "failed_precondition", "门店那天这个餐段不营业。", "The store serves no such meal that day."},

	{"pos.bad_number", "invalid_argument", "号码不对：大陆手机 11 位，其他地区带 +区号。", "The number is wrong: 11 digits on the mainland, +code elsewhere."},
	{"pos.unknown_staff", "invalid_argument", "没有这个员工号，或者那天已经离职。", "No such staff number, or no longer employed that day."},
	{"pos.unknown_place", "invalid_argument", "没有这个包间或桌位：名字要和常客里的一样。", "No such room or table: names are those in the console."},
	{"pos.bad_idempotency_key", "invalid_argument", "Idempotency-Key 须为 1 到 100 个可见的 ASCII 字符。", "1 to 100 visible ASCII characters."},
	{"pos.idempotency_key_reused", "failed_precondition", "同一个 Key 用在了两份内容上：新的内容用新的 Key。", "One key, two contents: a new content takes a new key."},

	{"apikey.too_many_calls", "resource_exhausted", "按 Retry-After 等；账单 500 张一批。", "Wait as Retry-After says; send bills 500 to a call."},
	{"auth.login_needed", "unauthenticated", "没有带密钥：加上 Authorization: Bearer ck_live_…。", "No key was sent: add Authorization: Bearer ck_live_…."},
	{"auth.key_typo", "unauthenticated", "密钥抄写有误，重新复制。", "The key was copied wrongly."},
	{"auth.bad_key", "unauthenticated", "密钥过期或已停用：请企业管理员更换。账单留在队列里，换好密钥接着传。", "The key has ended: ask the chain's administrator; what waits is sent with the new one."},
	{"auth.not_allowed", "permission_denied", "密钥没有这个用途：请管理员新建时勾选。", "The key lacks the scope."},
	{"chain.suspended", "permission_denied", "企业服务暂停：账单先留在队列里，恢复后接着传。", "The chain is suspended: keep what waits, send it once it is back."},
	{"chain.closed", "permission_denied", "企业服务已终止：停止上传，联系企业。", "The chain has ended: stop, and ask it."},

	{"invalid_field", "invalid_argument", "看 violations：哪个字段、怎么改。", "See violations: which field, and how to mend it."},
	{"invalid_request", "invalid_argument", "请求不是这个方法的 JSON 或 Protobuf，或请求头不对：看 message，它说错在哪一行、哪个字段。", "The body is not this method's JSON or Protobuf, or a header is wrong: message says which line and field."},
	{"unknown_method", "unimplemented", "没有这个接口（HTTP 404）：核对地址里的服务名和方法名。", "There is no such path (HTTP 404): check service and method in it."},
	{"not_storable", "invalid_argument", "内容含有无法保存的字符。", "The content holds characters that can't be stored."},
	{"request_too_large", "resource_exhausted", "请求超过 1 MiB（HTTP 413）：少传几张，不要原样重发。", "More than 1 MiB (HTTP 413): send fewer at once; not the same again."},
	{"busy", "unavailable", "稍后原样重发。", "Send the same again later."},
	{"deadline", "deadline_exceeded", "稍后原样重发。", "Send the same again later."},
	{"internal", "internal", "把请求编号告诉我们；账单留在队列里。", "Tell us the request id; keep what waits."},

	{"sandbox.real_chain", "permission_denied", "只有沙箱能拨钟、点故障；这是正式企业的密钥。", "Only sandboxes have a clock to move and troubles to order; this is a real chain's key."},
	{"sandbox.moving", "failed_precondition", "沙箱的钟正在拨：等 GetSandbox 说到了再拨。", "The clock is being moved: wait until GetSandbox says it has come there."},
	{"sandbox.unknown_method", "invalid_argument", "方法名写 PosService 的，例如 RecordBills。", "A method of PosService, such as RecordBills."},
	{"sandbox.refused", "unavailable", "沙箱按您点的故障拒绝：稍后原样重发。", "Trouble that you ordered: the same again later."},
	{"sandbox.answer_lost", "unavailable", "沙箱按您点的故障丢了回答，可能已经办成：原样重发。", "Trouble that you ordered; it may have been done: the same again."},
	{"sandbox.limited", "resource_exhausted", "沙箱按您点的故障限流：按 Retry-After 等。", "Trouble that you ordered: wait as Retry-After says."},

	{"client.unreachable", "client", "没有连上服务器：稍后原样重发。", "No line to the server: the same again later."},
	{"client.timeout", "client", "没有及时回答：稍后原样重发；查客人就不等了。", "No answer in time: the same again later; look-ups go on without."},
	{"client.cancelled", "client", "贵方程序自己取消了。", "Your own program ended the call."},
	{"client.not_changke", "client", "回答的不是常客：核对地址、代理和证书。", "Something else answered: check address, proxy and certificate."},
	{"client.unknown_outcome", "client", "结果是新的，SDK 太旧：升级后从死信重新上传。", "The result is newer than the SDK: upgrade, then send the dead letter again."},
}

// reasonTable is the guide's table in a language, as Markdown.
func reasonTable(lang string) string {
	var b strings.Builder
	head := map[string]string{"zh": "| 原因 | 大类 | 怎么办 |", "en": "| Reason | Kind | What to do |"}
	words := map[string]map[string]string{"zh": {"item": "单张结果", "client": "SDK"}, "en": {"item": "of an item", "client": "SDK"}}
	b.WriteString(head[lang] + "\n|---|---|---|\n")
	for _, r := range Reasons {
		code, do := r.Code, r.ZH
		if w := words[lang][code]; w != "" {
			code = w
		}
		if lang == "en" {
			do = r.EN
		}
		b.WriteString("| `" + r.Name + "` | " + code + " | " + do + " |\n")
	}
	return b.String()
}
