package visitapp_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// lacking gives the days of the two stores that lack something, as they read.
func (h *house) lacking(id kernel.TenantID, from, to kernel.BusinessDate) (out []string) {
	h.t.Helper()
	stores, err := h.tenants.Stores(ctx, id)
	require.NoError(h.t, err)
	days, err := h.visits.Lacking(ctx, id, stores, from, to)
	require.NoError(h.t, err)
	for _, d := range days {
		for _, g := range d.Gaps {
			out = append(out, fmt.Sprintf("%s %d %s", d.Date, d.Store[0], g.Words().ZH))
		}
	}
	return out
}

func (h *house) total(id kernel.TenantID, day kernel.BusinessDate, source string, bills int32, sum kernel.Fen) error {
	grant := h.may(id, li, "service_manager", "day.declare", east)
	return h.visits.TellTotals(ctx, grant, nil, []visit.DayTotal{{Store: east, Date: day, Source: source, DaySum: visit.DaySum{Bills: bills, Sum: sum}}}, *h.clock.Load())
}

func (h *house) paid(id kernel.TenantID, day kernel.BusinessDate, no string, revision int32, sum kernel.Fen, status visit.Status) {
	h.t.Helper()
	_, err := h.visits.RecordBill(ctx, id, visit.Bill{
		BillKey: visit.BillKey{Store: east, Source: "pos", No: no}, Revision: revision, Date: day, Meal: tenant.Dinner,
		ClosedAt: day.At(20*time.Hour, tenant.Shanghai), Amount: sum, Status: status,
	}, *h.clock.Load())
	require.NoError(h.t, err)
}

// TestTotals: what a till tells against what we hold (RUL-07): late bills, higher
// revisions and voids count, tellings replace each other, and from the first one
// on the till is waited for.
func TestTotals(t *testing.T) {
	h := newHouse(t)
	eve := today - 1
	h.paid(h.a, eve, "1", 1, 100_00, visit.Paid)
	h.paid(h.a, eve, "2", 1, 200_00, visit.Paid)
	h.paid(h.a, eve-1, "3", 1, 50_00, visit.Paid)
	require.Empty(t, h.lacking(h.a, eve-1, eve), "a chain whose tills tell nothing is usable")

	require.NoError(t, h.total(h.a, eve, "pos", 3, 350_00))
	require.Equal(t, []string{"2025-03-02 1 收银系统 pos 报 3 单 ¥350.00，收到 2 单 ¥300.00，差 1 单 ¥50.00"}, h.lacking(h.a, eve-1, eve))
	require.Empty(t, h.lacking(h.b, eve-1, eve), "another chain")
	h.paid(h.a, eve, "4", 1, 60_00, visit.Paid)
	require.Equal(t, []string{"2025-03-02 1 收银系统 pos 报 3 单 ¥350.00，收到 3 单 ¥360.00，多 0 单 ¥10.00"}, h.lacking(h.a, eve-1, eve))
	h.paid(h.a, eve, "4", 2, 50_00, visit.Paid)
	require.Empty(t, h.lacking(h.a, eve-1, eve), "the late bill came, and was set right")

	h.paid(h.a, eve, "1", 2, 100_00, visit.Voided)
	require.Len(t, h.lacking(h.a, eve, eve), 1)
	require.NoError(t, h.total(h.a, eve, "pos", 2, 250_00))
	require.NoError(t, h.total(h.a, eve, "pos", 2, 250_00))
	require.Empty(t, h.lacking(h.a, eve, eve), "told anew")

	grant := h.may(h.a, li, "service_manager", "day.declare", east)
	tills, err := h.visits.Totals(ctx, grant, east, eve)
	require.NoError(t, err)
	require.Equal(t, []visit.TillDay{{Source: "pos", Told: &visit.DaySum{Bills: 2, Sum: 250_00}, Held: visit.DaySum{Bills: 2, Sum: 250_00}}}, tills)

	// Three days without a word, then everything at once.
	h.at(noon.AddDate(0, 0, 3))
	require.Len(t, h.lacking(h.a, today, today+2), 3, "an outage of three days")
	for d := today; d <= today+2; d++ {
		require.NoError(t, h.total(h.a, d, "pos", 0, 0))
	}
	require.Empty(t, h.lacking(h.a, today, today+2))
}

// TestTotalsRefused: nothing of a call is written when a part of it is wrong.
func TestTotalsRefused(t *testing.T) {
	h := newHouse(t)
	grant := h.may(h.a, li, "service_manager", "day.declare", east)
	good := visit.DayTotal{Store: east, Date: today, Source: "pos"}
	for field, bad := range map[string]visit.DayTotal{
		"totals[1].business_date": {Store: east, Date: today + 1, Source: "pos"},
		"totals[1].source":        {Store: east, Date: today, Source: " pos"},
		"totals[1].bill_count":    {Store: east, Date: today, Source: "pos", DaySum: visit.DaySum{Bills: -1}},
	} {
		err := h.visits.TellTotals(ctx, grant, nil, []visit.DayTotal{good, bad}, noon)
		var f *fault.Fault
		require.ErrorAs(t, err, &f)
		require.Equal(t, field, f.Violations[0].Field)
	}
	err := h.visits.TellTotals(ctx, grant, nil, []visit.DayTotal{good, {Store: west, Date: today, Source: "pos"}}, noon)
	require.ErrorIs(t, err, visit.ErrNoStore)
	tills, err := h.visits.Totals(ctx, grant, east, today)
	require.NoError(t, err)
	require.Empty(t, tills)
}

// TestTotalsTogether: eight tellers of one day leave one newest telling.
func TestTotalsTogether(t *testing.T) {
	h := newHouse(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := h.total(h.a, today-1, "pos", int32(i%2), 0); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	tills, err := h.visits.Totals(ctx, h.may(h.a, li, "service_manager", "day.declare", east), east, today-1)
	require.NoError(t, err)
	require.Len(t, tills, 1)
}

// TestDeclareDay: the manager's word settles a day, once, and only one that is
// over and lacks something.
func TestDeclareDay(t *testing.T) {
	h := newHouse(t)
	eve := today - 1
	manager := h.may(h.a, li, "service_manager", "day.declare", east)
	require.NoError(t, h.total(h.a, eve-1, "pos", 1, 0))
	require.Len(t, h.lacking(h.a, eve-1, eve), 2)

	require.ErrorIs(t, h.visits.DeclareDay(ctx, manager, west, eve, "停电", noon), visit.ErrNoStore)
	require.ErrorIs(t, h.visits.DeclareDay(ctx, manager, east, today, "停电", noon), visit.ErrDayNotOver)
	require.ErrorContains(t, h.visits.DeclareDay(ctx, manager, east, eve, " ", noon), "invalid_field")
	require.ErrorIs(t, h.visits.DeclareDay(ctx, manager, east, eve-5, "停电", noon), visit.ErrDayComplete)
	require.NoError(t, h.visits.DeclareDay(ctx, manager, east, eve, "停电，收银机没开", noon))
	require.NoError(t, h.visits.DeclareDay(ctx, manager, east, eve, "停电，收银机没开", noon), "again is harmless")
	require.Len(t, h.lacking(h.a, eve-1, eve), 1, "the other day still lacks its bill")

	days, err := h.visits.StoreDays(ctx, manager, east, nil, noon)
	require.NoError(t, err)
	require.Len(t, days.Lacking, 1)
	require.Equal(t, visitapp.DeclaredDay{Date: eve, Declared: visit.Declared{Reason: "停电，收银机没开", By: li, At: days.Declared[0].At}, Name: "李娜"}, days.Declared[0])
	require.Equal(t, []visit.Till{{Source: "pos", First: eve - 1}}, days.Tills)
	_, err = h.visits.StoreDays(ctx, manager, west, nil, noon)
	require.ErrorIs(t, err, visit.ErrNoStore)
}

// TestRetireTill: a till that is gone is waited for no more; one that tells again
// is back.
func TestRetireTill(t *testing.T) {
	h := newHouse(t)
	manager := h.may(h.a, li, "service_manager", "day.declare", east)
	require.NoError(t, h.total(h.a, today-3, "old", 0, 0))
	require.Len(t, h.lacking(h.a, today-3, today-1), 2)
	require.ErrorIs(t, h.visits.RetireTill(ctx, manager, east, "new", today-2, noon), visit.ErrNoTill)
	require.ErrorContains(t, h.visits.RetireTill(ctx, manager, east, "old", today+1, noon), "invalid_field")
	require.NoError(t, h.visits.RetireTill(ctx, manager, east, "old", today-2, noon))
	require.Empty(t, h.lacking(h.a, today-3, today-1))
	require.ErrorIs(t, h.visits.RetireTill(ctx, manager, east, "old", today-2, noon), visit.ErrNoTill)
	require.NoError(t, h.total(h.a, today-1, "old", 0, 0))
	require.Len(t, h.lacking(h.a, today-3, today-1), 1, "it is back, and the day between is missing")
}

// TestOpenBookings: a booking left confirmed or seated keeps a day open; settled,
// the day is complete.
func TestOpenBookings(t *testing.T) {
	h := newHouse(t)
	writer := h.may(h.a, li, "service_manager", "booking.write", east)
	line, err := h.visits.CreateBooking(ctx, writer, visitapp.NewBooking{
		Store: east, Request: kernel.NewID[kernel.UUID](noon), Number: guest, Date: today, Meal: tenant.Dinner, Kind: visit.Hall, Resource: &table8, Guests: 2,
	}, noon)
	require.NoError(t, err)
	h.at(noon.AddDate(0, 0, 1))
	require.Equal(t, []string{"2025-03-03 1 1 个预定没有办结：" + line.Ref}, h.lacking(h.a, today, today))
	_, err = h.visits.NoShow(ctx, writer, line.BookingID, "", noon.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.Empty(t, h.lacking(h.a, today, today))
}
