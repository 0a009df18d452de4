package visitapp_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
)

// A file changes its number (CUS-12): visits of the old one count through the
// day of the change and as long as bookings were made with it, those of the new
// one from that day on; whoever gets the old one next begins after. Every visit
// counts for one file.
func TestNumberMoves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.newChain(t, 1, 1), context.Background()
	one, two := kernel.NewID[kernel.FileID](start), kernel.NewID[kernel.FileID](start)
	store := c.stores[0]
	billsOf := func(number visit.NumberKey) []visit.Bill {
		bills := make([]visit.Bill, 8)
		for day := range bills {
			bills[day] = visit.Bill{
				BillKey:  visit.BillKey{Store: store, Source: "pos", No: fmt.Sprint(number, day)},
				Revision: 1, Number: number, Date: firstDay + kernel.BusinessDate(day), Meal: 3, ClosedAt: start, Amount: 100, Status: visit.Paid,
			}
		}
		return bills
	}
	bills := func(numbers ...visit.NumberKey) {
		for _, number := range numbers {
			for _, b := range billsOf(number) {
				_, err := w.app.RecordBill(ctx, c.id, b, start)
				require.NoError(t, err)
			}
		}
	}
	days := func(file kernel.FileID) (out []int) {
		w.in(t, c, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, "SELECT business_date - $2::date FROM visit_pub.fact WHERE file_id = $1 ORDER BY 1", file, firstDay.Time())
			require.NoError(t, err)
			out, err = pgx.CollectRows(rows, pgx.RowTo[int])
			return err
		})
		return out
	}
	approve := func(file kernel.FileID, number string, day int) {
		w.in(t, c, func(tx pgx.Tx) error {
			return w.app.ApproveNumbersTx(ctx, tx, c.id, []customer.ApprovedNumber{{Store: store, NumberKey: []byte(number), File: file, ApprovedOn: firstDay + kernel.BusinessDate(day)}}, start)
		})
	}
	move := func(file kernel.FileID, from, to string, day int) {
		w.in(t, c, func(tx pgx.Tx) error {
			m := customer.MovedNumber{Store: store, File: file, From: []byte(from), On: firstDay + kernel.BusinessDate(day)}
			if to != "" {
				m.To = []byte(to)
			}
			return w.app.MoveNumberTx(ctx, tx, c.id, m, start.Add(time.Hour))
		})
	}
	bills("old")
	approve(one, "old", 1)
	w.in(t, c, func(tx pgx.Tx) error { // booked with the old number before it changed
		return w.app.PutBookingsTx(ctx, tx, c.id, []visit.ImportedBooking{{
			Store: store, Ref: "B1", Number: "old", Booker: c.people[0], Date: firstDay + 5, Meal: 4, Kind: visit.Hall, State: visit.Confirmed,
		}}, start)
	})
	move(one, "old", "new", 3)
	bills("new")
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7}, days(one), "one visit a meal, whichever number, also while both are his")
	approve(two, "old", 4)
	results, err := w.app.RecordBills(ctx, c.id, append(billsOf("third"), billsOf("new")...), start)
	require.NoError(t, err)
	require.Equal(t, visit.Recorded, results[0].Outcome)
	require.Equal(t, visit.Duplicate, results[8].Outcome)
	require.Equal(t, []int{6, 7}, days(two), "from when the former file has done with it")
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7}, days(one))
	w.inSync(t, c)

	move(two, "old", "", 6)
	require.Equal(t, []int{6}, days(two), "a standing that ended gains nothing more")
	approve(one, "old", 7)
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7}, days(one))
	w.inSync(t, c)
	approve(one, "old", 7)
	require.Len(t, days(one), 7, "again is harmless")
}
