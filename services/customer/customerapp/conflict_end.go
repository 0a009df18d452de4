package customerapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
)

// ending is how a case ends.
type ending struct {
	state   customer.ConflictState
	outcome customer.Side
	by      kernel.PersonID
	whom    *kernel.PersonID // whose delegate he was
	said    string           // why, of a manager
	until   time.Time        // the case must be due by then
}

// Yield lets one of the two give way; the guest is the other's at once. Faults:
// conflict.not_found, conflict.over, conflict.no_part.
func (a *App) Yield(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (ConflictView, error) {
	c, err := a.loadConflict(ctx, grant, id)
	if err != nil {
		return ConflictView{}, err
	}
	side, ok := c.SideOf(grant.Person())
	if !ok {
		return ConflictView{}, customer.ErrNoPart
	}
	e := ending{state: customer.ConflictSettled, outcome: side.Other(), by: grant.Person(), until: c.Due}
	return a.end(ctx, grant, now, c, e, "conflict.settled")
}

// Decide is the manager's decision once the time to settle is over (CUS-10).
// Exactly one counts. Faults: conflict.not_found, conflict.over,
// conflict.own_case (ROL-04), conflict.too_early, invalid_field at "reason".
func (a *App) Decide(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID, outcome customer.Side, reason string) (ConflictView, error) {
	reason, err := customer.Statement("reason", reason)
	if err != nil {
		return ConflictView{}, err
	}
	c, err := a.loadConflict(ctx, grant, id)
	if err != nil {
		return ConflictView{}, err
	}
	whom, err := c.Decide(grant, now)
	if err != nil {
		return ConflictView{}, err
	}
	e := ending{state: customer.ConflictDecided, outcome: outcome, by: grant.Person(), whom: whom.Who(), said: reason, until: now}
	return a.end(ctx, grant, now, c, e, "conflict.decided")
}

func (a *App) end(ctx context.Context, grant kernel.Grant, now time.Time, c openCase, e ending, action string) (ConflictView, error) {
	tenantID := grant.Actor().Tenant
	p, err := a.policy(ctx, tenantID, c.Store, now)
	if err != nil {
		return ConflictView{}, err
	}
	keys, err := a.Numbers.Keys(ctx, tenantID)
	if err != nil {
		return ConflictView{}, err
	}
	err = a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		box, err := retext(ctx, q, keys, tenantID, c.id, func(t *customer.ConflictTexts) { t.Decision = e.said })
		if err != nil {
			return err
		}
		if err := endCase(ctx, q, tenantID, c.id, box, e, now); err != nil {
			return err
		}
		kind := customer.ConflictKept
		if e.outcome == customer.Claimant {
			kind, err = a.passTx(ctx, tx, tenantID, keys, p, c, now)
		} else {
			err = a.stayTx(ctx, q, tenantID, p, c.file, c.key, now)
		}
		if err != nil {
			return err
		}
		for _, file := range []kernel.FileID{c.file, c.claimFile} {
			line := customer.Event{At: now, On: p.today, Kind: kind, Person: &e.by, For: e.whom, Rule: "CUS-10"}
			if err := event(ctx, q, tenantID, file, line); err != nil {
				return err
			}
		}
		entry := conflictLine(action, c.id, c.Store, audit.Change{Field: "outcome", After: string(e.outcome)})
		if e.state == customer.ConflictDecided {
			entry.Concerned = c.Concerns
		}
		return audit.WriteTx(ctx, tx, tenantID, now, entry)
	})
	if err != nil {
		return ConflictView{}, err
	}
	return a.Conflict(ctx, grant, now, c.id)
}

// endCase writes a case's end; of many at once one does.
func endCase(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, c kernel.UUID, box []byte, e ending, now time.Time) error {
	n, err := q.EndConflict(ctx, customerdb.EndConflictParams{
		TenantID: id, CaseID: c, State: string(e.state), Outcome: string(e.outcome), TextsBox: box, Now: now, EndedBy: kernel.UUID(e.by), DecidedFor: e.whom, DueBefore: e.until,
	})
	if err == nil && n == 0 {
		err = customer.ErrConflictOver
	}
	return err
}

// passTx gives the guest to who claimed him: an approved file goes over with its
// tie; of a file never approved, and of a number that an approved one only wants
// in its open revision, the number alone does, and the text stays its writer's.
func (a *App) passTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, keys *secret.Keys, p policy, c openCase, now time.Time) (customer.EventKind, error) {
	q := customerdb.New(tx)
	if err := a.ownership.HoldTiesTx(ctx, tx, id, c.file); err != nil {
		return "", err
	}
	is, err := q.LockStanding(ctx, id, c.file)
	if err != nil {
		return "", err
	}
	kind := customer.ConflictMoved
	if is.ApprovedOn != nil {
		wanted, err := q.WantsNumber(ctx, id, c.file, c.key)
		if err != nil {
			return "", err
		}
		if !wanted {
			return kind, a.ownership.MoveTieTx(ctx, tx, id, c.file, c.Store, c.Claimant, p.today, conflictOrigin, c.id, now)
		}
		kind = customer.ConflictNumberGone
	}
	if err := yieldTx(ctx, q, id, keys, c.file, c.key, now); err != nil {
		return kind, err
	}
	return kind, handTx(ctx, q, id, p, c.key, c.file, c.claimFile, now)
}

// yieldTx takes a number from what a file has not had approved.
func yieldTx(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, keys *secret.Keys, file kernel.FileID, key []byte, now time.Time) error {
	if err := callBack(ctx, q, id, keys, file, now); err != nil {
		return err
	}
	return q.DropNewNumber(ctx, id, file, key)
}

// handTx moves a number from one file to another that has waited for it.
func handTx(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, p policy, key []byte, from, to kernel.FileID, now time.Time) error {
	n, err := q.HandNumber(ctx, customerdb.HandNumberParams{
		TenantID: id, StoreID: p.store.ID, NumberKey: key, FromFile: from, ToFile: to, ReservedUntil: now.Add(p.reserve),
	})
	if err == nil && n == 0 {
		err = customer.ErrChanged
	}
	if err != nil {
		return err
	}
	return q.DropOwnNumber(ctx, id, from, key)
}

// callBack takes a file without its number out of the review: its writer may
// give it another.
func callBack(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, keys *secret.Keys, file kernel.FileID, now time.Time) error {
	n, err := q.CallBackGuest(ctx, id, file)
	if err != nil || n == 0 {
		return err
	}
	revision, err := q.SubmittedRevision(ctx, id, file)
	if err != nil {
		return err
	}
	reasons, err := customerdb.SealReasons(keys, revision, []customer.Reason{{Field: "number", Reason: "归属争议已有结果，这个号码归另一位推荐人。"}})
	if err != nil {
		return err
	}
	return q.CallBackRevision(ctx, customerdb.CallBackRevisionParams{TenantID: id, RevisionID: revision, Now: now, ReasonsBox: reasons})
}

// stayTx leaves the number with its file: one that was never approved, on a
// draft or in an open revision, begins its time anew.
func (a *App) stayTx(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, p policy, file kernel.FileID, key []byte, now time.Time) error {
	is, err := q.LockStanding(ctx, id, file)
	if err != nil {
		return err
	}
	reserved := is.ApprovedOn == nil
	if !reserved {
		if reserved, err = q.WantsNumber(ctx, id, file, key); err != nil {
			return err
		}
	}
	var until *time.Time
	if reserved && customer.State(is.State).Editable() {
		until = new(now.Add(p.reserve))
	}
	if is.ApprovedOn != nil {
		return q.HoldNewNumber(ctx, customerdb.HoldNewNumberParams{ReservedUntil: until, TenantID: id, StoreID: p.store.ID, NumberKey: key, FileID: file})
	}
	_, err = q.HoldNumber(ctx, until, id, file)
	return err
}

// releaseTx lets go of a number that a file no longer has. Whoever of two who
// claim a guest gives his file another number has given way.
func (a *App) releaseTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p policy, key []byte, file kernel.FileID, now time.Time) error {
	q := customerdb.New(tx)
	c, err := q.OpenConflictOf(ctx, id, p.store.ID, key)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	open := err == nil
	switch {
	case open && c.FileID == file:
		e := ending{state: customer.ConflictSettled, outcome: customer.Claimant, by: c.HolderID, until: distant}
		if err := endCase(ctx, q, id, c.CaseID, c.TextsBox, e, now); err != nil {
			return err
		}
		return handTx(ctx, q, id, p, key, file, c.ClaimFileID, now)
	case open && c.ClaimFileID == file:
		e := ending{state: customer.ConflictSettled, outcome: customer.Holder, by: c.ClaimantID, until: distant}
		if err := endCase(ctx, q, id, c.CaseID, c.TextsBox, e, now); err != nil {
			return err
		}
		return a.stayTx(ctx, q, id, p, c.FileID, key, now)
	}
	return q.ReleaseNumber(ctx, customerdb.ReleaseNumberParams{TenantID: id, StoreID: p.store.ID, NumberKey: key, FileID: file})
}

// distant is later than any case is due.
var distant = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
