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

// differences plays every file of the last play again, with all that is known at the end,
// and tells what is decided otherwise: whether it was decided or would be, and what. A
// month begins as the file then stood wherever its owner is the same, and nobody else
// was offered it that day; else with what followed.
func (y *year) differences(events []reportapp.Event, rules []string) (out []string) {
	full := make([]*yearState, len(y.files))
	for i, f := range y.files {
		full[i] = &yearState{yearFile: f}
	}
	y.know(full, y.to+400)
	fact := byFile(events)
	for i := range full {
		s := y.stood[y.from.Month()][i]
		s.visits = full[i].visits
		key := s.store + " " + s.phone
		var now []string
		tell := func(_ *yearState, day kernel.BusinessDate, rule, from, to string, _ map[string]any) {
			now = append(now, day.String()+" "+rule+" "+from+">"+to)
		}
		for m := y.from.Month(); m.First() <= y.to; m++ {
			if stood := y.stood[m][i]; stood.owner == s.owner && stood.offered == s.offered {
				s = stood
				s.visits = full[i].visits
			}
			for day := max(y.from, m.First()); day <= min(m.Last(), y.to); day++ {
				y.day(&s, day, rules, tell)
				if day == m.First()+2 && s.offered != "" {
					if s.owner == "" && y.works(s.offered, s.store, day) {
						s.owner, s.since = s.offered, day
					}
					s.offered = ""
				}
			}
			if m.Last() <= y.to {
				y.close(&s, m, rules, tell)
			}
		}
		out = append(out, unlike(key, fact[key], now)...)
	}
	slices.Sort(out)
	return out
}

// byFile are events but for the ties that followed, by store and number.
func byFile(events []reportapp.Event) map[string][]string {
	out := map[string][]string{}
	for _, e := range events {
		if e.Rule != "LIF-08" {
			key := e.Store + " " + e.Phone
			out[key] = append(out[key], e.Date+" "+e.Rule+" "+deref(e.From)+">"+deref(e.To))
		}
	}
	return out
}

// unlike are the lines that only one of two has.
func unlike(key string, decided, instead []string) (out []string) {
	for _, l := range decided {
		if !slices.Contains(instead, l) {
			out = append(out, key+" decided "+l)
		}
	}
	for _, l := range instead {
		if !slices.Contains(decided, l) {
			out = append(out, key+" instead "+l)
		}
	}
	return out
}

// apart is how two years differ.
func apart(decided, instead []reportapp.Event) (out []string) {
	a, b := byFile(decided), byFile(instead)
	for key := range a {
		out = append(out, unlike(key, a[key], b[key])...)
	}
	for key := range b {
		if a[key] == nil {
			out = append(out, unlike(key, nil, b[key])...)
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
