package visit

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Status is whether a bill counts; the texts are those in the database.
type Status string

// The statuses.
const (
	Paid   Status = "paid"
	Voided Status = "voided" // as if it had not been
)

// BillKey names a bill for ever (VIS-07).
type BillKey struct {
	Store  kernel.StoreID
	Source string // the till system
	No     string
}

// Compare orders bills as the database does.
func (k BillKey) Compare(o BillKey) int {
	return cmp.Or(strings.Compare(string(k.Store[:]), string(o.Store[:])), strings.Compare(k.Source, o.Source), strings.Compare(k.No, o.No))
}

// Bill is one revision of a bill as the till sent it.
type Bill struct {
	BillKey
	Revision   int32 // 1 or more; the highest holds
	BookingRef string
	Number     NumberKey // empty: the till did not know the guest
	Date       kernel.BusinessDate
	Meal       tenant.MealPeriod
	ClosedAt   time.Time
	Amount     kernel.Fen
	Status     Status
	Import     *kernel.UUID // nil: from a till
}

// Same reports whether two reports of a revision say the same. The database
// keeps microseconds, so more is not compared.
func (b Bill) Same(o Bill) bool {
	return b.BillKey == o.BillKey && b.Revision == o.Revision && b.BookingRef == o.BookingRef && b.Number == o.Number &&
		b.Date == o.Date && b.Meal == o.Meal && b.Amount == o.Amount && b.Status == o.Status &&
		b.ClosedAt.Truncate(time.Microsecond).Equal(o.ClosedAt.Truncate(time.Microsecond))
}

// At is the visit a bill belongs to: that of the booking it names, in whatever
// state it is, when that is known (nil otherwise), else its own columns
// (VIS-06, VIS-07). Without a number there is none.
func (b Bill) At(booking *Key) Key {
	if booking != nil {
		return *booking
	}
	return Key{b.Store, b.Number, b.Date, b.Meal}
}

// CheckText refuses what no till means to send in a name: control characters
// and blanks at the ends, which would make two bills of one.
func CheckText(s string) bool {
	return strings.TrimSpace(s) == s && !strings.ContainsFunc(s, unicode.IsControl)
}

// Outcome is what became of a reported bill.
type Outcome uint8

// The outcomes.
const (
	Recorded   Outcome = iota + 1
	Duplicate          // known already with the same content
	Superseded         // recorded, but a higher revision holds
	Refused            // see the reason
)

// Result is what became of one item of a batch.
type Result struct {
	Outcome Outcome
	Reason  string // when refused, "bill.…"
}

// Weigh decides what becomes of reported revisions of ONE bill, given those on
// file; among equals of one batch the first stands. The results are in the
// order of the items, and fresh lists the items to be written.
func Weigh(onFile, items []Bill) (results []Result, fresh []int) {
	known := make(map[int32]Bill, len(onFile)+len(items))
	highest := int32(0)
	for _, b := range onFile {
		known[b.Revision] = b
		highest = max(highest, b.Revision)
	}
	for _, b := range items {
		highest = max(highest, b.Revision)
	}
	results = make([]Result, len(items))
	for i, b := range items {
		other, twice := known[b.Revision]
		switch {
		case twice && other.Same(b):
			results[i] = Result{Outcome: Duplicate}
		case twice:
			results[i] = Result{Outcome: Refused, Reason: ReasonRevisionConflict}
		default:
			known[b.Revision] = b
			fresh = append(fresh, i)
			results[i] = Result{Outcome: Recorded}
			if b.Revision < highest {
				results[i] = Result{Outcome: Superseded}
			}
		}
	}
	return results, fresh
}

// ByBill gives the indexes of bills grouped by bill, groups in the order of
// Compare and each in the order of the batch.
func ByBill(bills []Bill) [][]int {
	order := make([]int, len(bills))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return bills[a].Compare(bills[b].BillKey) })
	groups := make([][]int, 0, len(bills))
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && bills[order[end]].BillKey == bills[order[start]].BillKey {
			end++
		}
		groups = append(groups, order[start:end])
		start = end
	}
	return groups
}
