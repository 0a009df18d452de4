package handover

import (
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/visit"
)

// MoveKind is how a store ends (HND-08); the texts are those in the database.
type MoveKind string

// The kinds.
const (
	MergeStores MoveKind = "merge" // 合并: its people and guests go to another store
	CloseStore  MoveKind = "close" // 闭店: its guests go to receivers in others
)

// MoveState is where the end of a store stands; the texts are those in the database.
type MoveState string

// The states.
const (
	MovePlanned   MoveState = "planned"  // waits for somebody else at head office
	MoveApproved  MoveState = "approved" // the store takes no bookings from the day on; may still be withdrawn
	MoveRunning   MoveState = "moving"   // files go, block by block
	MoveDone      MoveState = "done"
	MoveWithdrawn MoveState = "withdrawn"
)

// MoveBlock is a reason why a store can't end yet.
type MoveBlock string

// The reasons.
const (
	BlockedByBookings  MoveBlock = "bookings" // for meals at which the other store takes no guests: each guest has to be asked
	BlockedByReferrer  MoveBlock = "referrer" // a referrer of a store that closes has no line
	BlockedByReceiver  MoveBlock = "receiver" // a receiver holds no post there that may own files
	BlockedByTwin      MoveBlock = "twin"     // a guest's file in the other store is not approved yet
	BlockedByMove      MoveBlock = "move"     // a store that guests go to ends itself, or is closed
	BlockedByStoreWait MoveBlock = "waiting"  // the store's days are not complete (RUL-07)
)

// Faults of ends of stores.
var (
	ErrMoveNotFound = fault.New(fault.NotFound, "store_move.not_found", "没有找到这次门店合并或闭店。")
	ErrMoveOver     = fault.New(fault.Conflict, "store_move.over", "这次门店合并或闭店的进度已经变化，请刷新后再办。")
	ErrMoveOwn      = fault.New(fault.Conflict, "store_move.own", "不能批准自己的计划，也不能批准涉及自己客户的计划，请总部其他同事批准。")
	ErrMoveBegun    = fault.New(fault.Conflict, "store_move.begun", "已经开始转移，不能撤回。")
	ErrMoveLate     = fault.New(fault.Conflict, "store_move.late", "计划的日期已到，请撤回后重新计划一个以后的日期。")
	ErrMoveOpen     = fault.New(fault.Conflict, "store_move.open", "这家门店已经有一个合并或闭店计划，请先办完或撤回。")
	ErrMoveBlocked  = fault.New(fault.Conflict, "store_move.blocked", "还有事情没办完，不能批准：请看预览里标红的各项，办完后再批准。")
	ErrMoveSame     = fault.Field("to_store_id", RuleStoreEnds, "请选择另一家门店。")
	ErrMoveStore    = fault.Field("store_id", RuleStoreEnds, "请选择一家还在营业的门店。")
	ErrMoveDay      = fault.Field("on_date", RuleStoreEnds, "请选择明天起一年以内的日期。")
	ErrMoveReason   = fault.Field("reason", RuleStoreEnds, "请写明原因，最多 200 个字。")
	ErrMoveLine     = fault.Field("lines", RuleStoreEnds, "每位推荐人只能写一行，去向不能是要关的门店；合并时都去合并后的门店。")
)

// RuleStoreEnds is the rule by which ties move with their starts.
const RuleStoreEnds = "HND-08"

// Bounds of a plan.
const (
	maxMoveDays = 366
	maxLines    = 2000
)

// MoveLine sends the guests of a referrer to a receiver in a store; where that is he
// himself, he goes there.
type MoveLine struct {
	Referrer kernel.PersonID
	To       kernel.StoreID
	Receiver kernel.PersonID
}

// Move is the end of a store.
type Move struct {
	ID          kernel.UUID
	Kind        MoveKind
	Store, To   kernel.StoreID // To: where whatever no line sends elsewhere goes
	On          kernel.BusinessDate
	State       MoveState
	Reason      string
	By          kernel.PersonID
	For         *kernel.PersonID
	PlannedAt   time.Time
	ApprovedBy  *kernel.PersonID
	ApprovedFor *kernel.PersonID
	MovedOn     *kernel.BusinessDate
	EndedAt     *time.Time
	MoveCounts
	Lines []MoveLine
}

// MoveCounts is how far it has come.
type MoveCounts struct {
	Files, Moved, Ties, Passed, Doubles, Stuck, People int32
	Bookings, Unplaced, Untold                         int32 // bookings to come
}

// StoreEnd is the end as the store's bookings meet it: those of a store that merges go
// along, those of one that closes are called off.
func (m *Move) StoreEnd() visit.StoreEnd {
	e := visit.StoreEnd{From: m.Store, On: m.On}
	if m.Kind == MergeStores {
		e.To = &m.To
	}
	return e
}

// Check says whether an end may be planned today. Faults: invalid_field.
func (m *Move) Check(today kernel.BusinessDate) error {
	switch {
	case m.Store == m.To:
		return ErrMoveSame
	case m.On <= today || m.On > today+maxMoveDays:
		return ErrMoveDay
	case len(m.Lines) > maxLines:
		return ErrMoveLine
	}
	var err error
	if m.Reason, err = CheckReason(m.Reason); err != nil {
		return ErrMoveReason
	}
	seen := map[kernel.PersonID]bool{}
	for _, l := range m.Lines {
		if seen[l.Referrer] || l.To == m.Store || m.Kind == MergeStores && l.To != m.To {
			return ErrMoveLine
		}
		seen[l.Referrer] = true
	}
	return nil
}

// Goes says where the guests of somebody go, and to whom.
func (m *Move) Goes(owner kernel.PersonID) (kernel.StoreID, kernel.PersonID) {
	if i := slices.IndexFunc(m.Lines, func(l MoveLine) bool { return l.Referrer == owner }); i >= 0 {
		return m.Lines[i].To, m.Lines[i].Receiver
	}
	return m.To, owner
}

// Along says to which store somebody goes himself; false: to none.
func (m *Move) Along(p kernel.PersonID) (kernel.StoreID, bool) {
	to, receiver := m.Goes(p)
	if m.Kind == MergeStores {
		return m.To, receiver == p
	}
	return to, receiver == p && slices.ContainsFunc(m.Lines, func(l MoveLine) bool { return l.Referrer == p })
}

// GoesOn reports whether a case between two people goes on in another store: both go
// there. Else it ends, and its files go the giver's way, or the receiver's where they
// are his already.
func (m *Move) GoesOn(giver, receiver kernel.PersonID) (kernel.StoreID, bool) {
	a, first := m.Along(giver)
	b, second := m.Along(receiver)
	return a, first && second && a == b
}

// Concerns reports whether somebody planned it or has guests that it moves (ROL-04).
func (m *Move) Concerns(p kernel.PersonID) bool {
	return p == m.By || m.For != nil && p == *m.For || slices.ContainsFunc(m.Lines, func(l MoveLine) bool { return p == l.Referrer || p == l.Receiver })
}

// Withdrawable reports whether nothing has moved yet.
func (m *Move) Withdrawable() bool { return m.State == MovePlanned || m.State == MoveApproved }
