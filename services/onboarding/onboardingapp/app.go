// Package onboardingapp carries an import through: checked as a whole, staged,
// then published block by block through the ports of the contexts that own the
// rows. Interrupted before publishing it is discarded whole; after, it resumes
// at the block where it stood, for append-only facts are never taken back.
package onboardingapp

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
)

// Deps are what an import stands on; the ports run in the block's transaction.
type Deps struct {
	DB      *db.Pool
	Numbers secret.Source
	Clock   kernel.Clock
	Log     *slog.Logger

	Stores     func(ctx context.Context, tenant kernel.TenantID) ([]tenant.Store, error)
	PeopleByNo func(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID) (map[string]kernel.PersonID, error)

	Publish Ports
}

// App is the use cases of onboarding.
type App struct{ Deps }

// New makes the context.
func New(d Deps) *App { return &App{d} }

// Progress is told after every block.
type Progress func(step string, done, total int)
