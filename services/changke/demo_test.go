package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

// Whatever day a demo is made on, its guests were lost in the last week, when a
// loss can still be contested (LIF-11), or are about to be, and not today.
func TestStoryOnEveryDay(t *testing.T) {
	t.Parallel()
	lost := append(append([]storyGuest{storyAppealed, storyRestored}, storyContested...), storyLate...)
	for today := kernel.NewDate(2023, time.December, 1); today < kernel.NewDate(2028, time.March, 5); today++ {
		for _, g := range lost {
			ago := int(today - ownership.FirstPast(g.lastDinner(today), demoMonths))
			require.True(t, ago >= 1 && ago <= 6, "%s: %s was lost %d days ago", today, g.name, ago)
		}
		for _, g := range storyLate {
			taken, bill := ownership.FirstPast(g.lastDinner(today), demoMonths), today-kernel.BusinessDate(g.ago)-4
			require.True(t, bill < taken && bill > g.lastDinner(today), "%s: the bill of %s was found late", today, g.name)
		}
		for _, g := range storyRisky {
			left := int(ownership.FirstPast(g.lastDinner(today), demoMonths) - today)
			require.True(t, left >= -g.ago && left <= 3-g.ago, "%s: %s has %d days left", today, g.name, left)
		}
	}
}

// The demo's files are whole on the days on which months and years turn.
func TestDemoFilesOnDaysThatTurn(t *testing.T) {
	t.Parallel()
	last, err := kernel.ParseMonth("2025-12")
	require.NoError(t, err)
	for _, on := range []string{"2026-12-31", "2027-01-01", "2027-01-02", "2027-02-28", "2027-03-01", "2027-05-29", "2027-05-31", "2028-02-29", "2028-03-31"} {
		today, err := kernel.ParseDate(on)
		require.NoError(t, err)
		dir := t.TempDir()
		require.NoError(t, (shifted{months: int(today.Month() - last), until: today - 1}).write(os.DirFS(golden), dir))
		require.NoError(t, tellStory(dir, today))
		facts, err := demoFacts(os.DirFS(dir))
		require.NoError(t, err, on)
		require.Equal(t, today-1, facts.Span.To, on)
		require.NotEmpty(t, facts.Bills)
	}
}
