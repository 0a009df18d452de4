package staffapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// Details gives a person in reach with all posts, leaves and periods that the
// grant reaches. Fault: staff.not_found.
func (a *App) Details(ctx context.Context, grant kernel.Grant, id kernel.PersonID) (d staff.Details, err error) {
	tenant := grant.Actor().Tenant
	today, err := a.today(ctx, tenant)
	if err != nil {
		return d, err
	}
	if _, err := a.Numbers.Keys(ctx, tenant); err != nil { // before the transaction
		return d, err
	}
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		d, err = a.details(ctx, tx, grant, id, today)
		return err
	})
	return d, err
}

func (a *App) details(ctx context.Context, tx pgx.Tx, grant kernel.Grant, id kernel.PersonID, today kernel.BusinessDate) (d staff.Details, err error) {
	tenant, q := grant.Actor().Tenant, staffdb.New(tx)
	row, err := q.Person(ctx, tenant, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return d, staff.ErrNotFound
	}
	if err != nil {
		return d, err
	}
	p, err := a.person(ctx, q, tenant, today, row)
	if err != nil {
		return d, err
	}
	if d.Person = p.Seen(grant); !grant.Tenant() && len(d.Assignments) == 0 {
		return d, staff.ErrNotFound
	}
	keys, err := a.Numbers.Keys(ctx, tenant)
	if err != nil {
		return d, err
	}
	if d.Email, err = a.email(ctx, q, keys, tenant, id); err != nil {
		return d, err
	}
	err = errors.Join(
		each(q.AllAssignmentsOf(ctx, tenant, id))(func(r staffdb.AllAssignmentsOfRow) {
			if post := staffdb.AssignmentRow(r).Assignment(); post.Touches(grant) {
				d.History = append(d.History, post)
			}
		}),
		each(q.AbsencesOf(ctx, tenant, id))(func(r staffdb.AbsencesOfRow) { d.Absences = append(d.Absences, r.Absence()) }),
		each(q.LeavingsOf(ctx, tenant, id))(func(r staffdb.LeavingsOfRow) {
			d.Leavings = append(d.Leavings, staff.Leaving{EntryOn: r.EntryOn, LeftOn: r.LeftOn, Reason: r.Reason, RecordedAt: r.RecordedAt, ClosedAt: r.ClosedAt, ClosedBy: r.ClosedName})
		}),
	)
	if err == nil && a.ports.HoldsCustomersTx != nil {
		d.Customers, err = a.ports.HoldsCustomersTx(ctx, tx, tenant, id)
	}
	return d, err
}

// PersonChange is what changes of a person; nil stays.
type PersonChange struct {
	Name    *string
	StaffNo *string
	Number  *kernel.Phone // empty takes it away
	Email   *staff.Email  // empty takes it away
}

// UpdatePerson changes name, staff number, phone number or e-mail address. Sessions go on; the
// next login is with the new number. A new number or address is a way in, so
// the caller must be able to give every post the person holds. Faults:
// staff.not_found, staff.number_taken, staff.phone_taken, those of MayGive.
func (a *App) UpdatePerson(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.PersonID, in PersonChange) (staff.Details, error) {
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return staff.Details{}, err
	}
	if in.Number != nil || in.Email != nil {
		if err := a.mayGiveAll(ctx, actor, id); err != nil {
			return staff.Details{}, err
		}
	}
	return a.changeDetails(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		next := p
		if in.Name != nil {
			next.Name = *in.Name
		}
		if in.StaffNo != nil {
			next.StaffNo = *in.StaffNo
		}
		if in.Number != nil {
			next.Number = *in.Number
		}
		if err := a.write(ctx, q, keys, actor.Tenant, p, next, today); err != nil {
			return err
		}
		if next.Number != p.Number && next.Number != "" && !p.Left(today) {
			if err := a.flag(ctx, tx, actor.Tenant, []staff.Hired{{Person: id, NumberKey: keys.NumberKey(next.Number)}}, a.Clock.Now()); err != nil {
				return err
			}
		}
		changes := changed(keys, p, next)
		if in.Email != nil {
			before, err := a.email(ctx, q, keys, actor.Tenant, id)
			if err != nil {
				return err
			}
			if err := a.setEmail(ctx, q, keys, actor.Tenant, id, *in.Email); err != nil {
				return err
			}
			if before != *in.Email {
				changes = append(changes, audit.Change{Field: "email", Before: audit.Fingerprint(keys, string(before)), After: audit.Fingerprint(keys, string(*in.Email))})
			}
		}
		return a.note(ctx, tx, actor.Tenant, "person.changed", id, storesOf(p), changes...)
	})
}

// write stores name, staff number and number of a person.
func (a *App) write(ctx context.Context, q *staffdb.Queries, keys *secret.Keys, tenant kernel.TenantID, before, p staff.Person, today kernel.BusinessDate) error {
	row := staffdb.UpdatePersonParams{TenantID: tenant, PersonID: p.ID, StaffNo: p.StaffNo, Name: p.Name, NumberKey: []byte{}, NumberBox: []byte{}, Last4: p.Number.Last4Reversed()}
	if p.Number != "" {
		row.NumberKey = keys.NumberKey(p.Number)
		if p.Number != before.Number {
			taken, err := q.NumberTaken(ctx, staffdb.NumberTakenParams{TenantID: tenant, NumberKey: row.NumberKey, PersonID: p.ID, Today: today})
			if err != nil {
				return err
			}
			if taken {
				return staff.ErrPhoneTaken
			}
		}
		var err error
		if row.NumberBox, err = keys.Seal(p.Number, numberTable, kernel.UUID(p.ID)); err != nil {
			return err
		}
	}
	return mended(q.UpdatePerson(ctx, row))
}

// changed are the fields that differ, without a value of personal data.
func changed(keys *secret.Keys, before, after staff.Person) (out []audit.Change) {
	if before.StaffNo != after.StaffNo {
		out = append(out, audit.Change{Field: "staff_no", Before: before.StaffNo, After: after.StaffNo})
	}
	if before.Name != after.Name {
		out = append(out, audit.Change{Field: "name", Before: audit.Fingerprint(keys, before.Name), After: audit.Fingerprint(keys, after.Name)})
	}
	if before.Number != after.Number {
		out = append(out, audit.Change{Field: "phone", Before: audit.Fingerprint(keys, before.Number.E164()), After: audit.Fingerprint(keys, after.Number.E164())})
	}
	return out
}

// mayGiveAll checks that the actor could give somebody every post he holds:
// whoever can get into an account has its rights. Faults: those of MayGive.
func (a *App) mayGiveAll(ctx context.Context, actor *kernel.Actor, id kernel.PersonID) error {
	p, err := a.Self(ctx, actor.Tenant, id)
	if err != nil {
		return err
	}
	for _, post := range p.Assignments {
		if err := a.mayGive(ctx, actor, post.Post, id == actor.Person); errors.Is(err, staff.ErrUnknownStore) {
			return staff.ErrNotFound
		} else if err != nil {
			return err
		}
	}
	return nil
}

// changeDetails is change, and gives everything about the person afterwards.
func (a *App) changeDetails(ctx context.Context, grant kernel.Grant, id kernel.PersonID, apply func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error) (d staff.Details, err error) {
	_, err = a.change(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		if err := apply(tx, q, p, today); err != nil {
			return err
		}
		var err error
		d, err = a.details(ctx, tx, grant, id, today)
		if errors.Is(err, staff.ErrNotFound) { // moved out of reach by this very change
			d, err = staff.Details{Person: p.Seen(grant)}, nil
		}
		return err
	})
	return d, err
}
