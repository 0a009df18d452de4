package ownership_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

func date(t require.TestingT, s string) kernel.BusinessDate {
	d, err := kernel.ParseDate(s)
	require.NoError(t, err)
	return d
}

func maybe(t require.TestingT, s string) *kernel.BusinessDate {
	if s == "" {
		return nil
	}
	d := date(t, s)
	return &d
}

// TestFirstPast walks the ends of months of 28, 29, 30 and 31 days.
func TestFirstPast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		since  string
		months int
		want   string
	}{
		{"2025-01-15", 3, "2025-04-16"},
		{"2025-01-30", 3, "2025-05-01"}, // 30 April still reaches back to 30 January
		{"2025-01-31", 3, "2025-05-01"},
		{"2025-02-27", 3, "2025-05-28"},
		{"2025-02-28", 3, "2025-06-01"}, // 28 to 31 May all reach back to it
		{"2024-02-28", 3, "2024-05-29"}, // of a leap year's February it is not the last
		{"2024-02-29", 3, "2024-06-01"},
		{"2025-04-30", 3, "2025-08-01"},
		{"2024-11-28", 3, "2025-03-01"},
		{"2024-11-29", 3, "2025-03-01"},
		{"2024-11-30", 3, "2025-03-01"},
		{"2023-11-28", 3, "2024-02-29"}, // into a leap February
		{"2023-11-29", 3, "2024-03-01"},
		{"2025-08-31", 6, "2026-03-01"},
		{"2024-02-29", 12, "2025-03-01"},
		{"2024-02-29", 24, "2026-03-01"},
		{"2025-12-31", 1, "2026-02-01"},
		{"2025-01-31", 1, "2025-03-01"},
	} {
		require.Equal(t, c.want, ownership.FirstPast(date(t, c.since), c.months).String(), "%s + %d", c.since, c.months)
	}
}

// TestDormancy: the day before the rule acts, and the day it does. A rule that
// is wrong by a day turns this red.
func TestDormancy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, start, visit, acts string }{
		{"nobody came", "2025-01-01", "", "2025-04-02"},
		{"visit of the first day", "2025-01-01", "2025-01-01", "2025-04-02"},
		{"a visit resets the clock", "2025-01-01", "2025-02-10", "2025-05-11"},
		{"a visit before the tie does not shorten it", "2025-03-05", "2024-12-01", "2025-06-06"},
		{"end of January", "2025-01-31", "", "2025-05-01"},
		{"end of February", "2024-12-01", "2025-02-28", "2025-06-01"},
		{"leap day", "2023-12-01", "2024-02-29", "2024-06-01"},
		{"end of November into February", "2024-11-30", "", "2025-03-01"},
		{"over the year's end", "2024-10-31", "", "2025-02-01"},
	} {
		tenure := ownership.Tenure{Start: date(t, c.start), LastVisit: maybe(t, c.visit)}
		acts := date(t, c.acts)

		kept, err := ownership.Dormancy(acts-1, tenure, 3)
		require.NoError(t, err)
		require.Nil(t, kept, c.name)

		lost, err := ownership.Dormancy(acts, tenure, 3)
		require.NoError(t, err)
		require.Equal(t, &ownership.DormancyEvidence{LastVisit: tenure.LastVisit, TieStart: tenure.Start}, lost, c.name)

		require.Equal(t, acts-1, tenure.SafeUntil(3), c.name)
		require.Zero(t, tenure.DaysLeft(acts-1, 3), c.name)
		require.Equal(t, 1, tenure.DaysLeft(acts-2, 3), c.name)
		require.Zero(t, tenure.DaysLeft(acts, 3), c.name)
	}
}

func TestDormancyRefuses(t *testing.T) {
	t.Parallel()
	day := date(t, "2025-06-01")
	for want, c := range map[error]struct {
		tenure ownership.Tenure
		months int
	}{
		ownership.ErrVisitAhead: {ownership.Tenure{Start: day - 200, LastVisit: &day}, 3},
		ownership.ErrTieAhead:   {ownership.Tenure{Start: day}, 3},
		ownership.ErrMonths:     {ownership.Tenure{Start: day - 200}, 0},
	} {
		_, err := ownership.Dormancy(day, c.tenure, c.months)
		require.ErrorIs(t, err, want)
	}
}

// anyDate is drawn from eight years with two leap days; ends of months come often.
func anyDate(t *rapid.T, label string) kernel.BusinessDate {
	m := kernel.Month(2023*12 + rapid.IntRange(0, 95).Draw(t, label+" month"))
	if rapid.Bool().Draw(t, label+" at the end") {
		return m.Last() - kernel.BusinessDate(rapid.IntRange(0, 3).Draw(t, label+" back"))
	}
	return m.First() + kernel.BusinessDate(rapid.IntRange(0, 27).Draw(t, label+" day"))
}

// TestSafeUntilIsTheVerdict: the closed form, and day by day the rule itself,
// say the same; and once lost, a file would stay lost.
func TestSafeUntilIsTheVerdict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tenure := ownership.Tenure{Start: anyDate(t, "start")}
		if rapid.Bool().Draw(t, "came") {
			v := tenure.Start + kernel.BusinessDate(rapid.IntRange(-400, 400).Draw(t, "visit"))
			tenure.LastVisit = &v
		}
		months := rapid.IntRange(ownership.MinMonths, ownership.MaxMonths).Draw(t, "months")
		until := tenure.SafeUntil(months)
		for d := until - 40; d < until+40; d++ {
			if d <= tenure.Since() {
				continue
			}
			lost, err := ownership.Dormancy(d, tenure, months)
			require.NoError(t, err)
			require.Equal(t, d > until, lost != nil, "%s", d)
		}
	})
}

// TestVisitsOnlyHelp: a later visit never brings the day of loss forward.
func TestVisitsOnlyHelp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start, a, b := anyDate(t, "start"), anyDate(t, "a"), anyDate(t, "b")
		a, b = min(a, b), max(a, b)
		months := rapid.IntRange(ownership.MinMonths, ownership.MaxMonths).Draw(t, "months")
		early := ownership.Tenure{Start: start, LastVisit: &a}.SafeUntil(months)
		late := ownership.Tenure{Start: start, LastVisit: &b}.SafeUntil(months)
		none := ownership.Tenure{Start: start}.SafeUntil(months)
		require.LessOrEqual(t, early, late)
		require.LessOrEqual(t, none, early)
	})
}

func TestWakeUp(t *testing.T) {
	t.Parallel()
	approved := date(t, "2025-01-31")
	for _, c := range []struct {
		name, previous, visit string
		woke                  bool
	}{
		{"first visit within the term of the approval", "", "2025-04-30", false},
		{"first visit after it", "", "2025-05-01", true},
		{"on the last active day", "2025-02-28", "2025-05-31", false},
		{"a day later", "2025-02-28", "2025-06-01", true},
		{"the day after", "2025-06-01", "2025-06-02", false},
	} {
		e, err := ownership.WakeUp(date(t, c.visit), maybe(t, c.previous), approved, 3)
		require.NoError(t, err)
		if !c.woke {
			require.Nil(t, e, c.name)
			continue
		}
		require.Equal(t, &ownership.WakeUpEvidence{Visit: date(t, c.visit), Previous: maybe(t, c.previous)}, e, c.name)
	}
	_, err := ownership.WakeUp(approved-1, nil, approved, 3)
	require.ErrorIs(t, err, ownership.ErrNotApproved)
	_, err = ownership.WakeUp(approved+9, maybe(t, "2025-02-09"), approved, 3)
	require.ErrorIs(t, err, ownership.ErrVisitAhead)
	_, err = ownership.WakeUp(approved, nil, approved, 25)
	require.ErrorIs(t, err, ownership.ErrMonths)
}

// TestLossMeansDormant ties the two rules together: a tie that LIF-03 cuts, with
// the approval at its start, belongs to a file whose next visit is a wake-up.
func TestLossMeansDormant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := anyDate(t, "start")
		tenure := ownership.Tenure{Start: start}
		if rapid.Bool().Draw(t, "came") {
			v := start + kernel.BusinessDate(rapid.IntRange(0, 300).Draw(t, "visit"))
			tenure.LastVisit = &v
		}
		months := rapid.IntRange(1, 24).Draw(t, "months")
		day := tenure.Since() + kernel.BusinessDate(rapid.IntRange(1, 900).Draw(t, "day"))
		lost, err := ownership.Dormancy(day, tenure, months)
		require.NoError(t, err)
		woke, err := ownership.WakeUp(day, tenure.LastVisit, start, months)
		require.NoError(t, err)
		require.Equal(t, lost != nil, woke != nil)
	})
}

func TestDueAt(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	urumqi, err := time.LoadLocation("Asia/Kashgar") // two hours behind
	require.NoError(t, err)
	day := date(t, "2025-03-01")
	rules := rulesOf(t, nil)

	require.Equal(t, "2025-03-01T05:00:00+08:00", ownership.DueAt(day, ownership.RunTime(rules), stores(shanghai, 4*time.Hour)).Format(time.RFC3339))
	both := append(stores(shanghai, 4*time.Hour), stores(urumqi, 4*time.Hour)...)
	require.Equal(t, "2025-03-01T07:00:00+08:00", ownership.DueAt(day, ownership.RunTime(rules), both).In(shanghai).Format(time.RFC3339))
	require.Equal(t, "2025-03-01T06:30:00+08:00", ownership.DueAt(day, ownership.RunTime(rules), stores(shanghai, 390*time.Minute)).Format(time.RFC3339), "not before the day has begun")
	early := rulesOf(t, map[string]int64{ownership.KeyRunTime: 0})
	require.Equal(t, "2025-03-01T04:00:00+08:00", ownership.DueAt(day, ownership.RunTime(early), stores(shanghai, 4*time.Hour)).Format(time.RFC3339))
}
