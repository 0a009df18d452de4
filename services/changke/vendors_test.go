package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/pos"
	changke "github.com/changke/changke/services/pos/sdk/go"
	snippets "github.com/changke/changke/services/pos/sdk/guide/snippets/go"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
)

// shop is what a vendor is given: a running server, a key of a store with every scope, a guest
// on file and a member of staff. Its clock is the wall's.
type shop struct {
	w                *world
	url, key         string
	guest, booker    string
	today            kernel.BusinessDate
	event, secret    string // an event as the server signs it, as JSON; its first secret
	headers          map[string]string
	body             string
	forGo, languages string // directories
}

func newShop(t *testing.T) *shop {
	t.Helper()
	w := newWorld(t)
	today := w.atNoon(t, w.a)
	deps := w.prod.productDeps
	deps.clock = wallClock
	prod, err := newProduct(deps)
	require.NoError(t, err)
	mux := http.NewServeMux()
	require.NoError(t, prod.route(mux))
	server := httptest.NewServer(secure(mux, false))
	t.Cleanup(server.Close)
	p := &shop{w: w, url: server.URL, guest: numberBoth, booker: "E0002", today: today, forGo: t.TempDir(), languages: t.TempDir()}
	p.key = prod.vendorKey(t, w.a.id, w.a.people["H0001"], w.a.s01)
	now := wallClock.Now()
	secrets := []string{pos.NewSecret(), pos.NewSecret()}
	id := kernel.NewID[kernel.UUID](now)
	p.body, err = pos.Body(pos.GuestBlacklisted, now, pos.GuestsData{StoreCode: "S01", GuestIDs: []string{id.String()}})
	require.NoError(t, err)
	p.headers = map[string]string{"webhook-id": id.String(), "webhook-timestamp": strconv.FormatInt(now.Unix(), 10), "webhook-signature": pos.Sign(secrets, id, now, p.body)}
	p.secret = secrets[0]
	event, err := json.Marshal(map[string]any{"secrets": secrets, "headers": p.headers, "body": p.body})
	require.NoError(t, err)
	p.event = string(event)
	return p
}

// atNoon puts a chain's stores where it is noon by the wall's clock, before a server
// reads them, and gives the day: none ends while a test goes by that clock.
func (w *world) atNoon(t *testing.T, c *chain) kernel.BusinessDate {
	t.Helper()
	now := wallClock.Now()
	zone, err := time.LoadLocation(fmt.Sprintf("Etc/GMT%+d", now.UTC().Hour()-12)) // whose sign is the other way round
	require.NoError(t, err)
	w.exec(t, "UPDATE store SET zone = $2 WHERE tenant_id = $1", c.id, zone.String())
	return kernel.BusinessDateOf(now, zone, tenant.Cutover)
}

// vendorKey makes a key of stores with every scope, as an administrator would.
func (p *product) vendorKey(t *testing.T, id kernel.TenantID, admin kernel.PersonID, stores ...kernel.StoreID) string {
	t.Helper()
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: id, Person: admin, Assignments: []kernel.Assignment{{Role: staff.Admin, TenantWide: true}}}
	_, text, err := p.staff.CreateAPIKey(t.Context(), kernel.NewGrant(actor, "", func(string) kernel.Reach { return kernel.ReachWhere }), staffapp.NewKey{
		Label: "收银厂商 " + kernel.NewID[kernel.UUID](wallClock.Now()).String()[30:], Scopes: []string{"bills:write", "bookings:write", "customers:lookup", "callers:write"}, Stores: stores, Days: 400,
	})
	require.NoError(t, err)
	return text
}

// env is the shop as programs in other languages are told of it.
func (p *shop) env() []string {
	return append(os.Environ(), "CHANGKE_URL="+p.url, "CHANGKE_KEY="+p.key, "CHANGKE_GUEST="+p.guest, "CHANGKE_BOOKER="+p.booker,
		"CHANGKE_TODAY="+p.today.String(), "CHANGKE_EVENT="+p.event, "CHANGKE_WEBHOOK_SECRET="+p.secret, "CHANGKE_FOR_GO="+p.forGo, "CHANGKE_STATE="+p.languages)
}

// run runs a program beside the shop until it ends.
func (p *shop) run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, p.env()
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}

// count asks the database.
func (p *shop) count(t *testing.T, where string) (n int) {
	t.Helper()
	require.NoError(t, p.w.super.QueryRow(t.Context(), "SELECT count(*) FROM bill_head WHERE tenant_id = $1 AND "+where, p.w.a.id).Scan(&n))
	return n
}

const tsSDK = "../pos/sdk/ts"

// TestVendorSDKs lets the Go and the TypeScript SDK do everything a till does at a
// running server.
func TestVendorSDKs(t *testing.T) {
	t.Parallel()
	p := newShop(t)
	t.Run("OK TypeScript", func(t *testing.T) {
		compileTS(t)
		files, err := filepath.Glob(tsSDK + "/test/*.test.mjs")
		require.NoError(t, err)
		require.Len(t, files, 3)
		args := []string{"node", "--test"}
		for _, f := range files {
			args = append(args, filepath.Join("test", filepath.Base(f)))
		}
		p.run(t, tsSDK, args...)
		require.Equal(t, 1, p.count(t, "source = 'ts-retry'"))
		require.Equal(t, 1098, p.count(t, "source = 'ts-queue'"))
	})
	t.Run("OK Go", p.goSDK)
	t.Run("OK the guide", p.guide)
}

// guide runs every block of code that the vendor's guide shows; that it shows this
// very code is what the guide's own test proves.
func (p *shop) guide(t *testing.T) {
	const dir = "../pos/sdk/guide/snippets"
	t.Run("OK curl", func(t *testing.T) {
		first := p.run(t, dir, "bash", "curl/first-bill.sh")
		require.Contains(t, first, "BILL_OUTCOME_RECORDED")
		require.Contains(t, p.run(t, dir, "bash", "curl/first-bill.sh"), "BILL_OUTCOME_DUPLICATE", "a retry")
		require.Contains(t, p.run(t, dir, "bash", "curl/check.sh"), "bill.unknown_store")
		require.Contains(t, p.run(t, dir, "bash", "curl/get-bill.sh"), "bill.not_found")
		require.Regexp(t, `相差 -?\d 秒`, p.run(t, dir, "bash", "curl/clock.sh"))
		require.Regexp(t, `"matches": ?true`, p.run(t, dir, "bash", "curl/totals.sh"))
		require.Contains(t, p.run(t, dir, "bash", "curl/feed.sh"), "nextCursor")
		p.run(t, dir, "bash", "-c", "bash curl/lookup.sh || [ $? = 28 ]") // the till goes on without the answer
		require.Contains(t, p.run(t, dir, "bash", "curl/booking.sh"), "BOOKING_STATE_SEATED")
		require.Regexp(t, `"rang": ?true`, p.run(t, dir, "bash", "curl/ring.sh"))
	})
	t.Run("OK TypeScript", func(t *testing.T) {
		compileTS(t)
		p.run(t, dir+"/ts", tsc(t))
		p.run(t, dir+"/ts", "node", "dist/run.js")
	})
	t.Run("OK Go", func(t *testing.T) {
		ctx := t.Context()
		c, err := changke.New(p.url, p.key)
		require.NoError(t, err)
		require.NoError(t, snippets.FirstBill(ctx, c, p.today.String()))
		require.NoError(t, snippets.SendWithOwnKey(ctx, c, &changke.RecordBillsRequest{Bills: []*changke.Bill{tillBill("demo-go-key", "1")}}, "saved"))
		var warned []string
		require.NoError(t, snippets.Offline(ctx, c, t.TempDir(), tillBill("demo-go", "2", func(b *changke.Bill) { b.StoreCode = "S99" }), func(text string) { warned = append(warned, text) }))
		require.Len(t, warned, 1)
		seen := 0
		for cursor := ""; seen < 2; { // both revisions; the feed's horizon is two seconds behind
			require.NoError(t, snippets.Reconcile(ctx, c, cursor, func(*changke.RecordedBill) error { seen++; return nil }, func(next string) error { cursor = next; return nil }))
		}
		require.NoError(t, snippets.DayTotals(ctx, c, p.today.String()))
		snippets.Lookup(ctx, c, p.guest, func(string) {})
		require.NoError(t, snippets.Booking(ctx, c, p.today.String(), p.booker))
		require.NoError(t, snippets.Ring(ctx, c, p.today.String(), p.guest))
		require.Equal(t, "这张账单还没有传过", snippets.Explain(ctx, c))

		var got []string
		h, err := snippets.Webhooks(p.secret, pos.NewSecret(), func(e changke.Event) error { got = append(got, e.Type); return nil })
		require.NoError(t, err)
		for body, want := range map[string]int{p.body: http.StatusNoContent, p.body + " ": http.StatusBadRequest} {
			r, w := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)), httptest.NewRecorder()
			for k, v := range p.headers {
				r.Header.Set(k, v)
			}
			h.ServeHTTP(w, r)
			require.Equal(t, want, w.Code)
		}
		require.Equal(t, []string{changke.GuestBlacklisted}, got)
	})
}

// TestGuideOfTheSandbox runs what the guide shows of the sandbox in one.
func TestGuideOfTheSandbox(t *testing.T) {
	t.Parallel()
	y := newYard(t, noon)
	before, err := y.box.GetSandbox(t.Context(), &posv1.GetSandboxRequest{})
	require.NoError(t, err)
	p := &shop{url: y.server.URL, key: y.made.key}
	const dir = "../pos/sdk/guide/snippets"
	require.Contains(t, p.run(t, dir, "bash", "curl/sandbox.sh"), pos.SandboxGuests[0].Number.Local())
	p.run(t, dir, "bash", "curl/trouble.sh")
	_, err = y.pos.RecordBills(t.Context(), &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{tillBill("lost", "1")}})
	require.Equal(t, connect.CodeUnavailable, connect.CodeOf(err), "carried out, not answered")
	p.run(t, dir, "bash", "curl/move.sh")
	require.Eventually(t, func() bool {
		after, err := y.box.GetSandbox(t.Context(), &posv1.GetSandboxRequest{})
		require.NoError(t, err)
		return after.GetSandbox().GetDaysAhead() == before.GetSandbox().GetDaysAhead()+1
	}, time.Minute, 50*time.Millisecond)
}

// tsc is TypeScript's compiler.
func tsc(t *testing.T) string {
	path, err := filepath.Abs(tsSDK + "/node_modules/.bin/tsc")
	require.NoError(t, err)
	return path
}

var compiledTS sync.Once

// compileTS compiles the TypeScript SDK, once for all tests.
func compileTS(t *testing.T) {
	t.Helper()
	compiledTS.Do(func() {
		cmd := exec.CommandContext(t.Context(), tsc(t))
		cmd.Dir = tsSDK
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	})
}

func (p *shop) goSDK(t *testing.T) {
	ctx := t.Context()
	c, err := changke.New(p.url, p.key, changke.WithTimeouts(changke.Timeouts{Lookup: time.Second}))
	require.NoError(t, err)

	q, err := changke.OpenQueue(p.forGo)
	require.NoError(t, err)
	require.Equal(t, 2, q.Len(), "written by TypeScript")
	require.NoError(t, q.Add(tillBill("go", "1", func(b *changke.Bill) { b.BusinessDate = p.today.String() }), tillBill("go", "2", func(b *changke.Bill) { b.StoreCode = "S99" }), tillBill("go", "3", func(b *changke.Bill) { b.AmountFen = -1 })))
	sum, err := q.Drain(ctx, c)
	require.NoError(t, err)
	require.Equal(t, changke.Drained{Recorded: 3, Refused: 2}, sum)
	var dead []string
	for _, d := range q.DeadLetters() {
		dead = append(dead, d.Bill.GetBillNo()+" "+d.Reason)
	}
	require.Equal(t, []string{"2 bill.unknown_store", "3 invalid_field"}, dead)
	require.NoError(t, q.Close())
	require.Equal(t, 2, p.count(t, "source = 'ts-for-go'"))

	who, err := c.LookupGuest(ctx, &changke.LookupGuestRequest{StoreCode: "S01", Number: p.guest})
	require.NoError(t, err)
	require.Equal(t, changke.GuestOwned, who.GetGuestClass())
	booked, err := c.UpsertBooking(ctx, &changke.UpsertBookingRequest{
		StoreCode: "S01", Ref: "GO-1", State: changke.Confirmed, BusinessDate: p.today.String(), MealPeriod: changke.Supper, BookerNo: p.booker, Kind: changke.Hall,
	})
	require.NoError(t, err)
	require.Equal(t, changke.Confirmed, booked.GetBooking().GetState())
	seated, err := c.SeatBooking(ctx, &changke.SeatBookingRequest{StoreCode: "S01", Ref: "GO-1"})
	require.NoError(t, err)
	require.Equal(t, changke.Seated, seated.GetBooking().GetState())
	day, err := c.ReportDayTotals(ctx, &changke.ReportDayTotalsRequest{Totals: []*changke.DayTotal{{StoreCode: "S01", BusinessDate: p.today.String(), Source: "go", BillCount: 1, AmountFen: 100}}})
	require.NoError(t, err)
	require.True(t, day.GetTotals()[0].GetMatches())

	_, err = c.GetBill(ctx, &changke.GetBillRequest{StoreCode: "S02", Source: "go", BillNo: "1"})
	require.Equal(t, "bill.not_found", changke.Reason(err))
	var fault *changke.Error
	require.ErrorAs(t, err, &fault)
	require.NotEmpty(t, fault.RequestID)

	var large []*changke.Bill
	for n := range changke.MaxBatch {
		large = append(large, tillBill("go-large", fmt.Sprint(n), func(b *changke.Bill) {
			for range 12 {
				b.Lines = append(b.Lines, &changke.BillLine{Name: strings.Repeat("虾饺", 40), QuantityMilli: 1000})
			}
		}))
	}
	_, err = c.RecordBills(ctx, &changke.RecordBillsRequest{Bills: large})
	require.Equal(t, "request_too_large", changke.Reason(err))
	require.False(t, changke.Temporary(err))
	q, err = changke.OpenQueue(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, q.Add(large...))
	sum, err = q.Drain(ctx, c)
	require.NoError(t, err)
	require.Equal(t, changke.Drained{Recorded: len(large)}, sum, "in calls that are not too large")
	require.NoError(t, q.Close())

	var seen []string // the feed's horizon is two seconds behind
	for cursor := ""; len(seen) < 1; {
		for page, err := range c.Pages(ctx, changke.Feed{Store: "S01", Source: "go", Cursor: cursor, Size: 10}) {
			require.NoError(t, err)
			for _, b := range page.Bills {
				seen = append(seen, b.GetBill().GetBillNo())
			}
			cursor = page.Cursor
		}
	}
	require.Equal(t, []string{"1"}, seen)
}

func tillBill(source, no string, change ...func(*changke.Bill)) *changke.Bill {
	b := &changke.Bill{
		StoreCode: "S01", Source: source, BillNo: no, Revision: 1, BusinessDate: "2026-03-03", MealPeriod: changke.Dinner,
		CloseTime: timestamppb.New(time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)), AmountFen: 100, Status: changke.Paid,
	}
	for _, f := range change {
		f(b)
	}
	return b
}

// TestQueueSurvivesKills: a till adds bills and drains its queue while the server is
// killed in the midst of drains, and the till's own process is cut off between them
// as if it were killed (the SDK's own tests kill it at any byte). Every bill that was
// added is on file, once.
func TestQueueSurvivesKills(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	require.NoError(t, db.Migrate(t.Context(), h.pg.URL(ownDatabase), db.MigrateOptions{}))
	_, id, key := h.chain()
	h.startAPI()
	t.Cleanup(func() { _ = h.api.Process.Kill(); _ = h.api.Wait() })
	c, err := changke.New("http://"+h.listen, key, changke.WithTimeouts(changke.Timeouts{Try: 2 * time.Second, Call: 3 * time.Second}))
	require.NoError(t, err)

	dir, bills := t.TempDir(), soak(6000, 60000)
	q, err := changke.OpenQueue(dir)
	require.NoError(t, err)
	for n := 0; n < bills; n += 100 {
		var some []*changke.Bill
		for i := range 100 {
			some = append(some, tillBill("queue", fmt.Sprint(n+i), func(b *changke.Bill) { b.Number = fmt.Sprintf("138%08d", (n+i)%40) }))
		}
		require.NoError(t, q.Add(some...))
	}
	var sum changke.Drained
	for kills := 0; q.Len() > 0; {
		answered := make(chan struct{})
		cut := &cutting{Recorder: c, tell: sync.OnceFunc(func() { close(answered) })}
		var killing sync.WaitGroup
		if kills < soak(3, 20) {
			kills++
			killing.Go(func() {
				<-answered // some of this drain has arrived
				h.killAPI()
			})
		}
		got, err := q.Drain(t.Context(), cut)
		cut.tell() // also if nothing was left to send
		killing.Wait()
		sum.Recorded, sum.Known = sum.Recorded+got.Recorded, sum.Known+got.Known
		require.True(t, err == nil || changke.Temporary(err), "%v", err)
		require.Zero(t, got.Refused)
		require.NoError(t, q.Close())
		q, err = changke.OpenQueue(dir)
		require.NoError(t, err)
	}
	t.Logf("%d recorded, %d known already", sum.Recorded, sum.Known)
	require.Equal(t, bills, sum.Recorded+sum.Known)
	super, err := pgx.Connect(t.Context(), h.pg.URL(ownDatabase))
	require.NoError(t, err)
	defer func() { _ = super.Close(context.Background()) }()
	var heads, revisions, counted int
	require.NoError(t, super.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM bill_head WHERE tenant_id = $1 AND source = 'queue'), (SELECT count(*) FROM bill_revision WHERE tenant_id = $1 AND source = 'queue'),
		(SELECT sum(bills) FROM visit WHERE tenant_id = $1 AND business_date = '2026-03-03')`, id).Scan(&heads, &revisions, &counted))
	require.Equal(t, []int{bills, bills, bills}, []int{heads, revisions, counted}, "none lost, none doubled")
}

// cutting tells of the first answer of a drain.
type cutting struct {
	changke.Recorder
	tell func()
}

func (c *cutting) RecordBills(ctx context.Context, req *changke.RecordBillsRequest) (*changke.RecordBillsResponse, error) {
	res, err := c.Recorder.RecordBills(ctx, req)
	c.tell()
	return res, err
}
