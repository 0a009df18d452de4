package visitapp_test

import (
	"context"
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
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// house is the contexts to the left as main wires them, with two chains that
// have the same stores, people and numbers.
type house struct {
	t       *testing.T
	pool    *db.Pool
	tenants *tenantapp.App
	people  *staffapp.App
	files   *customerapp.App
	visits  *visitapp.App
	table   *authz.Table
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
	var people *staffapp.App
	h.tenants = tenantapp.New(tenantapp.Deps{
		DB: h.pool, Master: master, Clock: clock, Log: log, Catalogue: slices.Concat(customer.RuleFields, visit.RuleFields),
		SeedRolesTx: func(ctx context.Context, tx pgx.Tx, id kernel.TenantID) error {
			return people.PutRolesTx(ctx, tx, id, staff.Template())
		},
	})
	people = staffapp.New(staffapp.Deps{DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log, Tenants: h.tenants})
	messages := messageapp.New(messageapp.Deps{DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log})
	workers := river.NewWorkers()
	messages.Register(workers)
	queue, err := jobs.New(h.pool, workers, jobs.Options{Log: log})
	require.NoError(t, err)
	messages.UseJobs(queue)
	h.people = people
	h.files = customerapp.New(customerapp.Deps{DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log, Tenants: h.tenants, Staff: people})
	h.visits = visitapp.New(visitapp.Deps{
		DB: h.pool, Numbers: h.tenants, Clock: clock, Log: log, Stores: h.tenants, Guests: h.files, Names: people.Names, WorksIn: people.WorksIn, Messages: messages, Desk: people.Desk,
	})
	h.files.UseVisits(h.visits)
	h.visits.Register(workers)
	h.visits.UseJobs(queue.InsertTx)
	var policies []authz.Policy
	for _, r := range staff.Template() {
		for _, right := range r.Rights {
			reach := "where"
			if right.Own {
				reach = "own"
			}
			policies = append(policies, authz.Policy{Role: r.Code, Permission: right.Permission, Reach: reach, Effect: "allow"})
		}
	}
	h.table, err = authz.Compile(append(policies, authz.Policy{Role: "own_books", Permission: "booking.read", Reach: "own", Effect: "allow"}))
	require.NoError(t, err)
	h.a, h.b = h.chain("jia", people), h.chain("yi", people)
	return h
}

func (h *house) chain(code string, people *staffapp.App) kernel.TenantID {
	id, err := h.tenants.CreateTenant(ctx, noon, code, code)
	require.NoError(h.t, err)
	_, err = h.tenants.Keys(ctx, id)
	require.NoError(h.t, err)
	h.in(id, func(tx pgx.Tx) error {
		require.NoError(h.t, h.tenants.PutStoresTx(ctx, tx, id, []tenant.Store{
			{ID: east, Code: "S01", Name: "东店", Cutover: tenant.Cutover}, {ID: west, Code: "S02", Name: "西店", Cutover: tenant.Cutover},
		}, noon))
		require.NoError(h.t, people.PutPeopleTx(ctx, tx, id, []staff.NewPerson{
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
	require.NoError(h.t, h.pool.InTenant(ctx, id, fn))
}

// may gives the grant of a person in a role at stores.
func (h *house) may(id kernel.TenantID, person kernel.PersonID, role, permission string, stores ...kernel.StoreID) kernel.Grant {
	name := map[kernel.PersonID]string{li: "李娜", zhou: "周敏"}[person]
	return h.table.Grant(&kernel.Actor{
		Kind: kernel.ActorPerson, Tenant: id, Person: person, Name: name,
		Assignments: []kernel.Assignment{{Role: role, TenantWide: len(stores) == 0, Stores: stores}},
	}, permission)
}

// file enters an approved file of a number, owned by somebody.
func (h *house) file(id kernel.TenantID, store kernel.StoreID, number kernel.Phone, owner kernel.PersonID, on kernel.BusinessDate) kernel.FileID {
	file := kernel.NewID[kernel.FileID](noon)
	keys, err := h.tenants.Keys(ctx, id)
	require.NoError(h.t, err)
	h.in(id, func(tx pgx.Tx) error {
		require.NoError(h.t, h.files.PutFilesTx(ctx, tx, id, keys, kernel.NewID[kernel.UUID](noon), []customer.ImportedFile{
			{File: file, Store: store, Name: "王建国", Number: number, Writer: owner, ApprovedOn: on},
		}, noon))
		return h.files.SetOwnerTx(ctx, tx, id, []customer.Owner{{File: file, Owner: &owner, Since: &on}})
	})
	return file
}

func (h *house) inSync(id kernel.TenantID) {
	drift, err := h.visits.Rebuild(ctx, id, true)
	require.NoError(h.t, err)
	require.Zero(h.t, drift)
}

// notices lists the templates of the messages queued in a chain.
func (h *house) notices(id kernel.TenantID) (templates []string) {
	h.in(id, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT template FROM message ORDER BY message_id")
		require.NoError(h.t, err)
		templates, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return templates
}
