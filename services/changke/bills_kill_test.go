package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/pg"
)

// house is a PostgreSQL of its own and a server of its own, both processes that
// can be killed, at addresses that stay.
type house struct {
	t        *testing.T
	dir      string
	pg       *pg.Server
	pgPort   int
	api      *exec.Cmd
	listen   string
	settings Settings
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), pgPort: freePort(t), listen: fmt.Sprintf("127.0.0.1:%d", freePort(t))}
	h.startPG()
	require.NoError(t, h.pg.CreateDatabase(t.Context(), ownDatabase))
	h.settings = Settings{DataDir: h.dir}
	t.Cleanup(func() { _ = h.pg.Stop(context.Background()) })
	return h
}

func (h *house) startPG() {
	var err error
	h.pg, err = pg.Start(h.t.Context(), pg.Options{Dir: filepath.Join(h.dir, "postgres"), Port: h.pgPort, Roots: []string{"../.."}})
	require.NoError(h.t, err)
}

// killPG kills the postmaster as a power cut does, and starts it again.
func (h *house) killPG() {
	raw, err := os.ReadFile(filepath.Join(h.pg.Dir(), "data", "postmaster.pid"))
	require.NoError(h.t, err)
	first, _, _ := bytes.Cut(raw, []byte("\n"))
	pid, err := strconv.Atoi(string(bytes.TrimSpace(first)))
	require.NoError(h.t, err)
	postmaster, err := os.FindProcess(pid)
	require.NoError(h.t, err)
	require.NoError(h.t, postmaster.Kill())
	<-h.pg.Done()
	require.NoError(h.t, h.pg.Stop(h.t.Context()))
	h.startPG()
}

func (h *house) startAPI() {
	h.api = exec.CommandContext(h.t.Context(), os.Args[0], "up", "--empty", "--database-url", h.pg.URL(ownDatabase), "--data-dir", h.dir, "--listen", h.listen, "--key-calls", "100000000")
	h.api.Env = append(os.Environ(), asChangke+"=1")
	require.NoError(h.t, h.api.Start())
}

func (h *house) killAPI() {
	require.NoError(h.t, h.api.Process.Kill())
	_ = h.api.Wait()
	h.startAPI()
}

// ledger is what a client knows: which bills were acknowledged, and how long
// nobody was served.
type ledger struct {
	sync.Mutex
	acknowledged map[string]bool
	last         time.Time
	longest      time.Duration
	enough       chan struct{} // gets one for every so many acknowledgements
}

func (l *ledger) note(no string, now time.Time) {
	l.Lock()
	defer l.Unlock()
	l.acknowledged[no] = true
	if !l.last.IsZero() {
		l.longest = max(l.longest, now.Sub(l.last))
	}
	l.last = now
	if len(l.acknowledged)%50 == 0 {
		select {
		case l.enough <- struct{}{}:
		default:
		}
	}
}

// TestAcknowledgedBillsSurviveKills: PostgreSQL and the server are killed in turn
// while four tills send bills and send again what was not answered. Every bill
// that was acknowledged is there, once, and so is its visit.
func TestAcknowledgedBillsSurviveKills(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	require.NoError(t, db.Migrate(t.Context(), h.pg.URL(ownDatabase), db.MigrateOptions{}))
	prod, id, key := h.chain()
	h.startAPI()
	t.Cleanup(func() { _ = h.api.Process.Kill(); _ = h.api.Wait() })
	book := &ledger{acknowledged: map[string]bool{}, enough: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var tills sync.WaitGroup
	for n := range 4 {
		tills.Go(func() { h.send(ctx, key, n, book) })
	}
	<-book.enough
	for range soak(1, 5) {
		h.killPG()
		<-book.enough
		for range 2 {
			if h.killAPI(); soak(0, 1) == 0 {
				break
			}
			<-book.enough
		}
	}
	<-book.enough
	cancel()
	tills.Wait()
	t.Logf("%d bills acknowledged, at most %s without an answer", len(book.acknowledged), book.longest)
	require.Less(t, book.longest, soakLimit(), "the service is back in time")

	onFile := map[string]int{}
	super, err := pgx.Connect(t.Context(), h.pg.URL(ownDatabase))
	require.NoError(t, err)
	defer func() { _ = super.Close(context.Background()) }()
	// One snapshot: what a till had sent last may still be recorded, though it does not wait
	// for the answer any more.
	seen, err := super.BeginTx(t.Context(), pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	require.NoError(t, err)
	rows, err := seen.Query(t.Context(), "SELECT bill_no, count(*) FROM bill_revision WHERE tenant_id = $1 AND source = 'kill' GROUP BY bill_no", id)
	require.NoError(t, err)
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		No    string
		Times int
	}])
	require.NoError(t, err)
	for _, f := range found {
		onFile[f.No] = f.Times
	}
	for no := range book.acknowledged {
		require.Equal(t, 1, onFile[no], "bill %s was acknowledged", no)
	}
	var bills int
	require.NoError(t, seen.QueryRow(t.Context(), "SELECT sum(bills) FROM visit WHERE tenant_id = $1 AND business_date < '2026-02-01'", id).Scan(&bills))
	require.NoError(t, seen.Rollback(t.Context()))
	require.Equal(t, len(onFile), bills, "each counts once")
	drift, err := prod.visits.Rebuild(t.Context(), id, true)
	require.NoError(t, err)
	require.Zero(t, drift)
}

// soakLimit is how long nobody may be served: the promise where the machine is
// ours alone, else only that it comes back.
func soakLimit() time.Duration {
	return time.Duration(soak(120, 10)) * time.Second
}

// chain makes a chain with a store and a till's key.
func (h *house) chain() (*product, kernel.TenantID, string) {
	t := h.t
	master, err := h.settings.master(h.dir)
	require.NoError(t, err)
	pool, err := db.Open(t.Context(), h.pg.URL(ownDatabase), db.Options{MaxConns: 4, Role: appRole})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	prod, err := newProduct(productDeps{pool: pool, master: master, clock: wallClock, log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	id, err := prod.tenants.CreateTenant(t.Context(), wallClock.Now(), "killed", "连锁")
	require.NoError(t, err)
	findings, err := prod.onboarding.Import(t.Context(), id, casts[0].exported(), nil)
	require.NoError(t, err)
	require.Empty(t, findings)
	super, err := pgx.Connect(t.Context(), h.pg.URL(ownDatabase))
	require.NoError(t, err)
	defer func() { _ = super.Close(context.Background()) }()
	return prod, id, prod.tillKey(t, super, id)
}

// send is a till: bill after bill, alone and in batches, each until it is
// acknowledged; guests come again, so that tills meet at them.
func (h *house) send(ctx context.Context, key string, till int, book *ledger) {
	client := &http.Client{Transport: &caller{key: key, base: &http.Transport{}}, Timeout: 5 * time.Second}
	defer client.CloseIdleConnections()
	api := visitv1connect.NewBillServiceClient(client, "http://"+h.listen)
	day := kernel.NewDate(2026, time.January, 1)
	for n := 0; ctx.Err() == nil; n++ {
		var bills []*visitv1.Bill
		for i := range 1 + n%3 {
			bills = append(bills, &visitv1.Bill{
				StoreCode: "S01", Source: "kill", BillNo: fmt.Sprintf("T%d-%d-%d", till, n, i), Revision: 1, Number: fmt.Sprintf("138%08d", (n+i)%40), BusinessDate: (day + kernel.BusinessDate(n%9)).String(),
				MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_DINNER, CloseTime: timestamppb.New(day.At(20*time.Hour, time.UTC)), AmountFen: 100, Status: visitv1.BillStatus_BILL_STATUS_PAID,
			})
		}
		for ctx.Err() == nil {
			res, err := api.RecordBills(ctx, &visitv1.RecordBillsRequest{Bills: bills})
			if err != nil {
				continue // not acknowledged: the same again
			}
			for i := range res.GetResults() {
				book.note(bills[i].GetBillNo(), wallClock.Now())
			}
			break
		}
	}
}
