// Package tenantapp is the use cases of chains, stores and rule sets, and the
// source of the keys that guests' numbers are kept under.
package tenantapp

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
)

// Deps are what the use cases stand on. SeedRolesTx and Names are ports to the
// right: staff is built after tenant, so they are functions.
type Deps struct {
	DB     *db.Pool
	Master *secret.Master
	Clock  kernel.Clock
	Log    *slog.Logger
	// Catalogue holds the fields of the other contexts; New adds tenant's own.
	Catalogue tenant.Catalogue
	// SeedRolesTx writes the template of roles of a new tenant (staffapp.SeedRolesTx).
	SeedRolesTx func(ctx context.Context, tx pgx.Tx, id kernel.TenantID) error
	// SandboxRules are what a sandbox's first rule set has otherwise than the defaults.
	SandboxRules tenant.Values
	// Names gives the names of people, for "published by" (staffapp.App.Names).
	Names func(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error)
	// OpenBookings counts a store's bookings that are not over on some business
	// days, both included (visitapp.App.OpenBookings).
	OpenBookings func(ctx context.Context, id kernel.TenantID, store kernel.StoreID, from, to kernel.BusinessDate) (int32, error)
}

// App is the context's use cases; Server is its RPC service.
type App struct {
	Deps
	stores cache[[]tenant.Store]
	rules  cache[[]tenant.RuleSet]
	chains cache[tenant.Chain]
	keys   sync.Map // TenantID → keptKeys
	// sandboxes are those this process has met (TenantID → true).
	sandboxes sync.Map
}

// New makes the context. Wrongly declared rule fields are a mistake in the
// program and panic.
func New(d Deps) *App {
	d.Catalogue = tenant.Join(tenant.RuleFields, d.Catalogue)
	if err := d.Catalogue.Check(); err != nil {
		panic(err)
	}
	return &App{Deps: d}
}

// freshFor bounds how long a process answers from memory after another process
// has changed a store or planned a rule set.
const freshFor = 10 * time.Second

// sandboxFreshFor is freshFor of a sandbox, whose day may change at any moment.
const sandboxFreshFor = 100 * time.Millisecond

func (a *App) freshFor(id kernel.TenantID) time.Duration {
	if _, sandbox := a.sandboxes.Load(id); sandbox {
		return sandboxFreshFor
	}
	return freshFor
}

// cache keeps one value for each tenant for a moment.
type cache[T any] struct {
	mu      sync.RWMutex
	entries map[kernel.TenantID]entry[T]
}

type entry[T any] struct {
	value   T
	at      time.Time
	changed bool // no value: it is being changed, and what is read now may be the old one
}

// get answers from memory or loads. A clock that went back loads again: a
// replay's does. Several may load at once, which costs a read and harms nobody.
func (c *cache[T]) get(id kernel.TenantID, now time.Time, fresh time.Duration, load func() (T, error)) (T, error) {
	c.mu.RLock()
	e, ok := c.entries[id]
	c.mu.RUnlock()
	age := now.Sub(e.at)
	if e.changed {
		fresh = freshFor
	}
	ok = ok && age >= 0 && age < fresh
	if ok && !e.changed {
		return e.value, nil
	}
	v, err := load()
	if err == nil && !ok {
		c.put(id, entry[T]{value: v, at: now})
	}
	return v, err
}

// change keeps the value out of memory for a moment: the transaction that
// changes it has not ended yet, and a reader beside it must not keep the old one.
func (c *cache[T]) change(id kernel.TenantID, now time.Time) {
	c.put(id, entry[T]{at: now, changed: true})
}

func (c *cache[T]) put(id kernel.TenantID, e entry[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[kernel.TenantID]entry[T]{}
	}
	if old := c.entries[id]; old.changed && !e.changed && e.at.Sub(old.at) < freshFor && !e.at.Before(old.at) {
		return // changed while this one was read
	}
	c.entries[id] = e
}
