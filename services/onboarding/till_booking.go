package onboarding

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

func (t *tillLine) booking() {
	t.out.No = t.name("ref", "预定编号")
	t.when("date", "arrive", "seated")
	t.day("date", 400)
	t.gone()
	t.early()
	b := visit.SentBooking{
		Ref: t.Mapping.Ref(t.out.No), State: visit.State(t.out.State), Number: t.out.Number, GuestName: cut(t.cell("guest"), 40), Date: t.out.Date, Meal: t.out.Meal,
		Note: cut(t.cell("note"), 200),
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

// gone refuses guests who would come to a store that has ended by then (HND-08): closed,
// or merged into another. What is over may be of such a day, as late facts are.
func (t *tillLine) gone() {
	s := t.out.Store
	if s == nil || t.out.Date == 0 || s.State(t.out.Date) != tenant.StoreClosed || !visit.State(t.out.State).Open() {
		return
	}
	t.wrong("date", "HND-08", fmt.Sprintf("%s从 %s 起已闭店，这天没有预定", s.Name, s.ClosedOn), "改成客人要去的门店，或去掉这一行")
}

// early refuses guests who would have come on a business day that is still ahead
// (VIS-09).
func (t *tillLine) early() {
	s, state := t.out.Store, visit.State(t.out.State)
	if s == nil || t.out.Date <= s.BusinessDate(t.Now) || state != visit.Seated && state != visit.Finished {
		return
	}
	t.wrong("state", "VIS-09", fmt.Sprintf("营业日 %s 还没到，客人不会已经来过", t.out.Date), "核对日期和状态；还没来的写“已确认”")
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
	tables := t.cell("tables")
	if text == "" && tables != "" && tables != "0" {
		b.Kind = visit.Banquet
	}
	if tables != "" && b.Kind == visit.Banquet {
		n, ok := wholeNumber(tables)
		if !ok || n < 1 || n > 999 {
			t.wrong("tables", "VIS-10", "桌数不是整数", "写成 12")
		}
		b.Tables = int32(n)
	}
	if t.places(b) == visit.Banquet && b.Tables == 0 && t.out.Grade() < Wrong {
		t.wrong("tables", "VIS-10", "包席没有填写桌数", "写成 12")
	}
}

// places finds what the line names among the rooms, tables and halls of its store, by
// the names they have there, and gives the kind that the booking is then. Guests who
// are still to come need them of that kind and in use.
func (t *tillLine) places(b *visit.SentBooking) visit.Kind {
	kind := b.Kind
	if t.out.Store == nil {
		return kind
	}
	for _, name := range b.Places {
		p := t.rooms[t.out.Store.ID][name]
		if p != nil && kind == "" {
			kind = p.Kind
		}
		switch {
		case p == nil:
			t.wrong("place", "VIS-10", "本店没有叫这个名称的包间或桌位", "改成店里的名称，或先在门店的“包间与桌台”里录入，再从“改列的对应”重新检查；还没定的留空")
			return kind
		case !b.State.Open():
		case p.Kind != kind:
			t.wrong("place", "VIS-10", p.Name+" 与预定类型不符", "换一个桌位，或改预定类型")
			return kind
		case b.Date != 0 && !p.Used(b.Date):
			t.wrong("place", "VIS-10", p.Name+" 那天不用", "换一个，或先在门店的“包间与桌台”里恢复使用，再从“改列的对应”重新检查")
			return kind
		}
		t.out.Places = append(t.out.Places, p)
	}
	return kind
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
