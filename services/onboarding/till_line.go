package onboarding

import (
	"fmt"
	"slices"
	"strconv"
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
	Now     time.Time
	// Meals are a store's meal periods on a business day.
	Meals func(s tenant.Store, on kernel.BusinessDate) []visit.Meal

	stores map[string]tenant.Store
	people map[string][]PersonRef
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
	r.stores, r.people = map[string]tenant.Store{}, map[string][]PersonRef{}
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
	letter := ""
	if at := t.Mapping.At(t.Head, field); at >= 0 {
		letter = Letter(at)
	}
	t.out.Remarks = append(t.out.Remarks, Remark{Column: t.Mapping.Columns[field], Letter: letter, Rule: rule, Reason: reason, Mend: mend, Grade: grade})
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
		t.wrong("store", "ROL-02", "这家门店不在你的权限内", "请由总部导入，或只导出本店的数据")
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

// moment reads a cell with a day, a time or both; nil: nothing stands there or it
// was told.
func (t *tillLine) moment(field string) (*kernel.BusinessDate, *time.Duration) {
	s := t.cell(field)
	if s == "" {
		return nil, nil
	}
	d, w, ok := parseMoment(s)
	if !ok {
		t.wrong(field, "", "日期或时间看不懂", "写成 2026-11-22 20:40")
	}
	return d, w
}

// when finds a line's business day (RUL-02), its moment and its meal period: the
// business day that the file says, else the one that the moment lies in; the meal
// that it says, else the one that the guests came in.
func (t *tillLine) when(dayField string, timeFields ...string) (at *time.Time) {
	s := t.out.Store
	said, saidWall := t.moment(dayField)
	var came *time.Time // the first moment that is known
	for _, f := range timeFields {
		if t.Mapping.Columns[f] == t.Mapping.Columns[dayField] && t.Mapping.Columns[f] != "" {
			continue
		}
		d, w := t.moment(f)
		if d == nil && w == nil || s == nil {
			continue
		}
		if m := moment(*s, d, w, said); m != nil {
			if came == nil {
				came = m
			}
			at = m
		}
	}
	if s == nil {
		if said != nil {
			t.out.Date = *said
		}
		return nil
	}
	if saidWall != nil && said != nil && at == nil { // one column with both
		at = moment(*s, said, saidWall, nil)
		came, said = at, nil
	}
	switch {
	case said != nil:
		t.out.Date = *said
	case came != nil:
		t.out.Date = s.BusinessDate(*came)
	}
	if t.out.Date == 0 {
		if t.out.Grade() < Wrong {
			t.wrong(dayField, "RUL-02", "没有日期", "合并的单元格请先拆开；写成 2026-11-22")
		}
		return nil
	}
	if at != nil {
		wall := wallOf(*at, *s)
		t.out.Wall = &wall
	}
	meals := t.Meals(*s, t.out.Date)
	switch text := t.cell("meal"); {
	case text != "":
		meal, ok := parseMeal(text)
		if !ok {
			t.wrong("meal", "VIS-10", "不认识这个餐段", "写成 午市、下午茶、晚市、夜宵；或不要选这一列，按时间算")
			return at
		}
		t.out.Meal = meal
	case came != nil:
		t.out.Meal = mealAt(*came, *s, t.out.Date, meals)
	case len(meals) > 0:
		t.wrong(dayField, "VIS-10", "没有时间，也没有餐段，不知道是哪一餐", "再选一列时间或餐段")
	}
	if at == nil && t.out.Meal.Valid() {
		from, _ := meals[t.out.Meal-1].Span()
		m := t.out.Date.At(from, s.ClockOn(t.out.Date).Zone)
		at = &m
	}
	return at
}

// moment puts a day and a time of a store's clock together. A time before the
// cut-over without a day of its own is of the night after the business day.
func moment(s tenant.Store, day *kernel.BusinessDate, wall *time.Duration, business *kernel.BusinessDate) *time.Time {
	on := day
	if on == nil {
		on = business
	}
	if on == nil || wall == nil {
		return nil
	}
	clock, at := s.ClockOn(*on), *wall
	if day == nil && at < clock.Cutover {
		at += 24 * time.Hour
	}
	m := on.At(at, clock.Zone)
	return &m
}

// mealAt is visit.MealAt for a business day that the file says: what lies outside it
// is of its first or last meal.
func mealAt(came time.Time, s tenant.Store, on kernel.BusinessDate, meals []visit.Meal) tenant.MealPeriod {
	switch of := s.BusinessDate(came); {
	case of < on:
		return meals[0].Period
	case of > on:
		return meals[len(meals)-1].Period
	}
	return visit.MealAt(came, s, meals)
}

func wallOf(at time.Time, s tenant.Store) time.Duration {
	l := at.In(s.ClockOn(s.BusinessDate(at)).Zone)
	return time.Duration(l.Hour())*time.Hour + time.Duration(l.Minute())*time.Minute
}

// oldest is how long ago a day may lie.
const oldest = 800

func (t *tillLine) day(field string, ahead kernel.BusinessDate) {
	if t.out.Store == nil || t.out.Date == 0 {
		return
	}
	switch today := t.out.Store.BusinessDate(t.Now); {
	case t.out.Date > today+ahead:
		t.wrong(field, "RUL-02", "日期在今天以后", "核对年份和日期格式")
	case t.out.Date < today-oldest:
		t.wrong(field, "RUL-02", "日期在两年多以前", "核对年份和日期格式")
	}
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

func (t *tillLine) booking() {
	t.out.No = t.name("ref", "预定编号")
	t.when("date", "arrive", "seated")
	t.day("date", 400)
	b := visit.SentBooking{
		Ref: t.Mapping.Ref(t.out.No), State: visit.State(t.out.State), Number: t.out.Number, GuestName: cut(t.cell("guest"), 40), Date: t.out.Date, Meal: t.out.Meal,
		Kind: visit.Hall, Note: cut(t.cell("note"), 200),
	}
	if t.out.Store != nil {
		b.Store = t.out.Store.ID
	}
	t.times(&b)
	t.booker(&b)
	t.room(&b)
	t.guests(&b)
	if text := t.cell("deposit"); text != "" {
		amount, ok := parseMoney(text, t.Mapping.Fen)
		if !ok || amount < 0 {
			t.wrong("deposit", "VIS-10", "订金看不懂", "写成 500.00")
		}
		b.Deposit, t.out.Amount = amount, amount
	}
	if b.State == visit.Cancelled || b.State == visit.NoShow {
		b.Reason = cut(t.cell("reason"), 200)
	}
	_, b.Noticed = yesWords[Fold(t.cell("noticed"))]
	t.out.Booking = b
}

// times are those of arrival and seating; who has sat without a time of it sat when
// he was to come.
func (t *tillLine) times(b *visit.SentBooking) {
	if t.out.Store == nil || t.out.Date == 0 {
		return
	}
	clock := func(w *time.Duration) string {
		return fmt.Sprintf("%02d:%02d", int(w.Hours())%24, int(w.Minutes())%60)
	}
	for _, f := range []string{"date", "arrive"} {
		if _, w, ok := parseMoment(t.cell(f)); ok && w != nil {
			b.Arrive = clock(w)
		}
	}
	if b.State != visit.Seated && b.State != visit.Finished {
		return
	}
	if _, w, ok := parseMoment(t.cell("seated")); ok && w != nil {
		b.Seated = clock(w)
	} else if b.Seated = b.Arrive; b.Seated == "" && t.out.Meal.Valid() {
		from, _ := t.Meals(*t.out.Store, t.out.Date)[t.out.Meal-1].Span()
		b.Seated = clock(&from)
		t.say(Noted, "seated", "VIS-08", "没有入座时间，按餐段开始算", "")
	}
}

func (t *tillLine) booker(b *visit.SentBooking) {
	text := t.cell("booker")
	who := t.Mapping.Booker
	if text != "" {
		if found := t.people[Fold(text)]; len(found) == 1 {
			who = &found[0].ID
		} else if said, ok := t.Mapping.Bookers[Fold(text)]; ok {
			who = &said
		} else if who == nil {
			t.out.Unknown = append(t.out.Unknown, TillWord{"booker", cut(text, 100)})
			t.wrong("booker", "VIS-05", "员工名单里没有这位订单人", "在“对应”里选择他是谁，或改成他的工号")
			return
		} else {
			t.say(Noted, "booker", "VIS-05", "员工名单里没有这位订单人，按所选的人算", "")
		}
	}
	if who == nil {
		t.wrong("booker", "VIS-05", "没有填写订单人", "在“对应”里选择没写订单人的算谁")
		return
	}
	b.Booker = *who
}

func (t *tillLine) room(b *visit.SentBooking) {
	text := t.cell("kind")
	if kind, ok := kindWords[Fold(text)]; ok {
		b.Kind = visit.Kind(kind)
	} else if text != "" {
		t.wrong("kind", "VIS-10", "不认识这个预定类型", "写成 散台、包间、包席")
	}
	if place := t.cell("place"); place != "" {
		for p := range strings.FieldsFuncSeq(place, func(r rune) bool { return strings.ContainsRune(",，、;；/", r) }) {
			if p = strings.TrimSpace(p); p != "" && len(b.Places) < 20 {
				b.Places = append(b.Places, cut(p, 40))
			}
		}
	}
	if tables := t.cell("tables"); tables != "" && b.Kind == visit.Banquet {
		n, ok := wholeNumber(tables)
		if !ok || n < 1 || n > 999 {
			t.wrong("tables", "VIS-10", "桌数不是整数", "写成 12")
		}
		b.Tables = int32(n)
	}
	if b.Kind == visit.Banquet && b.Tables == 0 && t.out.Grade() < Wrong {
		t.wrong("tables", "VIS-10", "包席没有填写桌数", "写成 12")
	}
}

func (t *tillLine) guests(b *visit.SentBooking) {
	text := strings.TrimRight(t.cell("guests"), "人位")
	if text == "" {
		return
	}
	n, ok := wholeNumber(text)
	if !ok || n < 0 || n > 9999 {
		t.wrong("guests", "VIS-10", "人数不是整数", "写成 8")
		return
	}
	b.Guests = int32(n)
}

func wholeNumber(s string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(s, ".0"))
	return n, err == nil
}

// Loose reports whether the line is a bill that leads to nobody: a person links it
// (VIS-06).
func (r TillRead) Loose() bool {
	b := r.Bill
	return b.No != "" && b.RefundOf == "" && r.Number == "" && b.BookingRef == "" && b.Status.Counts()
}
