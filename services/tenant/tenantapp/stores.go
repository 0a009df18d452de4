package tenantapp

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// Stores lists the chain's stores by code. The list is shared: don't change it.
func (a *App) Stores(ctx context.Context, id kernel.TenantID) ([]tenant.Store, error) {
	return a.stores.get(id, a.Clock.Now(), a.freshFor(id), func() ([]tenant.Store, error) {
		chain, err := a.Chain(ctx, id) // whether its clock was moved
		if err != nil {
			return nil, err
		}
		rows, err := tenantdb.New(a.DB.Single(id)).Stores(ctx, id)
		if err != nil {
			return nil, err
		}
		stores := make([]tenant.Store, len(rows))
		for i, r := range rows {
			if stores[i], err = r.Store(); err != nil {
				return nil, err
			}
			stores[i].Moved = chain.Moved
		}
		return stores, nil
	})
}

// Store gives one store of the chain. Fault: store.not_found.
func (a *App) Store(ctx context.Context, id kernel.TenantID, store kernel.StoreID) (tenant.Store, error) {
	stores, err := a.Stores(ctx, id)
	if err != nil {
		return tenant.Store{}, err
	}
	at := slices.IndexFunc(stores, func(s tenant.Store) bool { return s.ID == store })
	if at < 0 {
		return tenant.Store{}, tenant.ErrNoStore
	}
	return stores[at], nil
}

// StoresWithin lists the stores a grant reaches, own things included.
func (a *App) StoresWithin(ctx context.Context, id kernel.TenantID, grant kernel.Grant) ([]tenant.Store, error) {
	all, err := a.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	reached := []tenant.Store{}
	for _, s := range all {
		if grant.Covers(s.ID, true) {
			reached = append(reached, s)
		}
	}
	return reached, nil
}

// PutStoresTx enters stores; one without a zone, or with the cut-over AsChain,
// begins with the chain's (RUL-03). Fault: tenant.store_code_taken.
func (a *App) PutStoresTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, stores []tenant.Store, now time.Time) error {
	q := tenantdb.New(tx)
	sets, err := ruleSets(ctx, q, id)
	if err != nil {
		return err
	}
	chain := tenant.Chain{Zone: tenant.Shanghai}.Under(a.Catalogue, sets, now)
	stores = slices.Clone(stores)
	for i, s := range stores {
		if s.Zone == nil {
			stores[i].Zone = chain.Zone
		}
		if s.Cutover == tenant.AsChain {
			stores[i].Cutover = chain.Cutover
		}
	}
	a.stores.change(id, a.Clock.Now())
	err = q.InsertStores(ctx, tenantdb.NewStores(id, now, stores))
	if db.ConstraintName(err) == "store_tenant_id_code_key" {
		return tenant.ErrStoreTaken
	}
	return err
}
