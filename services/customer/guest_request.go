package customer

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of guests' own requests (DEL-03).
var (
	ErrNoGuestRequest    = fault.New(fault.NotFound, "guest_request.not_found", "没有找到这份客人请求，或者不在您的管理范围内。")
	ErrGuestRequestMoved = fault.New(fault.Conflict, "guest_request.already_moved", "这份请求刚刚已经有人处理，请刷新查看。")
	ErrNotVerified       = fault.New(fault.Conflict, "guest_request.not_verified", "请先核实客人身份，再办理。")
	ErrOwnGuestRequest   = fault.New(fault.Forbidden, "guest_request.own_request", "删除不能由受理人自己办理，请由另一位同事复核后办理。")
	ErrIsCopy            = fault.New(fault.Conflict, "guest_request.is_copy", "查阅复制请用“下载副本”办理。")
	ErrNoCopy            = fault.New(fault.Conflict, "guest_request.no_copy", "这份请求不是查阅复制，没有副本可下载。")
	ErrRequestIDReused   = fault.New(fault.Conflict, "guest_request.client_reused", "这个请求编号已经用过，请重新打开页面再提交。")
)

// GuestRequestKind is what a guest asks for by law; the texts are those in the
// database.
type GuestRequestKind string

// The kinds.
const (
	AskCopy       GuestRequestKind = "copy"
	AskCorrection GuestRequestKind = "correction"
	AskErasure    GuestRequestKind = "erasure"
)

// GuestRequestState is how far such a request has come.
type GuestRequestState string

// The states: received → verified → done or refused.
const (
	GuestReceived GuestRequestState = "received"
	GuestVerified GuestRequestState = "verified"
	GuestDone     GuestRequestState = "done"
	GuestRefused  GuestRequestState = "refused"
)

// GuestRequest is what a guest himself asks for: by his number, for he may have
// files in several stores, or none.
type GuestRequest struct {
	ID         kernel.UUID
	Kind       GuestRequestKind
	State      GuestRequestState
	Channel    string
	Store      *kernel.StoreID
	ReceivedBy kernel.PersonID
	ReceivedAt time.Time
	DueAt      time.Time
	Identity   string
	VerifiedBy *kernel.PersonID
	VerifiedAt *time.Time
	DecidedBy  *kernel.PersonID
	DecidedFor *kernel.PersonID
	DecidedAt  *time.Time
	Files      int32
}

// Concerns reports whether somebody may not carry the request out (ROL-04): an
// erasure, which cannot be undone, takes two people.
func (r GuestRequest) Concerns(p kernel.PersonID) bool {
	return r.Kind == AskErasure && p == r.ReceivedBy
}

// GuestRequestDue is when a request received now is due: days by the clock.
func GuestRequestDue(received time.Time, days int64) time.Time {
	return received.AddDate(0, 0, int(days))
}

// Said is a field's value in words, as its guest reads it in the copy of what is
// held about him.
func (f Fields) Said(name string) string {
	switch name {
	case "sex":
		return map[Sex]string{Male: "男", Female: "女"}[f.Sex]
	case "consent":
		return map[bool]string{true: "同意"}[f.Consent]
	}
	return f.Text(name)
}
