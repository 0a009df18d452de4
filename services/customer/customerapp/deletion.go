package customerapp

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
)

// maxWords is how long a reason may be, in characters.
const maxWords = 200

// What boxes of a request's words are bound to.
const (
	reasonTable          = "deletion_request.reason"
	deletionRefusalTable = "deletion_request.refusal"
)

// sealWords boxes words that may name a guest.
func (a *App) sealWords(ctx context.Context, id kernel.TenantID, table string, row kernel.UUID, words string) ([]byte, error) {
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	return keys.SealBytes([]byte(words), table, row)
}

// openWords reads what sealWords boxed; empty: it was erased, or never said.
func openWords(keys *secret.Keys, table string, row kernel.UUID, box []byte) (string, error) {
	if len(box) == 0 {
		return "", nil
	}
	words, err := keys.OpenBytes(box, table, row)
	return string(words), err
}

// RequestDeletion asks head office to delete an approved file, due within the
// hours of the rule by the clock (DEL-01). One that was never approved needs no
// request: DEL-02 deletes it. Faults: customer.not_found, deletion.draft,
// deletion.already_requested, invalid_field at "reason".
func (a *App) RequestDeletion(ctx context.Context, grant kernel.Grant, now time.Time, file kernel.FileID, ground customer.DeletionGround, reason string) (DeletionView, error) {
	id, me := grant.Actor().Tenant, grant.Person()
	f, err := a.load(ctx, grant, file)
	if err != nil {
		return DeletionView{}, err
	}
	if f.ApprovedOn == nil && f.State != customer.Ended {
		return DeletionView{}, customer.ErrFileNotDeletable
	}
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) < 2 || utf8.RuneCountInString(reason) > maxWords {
		return DeletionView{}, customer.ErrDeletionReason
	}
	p, err := a.policy(ctx, id, f.Store, now)
	if err != nil {
		return DeletionView{}, err
	}
	request, whom := kernel.NewID[kernel.UUID](now), grant.Holder(f.Store, false).Who()
	box, err := a.sealWords(ctx, id, reasonTable, request, reason)
	if err != nil {
		return DeletionView{}, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		if state, err := q.LockState(ctx, id, file); err != nil || state == string(customer.Deleted) {
			return errors.Join(err, customer.ErrNotFound)
		}
		err := q.InsertDeletion(ctx, customerdb.InsertDeletionParams{
			TenantID: id, RequestID: request, FileID: file, StoreID: f.Store, Ground: string(ground), ReasonBox: box, AskedBy: kernel.UUID(me), AskedFor: whom,
			Now: now, DueAt: now.Add(p.decide),
		})
		if db.ConstraintName(err) == "deletion_request_open" {
			return customer.ErrDeletionAsked
		}
		if err != nil {
			return err
		}
		if err := event(ctx, q, id, file, customer.Event{At: now, On: p.today, Kind: customer.DeletionAsked, Person: &me, For: whom, Rule: customer.RuleOnRequest}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, line("customer.deletion_requested", file, f.Store, audit.Change{Field: "ground", After: string(ground)}))
	})
	if err != nil {
		return DeletionView{}, err
	}
	return a.deletionView(ctx, grant, now, request)
}

// WithdrawDeletion takes back a request of a store in reach. Faults:
// deletion.not_found, deletion.already_decided.
func (a *App) WithdrawDeletion(ctx context.Context, grant kernel.Grant, now time.Time, request kernel.UUID) (DeletionView, error) {
	d, err := a.deletion(ctx, grant, request)
	if err != nil {
		return DeletionView{}, err
	}
	err = a.endDeletion(ctx, grant, now, d, customer.RequestWithdrawn, grant.Holder(d.Store, false).Who(), []byte{}, nil)
	if err != nil {
		return DeletionView{}, err
	}
	return a.deletionView(ctx, grant, now, request)
}

// RefuseDeletion refuses a request with a reason. Faults: deletion.not_found,
// deletion.already_decided, deletion.own_request, invalid_field at "reason".
func (a *App) RefuseDeletion(ctx context.Context, grant kernel.Grant, now time.Time, request kernel.UUID, reason string) (DeletionView, error) {
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) < 2 || utf8.RuneCountInString(reason) > maxWords {
		return DeletionView{}, customer.ErrDeletionReason
	}
	d, whom, err := a.deletionToDecide(ctx, grant, request)
	if err != nil {
		return DeletionView{}, err
	}
	box, err := a.sealWords(ctx, grant.Actor().Tenant, deletionRefusalTable, request, reason)
	if err != nil {
		return DeletionView{}, err
	}
	if err := a.endDeletion(ctx, grant, now, d, customer.RequestRefused, whom, box, nil); err != nil {
		return DeletionView{}, err
	}
	return a.deletionView(ctx, grant, now, request)
}

// CarryOutDeletion deletes the file: decision and erasure are one transaction.
// Faults: deletion.not_found, deletion.already_decided, deletion.own_request.
func (a *App) CarryOutDeletion(ctx context.Context, grant kernel.Grant, now time.Time, request kernel.UUID) (DeletionView, error) {
	d, whom, err := a.deletionToDecide(ctx, grant, request)
	if err != nil {
		return DeletionView{}, err
	}
	day, _, err := a.storeDays(ctx, grant.Actor().Tenant, now)
	if err != nil {
		return DeletionView{}, err
	}
	me := grant.Person()
	err = a.endDeletion(ctx, grant, now, d, customer.RequestDone, whom, []byte{}, func(tx pgx.Tx) error {
		gone, err := a.EraseTx(ctx, tx, grant.Actor().Tenant, Erasure{Files: []kernel.FileID{d.File}, Rule: customer.RuleOnRequest, Person: &me, For: whom, Day: day}, now)
		if err == nil && len(gone) == 0 {
			err = customer.ErrDeletionDecided
		}
		return err
	})
	if err != nil {
		return DeletionView{}, err
	}
	return a.deletionView(ctx, grant, now, request)
}

// deletionToDecide loads a request that the grant's actor may decide, and says
// for whom he does (ROL-04, ROL-05).
func (a *App) deletionToDecide(ctx context.Context, grant kernel.Grant, request kernel.UUID) (customer.Deletion, *kernel.PersonID, error) {
	d, err := a.deletion(ctx, grant, request)
	if err != nil {
		return d, nil, err
	}
	if d.State != customer.RequestPending {
		return d, nil, customer.ErrDeletionDecided
	}
	whom, ok := grant.Decide(d.Store, d.Concerns)
	if !ok {
		return d, nil, customer.ErrOwnDeletion
	}
	return d, whom.Who(), nil
}

// deletion loads a request in reach. Fault: deletion.not_found.
func (a *App) deletion(ctx context.Context, grant kernel.Grant, request kernel.UUID) (customer.Deletion, error) {
	row, err := a.read(grant.Actor().Tenant).Deletion(ctx, grant.Actor().Tenant, request)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !grant.Covers(row.StoreID, false) {
		return customer.Deletion{}, customer.ErrNoDeletion
	}
	return row.Deletion(), err
}

// endDeletion moves a request on if it still waits, does what goes with it, tells
// whoever asked, and leaves its lines.
func (a *App) endDeletion(ctx context.Context, grant kernel.Grant, now time.Time, d customer.Deletion, state customer.RequestState, whom *kernel.PersonID, refusal []byte, act func(pgx.Tx) error) error {
	id, me := grant.Actor().Tenant, grant.Person()
	day, _, err := a.storeDays(ctx, id, now)
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		n, err := q.DecideDeletion(ctx, customerdb.DecideDeletionParams{
			TenantID: id, RequestID: d.ID, State: string(state), DecidedBy: kernel.UUID(me), DecidedFor: whom, Now: now, RefusalBox: refusal,
		})
		if err == nil && n == 0 {
			err = customer.ErrDeletionDecided
		}
		if err != nil {
			return err
		}
		entry := line("customer.deletion_"+string(state), d.File, d.Store, audit.Change{Field: "state", Before: string(d.State), After: string(state)})
		entry.Concerned = d.Concerns
		if act != nil {
			if err := act(tx); err != nil {
				return err
			}
			entry.Action = "customer.deleted"
		} else {
			kind := map[customer.RequestState]customer.EventKind{customer.RequestRefused: customer.DeletionRefused, customer.RequestWithdrawn: customer.DeletionWithdrawn}[state]
			if err := event(ctx, q, id, d.File, customer.Event{At: now, On: day(d.Store), Kind: kind, Person: &me, For: whom, Rule: customer.RuleOnRequest}); err != nil {
				return err
			}
		}
		if state != customer.RequestWithdrawn {
			if err := a.inbox.NoteTx(ctx, tx, id, []message.Note{{Person: d.AskedBy, Kind: message.DeletionDecided, File: d.File}}, now); err != nil {
				return err
			}
		}
		return audit.WriteTx(ctx, tx, id, now, entry)
	})
}
