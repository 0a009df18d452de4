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
	Start    kernel.BusinessDate // first day, from which it is judged
	// Former is its first day in the former system, where that was before the day
	// from which it is judged (RUL-06); zero: it was not.
	Former kernel.BusinessDate
}

// TakenOver is a tie of the former system, judged from the later of its own
// first day and the day its list went live (RUL-06).
func TakenOver(file kernel.FileID, store kernel.StoreID, referrer kernel.PersonID, since, liveOn kernel.BusinessDate) NewTie {
	return NewTie{File: file, Store: store, Referrer: referrer, Start: max(since, liveOn), Former: since}
}
