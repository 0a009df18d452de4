package visit

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// DaySum is what a till's bills of a business day come to: how many were paid and
// not voided, and their sum, less the refund notes of that day.
type DaySum struct {
	Bills int32
	Sum   kernel.Fen
}

// DayTotal is what a till said a business day came to (RUL-07).
type DayTotal struct {
	Store  kernel.StoreID
	Date   kernel.BusinessDate // as the till dates its bills
	Source string              // the till system, as on its bills
	DaySum
}

// Compare orders totals by store, till and day.
func (t DayTotal) Compare(o DayTotal) int {
	return cmp.Or(strings.Compare(string(t.Store[:]), string(o.Store[:])), strings.Compare(t.Source, o.Source), cmp.Compare(t.Date, o.Date))
}

// Till is one that tells totals: from its first told day on, until it was said
// to be gone.
type Till struct {
	Source string
	First  kernel.BusinessDate
	Gone   *kernel.BusinessDate // first day it tells no more; nil: it does
}

// Tells reports whether the till's totals of a day are waited for.
func (t Till) Tells(day kernel.BusinessDate) bool {
	return t.First <= day && (t.Gone == nil || day < *t.Gone)
}

// Totals says when a day waits for totals of tills.
type Totals int64

// The choices of FieldDayTotals, in its order.
const (
	TotalsOfTills Totals = iota // of every till that has ever told some
	TotalsAlways                // every day, and of every till that has bills
	TotalsNever
)

// TillDay is one till's day: what it told and what we hold. Nil: it told nothing.
type TillDay struct {
	Source string
	Told   *DaySum
	Held   DaySum
}

// Declared is a manager's word that a day is complete as it is.
type Declared struct {
	Reason string
	By     kernel.PersonID
	For    *kernel.PersonID // whom he acted for
	At     time.Time
}

// DayFacts are what is known of a store's business day that is over.
type DayFacts struct {
	Open     int32    // bookings left confirmed or seated
	OpenRefs []string // of the first of them
	Tills    []TillDay
	Declared *Declared
}

// GapKind is a reason why a day is not complete.
type GapKind uint8

// The reasons.
const (
	GapBookings GapKind = iota + 1 // bookings left confirmed or seated
	GapUntold                      // a till has not told its totals
	GapDiffers                     // they are not what we hold
	GapNoTill                      // no till has told any, and the rules ask for them
)

// Gap is one thing that a day lacks.
type Gap struct {
	Kind   GapKind
	Count  int32    // of bookings
	Refs   []string // of the first of them
	Source string   // of a till
	Told   DaySum
	Held   DaySum
}

// Gaps is RUL-07 for a day that is over: what it lacks to be complete; nothing
// when the manager declared it so. Expected are the store's tills that ever told
// totals; one without any is complete by its bookings alone. served: the store had
// guests that day; on another totals are compared, and waited for of nobody.
func (d DayFacts) Gaps(expected []Till, day kernel.BusinessDate, totals Totals, served bool) (gaps []Gap) {
	if d.Declared != nil {
		return nil
	}
	if d.Open > 0 {
		gaps = append(gaps, Gap{Kind: GapBookings, Count: d.Open, Refs: d.OpenRefs})
	}
	if totals == TotalsNever {
		return gaps
	}
	tills := map[string]TillDay{}
	for _, t := range d.Tills {
		tills[t.Source] = t
	}
	wanted := 0
	for _, t := range expected {
		if _, there := tills[t.Source]; t.Tells(day) && (served || there) {
			wanted++
			if tills[t.Source].Told == nil {
				gaps = append(gaps, Gap{Kind: GapUntold, Source: t.Source, Held: tills[t.Source].Held})
			}
		}
	}
	known := func(source string) bool {
		return slices.ContainsFunc(expected, func(t Till) bool { return t.Source == source && t.Tells(day) })
	}
	for _, t := range d.Tills {
		switch {
		case t.Told != nil && *t.Told != t.Held:
			gaps = append(gaps, Gap{Kind: GapDiffers, Source: t.Source, Told: *t.Told, Held: t.Held})
		case t.Told == nil && totals == TotalsAlways && !known(t.Source):
			wanted++
			gaps = append(gaps, Gap{Kind: GapUntold, Source: t.Source, Held: t.Held})
		}
	}
	if totals == TotalsAlways && served && wanted == 0 {
		gaps = append(gaps, Gap{Kind: GapNoTill})
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int { return cmp.Compare(a.Kind, b.Kind) })
	return gaps
}

// TotalsOf is when a store's day waits for totals under its rules.
func TotalsOf(r tenant.Rules, store kernel.StoreID) Totals {
	return Totals(r.Int(FieldDayTotals, store))
}
