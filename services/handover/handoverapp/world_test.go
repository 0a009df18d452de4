package handoverapp_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/handoverapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message/messageapp"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
	"github.com/changke/changke/services/visit/visitapp"
)

// clock stands still until it is set.
type clock struct{ nanos atomic.Int64 }

func (c *clock) Now() time.Time  { return time.Unix(0, c.nanos.Load()) }
func (c *clock) set(t time.Time) { c.nanos.Store(t.UnixNano()) }

// The posts of these tests that may own files.
const (
	rep     = "客服代表"
	captain = "楼面主管"
)

var shanghai = tenant.Shanghai

// pgxTx is short for a transaction.
type pgxTx = pgx.Tx

// world is a database with the real contexts on it and a real queue.
type world struct {
	t         testing.TB
	pool      *db.Pool
	super     *pgx.Conn
	clock     *clock
	master    string // path of the key
	tenants   *tenantapp.App
	customers *customerapp.App
	messages  *messageapp.App
	visits    *visitapp.App
	ownership *ownershipapp.App
	app       *handoverapp.App
	staff     *staffapp.App
	queue     *jobs.Client
	numbers   int
}

func newWorld(t testing.TB) *world {
	t.Helper()
	d := testdb.New(t)
	return worldOn(t, d, d.Pool(t))
}

// worldOn is a world on a pool of one's own.
func worldOn(t testing.TB, d *testdb.Database, pool *db.Pool) *world {
	t.Helper()
	w := &world{t: t, pool: pool, super: d.Super(t), clock: &clock{}, master: t.TempDir() + "/master.key"}
	w.at("2026-03-02")
	require.NoError(t, w.wire())
	require.NoError(t, w.queue.Start(context.Background()))
	t.Cleanup(func() { require.NoError(t, w.queue.Stop(context.Background())) })
	return w
}

// wire makes the contexts over the pool, as a process does.
func (w *world) wire() error {
	master, err := secret.MasterFile(w.master)
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	w.tenants = tenantapp.New(tenantapp.Deps{
		DB: w.pool, Master: master, Clock: w.clock, Log: log,
		Catalogue:   append(append(append(tenant.Catalogue{}, customer.RuleFields...), ownership.RuleFields...), handover.RuleFields...),
		SeedRolesTx: func(context.Context, pgx.Tx, kernel.TenantID) error { return nil },
	})
	w.staff = staffapp.New(staffapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: w.clock, Log: log, Tenants: w.tenants})
	w.customers = customerapp.New(customerapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: w.clock, Log: log, Tenants: w.tenants, Staff: w.staff})
	w.messages = messageapp.New(messageapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: w.clock, Log: log})
	w.visits = visitapp.New(visitapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: w.clock, Log: log, Stores: w.tenants, Guests: w.customers, Messages: w.messages, Names: w.staff.Names, WorksIn: w.staff.WorksIn})
	w.customers.UseVisits(w.visits)
	w.messages.UseGuests(w.customers.OwnNames)
	w.customers.UseInbox(w.messages)
	owning := func(tenant.Rules) []string { return []string{rep, captain} }
	w.app = handoverapp.New(handoverapp.Deps{
		DB: w.pool, Numbers: w.tenants, Clock: w.clock, Log: log, Tenants: w.tenants, Staff: w.staff, Files: w.customers, Messages: w.messages, Bookings: w.visits, Owning: owning,
	})
	w.ownership = ownershipapp.New(ownershipapp.Deps{
		DB: w.pool, Clock: w.clock, Log: log, Tenants: w.tenants, Files: w.customers, Visits: w.visits, Inbox: w.messages, Numbers: w.tenants, Owning: owning, Handovers: w.app,
	})
	w.app.UseOwnership(w.ownership)
	w.staff.Use(staffapp.Ports{HoldsCustomersTx: w.ownership.HoldsCustomersTx})
	w.messages.UseDecisions(w.ownership.Words)
	w.customers.UseOwnership(w.ownership)
	workers := river.NewWorkers()
	w.ownership.Register(workers)
	w.messages.Register(workers)
	if w.queue, err = jobs.New(w.pool, workers, jobs.Options{Work: true, Log: log}); err != nil {
		return err
	}
	w.ownership.UseJobs(w.queue)
	w.messages.UseJobs(w.queue)
	return nil
}

// at sets the clock to 05:00 of a day.
func (w *world) at(day string) { w.clock.set(date(w.t, day).At(5*time.Hour, shanghai)) }

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.super.Exec(context.Background(), sql, args...)
	require.NoError(w.t, err)
}

// texts gives the rows of a query of one text column, as superuser.
func (w *world) texts(sql string, args ...any) []string {
	w.t.Helper()
	rows, err := w.super.Query(context.Background(), sql, args...)
	require.NoError(w.t, err)
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(w.t, err)
	return out
}

// chain is a tenant with one store and its people: giver, receiver, a third who may
// own, the manager, two at head office.
type chain struct {
	*world
	id                                        kernel.TenantID
	keys                                      *secret.Keys
	store                                     kernel.StoreID
	giver, receiver, third, manager, hq, hqTo kernel.PersonID
}

func (w *world) chain(code string) *chain {
	w.t.Helper()
	ctx, now := context.Background(), w.clock.Now()
	id, err := w.tenants.CreateTenant(ctx, now, code, "测试连锁")
	require.NoError(w.t, err)
	c := &chain{world: w, id: id, store: kernel.NewID[kernel.StoreID](now)}
	c.keys, err = w.tenants.Keys(ctx, id)
	require.NoError(w.t, err)
	c.in(func(tx pgx.Tx) error {
		return w.tenants.PutStoresTx(ctx, tx, id, []tenant.Store{{ID: c.store, Code: "S01", Name: "友谊店", Zone: shanghai, Cutover: tenant.Cutover}}, now)
	})
	w.exec("INSERT INTO role (tenant_id, code, name) VALUES ($1, 'r', 'r') ON CONFLICT DO NOTHING", id)
	for i, p := range []*kernel.PersonID{&c.giver, &c.receiver, &c.third, &c.manager, &c.hq, &c.hqTo} {
		*p = kernel.NewID[kernel.PersonID](now)
		w.exec("INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) VALUES ($1, $2, $3, $4, '2020-01-01', $5)",
			id, *p, fmt.Sprintf("E%04d", i+1), []string{"王五", "李国", "赵敏", "钱经理", "孙总部", "周总部"}[i], now)
		if i < 3 {
			c.holds(*p, []string{rep, rep, captain}[i], "2020-01-01")
		}
	}
	return c
}

// holds gives somebody a post in the store from a day on.
func (c *chain) holds(p kernel.PersonID, position, from string) {
	c.t.Helper()
	c.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
		VALUES ($1, gen_random_uuid(), $2, 'r', $3, false, $4, $5, $6)`, c.id, p, position, []kernel.StoreID{c.store}, from, c.clock.Now())
}

// leaves ends somebody's posts on a day.
func (c *chain) leaves(p kernel.PersonID, on string) {
	c.t.Helper()
	c.exec("UPDATE assignment SET to_on = $3 WHERE tenant_id = $1 AND person_id = $2", c.id, p, on)
	c.exec("UPDATE person SET left_on = $3 WHERE tenant_id = $1 AND person_id = $2", c.id, p, on)
}

func (c *chain) in(fn func(tx pgx.Tx) error) {
	c.t.Helper()
	require.NoError(c.t, c.pool.InTenant(context.Background(), c.id, fn))
}

// files enters files approved on a day, the giver's from then on.
func (c *chain) files(approved string, n int) []kernel.FileID {
	c.t.Helper()
	ctx, now, day := context.Background(), c.clock.Now(), date(c.t, approved)
	out, files, ties := make([]kernel.FileID, n), make([]customer.ImportedFile, n), make([]ownership.NewTie, n)
	for i := range out {
		c.numbers++
		out[i] = kernel.NewID[kernel.FileID](now)
		files[i] = customer.ImportedFile{File: out[i], Store: c.store, Name: "张建国", Number: kernel.Phone(fmt.Sprintf("+86138%08d", c.numbers)), Writer: c.giver, ApprovedOn: day}
		ties[i] = ownership.NewTie{File: out[i], Store: c.store, Referrer: c.giver, Start: day}
	}
	c.in(func(tx pgx.Tx) error {
		if err := c.customers.PutFilesTx(ctx, tx, c.id, c.keys, kernel.NewID[kernel.UUID](now), files, now); err != nil {
			return err
		}
		return c.ownership.TiesTx(ctx, tx, c.id, ties, ownership.OriginImport, nil, now)
	})
	return out
}

// catchUp sets the clock to 05:00 of a day and lets the chain come to rest.
func (c *chain) catchUp(day string) {
	c.t.Helper()
	c.at(day)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(c.t, c.ownership.CatchUp(ctx, c.id))
}

// grant is what somebody may: everything in the chain, or his own in the store.
func (c *chain) grant(p kernel.PersonID, reach kernel.Reach, stores ...kernel.StoreID) kernel.Grant {
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: c.id, Person: p, Assignments: []kernel.Assignment{{Role: "r", TenantWide: len(stores) == 0, Stores: stores}}}
	return kernel.NewGrant(actor, "", func(string) kernel.Reach { return reach })
}

func (c *chain) own(p kernel.PersonID) kernel.Grant { return c.grant(p, kernel.ReachOwn, c.store) }
func (c *chain) office() kernel.Grant               { return c.grant(c.hq, kernel.ReachWhere) }

// ask is a request of the giver's for all he has, of the same post.
func (c *chain) ask(change ...func(*handover.Request)) handover.Request {
	r := handover.Request{Store: c.store, Giver: c.giver, Receiver: c.receiver, Kind: handover.SamePost, Cause: handover.Leaving, All: true}
	for _, f := range change {
		f(&r)
	}
	return r
}

func some(files ...kernel.FileID) func(*handover.Request) {
	return func(r *handover.Request) { r.All, r.Files = false, files }
}

// begin does step (1).
func (c *chain) begin(change ...func(*handover.Request)) handover.Handover {
	c.t.Helper()
	h, err := c.app.Request(context.Background(), c.own(c.giver), c.clock.Now(), c.ask(change...))
	require.NoError(c.t, err)
	return h
}

// through does the steps up to a state.
func (c *chain) through(h handover.Handover, until handover.State) handover.Handover {
	c.t.Helper()
	ctx, now := context.Background(), c.clock.Now()
	var err error
	if h, err = c.app.Check(ctx, c.office(), now, h.ID, true, "客服代表一席", ""); err != nil || until == handover.Checked {
		require.NoError(c.t, err)
		return h
	}
	if h, err = c.app.Answer(ctx, c.own(h.Receiver), now, h.ID, true, ""); err != nil || until == handover.Accepted {
		require.NoError(c.t, err)
		return h
	}
	if h, err = c.app.Confirm(ctx, c.office(), now, h.ID, true, ""); err != nil || until == handover.Confirmed {
		require.NoError(c.t, err)
		return h
	}
	h, err = c.app.Send(ctx, c.office(), now, h.ID)
	require.NoError(c.t, err)
	return h
}

// owner is who owns a file by tie and list row, which agree; empty: nobody.
func (c *chain) owner(file kernel.FileID) kernel.PersonID {
	c.t.Helper()
	got := c.texts(`SELECT coalesce(t.referrer_id::text, '') || '/' || coalesce(g.owner_id::text, '') FROM guest g
		LEFT JOIN tie t ON t.tenant_id = g.tenant_id AND t.file_id = g.file_id AND t.end_on IS NULL WHERE g.tenant_id = $1 AND g.file_id = $2`, c.id, file)
	require.Len(c.t, got, 1, "owned twice")
	if got[0] == "/" {
		return kernel.PersonID{}
	}
	require.Equal(c.t, got[0][:36], got[0][37:], "tie and list row agree")
	p, err := kernel.ParseID[kernel.PersonID](got[0][:36])
	require.NoError(c.t, err)
	return p
}

// ties lists the ties of a file as they held: from, to, whose by staff number.
func (c *chain) ties(file kernel.FileID) []string {
	c.t.Helper()
	return c.texts(`SELECT p.staff_no || ' ' || coalesce(t.resumed_on, t.start_on) || ' ' || coalesce(t.end_on::text, '') || ' since ' || t.start_on FROM tie t JOIN person p USING (tenant_id)
		WHERE t.tenant_id = $1 AND t.file_id = $2 AND p.person_id = t.referrer_id ORDER BY coalesce(t.resumed_on, t.start_on), t.tie_id`, c.id, file)
}

// state is a case's as it stands: state, how it ended.
func (c *chain) state(id kernel.UUID) string {
	c.t.Helper()
	return c.texts("SELECT state || ' ' || ended FROM handover WHERE tenant_id = $1 AND handover_id = $2", c.id, id)[0]
}

func date(t require.TestingT, s string) kernel.BusinessDate {
	d, err := kernel.ParseDate(s)
	require.NoError(t, err)
	return d
}
