package customerapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
)

// contactTable is what boxes of further numbers are bound to.
const contactTable = "file_contact"

// contactNameBox is what their names are bound to, beside the row.
const contactNameBox = contactTable + ".name"

// Contacts lists the further numbers on a file, own ones first. Fault:
// customer.not_found.
func (a *App) Contacts(ctx context.Context, grant kernel.Grant, id kernel.FileID) ([]customer.Contact, customer.Row, error) {
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return nil, f.Row, err
	}
	tenantID := grant.Actor().Tenant
	keys, err := a.Numbers.Keys(ctx, tenantID)
	if err != nil {
		return nil, f.Row, err
	}
	rows, err := a.read(tenantID).ContactsOfFile(ctx, tenantID, id)
	if err != nil {
		return nil, f.Row, err
	}
	out := make([]customer.Contact, len(rows))
	for i, r := range rows {
		if out[i], err = contactOf(keys, r); err != nil {
			return nil, f.Row, err
		}
	}
	return out, f.Row, nil
}

func contactOf(keys *secret.Keys, r customerdb.ContactsOfFileRow) (customer.Contact, error) {
	c := customer.Contact{ID: r.ContactID, Kind: customer.ContactKind(r.Kind)}
	number, err := keys.Open(r.NumberBox, contactTable, r.ContactID)
	if err != nil {
		return c, err
	}
	c.Masked = number.Masked()
	if r.NameBox != nil {
		name, err := keys.OpenBytes(r.NameBox, contactNameBox, r.ContactID)
		c.Name = customer.Name(name)
		return c, err
	}
	return c, nil
}

// mayChange says who may put the guest's own numbers on a file or take them off:
// its writer while it is his to write; of an approved one a manager whom it does
// not concern (CHG-01). Contacts are free to everybody who writes the file.
func mayChange(f file, grant kernel.Grant, kind customer.ContactKind) error {
	switch {
	case kind != customer.ContactOwn:
		return nil
	case f.ApprovedOn == nil && (f.Writer != grant.Person() || !f.State.Editable()):
		return customer.ErrNotEditable
	case f.ApprovedOn != nil:
		if _, ok := grant.Decide(f.Store, f.Concerns); !ok {
			return customer.ErrNeedsManager
		}
	}
	return nil
}

// AddContact puts a further number on a file (VIS-12). One of the guest's own is
// held like the first (CUS-10), and of an approved file counts visits from today
// on. Faults: customer.not_found, customer.not_editable, contact.needs_manager,
// contact.on_this_file, contact.too_many, customer.already_on_file,
// customer.staff_number, invalid_field at "number" and "name".
func (a *App) AddContact(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID, kind customer.ContactKind, raw, name string) (customer.Contact, error) {
	tenantID, writer := grant.Actor().Tenant, grant.Person()
	called, err := customer.ContactName(kind, name)
	if err != nil {
		return customer.Contact{}, err
	}
	number, refused := customer.CheckNumber(raw)
	if refused != nil {
		return customer.Contact{}, fault.Field("number", refused.Rule, refused.Message)
	}
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return customer.Contact{}, err
	}
	if err := mayChange(f, grant, kind); err != nil {
		return customer.Contact{}, err
	}
	p, err := a.policy(ctx, tenantID, f.Store, now)
	if err != nil {
		return customer.Contact{}, err
	}
	keys, err := a.Numbers.Keys(ctx, tenantID)
	if err != nil {
		return customer.Contact{}, err
	}
	key := keys.NumberKey(number)
	if string(key) == string(f.numberKey) {
		return customer.Contact{}, customer.ErrOnThisFile
	}
	row := customerdb.InsertContactParams{TenantID: tenantID, ContactID: kernel.NewID[kernel.UUID](now), FileID: id, StoreID: f.Store, Kind: string(kind), NumberKey: key, Writer: kernel.UUID(writer), Now: now}
	if row.NumberBox, err = keys.Seal(number, contactTable, row.ContactID); err != nil {
		return customer.Contact{}, err
	}
	if called != "" {
		if row.NameBox, err = keys.SealBytes([]byte(called.Full()), contactNameBox, row.ContactID); err != nil {
			return customer.Contact{}, err
		}
	}
	err = a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		if err := q.LockFile(ctx, tenantID, id); err != nil {
			return err
		}
		known, err := q.ContactsOfFile(ctx, tenantID, id)
		if err != nil {
			return err
		}
		if len(known) >= customer.MaxContacts {
			return customer.ErrTooMany
		}
		if n, err := q.InsertContact(ctx, row); err != nil || n == 0 {
			if err == nil {
				err = customer.ErrOnThisFile
			}
			return err
		}
		if kind == customer.ContactOwn {
			if err := a.ownNumberTx(ctx, tx, tenantID, p, f, key, now); err != nil {
				return err
			}
		}
		return a.contactLines(ctx, tx, grant, f, p, customer.ContactAdded, now)
	})
	return customer.Contact{ID: row.ContactID, Kind: kind, Name: called, Masked: number.Masked()}, err
}

// ownNumberTx makes a number one of the guest's own.
func (a *App) ownNumberTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p policy, f file, key []byte, now time.Time) error {
	if f.ApprovedOn == nil {
		until := now.Add(p.reserve)
		return a.claim(ctx, tx, id, p, f.File, key, &until, now)
	}
	if err := a.claim(ctx, tx, id, p, f.File, key, nil, now); err != nil {
		return err
	}
	return a.visits.ApproveNumbersTx(ctx, tx, id, []customer.ApprovedNumber{{Store: f.Store, NumberKey: key, File: f.File, ApprovedOn: p.today}}, now)
}

// RemoveContact takes a further number off a file; of the guest's own it is free
// for others then, and its visits so far stay the file's. Faults:
// customer.not_found, contact.not_found, contact.needs_manager,
// customer.not_editable.
func (a *App) RemoveContact(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID, contact kernel.UUID) error {
	tenantID := grant.Actor().Tenant
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return err
	}
	p, err := a.policy(ctx, tenantID, f.Store, now)
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		known, err := q.ContactsOfFile(ctx, tenantID, id)
		if err != nil {
			return err
		}
		for _, r := range known {
			if r.ContactID != contact {
				continue
			}
			kind := customer.ContactKind(r.Kind)
			if err := mayChange(f, grant, kind); err != nil {
				return err
			}
			if n, err := q.DeleteContact(ctx, tenantID, id, contact); err != nil || n == 0 {
				if err == nil {
					err = customer.ErrNoContact
				}
				return err
			}
			if kind == customer.ContactOwn {
				if err := a.dropNumberTx(ctx, tx, tenantID, p, f, r.NumberKey, now); err != nil {
					return err
				}
			}
			return a.contactLines(ctx, tx, grant, f, p, customer.ContactRemoved, now)
		}
		return customer.ErrNoContact
	})
}

// dropNumberTx makes a number none of the guest's own any more.
func (a *App) dropNumberTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p policy, f file, key []byte, now time.Time) error {
	if err := a.releaseTx(ctx, tx, id, p, key, f.File, now); err != nil || f.ApprovedOn == nil {
		return err
	}
	return a.visits.MoveNumberTx(ctx, tx, id, customer.MovedNumber{Store: f.Store, File: f.File, From: key, On: p.today}, now)
}

func (a *App) contactLines(ctx context.Context, tx pgx.Tx, grant kernel.Grant, f file, p policy, kind customer.EventKind, now time.Time) error {
	id, me := grant.Actor().Tenant, grant.Person()
	whom := grant.Holder(f.Store, f.OwnedBy(me)).Who()
	if err := event(ctx, customerdb.New(tx), id, f.File, customer.Event{At: now, On: p.today, Kind: kind, Person: &me, For: whom, Rule: "VIS-12"}); err != nil {
		return err
	}
	action := map[customer.EventKind]string{customer.ContactAdded: "customer.contact_added", customer.ContactRemoved: "customer.contact_gone"}[kind]
	e := line(action, f.File, f.Store)
	e.Own = f.OwnedBy(me)
	return audit.WriteTx(ctx, tx, id, now, e)
}

// furtherOwn are the keys of the guest's own numbers besides the first.
func furtherOwn(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, file kernel.FileID) ([][]byte, error) {
	rows, err := q.ContactsOfFile(ctx, id, file)
	keys := [][]byte{}
	for _, r := range rows {
		if r.Kind == string(customer.ContactOwn) {
			keys = append(keys, r.NumberKey)
		}
	}
	return keys, err
}

// GuestsOfNumber lists the approved guests of a store for whom somebody with a
// number may book (VIS-12): whose own it is first, then those whose contact it
// is; at most 20. For other contexts: what of it the caller may see is theirs to
// say.
func (a *App) GuestsOfNumber(ctx context.Context, id kernel.TenantID, store kernel.StoreID, numberKey []byte) ([]customer.GuestOfNumber, error) {
	rows, err := a.read(id).GuestsOfNumber(ctx, id, store, numberKey)
	out := make([]customer.GuestOfNumber, len(rows))
	for i, r := range rows {
		out[i] = customer.GuestOfNumber{
			File: r.FileID, Name: customer.Name(r.Name), Contact: r.ContactID, Kind: customer.ContactKind(r.Kind),
			Row: customer.Row{File: r.FileID, Store: store, Owner: r.OwnerID, Writer: r.WriterID, ApprovedOn: r.ApprovedOn},
		}
	}
	return out, err
}

// ContactsByID gives the contacts, by id, who booked; those that are gone are
// left out.
func (a *App) ContactsByID(ctx context.Context, id kernel.TenantID, contacts []kernel.UUID) (map[kernel.UUID]customer.Contact, error) {
	out := make(map[kernel.UUID]customer.Contact, len(contacts))
	if len(contacts) == 0 {
		return out, nil
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	rows, err := a.read(id).ContactsByID(ctx, id, contacts)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if out[r.ContactID], err = contactOf(keys, customerdb.ContactsOfFileRow(r)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// NumberOf is the first number of a file, for a booking that a contact makes.
// Fault: customer.not_found.
func (a *App) NumberOf(ctx context.Context, id kernel.TenantID, file kernel.FileID) (kernel.Phone, error) {
	rows, err := a.read(id).Rows(ctx, id, customerdb.IDs([]kernel.FileID{file}))
	if err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return "", customer.ErrNotFound
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return "", err
	}
	return open(keys, rows[0].Guest())
}
