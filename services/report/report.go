// Package report holds the few words of its own that boards across contexts
// need: when a tie is soon lost, and the months of a trend. It reads other contexts'
// published views and writes nothing; every rule it shows is another context's.
package report

import "github.com/changke/changke/services/kernel"

// SoonBefore is the day before which the clock of a tie must have begun for
// LIF-03 to take it within days if nobody comes, under a term of months. Guests
// about to be lost are shown as many days ahead as LIF-10 warns for the first time.
func SoonBefore(today kernel.BusinessDate, months, days int) kernel.BusinessDate {
	return (today + kernel.BusinessDate(days) + 1).MinusMonths(months)
}

// TrendMonths is how many months a trend shows, the running one included.
const TrendMonths = 12

// Trend lists the months of a trend, oldest first.
func Trend(today kernel.BusinessDate) []kernel.Month {
	months := make([]kernel.Month, TrendMonths)
	for i := range months {
		months[i] = today.Month() - TrendMonths + 1 + kernel.Month(i)
	}
	return months
}
