package visit

import (
	"cmp"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// LinkWay is how a bill came to its booking (VIS-06).
type LinkWay uint8

// The ways.
const (
	LinkNone    LinkWay = iota // there is no booking it could belong to
	LinkNamed                  // the till named it
	LinkFits                   // store, number, table and meal period fit exactly one
	LinkPerson                 // a person said so
	LinkNothing                // a person said that it belongs to none
	LinkWaiting                // it waits for a person
)

// LinkReason is why a person linked a bill to a booking, or to none (VIS-06); the
// texts are those in the database. Words of his own would be personal data in an
// append-only table.
type LinkReason string

// The reasons.
const (
	OtherTable   LinkReason = "other_table"   // the guests sat at another table than the till says
	WrongGuest   LinkReason = "wrong_guest"   // the till took him for somebody else
	OnePayer     LinkReason = "one_payer"     // one paid for several tables
	EnteredLate  LinkReason = "entered_late"  // the booking was entered after the bill
	WrongBooking LinkReason = "wrong_booking" // the till named another booking
	NotBooked    LinkReason = "not_booked"    // it belongs to no booking
)

// How many bookings a person is offered at most: beside each bill of a list, and for
// one bill.
const (
	Proposals    = 5
	AllProposals = 100
)

// Unlinked is what of a bill bears on which booking is its.
type Unlinked struct {
	Status     Status
	Note       bool   // a refund note: it has no booking
	LinkNo     int32  // above 0: a person said which
	BookingRef string // the one that holds; empty: none
	RefKnown   bool   // there is such a booking
	Number     NumberKey
	Table      string // empty: the till did not say
}

// Candidate is a booking of the bill's store, day and meal period that was not
// called off or missed.
type Candidate struct {
	ID     kernel.UUID
	Ref    string
	Number NumberKey
	Places []string // names; none: not given yet, or imported
	State  State
	Minute *int32 // seated; nil: not, or not known
	Booker kernel.PersonID
	Date   kernel.BusinessDate
	Meal   tenant.MealPeriod
}

// At reports whether a table is one of its places.
func (c Candidate) At(table string) bool { return table != "" && slices.Contains(c.Places, table) }

// Link says which booking a bill belongs to and how that is known, or that a
// person must say (VIS-06). Where till or booking tells no table, number and meal
// period decide alone. A bill that no booking comes near waits for nobody.
func Link(b Unlinked, all []Candidate) (LinkWay, *Candidate) {
	switch {
	case b.LinkNo > 0 && b.BookingRef == "":
		return LinkNothing, nil
	case b.LinkNo > 0:
		return LinkPerson, nil
	case b.BookingRef != "" && b.RefKnown:
		return LinkNamed, nil
	case b.Note || !b.Status.Counts():
		return LinkNone, nil
	}
	var fits []Candidate
	near := b.BookingRef != ""
	for _, c := range all {
		same := b.Number != "" && c.Number == b.Number
		if same && (b.Table == "" || len(c.Places) == 0 || c.At(b.Table)) {
			fits = append(fits, c)
		}
		near = near || same || b.Number == "" && c.At(b.Table)
	}
	switch {
	case len(fits) == 1 && b.BookingRef == "":
		return LinkFits, &fits[0]
	case near:
		return LinkWaiting, nil
	default:
		return LinkNone, nil
	}
}

// Propose orders the bookings that a bill may belong to, most likely first: same
// number and table, number, table, then whoever sat.
func Propose(b Unlinked, all []Candidate, most int) []Candidate {
	weight := func(c Candidate) (n int) {
		if b.Number != "" && c.Number == b.Number {
			n += 4
		}
		if c.At(b.Table) {
			n += 2
		}
		if c.State == Finished || c.State == Seated {
			n++
		}
		return n
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(x, y Candidate) int { return cmp.Or(weight(y)-weight(x), cmp.Compare(x.Ref, y.Ref)) })
	return out[:min(len(out), most)]
}

// ExplainLink says why a bill belongs where it does, or what it waits for. ref is
// the booking it belongs to or names.
func ExplainLink(way LinkWay, b Unlinked, ref string) kernel.Words {
	switch way {
	case LinkNamed:
		return kernel.Sayf("收银按预定号 %s 上传（VIS-06）。", "The till named booking %s (VIS-06).", ref)
	case LinkFits:
		return kernel.Sayf("门店、号码、桌位和餐段只对得上预定 %s（VIS-06）。", "Store, number, table and meal fit booking %s alone (VIS-06).", ref)
	case LinkPerson:
		return kernel.Sayf("由人工关联到预定 %s；收银之后的上传不会改变（VIS-06）。", "A person linked it to booking %s; later uploads do not change that (VIS-06).", ref)
	case LinkNothing:
		return kernel.Words{ZH: "人工确认它不属于任何预定（VIS-06）。", EN: "A person said that it belongs to no booking (VIS-06)."}
	case LinkWaiting:
		return waiting(b, ref)
	case LinkNone:
	}
	switch {
	case b.Note:
		return kernel.Words{ZH: "退款单，随原账单计算（VIS-07）。", EN: "A refund note: it counts with its bill (VIS-07)."}
	case !b.Status.Counts():
		return kernel.Words{ZH: "已作废或已并单，不产生消费（VIS-07）。", EN: "Voided or merged: it makes no visit (VIS-07)."}
	case b.Number == "":
		return kernel.Words{ZH: "收银没有登记号码，该餐段也没有同桌的预定，不计入任何客人。", EN: "The till knew no number and nobody booked that table for the meal: it is nobody’s visit."}
	default:
		return kernel.Words{ZH: "该餐段没有这位客人的预定；账单本身产生消费，不计入任何人（VIS-11）。", EN: "The guest had no booking in this meal: the bill makes the visit, credited to nobody (VIS-11)."}
	}
}

func waiting(b Unlinked, ref string) kernel.Words {
	switch {
	case ref != "":
		return kernel.Sayf("本店没有收银写的预定号 %s，请核对后关联（VIS-06）。", "The store has no booking %s, which the till named: please check and link it (VIS-06).", ref)
	case b.Number == "":
		return kernel.Words{ZH: "收银没有登记号码，但同桌同餐段有预定，请确认是不是这一桌（VIS-06）。", EN: "The till knew no number, but its table was booked for this meal: please say whether it is theirs (VIS-06)."}
	default:
		return kernel.Words{ZH: "客人在该餐段有预定，但桌位对不上，或不止一个，请确认（VIS-06）。", EN: "The guest booked this meal, but at another table or more than once: please say which (VIS-06)."}
	}
}
