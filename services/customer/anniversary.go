package customer

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
)

// Anniversary is a day of the guest's that has no field of its own: 金婚, 孩子生日.
type Anniversary struct {
	Label string `json:"label"`
	Day   Day    `json:"day"`
}

// maxAnniversaries is how many a file may hold.
const maxAnniversaries = 10

// checkAnniversaries gives what is wrong with the first of them that is, naming it.
func checkAnniversaries(all []Anniversary, today kernel.BusinessDate) *Finding {
	if len(all) > maxAnniversaries {
		return refuseAnniversary(fmt.Sprintf("其他纪念日最多 %d 个。", maxAnniversaries))
	}
	seen := map[string]bool{}
	for i, a := range all {
		switch n := utf8.RuneCountInString(a.Label); {
		case n == 0:
			return refuseAnniversary(fmt.Sprintf("请给第 %d 个纪念日写上名称，如“孩子生日”。", i+1))
		case n > maxLabel:
			return refuseAnniversary(fmt.Sprintf("第 %d 个纪念日的名称最多 %d 个字。", i+1, maxLabel))
		case !utf8.ValidString(a.Label) || strings.ContainsFunc(a.Label, func(r rune) bool { return unicode.IsControl(r) || unicode.IsDigit(r) }):
			return refuseAnniversary(fmt.Sprintf("第 %d 个纪念日的名称里不能有数字和特殊字符，日子请在右边选。", i+1))
		case seen[a.Label]:
			return refuseAnniversary("“" + a.Label + "”写了两次，请删掉一个或改名。")
		}
		seen[a.Label] = true
		if f := a.Day.Check("anniversaries", latestAnniversary(today)); f != nil {
			f.Message = "“" + a.Label + "”：" + f.Message
			return f
		}
	}
	return nil
}

func refuseAnniversary(message string) *Finding {
	return &Finding{Field: "anniversaries", Rule: "CUS-09", Message: message}
}

// latestAnniversary is how far ahead a wedding or another day may be entered.
func latestAnniversary(today kernel.BusinessDate) kernel.BusinessDate {
	return today.MinusMonths(-12 * yearsOn)
}

// checkDays gives what is wrong with the dates that are filled in, one finding a
// field (CUS-09).
func (f Fields) checkDays(today kernel.BusinessDate) []*Finding {
	out := []*Finding{}
	for _, d := range []struct {
		field  string
		day    *Day
		latest kernel.BusinessDate
	}{{"birthday", f.Birthday, today}, {"wedding_day", f.Wedding, latestAnniversary(today)}, {"company_day", f.CompanyDay, latestAnniversary(today)}} {
		if d.day != nil {
			out = append(out, d.day.Check(d.field, d.latest))
		}
	}
	out = append(out, checkAnniversaries(f.Anniversaries, today))
	return slices.DeleteFunc(out, func(f *Finding) bool { return f == nil })
}

// joinAnniversaries is anniversaries as text, for comparing.
func joinAnniversaries(all []Anniversary) string {
	lines := make([]string, len(all))
	for i, a := range all {
		lines[i] = a.Label + " " + a.Day.Text()
	}
	return strings.Join(lines, "；")
}
