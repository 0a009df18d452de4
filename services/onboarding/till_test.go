package onboarding_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

var (
	shanghai = time.FixedZone("+08", 8*3600)
	friendly = tenant.Store{ID: kernel.StoreID{2}, Code: "s01", Name: "友谊店", Zone: shanghai, Cutover: 4 * time.Hour}
	gone     = tenant.Store{ID: kernel.StoreID{4}, Code: "s03", Name: "老城店", Zone: shanghai, Cutover: 4 * time.Hour, ClosedOn: new(kernel.NewDate(2026, time.November, 30))}
	north    = tenant.Store{ID: kernel.StoreID{3}, Code: "s02", Name: "北城店", Zone: shanghai, Cutover: 4 * time.Hour}
)

func meals(s tenant.Store, on kernel.BusinessDate) []visit.Meal {
	h := time.Hour
	return []visit.Meal{
		{Period: tenant.Lunch, From: 10*h + 30*time.Minute, Until: 14*h + 30*time.Minute},
		{Period: tenant.Tea, From: 14*h + 30*time.Minute, Until: 17 * h},
		{Period: tenant.Dinner, From: 17 * h, Until: 21 * h},
		{Period: tenant.Supper, From: 21 * h, Until: s.ClockOn(on).Cutover},
	}
}

// reading reads a table of cells as a till's file: the first line that is a header,
// its proposed mapping, then the others.
func reading(t *testing.T, kind onboarding.TillKind, table string, mend func(*onboarding.TillMapping)) (out []onboarding.TillRead) {
	t.Helper()
	var r *onboarding.TillReader
	for i, row := range strings.Split(strings.TrimSpace(table), "\n") {
		cells := strings.Split(row, "|")
		if r == nil {
			head, found := onboarding.ReadTillHead(kind, i+1, cells)
			if !found {
				continue
			}
			m := onboarding.ProposeTill(kind, head)
			m.System = "客如云"
			if mend != nil {
				mend(&m)
			}
			require.NoError(t, m.Check(kind, head))
			r = &onboarding.TillReader{
				Kind: kind, Head: head, Mapping: m, Stores: []tenant.Store{friendly, north, gone}, Now: time.Date(2026, 11, 23, 9, 0, 0, 0, shanghai), Meals: meals,
				Rooms:  []visit.Resource{peony, desk, hall, old},
				People: []onboarding.PersonRef{{ID: kernel.PersonID{7}, No: "E0007", Name: "林小满"}, {ID: kernel.PersonID{8}, No: "E0008", Name: "周五一", Left: true}},
			}
			continue
		}
		if l, there := onboarding.ReadTillLine(i+1, cells); there {
			out = append(out, r.Read(l))
		}
	}
	require.NotNil(t, r, "no header was found")
	return out
}

// TestBillLines reads bills as systems export them: a title before the header, money
// and times in every form, the night before the cut-over, sums at the end (VIS-07,
// RUL-02, VIS-10).
func TestBillLines(t *testing.T) {
	t.Parallel()
	lines := reading(t, onboarding.TillBills, `
客如云 账单明细
门店名称|账单号|开台时间|结账时间|实收金额(元)|桌台名称|会员手机号|账单状态|原单号|备注
友谊店|1001|2026-11-22 18:05|2026-11-22 20:40:05|¥1,234.50|A08|138 1234 5678|已结账||
S01|1002|2026/11/22 23:10|2026/11/23 01:30|880元|A09|13812345678.0|已结账||
友谊店|1003||46348.8611|64.5000000001||138****5678|作废||
友谊店|1004||2026年11月22日 12:00|(12.00)|||退款|1001|
友谊店|1005||2026-11-22 12:00|20|||退单||
友谊店|1006||2026-11-22 12:00|-20||||
老友谊|1007||2026-11-22 12:00|20|||挂起||
友谊店|1.23457E+12||2026-11-32 12:00|一百||||
友谊店|1008||2027-11-22 12:00|1.234||||
合计||||2201.00|||||
`, nil)
	require.Len(t, lines, 9, "titles and sums are no lines")
	first := lines[0]
	require.Empty(t, first.Remarks)
	require.Equal(t, visit.Bill{
		BillKey: visit.BillKey{Store: friendly.ID, Source: "客如云", No: "1001"}, Date: kernel.NewDate(2026, time.November, 22), Meal: tenant.Dinner,
		ClosedAt: time.Date(2026, 11, 22, 12, 40, 5, 0, time.UTC), Amount: 123450, Status: visit.Paid, Detail: &visit.Detail{Table: "A08"},
	}, first.Bill)
	require.Equal(t, "138****5678", first.Number.Masked())
	require.Equal(t, []any{kernel.NewDate(2026, time.November, 22), tenant.Supper, kernel.Phone("+8613812345678")}, []any{lines[1].Date, lines[1].Meal, lines[1].Number}, "paid at 01:30 is of the evening before")
	require.Equal(t, []any{visit.Voided, kernel.Fen(6450), kernel.NewDate(2026, time.November, 22), 20 * time.Hour}, []any{lines[2].Bill.Status, lines[2].Amount, lines[2].Date, lines[2].Wall.Truncate(time.Hour)})
	require.Equal(t, onboarding.Noted, lines[2].Grade(), "a hidden number leaves the bill to a person")
	require.Equal(t, []any{visit.Refunded, "1001", kernel.Fen(1200)}, []any{lines[3].Bill.Status, lines[3].Bill.RefundOf, lines[3].Amount})
	require.Equal(t, visit.Voided, lines[4].Bill.Status, "given back as a whole")
	for i, b := range lines[:5] {
		require.True(t, b.Bill.CheckLife(), i)
	}
	var said []string
	for _, l := range lines[5:] {
		for _, r := range l.Remarks {
			said = append(said, l.No+" "+r.Letter+" "+r.Reason)
		}
	}
	require.Equal(t, []string{
		"1006 H 没有填写状态，按已结账算", "1006 E 金额小于零，又没有原账单号",
		"1007 A 没有这家门店", "1007 H 不认识这个状态",
		" H 没有填写状态，按已结账算", " B 账单号被表格变成了科学计数，后几位已经丢失", " D 日期或时间看不懂", " E 金额看不懂",
		"1008 H 没有填写状态，按已结账算", "1008  日期在今天以后", "1008 E 金额看不懂",
	}, said)
	require.Equal(t, []onboarding.TillWord{{Kind: "store", Text: "老友谊"}, {Kind: "state", Text: "挂起"}}, lines[6].Unknown)
}

// TestOneStoreInFen reads a file of one store, in fen, with the business day and the
// meal said, and words that were matched before.
func TestOneStoreInFen(t *testing.T) {
	t.Parallel()
	lines := reading(t, onboarding.TillBills, `
单号|金额（分）|营业日期|餐段|结账时间|状态
9|123450|2026-11-21|晚市|00:20|怪状态
`, func(m *onboarding.TillMapping) {
		require.True(t, m.Fen)
		m.Store, m.States = &north.ID, map[string]string{"怪状态": "opened"}
	})
	l := lines[0]
	require.Empty(t, l.Remarks)
	require.Equal(t, []any{kernel.Fen(123450), kernel.NewDate(2026, time.November, 21), tenant.Dinner, visit.Opened, north.ID},
		[]any{l.Amount, l.Date, l.Meal, l.Bill.Status, l.Bill.Store})
	require.Equal(t, time.Date(2026, 11, 22, 0, 20, 0, 0, shanghai).Unix(), l.Bill.ClosedAt.Unix(), "twenty past midnight of the night after")
}

// TestBookingLines reads bookings (VIS-05, VIS-09, VIS-10).
func TestBookingLines(t *testing.T) {
	t.Parallel()
	lines := reading(t, onboarding.TillBookings, `
门店|预定编号|用餐日期|预抵时间|入座时间|客人姓名|手机号|订单人|人数|包间|类型|桌数|状态|短信已发|订金
友谊店|K1|2026-11-24|18:30||王先生|13812345678|E0007|8人|牡丹厅|包间||已确认|是|500
友谊店|K2|2026-11-22|18:30|18:42|李女士|13812345679|林小满|4.0||||已完成|否|
友谊店|K3|2026-11-22|||张先生||周五一|x||包席||已取消||
`, nil)
	require.Empty(t, lines[0].Remarks)
	require.Equal(t, visit.SentBooking{
		Store: friendly.ID, Ref: "客如云-K1", State: visit.Confirmed, Number: "+8613812345678", GuestName: "王先生", Booker: kernel.PersonID{7}, Date: kernel.NewDate(2026, time.November, 24),
		Meal: tenant.Dinner, Kind: visit.Room, Places: []string{"牡丹厅"}, Guests: 8, Arrive: "18:30", Deposit: 50000, Noticed: true,
	}, lines[0].Booking)
	require.Equal(t, []any{visit.Finished, "18:42", int32(4), false}, []any{lines[1].Booking.State, lines[1].Booking.Seated, lines[1].Booking.Guests, lines[1].Booking.Noticed})
	require.NoError(t, lines[1].Booking.Check())
	require.Equal(t, onboarding.Wrong, lines[2].Grade())
	require.Contains(t, lines[2].Unknown, onboarding.TillWord{Kind: "booker", Text: "周五一"})
}

// TestBookingLinesOfAStoreGone: guests who would come to a store that has ended by then
// are a wrong line, whose words say since when and what to do (HND-08). Days before it,
// and what is over or was called off, are read as ever.
func TestBookingLinesOfAStoreGone(t *testing.T) {
	t.Parallel()
	lines := reading(t, onboarding.TillBookings, `
门店|预定编号|用餐日期|预抵时间|入座时间|客人姓名|手机号|订单人|人数|包间|类型|桌数|状态|短信已发|订金
老城店|G1|2026-11-29|18:30||王先生|13812345678|E0007|8||散台||已确认|是|
老城店|G2|2026-11-30|18:30||王先生|13812345678|E0007|8||散台||已确认|是|
老城店|G3|2026-12-05|18:30||王先生|13812345678|E0007|8||散台||已取消||
友谊店|G4|2026-12-05|18:30||王先生|13812345678|E0007|8||散台||已确认|是|
`, nil)
	for i, want := range []string{"", "用餐日期 C 老城店从 2026-11-30 起已闭店，这天没有预定 → 改成客人要去的门店，或去掉这一行", "", ""} {
		var said []string
		for _, r := range lines[i].Remarks {
			require.Equal(t, onboarding.Wrong, r.Grade)
			said = append(said, r.Column+" "+r.Letter+" "+r.Reason+" → "+r.Mend)
		}
		require.Equal(t, want, strings.Join(said, "\n"), lines[i].No)
	}
}

// TestAnyCells demands that whatever stands in cells is read or told, never more, and
// that no reason repeats it.
func TestAnyCells(t *testing.T) {
	t.Parallel()
	head, _ := onboarding.ReadTillHead(onboarding.TillBills, 1, strings.Split("门店|账单号|结账时间|实收金额|手机号|状态|营业日期|餐段|原单号", "|"))
	rapid.Check(t, func(t *rapid.T) {
		m := onboarding.ProposeTill(onboarding.TillBills, head)
		m.System = "x"
		r := onboarding.TillReader{Kind: onboarding.TillBills, Head: head, Mapping: m, Stores: []tenant.Store{friendly}, Now: time.Date(2026, 11, 23, 9, 0, 0, 0, shanghai), Meals: meals}
		cell := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"友谊店", "13812345678", "46348.5", "0.5", "-3", "25:61", "2026-11-22", "2026-11-22 24:00", "退款", "1e400", "99999999999999", "+"}))
		l, there := onboarding.ReadTillLine(2, rapid.SliceOfN(cell, 0, 12).Draw(t, "cells"))
		if !there {
			return
		}
		read := r.Read(l)
		if read.Grade() < onboarding.Wrong {
			if !read.Bill.CheckLife() || read.Bill.No == "" || read.Bill.Amount < 0 || read.Date == 0 || !read.Meal.Valid() || read.Bill.ClosedAt.IsZero() {
				t.Fatalf("taken, but no bill: %+v", read.Bill)
			}
		}
		for _, remark := range read.Remarks {
			if strings.Contains(remark.Reason+remark.Mend, "13812345678") {
				t.Fatalf("a reason repeats a number: %+v", remark)
			}
		}
	})
}

// TestHeads finds headers, and none in lines of data.
func TestHeads(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cells string
		found bool
	}{
		{"门店|账单号|实收金额", true},
		{"*账单编号*|结账时间（必填）|实收", true},
		{"2026-11-22|1001|880", false},
		{"客如云账单明细|导出时间：2026-11-22", false},
		{"", false},
	} {
		_, found := onboarding.ReadTillHead(onboarding.TillBills, 1, strings.Split(c.cells, "|"))
		require.Equal(t, c.found, found, c.cells)
	}
	head, found := onboarding.ReadTillHead(onboarding.TillBills, 1, strings.Split("账单号|金额|金额|结账时间", "|"))
	require.True(t, found)
	require.Equal(t, "金额 (C)", head.Columns[2])
	require.Equal(t, "138****5678", onboarding.MaskedCell("13812345678"))
	require.Equal(t, "2026-11-19 12:40", onboarding.MomentCell("46345.52777777778"), "a workbook's own")
	require.Equal(t, "2026-11-19", onboarding.MomentCell("46345"))
	require.Equal(t, "138****5678", onboarding.MomentCell("13812345678"))
	require.Equal(t, "电话138****5678", onboarding.MaskedCell("电话13812345678"))
	require.Equal(t, "20261122200100012", onboarding.MaskedCell("20261122200100012"))
}

// TestProposeTillOfTwoWords: 包间/桌号 is one column, since both words mean the same;
// what may be two things is left to a person.
func TestProposeTillOfTwoWords(t *testing.T) {
	t.Parallel()
	m := onboarding.ProposeTill(onboarding.TillBookings, onboarding.TillHead{Columns: []string{"包间/桌号", "联系人/电话", "销售经理"}})
	require.Equal(t, map[string]string{"place": "包间/桌号", "booker": "销售经理"}, m.Columns)
}
