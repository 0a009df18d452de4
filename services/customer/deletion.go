package customer

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Permissions of deletion and of guests' own requests.
const (
	RequestPermission  = "customer.request"
	CarryOutPermission = "customer.carry_out"
	LegalPermission    = "customer.legal"
)

// Faults of deletion (DEL-01).
var (
	ErrNoDeletion       = fault.New(fault.NotFound, "deletion.not_found", "没有找到这份删除申请，或者不在您的管理范围内。")
	ErrDeletionAsked    = fault.New(fault.Exists, "deletion.already_requested", "这份档案已有一份删除申请在等总部处理，请勿重复申请。")
	ErrDeletionDecided  = fault.New(fault.Conflict, "deletion.already_decided", "这份申请刚刚已经有人处理，请刷新查看结果。")
	ErrOwnDeletion      = fault.New(fault.Forbidden, "deletion.own_request", "自己提交的删除申请，或自己客户的删除申请，要由别人处理，代理人也不能代办。")
	ErrDeletionReason   = fault.Field("reason", "DEL-01", "请写明原因，最多 200 个字。")
	ErrFileNotDeletable = fault.New(fault.Conflict, "deletion.draft", "这份档案还没有通过审核：无需申请，长期未提交会自动删除。")
)

// DeletionGround is why a store wants a file deleted; the texts are those in the
// database.
type DeletionGround string

// The grounds.
const (
	NotAGuest   DeletionGround = "not_a_guest"
	Duplicate   DeletionGround = "duplicate"
	GuestWish   DeletionGround = "guest_wish"
	WrongEntry  DeletionGround = "wrong_entry"
	OtherGround DeletionGround = "other"
)

// RequestState is how far a request to head office has come.
type RequestState string

// The states of a store's request; all but RequestPending are final.
const (
	RequestPending   RequestState = "pending"
	RequestDone      RequestState = "done"
	RequestRefused   RequestState = "refused"
	RequestWithdrawn RequestState = "withdrawn"
)

// Deletion is a store's request to delete a file (form 2).
type Deletion struct {
	ID         kernel.UUID
	File       kernel.FileID
	Store      kernel.StoreID
	Ground     DeletionGround
	State      RequestState
	AskedBy    kernel.PersonID
	AskedFor   *kernel.PersonID
	AskedAt    time.Time
	DueAt      time.Time
	DecidedBy  *kernel.PersonID
	DecidedFor *kernel.PersonID
	DecidedAt  *time.Time
	// Of the file while it stands.
	Writer kernel.PersonID
	Owner  *kernel.PersonID
}

// Concerns reports whether somebody may not decide the request (ROL-04): he
// asked for it or let somebody ask, or the guest is his.
func (d Deletion) Concerns(p kernel.PersonID) bool {
	return p == d.AskedBy || d.AskedFor != nil && p == *d.AskedFor || p == d.Writer || d.Owner != nil && p == *d.Owner
}
