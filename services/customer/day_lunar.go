package customer

import (
	"math"
	"sync"

	"github.com/6tail/lunar-go/calendar"

	"github.com/changke/changke/services/kernel"
)

// lunarMonth is a month of a lunar year.
type lunarMonth struct {
	number int // 1 to 12
	leap   bool
	first  kernel.BusinessDate // 初一
	days   int                 // 29 or 30
}

// julianEpoch is the Julian day of 1 January 1970.
const julianEpoch = 2440588

var lunarYears sync.Map // int → []lunarMonth

// lunarYear gives the months of a lunar year in their order, 12 or 13. The
// astronomy is lunar-go's; half a millisecond, once a year of a process's life.
func lunarYear(year int) []lunarMonth {
	if months, ok := lunarYears.Load(year); ok {
		return months.([]lunarMonth)
	}
	months := []lunarMonth{}
	for e := calendar.NewLunarYear(year).GetMonthsInYear().Front(); e != nil; e = e.Next() {
		m := e.Value.(*calendar.LunarMonth)
		number := m.GetMonth() // negative: a leap month
		months = append(months, lunarMonth{
			number: max(number, -number), leap: number < 0, days: m.GetDayCount(),
			first: kernel.BusinessDate(math.Round(m.GetFirstJulianDay())) - julianEpoch,
		})
	}
	lunarYears.Store(year, months)
	return months
}

func findMonth(year, number int, leap bool) (lunarMonth, bool) {
	for _, m := range lunarYear(year) {
		if m.number == number && m.leap == leap {
			return m, true
		}
	}
	return lunarMonth{}, false
}

// leapMonth is the month that a lunar year has twice, or 0.
func leapMonth(year int) int {
	for _, m := range lunarYear(year) {
		if m.leap {
			return m.number
		}
	}
	return 0
}

// longestLeap says how many days each leap month had at most since 1900; 0: there
// was none.
var longestLeap = sync.OnceValue(func() (most [13]int) {
	for year := firstYear; year <= lastYear; year++ {
		for _, m := range lunarYear(year) {
			if m.leap {
				most[m.number] = max(most[m.number], m.days)
			}
		}
	}
	return most
})

var (
	lunarMonths = [...]string{"", "正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月"}
	lunarDays   = [...]string{
		"", "初一", "初二", "初三", "初四", "初五", "初六", "初七", "初八", "初九", "初十", "十一", "十二", "十三", "十四", "十五", "十六",
		"十七", "十八", "十九", "二十", "廿一", "廿二", "廿三", "廿四", "廿五", "廿六", "廿七", "廿八", "廿九", "三十",
	}
)

func (d Day) monthText() string {
	if d.Leap {
		return "闰" + lunarMonths[d.Month]
	}
	return lunarMonths[d.Month]
}

// dayCount is how people say 29 and 30 days of a lunar month.
func dayCount(n int) string {
	if n == 29 {
		return "二十九天（小月）"
	}
	return "三十天"
}
