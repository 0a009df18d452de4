package customer

import "github.com/changke/changke/services/kernel"

// RuleStoreMove is what files go to another store by when their own ends.
const RuleStoreMove = "HND-08"

// StoreMove takes files of a store that ends into another from a business day on
// (HND-08): standing, numbers, contacts and whatever is open on them go along.
type StoreMove struct {
	From, To kernel.StoreID
	On       kernel.BusinessDate
	Files    []kernel.FileID
}

// Moving is a file of a store that ends.
type Moving struct {
	File     kernel.FileID
	Owner    *kernel.PersonID // nil: nobody's
	Approved bool
}

// Twin is a file of the store that a file shall go to which has one of its numbers:
// one number, one file in a store (CUS-10).
type Twin struct {
	File, Twin kernel.FileID
	Approved   bool             // the twin is
	Owner      *kernel.PersonID // the twin's; nil: nobody's
}
