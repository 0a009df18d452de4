package ownershipapp

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// MergeTiesTx gives the guest of two files one owner: a port of customer. The
// survivor's tie goes on as it is, or, where the merged file's owner keeps the
// guest, ends and his begins today; the merged file's tie ends. Days that were
// judged before stay judged. Whoever loses a guest has a decision about it.
// Faults: merge.no_owner, merge.open_offer.
func (a *App) MergeTiesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.TieMerge, now time.Time) (out customer.MergedTies, err error) {
	q := ownershipdb.New(tx)
	if err := notOffered(ctx, q, id, m); err != nil {
		return out, err
	}
	survivor, err := openTie(ctx, q, id, m.Survivor)
	if err != nil {
		return out, err
	}
	merged, err := openTie(ctx, q, id, m.Merged)
	if err != nil {
		return out, err
	}
	out = customer.MergedTies{SurvivorOwner: ownerOf(survivor), MergedOwner: ownerOf(merged)}
	switch out.After = out.SurvivorOwner; {
	case m.FromMerged && merged == nil:
		return out, customer.ErrMergeNoOwner
	case m.FromMerged:
		out.After = out.MergedOwner
	}
	if merged != nil {
		if err := a.EndTieTx(ctx, tx, id, m.Merged, m.On, m.ID); err != nil {
			return out, err
		}
	}
	if same(out.SurvivorOwner, out.After) {
		if same(out.MergedOwner, out.After) || merged == nil {
			return out, nil
		}
		return out, decideMerge(ctx, q, id, m, m.Survivor, m.Merged, out.MergedOwner, out.After, now)
	}
	if survivor != nil {
		if err := a.EndTieTx(ctx, tx, id, m.Survivor, m.On, m.ID); err != nil {
			return out, err
		}
	}
	on := m.On
	if survivor != nil {
		on = max(on, survivor.StartOn)
	}
	if err := a.TieTx(ctx, tx, id, m.Survivor, m.Store, *out.After, on, string(ownership.OriginMerge), nil, now); err != nil {
		return out, err
	}
	return out, decideMerge(ctx, q, id, m, m.Survivor, m.Merged, out.SurvivorOwner, out.After, now)
}

// UnmergeTiesTx gives the ties back that a merging ended, from their old starts: a
// port of customer. What became of the survivor's tie since stays, but for the
// merging's own; an owner who has left since gets nothing back. It says whose
// the files are then.
func (a *App) UnmergeTiesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.TieMerge, now time.Time) (out customer.MergedTies, err error) {
	q := ownershipdb.New(tx)
	if err := notOffered(ctx, q, id, m); err != nil {
		return out, err
	}
	ended, err := q.TiesEndedBy(ctx, id, ownershipdb.UUIDs([]kernel.FileID{m.Survivor, m.Merged}), m.ID)
	if err != nil {
		return out, err
	}
	open, err := q.OpenTieOrigin(ctx, id, m.Survivor)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
	case err != nil:
		return out, err
	default:
		out.SurvivorOwner = &open.ReferrerID
	}
	out.After = out.SurvivorOwner
	byMerge := err == nil && open.Origin == string(ownership.OriginMerge)
	undo := kernel.NewID[kernel.UUID](now)
	if byMerge {
		if err := a.EndTieTx(ctx, tx, id, m.Survivor, m.On, undo); err != nil {
			return out, err
		}
		out.After = nil
	}
	act := m
	act.ID = undo
	for _, t := range ended {
		if t.FileID == m.Survivor && !byMerge {
			continue
		}
		if works, err := q.WorksOn(ctx, id, t.ReferrerID, m.On); err != nil {
			return out, err
		} else if !works {
			continue
		}
		back := ownership.NewTie{File: t.FileID, Store: m.Store, Referrer: t.ReferrerID, Start: t.StartOn, Former: t.FormerOn}
		if err := a.TiesTx(ctx, tx, id, []ownership.NewTie{back}, ownership.OriginUnmerge, nil, now); err != nil {
			return out, err
		}
		if err := q.ResumeTies(ctx, m.On, id, []kernel.UUID{kernel.UUID(t.FileID)}); err != nil { // till then the tie before it tells
			return out, err
		}
		if t.FileID == m.Survivor {
			out.After = &t.ReferrerID
			continue
		}
		out.MergedOwner = &t.ReferrerID
		if err := decideUnmerge(ctx, q, id, m, act, m.Merged, m.Survivor, nil, out.MergedOwner, now); err != nil {
			return out, err
		}
	}
	if !same(out.SurvivorOwner, out.After) {
		return out, decideUnmerge(ctx, q, id, m, act, m.Survivor, m.Merged, out.SurvivorOwner, out.After, now)
	}
	return out, nil
}

// notOffered refuses files that are being offered to somebody or whose loss is being
// appealed (LIF-14), or that are handed over (HND-06). Their ties are held.
func notOffered(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, m customer.TieMerge) error {
	for _, file := range []kernel.FileID{m.Survivor, m.Merged} {
		switch _, err := q.OpenOfferOfFile(ctx, id, file); {
		case err == nil:
			return customer.ErrMergeOffer
		case !errors.Is(err, pgx.ErrNoRows):
			return err
		}
		held, err := q.InHandover(ctx, id, file)
		if err == nil && held {
			err = ownership.ErrInHandover
		}
		if err != nil {
			return err
		}
		if appealed, err := q.Appealed(ctx, id, file); err != nil || appealed {
			return cmp.Or(err, error(customer.ErrMergeAppeal))
		}
	}
	return nil
}

func openTie(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, file kernel.FileID) (*ownershipdb.OpenTieRow, error) {
	t, err := q.OpenTie(ctx, id, file)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &t, err
}

func ownerOf(t *ownershipdb.OpenTieRow) *kernel.PersonID {
	if t == nil {
		return nil
	}
	return &t.ReferrerID
}

func same(a, b *kernel.PersonID) bool { return a == b || a != nil && b != nil && *a == *b }

// decideMerge writes that a file's owner changed by a merging (RUL-05).
func decideMerge(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, m customer.TieMerge, file, other kernel.FileID, from, to *kernel.PersonID, now time.Time) error {
	e := ownership.MergeEvidence{
		Merge: m.ID, Other: other, By: m.By, For: m.For, ApprovedOn: m.ApprovedOn,
		Before: [2]int32{m.Visits.Survivor.Count, m.Visits.Merged.Count}, After: m.Visits.After.Count,
	}
	return decidedByHand(ctx, q, id, m, file, from, to, e, now)
}

func decideUnmerge(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, m, act customer.TieMerge, file, other kernel.FileID, from, to *kernel.PersonID, now time.Time) error {
	e := ownership.MergeEvidence{Merge: m.ID, Other: other, By: m.By, For: m.For, Undone: true, ApprovedOn: m.ApprovedOn}
	return decidedByHand(ctx, q, id, act, file, from, to, e, now)
}

func decidedByHand(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, m customer.TieMerge, file kernel.FileID, from, to *kernel.PersonID, e ownership.MergeEvidence, now time.Time) error {
	evidence, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return q.InsertDecision(ctx, ownershipdb.InsertDecisionParams{
		TenantID: id, DecisionID: kernel.NewID[kernel.UUID](now), RunID: m.ID, FileID: file, StoreID: m.Store, Rule: string(ownership.KindMerge), RuleVersion: m.RuleVersion,
		EffectiveOn: m.On, FromID: from, ToID: to, Evidence: evidence, CreatedAt: now,
	})
}
