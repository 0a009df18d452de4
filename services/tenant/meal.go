package tenant

import "fmt"

// MealPeriod is a meal or tea of a business day (VIS-10); the numbers are those
// in the database.
type MealPeriod int16

// The meal periods, in the order of the day.
const (
	Lunch  MealPeriod = 1 // 午市
	Tea    MealPeriod = 2 // 下午茶
	Dinner MealPeriod = 3 // 晚市
	Supper MealPeriod = 4 // 夜宵
)

var mealNames = [...]string{Lunch: "lunch", Tea: "tea", Dinner: "dinner", Supper: "supper"}

// ParseMealPeriod reads lunch, tea, dinner or supper.
func ParseMealPeriod(s string) (MealPeriod, error) {
	for m := Lunch; m <= Supper; m++ {
		if mealNames[m] == s {
			return m, nil
		}
	}
	return 0, fmt.Errorf("not a meal period (lunch, tea, dinner, supper): %q", s)
}

// Valid reports whether it is one of the four.
func (m MealPeriod) Valid() bool { return m >= Lunch && m <= Supper }

// String gives lunch, tea, dinner or supper.
func (m MealPeriod) String() string {
	if !m.Valid() {
		return fmt.Sprintf("MealPeriod(%d)", int16(m))
	}
	return mealNames[m]
}
