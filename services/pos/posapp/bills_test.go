package posapp_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

const recorded, duplicate = visitv1.BillOutcome_BILL_OUTCOME_RECORDED, visitv1.BillOutcome_BILL_OUTCOME_DUPLICATE

func TestBillsOfAVendor(t *testing.T) {
	h := newHouse(t)
	till := h.vendor(h.a, east, "bills:write")
	send := func(check bool, bills ...*visitv1.Bill) []*visitv1.BillResult {
		res, err := till.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: bills, ValidateOnly: check})
		require.NoError(t, err)
		return res.GetResults()
	}
	require.Equal(t, recorded, send(true, bill("1"))[0].GetOutcome())
	_, err := till.GetBill(ctx, &posv1.GetBillRequest{StoreCode: "S01", Source: "pos", BillNo: "1"})
	require.Equal(t, "bill.not_found", reason(err), "checking writes nothing")

	results := send(false, bill("1"), bill("2", func(b *visitv1.Bill) { b.StoreCode = "S02" }), bill("1"))
	require.Equal(t, recorded, results[0].GetOutcome())
	require.Equal(t, visit.ReasonUnknownStore, results[1].GetReason(), "a store outside the key")
	require.Equal(t, duplicate, results[2].GetOutcome())
	require.Equal(t, recorded, send(false, bill("1", func(b *visitv1.Bill) { b.Revision, b.AmountFen = 2, 90 }))[0].GetOutcome())

	got, err := till.GetBill(ctx, &posv1.GetBillRequest{StoreCode: "S01", Source: "pos", BillNo: "1"})
	require.NoError(t, err)
	require.Equal(t, int32(2), got.GetBill().GetBill().GetRevision())
	require.Equal(t, int64(90), got.GetBill().GetBill().GetAmountFen())
	require.True(t, got.GetBill().GetHolds())
	require.Empty(t, got.GetBill().GetBill().GetNumber(), "a number is never given back")

	for name, v := range map[string]vendor{"another store's key": h.vendor(h.a, west, "bills:write"), "another chain's": h.vendor(h.b, east, "bills:write")} {
		_, err = v.GetBill(ctx, &posv1.GetBillRequest{StoreCode: "S01", Source: "pos", BillNo: "1"})
		require.Equal(t, "bill.not_found", reason(err), name)
	}
	_, err = h.vendor(h.a, east, "customers:lookup").RecordBills(ctx, &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{bill("3")}})
	require.Equal(t, connect.CodePermissionDenied, connect.CodeOf(err), "another scope")
}

// An Idempotency-Key belongs to one content for ever, as far as 35 days go.
func TestIdempotencyKey(t *testing.T) {
	h := newHouse(t)
	till := h.vendor(h.a, east, "bills:write")
	send := func(key string, b *visitv1.Bill) (visitv1.BillOutcome, string) {
		till.header.Set("Idempotency-Key", key)
		res, err := till.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{b}})
		if err != nil {
			return 0, reason(err)
		}
		return res.GetResults()[0].GetOutcome(), ""
	}
	what, _ := send("k-1", bill("1"))
	require.Equal(t, recorded, what)
	what, _ = send("k-1", bill("1"))
	require.Equal(t, duplicate, what, "a retry is answered from the facts")
	_, why := send("k-1", bill("1", func(b *visitv1.Bill) { b.AmountFen++ }))
	require.Equal(t, "pos.idempotency_key_reused", why)
	_, why = send("k 1", bill("1"))
	require.Equal(t, "pos.bad_idempotency_key", why)

	till.header.Set("Idempotency-Key", "k-2")
	_, err := till.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{bill("3")}, ValidateOnly: true})
	require.NoError(t, err)
	what, why = send("k-2", bill("3"))
	require.Equal(t, recorded, what, "what only checked used up no key: %s", why)

	other := h.vendor(h.a, east, "bills:write")
	other.header.Set("Idempotency-Key", "k-1")
	_, err = other.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{bill("2")}})
	require.NoError(t, err, "another key's names are its own")

	h.at(noon.AddDate(0, 0, 36))
	till = h.vendor(h.a, east, "bills:write")
	require.NoError(t, h.pos.Clean(ctx, noon.AddDate(0, 0, 36)))
	require.Equal(t, []int64{0}, rows[int64](h, h.a, "SELECT count(*) FROM idempotency_key"))

	// Of two contents under one key at the same moment one is refused.
	h.at(noon)
	till = h.vendor(h.a, east, "bills:write")
	till.header.Set("Idempotency-Key", "race")
	var wg sync.WaitGroup
	refused := make([]string, 8)
	for i := range refused {
		wg.Go(func() {
			_, err := till.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{bill(fmt.Sprint("race ", i))}})
			refused[i] = reason(err)
		})
	}
	wg.Wait()
	passed := 0
	for _, r := range refused {
		if r == "" {
			passed++
		} else {
			require.Equal(t, "pos.idempotency_key_reused", r)
		}
	}
	require.Equal(t, 1, passed)
}

// feed reads a store's list to its end.
func feed(t *testing.T, v vendor, cursor string, size int32) (bills []string, next string) {
	t.Helper()
	for {
		res, err := v.ListBillsUpdatedSince(ctx, &posv1.ListBillsUpdatedSinceRequest{StoreCode: "S01", Cursor: cursor, PageSize: size})
		require.NoError(t, err)
		for _, b := range res.GetBills() {
			bills = append(bills, fmt.Sprint(b.GetBill().GetBillNo(), "/", b.GetBill().GetRevision()))
		}
		require.NotEmpty(t, res.GetNextCursor())
		if cursor = res.GetNextCursor(); !res.GetHasMore() {
			return bills, cursor
		}
	}
}

// settled waits until what is recorded now is as old as the list's margin, by the
// database's clock.
func settled(h *house) {
	for !rows[bool](h, h.a, "SELECT clock_timestamp() > max(fed_at) + interval '2 seconds' FROM bill_revision")[0] {
	}
}

// A write that ends late is never passed over: the list stops before it.
func TestFeedNeverPassesOverAWriteUnderWay(t *testing.T) {
	h := newHouse(t)
	till := h.vendor(h.a, east, "bills:write")
	record := func(bills ...*visitv1.Bill) {
		_, err := till.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: bills})
		require.NoError(t, err)
	}
	record(bill("early"))
	settled(h)
	got, cursor := feed(t, till, "", 0)
	require.Equal(t, []string{"early/1"}, got)

	hold, held, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- h.pool.InTenant(ctx, h.a, func(tx pgx.Tx) error {
			_, err := h.visits.RecordBillsTx(ctx, tx, h.a, []visit.Bill{{
				BillKey: visit.BillKey{Store: east, Source: "pos", No: "late"}, Revision: 1, Date: today, Meal: tenant.Dinner, ClosedAt: noon, Amount: 1, Status: visit.Paid,
			}}, noon)
			close(held)
			<-hold
			return err
		})
	}()
	<-held
	record(bill("after", func(b *visitv1.Bill) { b.Number = "" }))
	settled(h)
	got, cursor = feed(t, till, cursor, 0)
	require.Empty(t, got, "what was recorded after a write that is under way waits for it")
	close(hold)
	require.NoError(t, <-done)
	got, cursor = feed(t, till, cursor, 1)
	require.Equal(t, []string{"late/1", "after/1"}, got)
	got, _ = feed(t, till, cursor, 0)
	require.Empty(t, got)

	_, err := till.ListBillsUpdatedSince(ctx, &posv1.ListBillsUpdatedSinceRequest{StoreCode: "S01", Cursor: cursor + "x"})
	require.Equal(t, "invalid_field", reason(err))
	_, err = h.vendor(h.b, east, "bills:write").ListBillsUpdatedSince(ctx, &posv1.ListBillsUpdatedSinceRequest{StoreCode: "S01", Cursor: cursor})
	require.Equal(t, "invalid_field", reason(err), "another chain's cursor")
	res, err := till.ListBillsUpdatedSince(ctx, &posv1.ListBillsUpdatedSinceRequest{StoreCode: "S01", StartTime: timestamppb.New(noon.AddDate(80, 0, 0))})
	require.NoError(t, err)
	require.Empty(t, res.GetBills())
}

// Eight tills write while a vendor reads on: in the end he has every revision once.
func TestFeedUnderLoad(t *testing.T) {
	h := newHouse(t)
	reader := h.vendor(h.a, east, "bills:write")
	var wg sync.WaitGroup
	for i := range 8 {
		till := h.vendor(h.a, east, "bills:write")
		wg.Go(func() {
			for j := range 25 {
				bills := []*visitv1.Bill{}
				for n := range 1 + rand.IntN(4) {
					bills = append(bills, bill(fmt.Sprintf("%d.%d.%d", i, j, n), func(b *visitv1.Bill) { b.Number = fmt.Sprintf("138%08d", rand.IntN(20)) }))
				}
				if _, err := till.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: bills}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { wg.Wait(); close(written) }()
	seen, cursor := map[string]int{}, ""
	read := func() {
		var got []string
		got, cursor = feed(t, reader, cursor, 7)
		for _, b := range got {
			seen[b]++
		}
	}
	for going := true; going; {
		select {
		case <-written:
			going = false
		default:
		}
		read()
	}
	settled(h)
	read()
	for b, n := range seen {
		require.Equal(t, 1, n, b)
	}
	require.Len(t, seen, rows[int](h, h.a, "SELECT count(*)::int FROM bill_revision")[0])
}
