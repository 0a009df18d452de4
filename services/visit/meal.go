package visit

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Meal is a meal period with its hours in a store (VIS-10), as wall-clock times:
// Until is the first moment of the next, of supper the store's cut-over.
type Meal struct {
	Period      tenant.MealPeriod
	From, Until time.Duration
}

// Meals are a store's meal periods on a business day by the rules of that day, in
// the order of the day.
func Meals(s tenant.Store, r tenant.Rules, on kernel.BusinessDate) []Meal {
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
	meals[len(meals)-1].Until = s.ClockOn(on).Cutover
	return meals
}

// Span is when the meal lies on its business day, after that day's midnight.
func (m Meal) Span() (from, until time.Duration) {
	if m.Until <= m.From { // past midnight
		return m.From, m.Until + 24*time.Hour
	}
	return m.From, m.Until
}

// MealAt is the meal period of a store that a moment lies in; before the first
// one begins, the first.
func MealAt(now time.Time, s tenant.Store, meals []Meal) tenant.MealPeriod {
	today := s.BusinessDate(now)
	return mealOf(s.Local(now).Sub(today.At(0, s.ClockOn(today).Zone)), meals)
}

// MealOf is the meal period that a minute since the cut-over lies in; before the first
// one begins, the first.
func MealOf(minute int32, cutover time.Duration, meals []Meal) tenant.MealPeriod {
	return mealOf(cutover+time.Duration(minute)*time.Minute, meals)
}

// mealOf takes the time since the business day's midnight: past the next one it is
// more than 24 hours.
func mealOf(wall time.Duration, meals []Meal) tenant.MealPeriod {
	at := meals[0].Period
	for _, m := range meals[1:] {
		if wall >= m.From {
			at = m.Period
		}
	}
	return at
}
