// Package customerapp is the use cases of VIP files: building, reviewing,
// finding them, and showing a number to whom has a reason.
package customerapp

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// Tenants is the port to tenant.
type Tenants interface {
	Chain(ctx context.Context, id kernel.TenantID) (tenant.Chain, error)
	Store(ctx context.Context, id kernel.TenantID, store kernel.StoreID) (tenant.Store, error)
	Stores(ctx context.Context, id kernel.TenantID) ([]tenant.Store, error)
	Rules(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error)
	TenantIDs(ctx context.Context) ([]kernel.TenantID, error)
}

// Staff is the port to staff.
type Staff interface {
	// Names gives the names of those of the people who exist.
	Names(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error)
	// Desk gives who may handle requests by a permission in some stores now.
	Desk(ctx context.Context, id kernel.TenantID, permission string, stores []kernel.StoreID, now time.Time) (staff.Desk, error)
	// IsStaffNumberTx says whether a number is an employee's (CUS-05).
	IsStaffNumberTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, numberKey []byte) (bool, error)
}

// Visits is the port to visit, which stands to the right.
type Visits interface {
	// LastVisits says of files how often and when last they came; those that
	// never did may be absent.
	LastVisits(ctx context.Context, id kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.VisitSummary, error)
	// ApproveNumbersTx gives the visits of numbers to approved files (CUS-03).
	ApproveNumbersTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, numbers []customer.ApprovedNumber, now time.Time) error
	// MoveNumberTx tells that a file with a standing gives up a number, for
	// another or for none (CUS-12).
	MoveNumberTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, moved customer.MovedNumber, now time.Time) error
	// MergeNumbersTx gives the numbers of a file, and so their visits, to another file of
	// the same guest, and counts both.
	MergeNumbersTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.NumberMerge, now time.Time) (customer.VisitMerge, error)
	// UnmergeNumbersTx gives each number back. Fault: merge.numbers_changed.
	UnmergeNumbersTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.NumberMerge, now time.Time) error
	// MoveStoreTx lets the numbers of files count in another store from a day on; what
	// was until then stays where it was (HND-03).
	MoveStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.StoreMove, now time.Time) error
	// NumberOfBooking is the number a booking was made with, where and by whom;
	// empty: not known.
	NumberOfBooking(ctx context.Context, id kernel.TenantID, booking kernel.UUID) (kernel.Phone, kernel.StoreID, kernel.PersonID, error)
	// BookedBy counts the bookings of guests' numbers that people took since a
	// day, in the order asked for.
	BookedBy(ctx context.Context, id kernel.TenantID, asked []customer.BookedBy, since kernel.BusinessDate) ([]int, error)
	// EraseTx takes the guests of files, and whoever has numbers now, out of visits,
	// bookings and bills, and says by which numbers, which days and which aliases.
	EraseTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, numbers []customer.StoreNumber) ([]customer.Alias, error)
}

// Ownership is the port to ownership, which stands to the right.
type Ownership interface {
	// HoldTiesTx holds the ties that files have had until the transaction ends. Ties are
	// held before their files are, by everybody, so that nobody waits crosswise.
	HoldTiesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files ...kernel.FileID) error
	// TieTx begins the tie of a file approved for the first time and writes the
	// owner through SetOwnerTx.
	TieTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, store kernel.StoreID, referrer kernel.PersonID, start kernel.BusinessDate, origin string, importID *kernel.UUID, now time.Time) error
	// BeginTie prepares the tie of a public file that is approved for whom it was
	// offered to (LIF-08) on a day; begin writes it once the file's ties are held. Faults:
	// offer.over, offer.not_public, offer.not_in_post.
	BeginTie(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (begin func(ctx context.Context, tx pgx.Tx, file kernel.FileID, now time.Time) error, err error)
	// SendBackTx is told that the review sent back a public file that was offered to
	// somebody, on a day (LIF-14). The file's ties are held.
	SendBackTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, on kernel.BusinessDate) error
	// MoveTieTx gives a file another owner from a day on, whoever owns it now, and
	// writes the owner through SetOwnerTx; cause is what decided it.
	MoveTieTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, store kernel.StoreID, to kernel.PersonID, on kernel.BusinessDate, origin string, cause kernel.UUID, now time.Time) error
	// EndTieTx ends the tie of a file, if it has one, from a day on, and writes
	// that nobody owns it through SetOwnerTx; cause is what decided it.
	EndTieTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, on kernel.BusinessDate, cause kernel.UUID) error
	// MergeTiesTx gives the guest of two files one owner and says whose the files were.
	// Fault: merge.no_owner.
	MergeTiesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.TieMerge, now time.Time) (customer.MergedTies, error)
	// UnmergeTiesTx gives the ties back that a merging ended.
	UnmergeTiesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.TieMerge, now time.Time) (customer.MergedTies, error)
	// EndTx ends the ties of files that are erased, each on its day, and writes
	// that nobody owns them.
	EndTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, days []kernel.BusinessDate) error
	// Owned lists the files a person owns now.
	Owned(ctx context.Context, id kernel.TenantID, person kernel.PersonID) ([]kernel.FileID, error)
	// SafeUntil is the last day on which LIF-03 leaves a tie alone if nobody
	// comes, under the rules of a day.
	SafeUntil(ctx context.Context, id kernel.TenantID, file kernel.FileID, store kernel.StoreID, lastVisit *kernel.BusinessDate, on kernel.BusinessDate) (*kernel.BusinessDate, error)
}

// Origins of ties, in ownership's words: with the first approval, and by a
// conflict case.
const (
	origin         = "approval"
	conflictOrigin = "conflict"
)

// Deps are what the use cases stand on. Ports …Tx run in the caller's
// transaction, the others are asked before one is begun.
type Deps struct {
	DB      *db.Pool
	Numbers secret.Source
	Clock   kernel.Clock
	Log     *slog.Logger
	Tenants Tenants
	Staff   Staff
	// Contexts to the right are made later: see UseVisits, UseOwnership and UseJobs.
}

// App is the context's use cases; Server is its RPC service.
type App struct {
	Deps
	visits    Visits
	ownership Ownership
	asked     asked
	insertJob InsertJobTx
	erasers   []Eraser
	copiers   []Copier
	inbox     Inbox
	events    Events
}

// New makes the context. Before the first call it needs UseVisits and UseOwnership.
func New(d Deps) *App { return &App{Deps: d} }

// UseVisits gives the port to visit.
func (a *App) UseVisits(v Visits) { a.visits = v }

// UseInbox gives the port to what staff are told.
func (a *App) UseInbox(i Inbox) { a.inbox = i }

// UseOwnership gives the port to ownership.
func (a *App) UseOwnership(o Ownership) { a.ownership = o }

// read gives statements that stand alone.
func (a *App) read(id kernel.TenantID) *customerdb.Queries {
	return customerdb.New(a.DB.Single(id))
}

// file is one file as it was read, with what deciding on it takes.
type file struct {
	customerdb.Guest
	fields    customer.Fields // of its newest revision
	revision  kernel.UUID     // its newest
	cause     customer.Cause
	template  *int32           // version that judges the fields; nil: the one in force
	standing  *customer.Fields // those that hold while a revision is open (CUS-12); nil: fields are
	numberKey []byte           // the one that holds
	newKey    []byte           // the one the open revision wants; nil: it stays
	newBox    []byte
	endedOn   *kernel.BusinessDate
	due       *time.Time
	reasons   []customer.Reason
}

// load reads a file that a grant reaches, to work on it. Faults:
// customer.not_found, also for what lies outside; customer.merged.
func (a *App) load(ctx context.Context, grant kernel.Grant, id kernel.FileID) (file, error) {
	f, err := a.look(ctx, grant, id)
	if err == nil && f.State == customer.Merged {
		err = customer.ErrMerged
	}
	return f, err
}

// look reads a file that a grant reaches, also one that is part of another.
// Fault: customer.not_found.
func (a *App) look(ctx context.Context, grant kernel.Grant, id kernel.FileID) (file, error) {
	f, err := a.loadAny(ctx, grant.Actor().Tenant, id)
	if err == nil && !f.Within(grant) {
		return file{}, customer.ErrNotFound
	}
	return f, err
}

// loadAny reads a file whoever asks: whether he may is the caller's to say.
// Fault: customer.not_found.
func (a *App) loadAny(ctx context.Context, tenant kernel.TenantID, id kernel.FileID) (file, error) {
	row, err := a.read(tenant).File(ctx, tenant, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return file{}, customer.ErrNotFound
	}
	if err != nil {
		return file{}, err
	}
	f := file{Guest: row.Guest(), numberKey: row.NumberKey, due: row.DueAt, revision: row.RevisionID, cause: customer.Cause(row.Cause), newKey: row.NewKey, newBox: row.NewBox, endedOn: row.EndedOn, template: row.TemplateVersion}
	keys, err := a.Numbers.Keys(ctx, tenant)
	if err != nil {
		return file{}, err
	}
	if f.fields, err = customerdb.OpenFields(keys, row.RevisionID, row.FieldsBox); err != nil {
		return file{}, err
	}
	if f.reasons, err = customerdb.OpenReasons(keys, row.RevisionID, row.ReasonsBox); err != nil || f.Editor == nil {
		return f, err
	}
	held, err := a.held(ctx, tenant, keys, []kernel.FileID{id})
	if hold, ok := held[id]; ok {
		f.standing = &hold
	}
	return f, err
}

// open reads a guest's number.
func open(keys *secret.Keys, g customerdb.Guest) (kernel.Phone, error) {
	return keys.Open(g.NumberBox, guestTable, kernel.UUID(g.File))
}

// guestTable is what boxes of this context are bound to.
const guestTable = "guest"

// event writes a line of a file's timeline.
func event(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, file kernel.FileID, e customer.Event) error {
	return q.InsertEvent(ctx, customerdb.NewEvent(id, file, e))
}

// policy is what the rule set says to whoever works on files of a store today.
type policy struct {
	store       tenant.Store
	today       kernel.BusinessDate
	reserve     time.Duration // a draft's hold on its number (CUS-10)
	reviewHours int64         // CUS-03
	settle      time.Duration // how long two may settle whose a guest is (CUS-10)
	acceptPHS   bool          // CUS-07
	version     int32         // of the rule set
	decide      time.Duration // how long head office has for a store's request
}

func (a *App) policy(ctx context.Context, id kernel.TenantID, store kernel.StoreID, now time.Time) (policy, error) {
	s, err := a.Tenants.Store(ctx, id, store)
	if err != nil {
		return policy{}, err
	}
	today := s.BusinessDate(now)
	rules, err := a.Tenants.Rules(ctx, id, today)
	if err != nil {
		return policy{}, err
	}
	return policy{
		store: s, today: today, version: rules.Version,
		reserve:     time.Duration(rules.Int(customer.RuleReserveDays, store)) * 24 * time.Hour,
		reviewHours: rules.Int(customer.RuleReviewHours, store),
		settle:      time.Duration(rules.Int(customer.RuleConflictDays, store)) * 24 * time.Hour,
		acceptPHS:   rules.Bool(customer.RuleAcceptPHS, store),
		decide:      time.Duration(rules.Int(customer.RuleDeletionHours, store)) * time.Hour,
	}, nil
}
