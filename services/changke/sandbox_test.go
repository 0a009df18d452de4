package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/tenant"
)

// yard is a server with a sandbox, its clock and its worker.
type yard struct {
	*product
	clock  *walkingClock
	server *httptest.Server
	made   madeSandbox
	box    posv1connect.SandboxServiceClient
	pos    posv1connect.PosServiceClient
}

// bearer calls with a key.
type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

func newYard(t *testing.T, now time.Time) *yard {
	t.Helper()
	y := &yard{clock: &walkingClock{}}
	y.clock.set(now)
	master, err := secret.NewMaster(base64.StdEncoding.EncodeToString([]byte("a master key for tests, 32 bytes")))
	require.NoError(t, err)
	y.product, err = newProduct(productDeps{pool: testdb.New(t).Pool(t), master: master, clock: y.clock, log: slog.New(slog.DiscardHandler), work: true})
	require.NoError(t, err)
	require.NoError(t, y.startWork(t.Context()))
	t.Cleanup(func() { _ = y.stopWork(t.Context()) })
	mux := http.NewServeMux()
	require.NoError(t, y.route(mux))
	y.server = httptest.NewServer(mux)
	t.Cleanup(y.server.Close)
	y.made, err = y.makeSandbox(t.Context(), "pen", "沙箱", 30)
	require.NoError(t, err)
	client := &http.Client{Transport: bearer(y.made.key)}
	y.box, y.pos = posv1connect.NewSandboxServiceClient(client, y.server.URL), posv1connect.NewPosServiceClient(client, y.server.URL)
	return y
}

// moved moves the clock and waits until it has come there.
func (y *yard) moved(t *testing.T, days int32) *posv1.Sandbox {
	t.Helper()
	_, err := y.box.MoveClock(t.Context(), &posv1.MoveClockRequest{Days: days})
	require.NoError(t, err)
	var s *posv1.Sandbox
	require.Eventually(t, func() bool {
		res, err := y.box.GetSandbox(t.Context(), &posv1.GetSandboxRequest{})
		require.NoError(t, err)
		s = res.GetSandbox()
		return s.GetMove().GetState() != posv1.SandboxMoveState_SANDBOX_MOVE_STATE_MOVING
	}, 5*time.Minute, 50*time.Millisecond)
	require.Equal(t, posv1.SandboxMoveState_SANDBOX_MOVE_STATE_DONE, s.GetMove().GetState(), s.GetMove().GetError())
	return s
}

// happened lists what rules did in a chain, without ids: rule, day, guest, effect.
func (y *yard) happened(t *testing.T, id kernel.TenantID) (lines []string) {
	t.Helper()
	require.NoError(t, y.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), `
			SELECT d.rule || ' ' || d.effective_on || ' ' || g.name || ' ' || coalesce(a.staff_no, '-') || ' > ' || coalesce(b.staff_no, '-')
			FROM decision d JOIN guest g ON g.tenant_id = d.tenant_id AND g.file_id = d.file_id
			LEFT JOIN person a ON a.tenant_id = d.tenant_id AND a.person_id = d.from_id LEFT JOIN person b ON b.tenant_id = d.tenant_id AND b.person_id = d.to_id
			WHERE d.tenant_id = $1
			UNION ALL
			SELECT 'warned ' || w.rule || ' ' || w.acts_on || ' ' || g.name || ' ' || w.stage
			FROM warning w JOIN guest g ON g.tenant_id = w.tenant_id AND g.file_id = w.file_id WHERE w.tenant_id = $1
			UNION ALL
			SELECT 'offer ' || o.kind || ' ' || g.name || ' ' || p.staff_no || ' ' || o.offered_on || ' ' || o.lapses_on || ' ' || o.state
			FROM offer o JOIN guest g ON g.tenant_id = o.tenant_id AND g.file_id = o.file_id JOIN person p ON p.tenant_id = o.tenant_id AND p.person_id = o.person_id WHERE o.tenant_id = $1
			UNION ALL
			SELECT 'score ' || p.staff_no || ' ' || to_jsonb(s) - 'tenant_id' - 'person_id' - 'store_id' - 'scored_at' - 'run_id' - 'statement_id'
			FROM score s JOIN person p ON p.tenant_id = s.tenant_id AND p.person_id = s.person_id WHERE s.tenant_id = $1`, id)
		if err != nil {
			return err
		}
		lines, err = pgx.CollectRows(rows, pgx.RowTo[string])
		slices.Sort(lines)
		return err
	}))
	return lines
}

// TestSandboxMonth: moving a sandbox a month forward does what the days themselves
// would have done, decision by decision (RUL-03, LIF-03, 04, 07, 10, QTA), and
// leaves true time alone.
func TestSandboxMonth(t *testing.T) {
	t.Parallel()
	start := time.Date(2025, 9, 18, 11, 0, 0, 0, tenant.Shanghai)
	moved, lived := newYard(t, start), newYard(t, start)
	require.NoError(t, moved.ownership.CatchUp(t.Context(), moved.made.id))
	s := moved.moved(t, 31)
	require.Equal(t, "2025-10-19", s.GetBusinessDate())
	require.EqualValues(t, 31, s.GetDaysAhead())
	require.EqualValues(t, 31, s.GetMove().GetDaysDone())

	require.NoError(t, lived.ownership.CatchUp(t.Context(), lived.made.id))
	for day := 1; day <= 31; day++ {
		lived.clock.set(start.AddDate(0, 0, day))
		require.NoError(t, lived.ownership.CatchUp(t.Context(), lived.made.id))
	}
	then := moved.happened(t, moved.made.id)
	require.Equal(t, lived.happened(t, lived.made.id), then)
	for _, want := range []string{"LIF-03 ", "LIF-04 ", "LIF-07 ", "warned LIF-03", "offer adoption 赵海燕 E105", "score E104"} {
		require.True(t, slices.ContainsFunc(then, func(l string) bool { return len(l) >= len(want) && l[:len(want)] == want }), "%s in\n%v", want, fmt.Sprint(then))
	}

	_, err := moved.pos.UpsertBooking(t.Context(), nil)
	require.Error(t, err)
	again := moved.moved(t, 1)
	require.Equal(t, "2025-10-20", again.GetBusinessDate(), "only forward, from where it stands")
}

// TestSandboxPastTotals: totals of a day before the sandbox's first, told as the guide
// shows and before the runs came there, hold nothing up once the clock is moved.
func TestSandboxPastTotals(t *testing.T) {
	t.Parallel()
	y := newYard(t, noon)
	_, err := y.pos.ReportDayTotals(t.Context(), &posv1.ReportDayTotalsRequest{Totals: []*posv1.DayTotal{{StoreCode: "S01", BusinessDate: (today - 200).String(), Source: "demo"}}})
	require.NoError(t, err)
	require.NoError(t, y.ownership.CatchUp(t.Context(), y.made.id))
	waits := func() (n int) {
		require.NoError(t, y.pool.InTenant(t.Context(), y.made.id, func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), "SELECT count(*) FROM ownership_pub.wait WHERE tenant_id = $1", y.made.id).Scan(&n)
		}))
		return n
	}
	require.Equal(t, 1, waits())
	y.moved(t, 1)
	require.Zero(t, waits())
}

// TestSandboxTroubles: a refused call has done nothing, one whose answer was lost has
// done everything, a limited one says when to come again, a slow one gives up with its
// caller; and each is noted.
func TestSandboxTroubles(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	y := newYard(t, time.Date(2025, 9, 18, 11, 0, 0, 0, tenant.Shanghai))
	order := func(kind posv1.TroubleKind, method string) {
		_, err := y.box.OrderTrouble(ctx, &posv1.OrderTroubleRequest{Troubles: []*posv1.OrderedTrouble{{Method: method, Kind: kind, Calls: 1, WaitMs: 2000}}})
		require.NoError(t, err)
	}
	var asked []*posv1.OrderedTrouble
	for i := range 8 {
		asked = append(asked, &posv1.OrderedTrouble{Method: "RecordBills", Kind: posv1.TroubleKind_TROUBLE_KIND_REFUSE, Calls: int32(i + 1)})
	}
	ordered, err := y.box.OrderTrouble(ctx, &posv1.OrderTroubleRequest{Troubles: asked})
	require.NoError(t, err)
	for i, trouble := range ordered.GetSandbox().GetTroubles() {
		require.EqualValues(t, i+1, trouble.GetCalls(), "in the order they were asked for")
	}
	bill := func(no string) error {
		_, err := y.pos.RecordBills(ctx, &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{{
			StoreCode: "S01", Source: "pos", BillNo: no, Revision: 1, BusinessDate: "2025-09-18", MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_LUNCH,
			CloseTime: timestamppb.New(y.clock.Now()), AmountFen: 100, Status: visitv1.BillStatus_BILL_STATUS_PAID,
		}}})
		return err
	}
	onFile := func(no string) bool {
		_, err := y.pos.GetBill(ctx, &posv1.GetBillRequest{StoreCode: "S01", Source: "pos", BillNo: no})
		return err == nil
	}
	order(posv1.TroubleKind_TROUBLE_KIND_REFUSE, "RecordBills")
	require.Equal(t, connect.CodeUnavailable, connect.CodeOf(bill("1")))
	require.False(t, onFile("1"))
	require.NoError(t, bill("1"), "once is once")
	order(posv1.TroubleKind_TROUBLE_KIND_LOSE, "RecordBills")
	require.Equal(t, connect.CodeUnavailable, connect.CodeOf(bill("2")))
	require.True(t, onFile("2"))
	order(posv1.TroubleKind_TROUBLE_KIND_LIMIT, "RecordBills")
	err = bill("3")
	require.Equal(t, connect.CodeResourceExhausted, connect.CodeOf(err))
	require.Equal(t, "sandbox.limited", reasonOf(err))
	order(posv1.TroubleKind_TROUBLE_KIND_SLOW, "LookupGuest")
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err = y.pos.LookupGuest(short, &posv1.LookupGuestRequest{StoreCode: "S01", Number: "13800000106"})
	require.Error(t, err)
	require.Eventually(t, func() bool {
		calls, err := y.box.ListCalls(ctx, &posv1.ListCallsRequest{})
		require.NoError(t, err)
		return slices.ContainsFunc(calls.GetCalls(), func(c *posv1.SandboxCall) bool {
			return c.GetMethod() == "LookupGuest" && c.GetTrouble() == posv1.TroubleKind_TROUBLE_KIND_SLOW && c.GetCode() == "canceled"
		})
	}, time.Minute, 20*time.Millisecond)
	card, err := y.pos.LookupGuest(ctx, &posv1.LookupGuestRequest{StoreCode: "S01", Number: "13800000106"})
	require.NoError(t, err)
	require.Equal(t, "对花生过敏", card.GetAllergies())
	card, err = y.pos.LookupGuest(ctx, &posv1.LookupGuestRequest{StoreCode: "S01", Number: "13800000105"})
	require.NoError(t, err)
	require.True(t, card.GetBlacklisted())
}

// TestSandboxOnly: a real chain's clock can't be moved by any way, nor becomes a
// sandbox, and nobody's clock goes back.
func TestSandboxOnly(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	y := newYard(t, noon)
	real, err := y.tenants.CreateTenant(ctx, y.clock.Now(), "real", "真店")
	require.NoError(t, err)
	moved, err := y.tenants.MoveDay(ctx, real, 1)
	require.ErrorIs(t, err, pos.ErrRealChain)
	require.False(t, moved)
	grant := kernel.NewGrant(&kernel.Actor{Kind: kernel.ActorKey, Tenant: real}, "sandbox.use", func(string) kernel.Reach { return kernel.ReachWhere })
	_, err = y.product.pos.MoveClock(ctx, grant, 1, false, y.clock.Now())
	require.ErrorIs(t, err, pos.ErrRealChain)
	_, err = y.product.pos.OrderTrouble(ctx, grant, nil, y.clock.Now())
	require.ErrorIs(t, err, pos.ErrRealChain)
	require.ErrorIs(t, y.seedSandbox(ctx, real), pos.ErrRealChain)

	refused := func(id kernel.TenantID, sql string) {
		t.Helper()
		require.Error(t, y.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, sql, id)
			return err
		}), sql)
	}
	refused(real, "INSERT INTO sandbox_day (tenant_id, day_no, moved_at) VALUES ($1, 1, now())")
	refused(real, "INSERT INTO sandbox_move (tenant_id, from_days, to_days, leave_open, state, asked_at) VALUES ($1, 0, 1, false, 'moving', now())")
	refused(real, "UPDATE tenant SET sandbox = true WHERE tenant_id = $1")
	refused(y.made.id, "UPDATE tenant SET sandbox = false WHERE tenant_id = $1")
	y.moved(t, 1)
	refused(y.made.id, "DELETE FROM sandbox_day WHERE tenant_id = $1")
	refused(y.made.id, "UPDATE sandbox_day SET moved_at = now() WHERE tenant_id = $1")

	_, err = y.box.OrderTrouble(ctx, &posv1.OrderTroubleRequest{Troubles: []*posv1.OrderedTrouble{{Method: "Nothing", Kind: posv1.TroubleKind_TROUBLE_KIND_LOSE, Calls: 1}}})
	require.Equal(t, connect.CodeInvalidArgument, connect.CodeOf(err))
}
