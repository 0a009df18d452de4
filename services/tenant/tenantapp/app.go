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
	// Catalogue holds the fields of every context, in the rulebook's order.
	Catalogue tenant.Catalogue
	// SeedRolesTx writes the template of roles of a new tenant (staffapp.SeedRolesTx).
	SeedRolesTx func(ctx context.Context, tx pgx.Tx, id kernel.TenantID) error
	// Names gives the names of people, for "published by" (staffapp.App.Names).
	Names func(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error)
}

// App is the context's use cases; Server is its RPC service.
type App struct {
	Deps
	stores cache[[]tenant.Store]
	rules  cache[[]tenant.RuleSet]
	chains cache[tenant.Chain]
	keys   sync.Map // TenantID → *secret.Keys; they never change
}

// New makes the context.
func New(d Deps) *App { return &App{Deps: d} }

// freshFor bounds how long a process answers from memory after another process
// has changed a store or planned a rule set; its own changes it sees at once.
const freshFor = 10 * time.Second

// cache keeps one value for each tenant for a moment.
type cache[T any] struct {
	mu      sync.RWMutex
	entries map[kernel.TenantID]entry[T]
}

type entry[T any] struct {
	value T
	at    time.Time
}

// get answers from memory or loads. A clock that went back loads again: a
// replay's does. Several may load at once, which costs a read and harms nobody.
func (c *cache[T]) get(id kernel.TenantID, now time.Time, load func() (T, error)) (T, error) {
	c.mu.RLock()
	e, ok := c.entries[id]
	c.mu.RUnlock()
	if age := now.Sub(e.at); ok && age >= 0 && age < freshFor {
		return e.value, nil
	}
	v, err := load()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[kernel.TenantID]entry[T]{}
	}
	c.entries[id] = entry[T]{v, now}
	return v, nil
}

func (c *cache[T]) forget(id kernel.TenantID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, id)
}
