package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/report/reportapp"
)

// allRules are those of the golden years but for the scores.
var allRules = []string{"LIF-04", "LIF-05", "LIF-07", "LIF-03"}

// yearOf reads a year's files.
func yearOf(t *testing.T, dir string) *year {
	t.Helper()
	facts, findings, err := onboarding.Read(os.DirFS(dir))
	require.NoError(t, err)
	require.Empty(t, findings)
	y := &year{from: facts.Span.From, to: facts.Span.To}
	for _, s := range facts.Staff {
		w := yearStaffer{no: s.No}
		if s.Left != nil {
			w.left = *s.Left
		}
		for _, p := range s.Posts {
			w.posts = append(w.posts, yearPost{p.From, p.Store, p.Position})
		}
		y.staff = append(y.staff, w)
	}
	slices.SortFunc(y.staff, func(a, b yearStaffer) int { return strings.Compare(a.no, b.no) })
	for _, c := range facts.Customers {
		y.files = append(y.files, yearFile{store: c.Store, phone: c.Phone.Local(), owner: c.ReferrerNo, approved: c.ApprovedOn})
	}
	for _, b := range facts.Bookings {
		k := yearBooking{ref: b.Ref, store: b.Store, phone: b.Phone.Local(), booker: b.BookerNo, meal: yearMeals[b.Meal-1], kind: b.Kind, state: b.State, date: b.Date, notice: b.Noticed}
		if b.SeatedClock != nil {
			k.seated = fmt.Sprintf("%02d:%02d", *b.SeatedClock/60, *b.SeatedClock%60)
		}
		y.bookings = append(y.bookings, k)
	}
	for _, b := range facts.Bills {
		y.bills = append(y.bills, yearBill{store: b.Store, source: b.Source, no: b.No, ref: b.BookingRef, phone: b.Phone.Local(), meal: yearMeals[b.Meal-1], revision: b.Revision, date: b.Date, amount: int(b.Amount), voided: b.Voided})
	}
	return y
}

// differences plays each month of the last play again, from how files then stood and
// with all that is known at the end, and tells what is decided otherwise: the month,
// whether it was decided or would be, and what. What people did on the third they
// do again where the guest is still public.
func (y *year) differences(events []reportapp.Event, rules []string) (out []string) {
	full := make([]*yearState, len(y.files))
	for i, f := range y.files {
		full[i] = &yearState{yearFile: f}
	}
	y.know(full, y.to+400)
	fact, took := map[string][]string{}, map[string]string{}
	for _, e := range events {
		line, day := e.Date+" "+e.Rule+" "+deref(e.From)+">"+deref(e.To), must(kernel.ParseDate(e.Date))
		if e.Rule == "LIF-08" {
			took[e.Store+e.Phone+e.Date] = *e.To
			continue
		}
		m := day.Month()
		if e.Rule == "LIF-04" || strings.HasPrefix(e.Rule, "LIF-07") {
			m--
		}
		key := m.String() + " " + e.Store + " " + e.Phone
		fact[key] = append(fact[key], line)
	}
	for m := y.from.Month(); m.Last() <= y.to; m++ { // a month that has not ended has nothing to correct
		for i := range full {
			s := y.stood[m][i]
			s.visits = full[i].visits
			key := m.String() + " " + s.store + " " + s.phone
			var now []string
			tell := func(_ *yearState, day kernel.BusinessDate, rule, from, to string, _ map[string]any) {
				now = append(now, day.String()+" "+rule+" "+from+">"+to)
			}
			for day := max(y.from, m.First()); day <= m.Last(); day++ {
				y.day(&s, day, rules, tell)
				if to := took[s.store+s.phone+day.String()]; to != "" && s.owner == "" {
					s.owner, s.since = to, day
				}
			}
			y.close(&s, m, rules, tell)
			for _, l := range fact[key] {
				if !slices.Contains(now, l) {
					out = append(out, key+" decided "+l)
				}
			}
			for _, l := range now {
				if !slices.Contains(fact[key], l) {
					out = append(out, key+" instead "+l)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
