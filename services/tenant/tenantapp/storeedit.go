package tenantapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// CreateStore enters a store; one without a zone, or with the cut-over AsChain,
// begins with the chain's. Later, Closures and states of s are not looked at.
// Faults: store.head_office, store.code_taken, store.too_many, invalid_field.
func (a *App) CreateStore(ctx context.Context, grant kernel.Grant, s tenant.Store) (tenant.Store, error) {
	if !grant.Tenant() {
		return s, tenant.ErrStoreHeadOffice
	}
	info, err := tenant.CheckStoreInfo(tenant.StoreInfo{Code: s.Code, Name: s.Name, Address: s.Address})
	if err != nil {
		return s, err
	}
	chain, err := a.Chain(ctx, grant.Actor().Tenant)
	if err != nil {
		return s, err
	}
	if s.Zone == nil {
		s.Zone = chain.Zone
	}
	if s.Cutover == tenant.AsChain {
		s.Cutover = chain.Cutover
	}
	if err := s.ClockOn(0).CheckNew(); err != nil {
		return s, err
	}
	if s.Hours, err = tenant.CheckHours(s.Hours); err != nil {
		return s, err
	}
	now, id := a.Clock.Now(), grant.Actor().Tenant
	s.ID, s.Code, s.Name, s.Address = kernel.NewID[kernel.StoreID](now), info.Code, info.Name, info.Address
	a.stores.change(id, now)
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		n, err := q.CountStores(ctx, id)
		if err != nil {
			return err
		}
		if n >= tenant.MaxStores {
			return tenant.ErrTooManyStores
		}
		err = q.InsertStore(ctx, tenantdb.InsertStoreParams{
			TenantID: id, StoreID: s.ID, Code: s.Code, Name: s.Name, Address: s.Address, Zone: s.Zone.String(),
			CutoverMinutes: int32(s.Cutover / time.Minute), Hours: tenantdb.HoursColumn(s.Hours), Now: now,
		})
		if err != nil {
			return codeTaken(err)
		}
		if s, err = storeTx(ctx, q, id, s.ID); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, audit.Entry{
			Action: "store.created", Object: "store", ObjectID: s.ID.String(), Store: s.ID, Changes: []audit.Change{{Field: "code", After: s.Code}, {Field: "name", After: s.Name}},
		})
	})
	return s, err
}

func codeTaken(err error) error {
	if db.ConstraintName(err) == "store_tenant_id_code_key" {
		return tenant.ErrStoreCodeTaken
	}
	return err
}

// UpdateStore changes code, name and address. Faults: store.not_found,
// store.changed, store.code_taken, invalid_field.
func (a *App) UpdateStore(ctx context.Context, grant kernel.Grant, store kernel.StoreID, base int32, in tenant.StoreInfo) (tenant.Store, error) {
	in, err := tenant.CheckStoreInfo(in)
	if err != nil {
		return tenant.Store{}, err
	}
	return a.edit(ctx, grant, store, "store.changed", func(q *tenantdb.Queries, s tenant.Store) ([]audit.Change, error) {
		n, err := q.EditStore(ctx, tenantdb.EditStoreParams{
			TenantID: grant.Actor().Tenant, StoreID: store, BaseVersion: base, Code: in.Code, Name: in.Name, Address: in.Address,
		})
		changes := []audit.Change{{Field: "code", Before: s.Code, After: in.Code}, {Field: "name", Before: s.Name, After: in.Name}, {Field: "address", Before: s.Address, After: in.Address}}
		return changes, one(n, codeTaken(err), tenant.ErrStoreChanged)
	})
}

// SetStoreHours sets the opening hours. Faults: store.not_found, store.changed,
// invalid_field.
func (a *App) SetStoreHours(ctx context.Context, grant kernel.Grant, store kernel.StoreID, base int32, hours tenant.OpeningHours) (tenant.Store, error) {
	hours, err := tenant.CheckHours(hours)
	if err != nil {
		return tenant.Store{}, err
	}
	return a.edit(ctx, grant, store, "store.hours_changed", func(q *tenantdb.Queries, s tenant.Store) ([]audit.Change, error) {
		before, after := tenantdb.HoursColumn(s.Hours), tenantdb.HoursColumn(hours)
		n, err := q.SetStoreHours(ctx, tenantdb.SetStoreHoursParams{TenantID: grant.Actor().Tenant, StoreID: store, BaseVersion: base, Hours: after})
		return []audit.Change{{Field: "hours", Before: string(before), After: string(after)}}, one(n, err, tenant.ErrStoreChanged)
	})
}

// ChangeStoreClock counts the store's business days otherwise from a day after
// today on. What was planned for later is replaced, what has begun stays (RUL-03).
// Faults: store.not_found, invalid_field.
func (a *App) ChangeStoreClock(ctx context.Context, grant kernel.Grant, store kernel.StoreID, c tenant.Clock) (tenant.Store, error) {
	id, now, by := grant.Actor().Tenant, a.Clock.Now(), grant.Person()
	return a.edit(ctx, grant, store, "store.clock_changed", func(q *tenantdb.Queries, s tenant.Store) ([]audit.Change, error) {
		// Other processes count by what they remember for a moment: a day that
		// begins before that would begin differently there.
		if err := s.CheckClock(c, now.Add(freshFor)); err != nil {
			return nil, err
		}
		was := s.ClockOn(c.From)
		changes := []audit.Change{
			{Field: "zone", Before: was.Zone.String(), After: c.Zone.String()},
			{Field: "cutover", Before: was.Cutover.String(), After: c.Cutover.String()},
			{Field: "from", After: c.From.String()},
		}
		return changes, errors.Join(
			q.DropClocksFrom(ctx, id, store, s.BusinessDate(now)),
			q.InsertClock(ctx, tenantdb.InsertClockParams{
				TenantID: id, StoreID: store, FromOn: c.From, Zone: c.Zone.String(), CutoverMinutes: int32(c.Cutover / time.Minute), CreatedBy: &by, Now: now,
			}),
		)
	})
}

// edit locks a store in reach, lets fn change it, writes the act with what fn
// says of it and gives the store as it is then. Fault: store.not_found.
func (a *App) edit(ctx context.Context, grant kernel.Grant, store kernel.StoreID, act string, fn func(q *tenantdb.Queries, s tenant.Store) ([]audit.Change, error)) (s tenant.Store, err error) {
	if !grant.Covers(store, false) {
		return s, tenant.ErrNoStore
	}
	id := grant.Actor().Tenant
	a.stores.change(id, a.Clock.Now())
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		if _, err := q.LockStore(ctx, id, store); errors.Is(err, pgx.ErrNoRows) {
			return tenant.ErrNoStore
		} else if err != nil {
			return err
		}
		before, err := storeTx(ctx, q, id, store)
		if err != nil {
			return err
		}
		changes, err := fn(q, before)
		if err != nil {
			return err
		}
		if s, err = storeTx(ctx, q, id, store); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, a.Clock.Now(), audit.Entry{Action: act, Object: "store", ObjectID: store.String(), Store: store, Changes: changes})
	})
	return s, err
}

// storeTx reads one store past memory.
func storeTx(ctx context.Context, q *tenantdb.Queries, id kernel.TenantID, store kernel.StoreID) (tenant.Store, error) {
	rows, err := q.Stores(ctx, id)
	if err != nil {
		return tenant.Store{}, err
	}
	at := slices.IndexFunc(rows, func(r tenantdb.StoresRow) bool { return r.StoreID == store })
	if at < 0 {
		return tenant.Store{}, tenant.ErrNoStore
	}
	return rows[at].Store()
}

// one makes a fault of a conditional UPDATE that met no row.
func one(n int64, err, none error) error {
	if err == nil && n == 0 {
		return none
	}
	return err
}
