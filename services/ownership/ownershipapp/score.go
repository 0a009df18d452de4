package ownershipapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// scoresOn says whether a day scores the month before it (QTA-04), and from which
// time on. A month before the chain's first day is nobody's.
func (a *App) scoresOn(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate, r tenant.Rules) (from time.Duration, scores bool, err error) {
	if from, scores = a.Scores.DueOn(day, r); !scores {
		return from, false, nil
	}
	q, first := ownershipdb.New(a.DB.Single(id)), day.Month().First()
	begun, err := q.BeganBefore(ctx, id, first, []string{})
	if err != nil || len(begun) > 0 {
		return from, true, err
	}
	began, err := a.firstDay(ctx, q, id) // where no other rule has runs
	return from, began != nil && *began < first, err
}

// scorer works a piece of a month's scores; it is prepared before the chunk's
// transaction begins.
type scorer func(ctx context.Context, tx pgx.Tx, after kernel.UUID, now time.Time) (ownership.Piece, error)

// prepare gives what a chunk of a kind needs from elsewhere; nil: nothing.
func (a *App) prepare(ctx context.Context, id kernel.TenantID, k ownership.Kind, day kernel.BusinessDate) (scorer, error) {
	switch k {
	case ownership.KindScore:
		return a.Scores.Begin(ctx, id, day)
	case ownership.KindHandover:
		return a.Handovers.Begin(ctx, id, day)
	default:
		return nil, nil
	}
}

// decideScore is QTA-04, or HND-05, over a chunk: quota or handover counts and
// writes, the ledger keeps how many. Its places are ids of people, or of cases.
func (a *App) decideScore(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	piece, err := c.score(ctx, tx, kernel.UUID(c.after), c.now)
	last := kernel.FileID(piece.Last)
	return &outcome{examined: piece.Examined, last: &last, piece: &piece}, err
}
