// Package onboardingapp carries an import through: checked as a whole, staged,
// then published block by block through the ports of the contexts that own the
// rows. Interrupted before publishing it is discarded whole; after, it resumes
// at the block where it stood, for append-only facts are never taken back.
package onboardingapp

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// Jobs is the queue.
type Jobs interface {
	InsertTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error
}

// Deps are what an import stands on; the ports run in the block's transaction.
type Deps struct {
	DB      *db.Pool
	Numbers secret.Source
	Clock   kernel.Clock
	Log     *slog.Logger

	Stores     func(ctx context.Context, tenant kernel.TenantID) ([]tenant.Store, error)
	PeopleByNo func(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID) (map[string]kernel.PersonID, error)
	PostsByNo  func(ctx context.Context, tenant kernel.TenantID, nos []string) (map[string][]staff.Post, error)

	TenantIDs func(ctx context.Context) ([]kernel.TenantID, error)
	Chain     func(ctx context.Context, tenant kernel.TenantID) (tenant.Chain, error)
	Template  func(ctx context.Context, tenant kernel.TenantID) (customer.Template, error)
	// Everyone lists the staff, those who left too.
	Everyone func(ctx context.Context, tenant kernel.TenantID) ([]staff.Listed, error)
	Names    func(ctx context.Context, tenant kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error)
	// EmployedTx says which of some numbers are an employee's (CUS-05).
	EmployedTx func(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, numberKeys [][]byte, today kernel.BusinessDate) (map[string]bool, error)
	// OnFileTx says which numbers of stores are on file for good, and since when
	// (CUS-10); stores and numbers lie side by side.
	OnFileTx func(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, stores []kernel.StoreID, numberKeys [][]byte) (map[int]kernel.BusinessDate, error)

	Publish Ports
	// Visits records what exports of tills hold; Rules gives the meal periods.
	Visits Visits
	Rules  Rules
}

// App is the use cases of onboarding.
type App struct {
	Deps
	jobs Jobs
}

// New makes the context.
func New(d Deps) *App { return &App{Deps: d} }

// UseJobs gives the queue, which is made after the workers.
func (a *App) UseJobs(j Jobs) { a.jobs = j }

// Progress is told after every block.
type Progress func(step string, done, total int)
