package kernel

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// BusinessDate is a business day (营业日): days since 1970-01-01. A guest who
// pays at 01:30 belongs to the evening before, so it is not a calendar instant
// and has no zone; Store zones and cut-overs turn instants into it.
type BusinessDate int32

const dateLayout = "2006-01-02"

// NewDate gives the business day of a calendar date.
func NewDate(year int, month time.Month, day int) BusinessDate {
	return BusinessDate(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (BusinessDate, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil {
		return 0, fmt.Errorf("not a date of the form YYYY-MM-DD: %q", s)
	}
	return BusinessDate(t.Unix() / 86400), nil
}

// BusinessDateOf says to which business day an instant belongs in a zone whose
// day begins cutover after midnight (rulebook §0: 04:00 to 04:00).
func BusinessDateOf(t time.Time, zone *time.Location, cutover time.Duration) BusinessDate {
	l := t.In(zone)
	d := NewDate(l.Year(), l.Month(), l.Day())
	wall := time.Duration(l.Hour())*time.Hour + time.Duration(l.Minute())*time.Minute + time.Duration(l.Second())*time.Second
	if wall < cutover {
		return d - 1
	}
	return d
}

// Time is midnight UTC of the date: for calendar arithmetic only.
func (d BusinessDate) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// At is the instant of a wall-clock time of that date in a zone.
func (d BusinessDate) At(wall time.Duration, zone *time.Location) time.Time {
	y, m, day := d.Time().Date()
	return time.Date(y, m, day, int(wall/time.Hour), int(wall%time.Hour/time.Minute), int(wall%time.Minute/time.Second), 0, zone)
}

// MinusMonths goes back whole calendar months, clamped to the month's last day
// (RUL-02): 31 May minus three months is 28 or 29 February.
func (d BusinessDate) MinusMonths(n int) BusinessDate {
	m := d.Month()
	back := m - Month(n)
	return back.First() + min(d-m.First(), BusinessDate(back.Days()-1))
}

// Dates are counted from 1 March of the year -400: years that begin in March have
// their leap day last, and no date of ours is negative. Counted here and not asked of
// package time, for a trial (RUL-04) asks a hundred million times.
const (
	fourCenturies = 400*365 + 97
	sinceMarch    = 719468 + fourCenturies // days from then to 1970-01-01
)

// Month is the month the day lies in.
func (d BusinessDate) Month() Month {
	days := int(d) + sinceMarch
	in := days % fourCenturies
	year := (in - in/1460 + in/36524 - in/146096) / 365
	day := in - (365*year + year/4 - year/100)
	return Month((days/fourCenturies*400+year-400)*12 + (5*day+2)/153 + 2)
}

// String gives YYYY-MM-DD.
func (d BusinessDate) String() string { return d.Time().Format(dateLayout) }

// MarshalText and UnmarshalText make dates readable in JSON.
func (d BusinessDate) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is the reverse of MarshalText.
func (d *BusinessDate) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}

// Scan reads an SQL date.
func (d *BusinessDate) Scan(src any) error {
	t, ok := src.(time.Time)
	if !ok {
		return fmt.Errorf("cannot read %T as a business date", src)
	}
	*d = NewDate(t.Year(), t.Month(), t.Day())
	return nil
}

// Value writes an SQL date.
func (d BusinessDate) Value() (driver.Value, error) { return d.Time(), nil }

// Month is a calendar month of business days (RUL-02): months since year 0.
type Month int32

// ParseMonth reads YYYY-MM.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return 0, fmt.Errorf("not a month of the form YYYY-MM: %q", s)
	}
	return Month(t.Year()*12 + int(t.Month()) - 1), nil
}

// First is the month's first day.
func (m Month) First() BusinessDate {
	march := int(m) - 2 + 400*12
	year := march / 12
	return BusinessDate(year*365 + year/4 - year/100 + year/400 + (153*(march%12)+2)/5 - sinceMarch)
}

// Last is the month's last day.
func (m Month) Last() BusinessDate { return (m + 1).First() - 1 }

// Days is how many days the month has.
func (m Month) Days() int { return int((m + 1).First() - m.First()) }

// String gives YYYY-MM.
func (m Month) String() string { return m.First().Time().Format("2006-01") }

// MarshalText and UnmarshalText make months readable in JSON.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText is the reverse of MarshalText.
func (m *Month) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMonth(string(b))
	return err
}
