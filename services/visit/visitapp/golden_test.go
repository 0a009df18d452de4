package visitapp_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

const golden = "../../changke/testdata/golden/2025"

// rows reads a CSV file of the golden year as maps by column.
func rows(t *testing.T, name string) []map[string]string {
	f, err := os.Open(filepath.Join(golden, name))
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	out := make([]map[string]string, len(all)-1)
	for i, row := range all[1:] {
		out[i] = map[string]string{}
		for j, column := range all[0] {
			out[i][column] = row[j]
		}
	}
	return out
}

// year is the golden year as facts; numbers stand for their own keys.
type year struct {
	stores   map[string]kernel.StoreID
	files    []customer.ApprovedNumber
	bookings []visit.ImportedBooking
	bills    []visit.Bill
}

func readYear(t *testing.T, c chain) year {
	y := year{stores: map[string]kernel.StoreID{}}
	date := func(s string) kernel.BusinessDate {
		d, err := kernel.ParseDate(s)
		require.NoError(t, err)
		return d
	}
	meal := func(s string) tenant.MealPeriod {
		m, err := tenant.ParseMealPeriod(s)
		require.NoError(t, err)
		return m
	}
	for i, r := range rows(t, "stores.csv") {
		y.stores[r["store_code"]] = c.stores[i]
	}
	people := map[string]kernel.PersonID{}
	for i, r := range rows(t, "staff.csv") {
		people[r["staff_no"]] = c.people[i]
	}
	for _, r := range rows(t, "customers.csv") {
		y.files = append(y.files, customer.ApprovedNumber{
			Store: y.stores[r["store_code"]], NumberKey: []byte(r["phone"]), File: kernel.NewID[kernel.FileID](start), ApprovedOn: date(r["approved_date"]),
		})
	}
	for _, r := range rows(t, "bookings.csv") {
		b := visit.ImportedBooking{
			Store: y.stores[r["store_code"]], Ref: r["booking_ref"], Number: visit.NumberKey(r["phone"]), Booker: people[r["booker_no"]],
			Date: date(r["business_date"]), Meal: meal(r["meal_period"]), Kind: visit.Kind(r["kind"]), State: visit.State(r["state"]), Noticed: r["notice_sent"] == "1",
		}
		if r["seated_time"] != "" {
			minute, err := visit.ParseMinute(r["seated_time"], tenant.Cutover)
			require.NoError(t, err)
			b.SeatedMinute = &minute
		}
		y.bookings = append(y.bookings, b)
	}
	for _, r := range rows(t, "bills.csv") {
		revision, err := strconv.ParseInt(r["revision"], 10, 32)
		require.NoError(t, err)
		amount, err := strconv.ParseInt(r["amount_fen"], 10, 64)
		require.NoError(t, err)
		closed, err := time.Parse(time.RFC3339, r["closed_time"])
		require.NoError(t, err)
		y.bills = append(y.bills, visit.Bill{
			BillKey: visit.BillKey{Store: y.stores[r["store_code"]], Source: r["source"], No: r["bill_no"]}, Revision: int32(revision), BookingRef: r["booking_ref"],
			Number: visit.NumberKey(r["phone"]), Date: date(r["business_date"]), Meal: meal(r["meal_period"]), ClosedAt: closed,
			Amount: kernel.Fen(amount), Status: visit.Status(r["status"]),
		})
	}
	return y
}

// TestGoldenYear sends a year of bills, each three times, in random order and
// blocks of any size, mixed with bookings and approvals, and demands every
// file's visits of the expected end.
func TestGoldenYear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newChain(t, len(rows(t, "stores.csv")), len(rows(t, "staff.csv")))
	w.playYear(t, c, readYear(t, c))
}

// TestGoldenYearUnderTwoNumbers gives every third guest a second number and half
// of what he did to it, at random: it is the same guest, so the same year comes
// out (VIS-08).
func TestGoldenYearUnderTwoNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newChain(t, len(rows(t, "stores.csv")), len(rows(t, "staff.csv")))
	y, rnd := readYear(t, c), rand.New(rand.NewPCG(2025, 2))
	second := func(n visit.NumberKey) visit.NumberKey {
		if n == "" || int(n[len(n)-1])%3 != 0 || rnd.IntN(2) == 0 {
			return n
		}
		return n + "-2"
	}
	for i, b := range y.bookings {
		y.bookings[i].Number = second(b.Number)
	}
	for i, b := range y.bills {
		y.bills[i].Number = second(b.Number)
	}
	for _, f := range y.files {
		f.NumberKey = append(slices.Clone(f.NumberKey), "-2"...)
		y.files = append(y.files, f)
	}
	w.playYear(t, c, y)
}

func (w *world) playYear(t *testing.T, c chain, y year) {
	rnd, ctx := rand.New(rand.NewPCG(2025, 1)), context.Background()
	bills := append(append(append([]visit.Bill{}, y.bills...), y.bills...), y.bills...)
	rnd.Shuffle(len(bills), func(i, j int) { bills[i], bills[j] = bills[j], bills[i] })
	rnd.Shuffle(len(y.bookings), func(i, j int) { y.bookings[i], y.bookings[j] = y.bookings[j], y.bookings[i] })
	bookings, files, now := y.bookings, y.files, start
	some := func(left int) int { return min(left, []int{1, 10, 90, 1000}[rnd.IntN(4)]) }
	for len(bills)+len(bookings)+len(files) > 0 {
		now = now.Add(time.Minute)
		w.in(t, c, func(tx pgx.Tx) error {
			if n := some(len(bills)); n > 0 {
				results, err := w.app.RecordBillsTx(ctx, tx, c.id, bills[:n], now)
				for _, r := range results {
					require.NotEqual(t, visit.Refused, r.Outcome, r.Reason)
				}
				bills = bills[n:]
				return err
			}
			return nil
		})
		if n := some(len(bookings)); n > 0 && rnd.IntN(2) == 0 {
			w.in(t, c, func(tx pgx.Tx) error { return w.app.PutBookingsTx(ctx, tx, c.id, bookings[:n], now) })
			bookings = bookings[n:]
		}
		if n := some(len(files)); n > 0 && rnd.IntN(4) == 0 {
			w.in(t, c, func(tx pgx.Tx) error { return w.app.ApproveNumbersTx(ctx, tx, c.id, files[:n], now) })
			files = files[n:]
		}
	}
	w.inSync(t, c)

	got := map[string]kernel.FileID{}
	for _, f := range y.files {
		got[f.Store.String()+string(f.NumberKey)] = f.File
	}
	f, err := os.Open(filepath.Join(golden, "expected/final.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	lines := 0
	for scanner := bufio.NewScanner(f); scanner.Scan(); lines++ {
		var want struct {
			Store, Phone string
			LastVisit    *kernel.BusinessDate `json:"last_visit"`
			Visits       int32
		}
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &want))
		file := got[y.stores[want.Store].String()+want.Phone]
		summary, err := w.app.LastVisits(ctx, c.id, []kernel.FileID{file})
		require.NoError(t, err)
		require.Equal(t, customer.VisitSummary{Last: want.LastVisit, Count: want.Visits}, summary[file], scanner.Text())
	}
	require.Len(t, distinctFiles(y.files), lines)
}

func distinctFiles(numbers []customer.ApprovedNumber) map[kernel.FileID]bool {
	out := map[kernel.FileID]bool{}
	for _, n := range numbers {
		out[n.File] = true
	}
	return out
}
