package visit

import (
	"cmp"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// RuleStoreEnds is the rule by which bookings leave a store that ends.
const RuleStoreEnds = "HND-08"

// StoreEnd is the end of a store as its bookings meet it (HND-08): of a merging they
// go to the other store, of a closing they are called off.
type StoreEnd struct {
	From kernel.StoreID
	To   *kernel.StoreID     // nil: it closes
	On   kernel.BusinessDate // first business day it is no longer there
}

// Fate is what becomes of a booking of a store that ends.
type Fate uint8

// The fates.
const (
	GoesToPlace   Fate = iota + 1 // to the other store, with a place there
	GoesUnplaced                  // there, and its place is still to be given
	GoesUnopened                  // the other store takes no guests then: ask the guest first
	IsCalledOff                   // the store closes
	GoesAsItStood                 // there; it had no place before either
)

// Leaving is a booking of a store that ends, and what becomes of it.
type Leaving struct {
	ID     kernel.UUID
	Ref    string
	Date   kernel.BusinessDate
	Meal   tenant.MealPeriod
	Kind   Kind
	State  State
	Guests int32
	Tables int32 // of a banquet
	Guest  string
	Booker kernel.PersonID
	Places []string // names of what it held
	Fate   Fate
	To     []string // names of its places in the other store
	Told   bool     // the guest can be written to
}

// Left is how far the bookings of a store that ends have left it.
type Left struct {
	Bookings, Unplaced, Untold int32
	More                       bool // others are still there
}

// Guests of bookings to come are written to in these hours of the store's clock, for
// nobody is woken for it.
const (
	writesFrom = 9 * time.Hour
	writesFor  = 12 * time.Hour
)

// WritesAt is when the guest of a booking of a day is told what became of it: in hours
// in which one writes to guests, but late at night where it is for that very night.
func WritesAt(store tenant.Store, on kernel.BusinessDate, now time.Time) time.Time {
	today := store.BusinessDate(now)
	morning := store.Reached(today, writesFrom)
	switch {
	case now.Before(morning):
		return morning
	case now.Before(morning.Add(writesFor)) || on <= today:
		return now
	}
	return store.Reached(today+1, writesFrom)
}

// Occupied is a place that a booking holds in a meal; of a hall one of its tables.
type Occupied struct {
	Place kernel.UUID
	Date  kernel.BusinessDate
	Meal  tenant.MealPeriod
	Slot  int32
}

// House is the places of a store with those that are taken.
type House struct {
	Places []Resource // in the order of screens
	Taken  map[Occupied]bool
}

// Give finds a place for a booking that comes from another store and takes it: of the
// same kind, in use that day, free, with seats for its guests; of several first the one
// of the same name, then the smallest. A banquet gets so many tables of one hall.
// False: no single place fits, and people have to give it some.
func (h House) Give(b Leaving) (place Resource, slots []int32, ok bool) {
	var fits []Resource
	for _, r := range h.Places {
		if r.Kind != b.Kind || !r.Used(b.Date) || r.Kind != Banquet && r.Capacity < b.Guests || len(h.free(r, b)) < wanted(b) {
			continue
		}
		fits = append(fits, r)
	}
	if len(fits) == 0 {
		return Resource{}, nil, false
	}
	size := func(r Resource) int32 {
		if slices.Contains(b.Places, r.Name) {
			return -1
		}
		if r.Kind == Banquet {
			return r.Tables
		}
		return r.Capacity
	}
	place = slices.MinFunc(fits, func(a, b Resource) int { return cmp.Compare(size(a), size(b)) })
	slots = h.free(place, b)[:wanted(b)]
	for _, s := range slots {
		h.Taken[Occupied{place.ID, b.Date, b.Meal, s}] = true
	}
	return place, slots, true
}

func wanted(b Leaving) int {
	if b.Kind == Banquet {
		return int(max(1, b.Tables))
	}
	return 1
}

// free are the slots of a place that nobody holds in the booking's meal.
func (h House) free(r Resource, b Leaving) (out []int32) {
	for s := range max(1, r.Tables) {
		if !h.Taken[Occupied{r.ID, b.Date, b.Meal, s + 1}] {
			out = append(out, s+1)
		}
	}
	return out
}
