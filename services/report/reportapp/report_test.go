package reportapp_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/report/reportapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
)

// now is an evening in the middle of a month.
var now = date("2025-06-15").At(19*time.Hour, tenant.Shanghai)

func date(s string) kernel.BusinessDate {
	d, err := kernel.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// world is a database with the application's pool and the superuser's hands.
type world struct {
	t       *testing.T
	pool    *db.Pool
	super   *pgx.Conn
	tenants *tenantapp.App
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := testdb.New(t)
	super := d.Super(t)
	master, err := secret.MasterFile(t.TempDir() + "/master.key")
	require.NoError(t, err)
	w := &world{t: t, pool: d.Pool(t), super: super}
	w.tenants = tenantapp.New(tenantapp.Deps{
		DB: w.pool, Master: master, Clock: kernel.ClockFunc(func() time.Time { return now }), Log: slog.New(slog.DiscardHandler),
		Catalogue:   append(append(tenant.Catalogue{}, customer.RuleFields...), ownership.RuleFields...),
		SeedRolesTx: func(context.Context, pgx.Tx, kernel.TenantID) error { return nil },
	})
	return w
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.super.Exec(context.Background(), sql, args...)
	require.NoError(w.t, err)
}

// chain is a tenant with two stores and two people.
type chain struct {
	*world
	id     kernel.TenantID
	stores []kernel.StoreID
	people []kernel.PersonID
	files  int
}

func (w *world) chain(code string) *chain {
	w.t.Helper()
	ctx := context.Background()
	id, err := w.tenants.CreateTenant(ctx, now, code, "测试")
	require.NoError(w.t, err)
	c := &chain{world: w, id: id}
	for i := range 2 {
		s, p := kernel.NewID[kernel.StoreID](now), kernel.NewID[kernel.PersonID](now)
		c.stores, c.people = append(c.stores, s), append(c.people, p)
		w.exec("INSERT INTO store (tenant_id, store_id, code, name, created_at, live_on) VALUES ($1, $2, $3, $4, $5, '2020-01-01')", id, s, fmt.Sprintf("S%d", i+1), []string{"东店", "西店"}[i], now)
		w.exec("INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) VALUES ($1, $2, $3, $4, '2020-01-01', $5)", id, p, fmt.Sprintf("E%d", i+1), []string{"王五", "李国"}[i], now)
	}
	return c
}

// guest enters an approved file; owner -1: public.
func (c *chain) guest(store, owner int, approved string, visits ...string) kernel.FileID {
	c.t.Helper()
	c.files++
	file, key := kernel.NewID[kernel.FileID](now), []byte{byte(c.files)}
	var who *kernel.PersonID
	var since, last *string
	if owner >= 0 {
		who, since = &c.people[owner], &approved
	}
	c.exec(`INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, owner_id, owned_since, approved_on, writer_id, request_id, created_at)
		VALUES ($1, $2, $3, $4, 'kr', $5, '', '0000', 'approved', $6, $7::date, $8::date, $9, $2, $10)`, c.id, file, c.stores[store], fmt.Sprintf("客人%d", c.files), key, who, since, approved, c.people[0], now)
	c.exec("INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on) VALUES ($1, $2, $3, $4, $5::date)", c.id, c.stores[store], key, file, approved)
	if who != nil {
		c.exec("INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, origin, created_at) VALUES ($1, $2, $2, $3, $4, $5::date, 'import', $6)", c.id, file, c.stores[store], who, approved, now)
	}
	for _, v := range visits {
		c.exec("INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, credited_to, bills, amount_fen, changed_at) VALUES ($1, $2, $3, $4::date, 3, $5, 1, 10000, $6)", c.id, c.stores[store], key, v, who, now)
		last = &v
	}
	c.exec("INSERT INTO guest_visits (tenant_id, file_id, store_id, last_visit, visits, changed_at) VALUES ($1, $2, $3, $4::date, $5, $6)", c.id, file, c.stores[store], last, len(visits), now)
	return file
}

// lose notes that a person lost a file on a day.
func (c *chain) lose(file kernel.FileID, store, person int, day string) {
	c.t.Helper()
	c.exec(`INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, created_at)
		VALUES ($1, gen_random_uuid(), gen_random_uuid(), $2, $3, 'LIF-03', 1, $4::date, $5, '{}', $6)`, c.id, file, c.stores[store], day, c.people[person], now)
}

func (c *chain) booking(number byte, store, booker int, day, state string, meal int) {
	c.t.Helper()
	c.exec(`INSERT INTO booking (tenant_id, booking_id, store_id, ref, number_key, booker_id, business_date, meal_period, kind, state, request_id, recorded_at)
		VALUES ($1, gen_random_uuid(), $2, gen_random_uuid()::text, $3, $4, $5::date, $6, 'hall', $7, gen_random_uuid(), $8)`, c.id, c.stores[store], []byte{number}, c.people[booker], day, meal, state, now)
}

// revision enters an open revision of a file.
func (c *chain) revision(file kernel.FileID, store, writer int, state, due string) {
	c.t.Helper()
	c.exec(`INSERT INTO file_revision (tenant_id, revision_id, file_id, store_id, no, cause, state, fields_box, writer_id, created_at, submitted_at, due_at)
		VALUES ($1, gen_random_uuid(), $2, $3, 2, 'change', $4, '\x00', $5, $6, $6, $7::timestamptz)`, c.id, file, c.stores[store], state, c.people[writer], now, due)
}

// app gives the use cases under policies "permission reach".
func (c *chain) app(rights map[string]string) *reportapp.App {
	var policies []authz.Policy
	for permission, reach := range rights {
		policies = append(policies, authz.Policy{Role: "r", Permission: permission, Reach: reach, Effect: "allow"})
	}
	return reportapp.New(reportapp.Deps{
		DB: c.pool, Clock: kernel.ClockFunc(func() time.Time { return now }), Log: slog.New(slog.DiscardHandler), Tenants: c.tenants,
		Tables: authz.NewTables(func(context.Context, kernel.TenantID) ([]authz.Policy, int64, error) { return policies, 1, nil }),
		Progress: func(_ context.Context, _ kernel.TenantID, person kernel.PersonID) (quota.Progress, error) {
			p := quota.Progress{Position: "客服代表", DaysLeft: 16, Led: 9, Lines: []quota.Line{{Item: quota.Visits, Target: new(quota.Hundredths(4000)), Counted: 31}}}
			if person != c.people[0] {
				p = quota.Progress{}
			}
			return p, nil
		},
		Writing: func(context.Context, kernel.TenantID, kernel.PersonID, time.Time) (customer.Writing, error) {
			return customer.Writing{Back: 1, Ending: 2, Ends: kernel.NewDate(2025, 6, 20)}, nil
		},
		BillsWaiting: func(_ context.Context, _ kernel.TenantID, stores []tenant.Store, _ time.Time) ([]int32, error) {
			counts := []int32{1, 4}
			if len(stores) == 1 {
				counts = counts[1:]
			}
			return counts, nil
		},
		Unread: func(context.Context, kernel.TenantID, kernel.PersonID) (int32, error) { return 3, nil },
	})
}

func (c *chain) grant(person int, reach kernel.Reach, stores ...kernel.StoreID) kernel.Grant {
	actor := &kernel.Actor{
		Kind: kernel.ActorPerson, Tenant: c.id, Person: c.people[person], PolicyVersion: 1,
		Assignments: []kernel.Assignment{{Role: "r", TenantWide: len(stores) == 0, Stores: stores}},
	}
	return kernel.NewGrant(actor, "", func(string) kernel.Reach { return reach })
}

var everything = map[string]string{"today.read": "where", "customer.read": "where", "customer.review": "where", "booking.read": "where", "decision.read": "where", "board.read": "where"}

func (c *chain) furnish() {
	c.guest(0, 0, "2025-03-16", "2025-03-20")               // 1: safe until 06-20
	c.guest(0, 0, "2025-03-15")                             // 2: today is the last day
	c.guest(0, 1, "2025-01-01", "2025-03-30")               // 3: safe until 06-30, 15 days: not yet
	c.guest(1, 1, "2025-01-01", "2025-02-28", "2025-03-29") // 4: safe until 06-29, 14 days
	c.guest(1, 0, "2025-06-02", "2025-06-03", "2025-06-14") // 5: new and active
	gone := c.guest(0, -1, "2024-01-01", "2024-02-01")      // 6: public
	c.lose(gone, 0, 0, "2025-06-09")
	c.lose(gone, 0, 1, "2025-06-08") // eight days ago
	c.lose(gone, 0, 1, "2024-06-30") // before the trend
	c.booking(1, 0, 1, "2025-06-15", "confirmed", 3)
	c.booking(6, 0, 0, "2025-06-15", "requested", 1)
	c.booking(99, 0, 0, "2025-06-15", "confirmed", 3)
	c.booking(2, 0, 0, "2025-06-15", "cancelled", 3)
	c.booking(4, 1, 0, "2025-06-16", "confirmed", 3)
	c.revision(gone, 0, 0, "submitted", "2025-06-15 10:00+08")
}
