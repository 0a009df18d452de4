// Package ownershipapp is the use cases of ownership: ties that begin, the chain
// of daily runs that ends them, and the answers to "why". The chain is a ledger
// in the database (period_run, run_chunk) that River's jobs walk; the rules
// themselves are pure and lie in package ownership.
package ownershipapp

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// Deps are what the use cases stand on.
type Deps struct {
	DB      *db.Pool
	Clock   kernel.Clock
	Log     *slog.Logger
	Tenants Tenants
	Files   Files
	Visits  Visits
	Inbox   Inbox
	Numbers Numbers
	// Owning names the posts that may own files under a rule set: a port to quota,
	// which stands to the right (those with a target of customers, LIF-05).
	Owning func(rules tenant.Rules) []string
	// Scores is the port to quota; nil: no months are scored.
	Scores Scores
	// Gaps says what a business day that is over lacks to be complete, of those of
	// some stores where it is not: a port to visit (RUL-07). Nil leaves RUL-06 to
	// RUL-08 out, as the replay of a golden year does.
	Gaps func(ctx context.Context, id kernel.TenantID, stores []tenant.Store, day kernel.BusinessDate) (map[kernel.StoreID][]kernel.Words, error)
	// Handovers is the port to handover; nil: none end by themselves.
	Handovers Handovers
	// Loads says what those of a store are to reach and have reached this month: a
	// port to quota; nil: nothing is known of it.
	Loads func(ctx context.Context, id kernel.TenantID, store kernel.StoreID) (map[kernel.PersonID]ownership.Workload, error)
	// Kinds are the rules in force; nil: all. A replay may leave some out.
	Kinds []ownership.Kind
	// From is the day with which a replay begins, whatever its facts: months without
	// a file are scored too (QTA-04). Zero: a chain begins at its first file or go-live.
	From kernel.BusinessDate
	// ChunkSize bounds how many files one transaction decides; 0: 10,000.
	ChunkSize int
	// MonthChunk bounds it for the kinds of a month, whose chunks each read all its
	// visits; 0: 50,000.
	MonthChunk int
}

// Tenants is the port to tenant.
type Tenants interface {
	TenantIDs(ctx context.Context) ([]kernel.TenantID, error)
	Stores(ctx context.Context, id kernel.TenantID) ([]tenant.Store, error)
	Rules(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error)
	// DraftRules is what publishing the chain's draft would make of the newest
	// version, for a trial; none: there is no draft. RulesOf reads such a set.
	DraftRules(ctx context.Context, id kernel.TenantID) (set tenant.RuleSet, some bool, err error)
	RulesOf(set tenant.RuleSet) tenant.Rules
	// Differ lists what a set has otherwise than a version of the chain.
	Differ(ctx context.Context, id kernel.TenantID, version int32, set tenant.RuleSet) ([]tenant.Difference, error)
}

// Files is the port to customer.
type Files interface {
	// Find gives a file within a grant; outside it, customer.not_found.
	Find(ctx context.Context, grant kernel.Grant, file kernel.FileID) (customer.Row, error)
	// Rows gives the rows of files, each with name and masked number; unknown ones
	// are left out.
	Rows(ctx context.Context, id kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.Row, error)
	// EventsPage lists a file's events before an id, newest first.
	EventsPage(ctx context.Context, id kernel.TenantID, file kernel.FileID, before kernel.UUID, atMost int) ([]customer.Event, error)
	// IdleTx gives and locks the files that DEL-02 may have something due for on a
	// day, in the order of files after one; ActIdleTx carries out what was decided.
	IdleTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, day kernel.BusinessDate, t customer.IdleTerms, stores []tenant.Store, after kernel.FileID, atMost int) ([]customer.Idle, error)
	ActIdleTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, day kernel.BusinessDate, acts []customer.IdleAct, now time.Time) error
	// FirstIdle is the day the oldest file was begun that DEL-02 has not looked at;
	// nil: there is none.
	FirstIdle(ctx context.Context, id kernel.TenantID) (*kernel.BusinessDate, error)
	// Adoption prepares the revision in which somebody checks a public file
	// (LIF-08); open writes it. Faults: customer.no_standing, customer.revision_open.
	Adoption(ctx context.Context, id kernel.TenantID, file kernel.FileID, editor kernel.PersonID, now time.Time) (open func(ctx context.Context, tx pgx.Tx) (revision kernel.UUID, err error), err error)
	// DropRevisionsTx takes back such revisions that were not submitted.
	DropRevisionsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, revisions []kernel.UUID) error
	// WithdrawRevisionTx takes such a revision back, submitted or not.
	WithdrawRevisionTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, revision kernel.UUID) error
	// SetOwnerTx writes owners onto the list rows in one statement.
	SetOwnerTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, owners []customer.Owner) error
}

// Visits is the port to visit.
type Visits interface {
	// HistoriesTx gives of each file the last counted visit before a day, as it
	// was known at the cut-off.
	HistoriesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID]visit.History, error)
	// CountedTx gives the counted visits of files from a day on and before another,
	// with their credits, as they were known at the cut-off.
	CountedTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error)
	// KnownTx is CountedTx as it was before mergings since the cut-off, each visit under
	// the file it was of.
	KnownTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error)
	// LearnedTx says on which days and meals something of files was learned after a
	// moment and up to a cut-off, and when last.
	LearnedTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, since, cutOff time.Time) (map[kernel.FileID][]visit.Learned, error)
}

// Inbox is the port to message: what the system tells a member of staff.
type Inbox interface {
	NoteTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, notes []message.Note, now time.Time) error
}

// Numbers is the port to the tenant's keys, under which appeals are sealed.
type Numbers interface {
	Keys(ctx context.Context, id kernel.TenantID) (*secret.Keys, error)
}

// Scores is the port to quota, whose rule QTA-04 this chain carries.
type Scores interface {
	// DueOn says whether a business day scores the month before it under rules,
	// and from which time of the day on.
	DueOn(day kernel.BusinessDate, r tenant.Rules) (from time.Duration, due bool)
	// Begin prepares a day's run, outside of any transaction, and gives what works a
	// piece of it: of what comes after an id, in the transaction of the ledger.
	Begin(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) (func(ctx context.Context, tx pgx.Tx, after kernel.UUID, at ownership.At) (ownership.Piece, error), error)
	// Made counts the scores of a day's run in some stores, for whoever sees only those.
	Made(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate, stores []kernel.StoreID) (int64, error)
}

// Handovers is the port to handover, whose rules HND-05 and HND-08 this chain
// carries.
type Handovers interface {
	// Begin prepares a day's run as that of Scores does; its places are cases.
	Begin(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) (func(ctx context.Context, tx pgx.Tx, after kernel.UUID, at ownership.At) (ownership.Piece, error), error)
}

// Jobs is the queue (jobs.Client).
type Jobs interface {
	InsertIDTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) (int64, error)
	StateTx(ctx context.Context, tx pgx.Tx, id int64) (rivertype.JobState, error)
}

// App is the context's use cases.
type App struct {
	Deps
	jobs Jobs

	mu     sync.Mutex
	rested chan struct{} // closed when a chain of this process comes to rest
	aside  sync.Map      // until when the runs of chains stand aside: kernel.TenantID to time.Time
}

// New makes the context. Before anything is planned it needs UseJobs.
func New(d Deps) *App {
	if d.Kinds == nil {
		d.Kinds = ownership.Kinds
	}
	if d.Scores == nil {
		d.Kinds = slices.DeleteFunc(slices.Clone(d.Kinds), func(k ownership.Kind) bool { return k == ownership.KindScore })
	}
	if d.Handovers == nil {
		d.Kinds = slices.DeleteFunc(slices.Clone(d.Kinds), func(k ownership.Kind) bool { return k == ownership.KindHandover })
	}
	if d.ChunkSize == 0 {
		d.ChunkSize = 10_000
	}
	if d.MonthChunk == 0 {
		d.MonthChunk = 50_000
	}
	return &App{Deps: d, rested: make(chan struct{})}
}

// UseJobs gives the queue, which is made after its workers are registered.
func (a *App) UseJobs(j Jobs) { a.jobs = j }

// rest tells everybody in this process who waits for a chain to look again.
func (a *App) rest() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.rested)
	a.rested = make(chan struct{})
}

func (a *App) atRest() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.rested
}
