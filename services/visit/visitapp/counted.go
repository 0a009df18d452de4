package visitapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// CountedTx gives the counted visits of files from a day on and before another,
// with their credits, as known at a cut-off (RUL-03), in no order. It reads the
// facts: for files of which something was learned since the cut-off. Of others
// visit_pub.fact says the same at a tenth of the cost; visit_pub.guest_activity
// tells them apart by changed_at.
func (a *App) CountedTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error) {
	return visitdb.Counted(ctx, tx, tenant, files, from, before, cutOff)
}

// LearnedTx says on which days and meals something of files was learned after a moment and
// up to a cut-off, and when last: what a correction names as its cause (RUL-09).
func (a *App) LearnedTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, since, cutOff time.Time) (map[kernel.FileID][]visit.Learned, error) {
	ids := make([]kernel.UUID, len(files))
	for i, f := range files {
		ids[i] = kernel.UUID(f)
	}
	rows, err := visitdb.New(tx).LearnedSince(ctx, visitdb.LearnedSinceParams{Since: since, CutOff: cutOff, TenantID: id, Files: ids})
	out := map[kernel.FileID][]visit.Learned{}
	for _, r := range rows {
		out[r.FileID] = append(out[r.FileID], visit.Learned{Date: r.BusinessDate, Meal: tenant.MealPeriod(r.MealPeriod), At: r.At})
	}
	return out, err
}
