package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
)

// billSamples are what people do with bills.
var billSamples = map[string]sample{
	"changke.visit.v1.BillDeskService.ListBills": {build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.newBill(t, c)
		return &visitv1.ListBillsRequest{StoreId: c.s01.String()}
	}},
	"changke.visit.v1.BillDeskService.GetBill": {build: func(t testing.TB, w *world, c *chain) proto.Message {
		b := w.newBill(t, c)
		return &visitv1.GetBillRequest{StoreId: c.s01.String(), Source: b.Source, BillNo: b.BillNo}
	}},
	"changke.visit.v1.BillDeskService.ListBillsOfVisit": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.ListBillsOfVisitRequest{FileId: c.file(2), BusinessDate: "2026-02-21", MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_LUNCH}
	}},
	"changke.visit.v1.BillDeskService.ListBillTasks": {build: still(func(c *chain) proto.Message {
		return &visitv1.ListBillTasksRequest{StoreId: c.s01.String()}
	})},
	"changke.visit.v1.BillDeskService.LinkBill": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		b := w.newBill(t, c)
		return &visitv1.LinkBillRequest{
			StoreId: c.s01.String(), Source: b.Source, BillNo: b.BillNo, BookingId: w.newBooking(t, c), Reason: visitv1.BillLinkReason_BILL_LINK_REASON_WRONG_BOOKING,
		}
	}},
}

// newBill has the till of S01 record a bill.
func (w *world) newBill(t testing.TB, c *chain) *visitv1.Bill {
	t.Helper()
	b := w.bill()
	b.TableName, b.Lines = "8号台", []*visitv1.BillLine{{Name: "叉烧", QuantityMilli: 1000, AmountFen: 38800}}
	res, err := w.billsOf(c.till).RecordBills(t.Context(), &visitv1.RecordBillsRequest{Bills: []*visitv1.Bill{b}})
	require.NoError(t, err)
	require.Equal(t, visitv1.BillOutcome_BILL_OUTCOME_RECORDED, res.Results[0].Outcome)
	return b
}

func init() { maps.Copy(samples, billSamples) }
