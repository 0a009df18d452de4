package customer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

var (
	idleStore = tenant.Store{Zone: tenant.Shanghai, Cutover: tenant.Cutover}
	idleTerms = customer.IdleTerms{First: 60, Last: 83, End: 90}
)

// DEL-02 day by day, in a store whose business day begins at 04:00.
func TestDecideIdle(t *testing.T) {
	t.Parallel()
	begun := time.Date(2025, 1, 2, 3, 59, 59, 0, tenant.Shanghai) // still the business day of 1 January
	at := func(d string, warned int, clock time.Time) customer.IdleStep {
		on := *day(d)
		e, err := customer.DecideIdle(on, on.At(5*time.Hour, tenant.Shanghai), customer.Idle{Clock: clock, Warned: warned}, idleStore, idleTerms)
		require.NoError(t, err)
		if e == nil {
			return customer.IdleNothing
		}
		require.Equal(t, e.Began+90+kernel.BusinessDate(e.Late), e.Ends)
		return e.Step
	}
	for _, c := range []struct {
		day    string
		warned int
		want   customer.IdleStep
	}{
		{"2025-03-01", 0, customer.IdleNothing},
		{"2025-03-02", 0, customer.IdleWarn},
		{"2025-03-02", 1, customer.IdleNothing},
		{"2025-03-24", 1, customer.IdleNothing},
		{"2025-03-25", 1, customer.IdleWarnEnd},
		{"2025-03-25", 0, customer.IdleWarn},
		{"2025-03-25", 2, customer.IdleNothing},
		{"2025-03-31", 2, customer.IdleNothing},
		{"2025-04-01", 2, customer.IdleDelete},
		{"2025-04-01", 1, customer.IdleWarnEnd},
		{"2025-04-01", 0, customer.IdleWarn},
	} {
		require.Equal(t, c.want, at(c.day, c.warned, begun), "%s %d", c.day, c.warned)
	}
	require.Equal(t, customer.IdleNothing, at("2025-04-01", 2, begun.Add(time.Second)), "after the cut-over it is a day younger")
	require.Equal(t, customer.IdleNothing, at("2025-04-01", 2, begun.Add(36*time.Hour)), "36 hours of waiting do not count")
	require.Equal(t, customer.IdleDelete, at("2025-04-03", 2, begun.Add(36*time.Hour)))
	_, err := customer.DecideIdle(*day("2024-12-31"), begun, customer.Idle{Clock: begun}, idleStore, idleTerms)
	require.Error(t, err)
	require.Equal(t, time.Date(2025, 1, 2, 4, 0, 0, 0, tenant.Shanghai), customer.BegunBefore(*day("2025-04-01"), 90, []tenant.Store{idleStore}).In(tenant.Shanghai))
}

// TestIdleIsWarnedTwice plays files under a system that begins to warn on some day,
// is off for random times and then catches up day by day: whoever loses a file was warned twice, by day,
// 30 and 7 days before at the least, and on no day earlier than the rule says; a
// system that is always there is to the day.
func TestIdleIsWarnedTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		began := kernel.NewDate(2025, time.January, 1) + kernel.BusinessDate(rapid.IntRange(0, 60).Draw(t, "began"))
		f := customer.Idle{Clock: began.At(time.Duration(rapid.IntRange(4*60, 28*60-1).Draw(t, "minute"))*time.Minute, tenant.Shanghai)}
		given := map[customer.IdleStep]kernel.BusinessDate{}
		var late bool
		next := began + kernel.BusinessDate(max(0, rapid.IntRange(-100, 300).Draw(t, "first run"))) // day to be run
		for today := next; given[customer.IdleDelete] == 0; today += kernel.BusinessDate(1 + max(0, rapid.IntRange(-20, 60).Draw(t, "off"))) {
			at := today.At(5*time.Hour, tenant.Shanghai)
			for ; next <= today && given[customer.IdleDelete] == 0; next++ {
				if !f.Clock.Before(customer.BegunBefore(next, []int{60, 83, 90}[f.Warned], []tenant.Store{idleStore})) {
					continue // what the query leaves out
				}
				e, err := customer.DecideIdle(next, at, f, idleStore, idleTerms)
				if err != nil || e == nil {
					t.Fatalf("day %s: %v, evidence %v", next, err, e)
				}
				if _, twice := given[e.Step]; twice {
					t.Fatalf("%s twice", e.Step)
				}
				given[e.Step], late = today, late || e.Late > 0
				if e.Step != customer.IdleDelete {
					f.Clock, f.Warned = e.Clock, f.Warned+1
					if e.Late != int(today-e.Began)-[]int{60, 83}[f.Warned-1] || e.Ends != today+[]kernel.BusinessDate{30, 7}[f.Warned-1] {
						t.Fatalf("evidence %+v on %s", e, today)
					}
				}
			}
		}
		first, last, end := given[customer.IdleWarn], given[customer.IdleWarnEnd], given[customer.IdleDelete]
		if first < began+60 || last < first+23 || end < last+7 {
			t.Fatalf("began %s, warned %s and %s, gone %s", began, first, last, end)
		}
		if !late && (first != began+60 || last != began+83) {
			t.Fatalf("on time: began %s, warned %s and %s, gone %s", began, first, last, end)
		}
	})
}
