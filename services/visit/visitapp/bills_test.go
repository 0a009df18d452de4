package visitapp_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

func (h *house) bill(id kernel.TenantID, no string, change ...func(*visit.Bill)) visit.Bill {
	keys, err := h.tenants.Keys(ctx, id)
	require.NoError(h.t, err)
	b := visit.Bill{
		BillKey: visit.BillKey{Store: east, Source: "pos", No: no}, Revision: 1, Number: visit.NumberKey(keys.NumberKey(guest)),
		Date: today, Meal: tenant.Dinner, ClosedAt: noon, Amount: 10000, Status: visit.Paid,
	}
	for _, c := range change {
		c(&b)
	}
	return b
}

func (h *house) record(id kernel.TenantID, bills ...visit.Bill) (outcomes []visit.Outcome) {
	results, err := h.visits.RecordBills(ctx, id, bills, noon)
	require.NoError(h.t, err)
	for _, r := range results {
		outcomes = append(outcomes, r.Outcome)
	}
	return outcomes
}

func (h *house) summary(id kernel.TenantID, file kernel.FileID) customer.VisitSummary {
	s, err := h.visits.LastVisits(ctx, id, []kernel.FileID{file})
	require.NoError(h.t, err)
	return s[file]
}

// TestBillsMakeVisits walks through VIS-06, VIS-07 and VIS-11 step by step.
func TestBillsMakeVisits(t *testing.T) {
	h := newHouse(t)
	file, day := h.file(h.a, east, guest, zhou, today-5), today
	voided := func(b *visit.Bill) { b.Revision, b.Status = b.Revision+1, visit.Voided }
	moved := func(b *visit.Bill) { b.Revision, b.Date = b.Revision+1, today-3 }

	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, h.bill(h.a, "1")))
	require.Equal(t, []visit.Outcome{visit.Duplicate}, h.record(h.a, h.bill(h.a, "1")))
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 1}, h.summary(h.a, file))
	require.Equal(t, []visit.Outcome{visit.Recorded, visit.Recorded}, h.record(h.a, h.bill(h.a, "2"), h.bill(h.a, "3")))
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 1}, h.summary(h.a, file), "one meal, one visit")
	require.Equal(t, []visit.Outcome{visit.Recorded, visit.Recorded}, h.record(h.a, h.bill(h.a, "1", voided), h.bill(h.a, "2", voided)))
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 1}, h.summary(h.a, file), "one bill is left")
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, h.bill(h.a, "3", voided)))
	require.Equal(t, customer.VisitSummary{}, h.summary(h.a, file))
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, h.bill(h.a, "3", voided, moved)), "re-opened, for another day")
	day -= 3
	require.Equal(t, customer.VisitSummary{}, h.summary(h.a, file), "still voided")
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, h.bill(h.a, "3", moved, moved, moved)))
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 1}, h.summary(h.a, file))
	require.Equal(t, []visit.Outcome{visit.Superseded}, h.record(h.a, h.bill(h.a, "4", moved), h.bill(h.a, "4"))[1:])
	early := func(b *visit.Bill) { b.Date = today - 6 }
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, h.bill(h.a, "5", early)))
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 1}, h.summary(h.a, file), "before the approval nothing counts")
	h.inSync(h.a)
}

// TestTwoNewBillsOfOneMeal are one visit, whether they come together or not.
func TestTwoNewBillsOfOneMeal(t *testing.T) {
	h := newHouse(t)
	file, day := h.file(h.a, east, guest, zhou, today-5), today
	h.record(h.a, h.bill(h.a, "1"), h.bill(h.a, "2"), h.bill(h.a, "3", func(b *visit.Bill) { b.Meal = tenant.Supper }))
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 2}, h.summary(h.a, file))
	visits, _, err := h.visits.Visits(ctx, h.may(h.a, zhou, "service_manager", "customer.read", east), file, nil, 50)
	require.NoError(t, err)
	require.Equal(t, []int64{10000, 20000}, []int64{visits[0].AmountFen, visits[1].AmountFen})
	require.Contains(t, visits[0].Explained.ZH, "不计入任何人")
}

// TestRefusals: one bad item stops no other.
func TestRefusals(t *testing.T) {
	h := newHouse(t)
	h.record(h.a, h.bill(h.a, "1"))
	poisoned := h.bill(h.a, "bad\x00text")
	results, err := h.visits.RecordBills(ctx, h.a, []visit.Bill{
		h.bill(h.a, "1", func(b *visit.Bill) { b.Amount++ }), poisoned, h.bill(h.a, "2"), h.bill(h.a, "1"),
	}, noon)
	require.NoError(t, err)
	require.Equal(t, []visit.Result{
		{Outcome: visit.Refused, Reason: visit.ReasonRevisionConflict},
		{Outcome: visit.Refused, Reason: visit.ReasonNotStorable},
		{Outcome: visit.Recorded},
		{Outcome: visit.Duplicate},
	}, results)
	h.inSync(h.a)
}

// TestCheckWritesNothing is validate_only.
func TestCheckWritesNothing(t *testing.T) {
	h := newHouse(t)
	for range 2 {
		results, err := h.visits.CheckBills(ctx, h.a, []visit.Bill{h.bill(h.a, "1"), h.bill(h.a, "1")}, noon)
		require.NoError(t, err)
		require.Equal(t, []visit.Result{{Outcome: visit.Recorded}, {Outcome: visit.Duplicate}}, results)
	}
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, h.bill(h.a, "1")))
}

// TestChainsDoNotMeet: the same stores, numbers, references and bill numbers in
// two chains.
func TestChainsDoNotMeet(t *testing.T) {
	h := newHouse(t)
	a, b, day := h.file(h.a, east, guest, zhou, today-5), h.file(h.b, east, guest, zhou, today-5), today
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, h.bill(h.a, "1")))
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 1}, h.summary(h.a, a))
	require.Equal(t, customer.VisitSummary{}, h.summary(h.b, b))
	require.Equal(t, customer.VisitSummary{}, h.summary(h.b, a))
	other := h.bill(h.b, "1", func(b *visit.Bill) { b.Amount, b.BookingRef = 7, "B1" })
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.b, other), "another content in another chain is no conflict")
	keys, err := h.tenants.Keys(ctx, h.a)
	require.NoError(t, err)
	h.in(h.a, func(tx pgx.Tx) error {
		return h.visits.PutBookingsTx(ctx, tx, h.a, []visit.ImportedBooking{{
			Store: east, Ref: "B1", Number: visit.NumberKey(keys.NumberKey(guest)), Booker: li, Date: today - 1, Meal: tenant.Dinner, Kind: visit.Hall, State: visit.Finished, Noticed: true,
		}}, noon)
	})
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 2}, h.summary(h.a, a))
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 1}, h.summary(h.b, b), "its bill names the other chain's booking in vain")
	h.inSync(h.a)
	h.inSync(h.b)
}

// TestRebuildMends spoils every projection and has it derived anew.
func TestRebuildMends(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-5)
	h.record(h.a, h.bill(h.a, "1"), h.bill(h.a, "2"))
	made, err := h.visits.CreateBooking(ctx, h.may(h.a, li, staffRep, "booking.write", east), booking(true), noon)
	require.NoError(t, err)
	before := h.summary(h.a, file)
	h.in(h.a, func(tx pgx.Tx) error {
		for _, sql := range []string{
			"UPDATE booking SET state = 'finished'", "UPDATE bill_head SET amount_fen = 1 WHERE bill_no = '1'", "DELETE FROM bill_head WHERE bill_no = '2'",
			"DELETE FROM visit", "UPDATE guest_visits SET visits = 9",
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
	for range 2 { // looking changes nothing
		drift, err := h.visits.Rebuild(ctx, h.a, true)
		require.NoError(t, err)
		require.Equal(t, int64(1), drift.Bookings)
		require.Equal(t, int64(2), drift.Bills)
		require.NotZero(t, drift.Visits)
		require.Equal(t, int64(1), drift.Files)
	}
	_, err = h.visits.Rebuild(ctx, h.a, false)
	require.NoError(t, err)
	h.inSync(h.a)
	require.Equal(t, before, h.summary(h.a, file))
	_, err = h.visits.Seat(ctx, h.may(h.a, li, staffRep, "booking.write", east), made.BookingID, noon)
	require.NoError(t, err)
}

// TestRebuildOfMoved: a file that went to another store has its numbers and visits in both (HND-03).
func TestRebuildOfMoved(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-5)
	h.record(h.a, h.bill(h.a, "1", func(b *visit.Bill) { b.Date = today - 1 }))
	h.in(h.a, func(tx pgx.Tx) error {
		return h.visits.MoveStoreTx(ctx, tx, h.a, customer.StoreMove{From: east, To: west, Files: []kernel.FileID{file}, On: today}, noon)
	})
	h.record(h.a, h.bill(h.a, "2", func(b *visit.Bill) { b.Store = west }))
	h.inSync(h.a)
	want := h.summary(h.a, file)
	require.Equal(t, int32(2), want.Count)
	h.in(h.a, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE guest_visits SET visits = 9")
		return err
	})
	drift, err := h.visits.Rebuild(ctx, h.a, false)
	require.NoError(t, err)
	require.Equal(t, int64(1), drift.Files)
	h.inSync(h.a)
	require.Equal(t, want, h.summary(h.a, file))
}

// TestBillOfANumberOfTwo: a number that is two files' for a while counts for both,
// for the one that came under another number already not once more (VIS-08).
func TestBillOfANumberOfTwo(t *testing.T) {
	h := newHouse(t)
	h.file(h.a, east, guest, zhou, today-5)
	former := h.file(h.a, east, "+8613900000777", li, today-9)
	h.in(h.a, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on, until)
			SELECT tenant_id, store_id, number_key, $1, $2, $3 FROM guest_number WHERE file_id <> $1`, former, (today - 9).Time(), (today + 9).Time())
		if err == nil {
			_, err = tx.Exec(ctx, "UPDATE guest_number SET shared = true WHERE file_id = $1", former)
		}
		return err
	})
	keys, err := h.tenants.Keys(ctx, h.a)
	require.NoError(t, err)
	h.record(h.a, h.bill(h.a, "1", func(b *visit.Bill) { b.Number = visit.NumberKey(keys.NumberKey("+8613900000777")) }))
	h.record(h.a, h.bill(h.a, "2"))
	h.inSync(h.a)
}

// TestPagesOfVisits reads a history page by page.
func TestPagesOfVisits(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-5)
	var bills []visit.Bill
	for i := range 7 {
		bills = append(bills, h.bill(h.a, fmt.Sprint(i), func(b *visit.Bill) {
			b.Date, b.Meal = today-kernel.BusinessDate(i/2), tenant.MealPeriod(1+i%2)
			b.ClosedAt = noon.Add(time.Duration(i) * time.Hour)
		}))
	}
	h.record(h.a, bills...)
	seen := map[string]bool{}
	grant := h.may(h.a, zhou, staffRep, "customer.read", east)
	visits, more, err := h.visits.Visits(ctx, grant, file, nil, 3)
	for pages := 1; ; pages++ {
		require.NoError(t, err)
		for _, v := range visits {
			key := fmt.Sprint(v.BusinessDate, v.MealPeriod)
			require.False(t, seen[key])
			seen[key] = true
		}
		if !more {
			require.Equal(t, 3, pages)
			break
		}
		visits, more, err = h.visits.Visits(ctx, grant, file, &visitapp.Place{Date: visits[2].BusinessDate, Meal: tenant.MealPeriod(visits[2].MealPeriod)}, 3)
	}
	require.Len(t, seen, 7)
	_, _, err = h.visits.Visits(ctx, h.may(h.a, li, staffRep, "customer.read", east), file, nil, 3)
	require.ErrorIs(t, err, customer.ErrNotFound, "not his customer")
}
