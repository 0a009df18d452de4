package onboarding

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// moment reads a cell with a day, a time or both; nil: nothing stands there or it
// was told.
func (t *tillLine) moment(field string) (*kernel.BusinessDate, *time.Duration) {
	s := t.cell(field)
	if s == "" {
		return nil, nil
	}
	d, w, ok := parseMoment(s)
	if !ok {
		t.wrong(field, "", "日期或时间看不懂", "写成 2026-11-22 20:40")
	}
	return d, w
}

// when finds a line's business day (RUL-02), its moment and its meal period: the
// business day that the file says, else the one that the moment lies in; the meal
// that it says, else the one that the guests came in.
func (t *tillLine) when(dayField string, timeFields ...string) (at *time.Time) {
	s := t.out.Store
	said, saidWall := t.moment(dayField)
	var came *time.Time // the first moment that is known
	for _, f := range timeFields {
		if t.Mapping.Columns[f] == t.Mapping.Columns[dayField] && t.Mapping.Columns[f] != "" {
			continue
		}
		d, w := t.moment(f)
		if d == nil && w == nil || s == nil {
			continue
		}
		if m := moment(*s, d, w, said); m != nil {
			if came == nil {
				came = m
			}
			at = m
		}
	}
	if s == nil {
		if said != nil {
			t.out.Date = *said
		}
		return nil
	}
	if saidWall != nil && said != nil && at == nil { // one column with both
		at = moment(*s, said, saidWall, nil)
		came, said = at, nil
	}
	switch {
	case said != nil:
		t.out.Date = *said
	case came != nil:
		t.out.Date = s.BusinessDate(*came)
	}
	if t.out.Date == 0 {
		if t.out.Grade() < Wrong {
			t.wrong(dayField, "RUL-02", "没有日期", "合并的单元格请先拆开；写成 2026-11-22")
		}
		return nil
	}
	if at != nil {
		wall := wallOf(*at, *s)
		t.out.Wall = &wall
	}
	meals := t.Meals(*s, t.out.Date)
	switch text := t.cell("meal"); {
	case text != "":
		meal, ok := parseMeal(text)
		if !ok {
			t.wrong("meal", "VIS-10", "不认识这个餐段", "写成 午市、下午茶、晚市、夜宵；或不要选这一列，按时间算")
			return at
		}
		t.out.Meal = meal
	case came != nil:
		t.out.Meal = mealAt(*came, *s, t.out.Date, meals)
	case len(meals) > 0:
		t.wrong(dayField, "VIS-10", "没有时间，也没有餐段，不知道是哪一餐", "再选一列时间或餐段")
	}
	if at == nil && t.out.Meal.Valid() {
		from, _ := meals[t.out.Meal-1].Span()
		m := t.out.Date.At(from, s.ClockOn(t.out.Date).Zone)
		at = &m
	}
	return at
}

// moment puts a day and a time of a store's clock together. A time before the
// cut-over without a day of its own is of the night after the business day.
func moment(s tenant.Store, day *kernel.BusinessDate, wall *time.Duration, business *kernel.BusinessDate) *time.Time {
	on := day
	if on == nil {
		on = business
	}
	if on == nil || wall == nil {
		return nil
	}
	clock, at := s.ClockOn(*on), *wall
	if day == nil && at < clock.Cutover {
		at += 24 * time.Hour
	}
	m := on.At(at, clock.Zone)
	return &m
}

// mealAt is visit.MealAt for a business day that the file says: what lies outside it
// is of its first or last meal.
func mealAt(came time.Time, s tenant.Store, on kernel.BusinessDate, meals []visit.Meal) tenant.MealPeriod {
	switch of := s.BusinessDate(came); {
	case of < on:
		return meals[0].Period
	case of > on:
		return meals[len(meals)-1].Period
	}
	return visit.MealAt(came, s, meals)
}

func wallOf(at time.Time, s tenant.Store) time.Duration {
	l := at.In(s.ClockOn(s.BusinessDate(at)).Zone)
	return time.Duration(l.Hour())*time.Hour + time.Duration(l.Minute())*time.Minute
}

// oldest is how long ago a day may lie.
const oldest = 800

func (t *tillLine) day(field string, ahead kernel.BusinessDate) {
	if t.out.Store == nil || t.out.Date == 0 {
		return
	}
	switch today := t.out.Store.BusinessDate(t.Now); {
	case t.out.Date > today+ahead:
		t.wrong(field, "RUL-02", "日期在今天以后", "核对年份和日期格式")
	case t.out.Date < today-oldest:
		t.wrong(field, "RUL-02", "日期在两年多以前", "核对年份和日期格式")
	}
}
