package pos

import (
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

// Faults of sandboxes.
var (
	ErrRealChain     = tenant.ErrRealChain
	ErrMoving        = fault.New(fault.Conflict, "sandbox.moving", "沙箱的时钟正在前移，请等它到了再移。")
	ErrUnknownMethod = fault.New(fault.Invalid, "sandbox.unknown_method", "收银接口没有这个方法，请写 PosService 的方法名，例如 RecordBills。")
	ErrRefused       = fault.New(fault.Unavailable, "sandbox.refused", "沙箱按您的安排拒绝了这次调用，请原样重试。")
	ErrLost          = fault.New(fault.Unavailable, "sandbox.answer_lost", "沙箱按您的安排丢掉了这次调用的应答：可能已经办妥，请原样重试。")
)

// Limited is the fault of a call that the sandbox was told to limit.
func Limited(wait time.Duration) error {
	f := fault.New(fault.TooMany, "sandbox.limited", "沙箱按您的安排限制了这次调用，请按 Retry-After 稍后再发。")
	f.RetryAfter = wait
	return f
}

// CertifierAgent is in the User-Agent of the program that certifies vendors: its own
// look at a sandbox is no vendor's call.
const CertifierAgent = "changke-certify"

// TroubleKind is how a call in a sandbox is to go wrong; the texts are those in the
// database.
type TroubleKind string

// The kinds.
const (
	Refuse TroubleKind = "refuse" // unavailable before anything is done
	Lose   TroubleKind = "lose"   // done, and unavailable all the same
	Slow   TroubleKind = "slow"   // done after a wait
	Limit  TroubleKind = "limit"  // resource_exhausted with Retry-After
)

// Trouble is what a vendor orders for calls to come.
type Trouble struct {
	Method string // of PosService, e.g. "RecordBills"
	Kind   TroubleKind
	Calls  int32         // that it befalls
	Wait   time.Duration // of Slow and Limit
}

// troubled are the methods that can be made to go wrong.
var troubled = []string{
	"RecordBills", "GetBill", "ListBillsUpdatedSince", "ReportDayTotals", "GetDayTotals", "LookupGuest", "UpsertBooking", "SeatBooking", "RingCall",
}

// Check refuses trouble for a method that there is none of. Fault:
// sandbox.unknown_method.
func (t Trouble) Check() error {
	if !slices.Contains(troubled, t.Method) {
		return ErrUnknownMethod
	}
	return nil
}

// MoveState is whether a sandbox's clock is on its way; the texts are those in the
// database.
type MoveState string

// The states.
const (
	Moving  MoveState = "moving"
	Arrived MoveState = "done"
	Stopped MoveState = "stopped" // a run failed
)

// Move is how a sandbox's clock goes forward.
type Move struct {
	State     MoveState
	From, To  int32 // days ahead of the calendar
	LeaveOpen bool
	Error     string // why it stopped
}

// Sandbox is a sandbox as it stands.
type Sandbox struct {
	Code      string
	Today     kernel.BusinessDate
	Ahead     int32
	Move      *Move     // nil: never moved
	Troubles  []Trouble // still to come, oldest first
	OrderedAt *time.Time
}

// SandboxCall is a call that reached a sandbox: hashes, counts and codes.
type SandboxCall struct {
	ID       kernel.UUID // by time
	Key      kernel.UUID
	Method   string
	At       time.Time
	Took     time.Duration
	IdemHash []byte // nil: it came without an Idempotency-Key
	Body     string
	Items    int32
	Cursor   bool
	Trouble  TroubleKind // empty: none
	Code     string
	Reason   string
}
