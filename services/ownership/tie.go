package ownership

import "github.com/changke/changke/services/kernel"

// Origin is how a tie began.
type Origin string

// The origins there are so far.
const (
	OriginApproval Origin = "approval" // with the file's first approval
	OriginImport   Origin = "import"   // taken over from the former system
	OriginConflict Origin = "conflict" // two claimed the guest, and he went to the second (CUS-10)
)

// NewTie is an owning relation (维系关系) that begins.
type NewTie struct {
	File     kernel.FileID
	Store    kernel.StoreID
	Referrer kernel.PersonID
	Start    kernel.BusinessDate // first day
}
