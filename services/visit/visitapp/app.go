// Package visitapp holds the use cases of bookings, bills and visits.
package visitapp

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// Stores knows the chain's stores and rules.
type Stores interface {
	Store(ctx context.Context, tenant kernel.TenantID, id kernel.StoreID) (tenant.Store, error)
	Stores(ctx context.Context, tenant kernel.TenantID) ([]tenant.Store, error)
	Rules(ctx context.Context, tenant kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error)
}

// Guests knows VIP files.
type Guests interface {
	// Rows gives those of the files that exist.
	Rows(ctx context.Context, tenant kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.Row, error)
	// GuestsOfNumber lists for whom somebody with a number may book in a store.
	GuestsOfNumber(ctx context.Context, tenant kernel.TenantID, store kernel.StoreID, numberKey []byte) ([]customer.GuestOfNumber, error)
	// NumberOf is a file's first number.
	NumberOf(ctx context.Context, tenant kernel.TenantID, file kernel.FileID) (kernel.Phone, error)
	// ContactsByID gives those of the contacts that are still on a file.
	ContactsByID(ctx context.Context, tenant kernel.TenantID, contacts []kernel.UUID) (map[kernel.UUID]customer.Contact, error)
	// Heeds tells of files with a standing what the house should know when the guest comes.
	Heeds(ctx context.Context, tenant kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.Heed, error)
	// Find gives one file inside the grant; outside it is not found.
	Find(ctx context.Context, grant kernel.Grant, file kernel.FileID) (customer.Row, error)
}

// Messages accepts a notice for sending, in the caller's transaction: that
// counts as sent (VIS-03).
type Messages interface {
	QueueTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, keys *secret.Keys, m message.New, now time.Time) (kernel.UUID, error)
	// NoteTx tells members of staff something.
	NoteTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, notes []message.Note, now time.Time) error
}

// Deps are what the use cases need; main wires them.
type Deps struct {
	DB       *db.Pool
	Numbers  secret.Source
	Clock    kernel.Clock
	Log      *slog.Logger
	Stores   Stores
	Guests   Guests
	Messages Messages
	// WorksIn says whether somebody holds a post in a store on a business day.
	WorksIn func(ctx context.Context, tenant kernel.TenantID, store kernel.StoreID, person kernel.PersonID, on kernel.BusinessDate) (bool, error)
	// Desk gives who handles what a permission allows in some stores, and at head office.
	Desk func(ctx context.Context, tenant kernel.TenantID, permission string, stores []kernel.StoreID, now time.Time) (staff.Desk, error)
	// Settled is told when a business day may have become complete, so that what
	// waited for it goes on (RUL-07); nil: nobody asks.
	Settled func(ctx context.Context, tenant kernel.TenantID)
	// Names gives the names of people.
	Names func(ctx context.Context, tenant kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error)
}

// BookingChangedTx hears, in the transaction that changed it, that a booking is not
// as it was: a port to the right.
type BookingChangedTx func(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, booking kernel.UUID, store kernel.StoreID, now time.Time) error

// App is the use cases of bookings, bills and visits.
type App struct {
	Deps
	insertJobTx func(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error
	changed     BookingChangedTx // nil: nobody hears
}

// New makes the use cases.
func New(d Deps) *App { return &App{Deps: d} }

// UseJobs lets the use cases have work done later.
func (a *App) UseJobs(insertTx func(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error) {
	a.insertJobTx = insertTx
}

// UseEvents gives the port to who hears of bookings.
func (a *App) UseEvents(changed BookingChangedTx) { a.changed = changed }
