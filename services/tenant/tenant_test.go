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

var (
	catalogue = tenant.Catalogue{
		{Key: "months", Rule: "LIF-03", Label: "多久未消费", Unit: "个月", Kind: tenant.Int, Min: 1, Max: 24, Default: 3, StoreMayOverride: true},
		{Key: "phs", Rule: "CUS-07", Label: "小灵通", Kind: tenant.Bool},
		{Key: "run", Rule: "LIF-03", Label: "任务时间", Kind: tenant.Time, Min: 0, Max: 1439, Default: 300},
	}
	store, other = kernel.StoreID{1}, kernel.StoreID{2}
	today        = kernel.NewDate(2025, time.February, 28)
)

func TestCatalogue(t *testing.T) {
	require.NoError(t, catalogue.Check())
	require.Error(t, append(catalogue, catalogue[0]).Check(), "twice")
	require.Error(t, tenant.Catalogue{{Key: "a", Kind: tenant.Int, Max: 3, Default: 4}}.Check(), "default out of range")
	require.Error(t, tenant.Catalogue{{Key: "a"}}.Check(), "no kind")
}

func TestRulesResolve(t *testing.T) {
	set := tenant.RuleSet{
		Version: 7, Values: tenant.Values{"months": 4},
		Stores: map[kernel.StoreID]tenant.Values{store: {"months": 6, "run": 60}},
	}
	r := tenant.NewRules(catalogue, set)
	require.EqualValues(t, 7, r.Version)
	require.EqualValues(t, 6, r.Int("months", store), "the store's own")
	require.EqualValues(t, 4, r.Int("months", other), "the chain's")
	require.EqualValues(t, 4, r.Int("months", kernel.StoreID{}))
	require.Equal(t, 5*time.Hour, r.TimeOfDay("run", store), "a value a store may not have is not looked at")
	require.False(t, r.Bool("phs", store))
	require.Panics(t, func() { r.Int("month", store) })
}

func TestInForce(t *testing.T) {
	first := tenant.FirstRuleSet(time.Now())
	planned := tenant.RuleSet{Version: 2, EffectiveOn: today + 30}
	sooner := tenant.RuleSet{Version: 3, EffectiveOn: today + 10}
	for _, c := range []struct {
		name string
		sets []tenant.RuleSet
		on   kernel.BusinessDate
		want int32
	}{
		{"version 1 counts for every day", []tenant.RuleSet{first}, kernel.NewDate(1999, time.January, 1), 1},
		{"the day before", []tenant.RuleSet{first, planned}, today + 29, 1},
		{"its first day", []tenant.RuleSet{first, planned}, today + 30, 2},
		{"a later version replaces what was planned", []tenant.RuleSet{first, planned, sooner}, today + 31, 3},
	} {
		got, ok := tenant.InForce(c.sets, c.on)
		require.True(t, ok)
		require.Equal(t, c.want, got.Version, c.name)
	}
	_, ok := tenant.InForce(nil, today)
	require.False(t, ok)
}

func TestDraft(t *testing.T) {
	stores := []tenant.Store{{ID: store}}
	draft := func(change func(d *tenant.Draft)) tenant.Draft {
		d := tenant.Draft{Base: 3, EffectiveOn: today + 1, Values: tenant.Values{"months": 24, "phs": 1, "run": 0}}
		change(&d)
		return d
	}
	for _, c := range []struct {
		name, reason string
		fields       int
		change       func(d *tenant.Draft)
	}{
		{"OK", "", 0, func(*tenant.Draft) {}},
		{"OK store", "", 0, func(d *tenant.Draft) { d.Stores = map[kernel.StoreID]tenant.Values{store: {"months": 1}} }},
		{"Err base", "rules.version_changed", 0, func(d *tenant.Draft) { d.Base = 2 }},
		{"Err today", "rules.date_passed", 0, func(d *tenant.Draft) { d.EffectiveOn = today }},
		{"Err key", "rules.unknown_key", 1, func(d *tenant.Draft) { d.Values["x"] = 1 }},
		{"Err store", "rules.unknown_key", 1, func(d *tenant.Draft) { d.Stores = map[kernel.StoreID]tenant.Values{other: {}} }},
		{"Err not the store's", "rules.unknown_key", 1, func(d *tenant.Draft) { d.Stores = map[kernel.StoreID]tenant.Values{store: {"run": 1}} }},
		{"Err range", "rules.out_of_range", 3, func(d *tenant.Draft) { d.Values = tenant.Values{"months": 25, "phs": 2, "run": -1} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := draft(c.change).Check(catalogue, 3, today, stores)
			if c.reason == "" {
				require.NoError(t, err)
				return
			}
			var f *fault.Fault
			require.ErrorAs(t, err, &f)
			require.Equal(t, c.reason, f.Reason)
			require.Len(t, f.Violations, c.fields)
		})
	}
}

// What a draft may hold, the resolver gives back, in every store.
func TestDraftIsWhatRulesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		months := rapid.Int64Range(1, 24).Draw(t, "months")
		own := rapid.Int64Range(1, 24).Draw(t, "own")
		d := tenant.Draft{EffectiveOn: today + 1, Values: tenant.Values{"months": months}, Stores: map[kernel.StoreID]tenant.Values{store: {"months": own}}}
		require.NoError(t, d.Check(catalogue, 0, today, []tenant.Store{{ID: store}}))
		r := tenant.NewRules(catalogue, tenant.RuleSet{Version: 1, Values: d.Values, Stores: d.Stores})
		require.Equal(t, own, r.Int("months", store))
		require.Equal(t, months, r.Int("months", other))
	})
}

func TestStoreBusinessDate(t *testing.T) {
	s := tenant.Store{Zone: tenant.Shanghai, Cutover: tenant.Cutover}
	night := time.Date(2025, 3, 1, 1, 30, 0, 0, tenant.Shanghai)
	require.Equal(t, today, s.BusinessDate(night), "a bill closed at 01:30 belongs to the evening before")
	require.Equal(t, today, s.BusinessDate(night.UTC()))
	require.Equal(t, today+1, s.BusinessDate(night.Add(150*time.Minute)), "04:00 begins the day")
}

func TestParseCode(t *testing.T) {
	code, err := tenant.ParseCode("  Demo ")
	require.NoError(t, err)
	require.Equal(t, "demo", code)
	for _, bad := range []string{"", "  ", "a b", "a\x00", "\xff", "12345678901234567890123456789012345678901"} {
		_, err := tenant.ParseCode(bad)
		require.ErrorIs(t, err, tenant.ErrBadCode, "%q", bad)
	}
}

func TestMealPeriod(t *testing.T) {
	for m := tenant.Lunch; m <= tenant.Supper; m++ {
		got, err := tenant.ParseMealPeriod(m.String())
		require.NoError(t, err)
		require.Equal(t, m, got)
	}
	_, err := tenant.ParseMealPeriod("")
	require.Error(t, err)
	require.False(t, tenant.MealPeriod(0).Valid())
}
