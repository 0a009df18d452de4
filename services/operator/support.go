package operator

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// LongestSupport is how long a consent lasts at most.
const LongestSupport = time.Hour

// Faults of support.
var (
	ErrNoSupport    = fault.New(fault.NotFound, "support.not_found", "没有找到这个支持申请。")
	ErrSupportOver  = fault.New(fault.Conflict, "support.over", "这个支持申请已经处理、结束或到期，请刷新后查看。")
	ErrAskedAlready = fault.New(fault.Conflict, "support.asked_already", "已有一个等待企业同意或正在进行的支持申请。")
	ErrSupportEnded = fault.New(fault.Unauthenticated, "support.ended", "企业同意的支持时间已经结束。")
	ErrNoReason     = fault.Field("reason", "", "请写明需要查看的原因，企业管理员会看到。")
)

// SupportRole is the role that an operator acts in inside a chain. It is not a
// chain's: no chain can hold, give or change it. See SupportPermissions.
const SupportRole = "platform:support"

// SupportPermissions is everything that a support access may: reads, without
// revealing a number, without exporting. Whatever is not here is refused.
var SupportPermissions = []string{
	"store.read", "rules.read", "staff.read", "role.read", "delegation.read", "apikey.read", "customer.read", "booking.read",
	"message.read", "decision.read", "run.read", "today.read", "board.read",
}

// SupportState says how a wish to look into a chain stands.
type SupportState string

// The states of a support access.
const (
	Asked   SupportState = "asked"
	Granted SupportState = "granted"
	Refused SupportState = "refused"
	Ended   SupportState = "ended"
)

// Support is an operator's access to a chain, by its consent and for a while.
type Support struct {
	ID           kernel.UUID
	Tenant       kernel.TenantID
	Operator     kernel.UUID
	OperatorName string
	Reason       string
	State        SupportState
	AskedAt      time.Time
	DecidedBy    *kernel.PersonID
	DecidedAt    *time.Time
	ExpiresAt    *time.Time
	EndedAt      *time.Time
	Entered      bool
}

// At is the access as it stands at a moment: what has run out is over.
func (s Support) At(now time.Time) Support {
	if s.State == Granted && !s.Live(now) {
		s.State = Ended
	}
	return s
}

// Live reports whether the operator may look in now.
func (s Support) Live(now time.Time) bool {
	return s.State == Granted && s.ExpiresAt != nil && now.Before(*s.ExpiresAt)
}

// Actor is the operator inside the chain: in the support role everywhere, and
// named in the chain's log by what he signs in with.
func (s Support) Actor(login string, policyVersion int64) *kernel.Actor {
	return &kernel.Actor{
		Kind: kernel.ActorSupport, Tenant: s.Tenant, Operator: s.Operator, Name: login, Session: s.ID, PolicyVersion: policyVersion,
		Assignments: []kernel.Assignment{{ID: s.ID, Role: SupportRole, Position: "平台支持", TenantWide: true}},
	}
}
