package handoverapp

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

// casesAtOnce bounds how many cases one transaction of the chain looks at.
const casesAtOnce = 100

// Begin prepares HND-05 and HND-08 of a day: a port of ownership, whose chain of
// runs carries them. What it gives works a piece: the cases after an id.
func (a *App) Begin(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) (func(ctx context.Context, tx pgx.Tx, after kernel.UUID, at ownership.At) (ownership.Piece, error), error) {
	s := setting{tenant: id, today: day}
	if err := a.rule(ctx, &s, day); err != nil {
		return nil, err
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	s.stores = make(map[kernel.StoreID]string, len(stores))
	for _, st := range stores {
		s.stores[st.ID] = st.Name
	}
	// Only what may be broken comes to head office; a case that begins meanwhile is not on
	// its first day.
	open, err := a.read(id).StoresOfOpen(ctx, id)
	if err == nil && len(open) > 0 {
		s.office, err = a.officeDesk(ctx, id, a.Clock.Now(), open...)
	}
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx pgx.Tx, after kernel.UUID, at ownership.At) (ownership.Piece, error) {
		s := s
		s.now = at.Now
		return a.piece(ctx, tx, s, after)
	}, nil
}

func (a *App) piece(ctx context.Context, tx pgx.Tx, s setting, after kernel.UUID) (ownership.Piece, error) {
	rows, err := handoverdb.New(tx).DueHandovers(ctx, handoverdb.DueHandoversParams{TenantID: s.tenant, Positions: s.positions, Day: s.today, After: after, AtMost: casesAtOnce})
	p, digest := ownership.Piece{Examined: len(rows), Last: after, More: len(rows) == casesAtOnce}, sha256.New()
	if err != nil {
		return p, err
	}
	for _, r := range rows {
		h := r.Handover.Handover()
		s.store = tenant.Store{ID: h.Store}
		did, err := a.day(ctx, tx, s, h, r.GiverWorks, r.ReceiverWorks)
		if err != nil {
			return p, err
		}
		if did != "" {
			p.Decided++
			_, _ = fmt.Fprintf(digest, "%d %s\n", h.No, did) // a hash never fails
		}
		p.Last = h.ID
	}
	p.Digest = digest.Sum(nil)
	if p.More {
		return p, nil
	}
	move, due, err := a.movePiece(ctx, tx, s)
	if err != nil || !due {
		return p, err
	}
	p.Examined, p.Decided, p.More = p.Examined+move.Examined, p.Decided+move.Decided, true
	p.Digest = append(p.Digest, move.Digest...)
	return p, nil
}

// day does what a day brings for a case, and says what; empty: nothing.
func (a *App) day(ctx context.Context, tx pgx.Tx, s setting, h handover.Handover, giverWorks, receiverWorks bool) (handover.End, error) {
	if end := h.Broken(s.today, receiverWorks); end != "" {
		_, err := a.breakTx(ctx, tx, s, h, h.State, end, who{}, giverWorks)
		return end, err
	}
	switch {
	case h.Cleared(s.today):
		return handover.End(handover.ActCleared), a.clearTx(ctx, tx, s, h)
	case h.GivesBack(s.today, giverWorks, receiverWorks):
		return handover.GivenBack, a.giveBackTx(ctx, tx, s, h)
	case h.Keeps(s.today, giverWorks):
		return handover.Kept, a.overTx(ctx, tx, s, h, handover.Kept)
	}
	return "", nil
}

// giveBackTx ends a custody: what is still the receiver's by it is the giver's
// again, from the old starts (HND-08).
func (a *App) giveBackTx(ctx context.Context, tx pgx.Tx, s setting, h handover.Handover) error {
	rows, err := handoverdb.New(tx).MovedFiles(ctx, s.tenant, h.ID)
	if err != nil {
		return err
	}
	ties := make([]ownership.Resumed, len(rows))
	for i, r := range rows {
		ties[i] = ownership.Resumed{Tie: r.TieID, Since: r.SinceOn, Former: r.FormerOn}
	}
	if len(ties) > 0 {
		_, err := a.ownership.GiveBackTx(ctx, tx, s.tenant, ownership.Passing{
			ID: kernel.NewID[kernel.UUID](s.now), Case: h.ID, No: h.No, Store: h.Store, From: h.Receiver, To: h.Giver, On: s.today, RuleVersion: s.version,
		}, ties, s.now)
		if err != nil {
			return err
		}
	}
	h.Files = int32(len(ties))
	return a.overTx(ctx, tx, s, h, handover.GivenBack)
}

// overTx writes that a custody is over.
func (a *App) overTx(ctx context.Context, tx pgx.Tx, s setting, h handover.Handover, end handover.End) error {
	q, was, back := handoverdb.New(tx), h.State, h
	files, err := q.CaseByID(ctx, s.tenant, h.ID)
	if err != nil {
		return err
	}
	h.State, h.End, h.StepOn, h.Files = handover.Ended, end, s.today, files.Files
	if err := move(ctx, q, s.tenant, was, h); err != nil {
		return err
	}
	if err := step(ctx, q, s.tenant, back, handover.Act(end), s.today, who{}, s.now); err != nil {
		return err
	}
	return a.tell(ctx, tx, s.tenant, h, s.today, s.now, message.CustodyOver, h.Giver, h.Receiver)
}
