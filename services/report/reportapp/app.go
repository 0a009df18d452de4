// Package reportapp is the read-only use cases across contexts: what needs a
// person today, and the board of stores. It reads published views, and what is a
// person's own by ports. Each part of an answer is bound by its own permission,
// not by the page's.
package reportapp

import (
	"context"
	"log/slog"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/tenant"
)

// Deps are what the use cases stand on.
type Deps struct {
	DB      *db.Pool
	Clock   kernel.Clock
	Log     *slog.Logger
	Tenants Tenants
	// Tables are the tables of rights, for the permissions of a page's parts.
	Tables *authz.Tables
	// Writing says what somebody has to finish: a port to customer.
	Writing func(ctx context.Context, id kernel.TenantID, person kernel.PersonID, now time.Time) (customer.Writing, error)
	// Unread counts what somebody was told and has not read, up to 100: a port to
	// message.
	Unread func(ctx context.Context, id kernel.TenantID, person kernel.PersonID) (int32, error)
	// BillsWaiting counts for each of some stores the bills that wait for a person to
	// say which booking is theirs (VIS-06): a port to visit.
	BillsWaiting func(ctx context.Context, id kernel.TenantID, stores []tenant.Store, now time.Time) ([]int32, error)
	// Progress is how far somebody has come in the running month: a port to quota.
	Progress func(ctx context.Context, id kernel.TenantID, person kernel.PersonID) (quota.Progress, error)
}

// Tenants is the port to tenant.
type Tenants interface {
	Chain(ctx context.Context, id kernel.TenantID) (tenant.Chain, error)
	Stores(ctx context.Context, id kernel.TenantID) ([]tenant.Store, error)
	Rules(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error)
}

// App is the context's use cases.
type App struct{ Deps }

// New makes the context.
func New(d Deps) *App { return &App{d} }

// reach is the stores that a permission reaches, side by side as the queries
// want them: in the own ones only what is the person's own.
type reach struct {
	stores []tenant.Store
	ids    []kernel.UUID
	own    []bool
}

func reachOf(grant kernel.Grant, stores []tenant.Store) reach {
	r := reach{ids: []kernel.UUID{}, own: []bool{}}
	for _, s := range stores {
		if !grant.Covers(s.ID, true) {
			continue
		}
		r.stores = append(r.stores, s)
		r.ids = append(r.ids, kernel.UUID(s.ID))
		r.own = append(r.own, !grant.Covers(s.ID, false))
	}
	return r
}

// whole leaves out the stores in which only own things are reached.
func (r reach) whole() (w reach) {
	w.ids = []kernel.UUID{}
	for i, s := range r.stores {
		if !r.own[i] {
			w.stores, w.ids = append(w.stores, s), append(w.ids, r.ids[i])
		}
	}
	return w
}

// live leaves out the stores in which the rules of ownership do not act yet
// (RUL-06).
func (r reach) live(now time.Time) (l reach) {
	for i, s := range r.stores {
		if s.Live(s.BusinessDate(now)) {
			l.stores, l.ids, l.own = append(l.stores, s), append(l.ids, r.ids[i]), append(l.own, r.own[i])
		}
	}
	return l
}

// holders says for each store whom the grant's person acts for there; zero: he
// acts in his own right.
func (r reach) holders(g kernel.Grant) []kernel.UUID {
	out := make([]kernel.UUID, len(r.stores))
	for i, s := range r.stores {
		if d := g.Holder(s.ID, false); d != nil {
			out[i] = kernel.UUID(d.Holder)
		}
	}
	return out
}

// days gives a date for each store.
func (r reach) days(of func(tenant.Store) kernel.BusinessDate) []kernel.BusinessDate {
	days := make([]kernel.BusinessDate, len(r.stores))
	for i, s := range r.stores {
		days[i] = of(s)
	}
	return days
}
