// Package posapp holds the use cases of the POS interface: what vendors call, and
// what chains let us send to them.
package posapp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/caller"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/pos/internal/posdb"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// Bills are visit's: one way in for every till.
type Bills interface {
	ReportBills(ctx context.Context, grant kernel.Grant, bills []*visitv1.Bill, check bool, now time.Time) ([]*visitv1.BillResult, error)
	BillOnFile(ctx context.Context, grant kernel.Grant, key visit.BillKey) (visit.RecordedBill, error)
	// TellTotals takes what tills say days came to (RUL-07), CheckTotals only judges
	// it, Totals compares.
	TellTotals(ctx context.Context, grant kernel.Grant, key *kernel.UUID, totals []visit.DayTotal, now time.Time) error
	CheckTotals(ctx context.Context, grant kernel.Grant, totals []visit.DayTotal, now time.Time) error
	Totals(ctx context.Context, grant kernel.Grant, store kernel.StoreID, day kernel.BusinessDate) ([]visit.TillDay, error)
	// BillAsSent is a bill as a till sends it, without the guest's number.
	BillAsSent(b visit.Bill, storeCode string) *visitv1.Bill
	BillFeed(ctx context.Context, grant kernel.Grant, store kernel.StoreID, after visit.FeedPlace, source string, limit int) (visit.Feed, error)
}

// Bookings are visit's too.
type Bookings interface {
	PutBooking(ctx context.Context, grant kernel.Grant, in visit.SentBooking, check bool, now time.Time) (visit.BookingOnFile, visit.SentOutcome, error)
	SeatByRef(ctx context.Context, grant kernel.Grant, store kernel.StoreID, ref string, check bool, now time.Time) (visit.BookingOnFile, error)
}

// Guests tells who has a number, and leaves the line of it.
type Guests interface {
	LookUp(ctx context.Context, tenant kernel.TenantID, store kernel.StoreID, number kernel.Phone, now time.Time) (customer.Card, error)
}

// Calls ring in stores.
type Calls interface {
	Ring(ctx context.Context, grant kernel.Grant, in caller.Ring, check bool, now time.Time) (rang bool, err error)
	// Forget takes the numbers off calls recorded before a moment.
	Forget(ctx context.Context, tenant kernel.TenantID, before time.Time) error
}

// Stores knows the chain's stores.
type Stores interface {
	Stores(ctx context.Context, tenant kernel.TenantID) ([]tenant.Store, error)
	Store(ctx context.Context, tenant kernel.TenantID, id kernel.StoreID) (tenant.Store, error)
	TenantIDs(ctx context.Context) ([]kernel.TenantID, error)
	Chain(ctx context.Context, tenant kernel.TenantID) (tenant.Chain, error)
}

// Inbox tells members of staff something.
type Inbox interface {
	NoteTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, notes []message.Note, now time.Time) error
}

// Deps are what the use cases need; main wires them.
type Deps struct {
	DB       *db.Pool
	Numbers  secret.Source
	Clock    kernel.Clock
	Log      *slog.Logger
	Stores   Stores
	Bills    Bills
	Bookings Bookings
	Guests   Guests
	Calls    Calls
	Inbox    Inbox
	// Admins are those who manage webhooks now.
	Admins func(ctx context.Context, tenant kernel.TenantID, permission string, now time.Time) ([]kernel.PersonID, error)
	// Web calls addresses that a chain has typed in (platform/outbound).
	Web *http.Client
	// Clockwork moves the days of sandboxes on.
	Clockwork Clockwork
}

// App is the use cases.
type App struct {
	Deps
	insertJob func(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error
}

// New makes the use cases. Redirects of webhooks are not followed: an address is
// what an administrator typed in.
func New(d Deps) *App {
	if d.Web != nil {
		web := *d.Web
		web.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		d.Web = &web
	}
	return &App{Deps: d}
}

// UseJobs gives the queue, which is made later.
func (a *App) UseJobs(insert func(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error) {
	a.insertJob = insert
}

// storeOf finds a store by its code inside the grant. Fault: store.not_found.
func (a *App) storeOf(ctx context.Context, grant kernel.Grant, code string) (tenant.Store, error) {
	stores, err := a.Stores.Stores(ctx, grant.Actor().Tenant)
	if err != nil {
		return tenant.Store{}, err
	}
	at := slices.IndexFunc(stores, func(s tenant.Store) bool { return s.Code == code })
	if at < 0 || !grant.Covers(stores[at].ID, false) {
		return tenant.Store{}, tenant.ErrNoStore
	}
	return stores[at], nil
}

// number reads a number as people write it; empty stays empty. Fault: pos.bad_number.
func number(text string) (kernel.Phone, error) {
	if text == "" {
		return "", nil
	}
	n, err := kernel.ParsePhone(text)
	if err != nil {
		return "", pos.ErrBadNumber
	}
	return n, nil
}

// employee finds a member of staff who is employed on a day. Fault:
// pos.unknown_staff.
func (a *App) employee(ctx context.Context, id kernel.TenantID, no string, on kernel.BusinessDate) (kernel.PersonID, error) {
	row, err := posdb.New(a.DB.Single(id)).Employee(ctx, id, no)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && row.LeftOn != nil && *row.LeftOn <= on {
		return kernel.PersonID{}, pos.ErrUnknownStaff
	}
	return row.PersonID, err
}
