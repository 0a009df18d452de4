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

// OpenConflict claims the guest of a number that another's file holds (CUS-10):
// what was filled in becomes the claimant's draft, which waits for the number,
// and the number stays where it is until the case ends. The same request gives
// the same case. Faults: those of Create, conflict.not_on_file,
// conflict.own_guest, conflict.public_guest, conflict.open_already.
func (a *App) OpenConflict(ctx context.Context, grant kernel.Grant, now time.Time, store kernel.StoreID, request kernel.UUID, in Input, reason string) (ConflictView, error) {
	reason, err := customer.Statement("reason", reason)
	if err != nil {
		return ConflictView{}, err
	}
	f, err := a.begin(ctx, grant, now, store, request, in)
	if err != nil {
		return ConflictView{}, err
	}
	keys, err := a.Numbers.Keys(ctx, f.tenant)
	if err != nil {
		return ConflictView{}, err
	}
	id := kernel.NewID[kernel.UUID](now)
	box, err := customerdb.SealTexts(keys, id, customer.ConflictTexts{Claim: reason})
	if err != nil {
		return ConflictView{}, err
	}
	err = a.DB.InTenant(ctx, f.tenant, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		if made, _, err := f.insertTx(ctx, q, now); err != nil {
			return err
		} else if made {
			if id, err = q.ConflictOfClaim(ctx, f.tenant, f.file); errors.Is(err, pgx.ErrNoRows) {
				err = customer.ErrRequestReused
			}
			return err
		}
		holder, person, err := a.holderTx(ctx, q, f, now)
		if err != nil {
			return err
		}
		_, err = q.OpenConflict(ctx, customerdb.OpenConflictParams{
			TenantID: f.tenant, CaseID: id, StoreID: store, NumberKey: f.key, FileID: holder, HolderID: person, ClaimFileID: f.file, ClaimantID: f.writer,
			TextsBox: box, Now: now, DueAt: now.Add(f.policy.settle),
		})
		if errors.Is(err, pgx.ErrNoRows) {
			return customer.ErrConflictOpened
		}
		if err != nil {
			return err
		}
		kept, err := q.KeepForCase(ctx, customerdb.KeepForCaseParams{TenantID: f.tenant, StoreID: store, NumberKey: f.key, FileID: holder, Now: now})
		if err == nil && kept == 0 {
			err = customer.ErrChanged // the number went elsewhere between the two statements
		}
		if err != nil {
			return err
		}
		if err := f.tellTx(ctx, tx, now); err != nil {
			return err
		}
		e := customer.Event{At: now, On: f.policy.today, Kind: customer.ConflictRaised, Person: &f.writer, Rule: "CUS-10"}
		if err := event(ctx, q, f.tenant, holder, e); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, f.tenant, now, conflictLine("conflict.opened", id, store))
	})
	if err != nil {
		return ConflictView{}, err
	}
	return a.Conflict(ctx, grant, now, id)
}

// holderTx says which file holds a number that is claimed, and whose guest that
// is: the owner's; the writer's while the file was never approved.
func (a *App) holderTx(ctx context.Context, q *customerdb.Queries, f newFile, now time.Time) (kernel.FileID, kernel.PersonID, error) {
	row, err := q.NumberHolder(ctx, customerdb.NumberHolderParams{TenantID: f.tenant, StoreID: f.policy.store.ID, NumberKey: f.key, Now: now})
	if errors.Is(err, pgx.ErrNoRows) {
		return kernel.FileID{}, kernel.PersonID{}, customer.ErrNotOnFile
	}
	if err != nil {
		return kernel.FileID{}, kernel.PersonID{}, err
	}
	person := row.WriterID
	if row.ApprovedOn != nil {
		if row.OwnerID == nil {
			return row.FileID, person, customer.ErrPublicGuest
		}
		person = *row.OwnerID
	}
	if person == f.writer {
		return row.FileID, person, customer.ErrOwnGuest
	}
	return row.FileID, person, nil
}

// Answer writes what the holder has to say. Faults: conflict.not_found,
// conflict.over, conflict.not_holder, invalid_field at "answer".
func (a *App) Answer(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID, text string) (ConflictView, error) {
	text, err := customer.Statement("answer", text)
	if err != nil {
		return ConflictView{}, err
	}
	c, err := a.loadConflict(ctx, grant, id)
	if err != nil {
		return ConflictView{}, err
	}
	if side, _ := c.SideOf(grant.Person()); side != customer.Holder {
		return ConflictView{}, customer.ErrNotHolder
	}
	store, err := a.Tenants.Store(ctx, grant.Actor().Tenant, c.Store)
	if err != nil {
		return ConflictView{}, err
	}
	keys, err := a.Numbers.Keys(ctx, grant.Actor().Tenant)
	if err != nil {
		return ConflictView{}, err
	}
	tenantID, me := grant.Actor().Tenant, grant.Person()
	err = a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		box, err := retext(ctx, q, keys, tenantID, id, func(t *customer.ConflictTexts) { t.Answer = text })
		if err != nil {
			return err
		}
		n, err := q.AnswerConflict(ctx, box, tenantID, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return customer.ErrConflictOver
		}
		if err := event(ctx, q, tenantID, c.file, customer.Event{At: now, On: store.BusinessDate(now), Kind: customer.ConflictAnswered, Person: &me, Rule: "CUS-10"}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenantID, now, conflictLine("conflict.answered", id, c.Store))
	})
	if err != nil {
		return ConflictView{}, err
	}
	return a.Conflict(ctx, grant, now, id)
}

// retext reads the texts of a case, held until the transaction ends, and seals
// them as they shall be.
func retext(ctx context.Context, q *customerdb.Queries, keys *secret.Keys, tenant kernel.TenantID, id kernel.UUID, change func(*customer.ConflictTexts)) ([]byte, error) {
	row, err := q.LockConflict(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	texts, err := customerdb.OpenTexts(keys, id, row.TextsBox)
	if err != nil {
		return nil, err
	}
	change(&texts)
	return customerdb.SealTexts(keys, id, texts)
}

func conflictLine(action string, id kernel.UUID, store kernel.StoreID, changes ...audit.Change) audit.Entry {
	return audit.Entry{Action: action, Object: "conflict", ObjectID: id.String(), Store: store, Changes: changes}
}
