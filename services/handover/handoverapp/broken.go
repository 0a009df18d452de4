package handoverapp

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
)

// Withdraw breaks a case off that is not confirmed yet: by whoever may begin one
// for the giver. Faults: handover.not_found, handover.over, invalid_field.
func (a *App) Withdraw(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID, reason string) (handover.Handover, error) {
	row, err := a.find(ctx, grant, id)
	h := row.Handover()
	if err != nil {
		return h, err
	}
	me := grant.Person()
	if !grant.Covers(h.Store, h.Giver == me) {
		return h, handover.ErrNotFound // the receiver refuses
	}
	if h.Reason, err = handover.CheckReason(reason); err != nil {
		return h, err
	}
	if h.State == handover.Desk || !h.State.Holds() {
		return h, handover.ErrOver
	}
	s, err := a.forOffice(ctx, grant.Actor().Tenant, h.Store, now)
	if err != nil {
		return h, err
	}
	e := line("handover.withdrawn", h)
	e.Own = h.Giver == me
	return a.breakOff(ctx, s, h, h.State, handover.Withdrawn, by(grant, grant.Holder(h.Store, h.Giver == me)), e)
}

// sendBack is head office's no, which breaks a case.
func (a *App) sendBack(ctx context.Context, s setting, h handover.Handover, expected handover.State, reason string, w who) (handover.Handover, error) {
	var err error
	if h.Reason, err = handover.CheckReason(reason); err != nil {
		return h, err
	}
	return a.breakOff(ctx, s, h, expected, handover.Rejected, w, decided("handover.rejected", h))
}

// breakOff ends a case by hand and sends its files home (HND-05): by what is so once the
// case is held, for whoever has left by then gets nothing back.
func (a *App) breakOff(ctx context.Context, s setting, h handover.Handover, expected handover.State, end handover.End, w who, e audit.Entry) (handover.Handover, error) {
	err := a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := handoverdb.New(tx)
		row, err := q.LockCase(ctx, s.tenant, h.ID)
		if err != nil {
			return err
		}
		held := row.Handover()
		if held.State != expected || held.Store != h.Store {
			return handover.ErrOver
		}
		held.Reason = h.Reason
		present, _, err := posts(ctx, q, s, held.Giver)
		if err != nil {
			return err
		}
		if h, err = a.breakTx(ctx, tx, s, held, expected, end, w, present[held.Giver] != ""); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, s.tenant, s.now, e)
	})
	return h, err
}

// breakTx is HND-05: back to the giver if he still works there, else to head
// office's desk, where the files stay in handover for the days of the rule.
func (a *App) breakTx(ctx context.Context, tx pgx.Tx, s setting, h handover.Handover, expected handover.State, end handover.End, w who, giverWorks bool) (handover.Handover, error) {
	q := handoverdb.New(tx)
	h.State, h.End, h.StepOn, h.DueOn = handover.Home(giverWorks), end, s.today, nil
	act := handover.ActReturned
	if h.State == handover.Desk {
		h.DueOn, act = handover.Due(s.today, s.desk), handover.ActDesk
	}
	if err := move(ctx, q, s.tenant, expected, h); err != nil {
		return h, err
	}
	if h.State == handover.Ended {
		if err := a.ownership.LetGoTx(ctx, tx, s.tenant, h.ID, s.today); err != nil {
			return h, err
		}
	}
	if err := step(ctx, q, s.tenant, h, handover.Act(end), s.today, w, s.now); err != nil {
		return h, err
	}
	if err := step(ctx, q, s.tenant, h, act, s.today, who{}, s.now.Add(time.Millisecond)); err != nil { // ids sort by their moment
		return h, err
	}
	if h.State == handover.Desk {
		if err := a.tellOffice(ctx, tx, s, h, w); err != nil {
			return h, err
		}
	}
	return h, a.tell(ctx, tx, s.tenant, h, s.today, s.now, message.HandoverBroken, brokenFor(h, w, giverWorks)...)
}

// brokenFor are those whom the end of a case concerns, but for whoever ended it: the
// two, the giver while he works there, and who began it for him.
func brokenFor(h handover.Handover, w who, giverWorks bool) (people []kernel.PersonID) {
	all := []kernel.PersonID{h.Receiver, h.By}
	if giverWorks {
		all = append(all, h.Giver)
	}
	for _, p := range all {
		gone := p == h.Giver && !giverWorks
		if !gone && !slices.Contains(people, p) && (w.person == nil || *w.person != p) {
			people = append(people, p)
		}
	}
	return people
}

// clearTx lets go what lay on head office's desk long enough: LIF-05 acts.
func (a *App) clearTx(ctx context.Context, tx pgx.Tx, s setting, h handover.Handover) error {
	q := handoverdb.New(tx)
	h.State, h.StepOn, h.DueOn = handover.Ended, s.today, nil
	if err := move(ctx, q, s.tenant, handover.Desk, h); err != nil {
		return err
	}
	if err := a.ownership.LetGoTx(ctx, tx, s.tenant, h.ID, s.today); err != nil {
		return err
	}
	return step(ctx, q, s.tenant, h, handover.ActCleared, s.today, who{}, s.now)
}
