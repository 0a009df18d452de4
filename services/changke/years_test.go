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
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota/quotaapp"
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
				if i == 1 { // whole months are scored before there is a file
					for f := range y.files {
						y.files[f].approved = max(y.files[f].approved, y.from+70)
					}
				}
				data := t.TempDir()
				y.write(t, data)
				y.same(t, data, "LIF-03")
				y.same(t, data, "QTA-04", "LIF-04", "LIF-05", "LIF-07", "LIF-03")
			})
		}
	}
}

// same replays a year with some rules in force, and compares.
func (y *year) same(t *testing.T, data string, rules ...string) {
	t.Helper()
	want := t.TempDir()
	events, final := y.play(rules)
	require.NoError(t, writeLines(filepath.Join(want, "events.jsonl"), events))
	require.NoError(t, writeLines(filepath.Join(want, "final.jsonl"), final))
	if slices.Contains(rules, "QTA-04") {
		require.NoError(t, writeLines(filepath.Join(want, "scores.jsonl"), y.scored))
	}
	require.NotEmpty(t, events)
	counts := map[string]int{}
	for _, e := range events {
		counts[e.Rule]++
	}
	t.Log(rules, counts)
	sameLines(t, want, replay(t, data, "--rules", strings.Join(rules, ",")))
}

// yearStaffer is an employee: his posts by the day they begin, the first with
// his entry.
type yearStaffer struct {
	no    string
	left  kernel.BusinessDate // first day no longer; zero: stays
	posts []yearPost
}

type yearPost struct {
	from            kernel.BusinessDate
	store, position string
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
	staff    []yearStaffer
	files    []yearFile
	bookings []yearBooking
	bills    []yearBill
	scored   []quotaapp.OutcomeLine       // by the last play
	other    yearRules                    // other values than the rulebook's
	late     map[[3]string]yearLate       // bills that come after the close of a month
	stood    map[kernel.Month][]yearState // by the last play: how files stood after the close before
}

var (
	yearStores = []string{"A", "B"}
	yearStaff  = []string{"W1", "W2", "W3", "W4"}
	yearPosts  = []string{"客服代表", "大堂经理", "岗标", "前台", "茶艺师"} // the last two own nothing
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
	for i, no := range yearStaff {
		w := yearStaffer{no: no, posts: []yearPost{{y.from - 400, yearStores[i%2], "客服代表"}}}
		if r.IntN(4) == 0 {
			w.posts[0].from = day()
		}
		days := map[kernel.BusinessDate]bool{w.posts[0].from: true}
		for range r.IntN(4) {
			if d := day(); d > w.posts[0].from && !days[d] {
				days[d] = true
				w.posts = append(w.posts, yearPost{d, pick(yearStores...), pick(yearPosts...)})
			}
		}
		slices.SortFunc(w.posts, func(a, b yearPost) int { return cmp.Compare(a.from, b.from) })
		if d := day(); r.IntN(3) == 0 && d > w.posts[len(w.posts)-1].from {
			w.left = d
		}
		y.staff = append(y.staff, w)
	}
	// Most people work where they are asked for; a few regulars come often.
	of := func(store string) string {
		if at := slices.Index(yearStores, store); r.IntN(4) > 0 {
			return yearStaff[at+2*r.IntN(2)]
		}
		return pick(yearStaff...)
	}
	var phones []string
	for i := range 40 {
		phones = append(phones, fmt.Sprintf("138%08d", 10000000+i*37))
	}
	for i, p := range phones[:34] {
		for k, s := range yearStores {
			if k == i%2 || i%5 == 0 {
				f := yearFile{store: s, phone: p, owner: of(s), approved: y.from}
				if r.IntN(3) == 0 {
					f.approved = day()
				}
				y.files = append(y.files, f)
			}
		}
	}
	for i := range 700 {
		store, phone := pick(yearStores...), pick(phones...)
		if r.IntN(2) == 0 {
			at := r.IntN(8)
			phone, store = phones[at], yearStores[at%2]
		}
		b := yearBooking{
			ref: fmt.Sprintf("R%04d", r.IntN(9000)*10000+i), store: store, phone: phone, booker: of(store), meal: pick(yearMeals...),
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
			if b.ref = k.ref; r.IntN(8) > 0 { // else of another store, perhaps
				b.store = k.store
			}
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
	staff, moves := [][]string{{"staff_no", "name", "phone", "store_code", "position", "entry_date", "left_date"}}, [][]string{{"staff_no", "date", "store_code", "position"}}
	for i, w := range y.staff {
		left := ""
		if w.left != 0 {
			left = w.left.String()
		}
		staff = append(staff, []string{w.no, "员工", "1390000000" + strconv.Itoa(i), w.posts[0].store, w.posts[0].position, w.posts[0].from.String(), left})
		for _, p := range w.posts[1:] {
			moves = append(moves, []string{w.no, p.from.String(), p.store, p.position})
		}
	}
	put("staff.csv", staff)
	put("staff_moves.csv", moves)
	rows := [][]string{{"store_code", "phone", "name", "referrer_no", "approved_date"}}
	for i, f := range y.files { // CUS-05 to 09 are not applied
		name := []string{"客人", "张三2", "John Smith", "王先生", "老客户，常坐 8 号包间"}[i%5]
		rows = append(rows, []string{f.store, f.phone, name, f.owner, f.approved.String()})
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
