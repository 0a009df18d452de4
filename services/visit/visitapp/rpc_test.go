package visitapp_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/visit"
)

// till is a POS vendor's client with a key of one store.
func (h *house) till(store kernel.StoreID) visitv1connect.BillServiceClient {
	_, key, err := h.people.CreateAPIKey(ctx, h.may(h.a, li, "admin", "apikey.write"), staffapp.NewKey{Label: "till", Scopes: []string{"bills:write"}, Stores: []kernel.StoreID{store}, Days: 30})
	require.NoError(h.t, err)
	carry := rpc.NewInterceptor(rpc.Config{
		Log: slog.New(slog.DiscardHandler), Clock: h.visits.Clock, Authenticator: h.people, Tables: h.people.Tables, Deadline: time.Minute,
		Observe: func(string, string, time.Duration) {},
	})
	mux := http.NewServeMux()
	mux.Handle(visitv1connect.NewBillServiceHandler(h.visits.BillServer(), connect.WithInterceptors(carry)))
	mux.Handle(visitv1connect.NewBookingServiceHandler(h.visits.BookingServer(), connect.WithInterceptors(carry)))
	server := httptest.NewServer(mux)
	h.t.Cleanup(server.Close)
	client := &http.Client{Transport: bearer(key)}
	h.t.Cleanup(client.CloseIdleConnections)
	_, err = visitv1connect.NewBookingServiceClient(client, server.URL).ListBookings(ctx, &visitv1.ListBookingsRequest{StoreId: store.String()})
	require.Equal(h.t, connect.CodePermissionDenied, connect.CodeOf(err), "a till books nothing")
	return visitv1connect.NewBillServiceClient(client, server.URL)
}

type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

func sent(no string, change ...func(*visitv1.Bill)) *visitv1.Bill {
	b := &visitv1.Bill{
		StoreCode: "S01", Source: "pos", BillNo: no, Revision: 1, Number: "138 1234 1234", BusinessDate: today.String(),
		MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_DINNER, CloseTime: timestamppb.New(noon), AmountFen: 100, Status: visitv1.BillStatus_BILL_STATUS_PAID,
	}
	for _, c := range change {
		c(b)
	}
	return b
}

// TestTill sends good and bad bills through key, permission and validation.
func TestTill(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-5)
	till := h.till(east)
	record := func(check bool, bills ...*visitv1.Bill) []*visitv1.BillResult {
		res, err := till.RecordBills(ctx, &visitv1.RecordBillsRequest{Bills: bills, ValidateOnly: check})
		require.NoError(t, err)
		return res.GetResults()
	}
	batch := []*visitv1.Bill{
		sent("1"),
		sent("2", func(b *visitv1.Bill) { b.StoreCode = "S02" }),
		sent("3", func(b *visitv1.Bill) { b.StoreCode = "S99" }),
		sent("4", func(b *visitv1.Bill) { b.Number = "029-8765" }),
		sent("5", func(b *visitv1.Bill) { b.BusinessDate = "2025-02-30" }),
		sent("6 "),
		sent("7", func(b *visitv1.Bill) { b.Status = visitv1.BillStatus_BILL_STATUS_VOIDED }),
		sent("1"),
		sent("1", func(b *visitv1.Bill) { b.AmountFen++ }),
	}
	want := []string{
		"RECORDED", visit.ReasonUnknownStore, visit.ReasonUnknownStore, visit.ReasonBadNumber, visit.ReasonBadDate, visit.ReasonBadText, "RECORDED", "DUPLICATE", visit.ReasonRevisionConflict,
	}
	for _, check := range []bool{true, false} {
		for i, r := range record(check, batch...) {
			got := r.GetReason()
			if got == "" {
				got = r.GetOutcome().String()[len("BILL_OUTCOME_"):]
			} else {
				require.Equal(t, visitv1.BillOutcome_BILL_OUTCOME_REFUSED, r.GetOutcome())
				require.NotEmpty(t, r.GetMessage())
			}
			require.Equal(t, want[i], got, i)
		}
	}
	require.Equal(t, int32(1), h.summary(h.a, file).Count)
	require.Equal(t, visitv1.BillOutcome_BILL_OUTCOME_DUPLICATE, record(false, sent("1"))[0].GetOutcome())
	require.Equal(t, visitv1.BillOutcome_BILL_OUTCOME_RECORDED, record(false, sent("8"))[0].GetOutcome())
	require.Equal(t, visit.ReasonUnknownStore, record(false, sent("2", func(b *visitv1.Bill) { b.StoreCode = "S02" }))[0].GetReason())
	h.inSync(h.a)

	for name, bills := range map[string][]*visitv1.Bill{
		"none":          {},
		"no bill":       {{}},
		"negative":      {sent("9", func(b *visitv1.Bill) { b.AmountFen = -1 })},
		"no such meal":  {sent("9", func(b *visitv1.Bill) { b.MealPeriod = 9 })},
		"no time":       {sent("9", func(b *visitv1.Bill) { b.CloseTime = nil })},
		"NUL in a text": {sent("9\x00")},
	} {
		_, err := till.RecordBills(ctx, &visitv1.RecordBillsRequest{Bills: bills})
		require.Equal(t, connect.CodeInvalidArgument, connect.CodeOf(err), name)
	}
}
