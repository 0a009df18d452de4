package posapp_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/changke/changke/gen/go/changke/caller/v1/callerv1connect"
	faultv1 "github.com/changke/changke/gen/go/changke/fault/v1"
	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/caller/callerapp"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message/messageapp"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/platform/outbound"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/pos/posapp"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// house is the contexts as main wires them, with two chains that have the same
// stores, people and numbers, behind a server.
type house struct {
	t       *testing.T
	pool    *db.Pool
	tenants *tenantapp.App
	people  *staffapp.App
	files   *customerapp.App
	visits  *visitapp.App
	calls   *callerapp.App
	pos     *posapp.App
	queue   *jobs.Client
	table   *authz.Table
	server  *httptest.Server
	clock   atomic.Pointer[time.Time]
	a, b    kernel.TenantID
}

var (
	ctx        = context.Background()
	east, west = kernel.StoreID{1, 6: 0x70, 8: 0x80}, kernel.StoreID{2, 6: 0x70, 8: 0x80}
	li, zhou   = kernel.PersonID{1, 6: 0x70, 8: 0x80}, kernel.PersonID{2, 6: 0x70, 8: 0x80}
	table8     = kernel.UUID{3, 6: 0x70, 8: 0x80}
	peony      = kernel.UUID{4, 6: 0x70, 8: 0x80}
	guest      = kernel.Phone("+8613812341234")
	// noon in Shanghai on 3 March 2025
	noon  = time.Date(2025, 3, 3, 4, 0, 0, 0, time.UTC)
	today = kernel.NewDate(2025, time.March, 3)
)

func newHouse(t *testing.T) *house {
	t.Parallel()
	master, err := secret.MasterFile(t.TempDir() + "/master")
	require.NoError(t, err)
	h := &house{t: t, pool: testdb.New(t).Pool(t)}
	h.at(noon)
	clock, log := kernel.ClockFunc(func() time.Time { return *h.clock.Load() }), slog.New(slog.DiscardHandler)
	h.tenants = tenantapp.New(tenantapp.Deps{
		DB: h.pool, Master: master, Clock: clock, Log: log, Catalogue: slices.Concat(customer.RuleFields, visit.RuleFields),
		SeedRolesTx: func(ctx context.Context, tx pgx.Tx, id kernel.TenantID) error {
			return h.people.PutRolesTx(ctx, tx, id, staff.Template())
		},
	})
	h.people = staffapp.New(staffapp.Deps{DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log, Tenants: h.tenants})
	messages := messageapp.New(messageapp.Deps{DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log})
	h.files = customerapp.New(customerapp.Deps{DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log, Tenants: h.tenants, Staff: h.people})
	h.visits = visitapp.New(visitapp.Deps{
		DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log, Stores: h.tenants, Guests: h.files, Names: h.people.Names, WorksIn: h.people.WorksIn, Messages: messages,
	})
	h.files.UseVisits(h.visits)
	h.calls = callerapp.New(callerapp.Deps{DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log, Stores: h.tenants.Stores, Guests: h.files})
	receiver := httptest.NewTLSServer(nil) // for its certificate only
	roots := x509.NewCertPool()
	roots.AddCert(receiver.Certificate())
	receiver.Close()
	h.pos = posapp.New(posapp.Deps{
		DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log, Stores: h.tenants, Bills: h.visits, Bookings: h.visits, Guests: h.files, Calls: h.calls, Inbox: messages,
		Admins: func(context.Context, kernel.TenantID, string, time.Time) ([]kernel.PersonID, error) {
			return []kernel.PersonID{li}, nil
		},
		Web: outbound.Client(outbound.Options{Inner: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Roots: roots}),
	})
	h.visits.UseEvents(h.pos.BookingChangedTx)
	h.files.UseEvents(h.pos)
	workers := river.NewWorkers()
	messages.Register(workers)
	h.pos.Register(workers)
	h.queue, err = jobs.New(h.pool, workers, jobs.Options{Log: log, Work: true})
	require.NoError(t, err)
	messages.UseJobs(h.queue)
	h.pos.UseJobs(h.queue.InsertTx)
	var policies []authz.Policy
	for _, r := range staff.Template() {
		for _, right := range r.Rights {
			policies = append(policies, authz.Policy{Role: r.Code, Permission: right.Permission, Reach: map[bool]string{true: "own", false: "where"}[right.Own], Effect: "allow"})
		}
	}
	h.table, err = authz.Compile(policies)
	require.NoError(t, err)
	h.a, h.b = h.chain("jia"), h.chain("yi")
	h.serve(clock, log)
	return h
}

func (h *house) serve(clock kernel.Clock, log *slog.Logger) {
	carry := connect.WithInterceptors(rpc.NewInterceptor(rpc.Config{
		Log: log, Clock: clock, Authenticator: h.people, Tables: h.people.Tables, Deadline: time.Minute,
	}))
	mux := http.NewServeMux()
	mux.Handle(posv1connect.NewPosServiceHandler(h.pos.Server(), carry))
	mux.Handle(callerv1connect.NewCallerServiceHandler(h.calls.Server(), carry))
	h.server = httptest.NewServer(mux)
	h.t.Cleanup(h.server.Close)
}

func (h *house) chain(code string) kernel.TenantID {
	id, err := h.tenants.CreateTenant(ctx, noon, code, code)
	require.NoError(h.t, err)
	h.in(id, func(tx pgx.Tx) error {
		require.NoError(h.t, h.tenants.PutStoresTx(ctx, tx, id, []tenant.Store{
			{ID: east, Code: "S01", Name: "东店", Cutover: tenant.Cutover}, {ID: west, Code: "S02", Name: "西店", Cutover: tenant.Cutover},
		}, noon))
		require.NoError(h.t, h.people.PutPeopleTx(ctx, tx, id, []staff.NewPerson{
			{ID: li, StaffNo: "E1", Name: "李娜", EntryOn: today - 400}, {ID: zhou, StaffNo: "E2", Name: "周敏", EntryOn: today - 400},
		}, noon))
		return h.visits.PutResourcesTx(ctx, tx, id, []visit.Resource{
			{ID: table8, Store: east, Kind: visit.Hall, Name: "8号台", Capacity: 4}, {ID: peony, Store: east, Kind: visit.Room, Name: "牡丹厅", Capacity: 12, MinSpend: 128000},
		})
	})
	return id
}

func (h *house) at(now time.Time) { h.clock.Store(&now) }

func (h *house) in(id kernel.TenantID, fn func(tx pgx.Tx) error) {
	h.t.Helper()
	require.NoError(h.t, h.pool.InTenant(ctx, id, fn))
}

// rows gives a column of a statement in a chain.
func rows[T any](h *house, id kernel.TenantID, sql string) (out []T) {
	h.t.Helper()
	h.in(id, func(tx pgx.Tx) error {
		r, err := tx.Query(ctx, sql)
		require.NoError(h.t, err)
		out, err = pgx.CollectRows(r, pgx.RowTo[T])
		return err
	})
	return out
}

// admin is an administrator's grant.
func (h *house) admin(id kernel.TenantID, permission string) kernel.Grant {
	return h.table.Grant(&kernel.Actor{
		Kind: kernel.ActorPerson, Tenant: id, Person: li, Name: "李娜", Assignments: []kernel.Assignment{{Role: staff.Admin, TenantWide: true}},
	}, permission)
}

// vendor is a POS vendor's client with a key of one store.
type vendor struct {
	posv1connect.PosServiceClient
	header *http.Header
}

func (h *house) vendor(id kernel.TenantID, store kernel.StoreID, scopes ...string) vendor {
	key, secret, err := h.people.CreateAPIKey(ctx, h.admin(id, "apikey.write"), staffapp.NewKey{Label: "till " + kernel.NewID[kernel.UUID](noon).String(), Scopes: scopes, Stores: []kernel.StoreID{store}, Days: 30})
	require.NoError(h.t, err)
	require.False(h.t, key.ID.IsZero())
	header := http.Header{"Authorization": {"Bearer " + secret}}
	client := &http.Client{Transport: with{&header}}
	return vendor{posv1connect.NewPosServiceClient(client, h.server.URL), &header}
}

type with struct{ header *http.Header }

func (w with) RoundTrip(r *http.Request) (*http.Response, error) {
	for k, v := range *w.header {
		r.Header[k] = v
	}
	return http.DefaultTransport.RoundTrip(r)
}

// file enters an approved file of a number, owned by somebody.
func (h *house) file(id kernel.TenantID, store kernel.StoreID, number kernel.Phone, owner kernel.PersonID) kernel.FileID {
	file, on := kernel.NewID[kernel.FileID](noon), today-30
	keys, err := h.tenants.Keys(ctx, id)
	require.NoError(h.t, err)
	h.in(id, func(tx pgx.Tx) error {
		require.NoError(h.t, h.files.PutFilesTx(ctx, tx, id, keys, kernel.NewID[kernel.UUID](noon), []customer.ImportedFile{
			{File: file, Store: store, Name: "欧阳建国", Number: number, Writer: owner, ApprovedOn: on, Fields: customer.Fields{Sex: customer.Male, Taboos: "花生过敏"}},
		}, noon))
		return h.files.SetOwnerTx(ctx, tx, id, []customer.Owner{{File: file, Owner: &owner, Since: &on}})
	})
	return file
}

func bill(no string, change ...func(*visitv1.Bill)) *visitv1.Bill {
	b := &visitv1.Bill{
		StoreCode: "S01", Source: "pos", BillNo: no, Revision: 1, Number: "138 1234 1234", BusinessDate: today.String(),
		MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_DINNER, CloseTime: timestamppb.New(noon), AmountFen: 100, Status: visitv1.BillStatus_BILL_STATUS_PAID,
	}
	for _, c := range change {
		c(b)
	}
	return b
}

// reason is the stable word of an error.
func reason(err error) string {
	if f := told(err); f != nil {
		return f.GetReason()
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

// violation is the field that an error is about.
func violation(err error) string {
	if f := told(err); f != nil && len(f.GetViolations()) > 0 {
		return f.GetViolations()[0].GetField()
	}
	return fmt.Sprint(err)
}

// told is what a vendor is told of an error.
func told(err error) *faultv1.Fault {
	var e *connect.Error
	if !errors.As(err, &e) {
		return nil
	}
	for _, d := range e.Details() {
		if v, err := d.Value(); err == nil {
			if f, ok := v.(*faultv1.Fault); ok {
				return f
			}
		}
	}
	return nil
}

// exec runs a statement in a transaction.
func (h *house) exec(sql string, args ...any) func(tx pgx.Tx) error {
	return func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	}
}
