package ownership_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

// TestBrakeHolds: more than the share, and more than so many times the average.
func TestBrakeHolds(t *testing.T) {
	t.Parallel()
	b := ownership.Brake{Percent: 5, Times: 2}
	for _, c := range []struct {
		l    ownership.Load
		want bool
	}{
		{ownership.Load{Releases: 5, Ties: 100}, false},
		{ownership.Load{Releases: 6, Ties: 100}, true},
		{ownership.Load{Releases: 6, Ties: 100, Runs: 6, Released: 18}, false}, // exactly twice
		{ownership.Load{Releases: 7, Ties: 100, Runs: 6, Released: 18}, true},
		{ownership.Load{Releases: 6, Ties: 100, Runs: 2, Released: 6}, false},
		{ownership.Load{Releases: 0, Ties: 0}, false},
	} {
		require.Equal(t, c.want, b.Holds(c.l), "%+v", c.l)
	}
}

// TestClosedDays: LIF-03 acts on the day after so many open days more as were
// closed; counting day by day says the same.
func TestClosedDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		start := kernel.NewDate(2025, 1, 1) + kernel.BusinessDate(rapid.IntRange(0, 400).Draw(r, "start"))
		months := rapid.IntRange(1, 4).Draw(r, "months")
		from := start + kernel.BusinessDate(rapid.IntRange(-20, 150).Draw(r, "from"))
		works := tenant.Closure{From: from, To: from + kernel.BusinessDate(rapid.IntRange(0, 60).Draw(r, "days"))}
		tenure := ownership.Tenure{Start: start, Closed: []tenant.Closure{works}}
		open, need := kernel.BusinessDate(0), ownership.FirstPast(start, months)-start
		day := start + 1
		for ; open < need-1; day++ {
			if !works.Covers(day) {
				open++
			}
		}
		require.Equal(r, day-1, tenure.SafeUntil(months))
		kept, err := ownership.Dormancy(day-1, tenure, months)
		require.NoError(r, err)
		require.Nil(r, kept)
		lost, err := ownership.Dormancy(day, tenure, months)
		require.NoError(r, err)
		require.NotNil(r, lost)
	})
}

// TestClockStart: only ties that were taken over wait for go-live (RUL-06).
func TestClockStart(t *testing.T) {
	t.Parallel()
	day := kernel.NewDate(2025, 5, 1)
	store := tenant.Store{LiveOn: new(day)}
	require.Equal(t, day, ownership.ClockStart(ownership.OriginImport, day-300, store))
	require.Equal(t, day+1, ownership.ClockStart(ownership.OriginImport, day+1, store))
	require.Equal(t, day-300, ownership.ClockStart(ownership.OriginApproval, day-300, store))
	require.Equal(t, day-300, ownership.ClockStart(ownership.OriginImport, day-300, tenant.Store{}))
}
