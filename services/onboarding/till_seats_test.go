package onboarding_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

var (
	peony = visit.Resource{ID: kernel.UUID{1}, Store: friendly.ID, Kind: visit.Room, Name: "牡丹厅"}
	desk  = visit.Resource{ID: kernel.UUID{2}, Store: friendly.ID, Kind: visit.Hall, Name: "A08"}
	hall  = visit.Resource{ID: kernel.UUID{3}, Store: friendly.ID, Kind: visit.Banquet, Name: "宴会厅", Tables: 10}
	old   = visit.Resource{ID: kernel.UUID{4}, Store: friendly.ID, Kind: visit.Room, Name: "旧厅", RetiredOn: new(kernel.NewDate(2026, time.November, 25))}
)

// TestTillSeats foretells who holds a place when the lines of a file are recorded in
// their order, beginning with what is on file (VIS-10).
func TestTillSeats(t *testing.T) {
	t.Parallel()
	on := kernel.NewDate(2026, time.November, 24)
	onFile := []visit.Holder{
		{Place: peony.ID, Date: on, Meal: tenant.Dinner, Store: friendly.ID, Ref: "X", State: visit.Confirmed, Kind: visit.Room, Tables: 1},
		{Place: desk.ID, Date: on, Meal: tenant.Dinner, Store: friendly.ID, Ref: "Y", State: visit.Seated, Kind: visit.Hall, Tables: 1},
		{Place: hall.ID, Date: on, Meal: tenant.Dinner, Store: friendly.ID, Ref: "Z", State: visit.Finished, Kind: visit.Banquet, Tables: 4},
	}
	line := func(ref string, state visit.State, places ...*visit.Resource) onboarding.TillClaim {
		return onboarding.TillClaim{Store: friendly.ID, Ref: ref, State: state, Date: on, Meal: tenant.Dinner, Tables: 6, Places: places}
	}
	at := func(c onboarding.TillClaim, on kernel.BusinessDate, meal tenant.MealPeriod) onboarding.TillClaim {
		c.Date, c.Meal = on, meal
		return c
	}
	const taken, byLine2 = "牡丹厅 这个餐段已被预定 X 占用", "牡丹厅 这个餐段已被第 2 行占用"
	for name, c := range map[string]struct {
		lines []onboarding.TillClaim // from line 2 on
		want  []string
	}{
		"OK itself once more":           {[]onboarding.TillClaim{line("X", visit.Confirmed, &peony)}, []string{""}},
		"OK another meal, another day":  {[]onboarding.TillClaim{at(line("K", visit.Confirmed, &peony), on, tenant.Lunch), at(line("L", visit.Confirmed, &peony), on+1, tenant.Dinner)}, []string{"", ""}},
		"OK over, it holds nothing":     {[]onboarding.TillClaim{line("K", visit.Finished), line("L", visit.Cancelled)}, []string{"", ""}},
		"OK called off before":          {[]onboarding.TillClaim{line("X", visit.Cancelled), line("K", visit.Confirmed, &peony)}, []string{"", ""}},
		"OK moved away before":          {[]onboarding.TillClaim{at(line("X", visit.Confirmed, &peony), on, tenant.Lunch), line("K", visit.Confirmed, &peony)}, []string{"", ""}},
		"OK without a place now":        {[]onboarding.TillClaim{line("X", visit.Confirmed), line("K", visit.Confirmed, &peony)}, []string{"", ""}},
		"OK a table whose guests left":  {[]onboarding.TillClaim{line("Y", visit.Finished), line("K", visit.Confirmed, &desk)}, []string{"", ""}},
		"OK what is left of a hall":     {[]onboarding.TillClaim{line("K", visit.Confirmed, &hall)}, []string{""}},
		"Err on file":                   {[]onboarding.TillClaim{line("K", visit.Requested, &desk, &peony)}, []string{"A08 这个餐段已被预定 Y 占用"}},
		"Err called off afterwards":     {[]onboarding.TillClaim{line("K", visit.Confirmed, &peony), line("X", visit.Cancelled)}, []string{taken, ""}},
		"Err a room whose guests left":  {[]onboarding.TillClaim{line("X", visit.Finished), line("K", visit.Confirmed, &peony)}, []string{"", taken}},
		"Err of another line":           {[]onboarding.TillClaim{at(line("K", visit.Seated, &peony), on, tenant.Tea), at(line("L", visit.Confirmed, &peony), on, tenant.Tea)}, []string{"", byLine2}},
		"Err stays where it was":        {[]onboarding.TillClaim{line("X", visit.Confirmed, &desk), line("K", visit.Confirmed, &peony)}, []string{"A08 这个餐段已被预定 Y 占用", taken}},
		"Err a step back frees nothing": {[]onboarding.TillClaim{line("Y", visit.Confirmed), line("K", visit.Confirmed, &desk)}, []string{"", "A08 这个餐段已被预定 Y 占用"}},
		"Err a full hall":               {[]onboarding.TillClaim{line("K", visit.Confirmed, &hall), line("L", visit.Confirmed, &hall)}, []string{"", "宴会厅 这个餐段只剩 0 桌"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seats := onboarding.NewTillSeats(onFile)
			for i, l := range c.lines {
				l.Line = int32(i + 2)
				require.Equal(t, c.want[i], seats.Put(l), i)
			}
		})
	}
}

// TestBookingLinesOfPlaces: what a line names must be one of the store's, also of guests
// who are gone; of guests to come it must be of their kind and in use (VIS-10). Nobody
// has come on a day still ahead (VIS-09).
func TestBookingLinesOfPlaces(t *testing.T) {
	t.Parallel()
	lines := reading(t, onboarding.TillBookings, `
门店|预定编号|用餐日期|预抵时间|订单人|包间|类型|桌数|状态
友谊店|K1|2026-11-24|18:30|E0007|A08、牡丹厅|||已确认
友谊店|K2|2026-11-22|18:30|E0007|没有这间|包间||已完成
友谊店|K3|2026-11-24|18:30|E0007|A08|包间||已确认
友谊店|K4|2026-11-25|18:30|E0007|旧厅|包间||已确认
友谊店|K5|2026-11-24|18:30|E0007|旧厅|包间||已确认
友谊店|K6|2026-11-24|18:30|E0007|宴会厅|||已确认
友谊店|K7|2026-11-24|18:30|E0007||散台||已到店
友谊店|K8|2026-11-23|18:30|E0007||散台||已到店
友谊店|K9|2026-11-24|18:30|E0007||散台||未到店
`, nil)
	for i, want := range []string{
		"F 牡丹厅 与预定类型不符", "F 本店没有叫这个名称的包间或桌位", "F A08 与预定类型不符", "F 旧厅 那天不用", "",
		"H 包席没有填写桌数", "I 营业日 2026-11-24 还没到，客人不会已经来过", "", "",
	} {
		got := ""
		for _, r := range lines[i].Remarks {
			if r.Grade == onboarding.Wrong {
				require.NotEmpty(t, r.Mend)
				got += r.Letter + " " + r.Reason
			}
		}
		require.Equal(t, want, got, lines[i].No)
	}
	require.Equal(t, []*visit.Resource{&old}, lines[4].Places)
}
