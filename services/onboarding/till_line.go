package onboarding

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// TillReader reads the lines of a file by a mapping.
type TillReader struct {
	Kind    TillKind
	Head    TillHead
	Mapping TillMapping
	Stores  []tenant.Store
	Within  []kernel.StoreID // stores that may be imported into; nil: all
	People  []PersonRef
	Rooms   []visit.Resource // of bookings: rooms, tables and halls of the stores
	Now     time.Time
	// Meals are a store's meal periods on a business day.
	Meals func(s tenant.Store, on kernel.BusinessDate) []visit.Meal

	stores map[string]tenant.Store
	people map[string][]PersonRef
	rooms  map[kernel.StoreID]map[string]*visit.Resource
}

// TillRead is a line as it was understood.
type TillRead struct {
	No      string // bill number or booking reference, as the file has it
	Store   *tenant.Store
	Date    kernel.BusinessDate // zero: not known
	Meal    tenant.MealPeriod   // 0: not known
	Wall    *time.Duration      // of closing, arrival or seating, by the store's clock
	State   string              // "": not known
	Number  kernel.Phone
	Amount  kernel.Fen
	Bill    visit.Bill        // of bills, without its number's key
	Booking visit.SentBooking // of bookings
	Places  []*visit.Resource // that it names
	Remarks []Remark
	Unknown []TillWord
}

// TillWord is a word of a file that is none of ours.
type TillWord struct{ Kind, Text string }

// Grade is the worst of the remarks.
func (r TillRead) Grade() (g Grade) {
	for _, m := range r.Remarks {
		g = max(g, m.Grade)
	}
	return g
}

// Counts says what the line adds to its business day (RUL-07): paid bills that were
// not voided, less refund notes.
func (r TillRead) Counts() (items int, sum kernel.Fen) {
	switch {
	case r.Bill.No == "":
		return 1, 0
	case r.Bill.Status == visit.Paid, r.Bill.Status == visit.Reopened:
		return 1, r.Bill.Amount
	case r.Bill.Status == visit.Refunded:
		return 0, -r.Bill.Amount
	}
	return 0, 0
}

// sums are first cells of lines that say what others come to.
var sums = []string{"合计", "总计", "小计", "本页合计", "汇总", "total"}

// ReadTillLine takes the cells of a line, by letter; false: nothing stands on it, or
// what others come to.
func ReadTillLine(no int, cells []string) (Line, bool) {
	l := Line{No: no, Cells: map[string]string{}}
	for i, c := range cells[:min(len(cells), maxColumns)] {
		if c = kernel.CleanCell(c); c == "" {
			continue
		}
		if len(l.Cells) == 0 && slices.Contains(sums, strings.TrimRight(Fold(c), ":：")) {
			return l, false
		}
		l.Cells[Letter(i)] = cut(c, maxCell)
	}
	return l, len(l.Cells) > 0
}

// Read understands a line.
func (r *TillReader) Read(l Line) TillRead {
	if r.stores == nil {
		r.index()
	}
	t := tillLine{TillReader: r, line: l}
	t.store()
	t.state()
	t.number()
	if r.Kind == TillBills {
		t.bill()
	} else {
		t.booking()
	}
	return t.out
}

func (r *TillReader) index() {
	r.stores, r.people, r.rooms = map[string]tenant.Store{}, map[string][]PersonRef{}, map[kernel.StoreID]map[string]*visit.Resource{}
	for i, p := range r.Rooms {
		if r.rooms[p.Store] == nil {
			r.rooms[p.Store] = map[string]*visit.Resource{}
		}
		r.rooms[p.Store][p.Name] = &r.Rooms[i]
	}
	for _, s := range r.Stores {
		r.stores[Fold(s.Name)] = s
	}
	for _, s := range r.Stores { // a code goes before a name
		r.stores[Fold(s.Code)] = s
	}
	for _, p := range r.People {
		if !p.Left {
			r.people[Fold(p.Name)] = append(r.people[Fold(p.Name)], p)
		}
	}
	for _, p := range r.People {
		r.people[Fold(p.No)] = []PersonRef{p}
	}
}

// tillLine is the line in hand.
type tillLine struct {
	*TillReader
	line Line
	out  TillRead
}

func (t *tillLine) cell(field string) string {
	at := t.Mapping.At(t.Head, field)
	if at < 0 {
		return ""
	}
	return t.line.Cells[Letter(at)]
}

func (t *tillLine) say(grade Grade, field, rule, reason, mend string) {
	t.out.Remarks = append(t.out.Remarks, t.Mapping.Remark(t.Head, grade, field, rule, reason, mend))
}

func (t *tillLine) wrong(field, rule, reason, mend string) { t.say(Wrong, field, rule, reason, mend) }

func (t *tillLine) store() {
	text := t.cell("store")
	id := t.Mapping.Store
	if text != "" {
		if s, ok := t.stores[Fold(text)]; ok {
			if id != nil && *id != s.ID {
				t.wrong("store", "", "这一行不是所选门店的", "去掉所选的门店，或只导出这家门店的数据")
				return
			}
			id = &s.ID
		} else if said, ok := t.Mapping.Stores[Fold(text)]; ok {
			id = &said
		} else if id == nil {
			t.out.Unknown = append(t.out.Unknown, TillWord{"store", cut(text, 100)})
			t.wrong("store", "", "没有这家门店", "在“对应”里选择它是哪家门店，或改成门店代码、名称")
			return
		}
	}
	if id == nil {
		t.wrong("store", "", "没有填写门店", "合并的单元格请先拆开；或在“对应”里选择整个文件的门店")
		return
	}
	at := slices.IndexFunc(t.Stores, func(s tenant.Store) bool { return s.ID == *id })
	if at < 0 || t.Within != nil && !slices.Contains(t.Within, *id) {
		t.wrong("store", "ROL-02", "这家门店不在您的权限内", "请由总部导入，或只导出本店的数据")
		return
	}
	t.out.Store = &t.Stores[at]
}

func (t *tillLine) state() {
	field := "state"
	if t.Kind == TillBills {
		field = "status"
	}
	text := t.cell(field)
	if text == "" {
		if t.Mapping.Columns[field] == "" && t.Kind == TillBills {
			t.out.State = string(visit.Paid)
			return
		}
		if t.Kind == TillBookings {
			t.out.State = string(visit.Confirmed)
			return
		}
		t.out.State = string(visit.Paid)
		t.say(Noted, field, "", "没有填写状态，按已结账算", "")
		return
	}
	state, ok := t.Mapping.States[Fold(text)]
	if !ok {
		state, ok = stateWords[t.Kind][Fold(text)]
	}
	if !ok {
		t.out.Unknown = append(t.out.Unknown, TillWord{"state", cut(text, 100)})
		t.wrong(field, "VIS-07", "不认识这个状态", "在“对应”里选择它的意思")
		return
	}
	t.out.State = state
}

// number reads a number where one stands: what is none, or hidden, leaves the line
// without a guest, for a person to link.
func (t *tillLine) number() {
	raw := t.cell("number")
	if raw == "" || strings.Trim(raw, "-—/无0") == "" {
		return
	}
	text, why, _ := mendNumber(raw)
	n, err := kernel.ParsePhone(text)
	switch {
	case strings.ContainsAny(raw, "*＊"):
		t.say(Noted, "number", "VIS-06", "号码被隐藏了，认不出客人", "导出时选择显示完整号码；或之后在“账单”里关联")
	case why != "":
		t.say(Noted, "number", "VIS-06", why, "按没有号码处理")
	case err != nil:
		t.say(Noted, "number", "VIS-06", "不是手机号，认不出客人", "会员号不能用来认客人，请选择手机号一列")
	default:
		t.out.Number = n
	}
}

// name reads a bill number or reference.
func (t *tillLine) name(field, words string) string {
	s := t.cell(field)
	if whole, ok := strings.CutSuffix(s, ".0"); ok && strings.Trim(whole, "0123456789") == "" {
		s = whole // as a number cell keeps it
	}
	s = strings.TrimLeft(s, "'‘’`")
	switch {
	case s == "":
		t.wrong(field, "VIS-07", "没有填写"+words, "合并的单元格请先拆开")
	case scientific.MatchString(s):
		t.wrong(field, "VIS-07", words+"被表格变成了科学计数，后几位已经丢失", "把这一列设为“文本”格式，重新导出")
	case utf8.RuneCountInString(s) > 60:
		t.wrong(field, "VIS-07", words+"超过 60 个字", "请核对是不是这一列")
	case !visit.CheckText(s):
		t.wrong(field, "VIS-07", words+"里有看不见的字符", "请核对这一格")
	default:
		return s
	}
	return ""
}

func (t *tillLine) bill() {
	t.out.No = t.name("bill_no", "账单号")
	at := t.when("date", "opened", "closed")
	t.day("date", 0)
	b := visit.Bill{BillKey: visit.BillKey{Source: t.Mapping.System, No: t.out.No}, Date: t.out.Date, Meal: t.out.Meal, Status: visit.Status(t.out.State)}
	if t.out.Store != nil {
		b.Store = t.out.Store.ID
	}
	if at != nil {
		b.ClosedAt = at.UTC().Truncate(time.Microsecond)
	}
	if t.cell("booking_ref") != "" {
		b.BookingRef = t.Mapping.Ref(t.name("booking_ref", "预定编号"))
	}
	if table := t.cell("table"); table != "" {
		b.Detail = &visit.Detail{Table: cut(table, 40)}
	}
	amount, ok := parseMoney(t.cell("amount"), t.Mapping.Fen)
	if !ok {
		t.wrong("amount", "VIS-07", "金额看不懂", "写成 1234.50，最多两位小数；合并的单元格请先拆开")
	}
	original := ""
	if t.cell("refund_of") != "" {
		original = t.name("refund_of", "原账单号")
	}
	switch {
	case b.Status == visit.Refunded && original != "" && original != t.out.No, amount < 0 && original != "" && original != t.out.No && b.Status != visit.Voided:
		// A note of money given back of another bill.
		b.Status, b.RefundOf, b.BookingRef, b.Detail = visit.Refunded, original, "", nil
		amount = max(amount, -amount)
	case b.Status == visit.Refunded: // the bill itself, given back as a whole
		b.Status = visit.Voided
		amount = max(amount, -amount)
	case b.Status == visit.Voided:
		amount = max(amount, -amount)
	case amount < 0:
		t.wrong("amount", "VIS-07", "金额小于零，又没有原账单号", "退款请选出“原单号”一列")
	}
	b.Amount, t.out.Amount = amount, amount
	t.out.State = string(b.Status)
	t.out.Bill = b
}

// Ref is a reference of a booking as it is kept: the system's name stands before it.
func (m TillMapping) Ref(ref string) string { return m.System + "-" + ref }

// Loose reports whether the line is a bill that leads to nobody: a person links it
// (VIS-06).
func (r TillRead) Loose() bool {
	b := r.Bill
	return b.No != "" && b.RefundOf == "" && r.Number == "" && b.BookingRef == "" && b.Status.Counts()
}
