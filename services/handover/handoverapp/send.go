package handoverapp

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
)

// Send is step (5): head office sends the standard message to every guest who was
// moved and is still the receiver's, all or none; with it the slip is complete (6).
// It is a service message, so it goes unless the guest took his consent to those
// back, which is looked at when it goes out (CUS-11). Faults:
// handover.not_found, handover.own_case, handover.over.
func (a *App) Send(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (handover.Handover, error) {
	h, s, whom, err := a.office(ctx, grant, now, id)
	if err != nil {
		return h, err
	}
	keys, err := a.Numbers.Keys(ctx, s.tenant)
	if err != nil {
		return h, err
	}
	moved, err := a.read(s.tenant).MovedFiles(ctx, s.tenant, h.ID)
	if err != nil {
		return h, err
	}
	files := make([]kernel.FileID, len(moved))
	for i, m := range moved {
		files[i] = m.FileID
	}
	guests, err := a.Files.NumbersOf(ctx, s.tenant, files)
	if err != nil {
		return h, err
	}
	names, err := a.names(ctx, s.tenant, h.Giver, h.Receiver)
	if err != nil {
		return h, err
	}
	h.State, h.StepOn = handover.Complete, s.today
	err = a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := handoverdb.New(tx)
		if err := move(ctx, q, s.tenant, handover.Confirmed, h); err != nil {
			return err
		}
		sent := handoverdb.SetMessagesParams{TenantID: s.tenant, HandoverID: h.ID}
		for _, f := range files {
			guest, ok := guests[f]
			if !ok {
				continue // erased meanwhile
			}
			params := map[string]string{message.ParamStore: s.store.Name, message.ParamGuest: guest.Name, message.ParamFormer: names[h.Giver].name, message.ParamHost: names[h.Receiver].name}
			if h.Until != nil {
				params[message.ParamDate] = monthDay(*h.Until)
			}
			m, err := a.Messages.QueueTx(ctx, tx, s.tenant, keys, message.New{Store: h.Store, Template: message.HandoverNotice, Params: params, Number: guest.Number}, now)
			if err != nil {
				return err
			}
			sent.Files, sent.Messages = append(sent.Files, kernel.UUID(f)), append(sent.Messages, m)
		}
		if err := q.SetMessages(ctx, sent); err != nil {
			return err
		}
		done := h
		done.Files = int32(len(sent.Files))
		if err := step(ctx, q, s.tenant, done, handover.ActSent, s.today, by(grant, whom), now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, s.tenant, now, decided("handover.sent", done))
	})
	return h, err
}

// BeginCheck is step (7) of one file: it opens the revision in which the receiver
// checks it, to submit it and have it reviewed (CUS-12). One that is open is a
// retry. Faults: handover.not_found, handover.not_receiver,
// handover.file_not_found, customer.revision_open.
func (a *App) BeginCheck(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID, file kernel.FileID) (handover.Handover, error) {
	row, err := a.find(ctx, grant, id)
	h, tenantID, me := row.Handover(), grant.Actor().Tenant, grant.Person()
	switch {
	case err != nil:
		return h, err
	case h.Receiver != me:
		return h, handover.ErrNotReceiver
	case !h.State.Moved():
		return h, handover.ErrOver
	}
	f, err := a.fileOf(ctx, tenantID, h, file)
	if err != nil {
		return h, err
	}
	if f.State == FileGone {
		return h, handover.ErrNotInCase
	}
	if f.State != FileToCheck {
		return h, nil
	}
	open, err := a.Files.HandoverCheck(ctx, tenantID, file, me, now)
	if err != nil {
		return h, err
	}
	return h, a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		revision, err := open(ctx, tx)
		if err != nil {
			return err
		}
		if err := handoverdb.New(tx).SetRevision(ctx, handoverdb.SetRevisionParams{TenantID: tenantID, HandoverID: h.ID, FileID: file, RevisionID: revision}); err != nil {
			return err
		}
		e := line("handover.file_begun", h)
		e.Own = true
		e.Object, e.ObjectID, e.Topic = "customer", file.String(), "handover"
		return audit.WriteTx(ctx, tx, tenantID, now, e)
	})
}

func monthDay(d kernel.BusinessDate) string {
	t := d.Time()
	return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
}
