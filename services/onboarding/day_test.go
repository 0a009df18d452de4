package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
)

func TestParseDay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]customer.Day{
		"1980-05-06":    {Year: 1980, Month: 5, Day: 6},
		"1980/5/6":      {Year: 1980, Month: 5, Day: 6},
		"29347":         {Year: 1980, Month: 5, Day: 6},
		"1980年5月6日":     {Year: 1980, Month: 5, Day: 6},
		"5月6日":          {Month: 5, Day: 6},
		"05-06":         {Month: 5, Day: 6},
		"公历 1980-05-06": {Year: 1980, Month: 5, Day: 6},
		"农历1980年五月初六":   {Lunar: true, Year: 1980, Month: 5, Day: 6},
		"农历1974年闰四月廿八":  {Lunar: true, Year: 1974, Month: 4, Leap: true, Day: 28},
		"农历八月十五":        {Lunar: true, Month: 8, Day: 15},
		"腊月三十(农历)":      {Lunar: true, Month: 12, Day: 30},
		"阴历一九八〇年冬月二十一":  {Lunar: true, Year: 1980, Month: 11, Day: 21},
		"19800506（农历）":  {Lunar: true, Year: 1980, Month: 5, Day: 6},
		"农历正月初十":        {Lunar: true, Month: 1, Day: 10},
	} {
		got, ok := parseDay(text)
		require.True(t, ok, text)
		require.True(t, want == got, text)
	}
	for _, text := range []string{"", "春天", "1980", "五月", "农历", "13800138000", "初一", "1980-5-6-7"} {
		_, ok := parseDay(text)
		require.False(t, ok, text)
	}
}

// Whatever stands in a cell is a day or none, never a panic.
func FuzzParseDay(f *testing.F) {
	f.Add("农历1974年闰四月廿八")
	f.Add("1980-05-06")
	f.Fuzz(func(t *testing.T, text string) {
		if d, ok := parseDay(text); ok {
			_ = d.Exists()
		}
		_, _, _ = mendNumber(text)
		_ = MaskedNumber(text)
	})
}
