package ownership

import "github.com/changke/changke/services/kernel"

func later(maybe *kernel.BusinessDate, d kernel.BusinessDate) kernel.BusinessDate {
	if maybe != nil && *maybe > d {
		return *maybe
	}
	return d
}

// FirstPast is the first day from which going back so many months (RUL-02,
// clamped to the month's last day) no longer reaches since: the inverse of
// MinusMonths. With three months, 31 January is past on 1 May, and 28 February
// 2025 on 1 June, because 29, 30 and 31 May all reach back to it.
func FirstPast(since kernel.BusinessDate, months int) kernel.BusinessDate {
	day := int(since-since.Month().First()) + 1
	target := since.Month() + kernel.Month(months)
	if day < since.Month().Days() && day < target.Days() {
		return target.First() + kernel.BusinessDate(day)
	}
	return (target + 1).First()
}
