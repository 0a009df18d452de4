package operator

import (
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

// KeptAfterClosing is how long a closed chain's data stays for its export, in days.
const KeptAfterClosing = 90

// Faults of chains.
var (
	ErrNoChain        = fault.New(fault.NotFound, "chain.not_found", "没有找到这家企业。")
	ErrWrongState     = fault.New(fault.Conflict, "chain.wrong_state", "企业的状态已经变化，请刷新后再操作。")
	ErrAlreadyEntered = fault.New(fault.Conflict, "chain.already_entered", "这家企业的管理员已经激活，请由企业自己的管理员处理账号。")
	ErrHeadOffice     = fault.New(fault.Forbidden, "chain.head_office", "数据导出和平台支持由总部决定，门店范围的权限不够，请联系企业管理员。")
	ErrCodeTyped      = fault.Field("code", "", "输入的企业代码与要终止的企业不一致。")
)

// Chain is a tenant as the operator sees it: counts, no guest.
type Chain struct {
	ID        kernel.TenantID
	Code      string
	Name      string
	State     tenant.State
	StateAt   *time.Time
	KeepUntil *kernel.BusinessDate
	CreatedAt time.Time
	Stores    int64
	Staff     int64
	Files     int64
	Sandbox   bool
}

// FirstAdmin is a chain's first administrator.
type FirstAdmin struct {
	StaffNo string
	Name    string
	Phone   kernel.Phone
}

// NewFirstAdmin checks what was typed. Faults: invalid_field.
func NewFirstAdmin(staffNo, name, phone string) (a FirstAdmin, err error) {
	a = FirstAdmin{StaffNo: strings.TrimSpace(staffNo), Name: strings.TrimSpace(name)}
	var bad []fault.Violation
	if a.StaffNo == "" {
		bad = append(bad, fault.Violation{Field: "admin_staff_no", Message: "请填写工号。"})
	}
	if a.Name == "" {
		bad = append(bad, fault.Violation{Field: "admin_name", Message: "请填写姓名。"})
	}
	if a.Phone, err = kernel.ParsePhone(phone); err != nil {
		bad = append(bad, fault.Violation{Field: "admin_phone", Message: "手机号格式不正确：大陆号码填 11 位，其他地区请以 + 和国家区号开头。"})
	}
	if len(bad) > 0 {
		return a, fault.Fields("invalid_field", "填写的内容有误，请按提示修改", bad...)
	}
	return a, nil
}
