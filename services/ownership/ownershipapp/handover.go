package ownershipapp

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// HoldTx puts ties into handover: a port of handover. Until they are let go or
// passed on, no run ends them (HND-06): the chunk that would have finds the tie
// changed and is worked anew. Faults: handover.not_owned, handover.in_handover.
func (a *App) HoldTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, h ownership.Holding, now time.Time) ([]ownership.Held, error) {
	q := ownershipdb.New(tx)
	rows, err := tiesToHold(ctx, q, id, h)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || len(h.Files) > 0 && len(rows) != len(h.Files) {
		return nil, ownership.ErrNotOwned
	}
	held, ties, taken := make([]ownership.Held, len(rows)), make([]kernel.UUID, len(rows)), []kernel.UUID{}
	for i, r := range rows {
		held[i], ties[i] = ownership.Held{Tie: r.TieID, File: r.FileID, Since: r.StartOn, Former: r.FormerOn}, r.TieID
		if r.HoldID.IsZero() {
			continue
		}
		if !containsID(h.From, r.HoldID) {
			return nil, ownership.ErrInHandover
		}
		taken = append(taken, r.TieID)
	}
	if len(taken) > 0 {
		if err := q.EndHoldsOfTies(ctx, h.On, id, taken); err != nil {
			return nil, err
		}
	}
	return held, q.HoldTies(ctx, ownershipdb.HoldTiesParams{HoldID: h.ID, TenantID: id, TieIds: ties, Position: h.Position, FromOn: h.On, Now: now})
}

func tiesToHold(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, h ownership.Holding) ([]ownershipdb.TiesOfFilesRow, error) {
	if len(h.Files) > 0 {
		return q.TiesOfFiles(ctx, ownershipdb.TiesOfFilesParams{TenantID: id, ReferrerID: h.Giver, StoreID: h.Store, FileIds: ownershipdb.UUIDs(h.Files)})
	}
	rows, err := q.TiesOfPerson(ctx, id, h.Giver, h.Store)
	out := make([]ownershipdb.TiesOfFilesRow, len(rows))
	for i, r := range rows {
		out[i] = ownershipdb.TiesOfFilesRow(r)
	}
	return out, err
}

func containsID(ids []kernel.UUID, id kernel.UUID) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

// LetGoTx ends the handover of the ties that a case still holds, from a day on:
// they are their owner's as before, under every rule.
func (a *App) LetGoTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, handover kernel.UUID, on kernel.BusinessDate) error {
	q := ownershipdb.New(tx)
	if err := q.FreeTies(ctx, id, handover); err != nil {
		return err
	}
	_, err := q.EndHolds(ctx, on, id, handover)
	return err
}

// HoldsTx counts the ties that a case has not let go yet.
func (a *App) HoldsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, handover kernel.UUID) (int, error) {
	n, err := ownershipdb.New(tx).CountHolds(ctx, id, handover)
	return int(n), err
}

// PassTx gives what a case holds to the receiver: each tie ends and his begins on
// the same day, with a decision, in your transaction. A file that went another way
// meanwhile is left out. Fault: handover.nothing_left.
func (a *App) PassTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p ownership.Passing, now time.Time) ([]ownership.Passed, error) {
	q := ownershipdb.New(tx)
	rows, err := q.HeldTies(ctx, id, p.Case)
	if err != nil {
		return nil, err
	}
	ends := make([]ending, len(rows))
	for i, r := range rows {
		ends[i] = ending{r.TieID, r.StartOn, ownership.NewTie{File: r.FileID, Store: p.Store, Referrer: p.To, Start: max(p.On, r.StartOn)}}
	}
	if len(ends) == 0 {
		return nil, ownership.ErrNothingHeld
	}
	passed, err := a.exchangeTx(ctx, tx, id, ownership.RuleHandover, p, ends, now)
	if err != nil {
		return nil, err
	}
	_, err = q.EndHolds(ctx, p.On, id, p.Case)
	return passed, err
}

// GiveBackTx ends ties of a custody and gives the files back with the ties' old
// starts (HND-08). Those that ended otherwise meanwhile stay as they are.
func (a *App) GiveBackTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p ownership.Passing, ties []ownership.Resumed, now time.Time) ([]ownership.Passed, error) {
	q, of, ids := ownershipdb.New(tx), map[kernel.UUID]ownership.Resumed{}, make([]kernel.UUID, len(ties))
	for i, t := range ties {
		of[t.Tie], ids[i] = t, t.Tie
	}
	rows, err := q.LockTies(ctx, id, ids)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ends, files := make([]ending, len(rows)), make([]kernel.UUID, len(rows))
	for i, r := range rows {
		was := of[r.TieID]
		ends[i] = ending{r.TieID, r.StartOn, ownership.NewTie{File: r.FileID, Store: r.StoreID, Referrer: p.To, Start: was.Since, Former: was.Former}}
		files[i] = kernel.UUID(r.FileID)
	}
	passed, err := a.exchangeTx(ctx, tx, id, ownership.RuleGivenBack, p, ends, now)
	if err != nil {
		return nil, err
	}
	return passed, a.resumeTx(ctx, tx, id, files, p.To, p.On)
}

// resumeTx lets ties that were given back from their old start hold, and be judged,
// from a day on: no month is counted twice, and none is cut at once.
func (a *App) resumeTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.UUID, owner kernel.PersonID, on kernel.BusinessDate) error {
	if err := ownershipdb.New(tx).ResumeTies(ctx, on, id, files); err != nil {
		return err
	}
	owners := make([]customer.Owner, len(files))
	for i, f := range files {
		owners[i] = customer.Owner{File: kernel.FileID(f), Owner: &owner, Since: &on}
	}
	return a.Files.SetOwnerTx(ctx, tx, id, owners)
}

// ending is a tie that ends and the one that begins in its place.
type ending struct {
	tie   kernel.UUID
	start kernel.BusinessDate
	next  ownership.NewTie
}

// exchangeTx ends ties and begins others in their place, with a decision each.
func (a *App) exchangeTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, rule string, p ownership.Passing, ends []ending, now time.Time) ([]ownership.Passed, error) {
	q := ownershipdb.New(tx)
	decisions, begins, files := make([]ownershipdb.Decision, len(ends)), make([]ownership.NewTie, len(ends)), make([]kernel.UUID, len(ends))
	over := ownershipdb.EndTiesByHandParams{TenantID: id, EndOn: p.On}
	for i, e := range ends {
		evidence, err := json.Marshal(ownership.HandoverEvidence{Case: p.Case, No: p.No, By: p.By, For: p.For, Was: e.start})
		if err != nil {
			return nil, err
		}
		decisions[i] = ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](now), File: e.next.File, Store: e.next.Store, From: p.From, To: p.To, Evidence: evidence}
		over.TieIds, over.DecisionIds = append(over.TieIds, e.tie), append(over.DecisionIds, decisions[i].ID)
		begins[i], files[i] = e.next, kernel.UUID(e.next.File)
	}
	d := ownershipdb.Columns(rule, decisions)
	d.TenantID, d.RunID, d.RuleVersion, d.EffectiveOn, d.CreatedAt = id, p.ID, p.RuleVersion, p.On, now
	if err := q.InsertDecisions(ctx, d); err != nil {
		return nil, err
	}
	if _, err := q.EndTiesByHand(ctx, over); err != nil {
		return nil, err
	}
	if err := a.TiesTx(ctx, tx, id, begins, ownership.OriginHandover, nil, now); err != nil {
		return nil, err
	}
	rows, err := q.OpenTiesOfFiles(ctx, id, files)
	passed := make([]ownership.Passed, len(rows))
	for i, r := range rows {
		passed[i] = ownership.Passed{File: r.FileID, Tie: r.TieID}
	}
	return passed, err
}
