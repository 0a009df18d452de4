package posapp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
)

// A vendor tells what the day came to and sees what is missing (RUL-07).
func TestDayTotals(t *testing.T) {
	h := newHouse(t)
	till := h.vendor(h.a, east, "bills:write")
	_, err := till.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{bill("1"), bill("2")}})
	require.NoError(t, err)
	tell := func(count int32, fen int64) *posv1.ComparedTotal {
		res, err := till.ReportDayTotals(ctx, &posv1.ReportDayTotalsRequest{Totals: []*posv1.DayTotal{
			{StoreCode: "S01", BusinessDate: today.String(), Source: "pos", BillCount: count, AmountFen: fen},
		}})
		require.NoError(t, err)
		return res.GetTotals()[0]
	}
	one := &posv1.DayTotal{StoreCode: "S01", BusinessDate: today.String(), Source: "pos", BillCount: 2, AmountFen: 200}
	checked, err := till.ReportDayTotals(ctx, &posv1.ReportDayTotalsRequest{Totals: []*posv1.DayTotal{one}, ValidateOnly: true})
	require.NoError(t, err)
	require.True(t, checked.GetTotals()[0].GetMatches())
	require.Equal(t, []int64{0}, rows[int64](h, h.a, "SELECT (SELECT count(*) FROM day_total) + (SELECT count(*) FROM store_till)"), "nobody is waited for because of it")
	for field, bad := range map[string]*posv1.DayTotal{
		"totals[1].store_code":    {StoreCode: "S99", BusinessDate: today.String(), Source: "pos"},
		"totals[1].business_date": {StoreCode: "S01", BusinessDate: "2025-02-30", Source: "pos"},
	} {
		_, err = till.ReportDayTotals(ctx, &posv1.ReportDayTotalsRequest{Totals: []*posv1.DayTotal{one, bad}})
		require.Equal(t, field, violation(err))
	}
	got := tell(3, 300)
	require.Equal(t, []any{true, int32(3), int32(2), int64(200), false}, []any{got.GetTold(), got.GetToldCount(), got.GetHeldCount(), got.GetHeldFen(), got.GetMatches()})
	_, err = till.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{bill("3")}})
	require.NoError(t, err)
	res, err := till.GetDayTotals(ctx, &posv1.GetDayTotalsRequest{StoreCode: "S01", BusinessDate: today.String()})
	require.NoError(t, err)
	require.True(t, res.GetTotals()[0].GetMatches())

	_, err = till.GetDayTotals(ctx, &posv1.GetDayTotalsRequest{StoreCode: "S02", BusinessDate: today.String()})
	require.Equal(t, "store.not_found", reason(err))
	_, err = till.GetDayTotals(ctx, &posv1.GetDayTotalsRequest{StoreCode: "S01", BusinessDate: "2025-02-30"})
	require.Equal(t, "invalid_field", reason(err))
}
