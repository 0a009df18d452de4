package auditapp

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/audit/internal/auditdb"
	"github.com/changke/changke/services/kernel"
)

// Verified is how a tenant's log was found.
type Verified struct {
	Blocks, Lines int64          // that hold
	Hash          []byte         // of the last block; Origin without any
	Waiting       int64          // lines not sealed yet, at most 100,000 are counted
	Finding       *audit.Finding // nil: everything holds
}

// Anchor is a block's hash that was kept elsewhere.
type Anchor struct {
	Block int64
	Hash  []byte
}

// Verify walks the whole chain of a tenant and compares each block with the one
// before, with its lines, and with the anchors; then it looks for lines that no
// block holds. It stops at the first place that does not hold.
func (a *App) Verify(ctx context.Context, id kernel.TenantID, anchors []Anchor) (Verified, error) {
	v := Verified{Hash: audit.Origin()}
	q := auditdb.New(a.DB.Single(id))
	for more := true; more && v.Finding == nil; {
		rows, err := q.Blocks(ctx, id, v.Blocks)
		if err != nil {
			return v, err
		}
		more = len(rows) > 0
		for _, r := range rows {
			b := r.Block()
			lines, err := q.LinesOf(ctx, id, b.Lines)
			if err != nil {
				return v, err
			}
			if v.Finding = b.Check(id, v.Blocks, v.Hash, auditdb.Lines(lines)); v.Finding != nil {
				break
			}
			v.Blocks, v.Lines, v.Hash = b.No, v.Lines+int64(len(lines)), b.Hash
			for _, kept := range anchors {
				if kept.Block == b.No && !bytes.Equal(kept.Hash, b.Hash) {
					v.Finding = &audit.Finding{What: audit.Changed, Block: b.No, Says: "its hash is not the one kept elsewhere: the chain was made anew"}
				}
			}
		}
	}
	for _, kept := range anchors {
		if v.Finding == nil && kept.Block > v.Blocks {
			v.Finding = &audit.Finding{What: audit.Missing, Block: v.Blocks + 1, Says: fmt.Sprintf("a hash of block %d is kept elsewhere, and the chain ends here", kept.Block)}
		}
	}
	if v.Finding == nil {
		if err := loose(ctx, q, id, &v); err != nil {
			return v, err
		}
	}
	var err error
	v.Waiting, err = q.CountUnsealed(ctx, id)
	return v, err
}

// loose looks for lines that came in or went beside the chain.
func loose(ctx context.Context, q *auditdb.Queries, id kernel.TenantID, v *Verified) error {
	added, err := q.FirstLoose(ctx, id)
	if err != nil {
		return err
	}
	gone, err := q.FirstGone(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case len(added) > 0:
		v.Finding = &audit.Finding{What: audit.Added, Line: added[0], Says: "no block holds the line, and it does not wait for one"}
	case len(gone) > 0:
		v.Finding = &audit.Finding{What: audit.Missing, Line: gone[0], Says: "the line waited for its block and is gone"}
	}
	return nil
}

// Check verifies a tenant's log and keeps what was found for the console.
func (a *App) Check(ctx context.Context, id kernel.TenantID) error {
	v, err := a.Verify(ctx, id, nil)
	if err != nil {
		return err
	}
	words := ""
	if v.Finding != nil {
		words = v.Finding.Error()
		a.Log.ErrorContext(ctx, "the audit log does not hold", "tenant", id, "finding", words)
	}
	return auditdb.New(a.DB.Single(id)).PutCheck(ctx, auditdb.PutCheckParams{TenantID: id, CheckedAt: a.Clock.Now(), ThroughBlock: v.Blocks, Finding: words})
}

// Seals is how far a tenant's log is sealed and when it was last compared.
type Seals struct {
	Block   auditdb.LastBlockRow // No 0: nothing sealed yet
	Check   *auditdb.LastCheckRow
	Waiting int64
}

// Seals tells how a log stands.
func (a *App) Seals(ctx context.Context, id kernel.TenantID) (s Seals, err error) {
	q := auditdb.New(a.DB.Single(id))
	if s.Block, err = q.LastBlock(ctx, id); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return s, err
	}
	check, err := q.LastCheck(ctx, id)
	if err == nil {
		s.Check = &check
	} else if !errors.Is(err, pgx.ErrNoRows) {
		return s, err
	}
	s.Waiting, err = q.CountUnsealed(ctx, id)
	return s, err
}

// String tells what was found in one line, which can be kept elsewhere and given
// as an anchor later.
func (v Verified) String() string {
	return fmt.Sprintf("block %d %s, %d lines sealed, %d waiting", v.Blocks, hex.EncodeToString(v.Hash), v.Lines, v.Waiting)
}
