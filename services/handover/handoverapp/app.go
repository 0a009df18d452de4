// Package handoverapp is the use cases of handover (客户交接): the steps of a case
// (HND-02), what breaks it and custody that ends by itself, which the chain of runs
// carries (HND-05, HND-08), and what people ask of it.
package handoverapp

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// Deps are what the use cases stand on.
type Deps struct {
	DB       *db.Pool
	Numbers  secret.Source
	Clock    kernel.Clock
	Log      *slog.Logger
	Tenants  Tenants
	Staff    Staff
	Files    Files
	Messages Messages
	Bookings Bookings
	// Owning names the posts that may own files under a rule set: a port to quota.
	Owning func(rules tenant.Rules) []string
}

// Tenants is the port to tenant.
type Tenants interface {
	Store(ctx context.Context, id kernel.TenantID, store kernel.StoreID) (tenant.Store, error)
	Stores(ctx context.Context, id kernel.TenantID) ([]tenant.Store, error)
	Rules(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error)
	// CloseStoreTx ends a store from a day on; ReopenStoreTx takes that back (HND-08).
	CloseStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID, on kernel.BusinessDate, reason string, now time.Time) error
	ReopenStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID, now time.Time) error
}

// Staff is the port to staff.
type Staff interface {
	// Desk gives who may handle requests by a permission in some stores now.
	Desk(ctx context.Context, id kernel.TenantID, permission string, stores []kernel.StoreID, now time.Time) (staff.Desk, error)
	// WithoutAccount gives those of some people who can't log in.
	WithoutAccount(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) ([]kernel.PersonID, error)
	// MoveStoreTx ends the posts in a store that ends and begins them in others.
	MoveStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m staff.StoreMove, now time.Time) (int, error)
}

// Files is the port to customer.
type Files interface {
	// Rows gives the rows of files; unknown ones are left out.
	Rows(ctx context.Context, id kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.Row, error)
	// Numbers gives name and number of files, to write to their guests.
	NumbersOf(ctx context.Context, id kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.Reachable, error)
	// HandoverCheck prepares the revision in which a receiver checks a file (HND-02);
	// open writes it. Faults: customer.not_found, customer.no_standing,
	// customer.revision_open.
	HandoverCheck(ctx context.Context, id kernel.TenantID, file kernel.FileID, editor kernel.PersonID, now time.Time) (open func(ctx context.Context, tx pgx.Tx) (revision kernel.UUID, err error), err error)
	// FilesToMoveTx gives and locks files of a store that ends, in their order after
	// one; CountFilesToMoveTx counts them.
	FilesToMoveTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID, after kernel.FileID, atMost int) ([]customer.Moving, error)
	CountFilesToMoveTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID) (int32, error)
	// TwinsTx finds the files of another store that have a number of some files.
	TwinsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, to kernel.StoreID, now time.Time) (map[kernel.FileID]customer.Twin, error)
	// MoveStoreTx takes files, their numbers and whatever is open on them to another store.
	MoveStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.StoreMove, now time.Time) error
}

// Bookings is the port to visit.
type Bookings interface {
	// Leaving says what becomes of a store's bookings to come when it ends.
	Leaving(ctx context.Context, id kernel.TenantID, e visit.StoreEnd) ([]visit.Leaving, error)
	// LeaveTx lets some of them leave it.
	LeaveTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, e visit.StoreEnd, atMost int, now time.Time) (visit.Left, error)
}

// Messages is the port to message.
type Messages interface {
	QueueTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, keys *secret.Keys, m message.New, now time.Time) (kernel.UUID, error)
	NoteTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, notes []message.Note, now time.Time) error
	// States says how far messages have come; unknown ones are left out.
	States(ctx context.Context, id kernel.TenantID, messages []kernel.UUID) (map[kernel.UUID]message.State, error)
}

// Ownership is the port to ownership, which alone writes ties.
type Ownership interface {
	// HoldTx puts ties into handover. Faults: handover.not_owned, handover.in_handover.
	HoldTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, h ownership.Holding, now time.Time) ([]ownership.Held, error)
	// HoldsTx counts the ties a case has not let go yet.
	HoldsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, handover kernel.UUID) (int, error)
	// LetGoTx ends the handover of what a case still holds.
	LetGoTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, handover kernel.UUID, on kernel.BusinessDate) error
	// PassTx makes the receiver the referrer. Fault: handover.nothing_left.
	PassTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p ownership.Passing, now time.Time) ([]ownership.Passed, error)
	// GiveBackTx gives files back with the ties' old starts.
	GiveBackTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p ownership.Passing, ties []ownership.Resumed, now time.Time) ([]ownership.Passed, error)
	// MoveStoreTx takes ties to another store with their starts; TellStoreMoveTx tells
	// whose they are, once.
	MoveStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m ownership.StoreMove, movers []ownership.StoreMover, now time.Time) (ownership.StoreMoved, error)
	TellStoreMoveTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, move kernel.UUID, on kernel.BusinessDate, now time.Time) error
}

// App is the context's use cases; Server is its RPC service.
type App struct {
	Deps
	ownership Ownership
}

// New makes the context. Before the first call it needs UseOwnership.
func New(d Deps) *App { return &App{Deps: d} }

// UseOwnership gives the port to ownership, which is made later because its chain of
// runs carries this context's rules.
func (a *App) UseOwnership(o Ownership) { a.ownership = o }

func (a *App) read(id kernel.TenantID) *handoverdb.Queries {
	return handoverdb.New(a.DB.Single(id))
}
