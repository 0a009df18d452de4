package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/report/reportapp"
)

// Other years than the golden one: made at random, hostile on purpose (month
// ends, nights after midnight, revisions out of order, bills of unknown and of
// called-off bookings, a phone on file in two stores), and judged by a plain
// reading of the README of the golden years that shares nothing with the product.
func TestReplayOtherYears(t *testing.T) {
	t.Parallel()
	for i, span := range [][2]string{{"2023-08-31", "2024-06-02"}, {"2024-11-30", "2025-09-30"}} {
		for n := range soak(1, 30) {
			t.Run(fmt.Sprintf("%s/%d", span[0], n), func(t *testing.T) {
				if n < 2 {
					t.Parallel()
				}
				seed := rand.Uint64()
				t.Logf("seed %d", seed)
				y := newYear(t, rand.New(rand.NewPCG(seed, uint64(i))), span[0], span[1])
				data, want := t.TempDir(), t.TempDir()
				y.write(t, data)
				events, final := y.play()
				require.NoError(t, writeLines(filepath.Join(want, "events.jsonl"), events))
				require.NoError(t, writeLines(filepath.Join(want, "final.jsonl"), final))
				require.NotEmpty(t, events)
				sameLines(t, want, replay(t, data, "--rules", "LIF-03"))
			})
		}
	}
}

type yearBooking struct {
	ref, store, phone, booker, meal, kind, state, seated string
	date                                                 kernel.BusinessDate
	notice                                               bool
}

type yearBill struct {
	store, source, no, ref, phone, meal string
	revision                            int
	date                                kernel.BusinessDate
	amount                              int
	voided                              bool
}

type yearFile struct {
	store, phone, owner string
	approved            kernel.BusinessDate
}

type year struct {
	from, to kernel.BusinessDate
	files    []yearFile
	bookings []yearBooking
	bills    []yearBill
}

var (
	yearStores = []string{"A", "B"}
	yearStaff  = []string{"W1", "W2", "W3", "W4"}
	yearMeals  = []string{"lunch", "tea", "dinner", "supper"}
)

func newYear(t *testing.T, r *rand.Rand, from, to string) *year {
	y := &year{}
	var err error
	y.from, err = kernel.ParseDate(from)
	require.NoError(t, err)
	y.to, err = kernel.ParseDate(to)
	require.NoError(t, err)
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	// Days near month ends are where clamping shows.
	day := func() kernel.BusinessDate {
		d := y.from + kernel.BusinessDate(r.IntN(int(y.to-y.from)+1))
		if r.IntN(3) == 0 {
			d = min(max(d.Month().Last()-kernel.BusinessDate(r.IntN(3)), y.from), y.to)
		}
		return d
	}
	var phones []string
	for i := range 40 {
		phones = append(phones, fmt.Sprintf("138%08d", 10000000+i*37))
	}
	for i, p := range phones[:34] {
		for k, s := range yearStores {
			if k == i%2 || i%5 == 0 {
				f := yearFile{store: s, phone: p, owner: pick(yearStaff...), approved: y.from}
				if r.IntN(3) == 0 {
					f.approved = day()
				}
				y.files = append(y.files, f)
			}
		}
	}
	for i := range 420 {
		b := yearBooking{
			ref: fmt.Sprintf("R%04d", r.IntN(9000)*10000+i), store: pick(yearStores...), phone: pick(phones...), booker: pick(yearStaff...), meal: pick(yearMeals...),
			kind: pick("hall", "room", "banquet"), state: pick("finished", "finished", "finished", "cancelled", "no_show"), date: day(), notice: r.IntN(4) > 0,
		}
		if b.state == "finished" {
			b.seated = fmt.Sprintf("%02d:%02d", r.IntN(24), r.IntN(60))
		}
		y.bookings = append(y.bookings, b)
	}
	for i := range 300 {
		b := yearBill{store: pick(yearStores...), source: pick("pos", "old"), no: "N" + strconv.Itoa(i), date: day(), meal: pick(yearMeals...), amount: r.IntN(100000)}
		switch r.IntN(4) {
		case 0:
			b.phone = pick(phones...)
		case 1:
			k := y.bookings[r.IntN(len(y.bookings))]
			b.store, b.ref = k.store, k.ref
		case 2:
			b.ref, b.phone = "unknown", pick(phones...)
		}
		for rev := range 1 + r.IntN(3) {
			b.revision, b.voided = rev+1, r.IntN(4) == 0
			if r.IntN(4) == 0 {
				b.date, b.phone = day(), pick(append(phones, "")...)
			}
			y.bills = append(y.bills, b)
			if r.IntN(5) == 0 {
				y.bills = append(y.bills, b) // sent twice
			}
		}
	}
	r.Shuffle(len(y.bills), func(i, j int) { y.bills[i], y.bills[j] = y.bills[j], y.bills[i] })
	return y
}

func (y *year) write(t *testing.T, dir string) {
	put := func(name string, rows [][]string) {
		f, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, csv.NewWriter(f).WriteAll(rows))
		require.NoError(t, f.Close())
	}
	span := fmt.Sprintf(`{"tenant": "other", "timezone": "Asia/Shanghai", "from": "%s", "to": "%s"}`, y.from, y.to)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "span.json"), []byte(span), 0o600))
	put("stores.csv", [][]string{{"store_code", "name"}, {"A", "甲店"}, {"B", "乙店"}})
	staff := [][]string{{"staff_no", "name", "phone", "store_code", "position", "entry_date", "left_date"}}
	for i, no := range yearStaff {
		staff = append(staff, []string{no, "员工", "1390000000" + strconv.Itoa(i), yearStores[i%2], "客服代表", "2020-01-01", ""})
	}
	put("staff.csv", staff)
	put("staff_moves.csv", [][]string{{"staff_no", "date", "store_code", "position"}})
	rows := [][]string{{"store_code", "phone", "name", "referrer_no", "approved_date"}}
	for _, f := range y.files {
		rows = append(rows, []string{f.store, f.phone, "客人", f.owner, f.approved.String()})
	}
	put("customers.csv", rows)
	flag := map[bool]string{true: "1", false: "0"}
	rows = [][]string{{"booking_ref", "store_code", "phone", "booker_no", "business_date", "meal_period", "kind", "state", "seated_time", "notice_sent"}}
	for _, b := range y.bookings {
		rows = append(rows, []string{b.ref, b.store, b.phone, b.booker, b.date.String(), b.meal, b.kind, b.state, b.seated, flag[b.notice]})
	}
	put("bookings.csv", rows)
	status := map[bool]string{true: "voided", false: "paid"}
	rows = [][]string{{"store_code", "source", "bill_no", "revision", "booking_ref", "phone", "business_date", "meal_period", "closed_time", "amount_fen", "status"}}
	for _, b := range y.bills {
		rows = append(rows, []string{b.store, b.source, b.no, strconv.Itoa(b.revision), b.ref, b.phone, b.date.String(), b.meal, b.date.String() + "T13:00:00+08:00", strconv.Itoa(b.amount), status[b.voided]})
	}
	put("bills.csv", rows)
}

// visitDays reads the visits: the days on which each (store, phone) came, one
// entry for each meal period.
func (y *year) visitDays() map[[2]string][]kernel.BusinessDate {
	type slot struct {
		store, phone, meal string
		date               kernel.BusinessDate
	}
	came := map[slot]bool{}
	byRef := map[[2]string]yearBooking{}
	for _, b := range y.bookings {
		byRef[[2]string{b.store, b.ref}] = b
		if b.state == "finished" && b.notice {
			came[slot{b.store, b.phone, b.meal, b.date}] = true
		}
	}
	top := map[[3]string]yearBill{}
	for _, b := range y.bills {
		if k := [3]string{b.store, b.source, b.no}; b.revision >= top[k].revision {
			top[k] = b
		}
	}
	for _, b := range top {
		s := slot{b.store, b.phone, b.meal, b.date}
		if k, ok := byRef[[2]string{b.store, b.ref}]; ok {
			s = slot{b.store, k.phone, k.meal, k.date}
		}
		if !b.voided && s.phone != "" {
			came[s] = true
		}
	}
	days := map[[2]string][]kernel.BusinessDate{}
	for s := range came {
		k := [2]string{s.store, s.phone}
		days[k] = append(days[k], s.date)
	}
	return days
}

// play walks the year day by day with LIF-03 alone.
func (y *year) play() ([]reportapp.Event, []reportapp.FinalState) {
	days := y.visitDays()
	var events []reportapp.Event
	var final []reportapp.FinalState
	for _, f := range y.files {
		last := func(before kernel.BusinessDate) (last *kernel.BusinessDate, n int32) {
			for _, d := range days[[2]string{f.store, f.phone}] {
				if d >= f.approved && d < before {
					n++
					if last == nil || d > *last {
						last = &d
					}
				}
			}
			return last, n
		}
		owner := &f.owner
		for d := f.approved + 1; d <= y.to && owner != nil; d++ {
			seen, _ := last(d)
			since := f.approved
			text := "null"
			if seen != nil {
				since, text = max(since, *seen), `"`+seen.String()+`"`
			}
			if since < d.MinusMonths(3) {
				events = append(events, reportapp.Event{
					Date: d.String(), Evidence: fmt.Appendf(nil, `{"last_visit": %s, "tie_start": "%s"}`, text, f.approved),
					From: owner, Phone: f.phone, Rule: "LIF-03", Store: f.store,
				})
				owner = nil
			}
		}
		seen, n := last(y.to + 1)
		s := reportapp.FinalState{Activity: "dormant", Owner: owner, Phone: f.phone, Store: f.store, Visits: n}
		since := f.approved
		if seen != nil {
			text := seen.String()
			s.LastVisit, since = &text, *seen
		}
		if since >= (y.to + 1).MinusMonths(3) {
			s.Activity = "active"
		}
		final = append(final, s)
	}
	slices.SortFunc(events, func(a, b reportapp.Event) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Store, b.Store), cmp.Compare(a.Phone, b.Phone))
	})
	slices.SortFunc(final, func(a, b reportapp.FinalState) int {
		return cmp.Or(cmp.Compare(a.Store, b.Store), cmp.Compare(a.Phone, b.Phone))
	})
	return events, final
}
