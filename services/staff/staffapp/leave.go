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

// EndAssignment ends a post on a date; the next request is judged without it
// from that date on. Faults: staff.assignment_not_found, staff.date_order,
// staff.already_ended, staff.last_admin.
func (a *App) EndAssignment(ctx context.Context, grant kernel.Grant, id kernel.UUID, to kernel.BusinessDate, reason string) (staff.Person, error) {
	tenant := grant.Actor().Tenant
	row, err := staffdb.New(a.DB.Single(tenant)).Assignment(ctx, tenant, id)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !row.Assignment().Within(grant) {
		return staff.Person{}, staff.ErrNoAssignment
	}
	if err != nil {
		return staff.Person{}, err
	}
	return a.change(ctx, grant, row.PersonID, func(tx pgx.Tx, q *staffdb.Queries, _ staff.Person, today kernel.BusinessDate) error {
		return a.end(ctx, tx, q, tenant, today, id, to, reason)
	})
}

// end ends a post of a person who is locked.
func (a *App) end(ctx context.Context, tx pgx.Tx, q *staffdb.Queries, tenant kernel.TenantID, today kernel.BusinessDate, id kernel.UUID, to kernel.BusinessDate, reason string) error {
	row, err := q.Assignment(ctx, tenant, id) // as it is now that the person is locked
	if err != nil {
		return err
	}
	post := row.Assignment()
	switch {
	case to < post.From:
		return staff.ErrDateOrder
	case post.To != nil && *post.To < to: // would give the role anew, without a look at who gives
		return staff.ErrAlreadyEnded
	}
	err = a.keepingAnAdmin(ctx, q, tenant, today, []staff.Assignment{post}, func() error {
		return q.EndAssignment(ctx, staffdb.EndAssignmentParams{ToOn: to, EndReason: reason, Now: a.Clock.Now(), TenantID: tenant, AssignmentID: id})
	})
	if err != nil {
		return err
	}
	return a.note(ctx, tx, tenant, "person.post_ended", post.Person, storeOf(post.Stores), audit.Change{Field: "role", Before: post.Role}, audit.Change{Field: "to", Before: dateOr(post.To), After: to.String()})
}

// RecordLeaving records that a person leaves (ACC-03): from that day on, and at
// once if it has come, login, sessions, codes, posts and
// delegations are over. Faults:
// staff.not_found (also unless all his posts are in reach), staff.leaving_closed,
// staff.last_admin.
func (a *App) RecordLeaving(ctx context.Context, grant kernel.Grant, id kernel.PersonID, on kernel.BusinessDate, reason string) (staff.Person, error) {
	tenant, now := grant.Actor().Tenant, a.Clock.Now()
	return a.change(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		for _, post := range p.Assignments {
			if !post.Within(grant) {
				return staff.ErrNotFound
			}
		}
		switch {
		case p.LeavingClosed:
			return staff.ErrLeavingClosed
		case on < p.EntryOn:
			return staff.ErrDateOrder
		}
		err := a.keepingAnAdmin(ctx, q, tenant, today, p.Assignments, func() error {
			return oneByOne(
				func() error { return q.RecordLeaving(ctx, on, tenant, id) },
				func() error {
					return q.EndAssignmentsOf(ctx, staffdb.EndAssignmentsOfParams{LeftOn: on, Now: now, TenantID: tenant, PersonID: id})
				},
				func() error {
					return q.EndDelegationsOf(ctx, staffdb.EndDelegationsOfParams{TenantID: tenant, Person: kernel.UUID(id), LeftOn: on, Now: now})
				},
			)
		})
		if err != nil {
			return err
		}
		by := grant.Person()
		err = oneByOne(
			func() error {
				return q.KeepLeaving(ctx, staffdb.KeepLeavingParams{TenantID: tenant, PersonID: id, Reason: reason, RecordedBy: &by, Now: now})
			},
			func() error {
				return a.note(ctx, tx, tenant, "person.left", id, storesOf(p), audit.Change{Field: "left_on", Before: dateOr(p.LeftOn), After: on.String()})
			},
		)
		if err != nil || on > today {
			return err // the look-up of each request ends the rest on that day
		}
		return oneByOne(
			func() error { return q.EndSessionsOf(ctx, now, tenant, id) },
			func() error { _, err := q.VoidCodes(ctx, now, tenant, id); return err },
			func() error {
				return q.WithdrawRequestsOf(ctx, staffdb.WithdrawRequestsOfParams{TenantID: tenant, PersonID: &id, Now: now, DecidedBy: &by})
			},
		)
	})
}

// oneByOne does one step after another until one fails.
func oneByOne(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
