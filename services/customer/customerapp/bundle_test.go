package customerapp_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
)

// start is an hour after midnight: the business day is still 27 February.
var start = time.Date(2025, 2, 28, 1, 0, 0, 0, tenant.Shanghai)

var ctx = context.Background()

// Stores and people have the same ids, codes and numbers in both chains.
var (
	east, west = kernel.NewID[kernel.StoreID](start), kernel.NewID[kernel.StoreID](start)

	rep, rep2, boss, hq = kernel.NewID[kernel.PersonID](start), kernel.NewID[kernel.PersonID](start), kernel.NewID[kernel.PersonID](start), kernel.NewID[kernel.PersonID](start)
)

const repNumber = kernel.Phone("+8613900000001")

// bundle is two chains on one database.
type bundle struct {
	t       *testing.T
	pool    *db.Pool
	super   string
	tenants *tenantapp.App
	files   *customerapp.App
	right   *right
	table   *authz.Table
	now     time.Time
	a, b    kernel.TenantID
}

func setup(t *testing.T) *bundle {
	t.Parallel()
	master, err := secret.MasterFile(t.TempDir() + "/master")
	require.NoError(t, err)
	d := testdb.New(t)
	b := &bundle{t: t, pool: d.Pool(t), super: d.SuperURL, now: start}
	clock, log := kernel.ClockFunc(func() time.Time { return b.now }), slog.New(slog.DiscardHandler)
	var people *staffapp.App
	b.tenants = tenantapp.New(tenantapp.Deps{
		DB: b.pool, Master: master, Clock: clock, Log: log, Catalogue: customer.RuleFields,
		SeedRolesTx: func(ctx context.Context, tx pgx.Tx, id kernel.TenantID) error {
			return people.PutRolesTx(ctx, tx, id, staff.Template())
		},
		Names: func(ctx context.Context, id kernel.TenantID, who []kernel.PersonID) (map[kernel.PersonID]string, error) {
			return people.Names(ctx, id, who)
		},
	})
	people = staffapp.New(staffapp.Deps{DB: b.pool, Numbers: b.tenants, Clock: clock, Log: log, Tenants: b.tenants})
	b.files = customerapp.New(customerapp.Deps{DB: b.pool, Numbers: b.tenants, Clock: clock, Log: log, Tenants: b.tenants, Staff: people})
	b.right = &right{files: b.files, visits: map[kernel.FileID]customer.VisitSummary{}, owned: map[kernel.PersonID][]kernel.FileID{}}
	b.files.UseVisits(b.right)
	b.files.UseOwnership(b.right)
	b.files.UseInbox(b.right)
	b.table = template(t)
	b.a, b.b = b.chain("jia", people), b.chain("yi", people)
	return b
}

func (b *bundle) chain(code string, people *staffapp.App) kernel.TenantID {
	id, err := b.tenants.CreateTenant(ctx, b.now, code, code)
	require.NoError(b.t, err)
	require.NoError(b.t, b.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		err := b.tenants.PutStoresTx(ctx, tx, id, []tenant.Store{
			{ID: east, Code: "S01", Name: "东店", Cutover: tenant.Cutover}, {ID: west, Code: "S02", Name: "西店", Cutover: tenant.Cutover},
		}, b.now)
		if err != nil {
			return err
		}
		return people.PutPeopleTx(ctx, tx, id, []staff.NewPerson{
			{ID: rep, StaffNo: "E1", Name: "李娜", Number: repNumber, EntryOn: kernel.NewDate(2024, 1, 1)},
			{ID: rep2, StaffNo: "E2", Name: "周敏", EntryOn: kernel.NewDate(2024, 1, 1)},
			{ID: boss, StaffNo: "E3", Name: "赵刚", EntryOn: kernel.NewDate(2024, 1, 1)},
			{ID: hq, StaffNo: "E4", Name: "孙平", EntryOn: kernel.NewDate(2024, 1, 1)},
		}, b.now)
	}))
	return id
}

// template is the rights every chain begins with.
func template(t *testing.T) *authz.Table {
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
	table, err := authz.Compile(policies)
	require.NoError(t, err)
	return table
}

// who is somebody with his posts, who asks for a permission.
type who struct {
	b      *bundle
	tenant kernel.TenantID
	person kernel.PersonID
	posts  []kernel.Assignment
}

func (b *bundle) as(id kernel.TenantID, person kernel.PersonID, role string, stores ...kernel.StoreID) who {
	return who{b, id, person, nil}.and(role, stores...)
}

func (w who) and(role string, stores ...kernel.StoreID) who {
	w.posts = append(slices.Clone(w.posts), kernel.Assignment{Role: role, TenantWide: len(stores) == 0, Stores: stores})
	return w
}

func (w who) may(permission string) kernel.Grant {
	g := w.b.table.Grant(&kernel.Actor{Kind: kernel.ActorPerson, Tenant: w.tenant, Person: w.person, Assignments: w.posts}, permission)
	require.False(w.b.t, g.Empty(), permission)
	return g
}

func (w who) read() kernel.Grant   { return w.may("customer.read") }
func (w who) write() kernel.Grant  { return w.may("customer.write") }
func (w who) review() kernel.Grant { return w.may("customer.review") }

// input is a file that is ready to be submitted.
func input(name, number string) customerapp.Input {
	return customerapp.Input{Number: number, Fields: customer.Fields{
		Name: customer.Name(name), Sex: customer.Male, HowKnown: "老客户介绍", Employer: "西安饮食股份有限公司", JobTitle: "采购部长", Address: "科技路5号", Birthday: &customer.Day{Year: 1980, Month: 2, Day: 29}, Consent: true,
	}}
}

func number(n int) string { return fmt.Sprintf("138%08d", n) }

func request() kernel.UUID { return kernel.NewID[kernel.UUID](start) }

func (b *bundle) create(w who, store kernel.StoreID, in customerapp.Input) customerapp.View {
	b.t.Helper()
	v, err := b.files.Create(ctx, w.write(), b.now, store, request(), in)
	require.NoError(b.t, err)
	return v
}

func (b *bundle) approve(w who, file kernel.FileID, by who) customerapp.View {
	b.t.Helper()
	_, err := b.files.Submit(ctx, w.write(), b.now, file)
	require.NoError(b.t, err)
	v, err := b.files.Review(ctx, by.review(), b.now, file, customer.Decision{Approve: true})
	require.NoError(b.t, err)
	return v
}

// reason checks which fault an error is.
func reason(t *testing.T, err error, want string) {
	t.Helper()
	require.Equal(t, want, faultOf(t, err).Reason)
}

func faultOf(t *testing.T, err error) *fault.Fault {
	t.Helper()
	var f *fault.Fault
	require.ErrorAs(t, err, &f)
	return f
}

// superCount looks past row level security.
func (b *bundle) superCount(sql string, args ...any) int {
	b.t.Helper()
	conn, err := pgx.Connect(ctx, b.super)
	require.NoError(b.t, err)
	defer func() { require.NoError(b.t, conn.Close(ctx)) }()
	var n int
	require.NoError(b.t, conn.QueryRow(ctx, sql, args...).Scan(&n))
	return n
}

// right stands where visit and ownership stand: it takes what they are told and
// answers what a test says.
type right struct {
	files *customerapp.App

	mu       sync.Mutex
	visits   map[kernel.FileID]customer.VisitSummary
	owned    map[kernel.PersonID][]kernel.FileID
	approved []customer.ApprovedNumber
	ties     int
	moves    int
	booked   map[kernel.UUID]kernel.Phone // by 李娜, in the east
	moved    []customer.MovedNumber
	notes    []message.Note
}

func (r *right) LastVisits(_ context.Context, _ kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.VisitSummary, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[kernel.FileID]customer.VisitSummary{}
	for _, f := range files {
		if v, ok := r.visits[f]; ok {
			out[f] = v
		}
	}
	return out, nil
}

func (r *right) ApproveNumbersTx(_ context.Context, _ pgx.Tx, _ kernel.TenantID, numbers []customer.ApprovedNumber, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.approved = append(r.approved, numbers...)
	return nil
}

func (r *right) EndTieTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, _ kernel.BusinessDate, _ kernel.UUID) error {
	return r.files.SetOwnerTx(ctx, tx, id, []customer.Owner{{File: file}})
}

func (r *right) TieTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, _ kernel.StoreID, referrer kernel.PersonID, start kernel.BusinessDate, _ string, _ *kernel.UUID, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ties++
	r.owned[referrer] = append(r.owned[referrer], file)
	return r.files.SetOwnerTx(ctx, tx, id, []customer.Owner{{File: file, Owner: &referrer, Since: &start}})
}

func (r *right) EraseTx(context.Context, pgx.Tx, kernel.TenantID, []kernel.FileID, []customer.StoreNumber) ([]customer.Alias, error) {
	return nil, nil
}

func (r *right) EndTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, _ []kernel.BusinessDate) error {
	owners := make([]customer.Owner, len(files))
	for i, f := range files {
		owners[i].File = f
	}
	return r.files.SetOwnerTx(ctx, tx, id, owners)
}

func (r *right) NoteTx(_ context.Context, _ pgx.Tx, _ kernel.TenantID, notes []message.Note, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes = append(r.notes, notes...)
	return nil
}

func (r *right) Owned(_ context.Context, _ kernel.TenantID, person kernel.PersonID) ([]kernel.FileID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.owned[person]), nil
}

func (r *right) SafeUntil(_ context.Context, _ kernel.TenantID, _ kernel.FileID, _ kernel.StoreID, _ *kernel.BusinessDate, on kernel.BusinessDate) (*kernel.BusinessDate, error) {
	return new(on.MinusMonths(-3)), nil
}

func (r *right) HoldTiesTx(context.Context, pgx.Tx, kernel.TenantID, ...kernel.FileID) error {
	return nil
}

func (r *right) SendBackTx(context.Context, pgx.Tx, kernel.TenantID, kernel.FileID, kernel.BusinessDate) error {
	return nil
}

// BeginTie gives a public file to the one whom these tests offer it to.
func (r *right) BeginTie(_ context.Context, id kernel.TenantID, on kernel.BusinessDate) (func(context.Context, pgx.Tx, kernel.FileID, time.Time) error, error) {
	return func(ctx context.Context, tx pgx.Tx, file kernel.FileID, _ time.Time) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.moves++
		return r.files.SetOwnerTx(ctx, tx, id, []customer.Owner{{File: file, Owner: new(rep2), Since: &on}})
	}, nil
}

func (r *right) MoveTieTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, _ kernel.StoreID, to kernel.PersonID, on kernel.BusinessDate, _ string, _ kernel.UUID, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moves++
	return r.files.SetOwnerTx(ctx, tx, id, []customer.Owner{{File: file, Owner: &to, Since: &on}})
}

func (r *right) MoveNumberTx(_ context.Context, _ pgx.Tx, _ kernel.TenantID, moved customer.MovedNumber, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moved = append(r.moved, moved)
	return nil
}

func (r *right) NumberOfBooking(_ context.Context, _ kernel.TenantID, booking kernel.UUID) (kernel.Phone, kernel.StoreID, kernel.PersonID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.booked[booking], east, rep, nil
}

func (r *right) BookedBy(_ context.Context, _ kernel.TenantID, asked []customer.BookedBy, _ kernel.BusinessDate) ([]int, error) {
	return make([]int, len(asked)), nil
}

func (r *right) MergeNumbersTx(_ context.Context, _ pgx.Tx, _ kernel.TenantID, m customer.NumberMerge, _ time.Time) (customer.VisitMerge, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return customer.VisitMerge{Survivor: r.visits[m.Survivor], Merged: r.visits[m.Merged]}, nil
}

func (r *right) MoveStoreTx(context.Context, pgx.Tx, kernel.TenantID, customer.StoreMove, time.Time) error {
	return nil
}

func (r *right) UnmergeNumbersTx(context.Context, pgx.Tx, kernel.TenantID, customer.NumberMerge, time.Time) error {
	return nil
}

func (r *right) MergeTiesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.TieMerge, _ time.Time) (customer.MergedTies, error) {
	return customer.MergedTies{}, r.files.SetOwnerTx(ctx, tx, id, []customer.Owner{{File: m.Merged}})
}

func (r *right) UnmergeTiesTx(context.Context, pgx.Tx, kernel.TenantID, customer.TieMerge, time.Time) (customer.MergedTies, error) {
	return customer.MergedTies{}, nil
}
