package customerapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
)

// ChangeView is a reported change with what the page shows besides.
type ChangeView struct {
	customer.Change
	Item        Item
	Before      customer.Fields // what holds of the fields concerned
	ByName      string
	ForName     string
	DeciderName string
	EditorName  string // who is to finish it; empty unless opened
	Decidable   bool   // false: the caller's own (ROL-04)
}

// ReportChange reports a change of a file with a standing (CHG-01), for head
// office to decide within the hours it has for a deletion too (DEL-01). Names
// say which fields of the input count. The same request gives the same change.
// Faults: customer.not_found, customer.no_standing, customer.revision_open,
// change.already_reported, change.nothing_changed, customer.invalid_fields,
// customer.staff_number, customer.already_on_file, customer.request_reused.
func (a *App) ReportChange(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID, request kernel.UUID, names []string, in Input, note string) (ChangeView, error) {
	tenantID, by := grant.Actor().Tenant, grant.Person()
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return ChangeView{}, err
	}
	switch {
	case f.ApprovedOn == nil:
		return ChangeView{}, customer.ErrNoStanding
	case f.Editor != nil:
		return ChangeView{}, customer.ErrRevisionOpen
	}
	p, err := a.policy(ctx, tenantID, f.Store, now)
	if err != nil {
		return ChangeView{}, err
	}
	keys, err := a.Numbers.Keys(ctx, tenantID)
	if err != nil {
		return ChangeView{}, err
	}
	t, err := a.templateOf(ctx, tenantID, nil)
	if err != nil {
		return ChangeView{}, err
	}
	values, changed, findings, err := customer.ChangeValues{Fields: in.Fields, Note: note}.Check(t, p.today, names, f.fields)
	if err != nil {
		return ChangeView{}, err
	}
	if slices.Contains(changed, numberField) {
		number, refused := customer.CheckNumber(in.Number)
		if refused != nil {
			findings = append(findings, *refused)
		}
		values.Number = number
		if slices.Equal(keys.NumberKey(number), f.numberKey) {
			values.Number, changed = "", changed[:len(changed)-1]
		}
	}
	if len(findings) > 0 {
		return ChangeView{}, customer.ErrInvalid(findings)
	}
	if len(changed) == 0 {
		return ChangeView{}, customer.ErrNothingChanged
	}
	box, err := customerdb.SealChange(keys, request, values)
	if err != nil {
		return ChangeView{}, err
	}
	whom := grant.Holder(f.Store, f.OwnedBy(by)).Who()
	err = a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		_, err := q.InsertChange(ctx, customerdb.InsertChangeParams{
			TenantID: tenantID, RequestID: request, FileID: id, StoreID: f.Store, Fields: changed, ValuesBox: box, RequestedBy: &by, RequestedFor: whom, Now: now, DueAt: now.Add(p.decide),
		})
		switch {
		case errors.Is(err, pgx.ErrNoRows): // made before
			made, err := q.Change(ctx, tenantID, request)
			if err == nil && (made.FileID != id || made.RequestedBy == nil || *made.RequestedBy != by) {
				err = customer.ErrRequestReused
			}
			return err
		case db.ConstraintName(err) == "change_request_pending":
			return customer.ErrChangePending
		case err != nil:
			return err
		}
		if err := a.freeTx(ctx, tx, tenantID, p, id, keys.NumberKey(values.Number), values.Number != "", now); err != nil {
			return err
		}
		e := customer.Event{At: now, On: p.today, Kind: customer.ChangeReported, Person: &by, For: whom, Rule: "CHG-01", Fields: changed}
		if err := event(ctx, q, tenantID, id, e); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenantID, now, changeLine("customer.change_reported", id, f.Store, "", customer.ChangePending))
	})
	if err != nil {
		return ChangeView{}, err
	}
	return a.change(ctx, grant, request)
}

// freeTx refuses a number that is an employee's or stands on another file.
func (a *App) freeTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p policy, file kernel.FileID, numberKey []byte, wanted bool, now time.Time) error {
	if !wanted {
		return nil
	}
	staff, err := a.Staff.IsStaffNumberTx(ctx, tx, id, numberKey)
	if err != nil {
		return err
	}
	if staff {
		return customer.ErrStaffNumber
	}
	since, holder, err := onFile(ctx, customerdb.New(tx), id, p, numberKey, now)
	if err == nil && since != nil && holder != file {
		err = customer.ErrAlreadyOnFile(*since)
	}
	return err
}

// changeOf loads a change that a grant reaches. Fault: change.not_found.
func (a *App) changeOf(ctx context.Context, grant kernel.Grant, id kernel.UUID) (customer.Change, error) {
	row, err := a.read(grant.Actor().Tenant).Change(ctx, grant.Actor().Tenant, id)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !grant.Covers(row.StoreID, false) {
		return customer.Change{}, customer.ErrNoChange
	}
	if err != nil {
		return customer.Change{}, err
	}
	keys, err := a.Numbers.Keys(ctx, grant.Actor().Tenant)
	if err != nil {
		return customer.Change{}, err
	}
	return row.Change(keys)
}

// change gives one change as the page shows it.
func (a *App) change(ctx context.Context, grant kernel.Grant, id kernel.UUID) (ChangeView, error) {
	c, err := a.changeOf(ctx, grant, id)
	if err != nil {
		return ChangeView{}, err
	}
	views, err := a.changes(ctx, grant, a.Clock.Now(), []customer.Change{c})
	if err != nil {
		return ChangeView{}, err
	}
	return views[0], nil
}

// WithdrawChange takes back a change that waits. Faults: change.not_found,
// change.already_decided.
func (a *App) WithdrawChange(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (ChangeView, error) {
	c, err := a.changeOf(ctx, grant, id)
	if err != nil {
		return ChangeView{}, err
	}
	whom := grant.Holder(c.Store, c.Concerns(grant.Person())).Who()
	return a.decideChange(ctx, grant, now, c, verdict{state: customer.ChangeWithdrawn, whom: whom})
}

// RefuseChange refuses a change with a reason. Faults: change.not_found,
// change.already_decided, change.own_request (ROL-04), invalid_field at "reason".
func (a *App) RefuseChange(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID, reason string) (ChangeView, error) {
	reason, err := customer.Refusal(reason)
	if err != nil {
		return ChangeView{}, err
	}
	c, whom, err := a.changeToDecide(ctx, grant, id)
	if err != nil {
		return ChangeView{}, err
	}
	keys, err := a.Numbers.Keys(ctx, grant.Actor().Tenant)
	if err != nil {
		return ChangeView{}, err
	}
	box, err := customerdb.SealRefusal(keys, id, reason)
	if err != nil {
		return ChangeView{}, err
	}
	return a.decideChange(ctx, grant, now, c, verdict{state: customer.ChangeRefused, whom: whom, refusal: box})
}

// OpenChange opens the revision with the new values, for the referrer to finish;
// of a public file whoever reported it. Faults: change.not_found,
// change.already_decided, change.own_request (ROL-04), those of OpenRevisionTx.
func (a *App) OpenChange(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (ChangeView, error) {
	c, whom, err := a.changeToDecide(ctx, grant, id)
	if err != nil {
		return ChangeView{}, err
	}
	f, err := a.load(ctx, grant, c.File)
	if err != nil {
		return ChangeView{}, err
	}
	revisions, err := a.Revisions(ctx, grant.Actor().Tenant, f.Store, now)
	if err != nil {
		return ChangeView{}, err
	}
	by := grant.Person()
	o := customer.Opening{
		ID: kernel.NewID[kernel.UUID](now), File: c.File, Cause: customer.CauseChange, Editor: c.By, Fields: f.holds().Take(c.Names, c.Values.Fields), Number: c.Values.Number,
		By: &by, For: whom, Rule: "CHG-01",
	}
	if f.Owner != nil {
		o.Editor = *f.Owner
	}
	return a.decideChange(ctx, grant, now, c, verdict{state: customer.ChangeOpened, whom: whom, revision: &o.ID, open: func(tx pgx.Tx) error {
		return revisions.OpenRevisionTx(ctx, tx, o)
	}})
}

// changeToDecide loads a change that the grant's actor may decide, and says for
// whom he does (ROL-04, ROL-05).
func (a *App) changeToDecide(ctx context.Context, grant kernel.Grant, id kernel.UUID) (customer.Change, *kernel.PersonID, error) {
	c, err := a.changeOf(ctx, grant, id)
	if err != nil {
		return c, nil, err
	}
	whom, ok := grant.Decide(c.Store, c.Concerns)
	if !ok {
		return c, nil, customer.ErrOwnChange
	}
	return c, whom.Who(), nil
}

// verdict is how a change goes on that waited.
type verdict struct {
	state    customer.ChangeState
	whom     *kernel.PersonID // whose delegate decides
	refusal  []byte
	revision *kernel.UUID
	open     func(tx pgx.Tx) error // opens the revision, with its own line; nil: none is
}

// decideChange moves a change on that still waits, with what follows from it in
// the same transaction.
func (a *App) decideChange(ctx context.Context, grant kernel.Grant, now time.Time, c customer.Change, v verdict) (ChangeView, error) {
	id, by := grant.Actor().Tenant, grant.Person()
	p, err := a.policy(ctx, id, c.Store, now)
	if err != nil {
		return ChangeView{}, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		n, err := q.DecideChange(ctx, customerdb.DecideChangeParams{
			TenantID: id, RequestID: c.ID, State: string(v.state), DecidedBy: &by, DecidedFor: v.whom, Now: now, RefusalBox: v.refusal, RevisionID: v.revision,
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return customer.ErrChangeDecided
		}
		if v.open != nil {
			err = v.open(tx)
		} else {
			kind := map[customer.ChangeState]customer.EventKind{customer.ChangeWithdrawn: customer.ChangeTakenBack, customer.ChangeRefused: customer.ChangeRejected}[v.state]
			err = event(ctx, q, id, c.File, customer.Event{At: now, On: p.today, Kind: kind, Person: &by, For: v.whom, Rule: "CHG-01", Fields: c.Names})
		}
		if err != nil {
			return err
		}
		e := changeLine("customer.change_"+string(v.state), c.File, c.Store, customer.ChangePending, v.state)
		if v.state != customer.ChangeWithdrawn {
			e.Concerned = c.Concerns
		}
		return audit.WriteTx(ctx, tx, id, now, e)
	})
	if err != nil {
		return ChangeView{}, err
	}
	return a.change(ctx, grant, c.ID)
}

func changeLine(action string, file kernel.FileID, store kernel.StoreID, from, to customer.ChangeState) audit.Entry {
	return line(action, file, store, audit.Change{Field: "state", Before: string(from), After: string(to)})
}
