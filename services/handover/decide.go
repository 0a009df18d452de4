package handover

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
)

// maxReason and maxSeat bound what is written, in characters.
const (
	maxReason = 200
	maxSeat   = 40
	maxDays   = 366 // of a custody
)

// People are giver and receiver on the day of a step: the posts by which they may
// own files in the store, empty where they hold none, and the giver's last.
type People struct{ GiverPost, ReceiverPost, LastPost string }

// Request is step (1): what the giver, or the manager for him, confirms.
type Request struct {
	Store    kernel.StoreID
	Giver    kernel.PersonID
	Receiver kernel.PersonID
	Kind     Kind
	Cause    Cause
	Files    []kernel.FileID // empty: all of his in the store
	Until    *kernel.BusinessDate
	All      bool
}

// Check says whether a case may be begun on a day. Faults: invalid_field,
// handover.custody_giver.
func (r Request) Check(on kernel.BusinessDate, p People) error {
	switch {
	case r.Giver == r.Receiver:
		return ErrSelf
	case p.ReceiverPost == "":
		return ErrReceiverPost
	case r.Kind == SamePost && p.LastPost != p.ReceiverPost:
		return ErrSamePost
	case r.Kind != Custody && r.Until != nil:
		return ErrNoUntil
	case r.Kind == Custody && (r.Until == nil || *r.Until <= on || *r.Until > on+maxDays):
		return ErrUntil
	case r.Kind == Custody && p.GiverPost == "":
		return ErrCustodyGiver
	case !r.All && len(r.Files) == 0:
		return ErrNoFiles
	}
	sorted := slices.Clone(r.Files)
	slices.SortFunc(sorted, kernel.FileID.Compare)
	if len(slices.Compact(sorted)) != len(r.Files) {
		return ErrTwice
	}
	return nil
}

// Scope is how much a request asks for.
func (r Request) Scope() Scope {
	switch {
	case r.All:
		return All
	case len(r.Files) == 1:
		return Single
	}
	return Some
}

// Due is the first day on which a step that begins on a day is broken (HND-05).
func Due(on kernel.BusinessDate, days int) *kernel.BusinessDate {
	due := on + kernel.BusinessDate(days)
	return &due
}

// Decides says whether and for whom somebody at head office may check, confirm or
// send (ROL-04). Fault: handover.own_case.
func (h Handover) Decides(g kernel.Grant) (*kernel.Delegated, error) {
	whom, ok := g.Decide(h.Store, h.Concerns)
	if !ok {
		return nil, ErrOwnCase
	}
	return whom, nil
}

// CheckSeat trims the name of the seat that passes (HND-02): one with the same
// post, none with another. Fault: invalid_field.
func (h Handover) CheckSeat(seat string) (string, error) {
	seat = strings.TrimSpace(seat)
	if h.Kind != SamePost {
		return "", nil
	}
	if n := utf8.RuneCountInString(seat); n == 0 || n > maxSeat || strings.ContainsFunc(seat, control) {
		return "", ErrSeat
	}
	return seat, nil
}

// CheckReason trims why a case is sent back, refused or withdrawn. Fault:
// invalid_field.
func CheckReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > maxReason || strings.ContainsFunc(reason, control) {
		return "", ErrReason
	}
	return reason, nil
}

func control(r rune) bool { return r < ' ' || r == 0x7f }

// Broken is HND-05 on a day: a case that waits too long, or whose receiver holds
// no post there any more that may own files. Empty: it goes on. A day before the
// present step began says nothing about it.
func (h Handover) Broken(day kernel.BusinessDate, receiverWorks bool) End {
	switch {
	case h.State != Requested && h.State != Checked && h.State != Accepted, day < h.StepOn:
		return ""
	case !receiverWorks:
		return ReceiverLeft
	case day >= *h.DueOn:
		return Expired
	}
	return ""
}

// Home is where the files of a broken case go (HND-05): back to the giver if he
// still works in the store in a post that may own files, else to the desk.
func Home(giverWorks bool) State {
	if giverWorks {
		return Ended
	}
	return Desk
}

// Cleared reports whether the desk lets a case's files go on a day: LIF-05 acts
// from then on.
func (h Handover) Cleared(day kernel.BusinessDate) bool {
	return h.State == Desk && h.DueOn != nil && day >= *h.DueOn
}

// GivesBack is HND-08 on a day: a custody is over on its day, or when whoever has
// it works there no more. Who gave the files in custody must be back in a post that may
// own them, else they stay where somebody cares for them.
func (h Handover) GivesBack(day kernel.BusinessDate, giverWorks, receiverWorks bool) bool {
	return h.Kind == Custody && h.State.Moved() && h.ConfirmedOn != nil && day > *h.ConfirmedOn && giverWorks && (day >= *h.Until || !receiverWorks)
}

// Keeps is the end of a custody whose giver is gone when its day comes: the files
// stay with the receiver.
func (h Handover) Keeps(day kernel.BusinessDate, giverWorks bool) bool {
	return h.Kind == Custody && h.State.Moved() && !giverWorks && day >= *h.Until
}
