package customer_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

type D = customer.Day

func lunar(year, month, day int) D { return D{Lunar: true, Year: year, Month: month, Day: day} }

func leap(year, month, day int) D {
	return D{Lunar: true, Year: year, Month: month, Leap: true, Day: day}
}

func solar(year, month, day int) D { return D{Year: year, Month: month, Day: day} }

// Days of the almanac, read off printed calendars.
func TestLunarDays(t *testing.T) {
	t.Parallel()
	for on, want := range map[string]D{
		"1900-01-31": lunar(1900, 1, 1), "1949-10-01": lunar(1949, 8, 10), "1976-09-24": leap(1976, 8, 1), "1984-11-23": leap(1984, 10, 1), "2000-02-04": lunar(1999, 12, 29),
		"2000-02-05": lunar(2000, 1, 1), "2020-05-23": leap(2020, 4, 1), "2020-06-20": leap(2020, 4, 29), "2020-06-21": lunar(2020, 5, 1), "2023-01-22": lunar(2023, 1, 1),
		"2023-03-22": leap(2023, 2, 1), "2024-02-09": lunar(2023, 12, 30), "2024-02-10": lunar(2024, 1, 1), "2025-01-28": lunar(2024, 12, 29), "2025-01-29": lunar(2025, 1, 1),
		"2025-07-25": leap(2025, 6, 1), "2026-02-17": lunar(2026, 1, 1), "2026-12-03": lunar(2026, 10, 25), "2033-12-22": leap(2033, 11, 1), "2034-02-19": lunar(2034, 1, 1),
	} {
		d := date(t, on)
		require.Equal(t, want, customer.LunarDayOf(d), on)
		back, told := want.Solar()
		require.True(t, told, on)
		require.Equal(t, d, back, on)
	}
}

func TestDaysThatAre(t *testing.T) {
	t.Parallel()
	today := date(t, "2026-11-22")
	for _, d := range []D{
		solar(1980, 2, 29), solar(0, 2, 29), solar(0, 12, 31), solar(1900, 1, 1), solar(2026, 11, 22), lunar(1984, 10, 30), leap(1984, 10, 29), lunar(0, 12, 30), lunar(0, 1, 1), leap(0, 4, 29), leap(2020, 4, 29),
		lunar(2023, 12, 30),
	} {
		require.Nil(t, d.Check("birthday", today), d.Text())
	}
	// What is no day, and a part of the sentence that must say why.
	for _, x := range []struct {
		d   D
		why string
	}{
		{solar(1981, 2, 29), "1981年2月只有 28 天"},
		{solar(0, 2, 30), "2月只有 29 天"},
		{solar(1980, 4, 31), "4月只有 30 天"},
		{solar(0, 6, 31), "6月只有 30 天"},
		{solar(2026, 11, 23), "还没有到"},
		{solar(2099, 1, 1), "还没有到"},
		{lunar(2026, 12, 1), "还没有到"},
		{solar(1899, 12, 31), "1900 年"},
		{solar(26, 1, 1), "1900 年"},
		{solar(2101, 1, 1), "2100 年"},
		{solar(1980, 0, 1), "月份"},
		{solar(1980, 13, 1), "月份"},
		{solar(1980, 1, 0), "日子"},
		{solar(1980, 1, 32), "日子"},
		{D{}, "月份"},
		{lunar(1980, -4, 1), "月份"},
		{D{Year: 1980, Month: 4, Leap: true, Day: 1}, "公历没有闰月"},
		{leap(1980, 4, 1), "没有闰月"},
		{leap(2023, 5, 1), "闰的是二月，不是五月"},
		{leap(0, 1, 1), "没有闰正月"},
		{leap(0, 12, 1), "没有闰腊月"},
		{lunar(2024, 12, 30), "农历2024年腊月只有二十九天"},
		{leap(2020, 4, 30), "农历2020年闰四月只有二十九天"},
		{lunar(0, 5, 31), "最多三十天"},
		{lunar(1980, 5, 31), "只有"},
	} {
		found := x.d.Check("birthday", today)
		require.NotNil(t, found, "%+v", x)
		require.Equal(t, "CUS-09", found.Rule)
		require.Equal(t, "birthday", found.Field)
		require.Contains(t, found.Message, x.why)
	}
}

func TestNextReturn(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		d          D
		from, want string
		why        string
	}{
		{solar(1974, 6, 18), "2026-06-18", "2026-06-18", "today counts"},
		{solar(1974, 6, 18), "2026-06-19", "2027-06-18", "the next year"},
		{solar(0, 12, 31), "2026-11-22", "2026-12-31", "without a year"},
		{solar(2027, 5, 1), "2026-11-22", "2027-05-01", "a wedding that lies ahead"},
		{solar(1980, 2, 29), "2027-01-01", "2027-02-28", "29 February in a common year"},
		{solar(1980, 2, 29), "2028-01-01", "2028-02-29", "and in a leap year"},
		{solar(1980, 2, 29), "2027-03-01", "2028-02-29", "the 28th has gone"},
		{lunar(1974, 10, 25), "2026-11-22", "2026-12-03", "冬月前"},
		{lunar(0, 1, 1), "2026-02-18", "2027-02-06", "spring festival has gone"},
		{lunar(0, 12, 30), "2025-01-01", "2025-01-28", "腊月 of 29 days: 除夕"},
		{lunar(2023, 12, 30), "2024-02-09", "2024-02-09", "腊月 of 30 days"},
		{lunar(0, 12, 29), "2024-01-01", "2024-02-08", "the 29th is not 除夕 there"},
		{leap(2020, 4, 1), "2021-01-01", "2021-05-12", "no 闰四月: kept in 四月"},
		{leap(1963, 4, 5), "2020-05-01", "2020-05-27", "闰四月 there is: not the plain one on 27 April"},
		{lunar(1963, 4, 5), "2020-05-01", "2021-05-16", "the plain month is not kept twice"},
		{leap(0, 6, 30), "2025-01-01", "2025-08-22", "闰六月 of 29 days"},
		{lunar(1980, 11, 20), "2026-12-31", "2027-12-17", "a lunar day of the end of the year"},
	} {
		require.Equal(t, x.want, x.d.Next(date(t, x.from)).String(), "%s from %s: %s", x.d.Text(), x.from, x.why)
	}
}

// The next return is never past, within 385 days, and on the day it says.
func TestNextReturnProperty(t *testing.T) {
	t.Parallel()
	first, last := kernel.NewDate(1901, time.January, 1), kernel.NewDate(2099, time.December, 31)
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay(t)
		if !d.Exists() {
			return
		}
		from := kernel.BusinessDate(rapid.IntRange(int(first), int(last)).Draw(t, "from"))
		next := d.Next(from)
		was, told := d.Solar()
		switch {
		case next < from:
			t.Fatalf("%s is kept on %s, before %s", d.Text(), next, from)
		case told && was >= from:
			if next != was {
				t.Fatalf("%s lies ahead of %s, kept on %s", d.Text(), from, next)
			}
			return
		case next-from > 385:
			t.Fatalf("%s is kept on %s, more than a year after %s", d.Text(), next, from)
		}
		kept := customer.SolarDay(next)
		if d.Lunar {
			kept = customer.LunarDayOf(next)
		}
		if kept.Month != d.Month || kept.Day != d.Day && (kept.Day < 28 || kept.Day > d.Day) || kept.Leap && !d.Leap {
			t.Fatalf("%s is kept on %s", d.Text(), kept.Text())
		}
		if d.Next(next) != next {
			t.Fatalf("%s is not kept on the day it is", d.Text())
		}
	})
}

// A lunar date and the day it was are two names of one day; JSON keeps it.
func TestDayRoundTripProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		on := kernel.BusinessDate(rapid.IntRange(int(kernel.NewDate(1900, time.February, 1)), int(kernel.NewDate(2100, time.December, 1))).Draw(t, "on"))
		for _, d := range []D{customer.SolarDay(on), customer.LunarDayOf(on)} {
			if back, told := d.Solar(); !told || back != on {
				t.Fatalf("%s is %s, not %s", d.Text(), back, on)
			}
		}
		d := anyDay(t)
		text, err := json.Marshal(d)
		var back D
		if err != nil || json.Unmarshal(text, &back) != nil || back != d {
			t.Fatalf("%s came back as %#v", text, back)
		}
	})
}

func anyDay(t *rapid.T) D {
	d := D{Lunar: rapid.Bool().Draw(t, "lunar"), Month: rapid.IntRange(1, 12).Draw(t, "month"), Day: rapid.IntRange(1, 31).Draw(t, "day")}
	if rapid.Bool().Draw(t, "told") {
		d.Year = rapid.IntRange(1900, 2100).Draw(t, "year")
	}
	d.Leap = d.Lunar && rapid.IntRange(0, 3).Draw(t, "leap") == 0
	return d
}

func TestDayTexts(t *testing.T) {
	t.Parallel()
	require.Equal(t, "农历1984年闰十月廿九", leap(1984, 10, 29).Text())
	require.Equal(t, "农历腊月三十", lunar(0, 12, 30).Text())
	require.Equal(t, "1974年6月18日", solar(1974, 6, 18).Text())
	require.Equal(t, "6月18日", solar(0, 6, 18).Text())
	var old D
	require.NoError(t, json.Unmarshal([]byte(`"1980-06-01"`), &old), "as birthdays were stored before")
	require.Equal(t, solar(1980, 6, 1), old)
	require.Error(t, json.Unmarshal([]byte(`"1980-06-31"`), &old))
	d := leap(1984, 10, 29)
	for _, format := range []string{"%v", "%+v", "%s", "%#v"} {
		require.NotRegexp(t, `\d`, fmt.Sprintf(format, d), "a birthday never prints itself")
		require.NotRegexp(t, `\d{4}`, fmt.Sprintf(format, &d))
	}
}

func date(t testing.TB, s string) kernel.BusinessDate {
	t.Helper()
	d, err := kernel.ParseDate(s)
	require.NoError(t, err)
	return d
}
