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
	"github.com/changke/changke/services/platform/secret"
)

// revisionTable is what a revision's new number is bound to, with its row.
const revisionTable = "file_revision.number"

// numberField is the name reasons and changes give the number.
const numberField = "number"

// Revision is what the open revision of a file with a standing wants (CUS-12).
type Revision struct {
	Cause    customer.Cause
	Fields   customer.Fields
	Masked   string   // the number as it shall be
	Changed  []string // what differs from what holds; "number" is the number
	Editor   string   // name of who is to finish it
	Reasons  []customer.Reason
	Editable bool // by the caller
}

// holds are the fields that are valid.
func (f file) holds() customer.Fields {
	if f.standing != nil {
		return *f.standing
	}
	return f.fields
}

// wanted is the number as it shall be.
func (f file) wanted() []byte {
	if f.newKey != nil {
		return f.newKey
	}
	return f.numberKey
}

// edits reports whether somebody may write and submit the file: its writer, and
// once it has a standing whoever is to finish the open revision.
func (f file) edits(p kernel.PersonID) bool {
	switch {
	case !f.State.Editable():
		return false
	case f.ApprovedOn == nil:
		return f.Writer == p
	}
	return f.Editor != nil && (*f.Editor == p || f.cause.ByOwner() && f.Owner != nil && *f.Owner == p)
}

// held are the fields that hold of files with a standing.
func (a *App) held(ctx context.Context, id kernel.TenantID, keys *secret.Keys, files []kernel.FileID) (map[kernel.FileID]customer.Fields, error) {
	out := map[kernel.FileID]customer.Fields{}
	if len(files) == 0 {
		return out, nil
	}
	rows, err := a.read(id).Standings(ctx, customerdb.IDs(files), id)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if out[kernel.FileID(r.FileID)], err = customerdb.OpenFields(keys, r.RevisionID, r.FieldsBox); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// openNew reads the new number of a revision, masked; the old one if it stays.
func openNew(keys *secret.Keys, revision kernel.UUID, box []byte, masked string) (string, error) {
	if box == nil {
		return masked, nil
	}
	number, err := keys.Open(box, revisionTable, revision)
	return number.Masked(), err
}

// revision is the open revision of a file with a standing; nil: none is open.
func (a *App) revision(ctx context.Context, grant kernel.Grant, f file) (*Revision, error) {
	if f.standing == nil {
		return nil, nil
	}
	id := grant.Actor().Tenant
	names, err := a.Staff.Names(ctx, id, []kernel.PersonID{*f.Editor})
	if err != nil {
		return nil, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	r := &Revision{
		Cause: f.cause, Fields: f.fields, Changed: f.standing.Changed(f.fields), Editor: names[*f.Editor], Reasons: f.reasons, Editable: f.edits(grant.Person()),
	}
	if f.State == customer.Submitted { // answered, and for the reviewer to judge
		r.Reasons = nil
	}
	number, err := open(keys, f.Guest)
	if err != nil {
		return nil, err
	}
	if f.newKey != nil {
		r.Changed = append(r.Changed, numberField)
	}
	r.Masked, err = openNew(keys, f.revision, f.newBox, number.Masked())
	return r, err
}

// Revisions opens revisions of files of one store. It is made before the
// transaction that it writes in.
type Revisions struct {
	app    *App
	tenant kernel.TenantID
	policy policy
	form   customer.Template
	keys   *secret.Keys
	now    time.Time
}

// Revisions prepares to open revisions of a store's files. Fault:
// store.not_found.
func (a *App) Revisions(ctx context.Context, id kernel.TenantID, store kernel.StoreID, now time.Time) (Revisions, error) {
	p, err := a.policy(ctx, id, store, now)
	if err != nil {
		return Revisions{}, err
	}
	t, err := a.templateOf(ctx, id, nil)
	if err != nil {
		return Revisions{}, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	return Revisions{app: a, tenant: id, policy: p, form: t, keys: keys, now: now}, err
}

// OpenRevisionTx opens a revision of a file with a standing (CUS-12): owner,
// visits, scores and the old values stay as they are until it is approved. A new
// number is reserved as a draft's is. Faults: customer.no_standing,
// customer.revision_open, customer.already_on_file, customer.staff_number.
func (r Revisions) OpenRevisionTx(ctx context.Context, tx pgx.Tx, o customer.Opening) error {
	q, revision := customerdb.New(tx), o.ID
	state := o.Fields.Stage(r.form)
	if len(o.Reasons) > 0 {
		state = customer.Rejected // the reasons stay in sight until it is submitted
	}
	store, err := q.OpenGuest(ctx, customerdb.OpenGuestParams{TenantID: r.tenant, FileID: o.File, State: string(state), EditorID: kernel.UUID(o.Editor)})
	if errors.Is(err, pgx.ErrNoRows) {
		return r.refused(ctx, q, o.File)
	}
	if err != nil {
		return err
	}
	row := customerdb.InsertOpenRevisionParams{
		TenantID: kernel.UUID(r.tenant), RevisionID: revision, FileID: kernel.UUID(o.File), StoreID: kernel.UUID(store), Cause: string(o.Cause), State: string(state), WriterID: kernel.UUID(o.Editor), Now: r.now, TemplateVersion: &r.form.Version,
	}
	if row.FieldsBox, err = customerdb.SealFields(r.keys, revision, o.Fields); err != nil {
		return err
	}
	if row.ReasonsBox, err = customerdb.SealReasons(r.keys, revision, o.Reasons); err != nil {
		return err
	}
	if o.Number != "" {
		until, last4 := r.now.Add(r.policy.reserve), o.Number.Last4Reversed()
		row.NumberKey, row.Last4Rev = r.keys.NumberKey(o.Number), &last4
		if row.NumberBox, err = r.keys.Seal(o.Number, revisionTable, revision); err != nil {
			return err
		}
		if err := r.app.claim(ctx, tx, r.tenant, r.policy, o.File, row.NumberKey, &until, r.now); err != nil {
			return err
		}
	}
	if err := q.InsertOpenRevision(ctx, row); err != nil {
		return err
	}
	e := customer.Event{At: r.now, On: r.policy.today, Kind: customer.RevisionOpened(o.Cause), Person: o.By, For: o.For, Rule: o.Rule}
	for _, reason := range o.Reasons {
		e.Fields = append(e.Fields, reason.Field)
	}
	return event(ctx, q, r.tenant, o.File, e)
}

// refused says why no revision was opened.
func (r Revisions) refused(ctx context.Context, q *customerdb.Queries, file kernel.FileID) error {
	row, err := q.File(ctx, r.tenant, file)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return customer.ErrNotFound
	case err != nil:
		return err
	case row.ApprovedOn == nil:
		return customer.ErrNoStanding
	}
	return customer.ErrRevisionOpen
}

// saveRevision is Update of a file with a standing: what it says stays in the
// revision. A number put back to the one that holds frees the new one.
func (a *App) saveRevision(ctx context.Context, grant kernel.Grant, now time.Time, f file, p policy, t customer.Template, version int32, fields customer.Fields, number kernel.Phone) (View, error) {
	id, writer := grant.Actor().Tenant, grant.Person()
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return View{}, err
	}
	state := fields.Stage(t)
	if f.State == customer.Rejected {
		state = customer.Rejected
	}
	row := customerdb.SaveRevisionParams{TenantID: id, RevisionID: f.revision, State: string(state), WriterID: writer, NumberKey: f.newKey, NumberBox: f.newBox, TemplateVersion: &t.Version}
	if row.FieldsBox, err = customerdb.SealFields(keys, f.revision, fields); err != nil {
		return View{}, err
	}
	wanted := f.wanted()
	switch {
	case number != "":
		wanted = keys.NumberKey(number)
	case f.newKey != nil:
		if number, err = keys.Open(f.newBox, revisionTable, f.revision); err != nil {
			return View{}, err
		}
	}
	changed := f.fields.Changed(fields)
	moved := !slices.Equal(wanted, f.wanted())
	switch {
	case len(changed) == 0 && !moved && fields.NameInsisted == f.fields.NameInsisted && fields.PHS == f.fields.PHS && (f.template == nil || *f.template == t.Version):
		return a.Get(ctx, grant, now, f.File) // a retry
	case f.Version != version:
		return View{}, customer.ErrChanged
	case moved:
		changed = append(changed, numberField)
	}
	switch {
	case slices.Equal(wanted, f.numberKey):
		row.NumberKey, row.NumberBox = nil, nil
	default:
		last4 := number.Last4Reversed()
		row.NumberKey, row.Last4Rev = wanted, &last4
		if moved {
			if row.NumberBox, err = keys.Seal(number, revisionTable, f.revision); err != nil {
				return View{}, err
			}
		}
	}
	until := now.Add(p.reserve)
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		n, err := q.TouchGuest(ctx, customerdb.TouchGuestParams{TenantID: id, FileID: f.File, Version: f.Version, State: string(state), EditorID: kernel.UUID(writer)})
		if err != nil {
			return err
		}
		if n == 0 {
			return customer.ErrChanged
		}
		if moved && row.NumberKey != nil {
			if err := a.claim(ctx, tx, id, p, f.File, wanted, &until, now); err != nil {
				return err
			}
		}
		if moved && f.newKey != nil {
			if err := a.releaseTx(ctx, tx, id, p, f.newKey, f.File, now); err != nil {
				return err
			}
		}
		if err := q.SaveRevision(ctx, row); err != nil {
			return err
		}
		if err := event(ctx, q, id, f.File, customer.Event{At: now, On: p.today, Kind: customer.FileChanged, Person: &writer, Fields: changed}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, ownLine("customer.changed", f.File, f.Store, edited(keys, changed, f.fields, fields, f.wanted(), wanted)...))
	})
	if err != nil {
		return View{}, err
	}
	return a.Get(ctx, grant, now, f.File)
}

// applyTx makes what an approved revision wants what holds (CUS-12): the old
// number counts until this day and is free from then on.
func (a *App) applyTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, keys *secret.Keys, f file, p policy, now time.Time) error {
	q := customerdb.New(tx)
	number, err := open(keys, f.Guest)
	if err != nil {
		return err
	}
	row := customerdb.ApplyRevisionParams{
		TenantID: id, FileID: f.File, Name: f.fields.Name.Full(), Initials: customer.Initials(f.fields.Name.Full()), Sex: int16(f.fields.Sex),
		NumberKey: f.numberKey, NumberBox: f.NumberBox, Last4Rev: number.Last4Reversed(),
	}
	if f.newKey != nil {
		if number, err = keys.Open(f.newBox, revisionTable, f.revision); err != nil {
			return err
		}
		row.NumberKey, row.Last4Rev = f.newKey, number.Last4Reversed()
		if row.NumberBox, err = keys.Seal(number, guestTable, kernel.UUID(f.File)); err != nil {
			return err
		}
	}
	if err := q.ApplyRevision(ctx, row); err != nil || f.newKey == nil {
		return err
	}
	if err := a.releaseTx(ctx, tx, id, p, f.numberKey, f.File, now); err != nil {
		return err
	}
	moved := customer.MovedNumber{Store: f.Store, File: f.File, From: f.numberKey, To: f.newKey, On: p.today}
	return a.visits.MoveNumberTx(ctx, tx, id, moved, now)
}
