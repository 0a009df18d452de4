package quotaapp_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/quotaapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
	"github.com/changke/changke/services/visit/visitapp"
)

func date(s string) kernel.BusinessDate {
	d, err := kernel.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func month(s string) kernel.Month {
	m, err := kernel.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// world is a database with the real contexts on it; its clock stands still.
type world struct {
	t       *testing.T
	pool    *db.Pool
	super   *pgx.Conn
	now     time.Time
	tenants *tenantapp.App
	visits  *visitapp.App
	app     *quotaapp.App
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := testdb.New(t)
	w := &world{t: t, super: d.Super(t), pool: d.Pool(t), now: date("2025-01-01").At(12*time.Hour, tenant.Shanghai)}
	master, err := secret.MasterFile(t.TempDir() + "/master.key")
	require.NoError(t, err)
	clock, log := kernel.ClockFunc(func() time.Time { return w.now }), slog.New(slog.DiscardHandler)
	w.tenants = tenantapp.New(tenantapp.Deps{
		DB: w.pool, Master: master, Clock: clock, Log: log, Catalogue: tenant.Join(ownership.RuleFields, quota.RuleFields),
		SeedRolesTx: func(context.Context, pgx.Tx, kernel.TenantID) error { return nil },
	})
	w.visits = visitapp.New(visitapp.Deps{DB: w.pool, Numbers: w.tenants, Clock: clock, Log: log, Stores: w.tenants})
	w.app = quotaapp.New(quotaapp.Deps{DB: w.pool, Clock: clock, Log: log, Tenants: w.tenants, Visits: w.visits})
	return w
}

// at sets the clock to noon of a day.
func (w *world) at(day string) { w.now = date(day).At(12*time.Hour, tenant.Shanghai) }

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.super.Exec(context.Background(), sql, args...)
	require.NoError(w.t, err)
}

func (w *world) texts(sql string, args ...any) []string {
	w.t.Helper()
	rows, err := w.super.Query(context.Background(), sql, args...)
	require.NoError(w.t, err)
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(w.t, err)
	return out
}

// chain is a tenant with two stores.
type chain struct {
	*world
	id     kernel.TenantID
	stores []kernel.StoreID
	n      int
}

func (w *world) chain(code string) *chain {
	w.t.Helper()
	id, err := w.tenants.CreateTenant(context.Background(), w.now, code, "测试")
	require.NoError(w.t, err)
	c := &chain{world: w, id: id}
	for i := range 2 {
		s := kernel.NewID[kernel.StoreID](w.now)
		c.stores = append(c.stores, s)
		w.exec("INSERT INTO store (tenant_id, store_id, code, name, created_at) VALUES ($1, $2, $3, $4, $5)", id, s, fmt.Sprintf("S%d", i+1), []string{"东店", "西店"}[i], w.now)
	}
	w.exec("INSERT INTO role (tenant_id, code, name) VALUES ($1, 'r', '角色')", id)
	return c
}

// person enters somebody with his first post.
func (c *chain) person(no string, store int, position, entry string) kernel.PersonID {
	c.t.Helper()
	id := kernel.NewID[kernel.PersonID](c.now)
	c.exec("INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) VALUES ($1, $2, $3, $4, $5::date, $6)", c.id, id, no, "员工"+no, entry, c.now)
	c.post(id, store, position, entry)
	return id
}

// post gives somebody a post from a day on.
func (c *chain) post(p kernel.PersonID, store int, position, from string) {
	c.t.Helper()
	c.exec("UPDATE assignment SET to_on = $3::date WHERE tenant_id = $1 AND person_id = $2 AND to_on IS NULL", c.id, p, from)
	c.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
		VALUES ($1, $2, $3, 'r', $4, false, ARRAY[$5::uuid], $6::date, $7)`, c.id, kernel.NewID[kernel.UUID](c.now), p, position, c.stores[store], from, c.now)
}

// guest is a file with its number.
type guest struct {
	file  kernel.FileID
	store kernel.StoreID
	key   []byte
}

// guest enters an approved file, owned from then on; a zero owner: public.
func (c *chain) guest(store int, owner kernel.PersonID, approved string) guest {
	c.t.Helper()
	c.n++
	g := guest{kernel.NewID[kernel.FileID](c.now), c.stores[store], []byte{byte(c.n)}}
	c.exec(`INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, owner_id, owned_since, approved_on, writer_id, request_id, created_at)
		VALUES ($1, $2, $3, $4, 'kr', $5, '', '0000', 'approved', nullif($6, '00000000-0000-0000-0000-000000000000'::uuid), CASE WHEN $6 <> '00000000-0000-0000-0000-000000000000'::uuid THEN $7::date END, $7::date, $6, $2, $8)`,
		c.id, g.file, g.store, fmt.Sprintf("张客人%d", c.n), g.key, kernel.UUID(owner), approved, c.now)
	c.exec("INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on) VALUES ($1, $2, $3, $4, $5::date)", c.id, g.store, g.key, g.file, approved)
	if !owner.IsZero() {
		c.tie(g, owner, approved)
	}
	return g
}

func (c *chain) tie(g guest, owner kernel.PersonID, start string) {
	c.t.Helper()
	c.exec("INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, origin, created_at) VALUES ($1, $2, $3, $4, $5, $6::date, 'approval', $7)",
		c.id, kernel.NewID[kernel.UUID](c.now), g.file, g.store, owner, start, c.now)
}

// lose ends a tie by LIF-03 on a day.
func (c *chain) lose(g guest, day string) {
	c.t.Helper()
	c.exec(`INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, created_at)
		SELECT tenant_id, gen_random_uuid(), gen_random_uuid(), file_id, store_id, 'LIF-03', 1, $3::date, referrer_id, '{}', $4 FROM tie WHERE tenant_id = $1 AND file_id = $2 AND end_on IS NULL`, c.id, g.file, day, c.now)
	c.exec("UPDATE tie SET end_on = $3::date WHERE tenant_id = $1 AND file_id = $2 AND end_on IS NULL", c.id, g.file, day)
	c.exec("UPDATE guest SET owner_id = NULL, owned_since = NULL WHERE tenant_id = $1 AND file_id = $2", c.id, g.file)
}

// visit lets a guest come on days, received by somebody; learned now.
func (c *chain) visit(g guest, by kernel.PersonID, days ...string) {
	c.t.Helper()
	for _, d := range days {
		c.exec("INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, credited_to, bills, amount_fen, changed_at) VALUES ($1, $2, $3, $4::date, 3, $5, 1, 12000, $6)",
			c.id, g.store, g.key, d, by, c.now)
	}
}

// booking enters a booking in some state.
func (c *chain) booking(store int, by kernel.PersonID, kind, day, state string, noticed bool) {
	c.t.Helper()
	c.n++
	id := kernel.NewID[kernel.UUID](c.now)
	c.exec(`INSERT INTO booking (tenant_id, booking_id, store_id, ref, number_key, booker_id, business_date, meal_period, kind, state, notice_at, request_id, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7::date, 3, $8, $9, CASE WHEN $10 THEN $11::timestamptz END, $2, $11)`, c.id, id, c.stores[store], fmt.Sprint("B", c.n), []byte{200, byte(c.n)}, by, day, kind, state, noticed, c.now)
}

// score works the run of a day at noon, as the chain of runs does.
func (c *chain) score(day string) (piece ownership.Piece) {
	c.t.Helper()
	c.at(day)
	return c.scoreAt(day, c.now)
}

// scoreAt works the run of a day now, with a cut-off.
func (c *chain) scoreAt(day string, cutOff time.Time) (piece ownership.Piece) {
	c.t.Helper()
	ctx := context.Background()
	work, err := c.app.Begin(ctx, c.id, date(day))
	require.NoError(c.t, err)
	var after kernel.UUID
	for more := true; more; {
		require.NoError(c.t, c.pool.InTenant(ctx, c.id, func(tx pgx.Tx) error {
			p, err := work(ctx, tx, after, ownership.At{CutOff: cutOff, Now: c.now})
			piece.Examined, piece.Decided, piece.Digest = piece.Examined+p.Examined, piece.Decided+p.Decided, append(piece.Digest, p.Digest...)
			after, more = p.Last, p.More
			return err
		}))
	}
	return piece
}

// lines are a month's scores as stored: number, state, targets and counts.
func (c *chain) lines(m string) []string {
	c.t.Helper()
	return c.texts(`SELECT concat_ws(' ', p.staff_no, s.state, s.position, coalesce(s.customers_target::text, '-') || '/' || s.customers, coalesce(s.visits_target::text, '-') || '/' || s.visits,
		coalesce(s.rooms_target::text, '-') || '/' || s.rooms, coalesce(s.banquets_target::text, '-') || '/' || s.banquets)
		FROM score s JOIN person p USING (tenant_id, person_id) WHERE s.tenant_id = $1 AND s.month = ($2 || '-01')::date ORDER BY p.staff_no`, c.id, m)
}

// grantOf lets a person see: everything in stores, everything in the chain
// (no stores, where), or his own.
func (c *chain) grantOf(person kernel.PersonID, reach kernel.Reach, stores ...kernel.StoreID) kernel.Grant {
	actor := &kernel.Actor{
		Kind: kernel.ActorPerson, Tenant: c.id, Person: person,
		Assignments: []kernel.Assignment{{Role: "r", TenantWide: len(stores) == 0, Stores: stores}},
	}
	return kernel.NewGrant(actor, "", func(string) kernel.Reach { return reach })
}
