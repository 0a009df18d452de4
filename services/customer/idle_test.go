package customer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/tenant"
)

// DEL-02 day by day, in a store whose business day begins at 04:00.
func TestDecideIdle(t *testing.T) {
	t.Parallel()
	s := tenant.Store{Zone: tenant.Shanghai, Cutover: tenant.Cutover}
	terms := customer.IdleTerms{First: 60, Last: 83, End: 90}
	begun := time.Date(2025, 1, 2, 3, 59, 59, 0, tenant.Shanghai) // still the business day of 1 January
	at := func(d string, warned int, clock time.Time) customer.IdleStep {
		e, err := customer.DecideIdle(*day(d), customer.Idle{Clock: clock, Warned: warned}, s, terms)
		require.NoError(t, err)
		if e == nil {
			return customer.IdleNothing
		}
		require.Equal(t, e.Began+90, e.Ends)
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
		{"2025-03-25", 0, customer.IdleWarnEnd},
		{"2025-03-25", 2, customer.IdleNothing},
		{"2025-03-31", 2, customer.IdleNothing},
		{"2025-04-01", 2, customer.IdleDelete},
		{"2025-04-01", 0, customer.IdleDelete},
	} {
		require.Equal(t, c.want, at(c.day, c.warned, begun), "%s %d", c.day, c.warned)
	}
	require.Equal(t, customer.IdleNothing, at("2025-04-01", 2, begun.Add(time.Second)), "after the cut-over it is a day younger")
	require.Equal(t, customer.IdleNothing, at("2025-04-01", 2, begun.Add(36*time.Hour)), "36 hours of waiting do not count")
	require.Equal(t, customer.IdleDelete, at("2025-04-03", 2, begun.Add(36*time.Hour)))
	_, err := customer.DecideIdle(*day("2024-12-31"), customer.Idle{Clock: begun}, s, terms)
	require.Error(t, err)
	require.Equal(t, time.Date(2025, 1, 2, 4, 0, 0, 0, tenant.Shanghai), customer.BegunBefore(*day("2025-04-01"), 90, []tenant.Store{s}).In(tenant.Shanghai))
}
