package visitapp_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

var firstDay = kernel.NewDate(2025, time.February, 26)

// facts are what happens in a small chain: few guests, days and references, so
// that everything meets everything.
type facts struct {
	bookings  [][]visit.ImportedBooking // versions of each, in order
	bills     []visit.Bill              // revisions in any order, some twice
	approvals []customer.ApprovedNumber
	links     []said // tried in this order between the others
}

func drawFacts(t *rapid.T, c chain) facts {
	number := rapid.SampledFrom([]visit.NumberKey{"", "guest-1", "guest-1", "guest-2", "guest-2", "guest-3", "guest-4"})
	day := rapid.Custom(func(t *rapid.T) kernel.BusinessDate {
		return firstDay + kernel.BusinessDate(rapid.IntRange(0, 3).Draw(t, "day"))
	})
	meal := rapid.Custom(func(t *rapid.T) tenant.MealPeriod {
		return tenant.MealPeriod(max(1, rapid.IntRange(-1, 2).Draw(t, "meal")))
	})
	store := rapid.SampledFrom(c.stores)

	var f facts
	for i := range rapid.IntRange(0, 6).Draw(t, "bookings") {
		b := visit.ImportedBooking{Store: store.Draw(t, "store"), Ref: fmt.Sprintf("B%d", i), Kind: visit.Hall, Import: fixedID[kernel.UUID](9, 1)}
		var versions []visit.ImportedBooking
		for range rapid.IntRange(1, 3).Draw(t, "versions") {
			b.Number, b.Date, b.Meal = number.Draw(t, "number"), day.Draw(t, "date"), meal.Draw(t, "period")
			b.Booker = rapid.SampledFrom(c.people).Draw(t, "booker")
			b.State = rapid.SampledFrom([]visit.State{visit.Confirmed, visit.Finished, visit.Finished, visit.Cancelled}).Draw(t, "state")
			b.Noticed = rapid.IntRange(0, 3).Draw(t, "noticed") > 0
			b.SeatedMinute = nil
			if minute := rapid.Int32Range(-1, 2).Draw(t, "minute"); minute >= 0 {
				b.SeatedMinute = &minute
			}
			versions = append(versions, b)
		}
		f.bookings = append(f.bookings, versions)
	}
	for i := range rapid.IntRange(0, 14).Draw(t, "bills") {
		key := visit.BillKey{Store: store.Draw(t, "store"), Source: "pos", No: fmt.Sprintf("N%d", i)}
		for revision := range max(1, rapid.Int32Range(-1, 3).Draw(t, "revisions")) {
			b := visit.Bill{
				BillKey: key, Revision: revision + 1, Number: number.Draw(t, "number"), Date: day.Draw(t, "date"), Meal: meal.Draw(t, "period"),
				ClosedAt: start, Amount: kernel.Fen(rapid.Int64Range(0, 500).Draw(t, "amount")),
				Status: rapid.SampledFrom([]visit.Status{visit.Paid, visit.Paid, visit.Paid, visit.Voided, visit.Opened, visit.Reopened, visit.Merged}).Draw(t, "status"),
			}
			if i > 9 { // a refund note, of a bill that may never come
				b.No, b.RefundOf, b.Status = fmt.Sprintf("R%d", i), fmt.Sprintf("N%d", rapid.IntRange(0, 9).Draw(t, "of")), visit.Refunded
				if rapid.IntRange(0, 3).Draw(t, "taken back") == 0 {
					b.Status = visit.Voided
				}
			} else if table := rapid.SampledFrom([]string{"", "8号台", "牡丹厅"}).Draw(t, "table"); table != "" {
				b.Detail = &visit.Detail{Table: table, Lines: []visit.Item{{Name: "叉烧", Quantity: 1500, Amount: b.Amount}}, Refunds: []visit.Refund{{Amount: 1, At: start}}}
			}
			if n := rapid.IntRange(0, 14).Draw(t, "ref"); n < 7 {
				b.BookingRef = fmt.Sprintf("B%d", n)
			}
			for range rapid.IntRange(1, 2).Draw(t, "times") {
				f.bills = append(f.bills, b)
			}
		}
	}
	for range rapid.IntRange(0, 5).Draw(t, "links") {
		f.links = append(f.links, said{
			bill: visit.BillKey{Store: store.Draw(t, "store"), Source: "pos", No: fmt.Sprintf("N%d", rapid.IntRange(0, 9).Draw(t, "bill"))},
			ref:  rapid.SampledFrom([]string{"", "B0", "B1", "B2", "B3"}).Draw(t, "to"),
		})
	}
	for _, s := range c.stores {
		for _, file := range [][]visit.NumberKey{{"guest-1", "guest-4"}, {"guest-2"}} { // one guest with two numbers
			id := kernel.NewID[kernel.FileID](start)
			for _, n := range file {
				f.approvals = append(f.approvals, customer.ApprovedNumber{Store: s, NumberKey: n.Bytes(), File: id, ApprovedOn: firstDay + kernel.BusinessDate(len(f.approvals)%3)})
			}
		}
	}
	return f
}

// play sends the facts in random order and random batches and gives the model
// of what was sent when.
func (w *world) play(t require.TestingT, c chain, f facts, seed uint64) (*model, time.Time) {
	ctx, rnd, m, now := context.Background(), rand.New(rand.NewPCG(seed, 1)), &model{approvals: f.approvals}, start
	bills := append([]visit.Bill{}, f.bills...)
	rnd.Shuffle(len(bills), func(i, j int) { bills[i], bills[j] = bills[j], bills[i] })
	approvals := append([]customer.ApprovedNumber{}, f.approvals...)
	next := make([]int, len(f.bookings))
	left := 0
	for _, versions := range f.bookings {
		left += len(versions)
	}
	links := append([]said{}, f.links...)
	for len(bills) > 0 || len(approvals) > 0 || left > 0 || len(links) > 0 {
		now = now.Add(time.Second)
		switch pick := rnd.IntN(11); {
		case pick == 10 && len(links) > 0:
			if w.link(t, c, links[0], now) {
				m.links = append(m.links, heard[said]{now, links[0]})
			}
			links = links[1:]
		case pick < 2 && len(bills) > 0: // by itself
			m.bills = append(m.bills, heard[visit.Bill]{now, bills[0]})
			_, err := w.app.RecordBill(ctx, c.id, bills[0], now)
			require.NoError(t, err)
			bills = bills[1:]
		case pick < 5 && len(bills) > 0: // several together
			n := 1 + rnd.IntN(min(len(bills), 12))
			for _, b := range bills[:n] {
				m.bills = append(m.bills, heard[visit.Bill]{now, b})
			}
			if rnd.IntN(2) == 0 { // as a till sends them: new plain ones in one round trip
				_, err := w.app.RecordBills(ctx, c.id, bills[:n], now)
				require.NoError(t, err)
				bills = bills[n:]
				break
			}
			w.in(t, c, func(tx pgx.Tx) error {
				_, err := w.app.RecordBillsTx(ctx, tx, c.id, bills[:n], now)
				return err
			})
			bills = bills[n:]
		case pick < 8 && left > 0:
			var batch []visit.ImportedBooking
			for i, versions := range f.bookings {
				if next[i] < len(versions) && rnd.IntN(3) == 0 {
					batch = append(batch, versions[next[i]])
					next[i]++
					left--
				}
			}
			for _, b := range batch {
				m.bookings = append(m.bookings, heard[visit.ImportedBooking]{now, b})
			}
			w.in(t, c, func(tx pgx.Tx) error { return w.app.PutBookingsTx(ctx, tx, c.id, batch, now) })
		case len(approvals) > 0 && pick > 7:
			w.in(t, c, func(tx pgx.Tx) error {
				for range 2 { // again is harmless
					if err := w.app.ApproveNumbersTx(ctx, tx, c.id, approvals[:1], now); err != nil {
						return err
					}
				}
				return nil
			})
			approvals = approvals[1:]
		}
	}
	return m, now
}

// link has somebody link a bill, if it can be; the bill or the booking may not be
// there yet, or not be of one day.
func (w *world) link(t require.TestingT, c chain, s said, now time.Time) (done bool) {
	ctx := context.Background()
	err := w.pool.InTenant(ctx, c.id, func(tx pgx.Tx) error {
		in := visitapp.LinkBill{BillKey: s.bill, Reason: visit.OtherTable}
		if err := tx.QueryRow(ctx, "SELECT coalesce(max(link_no), 0) FROM bill_head WHERE store_id = $1 AND source = $2 AND bill_no = $3", s.bill.Store, s.bill.Source, s.bill.No).Scan(&in.LinkNo); err != nil {
			return err
		}
		if s.ref != "" {
			err := tx.QueryRow(ctx, "SELECT booking_id FROM booking WHERE store_id = $1 AND ref = $2", s.bill.Store, s.ref).Scan(&in.Booking)
			if errors.Is(err, pgx.ErrNoRows) {
				return visit.ErrNotFound
			} else if err != nil {
				return err
			}
		}
		_, _, err := w.app.LinkBillTx(ctx, tx, &kernel.Actor{Kind: kernel.ActorPerson, Tenant: c.id, Person: c.people[0]}, in, nil, now)
		return err
	})
	if told := (*fault.Fault)(nil); !errors.As(err, &told) {
		require.NoError(t, err)
	}
	return err == nil
}

const allVisits = `SELECT v.store_id, v.number_key, v.business_date, v.meal_period, v.credited_to, coalesce(b.ref, ''), CASE WHEN b.ref IS NULL THEN 0 ELSE coalesce(b.seated_minute, 1 << 30) END, v.bills, v.amount_fen
	FROM visit v LEFT JOIN booking b ON b.tenant_id = v.tenant_id AND b.booking_id = v.booking_id`

// same demands that the database holds the model's visits and activity.
func (w *world) same(t require.TestingT, c chain, m *model, now time.Time) {
	ctx, got := context.Background(), map[mealOf]modelVisit{}
	w.in(t, c, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, allVisits) //nolint:rowserrcheck // ForEachRow closes and checks
		require.NoError(t, err)
		var k mealOf
		var v modelVisit
		var number []byte
		var credit *kernel.PersonID
		_, err = pgx.ForEachRow(rows, []any{&k.store, &number, &k.day, &k.meal, &credit, &v.ref, &v.minute, &v.bills, &v.amount}, func() error {
			k.phone, v.credit = visit.NumberKey(number), kernel.PersonID{}
			if credit != nil {
				v.credit = *credit
			}
			got[k] = v
			return nil
		})
		return err
	})
	require.Equal(t, m.visits(now), got)
	w.in(t, c, func(tx pgx.Tx) error {
		for _, a := range m.approvals {
			visits, last := m.activity(a.File, firstDay+1000, now)
			var gotVisits int
			var gotLast *kernel.BusinessDate
			require.NoError(t, tx.QueryRow(ctx, "SELECT visits, last_visit FROM guest_visits WHERE tenant_id = $1 AND file_id = $2", c.id, a.File).Scan(&gotVisits, &gotLast))
			require.Equal(t, visits, gotVisits)
			require.Equal(t, last, gotLast)
			require.Equal(t, m.facts(a.File, now), factsOf(t, tx, a.File))
		}
		return nil
	})
}

// published is what visit_pub.fact says of a visit.
type published struct {
	day    kernel.BusinessDate
	meal   tenant.MealPeriod
	credit kernel.PersonID
	amount kernel.Fen
}

func (m *model) facts(file kernel.FileID, upTo time.Time) []published {
	out := []published{}
	for k, v := range m.counted(file, upTo) {
		out = append(out, published{k.day, k.meal, v.credit, v.amount})
	}
	slices.SortFunc(out, func(a, b published) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.meal, b.meal)) })
	return out
}

func factsOf(t require.TestingT, tx pgx.Tx, file kernel.FileID) []published {
	rows, err := tx.Query(context.Background(), "SELECT business_date, meal_period, coalesce(credited_to, '00000000-0000-0000-0000-000000000000'), amount_fen FROM visit_pub.fact WHERE file_id = $1 ORDER BY 1, 2", file)
	require.NoError(t, err)
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p published, err error) {
		return p, row.Scan(&p.day, &p.meal, &p.credit, &p.amount)
	})
	require.NoError(t, err)
	return out
}

func TestAnyOrderGivesTheSameVisits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		c := w.newChain(t, 2, 3)
		m, now := w.play(t, c, drawFacts(t, c), rapid.Uint64().Draw(t, "order"))
		w.same(t, c, m, now)
		w.inSync(t, c)
	})
}

// TestCountedAsOfAnyMoment asks for files' visits between two days, with their
// credits, as known at some moment, when much has been learned since.
func TestCountedAsOfAnyMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		c := w.newChain(t, 2, 3)
		m, now := w.play(t, c, drawFacts(t, c), rapid.Uint64().Draw(t, "order"))
		for range 5 {
			cutOff := start.Add(time.Duration(rapid.IntRange(0, int(now.Sub(start)/time.Second)).Draw(t, "cut-off")) * time.Second)
			from := firstDay + kernel.BusinessDate(rapid.IntRange(-1, 3).Draw(t, "from"))
			before := from + kernel.BusinessDate(rapid.IntRange(0, 5).Draw(t, "days"))
			files := []kernel.FileID{fixedID[kernel.FileID](7, 7)} // unknown: no visits
			want := map[kernel.FileID]map[visit.Counted]kernel.PersonID{}
			for _, a := range m.approvals {
				files = append(files, a.File)
				for k, v := range m.counted(a.File, cutOff) {
					if k.day < from || k.day >= before {
						continue
					}
					if want[a.File] == nil {
						want[a.File] = map[visit.Counted]kernel.PersonID{}
					}
					want[a.File][visit.Counted{Date: k.day, Meal: k.meal}] = v.credit
				}
			}
			w.in(t, c, func(tx pgx.Tx) error {
				all, err := w.app.CountedTx(context.Background(), tx, c.id, files, from, before, cutOff)
				got := map[kernel.FileID]map[visit.Counted]kernel.PersonID{}
				for file, visits := range all {
					got[file] = map[visit.Counted]kernel.PersonID{}
					for _, v := range visits {
						credit := kernel.PersonID{}
						if v.CreditedTo != nil {
							credit = *v.CreditedTo
						}
						got[file][visit.Counted{Date: v.Date, Meal: v.Meal}] = credit
					}
					require.Len(t, got[file], len(visits), "each visit once")
				}
				require.Equal(t, want, got)
				return err
			})
		}
	})
}

// TestHistoryAsOfAnyMoment asks for each file's last visit before some day as
// known at some moment (RUL-03), when much has been learned since.
func TestHistoryAsOfAnyMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		c := w.newChain(t, 2, 3)
		m, now := w.play(t, c, drawFacts(t, c), rapid.Uint64().Draw(t, "order"))
		for range 5 {
			cutOff := start.Add(time.Duration(rapid.IntRange(0, int(now.Sub(start)/time.Second)).Draw(t, "cut-off")) * time.Second)
			before := firstDay + kernel.BusinessDate(rapid.IntRange(0, 6).Draw(t, "before"))
			files := []kernel.FileID{fixedID[kernel.FileID](7, 7)} // unknown: no history
			want := map[kernel.FileID]visit.History{}
			for _, a := range m.approvals {
				files = append(files, a.File)
				if _, last := m.activity(a.File, before, cutOff); last != nil {
					want[a.File] = visit.History{LastVisit: last}
				}
			}
			w.in(t, c, func(tx pgx.Tx) error {
				got, err := w.app.HistoriesTx(context.Background(), tx, c.id, files, before, cutOff)
				require.Equal(t, want, got)
				return err
			})
		}
	})
}
