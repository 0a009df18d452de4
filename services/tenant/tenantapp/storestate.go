package tenantapp

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// forever is a day after every booking.
var forever = kernel.NewDate(9999, 12, 31)

// Each of these gives the store and how many bookings are still open on the days
// it takes no guests: somebody has to tell them.

// SuspendStore lets a store take no new bookings. Faults: store.not_found,
// store.wrong_state.
func (a *App) SuspendStore(ctx context.Context, grant kernel.Grant, store kernel.StoreID, reason string) (tenant.Store, int32, error) {
	now := a.Clock.Now()
	s, err := a.edit(ctx, grant, store, "store.suspended", func(q *tenantdb.Queries, _ tenant.Store) ([]audit.Change, error) {
		n, err := q.SuspendStore(ctx, tenantdb.SuspendStoreParams{TenantID: grant.Actor().Tenant, StoreID: store, Now: now, Reason: reason})
		return []audit.Change{{Field: "reason", After: reason}}, one(n, err, tenant.ErrStoreState)
	})
	return a.withBookings(ctx, grant, s, err, func() (from, to kernel.BusinessDate) { return s.BusinessDate(now), forever })
}

// CloseStore ends a store from a business day on; nothing of it is deleted.
// Faults: store.not_found, store.wrong_state, invalid_field.
func (a *App) CloseStore(ctx context.Context, grant kernel.Grant, store kernel.StoreID, on kernel.BusinessDate, reason string) (tenant.Store, int32, error) {
	now := a.Clock.Now()
	s, err := a.edit(ctx, grant, store, "store.closed", func(q *tenantdb.Queries, s tenant.Store) ([]audit.Change, error) {
		if err := tenant.CheckClosing(on, s.BusinessDate(now)); err != nil {
			return nil, err
		}
		n, err := q.CloseStore(ctx, tenantdb.CloseStoreParams{TenantID: grant.Actor().Tenant, StoreID: store, ClosedOn: on, Reason: reason})
		return []audit.Change{{Field: "closed_on", After: on.String()}, {Field: "reason", After: reason}}, one(n, err, tenant.ErrStoreState)
	})
	return a.withBookings(ctx, grant, s, err, func() (from, to kernel.BusinessDate) { return on, forever })
}

// ReopenStore takes a suspension or a closing back. Faults: store.not_found,
// store.wrong_state.
func (a *App) ReopenStore(ctx context.Context, grant kernel.Grant, store kernel.StoreID) (tenant.Store, error) {
	return a.edit(ctx, grant, store, "store.reopened", func(q *tenantdb.Queries, _ tenant.Store) ([]audit.Change, error) {
		n, err := q.ReopenStore(ctx, grant.Actor().Tenant, store)
		return nil, one(n, err, tenant.ErrStoreState)
	})
}

// SetLive says from which business day on the rules of ownership and scores act in
// a store (RUL-06); nil: not yet known. Faults: store.not_found, store.live,
// invalid_field.
func (a *App) SetLive(ctx context.Context, grant kernel.Grant, store kernel.StoreID, on *kernel.BusinessDate) (tenant.Store, error) {
	return a.edit(ctx, grant, store, "store.live_set", func(q *tenantdb.Queries, s tenant.Store) ([]audit.Change, error) {
		today := s.BusinessDate(a.Clock.Now())
		if err := s.CheckLive(on, today); err != nil {
			return nil, err
		}
		n, err := q.SetStoreLive(ctx, tenantdb.SetStoreLiveParams{TenantID: grant.Actor().Tenant, StoreID: store, LiveOn: on, Today: today})
		return []audit.Change{{Field: "live_on", Before: dateText(s.LiveOn), After: dateText(on)}}, one(n, err, tenant.ErrLive)
	})
}

// LiveFromTx lets the rules act in every store that has no day for it yet, from a
// day that may have passed: for a chain whose past is played.
func (a *App) LiveFromTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, on kernel.BusinessDate) error {
	a.stores.change(id, a.Clock.Now())
	return tenantdb.New(tx).LiveFrom(ctx, on, id)
}

func dateText(d *kernel.BusinessDate) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// CreateClosure enters days closed for works (RUL-07). Faults: store.not_found,
// store.closure_overlaps, invalid_field.
func (a *App) CreateClosure(ctx context.Context, grant kernel.Grant, store kernel.StoreID, c tenant.Closure) (tenant.Store, int32, error) {
	now, by := a.Clock.Now(), grant.Person()
	s, err := a.edit(ctx, grant, store, "store.works_entered", func(q *tenantdb.Queries, s tenant.Store) ([]audit.Change, error) {
		if err := c.Check(s.BusinessDate(now), s.Closures); err != nil {
			return nil, err
		}
		return []audit.Change{{Field: "from", After: c.From.String()}, {Field: "to", After: c.To.String()}, {Field: "reason", After: c.Reason}}, q.InsertClosure(ctx, tenantdb.InsertClosureParams{
			TenantID: grant.Actor().Tenant, ClosureID: kernel.NewID[kernel.UUID](now), StoreID: store, FromOn: c.From, ToOn: c.To, Reason: c.Reason, CreatedBy: &by, Now: now,
		})
	})
	return a.withBookings(ctx, grant, s, err, func() (from, to kernel.BusinessDate) { return max(c.From, s.BusinessDate(now)), c.To })
}

// EndClosure moves the last day of a closure. Faults: store.not_found,
// store.no_closure, store.closure_overlaps, invalid_field.
func (a *App) EndClosure(ctx context.Context, grant kernel.Grant, store kernel.StoreID, id kernel.UUID, to kernel.BusinessDate) (tenant.Store, int32, error) {
	var from kernel.BusinessDate
	s, err := a.edit(ctx, grant, store, "store.works_changed", func(q *tenantdb.Queries, s tenant.Store) ([]audit.Change, error) {
		c, err := closureOf(s, id)
		if err != nil {
			return nil, err
		}
		was, today := c.To, s.BusinessDate(a.Clock.Now())
		if c, err = c.End(to, today, s.Closures); err != nil {
			return nil, err
		}
		from = max(c.From, today)
		n, err := q.EndClosure(ctx, c.To, grant.Actor().Tenant, id)
		return []audit.Change{{Field: "from", After: c.From.String()}, {Field: "to", Before: was.String(), After: to.String()}}, one(n, err, tenant.ErrNoClosure)
	})
	return a.withBookings(ctx, grant, s, err, func() (kernel.BusinessDate, kernel.BusinessDate) { return from, to })
}

// WithdrawClosure takes a closure back before it begins. Faults: store.not_found,
// store.no_closure, store.closure_begun.
func (a *App) WithdrawClosure(ctx context.Context, grant kernel.Grant, store kernel.StoreID, id kernel.UUID) (tenant.Store, error) {
	return a.edit(ctx, grant, store, "store.works_withdrawn", func(q *tenantdb.Queries, s tenant.Store) ([]audit.Change, error) {
		c, err := closureOf(s, id)
		if err != nil {
			return nil, err
		}
		now := a.Clock.Now()
		if err := c.MayWithdraw(s.BusinessDate(now)); err != nil {
			return nil, err
		}
		n, err := q.WithdrawClosure(ctx, now, grant.Actor().Tenant, id)
		return []audit.Change{{Field: "from", Before: c.From.String()}, {Field: "to", Before: c.To.String()}}, one(n, err, tenant.ErrNoClosure)
	})
}

func closureOf(s tenant.Store, id kernel.UUID) (tenant.Closure, error) {
	at := slices.IndexFunc(s.Closures, func(c tenant.Closure) bool { return c.ID == id })
	if at < 0 {
		return tenant.Closure{}, tenant.ErrNoClosure
	}
	return s.Closures[at], nil
}

func (a *App) withBookings(ctx context.Context, grant kernel.Grant, s tenant.Store, err error, days func() (from, to kernel.BusinessDate)) (tenant.Store, int32, error) {
	if err != nil {
		return s, 0, err
	}
	from, to := days()
	n, err := a.OpenBookings(ctx, grant.Actor().Tenant, s.ID, from, to)
	return s, n, err
}
