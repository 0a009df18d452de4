package visit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

func place(n byte, kind visit.Kind, name string, seats, tables int32) visit.Resource {
	return visit.Resource{ID: kernel.UUID{n}, Kind: kind, Name: name, Capacity: seats, Tables: tables}
}

// TestPlaceInTheOtherStore: the same name first, then the smallest that seats them, in
// a meal that is free; a hall gives tables.
func TestPlaceInTheOtherStore(t *testing.T) {
	until := kernel.BusinessDate(10)
	retired := place(9, visit.Room, "旧厅", 4, 0)
	retired.RetiredOn = &until
	h := visit.House{Taken: map[visit.Occupied]bool{}, Places: []visit.Resource{
		place(1, visit.Room, "大厅", 20, 0), place(2, visit.Room, "牡丹厅", 12, 0), place(3, visit.Room, "小厅", 6, 0), place(4, visit.Hall, "A1", 4, 0), place(5, visit.Banquet, "宴会厅", 200, 5), retired,
	}}
	room := func(guests int32, name string) visit.Leaving {
		return visit.Leaving{Kind: visit.Room, Guests: guests, Places: []string{name}, Date: 10, Meal: tenant.Dinner}
	}
	banquet := visit.Leaving{Kind: visit.Banquet, Guests: 30, Tables: 3, Places: []string{"礼堂"}, Date: 10, Meal: tenant.Dinner}
	lunch := room(4, "兰花厅")
	lunch.Meal = tenant.Lunch
	for _, c := range []struct {
		b    visit.Leaving
		want string
	}{
		{room(4, "牡丹厅"), "牡丹厅"},
		{room(4, "兰花厅"), "小厅"},
		{room(4, "兰花厅"), "大厅"},
		{room(4, "兰花厅"), ""},
		{lunch, "小厅"},
		{room(30, "大厅"), ""},
		{banquet, "宴会厅"},
		{banquet, ""},
	} {
		got, slots, ok := h.Give(c.b)
		require.Equal(t, c.want, got.Name)
		require.Equal(t, c.want != "", ok)
		if ok && c.b.Kind == visit.Banquet {
			require.Equal(t, []int32{1, 2, 3}, slots)
		}
	}
}

// TestNoPlaceTwice: whatever comes, no place is given twice in a meal, and whoever gets
// one has seats in it.
func TestNoPlaceTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := visit.House{Taken: map[visit.Occupied]bool{}}
		for i := range rapid.IntRange(0, 6).Draw(t, "places") {
			kind, tables := rapid.SampledFrom([]visit.Kind{visit.Room, visit.Hall, visit.Banquet}).Draw(t, "kind"), int32(0)
			if kind == visit.Banquet {
				tables = rapid.Int32Range(1, 4).Draw(t, "tables")
			}
			h.Places = append(h.Places, place(byte(i+1), kind, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name"), rapid.Int32Range(1, 12).Draw(t, "seats"), tables))
		}
		given := map[visit.Occupied]bool{}
		for range rapid.IntRange(0, 12).Draw(t, "bookings") {
			b := visit.Leaving{
				Kind: rapid.SampledFrom([]visit.Kind{visit.Room, visit.Hall, visit.Banquet}).Draw(t, "kind"), Guests: rapid.Int32Range(0, 12).Draw(t, "guests"), Tables: rapid.Int32Range(0, 3).Draw(t, "tables"),
				Places: []string{rapid.SampledFrom([]string{"a", "b", "z"}).Draw(t, "held")}, Date: 10, Meal: tenant.MealPeriod(rapid.IntRange(1, 2).Draw(t, "meal")),
			}
			r, slots, ok := h.Give(b)
			if !ok {
				continue
			}
			require.Equal(t, b.Kind, r.Kind)
			require.True(t, r.Kind == visit.Banquet || r.Capacity >= b.Guests)
			for _, s := range slots {
				at := visit.Occupied{Place: r.ID, Date: b.Date, Meal: b.Meal, Slot: s}
				require.False(t, given[at])
				require.LessOrEqual(t, s, max(1, r.Tables))
				given[at] = true
			}
		}
	})
}

// TestWritesAt: nobody is woken by what became of his booking, whenever the store's end
// is carried out.
func TestWritesAt(t *testing.T) {
	store := tenant.Store{Zone: tenant.Shanghai, Cutover: tenant.Cutover}
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.March, day, hour, minute, 0, 0, tenant.Shanghai)
	}
	tenth := kernel.NewDate(2026, time.March, 10)
	for name, c := range map[string]struct {
		on        kernel.BusinessDate
		now, want time.Time
	}{
		"as the day's runs begin":          {tenth, at(10, 5, 0), at(10, 9, 0)},
		"by day":                           {tenth + 3, at(10, 12, 0), at(10, 12, 0)},
		"late in the evening":              {tenth + 3, at(10, 21, 0), at(11, 9, 0)},
		"after midnight":                   {tenth + 3, at(11, 1, 30), at(11, 9, 0)},
		"late, and it is for that evening": {tenth, at(10, 21, 30), at(10, 21, 30)},
	} {
		require.Equal(t, c.want, visit.WritesAt(store, c.on, c.now).In(tenant.Shanghai), name)
	}
}
