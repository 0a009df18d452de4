package visitapp_test

import (
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// The golden README's words, once more and as plainly as possible: everything
// is looked at for every question. It shares no code with the product beyond
// the types that carry facts.
type model struct {
	bookings  []heard[visit.ImportedBooking] // each version, as it came
	bills     []heard[visit.Bill]
	approvals []customer.ApprovedNumber
	links     []heard[said]
}

// said is what a person says of a bill: which booking is its; empty: none.
type said struct {
	bill visit.BillKey
	ref  string
}

type heard[T any] struct {
	at   time.Time
	fact T
}

type mealOf struct {
	store kernel.StoreID
	phone visit.NumberKey
	day   kernel.BusinessDate
	meal  tenant.MealPeriod
}

type modelVisit struct {
	credit kernel.PersonID // zero: nobody
	ref    string
	minute int32 // since the cut-over; the largest: not known
	bills  int
	amount kernel.Fen
}

const unknownMinute = int32(1 << 30)

// visits are all visits by what had been heard up to a moment.
func (m *model) visits(upTo time.Time) map[mealOf]modelVisit {
	type name struct {
		store kernel.StoreID
		ref   string
	}
	bookings := map[name]visit.ImportedBooking{}
	for _, h := range m.bookings {
		if !h.at.After(upTo) {
			bookings[name{h.fact.Store, h.fact.Ref}] = h.fact
		}
	}
	highest := map[visit.BillKey]visit.Bill{}
	for _, h := range m.bills {
		if old, ok := highest[h.fact.BillKey]; !h.at.After(upTo) && (!ok || h.fact.Revision > old.Revision) {
			highest[h.fact.BillKey] = h.fact
		}
	}
	out := map[mealOf]modelVisit{}
	for n, b := range bookings {
		if b.State != visit.Finished || !b.Noticed || b.Number == "" {
			continue
		}
		k := mealOf{b.Store, b.Number, b.Date, b.Meal}
		minute := unknownMinute
		if b.SeatedMinute != nil {
			minute = *b.SeatedMinute
		}
		v, taken := out[k]
		if !taken || minute < v.minute || minute == v.minute && n.ref < v.ref {
			out[k] = modelVisit{credit: b.Booker, ref: n.ref, minute: minute}
		}
	}
	linked := map[visit.BillKey]string{}
	for _, h := range m.links {
		if !h.at.After(upTo) {
			linked[h.fact.bill] = h.fact.ref
		}
	}
	given := map[visit.BillKey]kernel.Fen{}
	for _, b := range highest {
		if b.RefundOf != "" && b.Status == visit.Refunded {
			given[visit.BillKey{Store: b.Store, Source: b.Source, No: b.RefundOf}] += b.Amount
		}
	}
	for _, b := range highest {
		if ref, ok := linked[b.BillKey]; ok {
			b.BookingRef = ref
		}
		k := mealOf{b.Store, b.Number, b.Date, b.Meal}
		if booking, ok := bookings[name{b.Store, b.BookingRef}]; ok && b.BookingRef != "" {
			k = mealOf{booking.Store, booking.Number, booking.Date, booking.Meal}
		}
		if b.Status != visit.Paid && b.Status != visit.Opened && b.Status != visit.Reopened || k.phone == "" {
			continue
		}
		v := out[k]
		v.bills++
		v.amount += max(0, b.Amount-given[b.BillKey])
		out[k] = v
	}
	return out
}

// counted are the visits of a file that count: whatever the guest does in one
// meal, under any of his numbers, is one.
func (m *model) counted(file kernel.FileID, upTo time.Time) map[mealOf]modelVisit {
	out := map[mealOf]modelVisit{}
	for k, v := range m.visits(upTo) {
		for _, a := range m.approvals {
			if a.File != file || k.store != a.Store || string(k.phone) != string(a.NumberKey) || k.day < a.ApprovedOn {
				continue
			}
			meal := mealOf{store: k.store, day: k.day, meal: k.meal}
			sum := out[meal]
			if v.ref != "" && (sum.ref == "" || v.minute < sum.minute || v.minute == sum.minute && v.ref < sum.ref) {
				sum.credit, sum.ref, sum.minute = v.credit, v.ref, v.minute
			}
			sum.bills += v.bills
			sum.amount += v.amount
			out[meal] = sum
		}
	}
	return out
}

// activity is how many visits of a file count and which is the last before a
// day.
func (m *model) activity(file kernel.FileID, before kernel.BusinessDate, upTo time.Time) (visits int, last *kernel.BusinessDate) {
	for k := range m.counted(file, upTo) {
		if k.day >= before {
			continue
		}
		visits++
		if last == nil || k.day > *last {
			last = &k.day
		}
	}
	return visits, last
}
