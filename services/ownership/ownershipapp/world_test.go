package ownershipapp_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message/messageapp"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// clock stands still until it is set.
type clock struct{ nanos atomic.Int64 }

func (c *clock) Now() time.Time  { return time.Unix(0, c.nanos.Load()) }
func (c *clock) set(t time.Time) { c.nanos.Store(t.UnixNano()) }

// world is a database with the real contexts on it and a real queue.
type world struct {
	t         testing.TB
	pool      *db.Pool
	super     *pgx.Conn
	clock     *clock
	tenants   *tenantapp.App
	customers *customerapp.App
	messages  *messageapp.App
	visits    *visitapp.App
	app       *ownershipapp.App
	queue     *jobs.Client
	numbers   int
}

type option func(*world, *ownershipapp.Deps)

// onlyDormancy leaves LIF-13 out.
func onlyDormancy(_ *world, d *ownershipapp.Deps) {
	d.Kinds = []ownership.Kind{ownership.KindDormancy}
}

// withoutCredits leaves out what asks who received a guest: where there are
// bills only, nobody did.
func withoutCredits(_ *world, d *ownershipapp.Deps) {
	d.Kinds = []ownership.Kind{ownership.KindIncomplete, ownership.KindDormancy, ownership.KindWakeUp}
}

// post is the one that may own files in these tests.
const post = "客服代表"

// shanghai is where the chains of these tests lie.
var shanghai = tenant.Shanghai

func newWorld(t testing.TB, options ...option) *world {
	t.Helper()
	d := testdb.New(t)
	super := d.Super(t)
	w := &world{t: t, pool: d.Pool(t), super: super, clock: &clock{}}
	w.at("2025-01-01")
	master, err := secret.MasterFile(t.TempDir() + "/master.key")
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	w.tenants = tenantapp.New(tenantapp.Deps{
		DB: w.pool, Master: master, Clock: w.clock, Log: log,
		Catalogue:   slices.Concat(customer.RuleFields, visit.RuleFields, ownership.RuleFields, quota.RuleFields),
		SeedRolesTx: func(context.Context, pgx.Tx, kernel.TenantID) error { return nil },
	})
	people := staffapp.New(staffapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: w.clock, Log: log, Tenants: w.tenants})
	w.customers = customerapp.New(customerapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: w.clock, Log: log, Tenants: w.tenants, Staff: people})
	w.messages = messageapp.New(messageapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: w.clock, Log: log})
	w.visits = visitapp.New(visitapp.Deps{
		DB: w.pool, Numbers: w.tenants, Clock: w.clock, Log: log, Stores: w.tenants, Guests: w.customers, Names: people.Names, WorksIn: people.WorksIn, Messages: w.messages,
	})
	w.customers.UseVisits(w.visits)
	w.messages.UseGuests(w.customers.OwnNames)
	w.customers.UseInbox(w.messages)
	deps := ownershipapp.Deps{
		DB: w.pool, Clock: w.clock, Log: log, Tenants: w.tenants, Files: w.customers, Visits: w.visits, Inbox: w.messages, Numbers: w.tenants,
		Owning: func(tenant.Rules) []string { return []string{post} },
	}
	for _, o := range options {
		o(w, &deps)
	}
	w.app = ownershipapp.New(deps)
	w.messages.UseDecisions(w.app.Words)
	w.customers.UseOwnership(w.app)
	w.queue = w.newQueue(w.app)
	w.app.UseJobs(w.queue)
	return w
}

func (w *world) newQueue(app *ownershipapp.App) *jobs.Client {
	w.t.Helper()
	workers := river.NewWorkers()
	app.Register(workers)
	queue, err := jobs.New(w.pool, workers, jobs.Options{Work: true, Log: slog.New(slog.DiscardHandler)})
	require.NoError(w.t, err)
	return queue
}

// work lets the queue work until the test ends.
func (w *world) work() *world {
	w.t.Helper()
	require.NoError(w.t, w.queue.Start(context.Background()))
	w.t.Cleanup(func() { require.NoError(w.t, w.queue.Stop(context.Background())) })
	return w
}

// at sets the clock to 05:00 of a day.
func (w *world) at(day string) { w.clock.set(date(w.t, day).At(5*time.Hour, shanghai)) }

// catchUp sets the clock to 05:00 of a day and lets the chain come to rest.
func (w *world) catchUp(c *chain, day string) {
	w.t.Helper()
	w.at(day)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(w.t, w.app.CatchUp(ctx, c.id))
}

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

// chain is a tenant with stores and people.
type chain struct {
	*world
	id     kernel.TenantID
	keys   *secret.Keys
	stores []kernel.StoreID
	people []kernel.PersonID
}

func (w *world) chain(code string, stores int) *chain {
	w.t.Helper()
	ctx, now := context.Background(), w.clock.Now()
	id, err := w.tenants.CreateTenant(ctx, now, code, "测试连锁")
	require.NoError(w.t, err)
	c := &chain{world: w, id: id}
	c.keys, err = w.tenants.Keys(ctx, id)
	require.NoError(w.t, err)
	var list []tenant.Store
	for i := range stores {
		s := tenant.Store{ID: kernel.NewID[kernel.StoreID](now), Code: fmt.Sprintf("S%02d", i+1), Name: "店", Zone: shanghai, Cutover: tenant.Cutover}
		list, c.stores = append(list, s), append(c.stores, s.ID)
	}
	c.in(func(tx pgx.Tx) error { return w.tenants.PutStoresTx(ctx, tx, id, list, now) })
	w.exec("INSERT INTO role (tenant_id, code, name) VALUES ($1, 'r', 'r') ON CONFLICT DO NOTHING", id)
	for i := range 3 {
		p := kernel.NewID[kernel.PersonID](now)
		c.people = append(c.people, p)
		w.exec("INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) VALUES ($1, $2, $3, $4, '2020-01-01', $5)",
			id, p, fmt.Sprintf("E%04d", i), []string{"王五", "李国", "赵敏"}[i], now)
		c.holds(p, post, c.stores, "2020-01-01", "")
	}
	return c
}

// holds gives somebody a post in stores from a day on, until another; empty: for
// good.
func (c *chain) holds(p kernel.PersonID, position string, stores []kernel.StoreID, from, to string) {
	c.t.Helper()
	c.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, created_at)
		VALUES ($1, gen_random_uuid(), $2, 'r', $3, false, $4, $5, nullif($6, '')::date, $7)`, c.id, p, position, stores, from, to, c.clock.Now())
}

func (c *chain) in(fn func(tx pgx.Tx) error) {
	c.t.Helper()
	require.NoError(c.t, c.pool.InTenant(context.Background(), c.id, fn))
}

// guest is a file of a chain.
type guest struct {
	file   kernel.FileID
	store  kernel.StoreID
	number kernel.Phone
}

// file enters a file approved on a day, owned by the first person from then on.
func (c *chain) file(store int, approved string) guest {
	c.t.Helper()
	return c.files(store, approved, 1)[0]
}

func (c *chain) files(store int, approved string, n int) []guest {
	c.t.Helper()
	ctx, now, day := context.Background(), c.clock.Now(), date(c.t, approved)
	guests := make([]guest, n)
	files := make([]customer.ImportedFile, n)
	ties := make([]ownership.NewTie, n)
	for i := range guests {
		c.numbers++
		g := guest{kernel.NewID[kernel.FileID](now), c.stores[store], kernel.Phone(fmt.Sprintf("+86138%08d", c.numbers))}
		guests[i] = g
		files[i] = customer.ImportedFile{File: g.file, Store: g.store, Name: "张三", Number: g.number, Writer: c.people[0], ApprovedOn: day}
		ties[i] = ownership.NewTie{File: g.file, Store: g.store, Referrer: c.people[0], Start: day}
	}
	c.in(func(tx pgx.Tx) error {
		if err := c.customers.PutFilesTx(ctx, tx, c.id, c.keys, kernel.NewID[kernel.UUID](now), files, now); err != nil {
			return err
		}
		return c.app.TiesTx(ctx, tx, c.id, ties, ownership.OriginImport, nil, now)
	})
	return guests
}

// visit lets a guest come on days: a paid bill each, learned now.
func (c *chain) visit(g guest, days ...string) {
	c.t.Helper()
	for _, d := range days {
		c.bill(g, date(c.t, d), 1, visit.Paid)
	}
}

// received lets a guest come on days, each booked for dinner by a person, whose
// credit the visit is; state says what became of the booking, learned now.
func (c *chain) received(g guest, by kernel.PersonID, state visit.State, days ...kernel.BusinessDate) {
	c.t.Helper()
	var bookings []visit.ImportedBooking
	for _, d := range days {
		bookings = append(bookings, visit.ImportedBooking{
			Store: g.store, Ref: g.number.E164() + d.String(), Number: visit.NumberKey(c.keys.NumberKey(g.number)), Booker: by, Date: d, Meal: tenant.Dinner,
			Kind: visit.Hall, State: state, SeatedMinute: new(int32(900)), Noticed: true, Import: kernel.NewID[kernel.UUID](c.clock.Now()),
		})
	}
	c.in(func(tx pgx.Tx) error {
		return c.visits.PutBookingsTx(context.Background(), tx, c.id, bookings, c.clock.Now())
	})
}

// unvisit voids the bill of a day, learned now.
func (c *chain) unvisit(g guest, day string) { c.bill(g, date(c.t, day), 2, visit.Voided) }

func (c *chain) bill(g guest, day kernel.BusinessDate, revision int32, status visit.Status) {
	c.t.Helper()
	b := visit.Bill{
		BillKey: visit.BillKey{Store: g.store, Source: "pos", No: g.number.E164() + day.String()}, Revision: revision,
		Number: visit.NumberKey(c.keys.NumberKey(g.number)), Date: day, Meal: tenant.Dinner, ClosedAt: day.At(20*time.Hour, shanghai), Amount: 100, Status: status,
	}
	res, err := c.visits.RecordBill(context.Background(), c.id, b, c.clock.Now())
	require.NoError(c.t, err)
	require.Equal(c.t, visit.Recorded, res.Outcome)
}

// decisions lists what was decided: day, rule, evidence, in the order of days.
func (c *chain) decisions(g guest) []string {
	c.t.Helper()
	return c.texts(`SELECT effective_on || ' ' || rule || ' ' || evidence FROM decision WHERE tenant_id = $1 AND file_id = $2 ORDER BY effective_on, rule`, c.id, g.file)
}

// owned says whether tie and list row agree that a file is owned, or that not.
func (c *chain) owned(g guest) bool {
	c.t.Helper()
	got := c.texts(`SELECT (EXISTS (SELECT FROM tie t WHERE t.tenant_id = f.tenant_id AND t.file_id = f.file_id AND t.end_on IS NULL))::text || (f.owner_id IS NOT NULL)::text
		FROM guest f WHERE f.tenant_id = $1 AND f.file_id = $2`, c.id, g.file)
	require.Len(c.t, got, 1)
	require.Contains(c.t, []string{"truetrue", "falsefalse"}, got[0])
	return got[0] == "truetrue"
}

func date(t require.TestingT, s string) kernel.BusinessDate {
	d, err := kernel.ParseDate(s)
	require.NoError(t, err)
	return d
}

// grantOf lets a person see some stores, or all of them when none are named.
func (c *chain) grantOf(person kernel.PersonID, reach kernel.Reach, stores ...kernel.StoreID) kernel.Grant {
	actor := &kernel.Actor{
		Kind: kernel.ActorPerson, Tenant: c.id, Person: person,
		Assignments: []kernel.Assignment{{Role: "r", TenantWide: len(stores) == 0, Stores: stores}},
	}
	return kernel.NewGrant(actor, "", func(string) kernel.Reach { return reach })
}
