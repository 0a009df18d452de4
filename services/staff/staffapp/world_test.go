package staffapp_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/gen/go/changke/staff/v1/staffv1connect"
	"github.com/changke/changke/gen/go/changke/tenant/v1/tenantv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
)

const password = "teapot-fish-lamp"

var (
	noon  = time.Date(2025, 2, 28, 12, 0, 0, 0, tenant.Shanghai)
	today = kernel.NewDate(2025, time.February, 28)
)

// world is a database with two chains that have the same codes, numbers and
// names everywhere, and one server process; process makes further ones.
type world struct {
	*staffapp.App
	t       *testing.T
	pool    *db.Pool
	tenants *tenantapp.App
	master  *secret.Master
	now     time.Time
	hashing *argon2id.Params
	one     chain
	two     chain
}

// What a password's hash costs in these tests: next to nothing, or the memory that it
// has in earnest, where that is the point.
var (
	cheap = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	large = &argon2id.Params{Memory: 19 * 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
)

// chain is one tenant: stores S01 and S02, an administrator A1, a manager M1 and
// a rep R1 of S01, a manager M2 of S02.
type chain struct {
	id       kernel.TenantID
	code     string
	s01, s02 kernel.StoreID
	people   map[string]kernel.PersonID
}

func newWorld(t *testing.T) *world { return newWorldThatHashes(t, cheap) }

func newWorldThatHashes(t *testing.T, hashing *argon2id.Params) *world {
	t.Parallel()
	master, err := secret.MasterFile(t.TempDir() + "/master")
	require.NoError(t, err)
	w := &world{t: t, pool: testdb.New(t).Pool(t), master: master, now: noon, hashing: hashing}
	w.App = w.process()
	w.one, w.two = w.chain("one"), w.chain("two")
	return w
}

func (w *world) clock() kernel.Clock {
	return kernel.ClockFunc(func() time.Time { return w.now })
}

func (w *world) process() *staffapp.App {
	log := slog.New(slog.DiscardHandler)
	w.tenants = tenantapp.New(tenantapp.Deps{
		DB: w.pool, Master: w.master, Clock: w.clock(), Log: log, SeedRolesTx: staffapp.SeedRolesTx,
		Names: func(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error) {
			return w.Names(ctx, id, people)
		},
		Catalogue: append(tenant.Catalogue{
			{Key: "months", Rule: "LIF-03", Label: "多久未消费", Unit: "个月", Kind: tenant.Int, Min: 1, Max: 24, Default: 3, StoreMayOverride: true},
			{Key: "phs", Rule: "CUS-07", Label: "小灵通", Kind: tenant.Bool},
		}, staff.RuleFields...),
	})
	return staffapp.New(staffapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: w.clock(), Log: log, Tenants: w.tenants, Hashing: w.hashing})
}

func (w *world) chain(code string) chain {
	ctx := w.t.Context()
	id, err := w.tenants.CreateTenant(ctx, w.now, code, "连锁"+code)
	require.NoError(w.t, err)
	c := chain{id: id, code: code, s01: kernel.NewID[kernel.StoreID](w.now), s02: kernel.NewID[kernel.StoreID](w.now), people: map[string]kernel.PersonID{}}
	_, err = w.tenants.Keys(ctx, id)
	require.NoError(w.t, err)
	person := func(no string, number kernel.Phone, posts ...staff.Post) staff.NewPerson {
		c.people[no] = kernel.NewID[kernel.PersonID](w.now)
		return staff.NewPerson{ID: c.people[no], StaffNo: no, Name: "员工" + no, Number: number, EntryOn: today - 100, Posts: posts}
	}
	w.in(c, func(tx pgx.Tx) error {
		err := w.tenants.PutStoresTx(ctx, tx, id, []tenant.Store{
			{ID: c.s01, Code: "S01", Name: "友谊店", Cutover: tenant.Cutover}, {ID: c.s02, Code: "S02", Name: "高新店", Cutover: tenant.Cutover},
		}, w.now)
		require.NoError(w.t, err)
		return w.PutPeopleTx(ctx, tx, id, []staff.NewPerson{
			person("A1", "+8613900000001", post(staff.Admin)),
			person("M1", "+8613900000002", post(staff.ServiceManager, c.s01)),
			person("R1", "+8613900000003", ended(post(staff.ServiceRep, c.s02), today-50), post(staff.ServiceRep, c.s01)),
			person("M2", "", post(staff.ServiceManager, c.s02)),
		}, w.now)
	})
	require.NoError(w.t, w.SetPassword(ctx, id, c.people["A1"], password))
	w.in(c, func(tx pgx.Tx) error { // one hashing for all
		_, err := tx.Exec(ctx, "UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE staff_no = 'A1')")
		return err
	})
	return c
}

// post is a post from long ago; without a store it is at head office.
func post(role string, stores ...kernel.StoreID) staff.Post {
	if stores == nil {
		stores = []kernel.StoreID{}
	}
	return staff.Post{Role: role, Position: "岗位", TenantWide: len(stores) == 0, Stores: stores, From: today - 100}
}

func ended(p staff.Post, on kernel.BusinessDate) staff.Post {
	p.To = &on
	return p
}

func (w *world) in(c chain, fn func(tx pgx.Tx) error) {
	w.t.Helper()
	require.NoError(w.t, w.pool.InTenant(w.t.Context(), c.id, fn))
}

// login comes in from a device and gives the session's token.
func (w *world) login(c chain, typed, device string) string {
	w.t.Helper()
	o, err := w.Login(w.t.Context(), staffapp.Login{TenantCode: c.code, Typed: typed, Password: password, Device: device})
	require.NoError(w.t, err)
	return o.Token
}

// header is a request's with a session cookie.
func header(token string) http.Header {
	return http.Header{"Cookie": {staffapp.SessionCookie + "=" + token}}
}

// actor is who comes in with a staff number.
func (w *world) actor(c chain, no string) *kernel.Actor {
	w.t.Helper()
	a, err := w.Authenticate(w.t.Context(), header(w.login(c, no, "device of "+no)))
	require.NoError(w.t, err)
	return a
}

// grant is how far a permission reaches for somebody.
func (w *world) grant(c chain, no, permission string) kernel.Grant {
	w.t.Helper()
	_, grants, err := w.Grants(w.t.Context(), w.actor(c, no))
	require.NoError(w.t, err)
	return grants(permission)
}

// browser is one with a cookie jar, in front of the real interceptors over TLS.
type browser struct {
	auth   staffv1connect.AuthServiceClient
	staff  staffv1connect.StaffServiceClient
	mine   staffv1connect.AccountServiceClient
	doors  staffv1connect.AccessServiceClient
	chain  tenantv1connect.TenantServiceClient
	jar    http.CookieJar
	http   *http.Client
	url    string
	server *httptest.Server
}

func (w *world) browser() *browser {
	carry := rpc.NewInterceptor(rpc.Config{
		Log: w.Log, Clock: w.clock(), Authenticator: w.App, Tables: w.Tables, Deadline: 5 * time.Minute,
	})
	mux := http.NewServeMux()
	mux.Handle(staffv1connect.NewAuthServiceHandler(w.AuthServer(), connect.WithInterceptors(carry)))
	mux.Handle(staffv1connect.NewAccountServiceHandler(w.AccountServer(), connect.WithInterceptors(carry)))
	mux.Handle(staffv1connect.NewAccessServiceHandler(w.AccessServer(), connect.WithInterceptors(carry)))
	mux.Handle(staffv1connect.NewStaffServiceHandler(w.StaffServer(), connect.WithInterceptors(carry)))
	mux.Handle(tenantv1connect.NewTenantServiceHandler(w.tenants.Server(), connect.WithInterceptors(carry)))
	server := httptest.NewTLSServer(mux)
	w.t.Cleanup(server.Close)
	return newBrowser(w.t, server)
}

// another is one more browser in front of the same server.
func (b *browser) another(t *testing.T) *browser { return newBrowser(t, b.server) }

func newBrowser(t *testing.T, server *httptest.Server) *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Transport: server.Client().Transport, Jar: jar}
	return &browser{
		auth: staffv1connect.NewAuthServiceClient(client, server.URL), staff: staffv1connect.NewStaffServiceClient(client, server.URL),
		mine: staffv1connect.NewAccountServiceClient(client, server.URL), doors: staffv1connect.NewAccessServiceClient(client, server.URL),
		chain: tenantv1connect.NewTenantServiceClient(client, server.URL),
		jar:   jar, http: client, url: server.URL, server: server,
	}
}

func count(t *testing.T, w *world, c chain, sql string) (n int) {
	t.Helper()
	w.in(c, func(tx pgx.Tx) error { return tx.QueryRow(context.Background(), sql).Scan(&n) })
	return n
}
