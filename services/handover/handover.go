package handover

import (
	"github.com/changke/changke/services/kernel"
)

// Kind is how the receiver stands to the giver; the texts are those in the
// database.
type Kind string

// The kinds.
const (
	SamePost  Kind = "same_post"  // 同岗位: the seat's name passes to him
	OtherPost Kind = "other_post" // 不同岗位
	Custody   Kind = "custody"    // 代管: until a day, then back by itself (HND-08)
)

// Scope is how much of the giver's goes.
type Scope string

// The scopes.
const (
	All    Scope = "all"
	Some   Scope = "some"
	Single Scope = "single" // one guest, with the same approvals (HND-04)
)

// Cause is why guests are handed over (HND-01).
type Cause string

// The causes.
const (
	Leaving    Cause = "leaving" // 离职
	PostChange Cause = "post"    // 调岗
	StoreMove  Cause = "store"   // 调店
	LongLeave  Cause = "leave"   // 长假
	OtherCause Cause = "other"
)

// State is where a case stands; the texts are those in the database.
type State string

// The states in the order of the steps of HND-02, and where a broken case goes.
const (
	Requested State = "requested" // (1) confirmed by the giver: head office checks the slip
	Checked   State = "checked"   // (2) checked: the receiver accepts
	Accepted  State = "accepted"  // (3) semi-linked: head office confirms
	Confirmed State = "confirmed" // (4) the receiver is the referrer: head office sends the messages
	Complete  State = "complete"  // (5), (6) the slip is complete; (7) the receiver goes through the files
	Desk      State = "desk"      // broken, and the giver is gone: on head office's desk
	Ended     State = "ended"     // broken, handed on, or given back
)

// Holds reports whether the case's files are in handover (HND-06).
func (s State) Holds() bool { return s == Requested || s == Checked || s == Accepted || s == Desk }

// Moved reports whether the receiver became the referrer.
func (s State) Moved() bool { return s == Confirmed || s == Complete }

// End is how a case ended, or came to the desk; empty: it has not.
type End string

// The ends.
const (
	Withdrawn    End = "withdrawn"     // by whoever began it
	Rejected     End = "rejected"      // by head office
	Refused      End = "refused"       // by the receiver
	StoreClosed  End = "store_closed"  // its store ended, and the two do not go to the same one
	ReceiverLeft End = "receiver_left" // he holds no post there any more that may own files
	Expired      End = "expired"       // a step took too long
	Reassigned   End = "reassigned"    // from the desk into another case
	GivenBack    End = "given_back"    // custody is over
	Kept         End = "kept"          // custody is over and the giver gone: the receiver goes on
)

// Act is a step as the case's record has it.
type Act string

// The acts; those that end a case are its End.
const (
	ActRequested Act = "requested"
	ActChecked   Act = "checked"
	ActAccepted  Act = "accepted"
	ActConfirmed Act = "confirmed"
	ActSent      Act = "sent"
	ActReturned  Act = "returned" // the files are the giver's as before
	ActDesk      Act = "desk"     // they lie on head office's desk
	ActCleared   Act = "cleared"  // the desk let them go: LIF-05 acts
)

// Handover is a case.
type Handover struct {
	ID           kernel.UUID
	No           int32 // of the chain, without gaps
	Store        kernel.StoreID
	Giver        kernel.PersonID
	Receiver     kernel.PersonID
	Kind         Kind
	Scope        Scope
	Cause        Cause
	State        State
	End          End
	GiverPost    string // as the case began
	ReceiverPost string
	Seat         string               // same post: the name of the seat that passes
	Until        *kernel.BusinessDate // custody: the day the files go back
	Reason       string               // why it was sent back or refused
	Files        int32
	StepOn       kernel.BusinessDate  // when the present step began
	DueOn        *kernel.BusinessDate // first day on which it is broken, or the desk cleared
	ConfirmedOn  *kernel.BusinessDate
	By           kernel.PersonID  // who began it
	For          *kernel.PersonID // for whom: the giver, or whose delegate he was; nil: in his own right
}

// Concerns reports whether somebody has part in a case and so may not check or
// confirm it (ROL-04).
func (h Handover) Concerns(p kernel.PersonID) bool {
	return p == h.Giver || p == h.Receiver || p == h.By || h.For != nil && p == *h.For
}

// Part reports whether a case is somebody's own (ROL-02): he gives or receives.
func (h Handover) Part(p kernel.PersonID) bool { return p == h.Giver || p == h.Receiver }

// Within reports whether a grant reaches the case.
func (h Handover) Within(g kernel.Grant) bool { return g.Covers(h.Store, h.Part(g.Person())) }

// Side is whose turn a case is.
type Side uint8

// The sides.
const (
	Nobody Side = iota
	HeadOffice
	Receiver
)

// Turn says whose turn a case is; left is how many files the receiver has still to
// go through.
func (h Handover) Turn(left int) Side {
	switch h.State {
	case Requested, Accepted, Confirmed, Desk:
		return HeadOffice
	case Checked:
		return Receiver
	case Complete:
		if left > 0 {
			return Receiver
		}
	case Ended:
	}
	return Nobody
}

// Sees reports whether somebody sees the guests of a case by their names as his
// own: the giver, and the receiver from the moment he accepted (semi-linked).
func (h Handover) Sees(p kernel.PersonID) bool {
	return p == h.Giver && h.State.Holds() || p == h.Receiver && (h.State == Accepted || h.State.Moved())
}
