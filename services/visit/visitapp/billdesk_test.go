package visitapp_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// note is a refund of part of a bill, as a document of its own.
func (h *house) note(id kernel.TenantID, no, of string, amount kernel.Fen) visit.Bill {
	return h.bill(id, no, func(b *visit.Bill) { b.RefundOf, b.Status, b.Amount, b.Number = of, visit.Refunded, amount, "" })
}

func (h *house) desk(id kernel.TenantID) kernel.Grant {
	return h.may(id, zhou, staff.ServiceManager, "bill.link", east)
}

func (h *house) view(id kernel.TenantID, no string) visitapp.OpenedBill {
	b, err := h.visits.Bill(ctx, h.desk(id), visit.BillKey{Store: east, Source: "pos", No: no})
	require.NoError(h.t, err)
	return b
}

// parked are the notes that the store is told to wait for their bills.
func (h *house) parked(id kernel.TenantID) (nos []string) {
	h.t.Helper()
	tasks, err := h.visits.BillTasks(ctx, h.desk(id), east, noon)
	require.NoError(h.t, err)
	for _, n := range tasks.Parked {
		require.True(h.t, n.BillHead.Parked)
		nos = append(nos, n.BillHead.BillNo)
	}
	return nos
}

// TestRefundBeforeItsBill: parked, then taken off, whichever comes first; taken
// back, it gives the money back again (VIS-07).
func TestRefundBeforeItsBill(t *testing.T) {
	h := newHouse(t)
	h.file(h.a, east, guest, zhou, today-5)
	require.Equal(t, []visit.Outcome{visit.Parked}, h.record(h.a, h.note(h.a, "R1", "1", 2000)))
	require.Equal(t, []visit.Outcome{visit.Duplicate}, h.record(h.a, h.note(h.a, "R1", "1", 2000)))
	require.Equal(t, []string{"R1"}, h.parked(h.a))
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, h.bill(h.a, "1")), "by itself: the one statement steps aside")
	require.Equal(t, []visit.Outcome{visit.Recorded, visit.Recorded}, h.record(h.a, h.note(h.a, "R2", "2", 1000), h.bill(h.a, "2")), "together")
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, h.note(h.a, "R3", "2", 500)))
	h.record(h.a, h.note(h.a, "R5", "5", 300))
	require.Equal(t, []visit.Outcome{visit.Duplicate, visit.Recorded, visit.Recorded}, h.record(h.a, h.bill(h.a, "1"), h.bill(h.a, "5"), h.bill(h.a, "6")), "among plain ones")
	require.EqualValues(t, 9700, h.view(h.a, "5").BillHead.AmountFen)
	require.EqualValues(t, 8000, h.view(h.a, "1").BillHead.AmountFen)
	require.EqualValues(t, 8500, h.view(h.a, "2").BillHead.AmountFen)
	require.Len(t, h.view(h.a, "2").Notes, 2)
	takenBack := h.note(h.a, "R3", "2", 500)
	takenBack.Revision, takenBack.Status = 2, visit.Voided
	h.record(h.a, takenBack)
	require.EqualValues(t, 9000, h.view(h.a, "2").BillHead.AmountFen)
	again := h.note(h.a, "R2", "7", 1000)
	again.Revision = 2
	h.record(h.a, again)
	require.Equal(t, []string{"R2"}, h.parked(h.a), "it names another bill, which is not known")
	h.inSync(h.a)
	again.Revision, again.Status = 3, visit.Voided
	h.record(h.a, again)
	require.Empty(t, h.parked(h.a), "taken back")
	h.record(h.a, h.note(h.a, "R4", "1", 900000))
	require.EqualValues(t, 0, h.view(h.a, "1").BillHead.AmountFen, "more than was paid is not below nothing")
	require.Empty(t, h.parked(h.a))
	h.inSync(h.a)
}

// TestParkedIsTold: after a day the managers and head office have a message, once
// the bill came nobody has.
func TestParkedIsTold(t *testing.T) {
	h := newHouse(t)
	h.in(h.a, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
			VALUES ($1, $2, $3, $4, $4, false, $5, '2024-01-01', $6)`, h.a, kernel.NewID[kernel.UUID](noon), zhou, staff.ServiceManager, []kernel.StoreID{east}, noon)
		require.NoError(t, err)
		_, err = tx.Exec(ctx, "UPDATE person SET password_hash = 'x' WHERE person_id = $1", zhou)
		return err
	})
	h.record(h.a, h.note(h.a, "R1", "1", 2000), h.note(h.a, "R2", "2", 2000))
	var jobs int
	h.in(h.a, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM river.river_job WHERE kind = 'visit_refund_parked' AND scheduled_at = $1", noon.Add(visit.ParkedFor)).Scan(&jobs)
	})
	require.Equal(t, 2, jobs, "each is looked at after a day")
	h.record(h.a, h.bill(h.a, "2"))
	h.at(noon.Add(visit.ParkedFor))
	for _, no := range []string{"R1", "R2"} {
		require.NoError(t, h.visits.TellParked(ctx, visitapp.ParkedArgs{Tenant: h.a, Store: east, Source: "pos", No: no}))
	}
	again := h.note(h.a, "R1", "1", 2500)
	again.Revision = 2
	require.Equal(t, []visit.Outcome{visit.Parked}, h.record(h.a, again))
	require.Equal(t, 2, h.count("SELECT count(*) FROM river.river_job WHERE kind = 'visit_refund_parked'"), "of a note that waits already nobody is told again")
	h.in(h.a, func(tx pgx.Tx) error {
		var people []kernel.PersonID
		rows, err := tx.Query(ctx, "SELECT person_id FROM inbox WHERE kind = 'refund_parked'")
		require.NoError(t, err)
		people, err = pgx.CollectRows(rows, pgx.RowTo[kernel.PersonID])
		require.Equal(t, []kernel.PersonID{zhou}, people, "of the one that waits")
		return err
	})
}

// TestFindBills: by the whole number or its beginning whenever it was, by its end in
// the last month, of every till, and of nobody else's store.
func TestFindBills(t *testing.T) {
	h := newHouse(t)
	bill := func(no, source string, day kernel.BusinessDate) {
		h.record(h.a, h.bill(h.a, no, func(b *visit.Bill) { b.Source, b.Date = source, day }))
	}
	bill("A0017", "pos", today-400)
	bill("A0017-1", "pos", today-400)
	bill("B0017", "bar", today-3)
	bill("0017", "bar", today-300)
	h.record(h.b, h.bill(h.b, "0017"))
	for typed, want := range map[string][]string{
		"0017": {"0017", "B0017"}, "A0017": {"A0017", "A0017-1"}, "17": {"B0017"}, "B": {"B0017"}, "%": nil, "a0017": nil,
	} {
		found, err := h.visits.FindBills(ctx, h.desk(h.a), east, typed, noon)
		require.NoError(t, err)
		var nos []string
		for _, b := range found {
			nos = append(nos, b.BillHead.BillNo)
		}
		require.Equal(t, want, nos, typed)
	}
	_, err := h.visits.FindBills(ctx, h.desk(h.a), west, "0017", noon)
	require.ErrorIs(t, err, visit.ErrNoStore)
}

// TestBillNamesABookingOfAnotherStore: a reference is a store's own. The bill makes its
// visit where it was paid, waits for a person there, and nobody puts it under the
// other store's booking (VIS-06).
func TestBillNamesABookingOfAnotherStore(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-5)
	in := booking(true)
	in.Store = west
	elsewhere, err := h.visits.CreateBooking(ctx, h.may(h.a, li, staffRep, "booking.write", west), in, noon)
	require.NoError(t, err)
	bill := h.bill(h.a, "1", func(b *visit.Bill) { b.BookingRef = elsewhere.Ref })
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, bill))
	view, day := h.view(h.a, "1"), today
	require.Equal(t, visit.LinkWaiting, view.Way)
	require.Nil(t, view.Booking)
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 1}, h.summary(h.a, file))
	_, err = h.visits.LinkBill(ctx, h.may(h.a, zhou, staff.ServiceManager, "bill.link", east, west), visitapp.LinkBill{BillKey: bill.BillKey, Booking: &elsewhere.BookingID, Reason: visit.OtherTable}, noon)
	require.ErrorIs(t, err, visit.ErrNotFound)
	h.inSync(h.a)
}

// TestLife walks a bill through its life: opened, moved, merged, split, partly
// refunded, re-opened, voided.
func TestLife(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-5)
	step := func(no string, revision int32, status visit.Status, amount kernel.Fen, d visit.Detail) visit.Bill {
		return h.bill(h.a, no, func(b *visit.Bill) { b.Revision, b.Status, b.Amount, b.Detail = revision, status, amount, &d })
	}
	sum := func() (bills int32, amount int64) {
		visits, _, err := h.visits.Visits(ctx, h.may(h.a, zhou, staff.ServiceManager, "customer.read", east), file, nil, 50)
		require.NoError(t, err)
		for _, v := range visits {
			bills, amount = bills+v.Bills, amount+v.AmountFen
		}
		return bills, amount
	}
	for _, s := range []struct {
		what   string
		bills  []visit.Bill
		count  int32
		amount int64
	}{
		{"opened: the guest is here", []visit.Bill{step("1", 1, visit.Opened, 0, visit.Detail{Table: "8号台"})}, 1, 0},
		{"items", []visit.Bill{step("1", 2, visit.Opened, 300, visit.Detail{Table: "8号台", Lines: []visit.Item{{Name: "叉烧", Quantity: 1000, Amount: 300}}})}, 1, 300},
		{"moved", []visit.Bill{step("1", 3, visit.Opened, 300, visit.Detail{Table: "牡丹厅"})}, 1, 300},
		{"split", []visit.Bill{step("1", 4, visit.Opened, 200, visit.Detail{}), step("2", 1, visit.Opened, 100, visit.Detail{SplitFrom: "1"})}, 2, 300},
		{"merged", []visit.Bill{step("2", 2, visit.Merged, 0, visit.Detail{MergedInto: "1"}), step("1", 5, visit.Opened, 300, visit.Detail{})}, 1, 300},
		{"closed", []visit.Bill{step("1", 6, visit.Paid, 300, visit.Detail{})}, 1, 300},
		{"partly refunded", []visit.Bill{step("1", 7, visit.Paid, 250, visit.Detail{Refunds: []visit.Refund{{Amount: 50, At: noon}}})}, 1, 250},
		{"re-opened", []visit.Bill{step("1", 8, visit.Reopened, 250, visit.Detail{})}, 1, 250},
		{"voided", []visit.Bill{step("1", 9, visit.Voided, 0, visit.Detail{})}, 0, 0},
	} {
		for _, o := range h.record(h.a, s.bills...) {
			require.Equal(t, visit.Recorded, o, s.what)
		}
		for _, o := range h.record(h.a, s.bills...) {
			require.Equal(t, visit.Duplicate, o, "%s again: what was said of it is kept", s.what)
		}
		bills, amount := sum()
		require.Equal(t, s.count, bills, s.what)
		require.Equal(t, s.amount, amount, s.what)
		h.inSync(h.a)
	}
	opened := h.view(h.a, "1")
	require.Len(t, opened.Revisions, 9)
	require.Equal(t, "", opened.Ref)
	require.Equal(t, customer.VisitSummary{}, h.summary(h.a, file))
}

// TestPersonLinks: a bill without a number waits with the booking of its table,
// is linked, stays so when the till sends more, and is unlinked (VIS-06).
func TestPersonLinks(t *testing.T) {
	h := newHouse(t)
	file, day := h.file(h.a, east, guest, li, today-5), today
	room := booking(false)
	room.Resource, room.Kind = &peony, visit.Room
	made, err := h.visits.CreateBooking(ctx, h.may(h.a, li, staffRep, "booking.write", east), room, noon)
	require.NoError(t, err)
	unknown := h.bill(h.a, "1", func(b *visit.Bill) {
		b.Number, b.Meal, b.Detail = "", tenant.MealPeriod(made.MealPeriod), &visit.Detail{Table: "牡丹厅"}
	})
	h.record(h.a, unknown)
	tasks, err := h.visits.BillTasks(ctx, h.desk(h.a), east, noon)
	require.NoError(t, err)
	require.Len(t, tasks.Waiting, 1)
	require.Equal(t, visit.LinkWaiting, tasks.Waiting[0].Way)
	waiting := func() []int32 {
		store, err := h.tenants.Store(ctx, h.a, east)
		require.NoError(t, err)
		other, err := h.tenants.Store(ctx, h.a, west)
		require.NoError(t, err)
		counts, err := h.visits.BillsWaiting(ctx, h.a, []tenant.Store{other, store}, noon)
		require.NoError(t, err)
		return counts
	}
	require.Equal(t, []int32{0, 1}, waiting(), "as listed")
	require.True(t, tasks.Proposals[0][0].SameAt)
	require.Equal(t, made.Ref, tasks.Proposals[0][0].Ref)

	in := visitapp.LinkBill{BillKey: unknown.BillKey, Booking: &made.BookingID, Reason: visit.EnteredLate}
	_, err = h.visits.LinkBill(ctx, h.may(h.a, li, staff.ServiceManager, "bill.link", east), in, noon)
	require.ErrorIs(t, err, visit.ErrOwnBooking)
	_, err = h.visits.LinkBill(ctx, h.may(h.a, zhou, staff.ServiceManager, "bill.link", west), in, noon)
	require.ErrorIs(t, err, visit.ErrNoStore)
	linked, err := h.visits.LinkBill(ctx, h.desk(h.a), in, noon)
	require.NoError(t, err)
	require.Equal(t, visit.LinkPerson, linked.Way)
	require.Equal(t, customer.VisitSummary{Last: &day, Count: 1}, h.summary(h.a, file))
	_, err = h.visits.LinkBill(ctx, h.desk(h.a), in, noon)
	require.ErrorIs(t, err, visit.ErrBillState, "somebody was faster")
	require.Equal(t, []int32{0, 0}, waiting())
	in.LinkNo = 1
	_, err = h.visits.LinkBill(ctx, h.desk(h.a), in, noon)
	require.ErrorIs(t, err, visit.ErrSameLink)
	h.inSync(h.a)

	more := unknown
	more.Revision, more.Amount, more.BookingRef = 2, 20000, "B-of-the-till"
	require.Equal(t, []visit.Outcome{visit.Recorded}, h.record(h.a, more))
	view := h.view(h.a, "1")
	require.Equal(t, visit.LinkPerson, view.Way)
	require.Equal(t, made.Ref, view.Ref)
	require.EqualValues(t, 20000, view.BillHead.AmountFen)
	require.Len(t, view.Linkings, 1)
	require.Equal(t, "周敏", view.Linkings[0].By)
	require.Len(t, view.Revisions, 2)
	h.inSync(h.a)

	in.Booking, in.Reason = nil, visit.NotBooked
	_, err = h.visits.LinkBill(ctx, h.desk(h.a), in, noon.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, customer.VisitSummary{}, h.summary(h.a, file))
	view = h.view(h.a, "1")
	require.Equal(t, visit.LinkNothing, view.Way)
	require.Equal(t, []visit.LinkReason{visit.NotBooked, visit.EnteredLate}, []visit.LinkReason{view.Linkings[0].Reason, view.Linkings[1].Reason})
	h.inSync(h.a)

	yesterday := h.bill(h.a, "2", func(b *visit.Bill) { b.Date = today - 2 })
	h.record(h.a, yesterday)
	_, err = h.visits.LinkBill(ctx, h.desk(h.a), visitapp.LinkBill{BillKey: yesterday.BillKey, Booking: &made.BookingID, Reason: visit.OtherTable}, noon)
	require.ErrorIs(t, err, visit.ErrOtherDay)
	_, err = h.visits.LinkBill(ctx, h.desk(h.a), visitapp.LinkBill{BillKey: visit.BillKey{Store: east, Source: "pos", No: "none"}, Reason: visit.NotBooked}, noon)
	require.ErrorIs(t, err, visit.ErrNoBill)
}

// TestLateBillSaysSo: what came after its month was over says that a correction
// follows (RUL-09).
func TestLateBillSaysSo(t *testing.T) {
	h := newHouse(t)
	h.record(h.a, h.bill(h.a, "1"), h.bill(h.a, "2", func(b *visit.Bill) { b.Date = kernel.NewDate(2025, time.February, 27) }))
	require.False(t, h.view(h.a, "1").AfterMonth)
	require.True(t, h.view(h.a, "2").AfterMonth)
}

// TestPagesOfBills reads a day page by page, and finds the bills of a visit.
func TestPagesOfBills(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-5)
	for _, no := range []string{"1", "2", "3", "4", "5"} {
		h.record(h.a, h.bill(h.a, no))
	}
	h.record(h.a, h.bill(h.a, "6", func(b *visit.Bill) { b.Date = today - 1 }))
	h.record(h.a, h.bill(h.a, "6", func(b *visit.Bill) { b.Date, b.Revision = today-2, 2 }))
	var got []string
	var after *visitapp.BillPlace
	for {
		_, bills, more, err := h.visits.Bills(ctx, h.desk(h.a), east, nil, after, 2, noon)
		require.NoError(t, err)
		for _, b := range bills {
			got = append(got, b.BillHead.BillNo)
		}
		if !more {
			break
		}
		last := bills[len(bills)-1]
		after = &visitapp.BillPlace{ClosedAt: last.ClosedAt, Source: last.BillHead.Source, No: last.BillHead.BillNo}
	}
	require.Equal(t, []string{"5", "4", "3", "2", "1"}, got)
	yesterday := today - 1
	_, bills, _, err := h.visits.Bills(ctx, h.desk(h.a), east, &yesterday, nil, 50, noon)
	require.NoError(t, err)
	require.Empty(t, bills, "it moved to another day")
	_, bills, err = h.visits.BillsOfVisit(ctx, h.may(h.a, zhou, staffRep, "customer.read", east), file, today, tenant.Dinner)
	require.NoError(t, err)
	require.Len(t, bills, 5)
	_, _, err = h.visits.BillsOfVisit(ctx, h.may(h.a, li, staffRep, "customer.read", east), file, today, tenant.Dinner)
	require.ErrorIs(t, err, customer.ErrNotFound, "not his customer")
}
