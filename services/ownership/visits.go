package ownership

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// Visit is a counted visit as the rules of a month look at it; its JSON is what
// a decision keeps of it (RUL-05).
type Visit struct {
	On   kernel.BusinessDate `json:"on"`
	Meal tenant.MealPeriod   `json:"meal"`
	By   kernel.PersonID     `json:"by,omitzero"` // who has the credit; zero: nobody
}

// VisitsOf are counted visits as the rules look at them.
func VisitsOf(counted []visit.Counted) []Visit {
	out := make([]Visit, len(counted))
	for i, k := range counted {
		out[i] = Visit{On: k.Date, Meal: k.Meal}
		if k.CreditedTo != nil {
			out[i].By = *k.CreditedTo
		}
	}
	return out
}

// Within are the visits of a month on or after a day, in the order of time: the
// facts may come in any, and may be more than those.
func Within(m kernel.Month, since kernel.BusinessDate, visits []Visit) []Visit {
	from, last := max(since, m.First()), m.Last()
	out := make([]Visit, 0, len(visits))
	for _, v := range visits {
		if v.On >= from && v.On <= last {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, Visit.before)
	return out
}

// before orders visits by time.
func (v Visit) before(o Visit) int {
	return cmp.Or(cmp.Compare(v.On, o.On), cmp.Compare(v.Meal, o.Meal), bytes.Compare(v.By[:], o.By[:]))
}

// sameMeal reports whether two are the same visit, whoever has the credit.
func (v Visit) sameMeal(o Visit) bool { return v.On == o.On && v.Meal == o.Meal }
