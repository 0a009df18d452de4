package ownershipapp

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
)

// LossView is a loss of the caller's, and whether he may appeal against it.
type LossView struct {
	ownershipdb.LossRow
	Decision Told
	Until    kernel.BusinessDate // last day to appeal
	Refused  error               // why he may not; nil: he may
}

// lossDays is how far back losses are listed: the longest time to appeal, and as
// long again.
const lossDays = 120

// Losses lists what the caller lost lately, before a decision, newest first.
func (a *App) Losses(ctx context.Context, grant kernel.Grant, now time.Time, before kernel.UUID, atMost int) ([]LossView, error) {
	id := grant.Actor().Tenant
	chain, err := a.Tenants.Stores(ctx, id)
	if err != nil || len(chain) == 0 {
		return nil, err
	}
	rows, err := ownershipdb.New(a.DB.Single(id)).LossesOf(ctx, ownershipdb.LossesOfParams{
		TenantID: id, ReferrerID: grant.Person(), Since: chain[0].BusinessDate(now) - lossDays, Before: before, AtMost: int32(atMost),
	})
	if err != nil {
		return nil, err
	}
	losses := make([]ownershipdb.LossRow, len(rows))
	for i, r := range rows {
		losses[i] = ownershipdb.LossRow(r)
	}
	return a.lossViews(ctx, grant, now, losses)
}

// Loss is one loss of the caller's. Fault: appeal.no_loss.
func (a *App) Loss(ctx context.Context, grant kernel.Grant, now time.Time, decision kernel.UUID) (LossView, error) {
	row, err := a.loss(ctx, grant, decision)
	if err != nil {
		return LossView{}, err
	}
	views, err := a.lossViews(ctx, grant, now, []ownershipdb.LossRow{row})
	if err != nil {
		return LossView{}, err
	}
	return views[0], nil
}

func (a *App) loss(ctx context.Context, grant kernel.Grant, decision kernel.UUID) (ownershipdb.LossRow, error) {
	id := grant.Actor().Tenant
	row, err := ownershipdb.New(a.DB.Single(id)).Loss(ctx, id, decision, grant.Person())
	if errors.Is(err, pgx.ErrNoRows) {
		return row, ownership.ErrNoLoss
	}
	return row, err
}

func (a *App) lossViews(ctx context.Context, grant kernel.Grant, now time.Time, rows []ownershipdb.LossRow) ([]LossView, error) {
	id, out, ids := grant.Actor().Tenant, make([]LossView, len(rows)), make([]kernel.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.DecisionID
	}
	told, err := a.decisions(ctx, id, ids)
	if err != nil {
		return nil, err
	}
	for i, r := range rows {
		c, err := a.contested(ctx, id, r, now)
		if err != nil {
			return nil, err
		}
		out[i] = LossView{LossRow: r, Decision: told[r.DecisionID], Until: c.loss.Until(c.days), Refused: c.loss.Raise(grant.Person(), c.today, c.days, lossFacts(r))}
		out[i].Decision.shown = true // he knows whom he lost
	}
	return out, nil
}

// decisions puts some into words, by their ids.
func (a *App) decisions(ctx context.Context, id kernel.TenantID, ids []kernel.UUID) (map[kernel.UUID]Told, error) {
	rows, err := ownershipdb.New(a.DB.Single(id)).DecisionsByID(ctx, id, ids)
	if err != nil {
		return nil, err
	}
	told, err := a.say(ctx, id, sameShape(rows))
	out := make(map[kernel.UUID]Told, len(told))
	for _, t := range told {
		out[t.DecisionID] = t
	}
	return out, err
}

// contested is a loss with the days its store gives to appeal.
type contested struct {
	loss  ownership.Loss
	store tenant.Store
	rules tenant.Rules
	today kernel.BusinessDate
	days  int
}

func (a *App) contested(ctx context.Context, id kernel.TenantID, r ownershipdb.LossRow, now time.Time) (c contested, err error) {
	if c.store, c.rules, err = a.at(ctx, id, r.StoreID, now); err != nil {
		return c, err
	}
	c.today, c.days = c.store.BusinessDate(now), ownership.AppealDays(c.rules)
	c.loss = ownership.Loss{Person: r.ReferrerID, On: r.EffectiveOn, Told: c.store.BusinessDate(r.CreatedAt)}
	return c, nil
}

func lossFacts(r ownershipdb.LossRow) ownership.LossFacts {
	return ownership.LossFacts{Appealed: r.AppealID != nil, Open: r.Open, Owner: r.OwnerID, Standing: standingOf(r.FileState)}
}

// standingOf reports whether a file in a state may be somebody's.
func standingOf(state string) bool {
	return !slices.Contains([]customer.State{customer.Ended, customer.Deleted, customer.Merged}, customer.State(state))
}

// Raise contests a loss with what the caller says and the visits and bookings he
// refers to (LIF-11). Who has the guest by now is told. The same loss again, while
// the appeal is open, is a retry. Faults: those of Loss.Raise, invalid_field at
// "text" or "visits".
func (a *App) Raise(ctx context.Context, grant kernel.Grant, now time.Time, decision kernel.UUID, text string, refs []ownership.Visit) (kernel.UUID, error) {
	text, err := ownership.Statement("text", text)
	if err != nil {
		return kernel.UUID{}, err
	}
	row, err := a.loss(ctx, grant, decision)
	if err != nil {
		return kernel.UUID{}, err
	}
	if row.AppealState == string(ownership.AppealOpen) {
		return *row.AppealID, nil
	}
	id, me, appeal := grant.Actor().Tenant, grant.Person(), kernel.NewID[kernel.UUID](now)
	c, err := a.contested(ctx, id, row, now)
	if err != nil {
		return appeal, err
	}
	if err := c.loss.Raise(me, c.today, c.days, lossFacts(row)); err != nil {
		return appeal, err
	}
	seen, err := a.evidence(ctx, id, row.FileID, row.EffectiveOn, c.today)
	if err != nil {
		return appeal, err
	}
	visits, err := referred(seen, refs)
	if err != nil {
		return appeal, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return appeal, err
	}
	box, err := ownershipdb.SealTexts(keys, appeal, ownership.AppealTexts{Claim: text})
	if err != nil {
		return appeal, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := ownershipdb.New(tx)
		if err := q.HoldFiles(ctx, id, []kernel.UUID{kernel.UUID(row.FileID)}); err != nil {
			return err
		}
		// Once more, now that he is held: he may be somebody's since.
		if row, err = q.Loss(ctx, id, decision, me); err != nil {
			return err
		}
		if row.AppealState == string(ownership.AppealOpen) {
			appeal = *row.AppealID
			return nil
		}
		if err := c.loss.Raise(me, c.today, c.days, lossFacts(row)); err != nil {
			return err
		}
		err = q.InsertAppeal(ctx, ownershipdb.InsertAppealParams{
			TenantID: id, AppealID: appeal, FileID: row.FileID, StoreID: row.StoreID, PersonID: me, DecisionID: decision, TieID: row.TieID,
			RaisedOn: c.today, DueOn: c.today + kernel.BusinessDate(c.days), Visits: visits, TextsBox: box, Now: now,
		})
		if err != nil {
			return err
		}
		if row.OwnerID != nil {
			note := message.Note{Person: *row.OwnerID, Kind: message.AppealRaised, File: row.FileID, On: c.today}
			if err := a.Inbox.NoteTx(ctx, tx, id, []message.Note{note}, now); err != nil {
				return err
			}
		}
		return audit.WriteTx(ctx, tx, id, now, appealLine("appeal.raised", appeal, row.StoreID))
	})
	return appeal, err
}

// referred finds what somebody refers to among what there is, as JSON.
func referred(there []Witness, refs []ownership.Visit) ([]byte, error) {
	out := []ownership.Visit{}
	for _, r := range refs {
		i := slices.IndexFunc(there, func(w Witness) bool { return w.On == r.On && w.Meal == r.Meal })
		if i < 0 {
			return nil, ownership.ErrAppealVisit
		}
		v := ownership.Visit{On: r.On, Meal: r.Meal, By: there[i].By}
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return json.Marshal(out)
}

// Withdraw ends the caller's own appeal. Again is harmless. Faults:
// appeal.not_found, appeal.not_own, appeal.over.
func (a *App) Withdraw(ctx context.Context, grant kernel.Grant, now time.Time, appeal kernel.UUID) error {
	v, err := a.appeal(ctx, grant, appeal)
	switch {
	case err != nil:
		return err
	case v.Appeal.PersonID != grant.Person():
		return ownership.ErrAppealNotOwn
	case v.Appeal.State == string(ownership.AppealWithdrawn):
		return nil
	}
	id := grant.Actor().Tenant
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		n, err := ownershipdb.New(tx).EndAppeal(ctx, ownershipdb.EndAppealParams{
			TenantID: id, AppealID: appeal, State: string(ownership.AppealWithdrawn), TextsBox: v.Appeal.TextsBox, Now: now,
		})
		if err == nil && n == 0 {
			err = ownership.ErrAppealOver
		}
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, appealLine("appeal.withdrawn", appeal, v.Appeal.StoreID))
	})
}

func appealLine(action string, id kernel.UUID, store kernel.StoreID) audit.Entry {
	return audit.Entry{Action: action, Object: "appeal", ObjectID: id.String(), Store: store}
}
