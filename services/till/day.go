package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// act is one thing that happens in the store. Exactly one of the fields behind At is
// set.
type act struct {
	At      time.Duration // after midnight of the day
	Bill    *changke.Bill
	Kind    string // of a bill's revision: "open", "pay", "void", "refund", "note", "split", "merge", "reopen", "move"
	Booking *changke.UpsertBookingRequest
	Seat    string // reference of a booking
	Number  string // of a guest who stands at the till: looked up
	Ring    string // number of who calls
}

// world is what a day is made of.
type world struct {
	Store, Source, Day string
	Midnight           time.Time // of the day, in the store's zone
	Guests             []string  // numbers on file
	Places, Bookers    []string
	Bookings           bool // bookings can be made for the day
}

// The hours in which there is no line: bills paid then come in the evening.
const (
	offlineFrom  = 19 * time.Hour
	offlineUntil = 20 * time.Hour
)

// meal is a peak of the day.
type meal struct {
	period     visitv1.MealPeriod
	share      float64
	peak, wide time.Duration
}

// planner writes a day.
type planner struct {
	world
	random  *rand.Rand
	acts    []act
	serial  int
	waiting int // bills put into the hour without a line
}

// plan writes a day of some bills; the same seed gives the same day.
func plan(w world, seed uint64, bills int) []act {
	p := &planner{world: w, random: seeded(seed, 20251001)}
	refs := p.book()
	meals := []meal{{changke.Lunch, 0.42, 12 * time.Hour, 50 * time.Minute}, {changke.Tea, 0.12, 15*time.Hour + 30*time.Minute, 40 * time.Minute}, {changke.Dinner, 0.46, 19 * time.Hour, 60 * time.Minute}}
	lives := []func(*changke.Bill){p.voided, p.refunded, p.noted, p.split, p.merged, p.reopened, p.moved}
	n := 0
	for _, m := range meals {
		for range max(len(lives), int(m.share*float64(bills))) {
			b := p.bill(m)
			if n < len(refs) && m.period != changke.Tea {
				b.BookingRef = refs[n]
			}
			switch {
			case n < len(lives): // each kind of life at least once
				lives[n](b)
			case p.random.IntN(8) == 0:
				lives[p.random.IntN(len(lives))](b)
			default:
				p.paid(b)
			}
			n++
		}
	}
	for range 3 {
		p.acts = append(p.acts, act{At: time.Duration(10+p.random.IntN(10)) * time.Hour, Ring: p.guest()})
	}
	slices.SortStableFunc(p.acts, func(a, b act) int { return cmp.Compare(a.At, b.At) })
	return p.acts
}

// guest is a number on file, now and then a stranger's.
func (p *planner) guest() string {
	if len(p.Guests) == 0 || p.random.IntN(5) == 0 {
		return fmt.Sprintf("139000%05d", p.random.IntN(100000))
	}
	return p.Guests[p.random.IntN(len(p.Guests))]
}

// bill begins a bill of a meal, near its peak.
func (p *planner) bill(m meal) *changke.Bill {
	p.serial++
	at := m.peak + time.Duration(p.random.NormFloat64()*float64(m.wide)/2)
	at = min(max(at, m.peak-m.wide), m.peak+m.wide).Truncate(time.Second)
	if m.period == changke.Dinner && p.waiting < 6 { // some always wait for the evening
		p.waiting++
		at = offlineFrom + time.Duration(p.waiting)*8*time.Minute
	}
	b := &changke.Bill{
		StoreCode: p.Store, Source: p.Source, BillNo: fmt.Sprintf("%s-%04d", p.Day, p.serial), Revision: 1, BusinessDate: p.Day, MealPeriod: m.period,
		CloseTime: timestamppb.New(p.Midnight.Add(at)), Status: changke.Paid, TableName: fmt.Sprintf("%c%d", 'A'+rune(p.random.IntN(3)), 1+p.random.IntN(20)),
	}
	if p.random.IntN(3) > 0 {
		b.Number = p.guest()
	}
	for range 1 + p.random.IntN(5) {
		dish := dishes[p.random.IntN(len(dishes))]
		b.Lines = append(b.Lines, &changke.BillLine{Name: dish.name, QuantityMilli: 1000, AmountFen: dish.fen})
		b.AmountFen += dish.fen
	}
	return b
}

var dishes = []struct {
	name string
	fen  int64
}{{"清蒸石斑", 26800}, {"虾饺", 3800}, {"叉烧包", 2800}, {"普洱一壶", 8800}, {"烧鹅半只", 15800}, {"上汤豆苗", 4800}, {"包间服务费", 20000}}

// rev puts a further state of a bill into the day: everything anew, under the next
// number.
func (p *planner) rev(b *changke.Bill, kind string, after time.Duration, edit func(b *changke.Bill)) {
	at := b.GetCloseTime().AsTime().Add(after)
	if edit != nil {
		b.Revision++
		edit(b)
	}
	b.CloseTime = timestamppb.New(at)
	p.acts = append(p.acts, act{At: at.Sub(p.Midnight), Kind: kind, Bill: proto.CloneOf(b)})
}

// paid is the plain life: some are told when the guests sit down.
func (p *planner) paid(b *changke.Bill) {
	if b.GetNumber() != "" {
		p.acts = append(p.acts, act{At: b.GetCloseTime().AsTime().Sub(p.Midnight), Number: b.GetNumber()})
	}
	if p.random.IntN(3) > 0 {
		p.rev(b, "pay", 0, nil)
		return
	}
	b.Status = changke.Opened
	p.rev(b, "open", -40*time.Minute, nil)
	p.rev(b, "pay", 40*time.Minute, func(b *changke.Bill) { b.Status = changke.Paid })
}

func (p *planner) voided(b *changke.Bill) {
	p.paid(b)
	p.rev(b, "void", 5*time.Minute, func(b *changke.Bill) { b.Status = changke.Voided })
}

func (p *planner) refunded(b *changke.Bill) {
	p.paid(b)
	p.rev(b, "refund", 10*time.Minute, func(b *changke.Bill) {
		back := b.GetLines()[0].GetAmountFen()
		b.AmountFen -= back
		b.Refunds = append(b.Refunds, &changke.BillRefund{AmountFen: back, RefundTime: b.GetCloseTime()})
	})
}

// noted gives money back by a document of its own, which comes before its bill.
func (p *planner) noted(b *changke.Bill) {
	note := proto.CloneOf(b)
	note.BillNo, note.RefundOf, note.Lines, note.BookingRef, note.Number, note.TableName = "R"+b.GetBillNo(), b.GetBillNo(), nil, "", "", ""
	note.AmountFen = b.GetLines()[0].GetAmountFen()
	p.rev(note, "note", -time.Second, nil)
	p.rev(b, "pay", 0, nil)
}

// split makes two bills of one.
func (p *planner) split(b *changke.Bill) {
	p.paid(b)
	part := proto.CloneOf(b)
	p.serial++
	part.BillNo, part.SplitFrom, part.Revision, part.BookingRef = fmt.Sprintf("%s-%04d", p.Day, p.serial), b.GetBillNo(), 1, ""
	part.AmountFen = b.GetAmountFen() / 2
	p.rev(b, "split", 2*time.Minute, func(b *changke.Bill) { b.AmountFen -= part.GetAmountFen() })
	p.rev(part, "split", 2*time.Minute, nil)
}

// merged lets a bill go into another.
func (p *planner) merged(b *changke.Bill) {
	p.paid(b)
	other := proto.CloneOf(b)
	p.serial++
	other.BillNo, other.Revision, other.BookingRef = fmt.Sprintf("%s-%04d", p.Day, p.serial), 1, ""
	p.paid(other)
	other.CloseTime = b.GetCloseTime()
	p.rev(other, "merge", 2*time.Minute, func(o *changke.Bill) { o.Status, o.MergedInto = changke.Merged, b.GetBillNo() })
	p.rev(b, "merge", 2*time.Minute, func(b *changke.Bill) { b.AmountFen += other.GetAmountFen() })
}

func (p *planner) reopened(b *changke.Bill) {
	p.paid(b)
	p.rev(b, "reopen", 3*time.Minute, func(b *changke.Bill) { b.Status = changke.Reopened })
	p.rev(b, "pay", time.Minute, func(b *changke.Bill) { b.Status, b.AmountFen = changke.Paid, b.GetAmountFen()+8800 })
}

func (p *planner) moved(b *changke.Bill) {
	p.paid(b)
	p.rev(b, "move", -5*time.Minute, func(b *changke.Bill) { b.TableName = "牡丹厅" })
}

// book makes the day's bookings and gives the references of those that come.
func (p *planner) book() (refs []string) {
	if !p.Bookings {
		return nil
	}
	ends := []struct {
		meal     visitv1.MealPeriod
		end      visitv1.BookingState
		sit, off time.Duration
	}{{changke.Lunch, changke.Finished, 11*time.Hour + 30*time.Minute, 14 * time.Hour}, {changke.Dinner, changke.Finished, 18 * time.Hour, 21 * time.Hour}, {changke.Lunch, changke.Cancelled, 0, 10*time.Hour + 50*time.Minute}, {changke.Dinner, changke.NoShow, 0, 20*time.Hour + 30*time.Minute}}
	for i, e := range ends {
		b := &changke.UpsertBookingRequest{
			StoreCode: p.Store, Ref: fmt.Sprintf("%s-%s-B%d", p.Source, p.Day, i+1), State: changke.Confirmed, BusinessDate: p.Day, MealPeriod: e.meal,
			Number: p.guest(), GuestName: "客人", BookerNo: p.Bookers[i%len(p.Bookers)], Kind: changke.Hall, Guests: int32(2 + i), SendNotice: true,
		}
		p.acts = append(p.acts, act{At: 10*time.Hour + time.Duration(i)*time.Minute, Booking: proto.CloneOf(b)})
		if e.sit > 0 {
			refs = append(refs, b.GetRef())
			p.acts = append(p.acts, act{At: e.sit, Seat: b.GetRef()})
		}
		b.State, b.Reason, b.SendNotice = e.end, map[visitv1.BookingState]string{changke.Cancelled: "客人改期", changke.NoShow: "未到店"}[e.end], false
		p.acts = append(p.acts, act{At: e.off, Booking: proto.CloneOf(b)})
	}
	return refs
}
