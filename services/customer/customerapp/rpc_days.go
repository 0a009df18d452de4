package customerapp

import (
	"fmt"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// dayFromProto reads a date; whether there is such a date is the file's to check.
func dayFromProto(d *customerv1.CalendarDate) *customer.Day {
	if d == nil {
		return nil
	}
	return &customer.Day{Lunar: d.GetLunar(), Year: int(d.GetYear()), Month: int(d.GetMonth()), Leap: d.GetLeapMonth(), Day: int(d.GetDay())}
}

// birthdayFromProto reads a birthday, or the solar date that stood alone before.
func birthdayFromProto(f *customerv1.FileFields) (*customer.Day, []customer.Finding) {
	if f.GetBirthdayDay() != nil || f.GetBirthday() == "" {
		return dayFromProto(f.GetBirthdayDay()), nil
	}
	d, err := kernel.ParseDate(f.GetBirthday())
	if err != nil {
		return nil, []customer.Finding{{Field: "birthday", Rule: "CUS-09", Message: "请选择一个真实的日期。"}}
	}
	return new(customer.SolarDay(d)), nil
}

func anniversariesFromProto(all []*customerv1.Anniversary) []customer.Anniversary {
	var out []customer.Anniversary
	for _, a := range all {
		out = append(out, customer.Anniversary{Label: a.GetLabel(), Day: *dayFromProto(a.GetDate())})
	}
	return out
}

// dayToProto writes a date with its next return from today on.
func dayToProto(d *customer.Day, today kernel.BusinessDate) *customerv1.CalendarDate {
	if d == nil {
		return nil
	}
	next := d.Next(today)
	lunar := customer.LunarDayOf(next)
	return &customerv1.CalendarDate{
		Lunar: d.Lunar, Year: int32(d.Year), Month: int32(d.Month), LeapMonth: d.Leap, Day: int32(d.Day),
		Next: &customerv1.DayReturn{Date: next.String(), LunarMonth: int32(lunar.Month), LunarLeapMonth: lunar.Leap, LunarDay: int32(lunar.Day)},
	}
}

// solarToProto is a birthday as it was written before there were lunar ones.
func solarToProto(d *customer.Day) string {
	if d == nil || d.Lunar {
		return ""
	}
	on, told := d.Solar()
	if !told {
		return ""
	}
	return on.String()
}

func anniversariesToProto(all []customer.Anniversary, today kernel.BusinessDate) []*customerv1.Anniversary {
	var out []*customerv1.Anniversary
	for _, a := range all {
		out = append(out, &customerv1.Anniversary{Label: a.Label, Date: dayToProto(&a.Day, today)})
	}
	return out
}

// checkedToProto gives the returns of those of the dates that there are.
func checkedToProto(f customer.Fields, today kernel.BusinessDate) []*customerv1.CheckedDay {
	var out []*customerv1.CheckedDay
	add := func(field string, d *customer.Day) {
		if d != nil && d.Exists() {
			out = append(out, &customerv1.CheckedDay{Field: field, Date: dayToProto(d, today)})
		}
	}
	add("birthday", f.Birthday)
	add("wedding_day", f.Wedding)
	add("company_day", f.CompanyDay)
	for i := range f.Anniversaries {
		add(fmt.Sprintf("anniversaries[%d]", i), &f.Anniversaries[i].Day)
	}
	return out
}
