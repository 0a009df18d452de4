package handoverapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/audit"
)

// Check is step (2): head office says the slip is right, with the name of the seat
// that passes where the posts are the same, or sends it back with a reason. Faults:
// handover.not_found, handover.own_case, handover.over, invalid_field.
func (a *App) Check(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID, approve bool, seat, reason string) (handover.Handover, error) {
	h, s, whom, err := a.office(ctx, grant, now, id)
	if err != nil {
		return h, err
	}
	if !approve {
		return a.sendBack(ctx, s, h, handover.Requested, reason, by(grant, whom))
	}
	if h.Seat, err = h.CheckSeat(seat); err != nil {
		return h, err
	}
	h.State, h.StepOn, h.DueOn = handover.Checked, s.today, handover.Due(s.today, s.accept)
	return h, a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := handoverdb.New(tx)
		if err := move(ctx, q, s.tenant, handover.Requested, h); err != nil {
			return err
		}
		if err := step(ctx, q, s.tenant, h, handover.ActChecked, s.today, by(grant, whom), now); err != nil {
			return err
		}
		if err := a.tell(ctx, tx, s.tenant, h, s.today, now, message.HandoverOffered, h.Receiver); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, s.tenant, now, decided("handover.checked", h))
	})
}

// Answer is step (3): the receiver accepts and is semi-linked: he sees the guests
// of the case and may book for them, and nothing else until head office has
// confirmed; or he refuses with a reason. Faults: handover.not_found,
// handover.not_receiver, handover.over, invalid_field.
func (a *App) Answer(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID, accept bool, reason string) (handover.Handover, error) {
	row, err := a.find(ctx, grant, id)
	h := row.Handover()
	if err != nil {
		return h, err
	}
	me := grant.Person()
	if h.Receiver != me {
		return h, handover.ErrNotReceiver
	}
	s, err := a.forOffice(ctx, grant.Actor().Tenant, h.Store, now)
	if err != nil {
		return h, err
	}
	if !accept {
		if h.Reason, err = handover.CheckReason(reason); err != nil {
			return h, err
		}
		e := line("handover.refused", h)
		e.Own = true
		return a.breakOff(ctx, s, h, handover.Checked, handover.Refused, who{person: &me}, e)
	}
	if h, err = stillReceives(ctx, a.read(s.tenant), s, h); err != nil {
		return h, err
	}
	h.State, h.StepOn, h.DueOn = handover.Accepted, s.today, handover.Due(s.today, s.accept)
	return h, a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := handoverdb.New(tx)
		if err := move(ctx, q, s.tenant, handover.Checked, h); err != nil {
			return err
		}
		if err := step(ctx, q, s.tenant, h, handover.ActAccepted, s.today, who{person: &me}, now); err != nil {
			return err
		}
		if err := a.tellOffice(ctx, tx, s, h, who{person: &me}); err != nil {
			return err
		}
		e := line("handover.accepted", h)
		e.Own = true
		return audit.WriteTx(ctx, tx, s.tenant, now, e)
	})
}

// Confirm is step (4): head office confirms, and the receiver is the referrer from
// this business day on: his ties begin where the giver's end, in this transaction.
// Or it sends the case back. Faults: handover.not_found, handover.own_case,
// handover.over, handover.nothing_left, invalid_field.
func (a *App) Confirm(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID, approve bool, reason string) (handover.Handover, error) {
	h, s, whom, err := a.office(ctx, grant, now, id)
	if err != nil {
		return h, err
	}
	if !approve {
		return a.sendBack(ctx, s, h, handover.Accepted, reason, by(grant, whom))
	}
	if h, err = stillReceives(ctx, a.read(s.tenant), s, h); err != nil {
		return h, err
	}
	me := grant.Person()
	h.State, h.StepOn, h.DueOn, h.ConfirmedOn = handover.Confirmed, s.today, nil, &s.today
	err = a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := handoverdb.New(tx)
		if err := move(ctx, q, s.tenant, handover.Accepted, h); err != nil {
			return err
		}
		passed, err := a.ownership.PassTx(ctx, tx, s.tenant, ownership.Passing{
			ID: h.ID, Case: h.ID, No: h.No, Store: h.Store, From: h.Giver, To: h.Receiver, On: s.today, By: &me, For: whom.Who(), RuleVersion: s.version,
		}, now)
		if err != nil {
			return err
		}
		// Once more: whoever closes his leaving waits for the ties from here on, and
		// whoever closed it before is seen (ACC-03).
		if _, err := stillReceives(ctx, q, s, h); err != nil {
			return err
		}
		ties := handoverdb.SetTiesParams{TenantID: s.tenant, HandoverID: h.ID}
		for _, p := range passed {
			ties.Files, ties.Ties = append(ties.Files, kernel.UUID(p.File)), append(ties.Ties, p.Tie)
		}
		if err := q.SetTies(ctx, ties); err != nil {
			return err
		}
		done := h
		done.Files = int32(len(passed)) // the step counts what really moved
		if err := step(ctx, q, s.tenant, done, handover.ActConfirmed, s.today, by(grant, whom), now); err != nil {
			return err
		}
		if err := a.tell(ctx, tx, s.tenant, h, s.today, now, message.HandoverReceived, h.Receiver); err != nil {
			return err
		}
		if err := a.tell(ctx, tx, s.tenant, h, s.today, now, message.HandoverMoved, h.Giver); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, s.tenant, now, decided("handover.confirmed", done))
	})
	return h, err
}

// office reads a case that somebody at head office may decide on, and for whom.
func (a *App) office(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (handover.Handover, setting, *kernel.Delegated, error) {
	row, err := a.find(ctx, grant, id)
	h := row.Handover()
	if err != nil {
		return h, setting{}, nil, err
	}
	whom, err := h.Decides(grant)
	if err != nil {
		return h, setting{}, nil, err
	}
	s, err := a.forOffice(ctx, grant.Actor().Tenant, h.Store, now)
	return h, s, whom, err
}

// stillReceives looks whether the receiver still works there in a post that may own
// files. Fault: invalid_field.
func stillReceives(ctx context.Context, q *handoverdb.Queries, s setting, h handover.Handover) (handover.Handover, error) {
	present, _, err := posts(ctx, q, s, h.Receiver)
	if err != nil {
		return h, err
	}
	if present[h.Receiver] == "" {
		return h, handover.ErrReceiverPost
	}
	h.ReceiverPost = present[h.Receiver]
	return h, nil
}
