// Package operatorapp is the use cases of the platform's operators, and of what
// chains decide about them: exports and support access.
package operatorapp

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// Tenants is the port to chains.
type Tenants interface {
	// CreateTenant enters a chain. Faults: tenant.code_taken, invalid_field.
	CreateTenant(ctx context.Context, now time.Time, code, name string) (kernel.TenantID, error)
	// CreateSandbox enters a sandbox of POS vendors. Faults as CreateTenant.
	CreateSandbox(ctx context.Context, now time.Time, code, name string) (kernel.TenantID, error)
	// TenantByCode finds a chain. Fault: tenant.not_found.
	TenantByCode(ctx context.Context, code string) (kernel.TenantID, error)
	// TenantIDs lists every chain.
	TenantIDs(ctx context.Context) ([]kernel.TenantID, error)
	// Chain gives code, name and zone. Fault: tenant.not_found.
	Chain(ctx context.Context, id kernel.TenantID) (tenant.Chain, error)
	// State reads how a chain stands, never from memory. Fault: tenant.not_found.
	State(ctx context.Context, id kernel.TenantID) (tenant.State, error)
	// SetStateTx moves a chain between states; false: it was in none of from.
	SetStateTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, from []tenant.State, to tenant.State, keepUntil *kernel.BusinessDate, now time.Time) (bool, error)
}

// People is the port to a chain's people.
type People interface {
	// Unfinished reports whether the making of a chain was cut off: it has no people,
	// or (entered) this administrator alone, for whom no code was made.
	Unfinished(ctx context.Context, id kernel.TenantID, admin operator.FirstAdmin) (unfinished, entered bool, err error)
	// EnterAdmin enters a chain's first administrator, and along what belongs to it.
	EnterAdmin(ctx context.Context, id kernel.TenantID, admin operator.FirstAdmin, along func(tx pgx.Tx) error) error
	// InviteAdmin gives a one-time code to the first administrator; the one before
	// is void. False: an administrator of the chain has come in already.
	InviteAdmin(ctx context.Context, by *kernel.Actor, id kernel.TenantID) (code string, ok bool, err error)
	// Names gives the names of people.
	Names(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error)
	// Seed gives a sandbox its made-up people and guests; again changes nothing.
	Seed(ctx context.Context, id kernel.TenantID) error
}

// Passwords hashes and compares, a few at once.
type Passwords interface {
	HashPassword(ctx context.Context, password string) (string, error)
	// MatchesPassword is false for a nil hash and takes as long.
	MatchesPassword(ctx context.Context, password string, hash *string) (bool, error)
}

// Jobs inserts jobs.
type Jobs interface {
	InsertTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error
}

// Deps are what the use cases stand on.
type Deps struct {
	DB            *db.Pool
	Master        *secret.Master
	Numbers       secret.Source
	Clock         kernel.Clock
	Log           *slog.Logger
	Tenants       Tenants
	People        People
	Passwords     Passwords
	PasswordRules staff.PasswordRules
	// Boxes are the columns that rest as ciphertext; those with a name for clear
	// are opened into exports.
	Boxes []db.BoxColumn
	// ExportDir is where exports lie; empty: there are none.
	ExportDir string
	// Chain finds out who calls from inside a chain, by everything but support;
	// ChainCookie is its session's cookie, which support borrows.
	Chain       rpc.Authenticator
	ChainCookie string
	// Tables are the chains' tables of rights: downloads ask them.
	Tables *authz.Tables
}

// App is the context's use cases.
type App struct {
	Deps
	jobs Jobs
}

// New makes the context.
func New(d Deps) *App { return &App{Deps: d} }

// UseJobs gives the queue, which is built after the workers are known.
func (a *App) UseJobs(j Jobs) { a.jobs = j }

// act is one line of the operators' own log.
type act struct {
	account kernel.UUID
	action  string
	tenant  kernel.TenantID // zero: of no chain
	code    string
	object  string
}

// noteTx writes what an operator did, in the transaction of the act.
func noteTx(ctx context.Context, tx pgx.Tx, now time.Time, n act) error {
	return operatordb.New(tx).InsertAct(ctx, operatordb.InsertActParams{
		ActID: kernel.NewID[kernel.UUID](now), AccountID: n.account, At: now, Action: n.action,
		TenantID: kernel.UUID(n.tenant), TenantCode: n.code, ObjectID: n.object,
	})
}

// bothTx writes an operator's act on a chain into his log and into the chain's.
func (a *App) bothTx(ctx context.Context, tx pgx.Tx, now time.Time, by *kernel.Actor, chain tenant.Chain, e audit.Entry) error {
	if err := audit.WriteTx(ctx, tx, chain.ID, now, e); err != nil {
		return err
	}
	return db.AsOperatorTx(ctx, tx, func(tx pgx.Tx) error {
		return noteTx(ctx, tx, now, act{account: by.Operator, action: e.Action, tenant: chain.ID, code: chain.Code, object: e.ObjectID})
	})
}

// Acts lists what operators did, newest first, before an id (zero: from now).
func (a *App) Acts(ctx context.Context, before kernel.UUID, size int) (acts []operatordb.ActsRow, err error) {
	if before.IsZero() {
		for i := range before {
			before[i] = 0xff
		}
	}
	err = a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		acts, err = operatordb.New(tx).Acts(ctx, before, int32(size))
		return err
	})
	return acts, err
}
