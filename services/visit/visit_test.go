package visit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

func at(minute int32) *int32 { return &minute }

func seated(ref string, minute *int32) visit.Seating {
	return visit.Seating{Ref: ref, State: visit.Finished, Minute: minute, Noticed: true}
}

// TestCredit is VIS-08: first seated, then the lowest reference as text.
func TestCredit(t *testing.T) {
	t.Parallel()
	unnoticed, cancelled := seated("B0", at(1)), seated("B0", at(1))
	unnoticed.Noticed = false
	cancelled.State = visit.Cancelled
	for name, c := range map[string]struct {
		seatings []visit.Seating
		want     string
	}{
		"none":                       {nil, ""},
		"without notice":             {[]visit.Seating{unnoticed}, ""},
		"cancelled":                  {[]visit.Seating{cancelled}, ""},
		"earlier seat":               {[]visit.Seating{seated("B1", at(30)), seated("B2", at(20))}, "B2"},
		"same minute":                {[]visit.Seating{seated("B2", at(20)), seated("B10", at(20))}, "B10"},
		"no minute comes last":       {[]visit.Seating{seated("B1", nil), seated("B2", at(1400))}, "B2"},
		"no minutes at all":          {[]visit.Seating{seated("B2", nil), seated("B1", nil)}, "B1"},
		"earlier but not creditable": {[]visit.Seating{unnoticed, cancelled, seated("B9", at(900))}, "B9"},
	} {
		first, ok := visit.Credit(c.seatings)
		require.Equal(t, c.want, first.Ref, name)
		require.Equal(t, c.want != "", ok, name)
	}
}

func TestCreditDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var all []visit.Seating
		for i := range rapid.IntRange(0, 5).Draw(t, "n") {
			s := seated(string(rune('A'+i)), nil)
			if m := rapid.Int32Range(-1, 3).Draw(t, "minute"); m >= 0 {
				s.Minute = &m
			}
			s.Noticed = rapid.Bool().Draw(t, "noticed")
			all = append(all, s)
		}
		first, _ := visit.Credit(all)
		again, _ := visit.Credit(rapid.Permutation(all).Draw(t, "order"))
		require.Equal(t, first, again)
	})
}

// TestMinutes: the night belongs to the evening before it.
func TestMinutes(t *testing.T) {
	t.Parallel()
	last := int32(-1)
	for _, clock := range []string{"04:00", "10:30", "23:59", "00:00", "00:10", "03:59"} {
		minute, err := visit.ParseMinute(clock, tenant.Cutover)
		require.NoError(t, err)
		require.Greater(t, minute, last, clock)
		require.Equal(t, clock, visit.Clock(minute, tenant.Cutover))
		last = minute
	}
	for _, bad := range []string{"", "24:00", "7:30", "12:60", "12:30:00", "noon"} {
		_, err := visit.ParseMinute(bad, tenant.Cutover)
		require.Error(t, err, bad)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	store := tenant.Store{Zone: zone, Cutover: tenant.Cutover}
	require.Equal(t, int32(1), visit.MinuteAt(time.Date(2025, 1, 1, 20, 1, 59, 0, time.UTC), store))
}

// TestTransitions is VIS-09: every state with every act.
func TestTransitions(t *testing.T) {
	t.Parallel()
	allowed := map[visit.State]map[visit.Act]visit.State{
		visit.Requested: {visit.ActConfirm: visit.Confirmed, visit.ActSeat: visit.Seated, visit.ActCancel: visit.Cancelled, visit.ActNoShow: visit.NoShow},
		visit.Confirmed: {visit.ActSeat: visit.Seated, visit.ActCancel: visit.Cancelled, visit.ActNoShow: visit.NoShow},
		visit.Seated:    {visit.ActFinish: visit.Finished},
	}
	for _, s := range []visit.State{visit.Requested, visit.Confirmed, visit.Seated, visit.Finished, visit.Cancelled, visit.NoShow} {
		for a := visit.ActConfirm; a <= visit.ActNoShow; a++ {
			next, err := s.Next(a)
			if want, ok := allowed[s][a]; ok {
				require.NoError(t, err)
				require.Equal(t, want, next)
				continue
			}
			require.ErrorIs(t, err, visit.ErrWrongState, "%s %d", s, a)
		}
	}
}

func TestRefs(t *testing.T) {
	t.Parallel()
	now := time.Now()
	seen := map[string]bool{}
	for range 1000 {
		ref := visit.RefOf(kernel.NewID[kernel.UUID](now))
		require.Regexp(t, "^B[A-Z2-7]{13}$", ref)
		require.False(t, seen[ref])
		seen[ref] = true
	}
}

// TestBillFollowsItsBooking is VIS-06: number, date and meal come from a known
// booking, also an empty number.
func TestBillFollowsItsBooking(t *testing.T) {
	t.Parallel()
	own := visit.Bill{Number: "own", Date: 10, Meal: tenant.Lunch}
	require.Equal(t, visit.Key{Number: "own", Date: 10, Meal: tenant.Lunch}, own.At(nil))
	for _, k := range []visit.Key{{Number: "booked", Date: 11, Meal: tenant.Dinner}, {Date: 11, Meal: tenant.Dinner}} {
		require.Equal(t, k, own.At(&k))
	}
}

// TestWeigh is VIS-07: the highest revision holds, in whatever order they come.
func TestWeigh(t *testing.T) {
	t.Parallel()
	rev := func(n int32, amount kernel.Fen) visit.Bill {
		return visit.Bill{Revision: n, Amount: amount, Status: visit.Paid}
	}
	recorded, superseded, duplicate := visit.Result{Outcome: visit.Recorded}, visit.Result{Outcome: visit.Superseded}, visit.Result{Outcome: visit.Duplicate}
	conflict := visit.Result{Outcome: visit.Refused, Reason: visit.ReasonRevisionConflict}
	for name, c := range map[string]struct {
		onFile, items []visit.Bill
		want          []visit.Result
		fresh         []int
	}{
		"new":                   {nil, []visit.Bill{rev(1, 5)}, []visit.Result{recorded}, []int{0}},
		"new, first is late":    {nil, []visit.Bill{rev(2, 5), rev(1, 4)}, []visit.Result{recorded, superseded}, []int{0, 1}},
		"twice in a batch":      {nil, []visit.Bill{rev(1, 5), rev(1, 5), rev(1, 6)}, []visit.Result{recorded, duplicate, conflict}, []int{0}},
		"known":                 {[]visit.Bill{rev(1, 5)}, []visit.Bill{rev(1, 5)}, []visit.Result{duplicate}, nil},
		"known with other text": {[]visit.Bill{rev(1, 5)}, []visit.Bill{rev(1, 6), rev(2, 6)}, []visit.Result{conflict, recorded}, []int{1}},
		"late":                  {[]visit.Bill{rev(3, 5)}, []visit.Bill{rev(2, 5), rev(1, 5)}, []visit.Result{superseded, superseded}, []int{0, 1}},
		"higher":                {[]visit.Bill{rev(1, 5)}, []visit.Bill{rev(7, 0)}, []visit.Result{recorded}, []int{0}},
	} {
		results, fresh := visit.Weigh(c.onFile, c.items)
		require.Equal(t, c.want, results, name)
		require.Equal(t, c.fresh, fresh, name)
	}
}

func TestSameBillToTheMicrosecond(t *testing.T) {
	t.Parallel()
	a := visit.Bill{ClosedAt: time.Date(2025, 1, 1, 12, 0, 0, 1700, time.UTC)}
	b := a
	b.ClosedAt = a.ClosedAt.Add(200).In(time.FixedZone("", 8*3600))
	require.True(t, a.Same(b))
	b.ClosedAt = a.ClosedAt.Add(time.Microsecond)
	require.False(t, a.Same(b))
}

func TestByBill(t *testing.T) {
	t.Parallel()
	bill := func(no string) visit.Bill { return visit.Bill{BillKey: visit.BillKey{No: no}} }
	require.Equal(t, [][]int{{1}, {0, 2}, {3}}, visit.ByBill([]visit.Bill{bill("b"), bill("a"), bill("b"), bill("c")}))
	require.Empty(t, visit.ByBill(nil))
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	for _, ok := range []string{"", "N1", "单号 7", "a-b/c"} {
		require.True(t, visit.CheckText(ok), ok)
	}
	for _, bad := range []string{" N1", "N1\t", "N\n1", "N\x001"} {
		require.False(t, visit.CheckText(bad), bad)
	}
}

// TestExplained: each sentence names the person who gets the credit and the
// rule.
func TestExplained(t *testing.T) {
	t.Parallel()
	me, other := kernel.NewID[kernel.PersonID](time.Now()), kernel.NewID[kernel.PersonID](time.Now())
	name := func(p kernel.PersonID) string { return map[kernel.PersonID]string{me: "张三", other: "李四"}[p] }
	mine := visit.Seating{Ref: "B2", Booker: me, State: visit.Finished, Minute: at(30), Noticed: true}
	theirs := visit.Seating{Ref: "B1", Booker: other, State: visit.Finished, Minute: at(20), Noticed: true}
	with := func(change func(*visit.Seating)) visit.Seating {
		s := mine
		change(&s)
		return s
	}
	silent := with(func(s *visit.Seating) { s.Noticed = false })
	for _, c := range []struct {
		booking visit.Seating
		others  []visit.Seating
		bills   int
		want    []string
	}{
		{mine, nil, 1, []string{"计入张三", "VIS-08"}},
		{mine, []visit.Seating{theirs}, 1, []string{"计入李四", "B1", "更早"}},
		{silent, []visit.Seating{theirs}, 1, []string{"不计入张三", "李四", "VIS-03"}},
		{silent, nil, 1, []string{"不计入任何人", "VIS-11"}},
		{silent, nil, 0, []string{"待补", "VIS-11"}},
		{with(func(s *visit.Seating) { s.State = visit.Confirmed }), nil, 0, []string{"离席后计入张三"}},
		{with(func(s *visit.Seating) { s.State, s.Noticed = visit.Seated, false }), nil, 0, []string{"尚未发送通知", "VIS-03"}},
		{with(func(s *visit.Seating) { s.State = visit.Cancelled }), nil, 0, []string{"已取消"}},
		{with(func(s *visit.Seating) { s.State = visit.NoShow }), nil, 0, []string{"客人未到"}},
	} {
		words := visit.ExplainBooking(visit.Told{Seating: c.booking, Known: true}, append(c.others, c.booking), c.bills, name)
		text := words.ZH
		require.NotRegexp(t, `\p{Han}{4}|%!`, words.EN)
		for _, part := range c.want {
			require.Contains(t, text, part)
		}
	}
	for _, c := range []struct {
		told visit.Told
		want []string
	}{
		{visit.Told{Seating: mine}, []string{"待补", "号码"}},
		{visit.Told{Seating: with(func(s *visit.Seating) { s.State = visit.Seated })}, []string{"不计入任何人", "号码"}},
		{visit.Told{Seating: with(func(s *visit.Seating) { s.State, s.Noticed = visit.Requested, false }), Known: true}, []string{"待确认", "张三"}},
		{visit.Told{Seating: mine, Known: true, InPerson: true}, []string{"计入张三", "因为", "当面告知", "督察"}},
		{visit.Told{Seating: mine, Known: true, Entered: other}, []string{"计入张三", "由李四代为登记", "VIS-04"}},
		{visit.Told{Seating: mine, Known: true, Entered: me, Former: other, ByWhom: me}, []string{"计入张三", "原登记李四", "VIS-13"}},
	} {
		words := visit.ExplainBooking(c.told, []visit.Seating{c.told.Seating}, 0, name)
		require.NotRegexp(t, `\p{Han}{4}|%!`, words.EN)
		for _, part := range c.want {
			require.Contains(t, words.ZH, part)
		}
	}
	require.Contains(t, visit.ExplainVisit(true, "张三", "B2", 1).ZH, "计入张三")
	require.Contains(t, visit.ExplainVisit(true, "张三", "B2", 0).ZH, "账单未到")
	require.Contains(t, visit.ExplainVisit(true, "", "", 2).ZH, "不计入任何人")
	require.Contains(t, visit.ExplainVisit(false, "张三", "B2", 1).ZH, "审核通过之前的消费")
}

func TestRuleFields(t *testing.T) {
	t.Parallel()
	require.NoError(t, tenant.Catalogue(visit.RuleFields).Check())
	var clocks []string
	for _, f := range visit.RuleFields {
		require.True(t, f.StoreMayOverride)
		if f.Rule == "VIS-10" {
			clocks = append(clocks, visit.Clock(int32(f.Default), 0))
		}
	}
	require.Equal(t, "10:30 14:30 17:00 21:00", strings.Join(clocks, " "))
}

func TestMealAt(t *testing.T) {
	t.Parallel()
	east, own := kernel.StoreID{1}, kernel.StoreID{2}
	rules := tenant.NewRules(visit.RuleFields, tenant.RuleSet{Stores: map[kernel.StoreID]tenant.Values{own: {visit.FieldDinnerFrom: 16 * 60}}})
	for _, c := range []struct {
		store kernel.StoreID
		day   int
		clock string
		want  tenant.MealPeriod
	}{
		{east, 1, "04:00", tenant.Lunch}, // before the first meal of the day
		{east, 1, "10:29", tenant.Lunch},
		{east, 1, "14:29", tenant.Lunch},
		{east, 1, "14:30", tenant.Tea},
		{east, 1, "16:59", tenant.Tea},
		{own, 1, "16:00", tenant.Dinner},
		{east, 1, "17:00", tenant.Dinner},
		{east, 1, "21:00", tenant.Supper},
		{east, 1, "23:59", tenant.Supper},
		{east, 2, "00:30", tenant.Supper},
		{east, 2, "03:59", tenant.Supper},
	} {
		now, err := time.ParseInLocation("2006-01-2 15:04", fmt.Sprintf("2025-03-%d %s", c.day, c.clock), tenant.Shanghai)
		require.NoError(t, err)
		store := tenant.Store{ID: c.store, Zone: tenant.Shanghai, Cutover: 4 * time.Hour}
		require.Equal(t, c.want, visit.MealAt(now, store, visit.Meals(store, rules, store.BusinessDate(now))), "%v %s", c.store, c.clock)
	}
	hours := ""
	for _, m := range visit.Meals(tenant.Store{ID: own, Cutover: 4 * time.Hour}, rules, 0) {
		hours += fmt.Sprintf("%d %s-%s ", m.Period, visit.Clock(0, m.From), visit.Clock(0, m.Until))
	}
	require.Equal(t, "1 10:30-14:30 2 14:30-16:00 3 16:00-21:00 4 21:00-04:00 ", hours)
}

func TestEveryReasonCanBeMended(t *testing.T) {
	t.Parallel()
	for _, r := range []string{
		visit.ReasonUnknownStore, visit.ReasonRevisionConflict, visit.ReasonBadNumber, visit.ReasonBadDate, visit.ReasonBadText, visit.ReasonNotStorable,
	} {
		require.NotEmpty(t, visit.Mend(r), r)
	}
	require.Empty(t, visit.Mend(""))
}
