package staffapp

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// holder is somebody as what he may delegate is judged: with the posts and
// rights he has today himself.
type holder struct {
	posts  []staff.Post
	grants staff.Grants
}

// everywhere and stores say where he works.
func (h holder) everywhere() bool {
	return slices.ContainsFunc(h.posts, func(p staff.Post) bool { return p.TenantWide })
}

func (h holder) stores() (out []kernel.StoreID) {
	for _, p := range h.posts {
		out = append(out, p.Stores...)
	}
	return out
}

func (a *App) holder(ctx context.Context, q *staffdb.Queries, table *authz.Table, tenant kernel.TenantID, person kernel.PersonID, today kernel.BusinessDate) (holder, error) {
	rows, err := q.AssignmentsOf(ctx, tenant, []kernel.UUID{kernel.UUID(person)}, today)
	if err != nil {
		return holder{}, err
	}
	h, actor := holder{}, &kernel.Actor{Kind: kernel.ActorPerson, Tenant: tenant, Person: person}
	for _, r := range rows {
		if post := staffdb.AssignmentRow(r).Assignment(); post.From <= today {
			h.posts = append(h.posts, post.Post)
			actor.Assignments = append(actor.Assignments, kernel.Assignment{ID: post.ID, Role: post.Role, TenantWide: post.TenantWide, Stores: post.Stores})
		}
	}
	h.grants = func(permission string) kernel.Grant { return table.Grant(actor, permission) }
	return h, nil
}

// Choices are the permissions that can be delegated for somebody and the people
// who can be named; see staff.MayDelegateFor for whom others may name one. by is
// the holder himself, or who acts for him. Fault: delegation.no_holder.
func (a *App) Choices(ctx context.Context, by *kernel.Actor, person kernel.PersonID, typed string) ([]string, []staff.Colleague, error) {
	table, err := a.Tables.For(ctx, by.Tenant, by.PolicyVersion)
	if err != nil {
		return nil, nil, err
	}
	today, err := a.today(ctx, by.Tenant)
	if err != nil {
		return nil, nil, err
	}
	q := staffdb.New(a.DB.Single(by.Tenant))
	h, err := a.holder(ctx, q, table, by.Tenant, person, today)
	if err != nil {
		return nil, nil, err
	}
	grants := func(permission string) kernel.Grant { return table.Grant(by, permission) }
	may := func(permissions ...string) error {
		d := staff.Delegation{Holder: person, Permissions: permissions}
		if by.Person == person {
			return d.CheckPermissions(h.grants)
		}
		return errors.Join(staff.MayDelegateFor(grants, by.Person, d, h.posts, h.grants), d.CheckPermissions(h.grants))
	}
	if err := may(); err != nil {
		return nil, nil, staff.ErrNoHolder
	}
	permissions := slices.DeleteFunc(staff.Permissions(), func(p string) bool { return may(p) != nil })
	if len(permissions) == 0 {
		return permissions, []staff.Colleague{}, nil
	}
	rows, err := q.Colleagues(ctx, staffdb.ColleaguesParams{
		TenantID: by.Tenant, HolderID: person, Today: today, Everywhere: h.everywhere(), Stores: staffdb.IDs(h.stores()),
		Typed: strings.TrimSpace(typed), RowLimit: maxColleagues,
	})
	return permissions, as(rows, staffdb.ColleaguesRow.Colleague), err
}

// maxColleagues is how many can be chosen from at once; more are found by typing.
const maxColleagues = 50

// Delegate names a delegate for the actor himself or, with delegation.write, for
// somebody who is away. Faults: delegation.no_holder, delegation.no_delegate,
// delegation.to_himself, delegation.to_oneself, delegation.not_held,
// delegation.not_delegable, delegation.beyond_own, delegation.too_many,
// invalid_field at from_time or until_time.
func (a *App) Delegate(ctx context.Context, by *kernel.Actor, now time.Time, d staff.Delegation) (staff.Delegation, error) {
	if d.Holder == d.Delegate {
		return d, staff.ErrToHimself
	}
	if err := d.CheckPeriod(now); err != nil {
		return d, err
	}
	table, err := a.Tables.For(ctx, by.Tenant, by.PolicyVersion)
	if err != nil {
		return d, err
	}
	today, err := a.today(ctx, by.Tenant)
	if err != nil {
		return d, err
	}
	d.ID, d.CreatedBy, d.CreatedAt = kernel.NewID[kernel.UUID](now), by.Person, now
	err = a.DB.InTenant(ctx, by.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		employed, err := q.LockEmployed(ctx, by.Tenant, staffdb.IDs([]kernel.PersonID{d.Holder, d.Delegate}), today)
		if err != nil {
			return err
		}
		if !slices.Contains(employed, d.Holder) {
			return staff.ErrNoHolder
		}
		h, err := a.holder(ctx, q, table, by.Tenant, d.Holder, today)
		if err != nil {
			return err
		}
		if by.Person != d.Holder {
			grants := func(permission string) kernel.Grant { return table.Grant(by, permission) }
			if err := staff.MayDelegateFor(grants, by.Person, d, h.posts, h.grants); err != nil {
				return err
			}
		}
		if err := d.CheckPermissions(h.grants); err != nil {
			return err
		}
		delegate, err := a.holder(ctx, q, table, by.Tenant, d.Delegate, today)
		if err != nil {
			return err
		}
		if !slices.Contains(employed, d.Delegate) || len(delegate.posts) == 0 {
			return staff.ErrNoDelegate
		}
		n, err := q.CountDelegations(ctx, by.Tenant, d.Holder, now)
		if err != nil {
			return err
		}
		if n >= staff.MaxDelegations {
			return staff.ErrTooManyDelegated
		}
		if err := q.InsertDelegation(ctx, staffdb.InsertDelegationParams{
			TenantID: by.Tenant, DelegationID: d.ID, HolderID: d.Holder, DelegateID: d.Delegate, Permissions: d.Permissions,
			FromAt: d.From, UntilAt: d.Until, CreatedBy: d.CreatedBy, Now: now,
		}); err != nil {
			return err
		}
		row, err := q.Delegation(ctx, by.Tenant, d.ID)
		if err != nil {
			return err
		}
		d = row.Delegation()
		return audit.WriteTx(ctx, tx, by.Tenant, now, audit.Entry{Action: "delegation.created", Object: "delegation", ObjectID: d.ID.String(), Changes: []audit.Change{
			{Field: "holder", After: d.Holder.String()},
			{Field: "delegate", After: d.Delegate.String()},
			{Field: "permissions", After: strings.Join(d.Permissions, " ")},
			{Field: "from", After: d.From.Format(time.RFC3339)},
			{Field: "until", After: d.Until.Format(time.RFC3339)},
		}})
	})
	return d, err
}

// EndDelegation ends one early, from the next request on: the holder's or the
// delegate's own, or one within reach of a grant of delegation.write. Faults:
// delegation.not_found, delegation.already_ended.
func (a *App) EndDelegation(ctx context.Context, by *kernel.Actor, grant *kernel.Grant, now time.Time, id kernel.UUID) (d staff.Delegation, err error) {
	today, err := a.today(ctx, by.Tenant)
	if err != nil {
		return d, err
	}
	err = a.DB.InTenant(ctx, by.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		row, err := q.Delegation(ctx, by.Tenant, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return staff.ErrNoDelegation
		}
		if err != nil {
			return err
		}
		d = row.Delegation()
		mine := d.Holder == by.Person || d.Delegate == by.Person
		if grant != nil {
			mine, err = a.touches(ctx, q, *grant, d.Holder, today)
		}
		if err != nil {
			return err
		}
		if !mine {
			return staff.ErrNoDelegation
		}
		n, err := q.EndDelegation(ctx, staffdb.EndDelegationParams{TenantID: by.Tenant, DelegationID: id, Now: now, EndedBy: kernel.UUID(by.Person)})
		if err != nil {
			return err
		}
		if n == 0 {
			return staff.ErrDelegationEnded
		}
		d.EndedAt = &now
		return audit.WriteTx(ctx, tx, by.Tenant, now, audit.Entry{Action: "delegation.ended", Object: "delegation", ObjectID: id.String(), Changes: []audit.Change{
			{Field: "holder", After: d.Holder.String()}, {Field: "delegate", After: d.Delegate.String()}, {Field: "until", Before: d.Until.Format(time.RFC3339), After: now.Format(time.RFC3339)},
		}})
	})
	return d, err
}

// touches reports whether a grant reaches somebody in one of his posts; without
// any post, only head office reaches him.
func (a *App) touches(ctx context.Context, q *staffdb.Queries, grant kernel.Grant, person kernel.PersonID, today kernel.BusinessDate) (bool, error) {
	rows, err := q.AssignmentsOf(ctx, grant.Actor().Tenant, []kernel.UUID{kernel.UUID(person)}, today)
	if err != nil {
		return false, err
	}
	return grant.Tenant() || slices.ContainsFunc(rows, func(r staffdb.AssignmentsOfRow) bool {
		return staffdb.AssignmentRow(r).Assignment().Touches(grant)
	}), nil
}

// MyDelegations lists those somebody gave or acts under, newest first.
func (a *App) MyDelegations(ctx context.Context, actor *kernel.Actor, now time.Time) ([]staff.Delegation, error) {
	rows, err := staffdb.New(a.DB.Single(actor.Tenant)).DelegationsOf(ctx, staffdb.DelegationsOfParams{
		TenantID: actor.Tenant, Person: kernel.UUID(actor.Person), Since: now.Add(-staff.DelegationShown), RowLimit: 100,
	})
	return as(rows, func(r staffdb.DelegationsOfRow) staff.Delegation { return staffdb.DelegationRow(r).Delegation() }), err
}

// Delegations lists those whose holder works in reach of a grant, newest first,
// at most size of them, before one (zero: from the newest).
func (a *App) Delegations(ctx context.Context, grant kernel.Grant, now time.Time, before kernel.UUID, size int32) ([]staff.Delegation, error) {
	tenant := grant.Actor().Tenant
	if before.IsZero() {
		for i := range before {
			before[i] = 0xff
		}
	}
	q, since := staffdb.New(a.DB.Single(tenant)), now.Add(-staff.DelegationShown)
	if grant.Tenant() {
		rows, err := q.DelegationsOfTenant(ctx, staffdb.DelegationsOfTenantParams{TenantID: tenant, Before: before, Since: since, RowLimit: size})
		return as(rows, func(r staffdb.DelegationsOfTenantRow) staff.Delegation { return staffdb.DelegationRow(r).Delegation() }), err
	}
	today, err := a.today(ctx, tenant)
	if err != nil {
		return nil, err
	}
	rows, err := q.DelegationsOfStores(ctx, staffdb.DelegationsOfStoresParams{
		TenantID: tenant, Before: before, Since: since, Stores: staffdb.IDs(grant.Stores()), Today: today, RowLimit: size,
	})
	return as(rows, func(r staffdb.DelegationsOfStoresRow) staff.Delegation { return staffdb.DelegationRow(r).Delegation() }), err
}
