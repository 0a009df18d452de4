package staff

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of people and posts.
var (
	ErrNotFound      = fault.New(fault.NotFound, "staff.not_found", "没有找到这位员工，或者不在您的管理范围内。")
	ErrNoAssignment  = fault.New(fault.NotFound, "staff.assignment_not_found", "没有找到这个任职，或者不在您的管理范围内。")
	ErrNumberTaken   = fault.New(fault.Exists, "staff.number_taken", "这个工号已经有人使用，请核对后重新填写。")
	ErrPhoneTaken    = fault.New(fault.Exists, "staff.phone_taken", "这个手机号已经登记在另一位在职员工名下，请核对。")
	ErrUnknownRole   = fault.New(fault.Invalid, "staff.unknown_role", "没有这个角色，请从列表中选择。")
	ErrUnknownStore  = fault.New(fault.Invalid, "staff.unknown_store", "没有这家门店，或者不在您的管理范围内。")
	ErrNoPlace       = fault.New(fault.Invalid, "staff.no_place", "请选择总部，或者至少一家门店，二者只能选其一。")
	ErrRoleBeyondOwn = fault.New(fault.Forbidden, "staff.role_beyond_own", "您自己在该范围没有这个角色的全部权限，不能授予他人，请联系企业管理员。")
	ErrLastAdmin     = fault.New(fault.Conflict, "staff.last_admin", "这是企业最后一位管理员，请先任命另一位管理员。")
	ErrHasLeft       = fault.New(fault.Conflict, "staff.has_left", "这位员工已经离岗，不能再安排任职。")
	ErrAlreadyEnded  = fault.New(fault.Conflict, "staff.already_ended", "这个任职已在更早的日期结束；要延长请新增任职。")
	ErrTooMany       = fault.New(fault.Conflict, "staff.too_many_assignments", "一个人同时最多有 64 个任职，请合并门店。")
	ErrDateOrder     = fault.New(fault.Invalid, "staff.date_order", "结束日期不能早于开始日期。")
)

// Person is a staff member (员工).
type Person struct {
	ID          kernel.PersonID
	StaffNo     string // 工号
	Name        string
	Number      kernel.Phone // empty: none known
	EntryOn     kernel.BusinessDate
	LeftOn      *kernel.BusinessDate // first day no longer employed (ACC-03)
	Assignments []Assignment         // of today and to come; of somebody who has left, his last

	Account       AccountState
	CodeExpiresAt *time.Time // of the code that was not used yet
	Absence       *Absence   // of today, else the next
	LeavingClosed bool
}

// Assignment is a post for a time (ROL-02).
type Assignment struct {
	ID     kernel.UUID
	Person kernel.PersonID
	Post
}

// Post is a role at a place for a time.
type Post struct {
	Role       string
	Position   string           // in words, e.g. 客服经理
	TenantWide bool             // head office; otherwise Stores
	Stores     []kernel.StoreID // at least one unless TenantWide
	From       kernel.BusinessDate
	To         *kernel.BusinessDate // first day no longer in it; nil = open
	Reason     string               // why it was given
	EndReason  string               // why it was ended
}

// Within reports whether a grant reaches everywhere the post does: all of its
// stores, or the whole chain.
func (p Post) Within(g kernel.Grant) bool {
	if p.TenantWide {
		return g.Tenant()
	}
	for _, s := range p.Stores {
		if !g.Covers(s, false) {
			return false
		}
	}
	return len(p.Stores) > 0
}

// Touches reports whether a grant reaches a part of the post.
func (p Post) Touches(g kernel.Grant) bool {
	if g.Tenant() {
		return true
	}
	for _, s := range p.Stores {
		if g.Covers(s, false) {
			return true
		}
	}
	return false
}

// Seen is the person as a grant shows him: with the posts it reaches.
func (p Person) Seen(g kernel.Grant) Person {
	posts := []Assignment{}
	for _, a := range p.Assignments {
		if a.Touches(g) {
			posts = append(posts, a)
		}
	}
	p.Assignments = posts
	return p
}

// NewPerson is somebody to be entered, by hand or by an import.
type NewPerson struct {
	ID      kernel.PersonID
	StaffNo string
	Name    string
	Number  kernel.Phone // empty: none
	EntryOn kernel.BusinessDate
	LeftOn  *kernel.BusinessDate
	Posts   []Post       // history included
	Import  *kernel.UUID // the import he came with
}
