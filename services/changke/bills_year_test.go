package main

import (
	"context"
	"encoding/base64"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

// TestGoldenYearThroughTheAPI: the golden year's bills come by the public API,
// each three times in random order (VIS-07); what follows is the same byte for byte.
func TestGoldenYearThroughTheAPI(t *testing.T) {
	t.Parallel()
	ctx, d, clock, out := t.Context(), testdb.New(t), &walkingClock{}, t.TempDir()
	facts, findings, err := onboarding.Read(os.DirFS(golden))
	require.NoError(t, err)
	require.Empty(t, findings)
	clock.set(facts.Span.From.At(0, facts.Span.Zone))
	master, err := secret.NewMaster(base64.StdEncoding.EncodeToString([]byte(masterKey)))
	require.NoError(t, err)
	prod, err := newProduct(productDeps{pool: d.Pool(t), master: master, clock: clock, log: slog.New(slog.DiscardHandler), work: true, kinds: ownership.Kinds, keyCalls: 1e6, replays: true})
	require.NoError(t, err)
	id, err := prod.tenants.CreateTenant(ctx, clock.Now(), "golden", facts.Span.Tenant)
	require.NoError(t, err)
	data := t.TempDir()
	require.NoError(t, os.CopyFS(data, os.DirFS(golden)))
	head, err := os.ReadFile(filepath.Join(golden, "bills.csv"))
	require.NoError(t, err)
	line, _, _ := strings.Cut(string(head), "\n")
	require.NoError(t, os.WriteFile(filepath.Join(data, "bills.csv"), []byte(line+"\n"), 0o600))
	findings, err = prod.onboarding.Import(ctx, id, os.DirFS(data), nil)
	require.NoError(t, err)
	require.Empty(t, findings)

	sendYear(t, prod.tillOf(t, d.Super(t), id), facts.Bills)
	require.NoError(t, prod.startWork(ctx))
	t.Cleanup(func() { _ = prod.stopWork(context.WithoutCancel(ctx)) })
	require.NoError(t, prod.walk(ctx, id, clock, facts.Span, func(kernel.BusinessDate) {}))
	next := facts.Span.To + 1
	clock.set(next.At(5*time.Hour, facts.Span.Zone))
	require.NoError(t, prod.ownership.CatchUp(ctx, id))
	require.NoError(t, replayCmd{Out: out}.write(ctx, prod, id, facts))
	sameLines(t, filepath.Join(golden, "expected"), out)
}

// tillOf is a POS vendor's client of all stores of a chain.
func (p *product) tillOf(t *testing.T, super *pgx.Conn, id kernel.TenantID) visitv1connect.BillServiceClient {
	t.Helper()
	mux := http.NewServeMux()
	require.NoError(t, p.route(mux))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return visitv1connect.NewBillServiceClient(&http.Client{Transport: &caller{key: p.tillKey(t, super, id), base: http.DefaultTransport}}, server.URL)
}

// tillKey makes a key of all stores, as an administrator would.
func (p *product) tillKey(t *testing.T, super *pgx.Conn, id kernel.TenantID) string {
	t.Helper()
	admin := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: id, Assignments: []kernel.Assignment{{Role: staff.Admin, TenantWide: true}}}
	require.NoError(t, super.QueryRow(t.Context(), "SELECT person_id FROM person WHERE tenant_id = $1 ORDER BY staff_no LIMIT 1", id).Scan(&admin.Person))
	stores, err := p.tenants.Stores(t.Context(), id)
	require.NoError(t, err)
	key := staffapp.NewKey{Label: "till", Scopes: []string{"bills:write"}, Days: 400}
	for _, s := range stores {
		key.Stores = append(key.Stores, s.ID)
	}
	_, text, err := p.staff.CreateAPIKey(t.Context(), kernel.NewGrant(admin, "", func(string) kernel.Reach { return kernel.ReachWhere }), key)
	require.NoError(t, err)
	return text
}

// sendYear sends every bill three times, in random order.
func sendYear(t *testing.T, till visitv1connect.BillServiceClient, bills []onboarding.Bill) {
	t.Helper()
	var all []*visitv1.Bill
	for range 3 {
		for _, b := range bills {
			all = append(all, sentBill(b))
		}
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	told := map[visitv1.BillOutcome]int{}
	for len(all) > 0 {
		n := min(len(all), 1+rand.IntN(500))
		res, err := till.RecordBills(t.Context(), &visitv1.RecordBillsRequest{Bills: all[:n]})
		require.NoError(t, err)
		for _, r := range res.GetResults() {
			told[r.GetOutcome()]++
		}
		all = all[n:]
	}
	require.Equal(t, len(bills), told[visitv1.BillOutcome_BILL_OUTCOME_RECORDED]+told[visitv1.BillOutcome_BILL_OUTCOME_SUPERSEDED])
	require.Equal(t, 2*len(bills), told[visitv1.BillOutcome_BILL_OUTCOME_DUPLICATE])
}

func sentBill(b onboarding.Bill) *visitv1.Bill {
	out := &visitv1.Bill{
		StoreCode: b.Store, Source: b.Source, BillNo: b.No, Revision: int32(b.Revision), BookingRef: b.BookingRef, BusinessDate: b.Date.String(),
		MealPeriod: visitv1.MealPeriod(b.Meal), CloseTime: timestamppb.New(b.ClosedAt), AmountFen: int64(b.Amount), Status: visitv1.BillStatus_BILL_STATUS_PAID,
	}
	if b.Voided {
		out.Status = visitv1.BillStatus_BILL_STATUS_VOIDED
	}
	if b.Phone != "" {
		out.Number = string(b.Phone)
	}
	return out
}
