package staffapp

import (
	"context"
	"errors"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
	"github.com/changke/changke/services/tenant"
)

// StoreAccounts lists what the stores in reach, or one of them, have asked for:
// newest first, before a request; a zero one: from the newest.
func (a *App) StoreAccounts(ctx context.Context, grant kernel.Grant, store kernel.StoreID, before kernel.UUID, size int32) ([]staff.AccountRequest, error) {
	id := grant.Actor().Tenant
	stores, err := a.reached(ctx, grant, store)
	if err != nil || len(stores) == 0 {
		return nil, err
	}
	rows, err := staffdb.New(a.DB.Single(id)).RequestsOfStores(ctx, staffdb.RequestsOfStoresParams{TenantID: id, Stores: stores, Before: newest(before), PageSize: size})
	if err != nil {
		return nil, err
	}
	return a.requests(ctx, id, as(rows, func(r staffdb.RequestsOfStoresRow) staffdb.RequestRow { return staffdb.RequestRow(r) }))
}

// DecidedAccounts lists requests that were decided, newest first.
func (a *App) DecidedAccounts(ctx context.Context, grant kernel.Grant, store kernel.StoreID, before kernel.UUID, size int32) ([]staff.AccountRequest, error) {
	id := grant.Actor().Tenant
	stores, err := a.reached(ctx, grant, store)
	if err != nil || len(stores) == 0 {
		return nil, err
	}
	rows, err := staffdb.New(a.DB.Single(id)).DecidedRequests(ctx, staffdb.DecidedRequestsParams{TenantID: id, Stores: stores, Before: newest(before), PageSize: size})
	if err != nil {
		return nil, err
	}
	return a.requests(ctx, id, as(rows, func(r staffdb.DecidedRequestsRow) staffdb.RequestRow { return staffdb.RequestRow(r) }))
}

// WaitingAccounts lists requests that wait, by the hour they end, after one.
func (a *App) WaitingAccounts(ctx context.Context, grant kernel.Grant, store kernel.StoreID, due time.Time, after kernel.UUID, size int32) ([]staff.AccountRequest, error) {
	id := grant.Actor().Tenant
	stores, err := a.reached(ctx, grant, store)
	if err != nil || len(stores) == 0 {
		return nil, err
	}
	rows, err := staffdb.New(a.DB.Single(id)).WaitingRequests(ctx, staffdb.WaitingRequestsParams{TenantID: id, Stores: stores, AfterDue: due, AfterID: after, PageSize: size})
	if err != nil {
		return nil, err
	}
	return a.requests(ctx, id, as(rows, func(r staffdb.WaitingRequestsRow) staffdb.RequestRow { return staffdb.RequestRow(r) }))
}

// ServiceRecord says how many hours a request may wait today, and how many the
// caller let run late this month (ACC-02).
func (a *App) ServiceRecord(ctx context.Context, actor *kernel.Actor) (hours int64, late int32, err error) {
	chain, err := a.Tenants.Chain(ctx, actor.Tenant)
	if err != nil {
		return 0, 0, err
	}
	today := chain.BusinessDate(a.Clock.Now())
	if hours, err = a.openHours(ctx, actor.Tenant, today); err != nil {
		return 0, 0, err
	}
	late, err = staffdb.New(a.DB.Single(actor.Tenant)).LateOf(ctx, actor.Tenant, actor.Person, chain.Reached(today.Month().First()))
	return hours, late, err
}

// reached are the stores a list is about: those in reach, or one of them.
func (a *App) reached(ctx context.Context, grant kernel.Grant, store kernel.StoreID) ([]kernel.UUID, error) {
	if !store.IsZero() {
		if !grant.Covers(store, false) {
			return nil, nil
		}
		return []kernel.UUID{kernel.UUID(store)}, nil
	}
	if !grant.Tenant() {
		return staffdb.IDs(grant.Stores()), nil
	}
	stores, err := a.Tenants.Stores(ctx, grant.Actor().Tenant)
	return as(stores, func(s tenant.Store) kernel.UUID { return kernel.UUID(s.ID) }), err
}

// newest makes a zero id one that every other comes before.
func newest(before kernel.UUID) kernel.UUID {
	if before.IsZero() {
		for i := range before {
			before[i] = 0xff
		}
	}
	return before
}

// requests completes rows with numbers, names and how far the accounts are.
func (a *App) requests(ctx context.Context, id kernel.TenantID, rows []staffdb.RequestRow) ([]staff.AccountRequest, error) {
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	out, people, named := []staff.AccountRequest{}, []kernel.PersonID{}, []kernel.PersonID{}
	for _, row := range rows {
		r, err := row.Request(func(box []byte, row kernel.UUID) (kernel.Phone, error) { return keys.Open(box, requestTable, row) })
		if err != nil {
			return nil, err
		}
		if out, named = append(out, r), append(named, r.AppliedBy); r.Person != nil {
			people = append(people, *r.Person)
		}
		for _, p := range []*kernel.PersonID{r.DecidedBy, r.DecidedFor} {
			if p != nil {
				named = append(named, *p)
			}
		}
	}
	names, err := a.Names(ctx, id, named)
	if err != nil {
		return nil, err
	}
	accounts, err := a.accounts(ctx, id, people)
	for i := range out {
		r := &out[i]
		r.AppliedName = names[r.AppliedBy]
		if r.DecidedBy != nil {
			r.DecidedName = names[*r.DecidedBy]
		}
		if r.DecidedFor != nil {
			r.DecidedName += " 代 " + names[*r.DecidedFor]
		}
		if r.Person != nil {
			r.Account = accounts[*r.Person]
		}
	}
	return out, errors.Join(err, a.turns(ctx, id, out))
}

// turns says of the requests that wait whose turn they are (ROL-05, ACC-02).
func (a *App) turns(ctx context.Context, id kernel.TenantID, requests []staff.AccountRequest) error {
	stores := []kernel.StoreID{}
	for _, r := range requests {
		if r.State == staff.Pending {
			stores = append(stores, r.Store)
		}
	}
	if len(stores) == 0 {
		return nil
	}
	now := a.Clock.Now()
	q, err := a.accountDesk(ctx, id, stores, now)
	if err != nil {
		return err
	}
	for i := range requests {
		r := &requests[i]
		if r.State != staff.Pending {
			continue
		}
		passed := staff.Passed(now, r.DueAt, q.period)
		turn := q.Turn(r.Store, r.Concerns, passed)
		r.Turn = &turn
		if q.Turn(r.Store, r.Concerns, passed+1).Step > turn.Step {
			r.NextAt = new(r.DueAt.Add(time.Duration(passed) * q.period))
		}
	}
	return nil
}

// accountDesk is who may open accounts, and how long each step has.
type accountDesk struct {
	staff.Desk
	period time.Duration
}

func (a *App) accountDesk(ctx context.Context, id kernel.TenantID, stores []kernel.StoreID, now time.Time) (accountDesk, error) {
	today, err := a.today(ctx, id)
	if err != nil {
		return accountDesk{}, err
	}
	hours, err := a.openHours(ctx, id, today)
	if err != nil {
		return accountDesk{}, err
	}
	desk, err := a.Desk(ctx, id, staff.OpenPermission, stores, now)
	return accountDesk{desk, time.Duration(hours) * time.Hour}, err
}

// accounts says of people how far their accounts are.
func (a *App) accounts(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]staff.AccountState, error) {
	today, err := a.today(ctx, id)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	q, out := staffdb.New(a.DB.Single(id)), map[kernel.PersonID]staff.AccountState{}
	return out, errors.Join(
		each(q.AccountsOf(ctx, id, staffdb.IDs(people)))(func(r staffdb.AccountsOfRow) {
			switch {
			case r.LeftOn != nil && *r.LeftOn <= today:
				out[r.PersonID] = staff.AccountDisabled
			case r.HasPassword:
				out[r.PersonID] = staff.AccountActive
			default:
				out[r.PersonID] = staff.AccountNone
			}
		}),
		each(q.CodesOf(ctx, id, staffdb.IDs(people)))(func(r staffdb.CodesOfRow) {
			if out[r.PersonID] == staff.AccountNone {
				out[r.PersonID] = staff.AccountOpened
			}
		}),
	)
}
