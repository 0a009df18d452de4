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
	bills  int
	amount kernel.Fen
}

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
	minutes := map[mealOf]int32{}
	for n, b := range bookings {
		if b.State != visit.Finished || !b.Noticed || b.Number == "" {
			continue
		}
		k := mealOf{b.Store, b.Number, b.Date, b.Meal}
		minute := int32(1 << 30)
		if b.SeatedMinute != nil {
			minute = *b.SeatedMinute
		}
		v, taken := out[k]
		if !taken || minute < minutes[k] || minute == minutes[k] && n.ref < v.ref {
			out[k] = modelVisit{credit: b.Booker, ref: n.ref}
			minutes[k] = minute
		}
	}
	for _, b := range highest {
		k := mealOf{b.Store, b.Number, b.Date, b.Meal}
		if booking, ok := bookings[name{b.Store, b.BookingRef}]; ok && b.BookingRef != "" {
			k = mealOf{booking.Store, booking.Number, booking.Date, booking.Meal}
		}
		if b.Status == visit.Voided || k.phone == "" {
			continue
		}
		v := out[k]
		v.bills++
		v.amount += b.Amount
		out[k] = v
	}
	return out
}

// activity is how many visits of a file count and which is the last before a
// day.
func (m *model) activity(a customer.ApprovedNumber, before kernel.BusinessDate, upTo time.Time) (visits int, last *kernel.BusinessDate) {
	for k := range m.visits(upTo) {
		if k.store != a.Store || string(k.phone) != string(a.NumberKey) || k.day < a.ApprovedOn || k.day >= before {
			continue
		}
		visits++
		if last == nil || k.day > *last {
			last = &k.day
		}
	}
	return visits, last
}
