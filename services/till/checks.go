package main

import "fmt"

// words are a text in both languages of the guide.
type words struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// say makes words of two formats for the same values.
func say(zh, en string, args ...any) words {
	return words{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

// in gives the text in a language, "zh" or "en".
func (w words) in(lang string) string {
	if lang == "en" {
		return w.EN
	}
	return w.ZH
}

// check is one of the 20 of the certification.
type check struct {
	No    int
	Name  string // stable, for programs
	Title words
	Mend  words // what to do when it fails

	judge func(e *evidence) (bool, words)
}

// checks are the certification. The vendor's guide shows them as a table.
var checks = []check{
	{1, "bills", words{"账单到达", "Bills arrive"}, words{
		"收满一天的账单（至少 20 张），用 RecordBills 上传。",
		"Close a full day of bills (at least 20) and upload them with RecordBills.",
	}, (*evidence).billsArrive},
	{2, "idempotency_key", words{"每次写入一个幂等键", "A key for every write"}, words{
		"每次写入（RecordBills、ReportDayTotals、UpsertBooking、SeatBooking、RingCall）都带请求头 Idempotency-Key；新的内容换新的键，不要按天或按收银台复用。",
		"Send an Idempotency-Key with every write (RecordBills, ReportDayTotals, UpsertBooking, SeatBooking, RingCall); a new content takes a new key, never one a day or a till.",
	}, (*evidence).everyKey},
	{3, "same_key", words{"重试用同一个键", "A retry keeps its key"}, words{
		"重试是同一次写入：键和内容一起保存，重发时原样带上。",
		"A retry is the same write: keep key and content together and send both as they were.",
	}, (*evidence).sameKey},
	{4, "retry_refused", words{"503 后重试", "Retries after 503"}, words{
		"遇到 unavailable（HTTP 503）等一会儿原样重发，直到成功。",
		"After unavailable (HTTP 503) wait a little and send the same again, until it goes through.",
	}, (*evidence).retriesRefused},
	{5, "retry_lost", words{"应答丢失后重试", "Retries after a lost answer"}, words{
		"没有收到应答不等于没有办成：原样重发，常客会认出来。",
		"No answer does not mean not done: send the same again, Changke knows it.",
	}, (*evidence).retriesLost},
	{6, "back_off", words{"重试有间隔", "Retries back off"}, words{
		"重试之间要等待，并逐次加长（SDK 从 250 毫秒起翻倍）。",
		"Wait between tries, each time longer (the SDKs double from 250 milliseconds): at most five tries of one content within a second.",
	}, (*evidence).backsOff},
	{7, "retry_after", words{"遵守 Retry-After", "Heeds Retry-After"}, words{
		"收到 resource_exhausted（HTTP 429）时，按 Retry-After 的秒数等待后再发。",
		"After resource_exhausted (HTTP 429) wait as many seconds as Retry-After says.",
	}, (*evidence).heedsRetryAfter},
	{8, "lookup_timeout", words{"查客不让客人等", "Look-ups don't keep guests waiting"}, words{
		"给 LookupGuest 设 1 秒以内的超时，超时就照常收银，不要重试。",
		"Give LookupGuest a second at most, then go on selling; never retry it.",
	}, (*evidence).givesUpLookup},
	{9, "revisions", words{"修订号逐一递增", "Revisions count up"}, words{
		"账单每变一次，revision 加 1，并把整张账单重新上传。",
		"Whenever a bill changes add 1 to revision and upload the whole bill anew; leave out no number.",
	}, (*evidence).revisionsCount},
	{10, "settled", words{"没有未结的账单", "No bill stays open"}, words{
		"结账、作废、并单后都要再上传一次最终状态。",
		"Upload the last state too once a bill is paid, voided or merged.",
	}, (*evidence).nothingOpen},
	{11, "void", words{"作废", "Voids"}, words{
		"作废一张账单：revision 加 1，status 为 BILL_STATUS_VOIDED。",
		"Void a bill: revision plus 1, status BILL_STATUS_VOIDED.",
	}, (*evidence).voids},
	{12, "refund", words{"退款", "Refunds"}, words{
		"退款写进账单的 refunds（amount_fen 已减去退款），或作为 refund_of 的退款单上传。",
		"Write what was given back into the bill's refunds (amount_fen is less by it), or upload a refund note with refund_of.",
	}, (*evidence).refunds},
	{13, "split_merge", words{"拆单与并单", "Splits and merges"}, words{
		"拆出的账单写 split_from；并走的账单用 BILL_STATUS_MERGED 并写 merged_into。",
		"What was split off names its bill in split_from; what was merged is BILL_STATUS_MERGED and names the other in merged_into.",
	}, (*evidence).splitsAndMerges},
	{14, "booking", words{"预定到账单", "From booking to bill"}, words{
		"用 UpsertBooking 录入预定，SeatBooking 入座，账单的 booking_ref 写预定号。",
		"Enter a booking with UpsertBooking, seat it with SeatBooking, and name it in the bill's booking_ref.",
	}, (*evidence).bookingToBill},
	{15, "offline", words{"离线补传", "Offline batch"}, words{
		"断网时账单先存本地，恢复后成批补传，每次最多 500 张，不要一张张发。",
		"Keep bills on disk while there is no line and send them in batches of up to 500 once it is back, not one by one: at least five in one call.",
	}, (*evidence).batches},
	{16, "totals", words{"日结相符", "Totals match"}, words{
		"打烊后用 ReportDayTotals 报当天的笔数和金额：笔数只算已付、未作废未并走的账单，金额减去退款。有差异时用 ListBillsUpdatedSince 找出漏传的账单补传。",
		"After closing tell the day's count and sum with ReportDayTotals: count only bills that are paid, neither voided nor merged, and take refunds off. If they differ find what is missing with ListBillsUpdatedSince and send it.",
	}, (*evidence).totalsMatch},
	{17, "clock", words{"时钟准确", "The clock is right"}, words{
		"收银机对时（NTP），或按应答头 Date 校正；最后现收一张账单。",
		"Keep the till's clock by NTP, or correct it by the answers' Date header; close a last bill right then: it has five minutes to arrive.",
	}, (*evidence).clockRight},
	{18, "reconcile", words{"对账", "Reconciles"}, words{
		"用 ListBillsUpdatedSince 逐页读到 has_more 为 false，保存 next_cursor，与自己的账核对；最近几秒的账单稍后才列出，过几秒接着游标再读。",
		"Read ListBillsUpdatedSince page by page until has_more is false, save next_cursor, and compare with your own books; the newest seconds come late: read on from the cursor some seconds later.",
	}, (*evidence).reconciles},
	{19, "webhook_answers", words{"推送都应答", "Webhooks are answered"}, words{
		"用 --webhook 和 --webhook-secret 给出接收地址和密钥。验过签名就在 10 秒内答 2xx；重复的、类型不认识的也答 2xx。",
		"Give address and secret of your receiver with --webhook and --webhook-secret. Prove the signature and answer 2xx within ten seconds, also to what came before and to types you do not know.",
	}, (*evidence).hookAnswers},
	{20, "webhook_proves", words{"推送都验签", "Webhooks are proved"}, words{
		"先用原样的字节验签，再解析；签名不对、没有签名、时间戳差 5 分钟以上的答 400。",
		"Prove the bytes as they came, parse then; answer 400 to a wrong signature, to none, and to a timestamp five minutes or more away.",
	}, (*evidence).hookProves},
}
