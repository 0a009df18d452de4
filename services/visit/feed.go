package visit

import "time"

// RecordedBill is a revision of a bill as it is on file.
type RecordedBill struct {
	Bill
	RecordedAt time.Time
	Holds      bool // the highest revision on file
	Place      FeedPlace
}

// FeedPlace is a revision's place in the order in which a store's bills were
// recorded.
type FeedPlace struct {
	At       time.Time // microseconds, by the database's clock
	Source   string
	No       string
	Revision int32
}

// Feed is a page of that list.
type Feed struct {
	Bills   []RecordedBill
	Next    FeedPlace // where to go on
	More    bool
	Horizon time.Time // nothing recorded before it is still to come
}
