package ownershipapp

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/audit"
)

// verdictOn is a decision on an appeal that is being taken.
type verdictOn struct {
	row     ownershipdb.AppealRow
	loss    ownershipdb.LossRow
	c       contested
	granted bool
	by      kernel.PersonID
	whom    *kernel.PersonID // whose delegate he was
	box     []byte
}

// DecideAppeal grants or refuses an appeal, exactly once (LIF-11). Granted: the
// guest is his former referrer's again, from the old start of the tie; a newer tie
// ends today, and whoever was taking the guest on has lost him. Both are told; a
// decision says so on the file. Faults: appeal.not_found, appeal.over, appeal.own
// (ROL-04), appeal.head_office (LIF-14), appeal.not_in_post, appeal.no_standing,
// invalid_field at "reason".
func (a *App) DecideAppeal(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID, granted bool, reason string) error {
	reason, err := ownership.Statement("reason", reason)
	if err != nil {
		return err
	}
	row, err := a.appeal(ctx, grant, id)
	if err != nil {
		return err
	}
	tenantID := grant.Actor().Tenant
	v := verdictOn{row: row, granted: granted, by: grant.Person()}
	whom, err := appealOf(row).Decide(grant, granted)
	if err != nil {
		return err
	}
	v.whom = whom.Who()
	if v.loss, err = ownershipdb.New(a.DB.Single(tenantID)).Loss(ctx, tenantID, row.Appeal.DecisionID, row.Appeal.PersonID); err != nil {
		return err
	}
	if v.c, err = a.contested(ctx, tenantID, v.loss, now); err != nil {
		return err
	}
	keys, err := a.Numbers.Keys(ctx, tenantID)
	if err != nil {
		return err
	}
	texts, err := ownershipdb.OpenTexts(keys, id, row.Appeal.TextsBox)
	if err != nil {
		return err
	}
	texts.Decision = reason
	if v.box, err = ownershipdb.SealTexts(keys, id, texts); err != nil {
		return err
	}
	return a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error { return a.decideAppealTx(ctx, tx, tenantID, grant, v, now) })
}

func (a *App) decideAppealTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, grant kernel.Grant, v verdictOn, now time.Time) error {
	q, x := ownershipdb.New(tx), v.row.Appeal
	state, action := ownership.AppealRefused, "appeal.refused"
	if v.granted {
		state, action = ownership.AppealGranted, "appeal.granted"
	}
	n, err := q.EndAppeal(ctx, ownershipdb.EndAppealParams{TenantID: id, AppealID: x.AppealID, State: string(state), TextsBox: v.box, Now: now, DecidedBy: &v.by, DecidedFor: v.whom})
	if err == nil && n == 0 {
		err = ownership.ErrAppealOver
	}
	if err != nil {
		return err
	}
	decision := kernel.NewID[kernel.UUID](now)
	told := []kernel.PersonID{x.PersonID}
	var from, to *kernel.PersonID
	if v.granted {
		lost, others, err := a.restoreTx(ctx, tx, id, grant, v, decision, now)
		if err != nil {
			return err
		}
		from, to, told = lost, &x.PersonID, append(told, others...)
	}
	if err := insertVerdict(ctx, q, id, v, decision, from, to, now); err != nil {
		return err
	}
	notes := make([]message.Note, 0, len(told))
	for _, p := range told {
		notes = append(notes, message.Note{Person: p, Kind: message.AppealDecided, File: x.FileID, On: v.c.today, Decision: decision})
	}
	if err := a.Inbox.NoteTx(ctx, tx, id, notes, now); err != nil {
		return err
	}
	entry := appealLine(action, x.AppealID, x.StoreID)
	entry.Concerned = appealOf(v.row).Concerns
	return audit.WriteTx(ctx, tx, id, now, entry)
}

func insertVerdict(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, v verdictOn, decision kernel.UUID, from, to *kernel.PersonID, now time.Time) error {
	x := v.row.Appeal
	var refs []ownership.Visit
	if err := json.Unmarshal(x.Visits, &refs); err != nil {
		return err
	}
	evidence, err := json.Marshal(ownership.AppealEvidence{
		Appeal: x.AppealID, Against: x.DecisionID, Rule: v.loss.Rule, LostOn: v.loss.EffectiveOn, Since: v.loss.StartOn, Person: x.PersonID,
		Granted: v.granted, By: v.by, For: v.whom, Visits: len(refs),
	})
	if err != nil {
		return err
	}
	return q.InsertDecision(ctx, ownershipdb.InsertDecisionParams{
		TenantID: id, DecisionID: decision, RunID: x.AppealID, FileID: x.FileID, StoreID: x.StoreID, Rule: string(ownership.KindAppeal), RuleVersion: v.c.rules.Version,
		EffectiveOn: v.c.today, FromID: from, ToID: to, Evidence: evidence, CreatedAt: now, Visits: x.Visits,
	})
}

// restoreTx gives a guest back to who lost him. What was is never rewritten
// (HND-03): the new row has the old start, but holds and is judged from where the
// last one of the file ended, so that no day has two owners and the next run does
// not end it on the same facts. It says who lost the guest with
// it, and whom else it concerns.
func (a *App) restoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, grant kernel.Grant, v verdictOn, decision kernel.UUID, now time.Time) (from *kernel.PersonID, others []kernel.PersonID, err error) {
	q, x := ownershipdb.New(tx), v.row.Appeal
	if !standingOf(v.loss.FileState) {
		return nil, nil, ownership.ErrAppealFile
	}
	if err := q.HoldFiles(ctx, id, []kernel.UUID{kernel.UUID(x.FileID)}); err != nil {
		return nil, nil, err
	}
	open, err := openTie(ctx, q, id, x.FileID)
	if err != nil {
		return nil, nil, err
	}
	if open != nil { // judged once more, now that it is held: it may have begun since the page was read
		now := appealOf(v.row)
		now.Owner = &open.ReferrerID
		if _, err := now.Decide(grant, true); err != nil {
			return nil, nil, err
		}
		if _, err := q.EndTie(ctx, ownershipdb.EndTieParams{TenantID: id, TieID: open.TieID, EndOn: v.c.today, Cause: decision}); err != nil {
			return nil, nil, err
		}
		from, others = &open.ReferrerID, append(others, open.ReferrerID)
	}
	offers, err := q.EndOpenOffer(ctx, now, id, x.FileID)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range offers {
		if o.RevisionID != nil {
			if err := a.Files.WithdrawRevisionTx(ctx, tx, id, *o.RevisionID); err != nil {
				return nil, nil, err
			}
		}
		if o.PersonID != x.PersonID && !slices.Contains(others, o.PersonID) {
			others = append(others, o.PersonID)
		}
	}
	end, err := q.LastEnd(ctx, id, x.FileID)
	if err != nil {
		return nil, nil, err
	}
	back := ownership.NewTie{File: x.FileID, Store: x.StoreID, Referrer: x.PersonID, Start: v.loss.StartOn}
	if v.loss.FormerOn != nil {
		back.Former = *v.loss.FormerOn
	}
	if err := a.TiesTx(ctx, tx, id, []ownership.NewTie{back}, ownership.OriginAppeal, nil, now); errors.Is(err, ownership.ErrAlreadyOwned) {
		return nil, nil, ownership.ErrAppealOver
	} else if err != nil {
		return nil, nil, err
	}
	if err := a.stillWorks(ctx, q, id, x.PersonID, x.StoreID, v.c.today, a.Owning(v.c.rules), ownership.ErrAppealPost); err != nil {
		return nil, nil, err
	}
	return from, others, a.resumeTx(ctx, tx, id, []kernel.UUID{kernel.UUID(x.FileID)}, x.PersonID, end)
}
