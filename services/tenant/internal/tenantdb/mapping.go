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
	s := tenant.Store{
		ID: r.StoreID, Code: r.Code, Name: r.Name, Address: r.Address, Cutover: minutes(r.CutoverMinutes),
		SuspendedAt: r.SuspendedAt, ClosedOn: r.ClosedOn, StateReason: r.StateReason, Version: r.Version, LiveOn: r.LiveOn,
	}
	var hours [][3]int16
	var clocks []struct {
		From    kernel.BusinessDate
		Zone    string
		Cutover int32
	}
	var closures []struct {
		ID       kernel.UUID
		From, To kernel.BusinessDate
		Reason   string
		By       *kernel.PersonID
		At       time.Time
	}
	for _, j := range []struct {
		from []byte
		to   any
	}{{r.Hours, &hours}, {r.Clocks, &clocks}, {r.Closures, &closures}} {
		if err := json.Unmarshal(j.from, j.to); err != nil {
			return s, fmt.Errorf("store %s: %w", r.Code, err)
		}
	}
	for _, h := range hours {
		s.Hours = append(s.Hours, tenant.Span{Weekday: h[0], Opens: h[1], Closes: h[2]})
	}
	for _, c := range closures {
		s.Closures = append(s.Closures, tenant.Closure{ID: c.ID, From: c.From, To: c.To, Reason: c.Reason, CreatedBy: c.By, CreatedAt: c.At})
	}
	var err error
	for _, c := range clocks {
		later := tenant.Clock{From: c.From, Cutover: minutes(c.Cutover)}
		if later.Zone, err = tenant.Zone(c.Zone); err != nil {
			return s, err
		}
		s.Later = append(s.Later, later)
	}
	s.Zone, err = tenant.Zone(r.Zone)
	return s, err
}

func minutes(n int32) time.Duration { return time.Duration(n) * time.Minute }

// HoursColumn writes opening hours as the column holds them.
func HoursColumn(h tenant.OpeningHours) []byte {
	spans := make([][3]int16, len(h))
	for i, s := range h {
		spans[i] = [3]int16{s.Weekday, s.Opens, s.Closes}
	}
	b, _ := json.Marshal(spans) // numbers always marshal
	return b
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
		var live kernel.BusinessDate // zero: not set
		if s.LiveOn != nil {
			live = *s.LiveOn
		}
		p.Lives = append(p.Lives, live)
	}
	return p
}

// RuleSet gives the row its meaning.
func (r RuleSetsRow) RuleSet() (tenant.RuleSet, error) {
	s := tenant.RuleSet{Version: r.Version, EffectiveOn: r.EffectiveOn, PublishedBy: r.PublishedBy, PublishedAt: r.PublishedAt, Note: r.Note}
	if r.Withdraws != nil {
		s.Withdraws = *r.Withdraws
	}
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
		PublishedBy: s.PublishedBy, PublishedAt: s.PublishedAt, Note: s.Note, Withdraws: orNil(s.Withdraws),
	}, err
}

func orNil(version int32) *int32 {
	if version == 0 {
		return nil
	}
	return &version
}

// RuleDraft gives the row its meaning.
func (r RuleDraftRow) RuleDraft() (tenant.RuleDraft, error) {
	d := tenant.RuleDraft{Revision: r.Revision, Base: r.BaseVersion, EffectiveOn: r.EffectiveOn, Note: r.Note, SavedAt: r.SavedAt}
	if r.SavedBy != nil {
		d.SavedBy = *r.SavedBy
	}
	if err := json.Unmarshal(r.Edits, &d.Edits); err != nil {
		return d, fmt.Errorf("rule draft %d: %w", r.Revision, err)
	}
	return d, nil
}

// SaveDraft writes a draft over the revision it was made from; false: somebody
// else has saved meanwhile.
func (q *Queries) SaveDraft(ctx context.Context, id kernel.TenantID, d tenant.RuleDraft) (bool, error) {
	if d.Edits == nil {
		d.Edits = []tenant.Edit{}
	}
	edits, err := json.Marshal(d.Edits)
	if err != nil {
		return false, err
	}
	var saved int64
	if d.Revision == 0 {
		saved, err = q.BeginRuleDraft(ctx, BeginRuleDraftParams{
			TenantID: id, BaseVersion: d.Base, EffectiveOn: d.EffectiveOn, Note: d.Note, Edits: edits, SavedBy: &d.SavedBy, SavedAt: d.SavedAt,
		})
	} else {
		saved, err = q.SaveRuleDraft(ctx, SaveRuleDraftParams{
			TenantID: id, Revision: d.Revision, BaseVersion: d.Base, EffectiveOn: d.EffectiveOn, Note: d.Note, Edits: edits, SavedBy: &d.SavedBy, SavedAt: d.SavedAt,
		})
	}
	return saved == 1, err
}
