package tenant_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

func zone(name string) *time.Location {
	z, err := tenant.ParseZone(name)
	if err != nil {
		panic(err)
	}
	return z
}

// The last day under the old clock ends when the first under the new one begins.
func TestClockChanges(t *testing.T) {
	t.Parallel()
	s := tenant.Store{Zone: tenant.Shanghai, Cutover: 4 * time.Hour, Later: []tenant.Clock{
		{From: today + 1, Zone: tenant.Shanghai, Cutover: 6 * time.Hour},
		{From: today + 3, Zone: tenant.Shanghai, Cutover: 2 * time.Hour},
		{From: today + 5, Zone: zone("Asia/Urumqi"), Cutover: 2 * time.Hour}, // two hours behind
	}}
	for _, c := range []struct {
		name string
		day  kernel.BusinessDate // of the calendar in Shanghai
		wall time.Duration
		want kernel.BusinessDate
	}{
		{"long before", today - 9, 4 * time.Hour, today - 9},
		{"the last old day begins at four", today, 4 * time.Hour, today},
		{"and lasts until six", today + 1, 6*time.Hour - time.Second, today},
		{"the new day", today + 1, 6 * time.Hour, today + 1},
		{"its night", today + 2, 5 * time.Hour, today + 1},
		{"cut short by an earlier cut-over", today + 3, 2*time.Hour - time.Second, today + 2},
		{"at two", today + 3, 2 * time.Hour, today + 3},
		{"the zone's new two is Shanghai's four", today + 5, 4*time.Hour - time.Second, today + 4},
		{"at four", today + 5, 4 * time.Hour, today + 5},
	} {
		require.Equal(t, c.want.String(), s.BusinessDate(c.day.At(c.wall, tenant.Shanghai)).String(), c.name)
	}
	require.Equal(t, 6*time.Hour, s.ClockOn(today+2).Cutover)
	require.Equal(t, 4*time.Hour, s.ClockOn(today).Cutover)
}

// Whatever is changed when: business days never go back, and a change moves none
// of the days before it.
func TestClockMovesNoPast(t *testing.T) {
	t.Parallel()
	zones := []string{"Asia/Shanghai", "Asia/Urumqi", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Australia/Lord_Howe"}
	clock := rapid.Custom(func(t *rapid.T) tenant.Clock {
		return tenant.Clock{Zone: zone(rapid.SampledFrom(zones).Draw(t, "zone")), Cutover: time.Duration(rapid.IntRange(0, 720).Draw(t, "cutover")) * time.Minute}
	})
	rapid.Check(t, func(t *rapid.T) {
		first := clock.Draw(t, "first")
		s := tenant.Store{Zone: first.Zone, Cutover: first.Cutover}
		on := today
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			c := clock.Draw(t, "change")
			on += kernel.BusinessDate(rapid.IntRange(1, 4).Draw(t, "later"))
			c.From = on
			before := s
			s.Later = append(append([]tenant.Clock{}, s.Later...), c)
			for h := range 24 * 20 {
				at := today.At(0, time.UTC).Add(time.Duration(h-48) * time.Hour)
				if d := s.BusinessDate(at); d < c.From-1 {
					require.Equal(t, before.BusinessDate(at), d, "a day of the past moved")
				}
			}
		}
		last := kernel.BusinessDate(0)
		for m := range 24 * 4 * 20 {
			d := s.BusinessDate(today.At(0, time.UTC).Add(time.Duration(m*15-48*60) * time.Minute))
			require.GreaterOrEqual(t, d, last, "a day came back")
			last = d
		}
	})
}

func TestCheckClock(t *testing.T) {
	t.Parallel()
	s := tenant.Store{Zone: tenant.Shanghai, Cutover: tenant.Cutover}
	night := (today + 1).At(3*time.Hour, tenant.Shanghai) // still today
	require.NoError(t, s.CheckClock(tenant.Clock{From: today + 1, Zone: tenant.Shanghai}, night))
	require.ErrorIs(t, s.CheckClock(tenant.Clock{From: today, Zone: tenant.Shanghai}, night), tenant.ErrClockPassed)
	require.Error(t, s.CheckClock(tenant.Clock{From: today + 1, Cutover: 12*time.Hour + time.Minute}, night))
}

func TestMayBook(t *testing.T) {
	t.Parallel()
	at, closed := time.Now(), today+10
	for _, c := range []struct {
		name  string
		store tenant.Store
		on    kernel.BusinessDate
		want  error
	}{
		{"OK", tenant.Store{}, today, nil},
		{"Err suspended", tenant.Store{SuspendedAt: &at}, today, tenant.ErrStoreSuspended},
		{"OK before it closes", tenant.Store{ClosedOn: &closed}, today + 9, nil},
		{"Err its first day closed", tenant.Store{ClosedOn: &closed}, today + 10, tenant.ErrStoreClosed},
		{"Err works", tenant.Store{Closures: []tenant.Closure{{From: today, To: today + 2}}}, today + 2, tenant.ErrClosedForWorks},
		{"OK after works", tenant.Store{Closures: []tenant.Closure{{From: today, To: today + 2}}}, today + 3, nil},
	} {
		require.ErrorIs(t, c.store.MayBook(c.on), c.want, c.name)
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	friday := kernel.NewDate(2025, time.February, 28)
	h, err := tenant.CheckHours(tenant.OpeningHours{{5, 17 * 60, 26 * 60}, {5, 11 * 60, 14 * 60}, {1, 0, 24 * 60}})
	require.NoError(t, err)
	require.Equal(t, tenant.OpeningHours{{1, 0, 24 * 60}, {5, 11 * 60, 14 * 60}, {5, 17 * 60, 26 * 60}}, h, "in order")
	open := func(on kernel.BusinessDate, from, to int) bool {
		return h.Open(on, time.Duration(from)*time.Minute, time.Duration(to)*time.Minute)
	}
	require.True(t, open(friday, 10*60+30, 14*60+30), "lunch")
	require.False(t, open(friday, 14*60+30, 17*60), "tea")
	require.True(t, open(friday, 21*60, 28*60), "supper")
	require.False(t, open(friday, 26*60, 28*60), "after two")
	require.False(t, open(friday+1, 0, 28*60), "a day of rest")
	require.True(t, tenant.OpeningHours(nil).Open(friday+1, 0, 1), "not said")

	for name, bad := range map[string]tenant.OpeningHours{
		"weekday": {{0, 1, 2}}, "weekday 8": {{8, 1, 2}}, "closes first": {{1, 60, 60}}, "opens tomorrow": {{1, 1440, 1500}}, "more than a day": {{1, 60, 1501}},
		"overlap": {{1, 60, 120}, {1, 119, 200}}, "five": {{1, 0, 1}, {1, 1, 2}, {1, 2, 3}, {1, 3, 4}, {1, 4, 5}},
	} {
		_, err := tenant.CheckHours(bad)
		require.Equal(t, fault.Invalid, fault.KindOf(err), name)
	}
}

func TestClosure(t *testing.T) {
	t.Parallel()
	works := tenant.Closure{ID: kernel.UUID{1}, From: today + 2, To: today + 5, Reason: "后厨改造"}
	require.NoError(t, works.Check(today, []tenant.Closure{works, {ID: kernel.UUID{2}, From: today + 6, To: today + 6}}))
	require.ErrorIs(t, works.Check(today, []tenant.Closure{{ID: kernel.UUID{2}, From: today + 5, To: today + 9}}), tenant.ErrClosureOverlaps)
	for name, c := range map[string]tenant.Closure{
		"no reason": {From: today, To: today, Reason: " "}, "backwards": {From: today, To: today - 1, Reason: "x"},
		"too long": {From: today, To: today + 731, Reason: "x"}, "long ago": {From: today - 367, To: today, Reason: "x"},
	} {
		require.Equal(t, fault.Invalid, fault.KindOf(c.Check(today, nil)), name)
	}
	require.NoError(t, works.MayWithdraw(today+1))
	require.ErrorIs(t, works.MayWithdraw(today+2), tenant.ErrClosureBegun)
	for _, c := range []struct {
		name  string
		to    kernel.BusinessDate
		today kernel.BusinessDate
		ok    bool
	}{
		{"earlier", today + 3, today, true},
		{"later", today + 9, today, true},
		{"before it begins", today + 1, today, false},
		{"until yesterday", today + 3, today + 4, true},
		{"days that have passed", today + 2, today + 4, false},
		{"over for long, as it was", today + 5, today + 40, true},
		{"over for long, shorter", today + 4, today + 40, false},
	} {
		_, err := works.End(c.to, c.today, nil)
		require.Equal(t, c.ok, err == nil, "%s: %v", c.name, err)
	}
}

func TestCheckStoreInfo(t *testing.T) {
	t.Parallel()
	info, err := tenant.CheckStoreInfo(tenant.StoreInfo{Code: " S01 ", Name: " 友谊店", Address: "友谊路 8 号 "})
	require.NoError(t, err)
	require.Equal(t, tenant.StoreInfo{Code: "S01", Name: "友谊店", Address: "友谊路 8 号"}, info)
	_, err = tenant.CheckStoreInfo(tenant.StoreInfo{Code: "S 1", Name: "\n", Address: "a\nb"})
	var f *fault.Fault
	require.ErrorAs(t, err, &f)
	require.Len(t, f.Violations, 3, "each is named")
	for _, bad := range []string{"Local", "Asia/Xian", "../etc/passwd"} {
		_, err := tenant.ParseZone(bad)
		require.Equal(t, fault.Invalid, fault.KindOf(err), bad)
	}
}
