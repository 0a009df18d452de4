package main

// check is one of the 20 of the certification.
type check struct {
	No     int
	Name   string // stable, for programs
	ZH, EN string // its title
	Proves string // what a vendor who passes has shown
	Mend   string // what to do when it fails

	judge func(e *evidence) (bool, string)
}

// checks are the certification. The vendor's guide shows them as a table.
var checks = []check{
	{1, "bills", "账单到达", "Bills arrive", "A day of at least 20 bills reached the sandbox.", "收满一天的账单（至少 20 张），用 RecordBills 上传。", (*evidence).billsArrive},
	{2, "idempotency_key", "每次写入一个幂等键", "A key for every write", "Each write carried an Idempotency-Key, and no key came with two contents.", "每次写入（RecordBills、ReportDayTotals、UpsertBooking、SeatBooking、RingCall）都带请求头 Idempotency-Key；新的内容换新的键，不要按天或按收银台复用。", (*evidence).everyKey},
	{3, "same_key", "重试用同一个键", "A retry keeps its key", "What was sent again after a failure bore the key of the first try.", "重试是同一次写入：键和内容一起保存，重发时原样带上。", (*evidence).sameKey},
	{4, "retry_refused", "503 后重试", "Retries after 503", "Calls that were answered 503 came again and went through.", "遇到 unavailable（HTTP 503）等一会儿原样重发，直到成功。", (*evidence).retriesRefused},
	{5, "retry_lost", "应答丢失后重试", "Retries after a lost answer", "Calls whose answer was lost came again, and nothing was doubled.", "没有收到应答不等于没有办成：原样重发，常客会认出来。", (*evidence).retriesLost},
	{6, "back_off", "重试有间隔", "Retries back off", "No content was tried more than five times within a second.", "重试之间要等待，并逐次加长（SDK 从 250 毫秒起翻倍）。", (*evidence).backsOff},
	{7, "retry_after", "遵守 Retry-After", "Heeds Retry-After", "After resource_exhausted the call came again only when it was time.", "收到 resource_exhausted（HTTP 429）时，按 Retry-After 的秒数等待后再发。", (*evidence).heedsRetryAfter},
	{8, "lookup_timeout", "查客不让客人等", "Look-ups don't keep guests waiting", "A slow LookupGuest was given up within a second, and selling went on.", "给 LookupGuest 设 1 秒以内的超时，超时就照常收银，不要重试。", (*evidence).givesUpLookup},
	{9, "revisions", "修订号逐一递增", "Revisions count up", "Each bill's revisions are 1, 2, 3 … without a gap, and some bill has more than one.", "账单每变一次，revision 加 1，并把整张账单重新上传。", (*evidence).revisionsCount},
	{10, "settled", "没有未结的账单", "No bill stays open", "At the day's end every bill is paid, voided or merged.", "结账、作废、并单后都要再上传一次最终状态。", (*evidence).nothingOpen},
	{11, "void", "作废", "Voids", "A bill was voided by a higher revision.", "作废一张账单：revision 加 1，status 为 BILL_STATUS_VOIDED。", (*evidence).voids},
	{12, "refund", "退款", "Refunds", "Money was given back: noted on the bill, or by a refund note.", "退款写进账单的 refunds（amount_fen 已减去退款），或作为 refund_of 的退款单上传。", (*evidence).refunds},
	{13, "split_merge", "拆单与并单", "Splits and merges", "A bill was split from a known one, and one went into another.", "拆出的账单写 split_from；并走的账单用 BILL_STATUS_MERGED 并写 merged_into。", (*evidence).splitsAndMerges},
	{14, "booking", "预定到账单", "From booking to bill", "A booking was entered and seated, and a bill names it.", "用 UpsertBooking 录入预定，SeatBooking 入座，账单的 booking_ref 写预定号。", (*evidence).bookingToBill},
	{15, "offline", "离线补传", "Offline batch", "At least five bills that had waited came in one call.", "断网时账单先存本地，恢复后成批补传，每次最多 500 张，不要一张张发。", (*evidence).batches},
	{16, "totals", "日结相符", "Totals match", "The day's totals were told, and equal what arrived, to the fen.", "打烊后用 ReportDayTotals 报当天的笔数和金额：笔数只算已付、未作废未并走的账单，金额减去退款。有差异时用 ListBillsUpdatedSince 找出漏传的账单补传。", (*evidence).totalsMatch},
	{17, "clock", "时钟准确", "The clock is right", "The last bill was closed within five minutes of its arrival.", "收银机对时（NTP），或按应答头 Date 校正；最后现收一张账单。", (*evidence).clockRight},
	{18, "reconcile", "对账", "Reconciles", "The feed was read on from its cursor to the end.", "用 ListBillsUpdatedSince 逐页读到 has_more 为 false，保存 next_cursor，与自己的账核对。", (*evidence).reconciles},
	{19, "webhook_answers", "推送都应答", "Webhooks are answered", "What the server may send was answered 2xx within ten seconds: an event, the same again, one signed by two secrets, one of an unknown type.", "用 --webhook 和 --webhook-secret 给出接收地址和密钥。验过签名就在 10 秒内答 2xx；重复的、类型不认识的也答 2xx。", (*evidence).hookAnswers},
	{20, "webhook_proves", "推送都验签", "Webhooks are proved", "What nobody should believe was answered 4xx: signed by another secret, not signed, changed, ten minutes old.", "先用原样的字节验签，再解析；签名不对、没有签名、时间戳差 5 分钟以上的答 400。", (*evidence).hookProves},
}
