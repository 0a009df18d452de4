// Package quotaapp is the use cases of quota: the scores of a month, which the
// chain of runs carries (QTA-04), and what people see of them: statements, the
// team's table, the preview of the running month, and all that stands behind a
// number. What a post asks for is decided in package quota; what was reached is
// counted by one statement.
package quotaapp

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// Deps are what the use cases stand on.
type Deps struct {
	DB      *db.Pool
	Clock   kernel.Clock
	Log     *slog.Logger
	Tenants Tenants
	Visits  Visits
	// FromGoLive scores nobody for a month by whose end his store is not live (RUL-06);
	// the replay of a past year leaves it out.
	FromGoLive bool
	// ChunkSize bounds how many posts one transaction scores; 0: 200,000, so that a
	// chain of a hundred thousand people reads its facts once.
	ChunkSize int
	// LateFiles bounds of how many files one transaction reads the facts, where something
	// was learned of them after a run's cut-off; 0: 10,000.
	LateFiles int
}

// Tenants is the port to tenant.
type Tenants interface {
	Chain(ctx context.Context, id kernel.TenantID) (tenant.Chain, error)
	Stores(ctx context.Context, id kernel.TenantID) ([]tenant.Store, error)
	Rules(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error)
}

// Visits is the port to visit.
type Visits interface {
	// KnownTx gives the counted visits of files from a day on and before another, with
	// their credits, as they were known at the cut-off: of files, and of those with which
	// they were ever merged, each under the file it was of.
	KnownTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error)
	// LearnedTx says on which days and meals something of files was learned after a
	// moment and up to a cut-off, and when last.
	LearnedTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, since, cutOff time.Time) (map[kernel.FileID][]visit.Learned, error)
	// LateBookingsTx gives the bookings of some days that ever counted for somebody, as
	// they were known at a moment and at a later cut-off.
	LateBookingsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, person kernel.PersonID, first, last kernel.BusinessDate, since, cutOff time.Time) ([]visit.LateBooking, error)
}

// App is the context's use cases.
type App struct{ Deps }

// New makes the context.
func New(d Deps) *App {
	if d.ChunkSize == 0 {
		d.ChunkSize = 200_000
	}
	if d.LateFiles == 0 {
		d.LateFiles = 10_000
	}
	return &App{d}
}
