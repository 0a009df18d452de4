package ownership_test

import (
	"slices"
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
	day := date(t, "2025-02-28")
	all, one := ownership.Kinds, []ownership.Kind{ownership.KindDormancy}

	first := ownership.First(all, day)
	require.Equal(t, ownership.Step{Day: day, Kind: ownership.KindIncomplete}, first)
	second := ownership.Next(all, first)
	require.Equal(t, ownership.Step{Day: day, Kind: ownership.KindDormancy}, second)
	third := ownership.Next(all, second)
	require.Equal(t, ownership.Step{Day: day, Kind: ownership.KindWakeUp}, third)
	require.True(t, slices.IsSorted(all), "the newest run of a day is found by the text of its kind")
	require.Equal(t, ownership.Step{Day: day + 1, Kind: ownership.KindIncomplete}, ownership.Next(all, third))
	require.Equal(t, ownership.Step{Day: day + 1, Kind: ownership.KindDormancy}, ownership.Next(one, second))
	require.Equal(t, ownership.Step{Day: day + 1, Kind: ownership.KindDormancy}, ownership.Next(one, third), "a kind no longer in force")
	require.Equal(t, ownership.Step{Day: day + 1, Kind: ownership.KindIncomplete}, ownership.Next(all, ownership.Step{Day: day, Kind: "LIF-99"}))
	require.True(t, first.Before(second))
	require.False(t, second.Before(first))
	require.True(t, second.Before(ownership.Step{Day: day + 1, Kind: ownership.KindDormancy}))
}

func TestMonthsOfKinds(t *testing.T) {
	t.Parallel()
	r := rulesOf(t, tenant.Values{ownership.KeyDormantMonths: 6})
	require.Equal(t, 6, ownership.KindDormancy.Months(r, kernel.StoreID{}))
	require.Equal(t, 3, ownership.KindWakeUp.Months(r, kernel.StoreID{}), "LIF-13 goes by LIF-01's term")
}
