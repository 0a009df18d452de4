package operatorapp_test

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/operatorapp"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/platform/totp"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant/tenantapp"
)

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

const password = "七只 鹭鸶 过江 97"

// world is operators over two chains, with real contexts beside them.
type world struct {
	now     time.Time
	pool    *db.Pool
	super   *pgx.Conn
	mu      sync.Mutex
	invited map[kernel.TenantID]bool
	killed  string // where a process that makes a chain dies
	master  *secret.Master
	tenants *tenantapp.App
	staff   *staffapp.App
	app     *operatorapp.App
	jobs    *jobs.Client
	dir     string
}

// Now implements kernel.Clock.
func (w *world) Now() time.Time { return w.now }

// people is the port that main fills, without codes: those are staff's to test.
type people struct{ *world }

func (p people) Unfinished(ctx context.Context, id kernel.TenantID, admin operator.FirstAdmin) (bool, bool, error) {
	var all, his int
	err := p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*), count(*) FILTER (WHERE staff_no = $2 AND name = $3) FROM person WHERE tenant_id = $1", id, admin.StaffNo, admin.Name).Scan(&all, &his)
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	entered := all == 1 && his == 1 && !p.invited[id]
	return all == 0 || entered, entered, err
}

func (p people) EnterAdmin(ctx context.Context, id kernel.TenantID, admin operator.FirstAdmin, along func(tx pgx.Tx) error) error {
	if p.killed == "before he is entered" {
		panic(p.killed)
	}
	if _, err := p.tenants.Keys(ctx, id); err != nil {
		return err
	}
	return p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		err := p.staff.PutPeopleTx(ctx, tx, id, []staff.NewPerson{{
			ID: kernel.NewID[kernel.PersonID](p.now), StaffNo: admin.StaffNo, Name: admin.Name, Number: admin.Phone, EntryOn: kernel.NewDate(2026, 3, 1),
			Posts: []staff.Post{{Role: staff.Admin, Position: "企业管理员", TenantWide: true, From: kernel.NewDate(2026, 3, 1)}},
		}}, p.now)
		if err != nil {
			return err
		}
		if err := along(tx); err != nil {
			return err
		}
		if p.killed == "within" {
			panic(p.killed)
		}
		return nil
	})
}

func (p people) InviteAdmin(_ context.Context, _ *kernel.Actor, id kernel.TenantID) (string, bool, error) {
	if p.killed == "before his code" {
		panic(p.killed)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.invited[id] = true
	return staff.NewToken(), true, nil
}

func (p people) Names(ctx context.Context, id kernel.TenantID, who []kernel.PersonID) (map[kernel.PersonID]string, error) {
	return p.staff.Names(ctx, id, who)
}

func (p people) Seed(context.Context, kernel.TenantID) error { return nil }

func newWorld(t *testing.T) *world {
	t.Helper()
	d := testdb.New(t)
	super := d.Super(t)
	master, err := secret.NewMaster(base64.StdEncoding.EncodeToString([]byte("a master key for tests, 32 bytes")))
	require.NoError(t, err)
	w := &world{invited: map[kernel.TenantID]bool{}, now: noon, pool: d.Pool(t), super: super, master: master, dir: t.TempDir()}
	log := slog.New(slog.DiscardHandler)
	w.tenants = tenantapp.New(tenantapp.Deps{DB: w.pool, Master: master, Clock: w, Log: log, SeedRolesTx: staffapp.SeedRolesTx})
	w.staff = staffapp.New(staffapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: w, Log: log, Tenants: w.tenants})
	w.app = operatorapp.New(operatorapp.Deps{
		DB: w.pool, Master: master, Numbers: w.tenants, Clock: w, Log: log, Tenants: w.tenants, People: people{w}, Passwords: w.staff,
		Boxes: []db.BoxColumn{
			{Table: "person", Column: "number_box", Row: "person_id", Bound: "person", As: "number"}, {Table: "guest", Column: "number_box", Row: "file_id", Bound: "guest", As: "number"},
		}, ExportDir: w.dir, Chain: w.staff, ChainCookie: staffapp.SessionCookie, Tables: w.staff.Tables,
	})
	workers := river.NewWorkers()
	w.app.Register(workers)
	w.jobs, err = jobs.New(w.pool, workers, jobs.Options{Work: true, Log: log})
	require.NoError(t, err)
	w.app.UseJobs(w.jobs)
	return w
}

// newOperator enters and activates an operator and gives the secret of his
// authenticator.
func (w *world) newOperator(t *testing.T, login string) string {
	t.Helper()
	code, err := w.app.Add(t.Context(), login, "李"+login)
	require.NoError(t, err)
	e, err := w.app.BeginActivation(t.Context(), code)
	require.NoError(t, err)
	require.NoError(t, w.app.Activate(t.Context(), code, password, w.digits(t, e.Secret)))
	w.now = w.now.Add(totp.Period) // the code is used
	return e.Secret
}

func (w *world) digits(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.Code(secret, w.now)
	require.NoError(t, err)
	return code
}

// signIn opens a session and gives the actor and the cookie's header.
func (w *world) signIn(t *testing.T, login, secret string) (*kernel.Actor, http.Header) {
	t.Helper()
	opened, err := w.app.Login(t.Context(), operatorapp.Login{Login: login, Password: password, Code: w.digits(t, secret), Device: "device"})
	require.NoError(t, err)
	header := withCookie(operatorapp.SessionCookie, opened.Token)
	actor, err := w.app.Desk().Authenticate(t.Context(), header)
	require.NoError(t, err)
	w.now = w.now.Add(totp.Period)
	return actor, header
}

func withCookie(name, value string) http.Header {
	return http.Header{"Cookie": {name + "=" + value}}
}

// newChain makes a chain and gives its administrator as the caller of requests.
func (w *world) newChain(t *testing.T, by *kernel.Actor, code string) (kernel.TenantID, *kernel.Actor) {
	t.Helper()
	admin, err := operator.NewFirstAdmin("A001", "沈"+code, "13800138000")
	require.NoError(t, err)
	chain, _, err := w.app.CreateChain(t.Context(), by, code, "企业"+code, admin)
	require.NoError(t, err)
	a := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: chain.ID, Session: kernel.NewID[kernel.UUID](noon), Name: "沈" + code}
	require.NoError(t, w.super.QueryRow(t.Context(), "SELECT person_id FROM person WHERE tenant_id = $1", chain.ID).Scan(&a.Person))
	return chain.ID, a
}

func reason(err error) string {
	f := (*fault.Fault)(nil)
	if errors.As(err, &f) {
		return f.Reason
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
