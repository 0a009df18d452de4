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

// Status is where a bill stands (VIS-07); the texts are those in the database.
type Status string

// The statuses.
const (
	Opened   Status = "opened" // the guests sit, nobody has paid
	Paid     Status = "paid"
	Reopened Status = "reopened" // to be set right; what was paid stands until the next revision
	Voided   Status = "voided"   // as if it had not been
	Merged   Status = "merged"   // its lines went to another bill: as if it had not been
	Refunded Status = "refund"   // no bill but a note of money given back of one
)

// Counts reports whether a bill in this status makes a visit and adds to its
// amount: a bill not voided does (VIS-11), whether it is paid yet or not.
func (s Status) Counts() bool { return s == Opened || s == Paid || s == Reopened }

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
	Amount     kernel.Fen // of a bill what is to be paid or was, refunds of its own taken off; of a note what was given back
	Status     Status
	RefundOf   string       // number of the bill, of the same store and source, that this note gives money back of; empty: a bill
	Detail     *Detail      // nil: the till said no more
	Import     *kernel.UUID // nil: from a till
}

// Original is the bill a refund note belongs to.
func (b Bill) Original() BillKey { return BillKey{b.Store, b.Source, b.RefundOf} }

// Same reports whether two reports of a revision say the same. The database
// keeps microseconds, so more is not compared.
func (b Bill) Same(o Bill) bool {
	return b.BillKey == o.BillKey && b.Revision == o.Revision && b.BookingRef == o.BookingRef && b.Number == o.Number &&
		b.Date == o.Date && b.Meal == o.Meal && b.Amount == o.Amount && b.Status == o.Status && b.RefundOf == o.RefundOf && b.Detail.Same(o.Detail) &&
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
	Parked             // a refund note, recorded; its bill is not known yet
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
