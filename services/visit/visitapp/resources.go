package visitapp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/watch"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// Resources lists rooms, tables and halls of a store in the order of screens:
// those in use today, or all. Fault: store.not_found.
func (a *App) Resources(ctx context.Context, grant kernel.Grant, store kernel.StoreID, all bool) ([]visit.Resource, error) {
	if !grant.Covers(store, true) {
		return nil, visit.ErrNoStore
	}
	chain := grant.Actor().Tenant
	s, err := a.Stores.Store(ctx, chain, store)
	if err != nil {
		return nil, err
	}
	rows, err := visitdb.New(a.DB.Single(chain)).ResourcesOfStore(ctx, chain, store)
	today := s.BusinessDate(a.Clock.Now())
	out := []visit.Resource{}
	for _, row := range rows {
		// One that begins later can be booked for then already.
		if r := resourceOf(row); all || r.RetiredOn == nil || today < *r.RetiredOn {
			out = append(out, r)
		}
	}
	return out, err
}

func resourceOf(r visitdb.Resource) visit.Resource {
	return visit.Resource{
		ID: r.ResourceID, Store: r.StoreID, Kind: visit.Kind(r.Kind), Name: r.Name, Capacity: r.Capacity, Tables: r.Tables,
		MinSpend: kernel.Fen(r.MinSpendFen), Area: r.Area, Floor: r.Floor, ActiveOn: r.ActiveOn, RetiredOn: r.RetiredOn,
	}
}

// CreateResources enters several that differ by name only, behind what the store
// has. Faults: store.not_found, resource.name_taken, resource.too_many, invalid_field.
func (a *App) CreateResources(ctx context.Context, grant kernel.Grant, like visit.Resource, names []string) ([]visit.Resource, error) {
	if !grant.Covers(like.Store, false) {
		return nil, visit.ErrNoStore
	}
	chain, now := grant.Actor().Tenant, a.Clock.Now()
	if _, err := a.Stores.Store(ctx, chain, like.Store); err != nil {
		return nil, err
	}
	out := make([]visit.Resource, len(names))
	for i, name := range names {
		like.ID, like.Name = kernel.NewID[kernel.UUID](now), name
		out[i] = like.Trimmed()
		if err := out[i].Check(); err != nil {
			return nil, err
		}
		names[i] = out[i].Name
	}
	err := a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		q := visitdb.New(tx)
		have, err := q.LockResourcesOfStore(ctx, chain, like.Store)
		if err != nil {
			return err
		}
		if len(have)+len(out) > visit.MaxResources {
			return visit.ErrTooMany
		}
		if err := visit.NamesTaken(names, taken(have)); err != nil {
			return err
		}
		p := visitdb.InsertResourcesParams{
			TenantID: chain, StoreID: like.Store, Kind: string(like.Kind), Names: names, Capacity: like.Capacity, Tables: like.Tables,
			MinSpendFen: int64(like.MinSpend), Area: out[0].Area, Floor: out[0].Floor, ActiveOn: like.ActiveOn,
		}
		last := int32(0)
		for _, h := range have {
			last = max(last, h.Place)
		}
		for i, r := range out {
			p.Ids, p.Places = append(p.Ids, r.ID), append(p.Places, last+1+int32(i))
		}
		if err := nameTaken(q.InsertResources(ctx, p)); err != nil {
			return err
		}
		if err := placesChanged(ctx, tx, chain, out[0]); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, chain, now, audit.Entry{Action: "resource.created", Object: "resource", ObjectID: out[0].ID.String(), Store: like.Store, Changes: []audit.Change{
			{Field: "kind", After: string(like.Kind)}, {Field: "names", After: strings.Join(names, " ")},
		}})
	})
	return out, err
}

func taken(have []visitdb.LockResourcesOfStoreRow) func(string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(have, func(r visitdb.LockResourcesOfStoreRow) bool { return r.Name == name })
	}
}

// nameTaken makes the fault of a name that another one has by now.
func nameTaken(err error) error {
	if db.ConstraintName(err) == "resource_tenant_id_store_id_name_key" {
		return visit.ErrNameTaken
	}
	return err
}

// UpdateResource changes one; store and kind stay. Faults: resource.not_found,
// resource.name_taken, invalid_field.
func (a *App) UpdateResource(ctx context.Context, grant kernel.Grant, to visit.Resource) (visit.Resource, error) {
	return a.changeResource(ctx, grant, to.ID, "resource.changed", func(q *visitdb.Queries, now visit.Resource) (visitdb.Resource, error) {
		to.Kind = now.Kind
		to = to.Trimmed()
		if err := to.Check(); err != nil {
			return visitdb.Resource{}, err
		}
		if now.Kind == visit.Banquet && to.Tables < now.Tables {
			if err := a.hallStillHolds(ctx, q, grant.Actor().Tenant, now, to.Tables); err != nil {
				return visitdb.Resource{}, err
			}
		}
		row, err := q.EditResource(ctx, visitdb.EditResourceParams{
			TenantID: grant.Actor().Tenant, ResourceID: to.ID, Name: to.Name, Capacity: to.Capacity, Tables: to.Tables,
			MinSpendFen: int64(to.MinSpend), Area: to.Area, Floor: to.Floor,
		})
		return row, nameTaken(err)
	})
}

// hallStillHolds says whether what is booked of a hall from today on fits into
// fewer tables; nobody books it meanwhile. Fault: resource.booked.
func (a *App) hallStillHolds(ctx context.Context, q *visitdb.Queries, chain kernel.TenantID, hall visit.Resource, tables int32) error {
	store, err := a.Stores.Store(ctx, chain, hall.Store)
	if err != nil {
		return err
	}
	if _, err := q.LockPlaces(ctx, chain, []kernel.UUID{hall.ID}); err != nil {
		return err
	}
	highest, err := q.HighestSlot(ctx, chain, hall.ID, store.BusinessDate(a.Clock.Now()))
	if err == nil && highest > tables {
		err = visit.HallNeeded(highest)
	}
	return err
}

// RetireResource takes one out of use from a business day on; nil = today.
// Faults: resource.not_found, resource.wrong_state, resource.booked, invalid_field.
func (a *App) RetireResource(ctx context.Context, grant kernel.Grant, id kernel.UUID, on *kernel.BusinessDate) (visit.Resource, error) {
	chain := grant.Actor().Tenant
	return a.changeResource(ctx, grant, id, "resource.retired", func(q *visitdb.Queries, now visit.Resource) (visitdb.Resource, error) {
		store, err := a.Stores.Store(ctx, chain, now.Store)
		if err != nil {
			return visitdb.Resource{}, err
		}
		today := store.BusinessDate(a.Clock.Now())
		if on == nil {
			on = &today
		}
		if *on < today || *on > today+366 {
			return visitdb.Resource{}, visit.ErrRetireDate
		}
		row, err := q.RetireResource(ctx, *on, chain, id)
		if err != nil {
			return row, err
		}
		// Behind the update: a booking that was on its way is in by now.
		n, err := q.OpenBookingsOfResource(ctx, chain, id, *on)
		if err == nil && n > 0 {
			err = visit.Booked(n)
		}
		return row, err
	})
}

// RestoreResource takes a retirement back. Faults: resource.not_found,
// resource.wrong_state.
func (a *App) RestoreResource(ctx context.Context, grant kernel.Grant, id kernel.UUID) (visit.Resource, error) {
	return a.changeResource(ctx, grant, id, "resource.restored", func(q *visitdb.Queries, _ visit.Resource) (visitdb.Resource, error) {
		return q.RestoreResource(ctx, grant.Actor().Tenant, id)
	})
}

// DeleteResource deletes one that was never booked. Faults: resource.not_found,
// resource.has_bookings.
func (a *App) DeleteResource(ctx context.Context, grant kernel.Grant, id kernel.UUID) error {
	_, err := a.changeResource(ctx, grant, id, "resource.deleted", func(q *visitdb.Queries, _ visit.Resource) (visitdb.Resource, error) {
		n, err := q.DeleteResource(ctx, grant.Actor().Tenant, id)
		if db.ConstraintName(err) == "booking_tenant_id_resource_id_fkey" {
			return visitdb.Resource{}, visit.ErrInUse
		}
		if err == nil && n == 0 {
			err = visit.ErrNoResource
		}
		return visitdb.Resource{}, err
	})
	return err
}

// OrderResources puts those named in their order and before all others of their
// store. Faults: store.not_found, resource.not_found.
func (a *App) OrderResources(ctx context.Context, grant kernel.Grant, store kernel.StoreID, ids []kernel.UUID) ([]visit.Resource, error) {
	if !grant.Covers(store, false) {
		return nil, visit.ErrNoStore
	}
	chain := grant.Actor().Tenant
	places := make([]int32, len(ids))
	for i := range places {
		places[i] = int32(i - len(ids)) // before 0, where those of old stand
	}
	err := a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		q := visitdb.New(tx)
		if _, err := q.LockResourcesOfStore(ctx, chain, store); err != nil {
			return err
		}
		n, err := q.PlaceResources(ctx, visitdb.PlaceResourcesParams{TenantID: chain, StoreID: store, Ids: ids, Places: places})
		if err == nil && int(n) != len(ids) {
			err = visit.ErrNoResource
		}
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, chain, a.Clock.Now(), audit.Entry{Action: "resource.ordered", Object: "store", ObjectID: store.String(), Store: store})
	})
	if err != nil {
		return nil, err
	}
	return a.Resources(ctx, grant, store, true)
}

// resourceChanges tells what differs; what is gone has no name any more.
func resourceChanges(was, is visit.Resource) (out []audit.Change) {
	date := func(d *kernel.BusinessDate) string {
		if d == nil {
			return ""
		}
		return d.String()
	}
	for _, c := range []audit.Change{
		{Field: "name", Before: was.Name, After: is.Name},
		{Field: "capacity", Before: fmt.Sprint(was.Capacity), After: fmt.Sprint(is.Capacity)},
		{Field: "tables", Before: fmt.Sprint(was.Tables), After: fmt.Sprint(is.Tables)},
		{Field: "min_spend_fen", Before: fmt.Sprint(int64(was.MinSpend)), After: fmt.Sprint(int64(is.MinSpend))},
		{Field: "area", Before: was.Area, After: is.Area},
		{Field: "floor", Before: was.Floor, After: is.Floor},
		{Field: "retired_on", Before: date(was.RetiredOn), After: date(is.RetiredOn)},
	} {
		if c.Before != c.After {
			out = append(out, c)
		}
	}
	return out
}

// placesChanged says to whoever watches the store that its rooms have changed.
func placesChanged(ctx context.Context, tx pgx.Tx, chain kernel.TenantID, r visit.Resource) error {
	return watch.TellTx(ctx, tx, chain, watch.Change{Kind: ResourceChanged, Store: r.Store, ID: r.ID})
}

// changeResource changes one of a store in reach. No row after all means that it
// was not in the state the change expects.
func (a *App) changeResource(ctx context.Context, grant kernel.Grant, id kernel.UUID, act string, fn func(q *visitdb.Queries, now visit.Resource) (visitdb.Resource, error)) (out visit.Resource, err error) {
	chain := grant.Actor().Tenant
	err = a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		q := visitdb.New(tx)
		now, err := q.Resource(ctx, chain, id)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && !grant.Covers(now.StoreID, false) {
			return visit.ErrNoResource
		}
		if err != nil {
			return err
		}
		row, err := fn(q, resourceOf(now))
		if errors.Is(err, pgx.ErrNoRows) {
			return visit.ErrRetired
		}
		if err != nil {
			return err
		}
		out = resourceOf(row)
		if err := placesChanged(ctx, tx, chain, out); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, chain, a.Clock.Now(), audit.Entry{
			Action: act, Object: "resource", ObjectID: id.String(), Store: now.StoreID, Changes: resourceChanges(resourceOf(now), out),
		})
	})
	return out, err
}

// OpenBookings counts a store's bookings that are not over on some business days,
// both included.
func (a *App) OpenBookings(ctx context.Context, chain kernel.TenantID, store kernel.StoreID, from, to kernel.BusinessDate) (int32, error) {
	return visitdb.New(a.DB.Single(chain)).OpenBookings(ctx, visitdb.OpenBookingsParams{TenantID: chain, StoreID: store, FromOn: from, ToOn: to})
}
