package ownership

import "github.com/changke/changke/services/kernel"

// RuleStoreMove is the rule of decisions by which a tie goes to another store with its
// start, as its own store merges or closes (HND-08).
const RuleStoreMove = RuleGivenBack

// StoreMove takes the ties of files that go to another store along (HND-08).
type StoreMove struct {
	ID          kernel.UUID // of the act: its decisions stand under it
	From, To    kernel.StoreID
	Names       [2]string // of both stores
	Merged      bool      // the stores merge; else the first one closes
	On          kernel.BusinessDate
	RuleVersion int32
}

// StoreMover is a file on the way. The tie of a referrer who goes along stays as it
// is; another receiver's keeps the start, and is judged from the day of the move.
type StoreMover struct {
	File     kernel.FileID
	Receiver *kernel.PersonID // nil: the referrer goes along
	Twin     *kernel.FileID   // the guest's approved file there, which goes on; the file itself stays
	TwinFree bool             // nobody owns the twin: the tie goes over to it
	Waits    bool             // it can't go yet: until then no rule ends its tie (HND-06)
}

// StoreMoveEvidence is what a decision rests on that took a tie to another store; its
// JSON is what the decision keeps.
type StoreMoveEvidence struct {
	Move   kernel.UUID         `json:"move"`
	From   string              `json:"from_store"` // names, as they were that day
	To     string              `json:"to_store"`
	Merged bool                `json:"merged"`
	Start  kernel.BusinessDate `json:"tie_start"` // which the tie keeps
	Twin   *kernel.FileID      `json:"twin,omitempty"`
	Gone   bool                `json:"gone,omitempty"` // the tie ended: the guest has a referrer there
}

// StoreMoved is how many ties went along, passed to another, and ended.
type StoreMoved struct{ Kept, Passed, Ended int }
