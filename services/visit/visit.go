package visit

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

var errBadTime = errors.New("not a time of the form HH:MM")

// Key names a visit: whatever a guest does in one store in one meal period of
// one business day is one visit (VIS-08).
type Key struct {
	Store  kernel.StoreID
	Number NumberKey // empty: nobody knows who it was, so there is no visit
	Date   kernel.BusinessDate
	Meal   tenant.MealPeriod
}

// Compare orders keys as the database does. Whoever writes visits does it in
// this order: unsorted overlapping batches deadlock.
func (k Key) Compare(o Key) int {
	return cmp.Or(strings.Compare(string(k.Store[:]), string(o.Store[:])), strings.Compare(string(k.Number), string(o.Number)),
		cmp.Compare(k.Date, o.Date), cmp.Compare(k.Meal, o.Meal))
}

// Seating is what of a booking bears on the credit of its visit.
type Seating struct {
	Ref     string
	Booker  kernel.PersonID
	State   State
	Minute  *int32 // since the cut-over; nil sorts last
	Noticed bool
}

// Credits reports whether the booking can take a visit's credit at all: it is
// finished and its notice was sent (VIS-03, VIS-08).
func (s Seating) Credits() bool { return s.State == Finished && s.Noticed }

// Credit picks from the bookings of one visit the one that takes its credit:
// the first seated, then the lowest reference as text (VIS-08). ok is false
// when none can; then a bill may still make the visit, credited to nobody
// (VIS-11).
func Credit(seatings []Seating) (first Seating, ok bool) {
	for _, s := range seatings {
		if s.Credits() && (!ok || s.before(first)) {
			first, ok = s, true
		}
	}
	return first, ok
}

func (s Seating) before(o Seating) bool {
	switch {
	case s.Minute != nil && o.Minute != nil && *s.Minute != *o.Minute:
		return *s.Minute < *o.Minute
	case (s.Minute == nil) != (o.Minute == nil):
		return s.Minute != nil
	default:
		return s.Ref < o.Ref
	}
}

// Exists says whether there is a visit: a booking takes the credit, else at
// least one bill is not voided (VIS-11).
func Exists(credited bool, bills int) bool { return credited || bills > 0 }

// History is what ownership asks of a file: its last counted visit before a
// day; nil = none.
type History struct{ LastVisit *kernel.BusinessDate }

// Counted is a visit that counts, as the rules of a month ask for it.
type Counted struct {
	Date       kernel.BusinessDate
	Meal       tenant.MealPeriod
	CreditedTo *kernel.PersonID // nil: nobody
	Guest      kernel.FileID    // the same for all files that were ever merged
}

// LateBooking is a booking that counted for somebody between two moments: whose it was at
// the first, and at the second (QTA-01); zero: nobody's.
type LateBooking struct {
	Kind     Kind
	Date     kernel.BusinessDate
	Meal     tenant.MealPeriod
	File     *kernel.FileID // of the guest; nil: he has none
	Touched  bool           // something was learned of the file after the first
	Was, Now kernel.PersonID
	At       time.Time // when the last was learned of it
}

// Merging is what brought a visit to a file, or took it from there, beside bookings and
// bills; empty: nothing did.
type Merging string

// The mergings.
const (
	FilesMerged   Merging = "merged"
	FilesUnmerged Merging = "unmerged" // one was undone
)

// Learned is a day and meal of a guest, when the last was learned of it, and whether by a
// merging.
type Learned struct {
	Date    kernel.BusinessDate
	Meal    tenant.MealPeriod
	At      time.Time
	Merging Merging
}
