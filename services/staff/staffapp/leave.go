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
func (a *App) EndAssignment(ctx context.Context, grant kernel.Grant, id kernel.UUID, to kernel.BusinessDate) (staff.Person, error) {
	tenant := grant.Actor().Tenant
	row, err := staffdb.New(a.DB.Single(tenant)).Assignment(ctx, tenant, id)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !row.Assignment().Within(grant) {
		return staff.Person{}, staff.ErrNoAssignment
	}
	if err != nil {
		return staff.Person{}, err
	}
	return a.change(ctx, grant, row.PersonID, func(tx pgx.Tx, q *staffdb.Queries, _ staff.Person, today kernel.BusinessDate) error {
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
		return a.keepingAnAdmin(ctx, q, tenant, today, []staff.Assignment{post}, func() error {
			if err := q.EndAssignment(ctx, to, tenant, id); err != nil {
				return err
			}
			was := audit.Change{Field: "to", After: to.String()}
			if post.To != nil {
				was.Before = post.To.String()
			}
			return audit.WriteTx(ctx, tx, tenant, a.Clock.Now(), personLine("person.post_ended", post.Person, storeOf(post.Stores), audit.Change{Field: "role", Before: post.Role}, was))
		})
	})
}

// RecordLeaving records that a person leaves (ACC-03): from that day on, and at
// once if it has come, login, sessions, posts and delegations are over. Faults:
// staff.not_found (also unless all his posts are in reach), staff.last_admin.
func (a *App) RecordLeaving(ctx context.Context, grant kernel.Grant, id kernel.PersonID, on kernel.BusinessDate) (staff.Person, error) {
	tenant := grant.Actor().Tenant
	return a.change(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		for _, post := range p.Assignments {
			if !post.Within(grant) {
				return staff.ErrNotFound
			}
		}
		if on < p.EntryOn {
			return staff.ErrDateOrder
		}
		return a.keepingAnAdmin(ctx, q, tenant, today, p.Assignments, func() error {
			if err := q.RecordLeaving(ctx, on, tenant, id); err != nil {
				return err
			}
			if err := q.EndAssignmentsOf(ctx, on, tenant, id); err != nil {
				return err
			}
			now := a.Clock.Now()
			if err := q.EndDelegationsOf(ctx, staffdb.EndDelegationsOfParams{TenantID: tenant, Person: kernel.UUID(id), LeftOn: on, Now: now}); err != nil {
				return err
			}
			if on <= today { // later ones the look-up of each request ends on that day
				if err := q.EndSessionsOf(ctx, now, tenant, id); err != nil {
					return err
				}
			}
			was := audit.Change{Field: "left_on", After: on.String()}
			if p.LeftOn != nil {
				was.Before = p.LeftOn.String()
			}
			return audit.WriteTx(ctx, tx, tenant, now, personLine("person.left", id, storesOf(p), was))
		})
	})
}
