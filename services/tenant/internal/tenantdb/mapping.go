// Package tenantdb is the SQL of chains, stores and rule sets.
package tenantdb

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
)

// ByCode finds a chain by the code typed at login; the zero id if there is none.
func ByCode(ctx context.Context, pool *db.Pool, code string) (kernel.TenantID, error) {
	var id *kernel.TenantID
	if err := pool.Lookup(ctx, "SELECT tenant_by_code($1)", code).Scan(&id); err != nil || id == nil {
		return kernel.TenantID{}, err
	}
	return *id, nil
}

// IDs lists every chain.
func IDs(ctx context.Context, pool *db.Pool) ([]kernel.TenantID, error) {
	ids := []kernel.TenantID{}
	err := pool.Lookup(ctx, "SELECT coalesce(array_agg(t ORDER BY t), '{}') FROM tenant_ids() t").Scan(&ids)
	return ids, err
}

// Store gives the row its meaning; an unknown zone is an error.
func (r StoresRow) Store() (tenant.Store, error) {
	zone, err := time.LoadLocation(r.Zone)
	return tenant.Store{ID: r.StoreID, Code: r.Code, Name: r.Name, Zone: zone, Cutover: time.Duration(r.CutoverMinutes) * time.Minute}, err
}

// NewStores spreads stores over the columns of InsertStores.
func NewStores(id kernel.TenantID, now time.Time, stores []tenant.Store) InsertStoresParams {
	p := InsertStoresParams{TenantID: id, Now: now}
	for _, s := range stores {
		p.Ids = append(p.Ids, kernel.UUID(s.ID))
		p.Codes = append(p.Codes, s.Code)
		p.Names = append(p.Names, s.Name)
		p.Zones = append(p.Zones, s.Zone.String())
		p.Cutovers = append(p.Cutovers, int32(s.Cutover/time.Minute))
	}
	return p
}

// RuleSet gives the row its meaning.
func (r RuleSetsRow) RuleSet() (tenant.RuleSet, error) {
	s := tenant.RuleSet{Version: r.Version, EffectiveOn: r.EffectiveOn, PublishedBy: r.PublishedBy, PublishedAt: r.PublishedAt}
	if err := json.Unmarshal(r.Fields, &s.Values); err != nil {
		return s, fmt.Errorf("rule set %d: %w", r.Version, err)
	}
	if err := json.Unmarshal(r.Stores, &s.Stores); err != nil {
		return s, fmt.Errorf("rule set %d: %w", r.Version, err)
	}
	return s, nil
}

// NewRuleSet spreads a version over the columns of InsertRuleSet.
func NewRuleSet(id kernel.TenantID, s tenant.RuleSet) (InsertRuleSetParams, error) {
	if s.Values == nil {
		s.Values = tenant.Values{}
	}
	if s.Stores == nil {
		s.Stores = map[kernel.StoreID]tenant.Values{}
	}
	fields, err := json.Marshal(s.Values)
	if err != nil {
		return InsertRuleSetParams{}, err
	}
	stores, err := json.Marshal(s.Stores)
	return InsertRuleSetParams{
		TenantID: id, Version: s.Version, EffectiveOn: s.EffectiveOn, Fields: fields, Stores: stores,
		PublishedBy: s.PublishedBy, PublishedAt: s.PublishedAt,
	}, err
}
