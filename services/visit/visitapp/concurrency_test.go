package visitapp_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
)

// TestWritersAtOnceLoseNothing lets eight writers send overlapping bills,
// revisions, bookings and approvals of a few guests, in every way there is.
func TestWritersAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newChain(t, 2, 3)
	numbers := []visit.NumberKey{"", "guest-1", "guest-1", "guest-2"}
	ref := func(rnd *rand.Rand) string { return fmt.Sprintf("B%d", rnd.IntN(20)) }
	bill := func(rnd *rand.Rand, of int) visit.Bill {
		// A revision of a bill always says the same, whoever sends it.
		n, revision := rnd.IntN(of), 1+rnd.Int32N(3)
		fixed := rand.New(rand.NewPCG(uint64(n), uint64(revision)))
		b := visit.Bill{
			BillKey:  visit.BillKey{Store: c.stores[n%2], Source: "pos", No: fmt.Sprintf("N%d", n)},
			Revision: revision, Number: numbers[fixed.IntN(4)], Date: firstDay + kernel.BusinessDate(fixed.IntN(8)), Meal: 3, ClosedAt: start,
			Amount: kernel.Fen(fixed.IntN(900)), Status: []visit.Status{visit.Paid, visit.Paid, visit.Voided}[fixed.IntN(3)],
		}
		if fixed.IntN(3) == 0 {
			b.BookingRef = ref(fixed)
		}
		return b
	}
	booking := func(rnd *rand.Rand) visit.ImportedBooking {
		return visit.ImportedBooking{
			Store: c.stores[rnd.IntN(2)], Ref: ref(rnd), Number: numbers[rnd.IntN(4)], Booker: c.people[rnd.IntN(3)], Date: firstDay + kernel.BusinessDate(rnd.IntN(8)),
			Meal: 3, Kind: visit.Hall, State: []visit.State{visit.Finished, visit.Confirmed}[rnd.IntN(2)], Noticed: rnd.IntN(4) > 0,
		}
	}
	files := map[string]kernel.FileID{}
	for i, s := range c.stores {
		for _, n := range numbers[1:] {
			files[s.String()+string(n)] = fixedID[kernel.FileID](8, i) // one guest: both numbers are his
		}
	}
	// Crosswise moves of the same guests may deadlock; the database ends one of
	// the two, and its writer comes again.
	again := func(do func() error) error {
		for {
			if err := do(); !deadlocked(err) {
				return err
			}
		}
	}
	together(8, func(i int) {
		rnd, ctx := rand.New(rand.NewPCG(uint64(i), 8)), context.Background()
		for n := range 120 {
			now := start.Add(time.Duration(n) * time.Second)
			var err error
			switch rnd.IntN(8) {
			case 0, 1, 5, 6, 7:
				_, err = w.app.RecordBills(ctx, c.id, []visit.Bill{bill(rnd, 1000)}, now)
			case 2:
				var batch []visit.Bill
				for range 1 + rnd.IntN(8) {
					batch = append(batch, bill(rnd, 100))
				}
				_, err = w.app.RecordBills(ctx, c.id, batch, now)
			case 3:
				batch := map[string]visit.ImportedBooking{}
				for range 1 + rnd.IntN(4) {
					b := booking(rnd)
					batch[b.Store.String()+b.Ref] = b
				}
				var list []visit.ImportedBooking
				for _, b := range batch {
					list = append(list, b)
				}
				err = again(func() error {
					return w.pool.InTenant(ctx, c.id, func(tx pgx.Tx) error { return w.app.PutBookingsTx(ctx, tx, c.id, list, now) })
				})
			case 4:
				a := customer.ApprovedNumber{Store: c.stores[rnd.IntN(2)], NumberKey: numbers[1+rnd.IntN(3)].Bytes(), ApprovedOn: firstDay + kernel.BusinessDate(rnd.IntN(6))}
				a.File = files[a.Store.String()+string(a.NumberKey)]
				err = again(func() error {
					return w.pool.InTenant(ctx, c.id, func(tx pgx.Tx) error {
						return w.app.ApproveNumbersTx(ctx, tx, c.id, []customer.ApprovedNumber{a}, now)
					})
				})
			}
			if err != nil {
				t.Errorf("writer %d: %v", i, err)
				return
			}
		}
	})
	w.inSync(t, c)
}

// TestOneBillByManyAtOnce: a till that got no answer sends again through other
// doors; the bill counts once.
func TestOneBillByManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.newChain(t, 1, 1), context.Background()
	for n := range 20 {
		b := visit.Bill{BillKey: visit.BillKey{Store: c.stores[0], Source: "pos", No: fmt.Sprint(n)}, Revision: 1, Number: "guest", Date: firstDay, Meal: 3, ClosedAt: start, Amount: 100, Status: visit.Paid}
		outcomes := make([]visit.Outcome, 8)
		together(8, func(i int) {
			batch := []visit.Bill{b}
			if i%2 == 0 {
				other := b
				other.No = fmt.Sprintf("%d of %d", n, i)
				batch = append(batch, other)
			}
			results, err := w.app.RecordBills(ctx, c.id, batch, start)
			if err != nil {
				t.Error(err)
				return
			}
			outcomes[i] = results[0].Outcome
		})
		recorded := 0
		for _, o := range outcomes {
			if o == visit.Recorded {
				recorded++
			} else if o != visit.Duplicate {
				t.Errorf("outcome %d", o)
			}
		}
		require.Equal(t, 1, recorded)
	}
	w.inSync(t, c)
	w.in(t, c, func(tx pgx.Tx) error {
		var bills int
		var amount int64
		require.NoError(t, tx.QueryRow(ctx, "SELECT bills, amount_fen FROM visit").Scan(&bills, &amount))
		require.Equal(t, 20*5, bills)
		require.Equal(t, int64(20*5*100), amount)
		return nil
	})
}

// TestABillSeesWhatItWaitedFor: while an approval, or a booking the bill names,
// is not committed yet, the one-statement path waits and then sees it.
func TestABillSeesWhatItWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.newChain(t, 1, 1), context.Background()
	file := kernel.NewID[kernel.FileID](start)
	bill := visit.Bill{
		BillKey: visit.BillKey{Store: c.stores[0], Source: "pos", No: "1"}, Revision: 1, Number: "guest", Date: firstDay, Meal: 3,
		ClosedAt: start, Status: visit.Paid,
	}
	named := bill
	named.No, named.BookingRef, named.Date = "2", "B1", firstDay+1
	for _, step := range []struct {
		bill  visit.Bill
		write func(tx pgx.Tx) error
	}{
		{bill, func(tx pgx.Tx) error {
			return w.app.ApproveNumbersTx(ctx, tx, c.id, []customer.ApprovedNumber{{Store: c.stores[0], NumberKey: []byte("guest"), File: file, ApprovedOn: firstDay}}, start)
		}},
		{named, func(tx pgx.Tx) error {
			return w.app.PutBookingsTx(ctx, tx, c.id, []visit.ImportedBooking{{
				Store: c.stores[0], Ref: "B1", Number: "guest", Booker: c.people[0], Date: firstDay + 2, Meal: 3, Kind: visit.Hall, State: visit.Cancelled,
			}}, start)
		}},
	} {
		recorded := make(chan error)
		w.in(t, c, func(tx pgx.Tx) error {
			require.NoError(t, step.write(tx))
			go func() {
				_, err := w.app.RecordBill(ctx, c.id, step.bill, start)
				recorded <- err
			}()
			for waits := 0; waits == 0; {
				require.NoError(t, w.super.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks
					WHERE NOT granted AND locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&waits))
				select {
				case err := <-recorded:
					t.Fatalf("the bill did not wait (%v)", err)
				default:
				}
			}
			return nil
		})
		require.NoError(t, <-recorded)
		w.inSync(t, c)
	}
	last := firstDay + 2
	summary, err := w.app.LastVisits(ctx, c.id, []kernel.FileID{file})
	require.NoError(t, err)
	require.Equal(t, customer.VisitSummary{Last: &last, Count: 2}, summary[file])
}

func deadlocked(err error) bool {
	pgErr := (*pgconn.PgError)(nil)
	return errors.As(err, &pgErr) && pgErr.Code == "40P01"
}

// TestPlainBillsOutOfADeadlock: plain bills that the database ends, since another
// till moves a bill of theirs crosswise, are recorded all the same. The database
// ends whoever looks first once each waits for the other, nearly always who waited
// first; when it was the other till, the scene is played anew.
func TestPlainBillsOutOfADeadlock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.newChain(t, 1, 1), context.Background()
	bill := func(no string, revision int32, number visit.NumberKey) visit.Bill {
		return visit.Bill{BillKey: visit.BillKey{Store: c.stores[0], Source: "pos", No: no}, Revision: revision, Number: number, Date: firstDay, Meal: 3, ClosedAt: start, Amount: 100, Status: visit.Paid}
	}
	scene := func(no string, more ...visit.Bill) error {
		recorded := make(chan error)
		other := w.pool.InTenant(ctx, c.id, func(tx pgx.Tx) error {
			_, err := w.app.RecordBillsTx(ctx, tx, c.id, []visit.Bill{bill(no, 1, "guest-2")}, start)
			require.NoError(t, err)
			go func() {
				results, err := w.app.RecordBills(ctx, c.id, append([]visit.Bill{bill(no, 2, "guest-1")}, more...), start)
				if err == nil && results[0].Outcome != visit.Recorded {
					err = fmt.Errorf("outcome %d", results[0].Outcome)
				}
				recorded <- err
			}()
			for waits := 0; waits == 0; { // for the bill that is not committed yet, with the guest's lock
				require.NoError(t, w.super.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid' AND datname = current_database()").Scan(&waits))
				select {
				case err := <-recorded:
					t.Fatalf("the bills did not wait (%v)", err)
				default:
				}
			}
			_, err = w.app.RecordBillsTx(ctx, tx, c.id, []visit.Bill{bill("of "+no, 1, "guest-1")}, start)
			return err
		})
		require.NoError(t, <-recorded, no)
		return other
	}
	for _, more := range [][]visit.Bill{nil, {bill("more", 1, "guest-1")}} {
		for try := 0; ; try++ {
			err := scene(fmt.Sprintf("%d of %d", try, len(more)), more...)
			if !deadlocked(err) {
				require.NoError(t, err)
				break
			}
		}
	}
	w.inSync(t, c)
}

// TestEightTillsSendEverything: eight clients of the API send 4,000 copies of 200
// bills in random order and batches. Each bill is recorded once and makes one
// visit, and nobody deadlocks.
func TestEightTillsSendEverything(t *testing.T) {
	h := newHouse(t)
	const bills, copies, clients = 200, 20, 8
	till := h.till(east)
	var all []*visitv1.Bill
	for n := range bills * copies {
		all = append(all, sent(fmt.Sprint(n%bills), func(b *visitv1.Bill) { b.Number = fmt.Sprintf("138%08d", n%bills) }))
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	told := make([]map[visitv1.BillOutcome]int, clients)
	together(clients, func(n int) {
		told[n] = map[visitv1.BillOutcome]int{}
		for mine := all[n*len(all)/clients : (n+1)*len(all)/clients]; len(mine) > 0; {
			some := mine[:min(len(mine), []int{1, 7, 60, 150}[rand.IntN(4)])]
			res, err := till.RecordBills(ctx, &visitv1.RecordBillsRequest{Bills: some})
			if err != nil {
				t.Error(err)
				return
			}
			for _, r := range res.GetResults() {
				told[n][r.GetOutcome()]++
			}
			mine = mine[len(some):]
		}
	})
	sum := map[visitv1.BillOutcome]int{}
	for _, of := range told {
		for o, n := range of {
			sum[o] += n
		}
	}
	require.Equal(t, map[visitv1.BillOutcome]int{visitv1.BillOutcome_BILL_OUTCOME_RECORDED: bills, visitv1.BillOutcome_BILL_OUTCOME_DUPLICATE: bills * (copies - 1)}, sum)
	var visits, deadlocks int
	h.in(h.a, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT (SELECT count(*) FROM visit WHERE bills = 1), (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database())").Scan(&visits, &deadlocks)
	})
	require.Equal(t, bills, visits)
	require.Zero(t, deadlocks)
	h.inSync(h.a)
}
