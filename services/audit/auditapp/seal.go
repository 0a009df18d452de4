package auditapp

import (
	"context"
	"encoding/hex"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/audit/internal/auditdb"
	"github.com/changke/changke/services/kernel"
)

// Seal seals every line of a tenant that waits, in blocks of at most
// audit.MaxLines, each a transaction of its own, and gives how many blocks it
// made. Killed anywhere it leaves whole blocks; called twice at once, one seals.
// Lines that are committed meanwhile wait for the next time.
func (a *App) Seal(ctx context.Context, id kernel.TenantID) (blocks int, err error) {
	for {
		n, err := a.sealBlock(ctx, id)
		if err != nil || n == 0 {
			return blocks, err
		}
		blocks++
		if n < audit.MaxLines {
			return blocks, nil
		}
	}
}

func (a *App) sealBlock(ctx context.Context, id kernel.TenantID) (n int, err error) {
	var b audit.Block
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := auditdb.New(tx)
		if got, err := q.TrySealing(ctx, kernel.UUID(id)); err != nil || !got {
			return err
		}
		ids, err := q.TakeUnsealed(ctx, id, audit.MaxLines)
		if err != nil || len(ids) == 0 {
			return err
		}
		last, err := q.LastBlock(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			last.Hash, err = audit.Origin(), nil
		}
		if err != nil {
			return err
		}
		rows, err := q.LinesOf(ctx, id, ids)
		if err != nil {
			return err
		}
		n, b = len(rows), audit.Seal(id, last.No+1, last.Hash, auditdb.Lines(rows), a.Clock.Now())
		return q.InsertBlock(ctx, auditdb.NewBlock(id, b))
	})
	if err == nil && n > 0 {
		// Outside the database: whoever rewrites the whole chain there can't reach it.
		a.Log.InfoContext(ctx, "audit block sealed", "tenant", id, "block", b.No, "lines", n, "hash", hex.EncodeToString(b.Hash))
	}
	return n, err
}
