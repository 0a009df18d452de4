package quota_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/quota"
)

func TestPhase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day          string
		score, final int64
		month, want  string
	}{
		{"2025-03-01", 1, 5, "2025-02", "provisional"},
		{"2025-03-04", 1, 5, "2025-02", "provisional"},
		{"2025-03-05", 1, 5, "2025-02", "final"},
		{"2025-03-06", 1, 5, "2025-02", ""},
		{"2025-02-28", 1, 5, "2025-01", ""},
		{"2026-01-01", 1, 5, "2025-12", "provisional"},
		{"2025-03-01", 3, 3, "2025-02", ""},
		{"2025-03-03", 3, 3, "2025-02", "final"},
		{"2025-03-04", 3, 3, "2025-02", ""},
	} {
		m, s, ok := quota.Phase(date(c.day), c.score, c.final)
		require.Equal(t, c.month, m.String(), c.day)
		require.Equal(t, c.want, string(s), c.day)
		require.Equal(t, c.want != "", ok, c.day)
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	target := func(h quota.Hundredths) *quota.Hundredths { return &h }
	percent := func(n int64) *int64 { return &n }
	for _, c := range []struct {
		line    quota.Line
		missing int64
		percent *int64
	}{
		{quota.Line{Counted: 4}, 0, nil},
		{quota.Line{Target: target(0), Counted: 0}, 0, nil},
		{quota.Line{Target: target(2000), Counted: 0}, 20, percent(0)},
		{quota.Line{Target: target(2000), Counted: 20}, 0, percent(100)},
		{quota.Line{Target: target(2133), Counted: 21}, 1, percent(98)},
		{quota.Line{Target: target(2001), Counted: 20}, 1, percent(99)},
		{quota.Line{Target: target(107), Counted: 3}, 0, percent(280)},
	} {
		require.Equal(t, c.missing, c.line.Missing(), "%+v", c.line)
		require.Equal(t, c.percent, c.line.Percent(), "%+v", c.line)
	}
}

// What is missing is the least number that reaches the target.
func TestMissingIsEnough(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		h := quota.Hundredths(rapid.Int64Range(1, 100_00).Draw(r, "target"))
		l := quota.Line{Target: &h, Counted: rapid.Int64Range(0, 120).Draw(r, "counted")}
		missing := l.Missing()
		l.Counted += missing
		require.GreaterOrEqual(r, *l.Percent(), int64(100))
		if missing > 0 {
			l.Counted--
			require.Less(r, *l.Percent(), int64(100))
		}
	})
}
