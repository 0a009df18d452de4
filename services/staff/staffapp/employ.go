package staffapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// Transfer ends a post and begins another on the same day, both with the reason.
// Faults: staff.assignment_not_found, those of EndAssignment and AssignPerson.
func (a *App) Transfer(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, from kernel.UUID, post staff.Post) (staff.Details, error) {
	if post.Reason == "" {
		return staff.Details{}, staff.ErrReasonNeeded
	}
	row, err := staffdb.New(a.DB.Single(actor.Tenant)).Assignment(ctx, actor.Tenant, from)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !row.Assignment().Within(grant) {
		return staff.Details{}, staff.ErrNoAssignment
	}
	if err != nil {
		return staff.Details{}, err
	}
	if err := a.mayGive(ctx, actor, post, row.PersonID == actor.Person); err != nil {
		return staff.Details{}, err
	}
	return a.changeDetails(ctx, grant, row.PersonID, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		now, err := q.Assignment(ctx, actor.Tenant, from) // as it is now that the person is locked
		if err == nil && now.ToOn != nil && *now.ToOn <= post.From {
			err = staff.ErrAlreadyEnded // moved by somebody else, or twice by one
		}
		if err != nil {
			return err
		}
		return oneByOne(
			func() error { return a.give(ctx, tx, q, actor.Tenant, p, today, post) },
			func() error { return a.end(ctx, tx, q, actor.Tenant, today, from, post.From, post.Reason) },
		)
	})
}

// RecordAbsence records a long leave. Faults: staff.not_found, staff.has_left,
// staff.date_order, staff.absence_overlaps.
func (a *App) RecordAbsence(ctx context.Context, grant kernel.Grant, id kernel.PersonID, in staff.Absence) (staff.Details, error) {
	tenant, now, by := grant.Actor().Tenant, a.Clock.Now(), grant.Person()
	in.ID = kernel.NewID[kernel.UUID](now)
	return a.changeDetails(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		if p.Left(max(today, in.From)) {
			return staff.ErrHasLeft
		}
		if err := a.besides(ctx, q, tenant, id, in); err != nil {
			return err
		}
		err := q.InsertAbsence(ctx, staffdb.InsertAbsenceParams{
			TenantID: tenant, AbsenceID: in.ID, PersonID: id, FromOn: in.From, ToOn: in.To, Kind: string(in.Kind), Reason: in.Reason, RecordedBy: &by, Now: now,
		})
		if err != nil {
			return err
		}
		return a.note(ctx, tx, tenant, "absence.recorded", id, storesOf(p), audit.Change{Field: "from", After: in.From.String()}, audit.Change{Field: "to", After: dateOr(in.To)})
	})
}

// EndAbsence records the day somebody is back, or puts it off; on the first day
// of the leave it takes the leave back. Faults: staff.absence_not_found,
// staff.date_order, staff.absence_overlaps.
func (a *App) EndAbsence(ctx context.Context, grant kernel.Grant, id kernel.UUID, to kernel.BusinessDate) (staff.Details, error) {
	tenant := grant.Actor().Tenant
	person, err := staffdb.New(a.DB.Single(tenant)).PersonOfAbsence(ctx, tenant, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return staff.Details{}, staff.ErrNoAbsence
	}
	if err != nil {
		return staff.Details{}, err
	}
	d, err := a.changeDetails(ctx, grant, person, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, _ kernel.BusinessDate) error {
		var leave staff.Absence
		if err := each(q.AbsencesOf(ctx, tenant, person))(func(r staffdb.AbsencesOfRow) {
			if r.AbsenceID == id {
				leave = r.Absence()
			}
		}); err != nil {
			return err
		}
		before := leave.To
		if to < leave.From {
			return staff.ErrDateOrder
		}
		if leave.To = &to; to > leave.From {
			if err := a.besides(ctx, q, tenant, person, leave); err != nil {
				return err
			}
		}
		if err := q.EndAbsence(ctx, staffdb.EndAbsenceParams{TenantID: tenant, AbsenceID: id, ToOn: to, Now: a.Clock.Now()}); err != nil {
			return err
		}
		return a.note(ctx, tx, tenant, "absence.ended", person, storesOf(p), audit.Change{Field: "to", Before: dateOr(before), After: to.String()})
	})
	if errors.Is(err, staff.ErrNotFound) {
		err = staff.ErrNoAbsence
	}
	return d, err
}

// besides checks a leave against the others of a person.
func (a *App) besides(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, person kernel.PersonID, in staff.Absence) error {
	var others []staff.Absence
	if err := each(q.AbsencesOf(ctx, tenant, person))(func(r staffdb.AbsencesOfRow) { others = append(others, r.Absence()) }); err != nil {
		return err
	}
	return in.MayBegin(others)
}

// CloseLeaving closes the procedure of somebody who has left, once he owns no
// customer any more (ACC-03). Faults: staff.not_found, staff.not_left,
// staff.leaving_closed, staff.customers_left.
func (a *App) CloseLeaving(ctx context.Context, grant kernel.Grant, id kernel.PersonID) (staff.Details, error) {
	tenant, now, by := grant.Actor().Tenant, a.Clock.Now(), grant.Person()
	return a.changeDetails(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		switch {
		case !p.Left(today):
			return staff.ErrNotLeft
		case p.LeavingClosed:
			return staff.ErrLeavingClosed
		}
		if err := q.HoldLeaver(ctx, tenant, id); err != nil {
			return err
		}
		left, err := a.ports.HoldsCustomersTx(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		if left > 0 {
			return staff.CustomersLeft(left)
		}
		if err := q.KeepLeaving(ctx, staffdb.KeepLeavingParams{TenantID: tenant, PersonID: id, Now: now}); err != nil {
			return err
		}
		n, err := q.CloseLeaving(ctx, staffdb.CloseLeavingParams{TenantID: tenant, PersonID: id, ClosedBy: &by, Now: now})
		if err == nil && n == 0 {
			err = staff.ErrLeavingClosed
		}
		if err != nil {
			return err
		}
		return a.note(ctx, tx, tenant, "leaving.closed", id, storesOf(p), audit.Change{Field: "left_on", After: dateOr(p.LeftOn)})
	})
}

// Reenter takes somebody back who has left: the same person in a new period,
// whose history stays. His old password counts no longer. Faults:
// staff.not_found, staff.not_left, staff.date_order, staff.phone_taken, those of
// AssignPerson.
func (a *App) Reenter(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.PersonID, on kernel.BusinessDate, post staff.Post) (staff.Details, error) {
	if err := a.mayGive(ctx, actor, post, id == actor.Person); err != nil {
		return staff.Details{}, err
	}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return staff.Details{}, err
	}
	now := a.Clock.Now()
	return a.changeDetails(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		switch {
		case !p.Left(today):
			return staff.ErrNotLeft
		case on < *p.LeftOn || on <= p.EntryOn || post.From < on:
			return staff.ErrDateOrder
		}
		var number []byte
		if p.Number != "" {
			number = keys.NumberKey(p.Number)
			taken, err := q.NumberTaken(ctx, staffdb.NumberTakenParams{TenantID: actor.Tenant, NumberKey: number, PersonID: id, Today: today})
			if err == nil && taken {
				err = staff.ErrPhoneTaken
			}
			if err != nil {
				return err
			}
		}
		err := oneByOne(
			func() error {
				return q.KeepLeaving(ctx, staffdb.KeepLeavingParams{TenantID: actor.Tenant, PersonID: id, Now: now})
			},
			func() error { return q.Reenter(ctx, on, actor.Tenant, id) },
			func() error {
				return a.note(ctx, tx, actor.Tenant, "person.reentered", id, storeOf(post.Stores), audit.Change{Field: "entry_date", Before: p.EntryOn.String(), After: on.String()})
			},
		)
		if err != nil {
			return err
		}
		if number != nil {
			if err := a.flag(ctx, tx, actor.Tenant, []staff.Hired{{Person: id, NumberKey: number}}, now); err != nil {
				return err
			}
		}
		back := p
		back.LeftOn, back.Assignments = nil, nil
		return a.give(ctx, tx, q, actor.Tenant, back, today, post)
	})
}
