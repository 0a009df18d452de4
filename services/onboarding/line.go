package onboarding

import (
	"strings"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// Grade is how a line of a list stands; the numbers are those in the database.
type Grade int16

// The grades.
const (
	Right Grade = iota
	Noted       // it comes in, with a remark
	Wrong       // it does not
)

// Remark is what is wrong with a line or worth knowing. It never repeats what
// stands in a cell that holds personal data.
type Remark struct {
	Column string `json:"column,omitempty"` // header; empty: the whole line
	Letter string `json:"letter,omitempty"` // of the column in the spreadsheet
	Rule   string `json:"rule,omitempty"`   // rulebook id
	Reason string `json:"reason"`
	Mend   string `json:"mend,omitempty"`
	Grade  Grade  `json:"grade"` // Noted or Wrong
	// Incomplete: 待完善, accepted as it stands in the former system and to be
	// mended on the file (CUS-06, CUS-08, CUS-02).
	Incomplete bool `json:"incomplete,omitempty"`
}

// StoreRef is a store as lists name it.
type StoreRef struct {
	ID   kernel.StoreID
	Code string
	Name string
}

// PersonRef is somebody of the staff as lists name him.
type PersonRef struct {
	ID   kernel.PersonID
	No   string
	Name string
	Left bool // employed no longer
}

// Chain is what a list is read by.
type Chain struct {
	Today    kernel.BusinessDate
	Template customer.Template

	stores map[string]StoreRef    // by code and name, folded
	people map[string]PersonRef   // by staff number, folded
	named  map[string][]PersonRef // by name, the employed only
	// What texts that are neither were said to mean; zero ids: nothing yet.
	Stores map[string]kernel.StoreID
	People map[string]kernel.PersonID

	storeByID  map[kernel.StoreID]StoreRef
	personByID map[kernel.PersonID]PersonRef
}

// NewChain makes a chain of its stores and people, with what its importer has
// said of texts that are neither.
func NewChain(today kernel.BusinessDate, template customer.Template, stores []StoreRef, people []PersonRef) *Chain {
	c := &Chain{
		Today: today, Template: template, stores: map[string]StoreRef{}, people: map[string]PersonRef{}, named: map[string][]PersonRef{},
		Stores: map[string]kernel.StoreID{}, People: map[string]kernel.PersonID{},
		storeByID: map[kernel.StoreID]StoreRef{}, personByID: map[kernel.PersonID]PersonRef{},
	}
	for _, s := range stores {
		c.stores[Fold(s.Name)] = s
		c.storeByID[s.ID] = s
	}
	for _, s := range stores { // a code goes before a name
		c.stores[Fold(s.Code)] = s
	}
	for _, p := range people {
		c.people[Fold(p.No)] = p
		c.personByID[p.ID] = p
		if !p.Left {
			c.named[Fold(p.Name)] = append(c.named[Fold(p.Name)], p)
		}
	}
	return c
}

// Fold is the form in which texts are compared: without spaces, small letters.
func Fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(customer.NormalizeName(s)), ""))
}

// Store finds whom a text names; ours tells that the list itself says so, and
// not somebody's choice.
func (c *Chain) Store(text string) (s StoreRef, found, ours bool) {
	if s, found = c.stores[Fold(text)]; found {
		return s, true, true
	}
	s, found = c.storeByID[c.Stores[Fold(text)]]
	return s, found, false
}

// Person finds whom a text names: by number, by choice, or by a name that only
// one of the employed has.
func (c *Chain) Person(text string) (p PersonRef, found, byNumber bool) {
	if p, found = c.people[Fold(text)]; found {
		return p, true, true
	}
	if p, found = c.personByID[c.People[Fold(text)]]; found {
		return p, true, false
	}
	if named := c.named[Fold(text)]; len(named) == 1 {
		return named[0], true, false
	}
	return PersonRef{}, false, false
}

// Checked is a line that was held against the chain.
type Checked struct {
	Store      *StoreRef // nil: not known
	Referrer   *PersonRef
	Number     kernel.Phone // empty: none that may stand on a file
	Fields     customer.Fields
	ApprovedOn kernel.BusinessDate
	Since      kernel.BusinessDate // of the tie in the former system
	Remarks    []Remark
}

// Grade is the worst of the remarks.
func (c Checked) Grade() (g Grade) {
	for _, r := range c.Remarks {
		g = max(g, r.Grade)
	}
	return g
}

// Check holds a line against the chain and the rules of files (CUS-05…09). What
// the former system has approved stands: a name or place that would be refused
// today comes in and is told as 待完善. Whether a number is on file or an
// employee's is for the caller to add.
func (h Header) Check(l Line, chain *Chain) Checked {
	c := checking{Header: h, line: l, chain: chain}
	c.store()
	c.referrer()
	c.number()
	c.dates()
	c.fields()
	return c.out
}

// checking is the line in hand.
type checking struct {
	Header
	line  Line
	chain *Chain
	out   Checked
}

// wrong notes why the line cannot come in.
func (c *checking) wrong(column, rule, reason, mend string) {
	c.out.Remarks = append(c.out.Remarks, Remark{Column: column, Letter: c.Letter(column), Rule: rule, Reason: reason, Mend: mend, Grade: Wrong})
}

// note tells something about a line that comes in.
func (c *checking) note(column, rule, reason, mend string, incomplete bool) {
	c.out.Remarks = append(c.out.Remarks, Remark{Column: column, Letter: c.Letter(column), Rule: rule, Reason: reason, Mend: mend, Grade: Noted, Incomplete: incomplete})
}

func (c *checking) store() {
	text := c.line.Cells[ColStore]
	if text == "" {
		c.wrong(ColStore, "", "没有填写门店", "填写门店代码或名称")
		return
	}
	if s, found, _ := c.chain.Store(text); found {
		c.out.Store = &s
		return
	}
	c.wrong(ColStore, "", "没有这家门店", "在“对应门店和员工”里选择它是哪家门店，或改成门店代码、名称")
}

func (c *checking) referrer() {
	text := c.line.Cells[ColReferrer]
	if text == "" {
		c.wrong(ColReferrer, "CUS-10", "没有填写推荐人", "填写推荐人的工号")
		return
	}
	p, found, byNumber := c.chain.Person(text)
	if !found {
		c.wrong(ColReferrer, "CUS-10", "员工名单里没有这个人", "在“对应门店和员工”里选择他是谁，或改成他的工号")
		return
	}
	c.out.Referrer = &p
	if !byNumber {
		c.note(ColReferrer, "", "归到工号 "+p.No+"（"+p.Name+"）名下", "不对的话，请填写工号", false)
	}
	if p.Left {
		c.note(ColReferrer, "LIF-05", "推荐人 "+p.No+" 已离岗", "导入后 7 天内请交接，否则转为公共客户", false)
	}
}

func (c *checking) number() {
	raw := c.line.Cells[ColNumber]
	if raw == "" {
		c.wrong(ColNumber, "CUS-07", "没有填写手机号", "填写客人本人的手机号")
		return
	}
	text, why, mend := mendNumber(raw)
	if why != "" {
		c.wrong(ColNumber, "CUS-07", why, mend)
		return
	}
	number, found := customer.CheckNumber(text)
	if found != nil {
		c.wrong(ColNumber, found.Rule, strings.TrimRight(found.Message, "。"), "")
		return
	}
	c.out.Number = number
	if raw != number.Local() && raw != number.E164() {
		c.note(ColNumber, "CUS-07", "已去掉号码里的空格、横线或全角字符", "", false)
	}
}

func (c *checking) dates() {
	day := func(column string) (kernel.BusinessDate, bool) {
		text := c.line.Cells[column]
		if text == "" {
			return 0, false
		}
		d, err := kernel.ParseCellDate(text)
		switch {
		case err != nil:
			c.wrong(column, "CUS-09", "日期不正确", "写成 2024-03-01")
		case d > c.chain.Today:
			c.wrong(column, "", "日期在今天以后", "核对年份")
		default:
			return d, true
		}
		return 0, false
	}
	approved, there := day(ColApproved)
	if !there && c.line.Cells[ColApproved] == "" {
		c.wrong(ColApproved, "CUS-03", "没有填写审核通过日期", "填写原系统里审核通过的日期，写成 2024-03-01")
	}
	c.out.ApprovedOn, c.out.Since = approved, approved
	if since, there := day(ColSince); there {
		c.out.Since = since
		if approved != 0 && since < approved {
			c.note(ColSince, "CUS-03", "归属日期早于审核通过日期，按审核通过日期算", "", false)
			c.out.Since = approved
		}
	}
}

// missing lists what stage 2 still lacks, in one remark (CUS-02).
func (c *checking) missing() {
	var labels []string
	for _, stage := range []int{1, 2} {
		for _, name := range c.out.Fields.Missing(c.chain.Template, stage) {
			l, _ := c.chain.Template.Field(name)
			column := columnOf[name]
			if l.Own() {
				column = l.Label
			}
			if name != "name" && c.line.Cells[column] == "" { // what is wrong was told
				labels = append(labels, l.Words().ZH)
			}
		}
	}
	if len(labels) > 0 {
		c.note("", "CUS-02", "还缺："+strings.Join(labels, "、"), "导入后在档案里补齐，不影响归属", true)
	}
}

// Has reports whether a store or person is there to be meant by a text.
func (c *Chain) Has(kind TextKind, target kernel.UUID) (there bool) {
	if kind == TextStore {
		_, there = c.storeByID[kernel.StoreID(target)]
	} else {
		_, there = c.personByID[kernel.PersonID(target)]
	}
	return there
}
