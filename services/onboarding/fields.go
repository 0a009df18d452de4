package onboarding

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// columnOf says in which column a field of the file stands.
var columnOf = map[string]string{
	"name": ColName, "sex": ColSex, "how_known": ColHowKnown, "employer": ColEmployer, "job_title": ColJobTitle, "address": ColAddress,
	"birthday": ColBirthday, "wedding_day": ColWedding, "company_day": ColCompanyDay, "taste": ColTaste, "favourites": ColFavourites, "taboos": ColTaboos, "invoice_title": ColInvoice, "consent": ColConsent,
}

// standing are the rules that what was approved before need not meet: CUS-06 of
// names, CUS-08 of places.
var standing = []string{"CUS-06", "CUS-08"}

// maxName is how long a name may be, in characters.
const maxName = 60

// Words people write for a sex and for yes and no.
var (
	sexes  = map[string]customer.Sex{"男": customer.Male, "男性": customer.Male, "先生": customer.Male, "m": customer.Male, "女": customer.Female, "女性": customer.Female, "女士": customer.Female, "f": customer.Female}
	yesNos = map[string]bool{"是": true, "同意": true, "已同意": true, "有": true, "√": true, "✓": true, "y": true, "yes": true, "1": true, "否": false, "不同意": false, "未同意": false, "无": false, "×": false, "n": false, "no": false, "0": false}
)

// fields reads the fields of the file and holds them against the rules.
func (c *checking) fields() {
	cells := c.line.Cells
	f := customer.Fields{
		Name: customer.Name(cells[ColName]), HowKnown: cells[ColHowKnown], Employer: cells[ColEmployer], JobTitle: cells[ColJobTitle], Address: cells[ColAddress],
		Taste: cells[ColTaste], Favourites: cells[ColFavourites], Taboos: cells[ColTaboos], InvoiceTitle: cells[ColInvoice],
	}
	if text := cells[ColSex]; text != "" {
		sex, known := sexes[Fold(text)]
		if f.Sex = sex; !known && Fold(text) != "不详" && Fold(text) != "未知" {
			c.wrong(ColSex, "CUS-02", "性别不正确", "写 男 或 女，不知道就留空")
		}
	}
	if text := cells[ColConsent]; text != "" {
		yes, known := yesNos[Fold(text)]
		if f.Consent = yes; !known {
			c.wrong(ColConsent, "CUS-11", "看不出客人是否同意", "写 是 或 否")
		}
	}
	f.Birthday, f.Wedding, f.CompanyDay = c.day(ColBirthday), c.day(ColWedding), c.day(ColCompanyDay)
	f.Extra = c.own()
	f = f.Clean()
	if f.Name == "" {
		c.wrong(ColName, "CUS-06", "没有填写姓名", "填写客人在原系统里的姓名")
	}
	digits := strings.ContainsFunc(f.Name.Full(), unicode.IsDigit)
	for _, found := range f.Check(c.chain.Template, c.chain.Today, customer.Fields{}) {
		column, reason := columnOf[found.Field], strings.TrimRight(found.Message, "。")
		if l, ok := c.chain.Template.Field(found.Field); ok && l.Own() {
			column = l.Label
		}
		switch {
		case found.Field == "name" && digits:
		case slices.Contains(standing, found.Rule):
			c.note(column, found.Rule, "待完善："+reason, "按原样导入，之后在档案里改", true)
		default:
			c.wrong(column, found.Rule, reason, "")
		}
	}
	// Names stand readable for the search: what could be a number never does.
	switch {
	case digits:
		c.wrong(ColName, "CUS-06", "姓名里有数字", "只写客人的姓名")
	case utf8.RuneCountInString(f.Name.Full()) > maxName:
		c.wrong(ColName, "CUS-06", "姓名太长", "只写客人的姓名")
	}
	c.out.Fields = f
	c.missing()
}

// day reads a guest's date.
func (c *checking) day(column string) *customer.Day {
	text := c.line.Cells[column]
	if text == "" {
		return nil
	}
	d, ok := parseDay(text)
	if !ok {
		c.wrong(column, "CUS-09", column+"不正确", "写成 1980-05-06、5月6日 或 农历1980年五月初六")
		return nil
	}
	return &d
}

// own reads the chain's own fields.
func (c *checking) own() map[string]string {
	out := map[string]string{}
	for _, l := range c.chain.Template.Fields {
		text := c.line.Cells[l.Label]
		if !l.Own() || text == "" {
			continue
		}
		switch l.Kind {
		case customer.KindDate:
			d, err := kernel.ParseCellDate(text)
			if err != nil {
				c.wrong(l.Label, "CUS-09", "日期不正确", "写成 2024-03-01")
				continue
			}
			text = d.String()
		case customer.KindYesNo:
			yes, known := yesNos[Fold(text)]
			if !known {
				c.wrong(l.Label, "CUS-02", "看不出是还是否", "写 是 或 否")
				continue
			}
			if text = customer.No; yes {
				text = customer.Yes
			}
		default: // text, and one of the choices
		}
		out[l.Name] = text
	}
	return out
}
