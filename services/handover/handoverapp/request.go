package handoverapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/audit"
)

// Request is step (1): the giver, or the manager for him, confirms the slip; its
// files are in handover from then on (HND-06). Faults: handover.not_found (no right
// in the store), those of Request.Check, handover.no_checker, handover.not_owned,
// handover.in_handover, handover.in_custody, store_move.over.
func (a *App) Request(ctx context.Context, grant kernel.Grant, now time.Time, in handover.Request) (handover.Handover, error) {
	id, me := grant.Actor().Tenant, grant.Person()
	if !grant.Covers(in.Store, in.Giver == me) {
		return handover.Handover{}, handover.ErrNotFound
	}
	s, err := a.forOffice(ctx, id, in.Store, now)
	if err != nil {
		return handover.Handover{}, err
	}
	present, last, err := posts(ctx, a.read(id), s, in.Giver, in.Receiver)
	if err != nil {
		return handover.Handover{}, err
	}
	if err := in.Check(s.today, handover.People{GiverPost: present[in.Giver], ReceiverPost: present[in.Receiver], LastPost: last[in.Giver]}); err != nil {
		return handover.Handover{}, err
	}
	h := handover.Handover{
		ID: kernel.NewID[kernel.UUID](now), Store: in.Store, Giver: in.Giver, Receiver: in.Receiver, Kind: in.Kind, Scope: in.Scope(), Cause: in.Cause, State: handover.Requested,
		GiverPost: last[in.Giver], ReceiverPost: present[in.Receiver], Until: in.Until, StepOn: s.today, DueOn: handover.Due(s.today, s.accept), By: me,
	}
	if me != in.Giver {
		h.For = &in.Giver
	}
	if s.alone(h) {
		return handover.Handover{}, handover.ErrNoChecker
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		if err := a.requestTx(ctx, tx, s, &h, in); err != nil {
			return err
		}
		if err := a.tellOffice(ctx, tx, s, h, who{person: &me}); err != nil {
			return err
		}
		if me == in.Giver {
			return nil
		}
		return a.tell(ctx, tx, id, h, s.today, now, message.HandoverBegun, in.Giver)
	})
	return h, err
}

// requestTx holds the files and writes the case down.
func (a *App) requestTx(ctx context.Context, tx pgx.Tx, s setting, h *handover.Handover, in handover.Request) error {
	q, id := handoverdb.New(tx), s.tenant
	desks, err := q.DesksOf(ctx, id, h.Giver, h.Store)
	if err != nil {
		return err
	}
	// A case begun as its store ends is either seen by that end, and goes along, or told of it
	// (HND-08).
	if ends, err := q.EndOfStore(ctx, id, h.Store); err != nil {
		return err
	} else if len(ends) > 0 && handover.MoveState(ends[0]) == handover.MoveRunning {
		return handover.ErrMoveOver
	}
	files := in.Files
	if in.All {
		files = nil
	}
	held, err := a.ownership.HoldTx(ctx, tx, id, ownership.Holding{ID: h.ID, Store: h.Store, Giver: h.Giver, Position: h.GiverPost, Files: files, On: s.today, From: desks}, s.now)
	if err != nil {
		return err
	}
	rows := handoverdb.HeldColumns(id, h.ID, held)
	if kept, err := q.InCustody(ctx, id, rows.Files); err != nil {
		return err
	} else if kept {
		return handover.ErrInCustody
	}
	if h.Kind == handover.SamePost {
		if h.Seat, err = q.SeatOf(ctx, id, h.Giver, h.Store); err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
	}
	if h.No, err = q.NextNumber(ctx, id); err != nil {
		return err
	}
	h.Files = int32(len(held))
	if err := q.InsertHandover(ctx, handoverdb.InsertHandoverParams{
		TenantID: id, HandoverID: h.ID, No: h.No, StoreID: h.Store, GiverID: h.Giver, ReceiverID: h.Receiver, Kind: string(h.Kind), Scope: string(h.Scope), Cause: string(h.Cause),
		GiverPost: h.GiverPost, ReceiverPost: h.ReceiverPost, Seat: h.Seat, UntilOn: h.Until, Files: h.Files, StepOn: h.StepOn, DueOn: *h.DueOn,
		RequestedBy: &h.By, RequestedFor: h.For, Now: s.now,
	}); err != nil {
		return err
	}
	if err := q.InsertFiles(ctx, rows); err != nil {
		return err
	}
	if err := step(ctx, q, id, *h, handover.ActRequested, s.today, who{&h.By, h.For}, s.now); err != nil {
		return err
	}
	if err := a.emptyDesks(ctx, tx, s, desks); err != nil {
		return err
	}
	return audit.WriteTx(ctx, tx, id, s.now, line("handover.requested", *h))
}

// emptyDesks ends the cases on head office's desk that have no file left.
func (a *App) emptyDesks(ctx context.Context, tx pgx.Tx, s setting, desks []kernel.UUID) error {
	q := handoverdb.New(tx)
	for _, d := range desks {
		n, err := a.ownership.HoldsTx(ctx, tx, s.tenant, d)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		row, err := q.CaseByID(ctx, s.tenant, d)
		if err != nil {
			return err
		}
		h := row.Handover()
		h.State, h.End, h.StepOn, h.DueOn = handover.Ended, handover.Reassigned, s.today, nil
		if err := move(ctx, q, s.tenant, handover.Desk, h); err != nil {
			return err
		}
		if err := step(ctx, q, s.tenant, h, handover.Act(handover.Reassigned), s.today, who{}, s.now); err != nil {
			return err
		}
	}
	return nil
}
