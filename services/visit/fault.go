package visit

import (
	"strings"

	"github.com/changke/changke/services/kernel/fault"
)

// Faults of bookings. What is outside the grant is not found, never forbidden.
var (
	ErrNotFound    = fault.New(fault.NotFound, "booking.not_found", "没有找到这个预定。")
	ErrNoStore     = fault.New(fault.NotFound, "store.not_found", "没有找到这家门店。")
	ErrWrongState  = fault.New(fault.Conflict, "booking.wrong_state", "预定的状态已经变化，不能这样操作，请刷新后再看。")
	ErrChanged     = fault.New(fault.Conflict, "booking.changed", "这个预定刚刚被别人修改过，请载入最新内容后再改。")
	ErrRoomTaken   = fault.New(fault.Conflict, "booking.room_taken", "这个包间或桌位在该餐段已被占用，请换一个，或换个餐段。")
	ErrDayOver     = fault.New(fault.Conflict, "booking.day_over", "这个营业日已经结束，不能再改。因为登记有误失去客户的，请原推荐人在“申诉”里写明（LIF-11）。")
	ErrDayOpen     = fault.New(fault.Conflict, "booking.day_open", "这个营业日还没有结束，请本店经理直接更正（VIS-13）。")
	ErrNoNumber    = fault.New(fault.Conflict, "booking.no_number", "这个预定没有客人号码，发不了短信；已经当面说过的，请登记“当面告知”。")
	ErrNumbered    = fault.New(fault.Conflict, "booking.numbered", "这个预定已经有客人号码。换了客人的，请取消后重新登记。")
	ErrNoticed     = fault.New(fault.Conflict, "booking.noticed", "通知已经发过，不用再登记当面告知。")
	ErrNotices     = fault.Newf(fault.Conflict, "booking.notice_limit", "一个预定最多通知 %d 次，请直接联系客人。", MaxNotices)
	ErrNotTold     = fault.New(fault.Conflict, "booking.not_told", "这个预定没有登记当面告知，或者已经取消，不用核实。")
	ErrChecked     = fault.New(fault.Conflict, "booking.checked", "这次当面告知已经核实过，请刷新后再看。")
	ErrOwnTelling  = fault.New(fault.Conflict, "booking.own_telling", "自己登记、自己名下或自己客人的预定，请由另一位督察核实（ROL-04）。")
	ErrNoReferrer  = fault.New(fault.Conflict, "booking.no_referrer", "这位客人还没有推荐人，请登记在您自己名下。")
	ErrSameBooker  = fault.New(fault.Conflict, "booking.same_booker", "订单人本来就是他，不用更正。")
	ErrForSelf     = fault.New(fault.Conflict, "booking.not_for_self", "不能把预定更正到自己名下，请由另一位经理办理（ROL-04）。")
	ErrPastDate    = fault.New(fault.Invalid, "booking.past_date", "营业日已经过去，不能再预定。")
	ErrNotToday    = fault.New(fault.Conflict, "booking.not_today", "只能为当前营业日的预定办理入座。")
	ErrNoPerson    = fault.New(fault.Forbidden, "booking.no_person", "预定必须由员工登录后办理。")
	ErrNoResource  = fault.New(fault.NotFound, "resource.not_found", "没有找到这个包间或桌位。")
	ErrTooMany     = fault.New(fault.Conflict, "resource.too_many", "一家门店最多 1000 个包间和桌位。")
	ErrInUse       = fault.New(fault.Conflict, "resource.has_bookings", "已经有预定用过它，不能删除；请改为停用，历史会保留。")
	ErrRetired     = fault.New(fault.Conflict, "resource.wrong_state", "它的状态已经变化，请刷新后再看。")
	ErrNoSwap      = fault.New(fault.Conflict, "booking.no_swap", "只有同一餐段、都已安排包间或桌位的两个预定才能对调；包席请分别调整。")
	ErrNoBill      = fault.New(fault.NotFound, "bill.not_found", "没有找到这张账单。")
	ErrBillState   = fault.New(fault.Conflict, "bill.wrong_state", "账单刚被别人处理过，或已作废，请刷新后再看。")
	ErrSameLink    = fault.New(fault.Conflict, "bill.same_booking", "账单本来就关联在这里，不用再办。")
	ErrOtherDay    = fault.New(fault.Conflict, "bill.other_day", "账单和预定不是同一个营业日，不能关联。")
	ErrOwnBooking  = fault.New(fault.Conflict, "bill.own_booking", "不能把账单关联到自己名下的预定，请由另一位经理办理（ROL-04）。")
	ErrForWhom     = fault.Fields("booking.for_whom", "这个号码是多位客人的联系人，请选择为哪位客人预定。", fault.Violation{Field: "for_file_id", Rule: "VIS-12", Message: "请选择为哪位客人预定。"})
	ErrDayNotOver  = fault.Field("business_date", "RUL-07", "这个营业日还没有结束，结束后才能确认完整。")
	ErrDayComplete = fault.New(fault.Conflict, "day.complete", "这一天已经完整，不用再确认，请刷新后再看。")
	ErrNoTill      = fault.New(fault.NotFound, "till.not_found", "没有找到这台收银系统，或者它已经登记停用。")
	ErrRefTwice    = fault.New(fault.Invalid, "booking.ref_twice", "同一门店的预定编号重复，且内容不同。")
)

// Reasons why a bill is refused; stable words for POS vendors.
const (
	ReasonUnknownStore     = "bill.unknown_store"
	ReasonRevisionConflict = "bill.revision_conflict"
	ReasonBadNumber        = "bill.bad_number"
	ReasonBadDate          = "bill.bad_date"
	ReasonBadText          = "bill.bad_text"
	ReasonBadLife          = "bill.bad_life"
	ReasonNotStorable      = "bill.not_storable"
)

var mend = map[string]string{
	ReasonUnknownStore:     "没有这个门店代码，或者密钥不属于该门店。",
	ReasonRevisionConflict: "同一账单的这个版本号已有不同内容，请用更高的版本号重新上传。",
	ReasonBadNumber:        "号码不正确：大陆手机 11 位，其他地区请带国际区号，如 +852。",
	ReasonBadDate:          "营业日不存在，请按 YYYY-MM-DD 填写。",
	ReasonBadText:          "来源、账单号或预定编号含有空白以外的控制字符，或首尾有空格。",
	ReasonBadLife:          "账单前后矛盾：并入别单的须写明并入哪一单；退款单只写原账单号和金额；都不能写自己的单号。",
	ReasonNotStorable:      "账单内容无法保存，请检查后重新上传。",
}

// Mend says in Chinese how to mend a refused bill; empty for no reason.
func Mend(reason string) string { return mend[reason] }

// Taken is booking.room_taken with the names of the places.
func Taken(names []string) error {
	return fault.Newf(fault.Conflict, "booking.room_taken", "%s 在该餐段已被占用，请换一个，或换个餐段。", strings.Join(names, "、"))
}

// HallFull is the fault of a banquet for which a hall has not enough tables left.
func HallFull(free int) error {
	return fault.Newf(fault.Conflict, "booking.hall_full", "宴会厅这个餐段只剩 %d 桌，请减少桌数，或换个厅、换个餐段。", free)
}

// HallNeeded is the fault of a hall that shall be smaller than what is booked.
func HallNeeded(tables int32) error {
	return fault.Newf(fault.Conflict, "resource.booked", "已有包席排到第 %d 桌，请先调整那些包席，再改小桌数。", tables)
}
