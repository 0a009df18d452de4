package visit

import (
	"time"

	"github.com/changke/changke/services/tenant"
)

// Meal is a meal period with its hours in a store (VIS-10), as wall-clock times:
// Until is the first moment of the next, of supper the store's cut-over.
type Meal struct {
	Period      tenant.MealPeriod
	From, Until time.Duration
}

// Meals are a store's meal periods by the rules, in the order of the day.
func Meals(s tenant.Store, r tenant.Rules) []Meal {
	from := func(key string) time.Duration { return r.TimeOfDay(key, s.ID) }
	meals := []Meal{
		{Period: tenant.Lunch, From: from(FieldLunchFrom)},
		{Period: tenant.Tea, From: from(FieldTeaFrom)},
		{Period: tenant.Dinner, From: from(FieldDinnerFrom)},
		{Period: tenant.Supper, From: from(FieldSupperFrom)},
	}
	for i := range meals[1:] {
		meals[i].Until = meals[i+1].From
	}
	meals[len(meals)-1].Until = s.Cutover
	return meals
}

// MealAt is the meal period of a store that a moment lies in; before the first
// one begins, the first.
func MealAt(now time.Time, s tenant.Store, meals []Meal) tenant.MealPeriod {
	wall := now.Sub(s.BusinessDate(now).At(0, s.Zone)) // past midnight more than 24 hours
	at := meals[0].Period
	for _, m := range meals[1:] {
		if wall >= m.From {
			at = m.Period
		}
	}
	return at
}
