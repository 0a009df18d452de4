package visit

import (
	"time"

	"github.com/changke/changke/services/tenant"
)

// MealAt is the meal period of a store that a moment lies in (VIS-10); before
// lunch begins, lunch.
func MealAt(now time.Time, s tenant.Store, r tenant.Rules) tenant.MealPeriod {
	since := s.BusinessDate(now).At(0, s.Zone)
	wall := now.Sub(since) // beyond midnight more than 24 hours
	meal := tenant.Lunch
	for later, from := range map[tenant.MealPeriod]time.Duration{
		tenant.Tea:    r.TimeOfDay(FieldTeaFrom, s.ID),
		tenant.Dinner: r.TimeOfDay(FieldDinnerFrom, s.ID),
		tenant.Supper: r.TimeOfDay(FieldSupperFrom, s.ID),
	} {
		if wall >= from && later > meal {
			meal = later
		}
	}
	return meal
}
