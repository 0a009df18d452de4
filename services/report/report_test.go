package report_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/report"
)

// TestSoonIsTheRule: the limit that SQL compares with shows exactly the ties
// whose last safe day, by LIF-03 itself, is at most so many days ahead.
func TestSoonIsTheRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		today := kernel.NewDate(2023, time.January, 1) + kernel.BusinessDate(rapid.IntRange(0, 1500).Draw(t, "today"))
		months := rapid.IntRange(ownership.MinMonths, ownership.MaxMonths).Draw(t, "months")
		days := rapid.IntRange(1, 60).Draw(t, "days")
		since := today.MinusMonths(months) + kernel.BusinessDate(rapid.IntRange(-5, 70).Draw(t, "since"))
		until := ownership.Tenure{Start: since}.SafeUntil(months)
		require.Equal(t, until-today <= kernel.BusinessDate(days), since < report.SoonBefore(today, months, days))
	})
}

func TestTrend(t *testing.T) {
	t.Parallel()
	months := report.Trend(kernel.NewDate(2025, time.February, 28))
	require.Len(t, months, 12)
	require.Equal(t, "2024-03", months[0].String())
	require.Equal(t, "2025-02", months[11].String())
}
