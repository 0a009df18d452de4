// Package auditapp is the use cases of the log of acts: sealing, verifying,
// reading and exporting it. What writes the lines is platform/audit.
package auditapp

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/db"
)

// Deps are what the use cases stand on.
type Deps struct {
	DB    *db.Pool
	Clock kernel.Clock
	Log   *slog.Logger
	// TenantIDs lists every chain.
	TenantIDs func(context.Context) ([]kernel.TenantID, error)
	// Zone is a chain's, for the times of exports.
	Zone func(context.Context, kernel.TenantID) (*time.Location, error)
	// RuleText gives a rule's field in words, if it is one.
	RuleText func(key string) (audit.Text, bool)
	// Tables are the tables of rights: guests' names are for who may read guests.
	Tables *authz.Tables
}

// Jobs is the queue (jobs.Client).
type Jobs interface {
	InsertTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error
}

// App is the context's use cases.
type App struct {
	Deps
	jobs Jobs
}

// New makes the context. Before KeepSealing it needs UseJobs.
func New(d Deps) *App { return &App{Deps: d} }

// UseJobs gives the queue, which is made after its workers are registered.
func (a *App) UseJobs(j Jobs) { a.jobs = j }
