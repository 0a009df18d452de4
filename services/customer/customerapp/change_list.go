package customerapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
)

// storesIn are the stores in which a grant reaches everything, narrowed to one
// if it is asked for.
func (a *App) storesIn(ctx context.Context, grant kernel.Grant, store *kernel.StoreID) ([]kernel.StoreID, error) {
	where := reachOf(grant, store)
	if !where.all {
		return where.stores, nil
	}
	stores, err := a.Tenants.Stores(ctx, grant.Actor().Tenant)
	out := make([]kernel.StoreID, len(stores))
	for i, s := range stores {
		out[i] = s.ID
	}
	return out, err
}

// changes fills reported changes with what the page shows besides.
func (a *App) changes(ctx context.Context, grant kernel.Grant, now time.Time, list []customer.Change) ([]ChangeView, error) {
	id := grant.Actor().Tenant
	files, people := make([]kernel.FileID, len(list)), []kernel.PersonID{}
	for i, c := range list {
		files[i] = c.File
		people = append(people, c.By)
		for _, p := range []*kernel.PersonID{c.For, c.Decider} {
			if p != nil {
				people = append(people, *p)
			}
		}
	}
	items, err := a.itemsOf(ctx, id, now, files)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		if i.Editor != nil {
			people = append(people, *i.Editor)
		}
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	held, err := a.held(ctx, id, keys, files)
	if err != nil {
		return nil, err
	}
	names, err := a.Staff.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	name := func(p *kernel.PersonID) string {
		if p == nil {
			return ""
		}
		return names[*p]
	}
	out := make([]ChangeView, len(list))
	for i, c := range list {
		_, decidable := grant.Decide(c.Store, c.Concerns)
		v := ChangeView{Change: c, Item: items[c.File], ByName: names[c.By], ForName: name(c.For), DeciderName: name(c.Decider), Decidable: decidable && c.State == customer.ChangePending}
		v.Before, v.Values.Fields = customer.Fields{}.Take(c.Names, held[c.File]), customer.Fields{}.Take(c.Names, c.Values.Fields)
		if c.State == customer.ChangeOpened {
			v.EditorName = name(v.Item.Editor)
		}
		out[i] = v
	}
	return out, nil
}

// itemsOf are the rows of files as lists show them, by file.
func (a *App) itemsOf(ctx context.Context, id kernel.TenantID, now time.Time, files []kernel.FileID) (map[kernel.FileID]Item, error) {
	rows, err := a.read(id).Rows(ctx, id, customerdb.IDs(files))
	if err != nil {
		return nil, err
	}
	guests := make([]customerdb.Guest, len(rows))
	for i, r := range rows {
		guests[i] = r.Guest()
	}
	items, err := a.items(ctx, id, now, guests)
	out := make(map[kernel.FileID]Item, len(items))
	for _, i := range items {
		out[i.File] = i
	}
	return out, err
}

// withChange adds the newest reported change to a file's page, if it shows.
func (a *App) withChange(ctx context.Context, id kernel.TenantID, v *View) error {
	if v.ApprovedOn == nil {
		return nil
	}
	row, err := a.read(id).ChangeOfFile(ctx, id, v.File)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return err
	}
	c, err := customerdb.ChangeRow(row).Change(keys)
	if err != nil || !c.Shows() {
		return err
	}
	names, err := a.Staff.Names(ctx, id, []kernel.PersonID{c.By})
	v.Change, v.Reporter = &c, names[c.By]
	return err
}

// ReportedChanges lists what stores in reach, or one file, had reported, newest
// first, with the next page's token. Faults: customer.not_found, invalid_field at
// "page_token".
func (a *App) ReportedChanges(ctx context.Context, grant kernel.Grant, now time.Time, file *kernel.FileID, size int, token string) ([]ChangeView, string, error) {
	at, id, err := a.changeToken(grant, token, farFuture)
	if err != nil {
		return nil, "", err
	}
	tenantID, rows := grant.Actor().Tenant, []customerdb.ChangeRow{}
	if file != nil {
		if _, err := a.load(ctx, grant, *file); err != nil {
			return nil, "", err
		}
		found, err := a.read(tenantID).ChangesOfFile(ctx, customerdb.ChangesOfFileParams{TenantID: tenantID, FileID: *file, BeforeAt: at, BeforeID: id, RowLimit: int32(size + 1)})
		if err != nil {
			return nil, "", err
		}
		for _, r := range found {
			rows = append(rows, customerdb.ChangeRow(r))
		}
	} else if rows, err = a.changesOfStores(ctx, grant, nil, at, id, true, size); err != nil {
		return nil, "", err
	}
	return a.changePage(ctx, grant, now, rows, size, func(r customerdb.ChangeRow) time.Time { return r.RequestedAt })
}

func (a *App) changesOfStores(ctx context.Context, grant kernel.Grant, store *kernel.StoreID, at time.Time, id kernel.UUID, pending bool, size int) ([]customerdb.ChangeRow, error) {
	stores, err := a.storesIn(ctx, grant, store)
	if err != nil {
		return nil, err
	}
	tenantID, rows := grant.Actor().Tenant, []customerdb.ChangeRow{}
	found, err := a.read(tenantID).ChangesOfStores(ctx, customerdb.ChangesOfStoresParams{
		Stores: customerdb.IDs(stores), TenantID: tenantID, BeforeAt: at, BeforeID: id, WithPending: pending, RowLimit: int32(size + 1),
	})
	for _, r := range found {
		rows = append(rows, customerdb.ChangeRow(r))
	}
	return rows, err
}

// Changes lists reported changes for head office: those that wait, the most
// urgent first, or those decided, the newest first; with the next page's token
// and how many wait in all, at most 1,000. Fault: invalid_field at "page_token".
func (a *App) Changes(ctx context.Context, grant kernel.Grant, now time.Time, store *kernel.StoreID, decided bool, size int, token string) ([]ChangeView, string, int, error) {
	from := time.Time{}
	if decided {
		from = farFuture
	}
	at, id, err := a.changeToken(grant, token, from)
	if err != nil {
		return nil, "", 0, err
	}
	stores, err := a.storesIn(ctx, grant, store)
	if err != nil {
		return nil, "", 0, err
	}
	tenantID, rows := grant.Actor().Tenant, []customerdb.ChangeRow{}
	q, by := a.read(tenantID), func(r customerdb.ChangeRow) time.Time { return r.DueAt }
	if decided {
		by = func(r customerdb.ChangeRow) time.Time { return r.RequestedAt }
		rows, err = a.changesOfStores(ctx, grant, store, at, id, false, size)
	} else {
		var found []customerdb.PendingChangesRow
		found, err = q.PendingChanges(ctx, customerdb.PendingChangesParams{Stores: customerdb.IDs(stores), TenantID: tenantID, AfterDue: at, AfterID: id, RowLimit: int32(size + 1)})
		for _, r := range found {
			rows = append(rows, customerdb.ChangeRow(r))
		}
	}
	if err != nil {
		return nil, "", 0, err
	}
	waiting, err := q.CountPendingChanges(ctx, tenantID, customerdb.IDs(stores), maxTotal)
	if err != nil {
		return nil, "", 0, err
	}
	views, next, err := a.changePage(ctx, grant, now, rows, size, by)
	return views, next, int(waiting), err
}

// farFuture is after everything: where a list of the newest begins.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (a *App) changePage(ctx context.Context, grant kernel.Grant, now time.Time, rows []customerdb.ChangeRow, size int, by func(customerdb.ChangeRow) time.Time) ([]ChangeView, string, error) {
	id, next := grant.Actor().Tenant, ""
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		next = rpc.PageToken(id, by(last).Format(time.RFC3339Nano), last.RequestID.String())
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, "", err
	}
	list := make([]customer.Change, len(rows))
	for i, r := range rows {
		if list[i], err = r.Change(keys); err != nil {
			return nil, "", err
		}
	}
	views, err := a.changes(ctx, grant, now, list)
	return views, next, err
}

func (a *App) changeToken(grant kernel.Grant, token string, from time.Time) (time.Time, kernel.UUID, error) {
	at, id, err := afterReview(grant.Actor().Tenant, token)
	if err == nil && token == "" {
		at = from
	}
	return at, id, err
}
