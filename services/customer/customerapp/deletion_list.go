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
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// DeletionView is a request with what deciding it takes.
type DeletionView struct {
	customer.Deletion
	StoreName string
	Reason    string // empty once erased
	Refusal   string
	Item      *Item // nil: the file is deleted
	Asked     kernel.Words
	Decided   kernel.Words
	Turn      *Turn // nil unless it waits
	Decidable bool
}

// DeletionScope is which requests to list.
type DeletionScope uint8

// The scopes.
const (
	DeletionsOfStores DeletionScope = iota // what the stores in reach asked for, newest first
	DeletionsWaiting                       // by the hour they end
	DeletionsDecided                       // newest first
	DeletionsOfFile                        // what was asked of one file, newest first
)

// Deletions lists requests of the stores in reach, or of one, after a place; of
// one file with DeletionsOfFile.
func (a *App) Deletions(ctx context.Context, grant kernel.Grant, now time.Time, scope DeletionScope, store *kernel.StoreID, file kernel.FileID, after time.Time, place kernel.UUID, size int) ([]DeletionView, error) {
	id := grant.Actor().Tenant
	stores, err := a.storesInReach(ctx, grant, store)
	if err != nil || len(stores) == 0 {
		return nil, err
	}
	q, limit := a.read(id), int32(size)
	rows := []customerdb.DeletionRow{}
	switch scope {
	case DeletionsWaiting:
		found, err := q.WaitingDeletions(ctx, customerdb.WaitingDeletionsParams{TenantID: id, Stores: stores, AfterDue: after, AfterID: place, RowLimit: limit})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			rows = append(rows, customerdb.DeletionRow(r))
		}
	case DeletionsDecided:
		found, err := q.DecidedDeletions(ctx, customerdb.DecidedDeletionsParams{TenantID: id, Stores: stores, Before: newest(place), RowLimit: limit})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			rows = append(rows, customerdb.DeletionRow(r))
		}
	case DeletionsOfFile:
		found, err := q.DeletionsOfFile(ctx, customerdb.DeletionsOfFileParams{TenantID: id, FileID: file, Stores: stores, Before: newest(place), RowLimit: limit})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			rows = append(rows, customerdb.DeletionRow(r))
		}
	case DeletionsOfStores:
		found, err := q.DeletionsOfStores(ctx, customerdb.DeletionsOfStoresParams{TenantID: id, Stores: stores, Before: newest(place), RowLimit: limit})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			rows = append(rows, customerdb.DeletionRow(r))
		}
	}
	return a.deletionViews(ctx, grant, now, rows)
}

func (a *App) deletionView(ctx context.Context, grant kernel.Grant, now time.Time, request kernel.UUID) (DeletionView, error) {
	row, err := a.read(grant.Actor().Tenant).Deletion(ctx, grant.Actor().Tenant, request)
	if err != nil {
		return DeletionView{}, err
	}
	views, err := a.deletionViews(ctx, grant, now, []customerdb.DeletionRow{row})
	if err != nil {
		return DeletionView{}, err
	}
	return views[0], nil
}

func (a *App) deletionViews(ctx context.Context, grant kernel.Grant, now time.Time, rows []customerdb.DeletionRow) ([]DeletionView, error) {
	id, out := grant.Actor().Tenant, make([]DeletionView, len(rows))
	files, people := []kernel.FileID{}, []kernel.PersonID{}
	for i, r := range rows {
		d := r.Deletion()
		out[i].Deletion, files = d, append(files, d.File)
		for _, p := range []*kernel.PersonID{&d.AskedBy, d.AskedFor, d.DecidedBy, d.DecidedFor} {
			if p != nil {
				people = append(people, *p)
			}
		}
	}
	names, err := a.Staff.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	standing, err := a.read(id).Rows(ctx, id, customerdb.IDs(files))
	if err != nil {
		return nil, err
	}
	guests := make([]customerdb.Guest, len(standing))
	for i, r := range standing {
		guests[i] = r.Guest()
	}
	items, err := a.items(ctx, id, now, guests)
	if err != nil {
		return nil, err
	}
	turns, err := a.deletionTurns(ctx, id, now, rows)
	if err != nil {
		return nil, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range out {
		d := &out[i]
		if d.Reason, err = openWords(keys, reasonTable, d.ID, rows[i].ReasonBox); err != nil {
			return nil, err
		}
		if d.Refusal, err = openWords(keys, deletionRefusalTable, d.ID, rows[i].RefusalBox); err != nil {
			return nil, err
		}
		if s := slices.IndexFunc(stores, func(s tenant.Store) bool { return s.ID == d.Store }); s >= 0 {
			d.StoreName = stores[s].Name
		}
		if k := slices.IndexFunc(items, func(x Item) bool { return x.File == d.File }); k >= 0 {
			d.Item = &items[k]
		}
		d.Asked = signature(names, &d.AskedBy, d.AskedFor)
		d.Decided = signature(names, d.DecidedBy, d.DecidedFor)
		if t, waits := turns[d.ID]; waits {
			d.Turn = &t
			_, d.Decidable = grant.Decide(d.Store, d.Concerns)
		}
	}
	return out, nil
}

// signature names who acted, and for whom; empty: nobody yet.
func signature(names map[kernel.PersonID]string, by, whom *kernel.PersonID) kernel.Words {
	if by == nil {
		return kernel.Words{}
	}
	holder := ""
	if whom != nil {
		holder = names[*whom]
	}
	return staff.Signature(names[*by], holder)
}

// deletionTurns says of requests that wait whose turn they are now (DEL-01,
// ROL-05): the first step has until it is due, each further one as long again.
func (a *App) deletionTurns(ctx context.Context, id kernel.TenantID, now time.Time, rows []customerdb.DeletionRow) (map[kernel.UUID]Turn, error) {
	out, stores := map[kernel.UUID]Turn{}, []kernel.StoreID{}
	for _, r := range rows {
		if r.State == string(customer.RequestPending) && !slices.Contains(stores, r.StoreID) {
			stores = append(stores, r.StoreID)
		}
	}
	if len(stores) == 0 {
		return out, nil
	}
	desk, err := a.Staff.Desk(ctx, id, customer.CarryOutPermission, stores, now)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.State != string(customer.RequestPending) {
			continue
		}
		p, err := a.policy(ctx, id, r.StoreID, now)
		if err != nil {
			return nil, err
		}
		concerned, passed := r.Deletion().Concerns, staff.Passed(now, r.DueAt, p.decide)
		t := Turn{Turn: desk.Turn(r.StoreID, concerned, passed), today: p.today}
		if later := desk.Turn(r.StoreID, concerned, passed+1); later.Step > t.Step {
			t.Next = new(r.DueAt.Add(time.Duration(passed) * p.decide))
		}
		out[r.RequestID] = t
	}
	return out, nil
}

// EscalateDeletions marks the waiting requests of a chain that have gone up,
// with a line on the file's timeline, and says how many went.
func (a *App) EscalateDeletions(ctx context.Context, id kernel.TenantID, now time.Time) (went int, err error) {
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return 0, err
	}
	p := customerdb.WaitingDeletionsParams{TenantID: id, RowLimit: escalatePage}
	for _, s := range stores {
		p.Stores = append(p.Stores, kernel.UUID(s.ID))
	}
	for {
		found, err := a.read(id).WaitingDeletions(ctx, p)
		if err != nil || len(found) == 0 {
			return went, err
		}
		rows := make([]customerdb.DeletionRow, len(found))
		for i, r := range found {
			rows[i] = customerdb.DeletionRow(r)
		}
		turns, err := a.deletionTurns(ctx, id, now, rows)
		if err != nil {
			return went, err
		}
		for _, r := range rows {
			up, err := a.escalateDeletion(ctx, id, now, r, turns[r.RequestID])
			if err != nil {
				return went, err
			}
			if up {
				went++
			}
		}
		last := found[len(found)-1]
		p.AfterDue, p.AfterID = last.DueAt, last.RequestID
	}
}

func (a *App) escalateDeletion(ctx context.Context, id kernel.TenantID, now time.Time, r customerdb.DeletionRow, t Turn) (up bool, err error) {
	people := []kernel.UUID{}
	for _, hand := range t.People {
		people = append(people, kernel.UUID(hand.Person))
	}
	if step := int16(t.Step); !t.Escalated || step < r.Escalated || step == r.Escalated && slices.Equal(people, r.EscalatedTo) {
		return false, nil
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		n, err := q.EscalateDeletion(ctx, customerdb.EscalateDeletionParams{
			TenantID: id, RequestID: r.RequestID, Step: int16(t.Step), People: people, Was: r.Escalated, Were: r.EscalatedTo,
		})
		if up = n > 0 && int16(t.Step) > r.Escalated; err != nil || !up {
			return err
		}
		return event(ctx, q, id, r.FileID, customer.Event{At: now, On: t.today, Kind: customer.DeletionUp, Rule: "ROL-05"})
	})
	return up, err
}

// storesInReach are the stores a list is about: those in reach, or one of them.
func (a *App) storesInReach(ctx context.Context, grant kernel.Grant, store *kernel.StoreID) ([]kernel.UUID, error) {
	if store != nil {
		if !grant.Covers(*store, false) {
			return nil, nil
		}
		return []kernel.UUID{kernel.UUID(*store)}, nil
	}
	if !grant.Tenant() {
		return customerdb.IDs(grant.Stores()), nil
	}
	stores, err := a.Tenants.Stores(ctx, grant.Actor().Tenant)
	out := make([]kernel.UUID, len(stores))
	for i, s := range stores {
		out[i] = kernel.UUID(s.ID)
	}
	return out, err
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

// OwnNames names those of the files that are somebody's own: a port of message.
func (a *App) OwnNames(ctx context.Context, id kernel.TenantID, person kernel.PersonID, files []kernel.FileID) (map[kernel.FileID]string, error) {
	out := map[kernel.FileID]string{}
	if len(files) == 0 {
		return out, nil
	}
	rows, err := a.read(id).Rows(ctx, id, customerdb.IDs(files))
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	for _, r := range rows {
		if g := r.Guest(); g.Concerns(person) {
			out[g.File] = g.Name.Full()
		}
	}
	return out, nil
}
