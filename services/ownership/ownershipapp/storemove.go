package ownershipapp

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// MoveStoreTx takes the ties of files to another store, in the transaction that moves
// the files (HND-08): a port of handover. The tie of a referrer who goes along stays
// the same tie, so none of its clocks begins anew; one that passes to a receiver keeps
// its start, and holds and is judged from the day on. Each has a decision. Offers,
// appeals and proposed corrections go along.
func (a *App) MoveStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m ownership.StoreMove, movers []ownership.StoreMover, now time.Time) (out ownership.StoreMoved, err error) {
	q, of, files := ownershipdb.New(tx), map[kernel.FileID]ownership.StoreMover{}, make([]kernel.UUID, len(movers))
	along := []kernel.UUID{}
	for i, x := range movers {
		if of[x.File], files[i] = x, kernel.UUID(x.File); x.Twin == nil && !x.Waits {
			along = append(along, kernel.UUID(x.File))
		}
	}
	rows, err := q.TiesToMove(ctx, id, files)
	if err != nil {
		return out, err
	}
	s := storeMoving{app: a, tx: tx, q: q, tenant: id, StoreMove: m, now: now}
	for _, r := range rows {
		if err := s.tie(of[r.FileID], r); err != nil {
			return out, err
		}
	}
	if err := s.write(ctx); err != nil {
		return out, err
	}
	to := kernel.UUID(m.To)
	for _, move := range []func(context.Context, kernel.UUID, kernel.TenantID, []kernel.UUID) error{q.MoveOffers, q.MoveAppeals, q.MoveProposals} {
		if err := move(ctx, to, id, along); err != nil {
			return out, err
		}
	}
	return ownership.StoreMoved{Kept: len(s.kept), Passed: len(s.begin), Ended: len(s.end.TieIds) - len(s.begin)}, nil
}

// storeMoving collects what becomes of the ties of a block.
type storeMoving struct {
	ownership.StoreMove
	app       *App
	tx        pgx.Tx
	q         *ownershipdb.Queries
	tenant    kernel.TenantID
	now       time.Time
	kept      []kernel.UUID
	waits     []kernel.UUID
	end       ownershipdb.EndTiesByHandParams
	begin     []ownership.NewTie
	freed     []customer.Owner
	decisions []ownershipdb.Decision
}

// tie decides on one: it goes along, passes to another, goes over to the guest's file
// there, or ends because that one has a referrer.
func (s *storeMoving) tie(x ownership.StoreMover, r ownershipdb.TiesToMoveRow) error {
	if x.Waits {
		if r.HoldID == nil {
			s.waits = append(s.waits, r.TieID)
		}
		return nil
	}
	to := r.ReferrerID
	if x.Receiver != nil {
		to = *x.Receiver
	}
	e := ownership.StoreMoveEvidence{Move: s.ID, From: s.Names[0], To: s.Names[1], Merged: s.Merged, Start: r.StartOn, Twin: x.Twin, Gone: x.Twin != nil && !x.TwinFree}
	evidence, err := json.Marshal(e)
	if err != nil {
		return err
	}
	d := ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](s.now), File: r.FileID, Store: s.To, From: r.ReferrerID, To: to, Evidence: evidence}
	next := ownership.NewTie{File: r.FileID, Store: s.To, Referrer: to, Start: r.StartOn, Former: r.FormerOn}
	switch {
	case x.Twin == nil && to == r.ReferrerID:
		s.kept = append(s.kept, r.TieID)
		s.decisions = append(s.decisions, d)
		return nil
	case e.Gone:
		d.To = kernel.PersonID{}
	case x.Twin != nil:
		d.File, next.File = *x.Twin, *x.Twin
		s.begin = append(s.begin, next)
	default:
		s.begin = append(s.begin, next)
	}
	if x.Twin != nil {
		s.freed = append(s.freed, customer.Owner{File: r.FileID, Ends: true})
	}
	s.end.TieIds, s.end.DecisionIds = append(s.end.TieIds, r.TieID), append(s.end.DecisionIds, d.ID)
	s.decisions = append(s.decisions, d)
	return nil
}

func (s *storeMoving) write(ctx context.Context) error {
	if len(s.waits) > 0 {
		if err := s.q.HoldTies(ctx, ownershipdb.HoldTiesParams{HoldID: s.ID, TenantID: s.tenant, TieIds: s.waits, FromOn: s.On, Now: s.now}); err != nil {
			return err
		}
	}
	if len(s.decisions) == 0 {
		return nil
	}
	d := ownershipdb.Columns(ownership.RuleStoreMove, s.decisions)
	d.TenantID, d.RunID, d.RuleVersion, d.EffectiveOn, d.CreatedAt = s.tenant, s.ID, s.RuleVersion, s.On, s.now
	if err := s.q.InsertDecisions(ctx, d); err != nil {
		return err
	}
	if err := s.q.MoveTies(ctx, kernel.UUID(s.To), s.tenant, s.kept); err != nil {
		return err
	}
	if err := s.q.FreeMoved(ctx, ownershipdb.FreeMovedParams{TenantID: s.tenant, TieIds: s.kept, MoveID: s.ID, ToOn: s.On}); err != nil {
		return err
	}
	if err := s.q.MoveHolds(ctx, kernel.UUID(s.To), s.tenant, s.kept); err != nil {
		return err
	}
	if len(s.end.TieIds) == 0 {
		return nil
	}
	if err := s.q.EndHoldsOfTies(ctx, s.On, s.tenant, s.end.TieIds); err != nil {
		return err
	}
	s.end.TenantID, s.end.EndOn = s.tenant, s.On
	if _, err := s.q.EndTiesByHand(ctx, s.end); err != nil {
		return err
	}
	if err := s.app.Files.SetOwnerTx(ctx, s.tx, s.tenant, s.freed); err != nil {
		return err
	}
	if err := s.app.TiesTx(ctx, s.tx, s.tenant, s.begin, ownership.OriginHandover, nil, s.now); err != nil {
		return err
	}
	for _, t := range s.begin {
		if err := s.app.resumeTx(ctx, s.tx, s.tenant, []kernel.UUID{kernel.UUID(t.File)}, t.Referrer, max(s.On, t.Start)); err != nil {
			return err
		}
	}
	return nil
}

// TellStoreMoveTx tells everybody whose guests a move took to another store, or gave
// him, once, in the words of his first decision. A port of handover.
func (a *App) TellStoreMoveTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, move kernel.UUID, on kernel.BusinessDate, now time.Time) error {
	rows, err := ownershipdb.New(tx).StoreMoveTold(ctx, id, move)
	if err != nil {
		return err
	}
	notes := make([]message.Note, len(rows))
	for i, r := range rows {
		notes[i] = message.Note{Person: kernel.PersonID(r.PersonID), Kind: message.StoreMoved, File: kernel.FileID(r.FirstFile), On: on, Decision: r.DecisionID, More: int(r.Files) - 1}
	}
	return a.Inbox.NoteTx(ctx, tx, id, notes, now)
}
