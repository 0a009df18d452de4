package ownership_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

func rulesOf(t *testing.T, values tenant.Values) tenant.Rules {
	t.Helper()
	c := append(tenant.Catalogue{}, append(customer.RuleFields, ownership.RuleFields...)...)
	require.NoError(t, c.Check())
	return tenant.NewRules(c, tenant.RuleSet{Version: 7, Values: values})
}

func stores(zone *time.Location, cutover time.Duration) []tenant.Store {
	return []tenant.Store{{ID: kernel.NewID[kernel.StoreID](time.Unix(0, 0)), Zone: zone, Cutover: cutover}}
}

func TestChain(t *testing.T) {
	t.Parallel()
	all, one := ownership.Kinds, []ownership.Kind{ownership.KindDormancy}
	months := []ownership.Kind{ownership.KindShare, ownership.KindAdoption}
	walk := func(kinds []ownership.Kind, from ownership.Step, n int) (out []string) {
		for s := from; len(out) < n; s = ownership.Next(kinds, s) {
			out = append(out, s.Day.String()[5:]+" "+string(s.Kind))
		}
		return out
	}
	last := date(t, "2024-02-29")
	require.Equal(t, []string{
		"02-29 DEL-02", "02-29 LIF-14", "02-29 QTA-04", "02-29 HND-05", "02-29 LIF-05", "02-29 LIF-03", "02-29 LIF-13", "02-29 LIF-10", "02-29 RUL-09",
		"03-01 DEL-02", "03-01 LIF-14", "03-01 QTA-04", "03-01 LIF-07", "03-01 LIF-04", "03-01 HND-05", "03-01 LIF-05", "03-01 LIF-03", "03-01 LIF-13", "03-01 LIF-10", "03-01 RUL-09", "03-02 DEL-02",
	}, walk(all, ownership.First(all, last), 21))
	require.Equal(t, []string{"02-29 LIF-03", "03-01 LIF-03", "03-02 LIF-03"}, walk(one, ownership.First(one, last), 3))
	require.Equal(t, []string{"03-01 LIF-07", "03-01 LIF-04", "04-01 LIF-07", "04-01 LIF-04", "05-01 LIF-07"}, walk(months, ownership.First(months, last), 5))

	day := date(t, "2025-03-01")
	require.Equal(t, ownership.Step{Day: day, Kind: ownership.KindIncomplete}, ownership.Begin(all, day))
	require.Equal(t, ownership.Step{Day: day, Kind: ownership.KindDormancy}, ownership.Begin([]ownership.Kind{ownership.KindAdoption, ownership.KindDormancy}, day), "no month before the first day is closed")
	require.Equal(t, ownership.Step{Day: date(t, "2025-04-01"), Kind: ownership.KindAdoption}, ownership.Begin(months, day))
	require.Equal(t, ownership.Step{Day: day + 1, Kind: ownership.KindDormancy}, ownership.Next(one, ownership.Step{Day: day, Kind: ownership.KindWakeUp}), "a kind no longer in force")
	require.Equal(t, ownership.Step{Day: day + 1, Kind: ownership.KindIncomplete}, ownership.Next(all, ownership.Step{Day: day, Kind: "LIF-99"}))
	for i, k := range all {
		for j, l := range all {
			require.Equal(t, i < j, ownership.Step{Day: day, Kind: k}.Before(ownership.Step{Day: day, Kind: l}))
			require.True(t, ownership.Step{Day: day, Kind: k}.Before(ownership.Step{Day: day + 1, Kind: l}))
		}
	}
}

func TestMonthsOfKinds(t *testing.T) {
	t.Parallel()
	r := rulesOf(t, tenant.Values{ownership.KeyDormantMonths: 6})
	require.Equal(t, 6, ownership.KindDormancy.Months(r, kernel.StoreID{}))
	require.Equal(t, 3, ownership.KindWakeUp.Months(r, kernel.StoreID{}), "LIF-13 goes by LIF-01's term")
}
