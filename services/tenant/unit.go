package tenant

import "strings"

// Unit is what a whole number counts, in Chinese; English gives the other language.
type Unit string

// The units of the rulebook.
const (
	Seconds  Unit = "秒"
	Minutes  Unit = "分钟"
	Hours    Unit = "小时"
	Days     Unit = "天"
	Weeks    Unit = "周"
	Months   Unit = "个月"
	Times    Unit = "次"
	Messages Unit = "条"
	Guests   Unit = "位"
	Points   Unit = "分"
)

var units = map[Unit]string{
	Seconds: "seconds", Minutes: "minutes", Hours: "hours", Days: "days", Weeks: "weeks", Months: "months",
	Times: "times", Messages: "messages", Guests: "guests", Points: "points",
}

// English is the unit for a number; every plural is regular. Empty: unknown.
func (u Unit) English(n int64) string {
	if n == 1 {
		return strings.TrimSuffix(units[u], "s")
	}
	return units[u]
}
