package ownershipapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// scoresOn says whether a day scores the month before it (QTA-04), and from which
// time on: a month's days are those of the rules on its first, so that no version that
// takes effect between them leaves scores without their last. A month before the
// chain's first day is nobody's.
func (a *App) scoresOn(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) (from time.Duration, scores bool, err error) {
	r, err := a.Tenants.Rules(ctx, id, day.Month().First())
	if err != nil {
		return 0, false, err
	}
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

// scoresKnow is the cut-off of scores that are due at a moment: that moment, so that an
// outage changes nothing in them, but never one before the chain of runs began, by
// which a chain that takes its past over knows it.
func (a *App) scoresKnow(ctx context.Context, id kernel.TenantID, due, now time.Time) (time.Time, error) {
	began, err := ownershipdb.New(a.DB.Single(id)).FirstRunAt(ctx, id)
	if err != nil || len(began) == 0 {
		return now, err
	}
	if began[0].After(due) {
		return began[0], nil
	}
	return due, nil
}

// scorer works a piece of a month's scores; it is prepared before the chunk's
// transaction begins.
type scorer = func(ctx context.Context, tx pgx.Tx, after kernel.UUID, at ownership.At) (ownership.Piece, error)

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
	piece, err := c.score(ctx, tx, kernel.UUID(c.after), ownership.At{CutOff: c.CutOff, Now: c.now})
	last := kernel.FileID(piece.Last)
	return &outcome{examined: piece.Examined, last: &last, piece: &piece}, err
}
