package visitapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
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
