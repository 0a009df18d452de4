package customerapp

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// decidePermission is what a conflict case is decided by.
const decidePermission = "conflict.decide"

// EscalateConflicts marks the cases of a chain whose time to settle is over, and
// those that went further up since, with a line on the file's timeline, and says
// how many went. Again changes nothing.
func (a *App) EscalateConflicts(ctx context.Context, id kernel.TenantID, now time.Time) (went int, err error) {
	for after := (kernel.UUID{}); ; {
		rows, err := a.read(id).DueConflicts(ctx, customerdb.DueConflictsParams{TenantID: id, Now: now, AfterCase: after, RowLimit: escalatePage})
		if err != nil || len(rows) == 0 {
			return went, err
		}
		turns, err := a.conflictTurns(ctx, id, now, rows)
		if err != nil {
			return went, err
		}
		for i, r := range rows {
			n, err := a.escalateConflict(ctx, id, now, r, turns[i])
			if err != nil {
				return went, err
			}
			went += n
		}
		after = rows[len(rows)-1].CaseID
	}
}

var conflictStep = map[staff.Step]customer.EventKind{
	staff.StepStore: customer.ConflictToManager, staff.StepStoreHead: customer.ConflictToHead, staff.StepHQ: customer.ConflictToHQ, staff.StepHQHead: customer.ConflictToHQHead,
}

// escalateConflict marks one case; 1: it went to somebody new.
func (a *App) escalateConflict(ctx context.Context, id kernel.TenantID, now time.Time, r customerdb.DueConflictsRow, t Turn) (int, error) {
	people := []kernel.UUID{}
	for _, hand := range t.People {
		people = append(people, kernel.UUID(hand.Person))
	}
	step := int16(t.Step)
	if step < r.Escalated || step == r.Escalated && slices.Equal(people, r.EscalatedTo) {
		return 0, nil
	}
	up := step > r.Escalated
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		n, err := q.EscalateConflict(ctx, customerdb.EscalateConflictParams{TenantID: id, CaseID: r.CaseID, Step: step, People: people, Was: r.Escalated, Were: r.EscalatedTo})
		if up = up && n > 0; err != nil || !up {
			return err
		}
		return event(ctx, q, id, r.FileID, customer.Event{At: now, On: t.today, Kind: conflictStep[t.Step], Rule: "CUS-10"})
	})
	if err != nil || !up {
		return 0, err
	}
	return 1, nil
}

// conflictTurns says of each case that is due whose turn it is: the store's
// 客服经理 first, who must not be one of the two; each further step has as long as
// the two had.
func (a *App) conflictTurns(ctx context.Context, id kernel.TenantID, now time.Time, rows []customerdb.DueConflictsRow) ([]Turn, error) {
	stores := []kernel.StoreID{}
	for _, r := range rows {
		if !slices.Contains(stores, r.StoreID) {
			stores = append(stores, r.StoreID)
		}
	}
	desk, err := a.Staff.Desk(ctx, id, decidePermission, stores, now)
	if err != nil {
		return nil, err
	}
	policies := map[kernel.StoreID]policy{}
	for _, s := range stores {
		if policies[s], err = a.policy(ctx, id, s, now); err != nil {
			return nil, err
		}
	}
	out := make([]Turn, len(rows))
	for i, r := range rows {
		p := policies[r.StoreID]
		c := customer.Conflict{Holder: r.HolderID, Claimant: r.ClaimantID, Guest: customer.Row{Owner: r.OwnerID}}
		passed := max(0, staff.Passed(now, r.DueAt, p.settle)-1)
		out[i] = Turn{Turn: desk.Turn(r.StoreID, c.Concerns, passed), today: p.today}
		if later := desk.Turn(r.StoreID, c.Concerns, passed+1); later.Step > out[i].Step {
			out[i].Next = new(r.DueAt.Add(time.Duration(passed+1) * p.settle))
		}
	}
	return out, nil
}
