package customer

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// ChangeState is how far a reported change has come (CHG-01); the texts are
// those in the database.
type ChangeState string

// The states of a change.
const (
	ChangePending   ChangeState = "pending"   // waits for head office
	ChangeOpened    ChangeState = "opened"    // the referrer finishes the revision, then it is reviewed
	ChangeRefused   ChangeState = "refused"   // by head office, with a reason
	ChangeWithdrawn ChangeState = "withdrawn" // by those who reported it
	ChangeDone      ChangeState = "done"      // the revision was approved
)

// Change is what a store's 客服经理 or 客服主管 reports (CHG-01).
type Change struct {
	ID      kernel.UUID
	File    kernel.FileID
	Store   kernel.StoreID
	State   ChangeState
	Names   []string // which fields, "number" among them
	Values  ChangeValues
	By      kernel.PersonID
	For     *kernel.PersonID // whose delegate he was
	At      time.Time
	Due     time.Time // by when head office decides
	Decided *time.Time
	Decider *kernel.PersonID
	Refusal string // why it was refused
}

// ChangeValues are the new values, and what else they who reported them say.
type ChangeValues struct {
	Fields Fields // only the named ones count
	Number kernel.Phone
	Note   string
}

// Faults of changes.
var (
	ErrNoChange        = fault.New(fault.NotFound, "change.not_found", "没有找到这个变更申请。")
	ErrChangePending   = fault.New(fault.Conflict, "change.already_reported", "这份档案已有一个变更申请在等总部处理，请等结果或先撤回它。")
	ErrChangeDecided   = fault.New(fault.Conflict, "change.already_decided", "这个变更申请已经处理过了，请刷新。")
	ErrOwnChange       = fault.New(fault.Conflict, "change.own_request", "不能办理自己的申请，也不能代本人办理他的申请，请由其他人处理。")
	ErrNothingChanged  = fault.Fields("change.nothing_changed", "申请里没有和现在不同的内容。", fault.Violation{Field: "changed", Rule: "CHG-01", Message: "请勾选要变更的栏目，并填写新的内容。"})
	errChangeField     = fault.Field("changed", "CHG-01", "这个栏目不能通过申请变更，请重新选择。")
	errChangeNote      = fault.Field("note", "CHG-01", "说明最多 200 个字。")
	errRefusal         = fault.Field("reason", "CHG-01", "请写明不同意的原因，2 到 200 个字。")
	notReported        = []string{"referrer", "consent"} // ownership's, and the guest's own
	numberField        = "number"
	refusalLow, noteUp = 2, 200
)

// Check cleans a change against the file as it holds, and says what is wrong
// with the new values: findings only at what is changed.
func (v ChangeValues) Check(t Template, today kernel.BusinessDate, names []string, holds Fields) (ChangeValues, []string, []Finding, error) {
	for _, name := range names {
		if _, ok := t.Field(name); !ok || slices.Contains(notReported, name) {
			return v, nil, nil, errChangeField
		}
	}
	if v.Note = strings.TrimSpace(v.Note); utf8.RuneCountInString(v.Note) > noteUp {
		return v, nil, nil, errChangeNote
	}
	v.Fields = holds.Take(names, v.Fields.Clean())
	changed := holds.Changed(v.Fields)
	if slices.Contains(names, numberField) {
		changed = append(changed, numberField)
	}
	findings := []Finding{}
	for _, f := range append(v.Fields.Incomplete(t), v.Fields.Check(t, today, holds)...) {
		if slices.Contains(names, f.Field) {
			findings = append(findings, f)
		}
	}
	return v, changed, findings, nil
}

// Refusal cleans and checks why a change is refused.
func Refusal(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < refusalLow || n > noteUp {
		return "", errRefusal
	}
	return reason, nil
}

// Concerns reports whether a change is somebody's own request (ROL-04).
func (c Change) Concerns(p kernel.PersonID) bool { return c.By == p || c.For != nil && *c.For == p }

// Shows reports whether the change stands on the page of its file: it is not
// over, or was refused.
func (c Change) Shows() bool {
	return c.State == ChangePending || c.State == ChangeOpened || c.State == ChangeRefused
}
