package kernel

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// CleanCell makes the text of a spreadsheet's cell one line without anything
// that cannot be seen.
func CleanCell(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u00a0':
			return ' '
		case unicode.IsControl(r) || r == '\u200b' || r == '\ufeff' || r == utf8.RuneError:
			return -1
		}
		return r
	}, s))
}

// ParseCellDate reads a date as people and spreadsheets write it: 2026-03-01,
// 2026/3/1, 2026年3月1日, 20260301, or the serial number of a date cell (from 1908
// on: what is less may be a year alone). Years from 1900 to 2100.
func ParseCellDate(s string) (BusinessDate, error) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	s, _, _ = strings.Cut(s, "T")
	s = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "", "号", "").Replace(s)
	if n, err := strconv.Atoi(s); err == nil && n >= 3000 && n < 80000 { // days since 1899-12-30
		return NewDate(1899, time.December, 30) + BusinessDate(n), nil
	}
	t, err := time.Parse("20060102", s)
	if err != nil {
		t, err = time.Parse("2006-1-2", s)
	}
	if err != nil || t.Year() < 1900 || t.Year() > 2100 {
		return 0, fmt.Errorf("not a date of 1900 to 2100")
	}
	return NewDate(t.Year(), t.Month(), t.Day()), nil
}
