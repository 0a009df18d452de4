// Package staffapp is the use cases of people, posts, roles, logins and keys.
package staffapp

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// Tenants is the port to the left: chains and their stores.
type Tenants interface {
	// TenantByCode finds a chain; tenant.ErrNoTenant if there is none.
	TenantByCode(ctx context.Context, code string) (kernel.TenantID, error)
	Chain(ctx context.Context, id kernel.TenantID) (tenant.Chain, error)
	Stores(ctx context.Context, id kernel.TenantID) ([]tenant.Store, error)
	RaisePolicyVersionTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID) error
	TenantIDs(ctx context.Context) ([]kernel.TenantID, error)
	Rules(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error)
}

// Ports are what contexts to the right do for this one, in its transactions.
type Ports struct {
	// HoldsCustomersTx counts the customers somebody owns (ACC-03).
	HoldsCustomersTx func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, person kernel.PersonID) (int, error)
	// FlagStaffNumbersTx marks the files whose numbers turn out to be employees' (CUS-05).
	FlagStaffNumbersTx func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, hired []staff.Hired, now time.Time) error
	// SendCodeTx accepts a one-time code for sending by SMS.
	SendCodeTx func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m CodeMessage, now time.Time) error
	// InsertJobTx queues a job.
	InsertJobTx func(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error
}

// CodeMessage is a one-time code on its way to a person.
type CodeMessage struct {
	Keys   *secret.Keys // of the chain
	Store  kernel.StoreID
	Number kernel.Phone
	Name   string
	Code   string // the secret
}

// Deps are what the use cases stand on.
type Deps struct {
	DB      *db.Pool
	Numbers secret.Source
	Clock   kernel.Clock
	Log     *slog.Logger
	Tenants Tenants
	// Web calls the providers of chains (SSO); platform/outbound makes it.
	Web *http.Client
	// Passwords say which ones people may choose.
	Passwords staff.PasswordRules
	// KeyCalls is how many calls a minute any API key may make in this process;
	// 0: staff.DefaultKeyCalls.
	KeyCalls int32
	// Hashing is what a password's hash costs; nil: what OWASP asks for. Only tests
	// ask for less.
	Hashing *argon2id.Params
	// Platform is what the platform's own roles may, which no chain holds, gives or
	// changes. They pass casbin with the chain's.
	Platform []authz.Policy
}

// App is the context's use cases; AuthServer and StaffServer are its RPC
// services. It is the Authenticator of platform/rpc.
type App struct {
	Deps
	// Tables are the tables of rights, for the interceptors too.
	Tables *authz.Tables
	ports  Ports
	hasher hasher
	keys   sync.Map // SHA-256 of a secret as [32]byte → cachedKey
	meters sync.Map // kernel.UUID of a key → *meter
}

// New makes the context.
func New(d Deps) *App {
	if d.KeyCalls == 0 {
		d.KeyCalls = staff.DefaultKeyCalls
	}
	a := &App{Deps: d, hasher: newHasher(d.Hashing)}
	a.Tables = authz.NewTables(a.Policies)
	return a
}

// Use gives the ports to the right, whose contexts are made later. Without them
// people can be entered and posts given, but no accounts opened.
func (a *App) Use(p Ports) { a.ports = p }

// today is the business date at head office.
func (a *App) today(ctx context.Context, id kernel.TenantID) (kernel.BusinessDate, error) {
	chain, err := a.Tenants.Chain(ctx, id)
	if err != nil {
		return 0, err
	}
	return chain.BusinessDate(a.Clock.Now()), nil
}
