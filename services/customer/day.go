package customer

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/changke/changke/services/kernel"
)

// Day is a date as a guest tells it: solar or lunar (农历), often without its
// year (CUS-09). It prints itself masked: logs and errors never give a birthday
// away; only Text does.
type Day struct {
	Lunar bool `json:"lunar,omitempty"`
	Year  int  `json:"year,omitempty"` // 0: not told; a lunar one is the year its 正月 lies in
	Month int  `json:"month"`          // 1 to 12
	Leap  bool `json:"leap,omitempty"` // 闰月: the second of two lunar months of a number
	Day   int  `json:"day"`            // of the month, from 1
}

// Years a date may lie in.
const (
	firstYear = 1900
	lastYear  = 2100
	yearsOn   = 2 // how far ahead an anniversary may be entered: the wedding they are planning
)

// SolarDay is a solar date with its year.
func SolarDay(d kernel.BusinessDate) Day {
	t := d.Time()
	return Day{Year: t.Year(), Month: int(t.Month()), Day: t.Day()}
}

// LunarDayOf is the lunar date of a day.
func LunarDayOf(d kernel.BusinessDate) Day {
	year := d.Time().Year()
	if d < lunarYear(year)[0].first {
		year--
	}
	months := lunarYear(year)
	m := months[0]
	for _, next := range months[1:] {
		if d < next.first {
			break
		}
		m = next
	}
	return Day{Lunar: true, Year: year, Month: m.number, Leap: m.leap, Day: int(d-m.first) + 1}
}

// Solar is the day it was; false when its year is not told or it does not exist.
func (d Day) Solar() (kernel.BusinessDate, bool) {
	if d.Year == 0 || !d.Exists() {
		return 0, false
	}
	return d.in(d.Year), true
}

// Next is the first day, not before from, on which the date is kept: itself
// while it still lies ahead, else its return each year.
//
//   - 29 February: in other years on the 28th.
//   - The 30th of a lunar month: on the 29th where the month has no more (腊月三十
//     is 除夕 all the same).
//   - A leap month: in it where the year has it, else in the month it repeats. A
//     date of the plain month stays in the plain one, which comes first.
//
// The date must exist: see Check.
func (d Day) Next(from kernel.BusinessDate) kernel.BusinessDate {
	if first, ok := d.Solar(); ok && first > from {
		return first
	}
	// A lunar year ends in the solar year that follows it.
	for year := from.Time().Year() - 1; ; year++ {
		if on := d.in(year); on >= from {
			return on
		}
	}
}

// in is the day on which the date is kept in a year of its calendar.
func (d Day) in(year int) kernel.BusinessDate {
	if !d.Lunar {
		return kernel.NewDate(year, time.Month(d.Month), min(d.Day, solarDays(year, d.Month)))
	}
	m, ok := findMonth(year, d.Month, d.Leap)
	if !ok {
		m, _ = findMonth(year, d.Month, false)
	}
	return m.first + kernel.BusinessDate(min(d.Day, m.days)-1)
}

// Check says what is wrong with a date of a field, nil = nothing: it must exist
// and lie between 1900 and latest, a birthday's being today.
func (d Day) Check(field string, latest kernel.BusinessDate) *Finding {
	why := d.whyNot()
	if why == "" {
		if on, told := d.Solar(); told && on > latest {
			why = "这一天还没有到，请核对年份。"
		}
	}
	if why == "" {
		return nil
	}
	return &Finding{Field: field, Rule: "CUS-09", Message: why}
}

// Exists reports whether there is, or in some year was, such a date.
func (d Day) Exists() bool { return d.whyNot() == "" }

// whyNot says why there is no such date, or "".
func (d Day) whyNot() string {
	switch {
	case d.Year != 0 && (d.Year < firstYear || d.Year > lastYear):
		return fmt.Sprintf("年份应在 %d 年到 %d 年之间；客人没说年份就留空。", firstYear, lastYear)
	case d.Month < 1 || d.Month > 12:
		return "请选择月份。"
	case d.Day < 1 || d.Day > 31:
		return "请选择日子。"
	case !d.Lunar && d.Leap:
		return "公历没有闰月，请去掉“闰”或改选农历。"
	case d.Lunar && d.Year == 0:
		return d.everExists()
	case d.Lunar:
		return d.lunarExists()
	}
	year := d.Year
	if year == 0 {
		year = 2000 // a leap year: 29 February may be
	}
	if n := solarDays(year, d.Month); d.Day > n {
		when := fmt.Sprintf("%d月", d.Month)
		if d.Year != 0 && d.Month == 2 {
			when = fmt.Sprintf("%d年2月", d.Year)
		}
		return fmt.Sprintf("%s只有 %d 天，请核对日子。", when, n)
	}
	return ""
}

// lunarExists judges a lunar date with its year.
func (d Day) lunarExists() string {
	m, ok := findMonth(d.Year, d.Month, d.Leap)
	switch leap := leapMonth(d.Year); {
	case !ok && leap == 0:
		return fmt.Sprintf("农历%d年没有闰月，请去掉“闰”或核对年份。", d.Year)
	case !ok:
		return fmt.Sprintf("农历%d年闰的是%s，不是%s，请核对。", d.Year, lunarMonths[leap], lunarMonths[d.Month])
	case d.Day > m.days:
		return fmt.Sprintf("农历%d年%s只有%s，请核对日子。", d.Year, d.monthText(), dayCount(m.days))
	}
	return ""
}

// everExists judges a lunar date without its year: one of the years since 1900
// must have had it.
func (d Day) everExists() string {
	most := 30
	if d.Leap {
		if most = longestLeap()[d.Month]; most == 0 {
			return fmt.Sprintf("近百年没有闰%s，请去掉“闰”或核对月份。", lunarMonths[d.Month])
		}
	}
	if d.Day > most {
		return fmt.Sprintf("农历%s最多%s，请核对日子。", d.monthText(), dayCount(most))
	}
	return ""
}

func solarDays(year, month int) int {
	return int(kernel.NewDate(year, time.Month(month+1), 1) - kernel.NewDate(year, time.Month(month), 1))
}

// UnmarshalJSON also reads 1980-06-01, as birthdays were stored before.
func (d *Day) UnmarshalJSON(text []byte) error {
	var solar kernel.BusinessDate
	if len(text) > 0 && text[0] == '"' {
		err := json.Unmarshal(text, &solar)
		*d = SolarDay(solar)
		return err
	}
	type plain Day
	return json.Unmarshal(text, (*plain)(d))
}

// String is masked: what kind of date it is, not which.
func (d Day) String() string {
	if d.Lunar {
		return "农历**月**日"
	}
	return "**月**日"
}

// GoString is masked, so that %#v leaks nothing either.
func (d Day) GoString() string { return d.String() }

// LogValue is masked.
func (d Day) LogValue() slog.Value { return slog.StringValue(d.String()) }

// Text is the date in clear, as Chinese write it: 1974年6月18日, 农历1974年闰四月廿八,
// 6月18日. Dates that differ read differently, those that never were too.
func (d Day) Text() string {
	year, leap := "", ""
	if d.Year != 0 {
		year = fmt.Sprintf("%d年", d.Year)
	}
	if d.Leap {
		leap = "闰"
	}
	switch {
	case !d.Lunar:
		return fmt.Sprintf("%s%s%d月%d日", year, leap, d.Month, d.Day)
	case d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 30:
		return fmt.Sprintf("农历%s%s%d月%d日", year, leap, d.Month, d.Day)
	}
	return "农历" + year + leap + lunarMonths[d.Month] + lunarDays[d.Day]
}
