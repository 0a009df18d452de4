package customer

import (
	"slices"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of the VIP file.
var (
	ErrNotFound       = fault.New(fault.NotFound, "customer.not_found", "没有找到这份客户档案。")
	ErrChanged        = fault.New(fault.Conflict, "customer.changed", "这份档案刚刚被修改过，请刷新后再改。")
	ErrNotEditable    = fault.New(fault.Conflict, "customer.not_editable", "只有建档人可以修改或提交未完成、被退回的档案。")
	ErrAlreadyDecided = fault.New(fault.Conflict, "customer.already_decided", "这份档案已有审核结果，请刷新。")
	ErrNotSubmitted   = fault.New(fault.Conflict, "customer.not_submitted", "这份档案还没有提交审核。")
	ErrTwice          = fault.Field("decisions", "CUS-03", "同一份档案在这次提交里出现了两次，请刷新后重选。")
	ErrOwnFile        = fault.New(fault.Conflict, "customer.own_file", "不能审核自己的档案，也不能代本人审核他的档案，请由其他审核人处理。")
	ErrStaffNumber    = atNumber(fault.New(fault.Conflict, "customer.staff_number", StaffNumber), "CUS-05")
	ErrRequestReused  = fault.New(fault.Exists, "customer.request_reused", "这个请求编号已被用过，请重新新建档案。")
)

// StaffNumber is the sentence for a number of the chain's own staff (CUS-05).
const StaffNumber = "这是本企业员工的号码，员工不能建为 VIP 客户。"

func atNumber(f *fault.Fault, rule string) *fault.Fault {
	f.Violations = []fault.Violation{{Field: "fields.number", Rule: rule, Message: f.Message}}
	return f
}

// ErrAlreadyOnFile refuses a number that a file of the store holds (CUS-10). It
// says since when, never whose.
func ErrAlreadyOnFile(since kernel.BusinessDate) *fault.Fault {
	return atNumber(fault.New(fault.Exists, "customer.already_on_file", OnFileSince(since)), "CUS-10")
}

// OnFileSince is the sentence for a number that a file of the store holds.
func OnFileSince(since kernel.BusinessDate) string {
	return "该号码已于 " + since.Time().Format("2006年1月2日") + " 在本店建档，不能重复建档。"
}

// ErrIncomplete refuses to submit a file with empty required fields.
func ErrIncomplete(missing []Finding) *fault.Fault {
	return fault.Fields("customer.incomplete", "档案还没有填完，请补齐后再提交。", Violations("fields.", missing)...)
}

// ErrInvalid refuses fields that have findings.
func ErrInvalid(findings []Finding) *fault.Fault {
	return fault.Fields("customer.invalid_fields", "有些内容需要修改后才能保存。", Violations("fields.", findings)...)
}

// ReviewDue is when the review of a file submitted now is due (CUS-03).
func ReviewDue(submitted time.Time, hours int64) time.Time {
	return submitted.Add(time.Duration(hours) * time.Hour)
}

// Reason is why a field was rejected, or accepted in spite of a rule.
type Reason struct {
	Field  string `json:"field"` // as in the interface, e.g. "name"
	Reason string `json:"reason"`
}

// Decision is what a reviewer wants.
type Decision struct {
	Approve bool
	Reasons []Reason
	Version int32 // the one that was looked at; 0: whichever it is
}

// maxReason is how long a reason may be, in characters.
const maxReason = 200

// Decide says whether a reviewer may take a decision on a submitted file, and
// for whom he takes it; nil: in his own right (ROL-05). Faults:
// customer.own_file (ROL-04: neither his own, nor his holder's for him),
// customer.reason_needed, customer.name_refused (CUS-06: a refused name needs a
// reason to pass).
func Decide(row Row, f Fields, reviewer kernel.Grant, d Decision) (*kernel.Delegated, error) {
	whom, ok := reviewer.Decide(row.Store, row.Concerns)
	if !ok {
		return nil, ErrOwnFile
	}
	return whom, check(f, d)
}

// check says what is wrong with a decision itself.
func check(f Fields, d Decision) error {
	names := FieldNames()
	for _, r := range d.Reasons {
		if !slices.Contains(names, r.Field) && !IsOwn(r.Field) {
			return fault.Field("reasons", "CUS-02", "没有这个栏目，请重新选择要退回的栏目。")
		}
		if n := len([]rune(strings.TrimSpace(r.Reason))); n == 0 || n > maxReason {
			return fault.Field("reasons", "CUS-02", "请写明理由，最多 200 个字。")
		}
	}
	if !d.Approve {
		if len(d.Reasons) == 0 {
			return fault.Fields("customer.reason_needed", "退回档案要写明是哪一栏、为什么。",
				fault.Violation{Field: "reasons", Rule: "CUS-02", Message: "请至少选一栏并写明理由。"})
		}
		return nil
	}
	accepted := slices.ContainsFunc(d.Reasons, func(r Reason) bool { return r.Field == "name" })
	if CheckName(f.Name.Full()) != nil && !accepted {
		return fault.Fields("customer.name_refused", "姓名不符合要求；如确属真实姓名，请写明理由后通过。",
			fault.Violation{Field: "reasons", Rule: "CUS-06", Message: "请在“姓名”处写明接受这个姓名的理由。"})
	}
	return nil
}
