package visit

import "github.com/changke/changke/services/kernel/fault"

// Faults of bookings. What is outside the grant is not found, never forbidden.
var (
	ErrNotFound   = fault.New(fault.NotFound, "booking.not_found", "没有找到这个预定。")
	ErrNoStore    = fault.New(fault.NotFound, "store.not_found", "没有找到这家门店。")
	ErrWrongState = fault.New(fault.Conflict, "booking.wrong_state", "预定的状态已经变化，不能这样操作，请刷新后再看。")
	ErrRoomTaken  = fault.New(fault.Conflict, "booking.room_taken", "这个包间在该餐段已被预定，请换一个包间或餐段。")
	ErrPastDate   = fault.New(fault.Invalid, "booking.past_date", "营业日已经过去，不能再预定。")
	ErrNotToday   = fault.New(fault.Conflict, "booking.not_today", "只能为当前营业日的预定办理入座。")
	ErrNoPerson   = fault.New(fault.Forbidden, "booking.no_person", "预定必须由员工登录后办理。")
	ErrNoResource = fault.New(fault.NotFound, "resource.not_found", "没有找到这个包间或桌位。")
	ErrTooMany    = fault.New(fault.Conflict, "resource.too_many", "一家门店最多 1000 个包间和桌位。")
	ErrInUse      = fault.New(fault.Conflict, "resource.has_bookings", "已经有预定用过它，不能删除；请改为停用，历史会保留。")
	ErrRetired    = fault.New(fault.Conflict, "resource.wrong_state", "它的状态已经变化，请刷新后再看。")
	ErrForWhom    = fault.Fields("booking.for_whom", "这个号码是多位客人的联系人，请选择为哪位客人预定。", fault.Violation{Field: "for_file_id", Rule: "VIS-12", Message: "请选择为哪位客人预定。"})
	ErrRefTwice   = fault.New(fault.Invalid, "booking.ref_twice", "同一门店的预定编号重复，且内容不同。")
)

// Reasons why a bill is refused; stable words for POS vendors.
const (
	ReasonUnknownStore     = "bill.unknown_store"
	ReasonRevisionConflict = "bill.revision_conflict"
	ReasonBadNumber        = "bill.bad_number"
	ReasonBadDate          = "bill.bad_date"
	ReasonBadText          = "bill.bad_text"
	ReasonNotStorable      = "bill.not_storable"
)

var mend = map[string]string{
	ReasonUnknownStore:     "没有这个门店代码，或者密钥不属于该门店。",
	ReasonRevisionConflict: "同一账单的这个版本号已有不同内容，请用更高的版本号重新上传。",
	ReasonBadNumber:        "号码不正确：大陆手机 11 位，其他地区请带国际区号，如 +852。",
	ReasonBadDate:          "营业日不存在，请按 YYYY-MM-DD 填写。",
	ReasonBadText:          "来源、账单号或预定编号含有空白以外的控制字符，或首尾有空格。",
	ReasonNotStorable:      "账单内容无法保存，请检查后重新上传。",
}

// Mend says in Chinese how to mend a refused bill; empty for no reason.
func Mend(reason string) string { return mend[reason] }
