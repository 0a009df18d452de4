package staff

import "github.com/changke/changke/services/kernel"

// StoreMove is what becomes of the posts in a store that ends on a business day
// (HND-08): each goes to To, or to where Where sends its holder; those of a nil To
// and without a place end.
type StoreMove struct {
	Store  kernel.StoreID
	To     *kernel.StoreID
	Where  map[kernel.PersonID]kernel.StoreID
	On     kernel.BusinessDate
	Reason string
}
