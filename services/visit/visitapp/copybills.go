package visitapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// CopyBillsTx records bills as an export shows them, which knows no revisions, in the
// caller's transaction: one that is as it was last is a Duplicate, a changed one
// becomes the next revision (VIS-07), and what the newest export says holds. A bill may
// stand in a batch once. Copies of a chain follow each other; what is Refused met a
// till that sent the same bill at that moment, and is to be tried again. The results
// and the revisions are in the order of the bills. As for RecordBillsTx, it must be
// the transaction's first write to visits.
func (a *App) CopyBillsTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, bills []visit.Bill, now time.Time) ([]visit.Result, []int32, error) {
	keys := make([]visit.BillKey, len(bills))
	for i, b := range bills {
		keys[i] = b.BillKey
	}
	newest, err := visitdb.NewestAlone(ctx, tx, tenant, keys)
	if err != nil {
		return nil, nil, err
	}
	next, revisions := make([]visit.Bill, len(bills)), make([]int32, len(bills))
	for i, b := range bills {
		b.Revision = 1
		if on, ok := newest[b.BillKey]; ok {
			if b.Revision = on.Revision; !on.Same(b) {
				b.Revision++
			}
		}
		next[i], revisions[i] = b, b.Revision
	}
	results, err := a.RecordBillsTx(ctx, tx, tenant, next, now)
	return results, revisions, err
}
