package ownership

import (
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// OriginHandover is a tie that came by a handover, in custody too, and one that
// was given back after it (HND-02, HND-08).
const OriginHandover Origin = "handover"

// KindHandover ends what became of handovers nobody carries on, and gives files
// in custody back (HND-05, HND-08): handover's rules, carried by this chain because
// they are a day's run like the others. It acts after the month was closed on the
// state at its end, and before LIF-05, which takes over what head office's desk lets go.
const KindHandover Kind = "HND-05"

// Rules of decisions that people made by handing over, and that custody ends by
// itself.
const (
	RuleHandover  = "HND-02"
	RuleGivenBack = "HND-08"
)

// Faults of ties in handover.
var (
	ErrInHandover  = fault.New(fault.Conflict, "handover.in_handover", "其中有客户正在别的交接单里，请先办完或中止那一单。")
	ErrNotOwned    = fault.New(fault.Conflict, "handover.not_owned", "其中有客户已不归移交人维系，请刷新后重新选择。")
	ErrNothingHeld = fault.New(fault.Conflict, "handover.nothing_left", "这张交接单里的客户都已不归移交人，没有可以交接的了。")
)

// Holding puts ties of one person in one store into handover (HND-06).
type Holding struct {
	ID       kernel.UUID // of the case
	Store    kernel.StoreID
	Giver    kernel.PersonID
	Position string          // his post as it begins
	Files    []kernel.FileID // empty: all of his in the store
	On       kernel.BusinessDate
	// From are cases on head office's desk, out of which this one may take files.
	From []kernel.UUID
}

// Held is a tie in handover.
type Held struct {
	Tie    kernel.UUID
	File   kernel.FileID
	Since  kernel.BusinessDate // from which it is judged
	Former kernel.BusinessDate // its first day in the former system; Since, if none
}

// Passing gives the files a case holds to another referrer, or what it gave away
// back. Who signs it: By, and For whom he did it; nobody: the rule by itself.
type Passing struct {
	ID          kernel.UUID // of the act: its decisions stand under it
	Case        kernel.UUID
	No          int32
	Store       kernel.StoreID
	From, To    kernel.PersonID
	On          kernel.BusinessDate
	By          *kernel.PersonID
	For         *kernel.PersonID
	RuleVersion int32
}

// Passed is a file that has another referrer now.
type Passed struct {
	File kernel.FileID
	Tie  kernel.UUID // that began
}

// Resumed is a tie to give back: the one that ends, and how the old one began.
type Resumed struct {
	Tie    kernel.UUID
	Since  kernel.BusinessDate
	Former kernel.BusinessDate
}

// HandoverEvidence is what a decision rests on that handed a file over or back;
// its JSON is what the decision keeps.
type HandoverEvidence struct {
	Case kernel.UUID         `json:"handover"`
	No   int32               `json:"no"`
	By   *kernel.PersonID    `json:"by,omitempty"`
	For  *kernel.PersonID    `json:"for,omitempty"` // whose delegate he was
	Was  kernel.BusinessDate `json:"tie_start"`     // of the tie that ended
}
