package tenant

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// MaxStores is how many stores a chain may have.
const MaxStores = 1000

// Faults of stores. One outside the grant is not found, never forbidden.
var (
	ErrStoreHeadOffice = fault.New(fault.Forbidden, "store.head_office", "新建门店是全企业的事，需要总部的门店管理权限。")
	ErrTooManyStores   = fault.New(fault.Conflict, "store.too_many", "一家企业最多 1000 家门店。")
	ErrStoreCodeTaken  = fault.New(fault.Exists, "store.code_taken", "这个门店代码已被使用，请换一个。")
	ErrStoreChanged    = fault.New(fault.Conflict, "store.changed", "这家门店刚刚被别人修改过，请刷新后再改。")
	ErrStoreState      = fault.New(fault.Conflict, "store.wrong_state", "门店的状态已经变化，不能这样操作，请刷新后再看。")
	ErrStoreSuspended  = fault.New(fault.Conflict, "store.suspended", "这家门店暂停接受预定，请先在门店页恢复。")
	ErrStoreClosed     = fault.New(fault.Conflict, "store.closed", "这家门店那天已经闭店，不能预定。")
	ErrClosedForWorks  = fault.New(fault.Conflict, "store.closed_for_works", "这家门店那天停业，不能预定，请换一天。")
	ErrNotOpenThen     = fault.New(fault.Conflict, "store.not_open", "这家门店那天这个餐段不营业，请换一个餐段或日期。")
	ErrClosePast       = fault.Field("closed_date", "ROL-01", "闭店日期最早是今天，最晚是一年以后。")
	ErrClockPassed     = fault.Field("effective_date", "RUL-03", "最早从明天起生效：已经过去的营业日不能改。")
	ErrLive            = fault.New(fault.Conflict, "store.live", "这家门店的归属和考核规则已经生效，不能再改上线日期。")
	ErrLiveDate        = fault.Field("live_date", "RUL-06", "上线日期最早是明天，最晚是一年以后。")
	ErrNoClosure       = fault.New(fault.NotFound, "store.no_closure", "没有找到这次停业。")
	ErrClosureOverlaps = fault.New(fault.Conflict, "store.closure_overlaps", "这几天已经登记过停业，请改日期。")
	ErrClosureBegun    = fault.New(fault.Conflict, "store.closure_begun", "停业已经开始，不能撤回；请改最后一天。")
)

// StoreInfo is what of a store can be edited at any time.
type StoreInfo struct{ Code, Name, Address string }

// CheckStoreInfo trims what was typed. Fault: invalid_field with every bad field.
func CheckStoreInfo(in StoreInfo) (StoreInfo, error) {
	in = StoreInfo{strings.TrimSpace(in.Code), strings.TrimSpace(in.Name), strings.TrimSpace(in.Address)}
	var bad []fault.Violation
	if n := utf8.RuneCountInString(in.Code); n == 0 || n > 40 || strings.ContainsFunc(in.Code, unwritten) {
		bad = append(bad, fault.Violation{Field: "code", Message: "门店代码为 1 到 40 个字，不含空格，例如 S01。"})
	}
	if n := utf8.RuneCountInString(in.Name); n == 0 || n > 60 || strings.ContainsFunc(in.Name, control) {
		bad = append(bad, fault.Violation{Field: "name", Message: "请填门店名称，最多 60 个字。"})
	}
	if utf8.RuneCountInString(in.Address) > 200 || strings.ContainsFunc(in.Address, control) {
		bad = append(bad, fault.Violation{Field: "address", Message: "地址最多 200 个字。"})
	}
	if len(bad) > 0 {
		return in, fault.Fields("invalid_field", "门店资料有误，请按提示修改。", bad...)
	}
	return in, nil
}

func control(r rune) bool { return r < ' ' || r == 0x7f }

// ParseZone reads an IANA zone, e.g. "Asia/Shanghai". Fault: invalid_field.
func ParseZone(s string) (*time.Location, error) {
	zone, err := time.LoadLocation(s)
	if err != nil || s == "" || s == "Local" {
		return nil, fault.Field("zone", "RUL-03", "没有这个时区，请按 Asia/Shanghai 的形式填写。")
	}
	return zone, nil
}

func checkCutover(d time.Duration) error {
	if d < 0 || d > MaxCutover {
		return fault.Field("cutover_minutes", "RUL-03", "营业日切换时间应在 00:00 到 12:00 之间。")
	}
	return nil
}

// CheckNew says whether a store may be entered with a clock. Fault: invalid_field.
func (c Clock) CheckNew() error { return checkCutover(c.Cutover) }

// CheckLive says whether the rules of ownership and scores may begin to act in a
// store on a day (RUL-06); nil takes a day to come back. Faults: store.live,
// invalid_field.
func (s Store) CheckLive(on *kernel.BusinessDate, today kernel.BusinessDate) error {
	switch {
	case s.Live(today):
		return ErrLive
	case on != nil && (*on <= today || *on > today+366):
		return ErrLiveDate
	}
	return nil
}

// CheckClosing says whether a store may be closed for ever from a business day
// on. Nothing of it is deleted: files and ties follow their own rules. Fault:
// invalid_field.
func CheckClosing(on, today kernel.BusinessDate) error {
	if on < today || on > today+366 {
		return ErrClosePast
	}
	return nil
}
