package tenantapp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// CreateTenant enters a chain with its keys, rule set 1 and the template of
// roles, all or nothing. Faults: tenant.code_taken, invalid_field.
func (a *App) CreateTenant(ctx context.Context, now time.Time, code, name string) (kernel.TenantID, error) {
	return a.create(ctx, now, code, name, false)
}

// CreateSandbox is CreateTenant for a chain in which vendors try things out; no
// chain becomes one later, and none ceases to be one.
func (a *App) CreateSandbox(ctx context.Context, now time.Time, code, name string) (kernel.TenantID, error) {
	return a.create(ctx, now, code, name, true)
}

func (a *App) create(ctx context.Context, now time.Time, code, name string, sandbox bool) (kernel.TenantID, error) {
	code, err := tenant.ParseCode(code)
	if err != nil {
		return kernel.TenantID{}, err
	}
	id := kernel.NewID[kernel.TenantID](now)
	lookup, box, err := a.Master.NewTenantKeys(id)
	if err != nil {
		return kernel.TenantID{}, err
	}
	rules := tenant.FirstRuleSet(now)
	if sandbox {
		rules.Values = a.SandboxRules
	}
	first, err := tenantdb.NewRuleSet(id, rules)
	if err != nil {
		return kernel.TenantID{}, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		return errors.Join(
			q.InsertTenant(ctx, tenantdb.InsertTenantParams{TenantID: id, Code: code, Name: strings.TrimSpace(name), Sandbox: sandbox, Now: now}),
			q.InsertKey(ctx, tenantdb.InsertKeyParams{TenantID: id, Purpose: "lookup", Wrapped: lookup, Now: now}),
			q.InsertKey(ctx, tenantdb.InsertKeyParams{TenantID: id, Purpose: "box", Wrapped: box, Now: now}),
			q.InsertRuleSet(ctx, first),
			a.SeedRolesTx(ctx, tx, id),
			audit.WriteTx(ctx, tx, id, now, audit.Entry{Action: "tenant.created", Object: "tenant", ObjectID: code}),
		)
	})
	if db.ConstraintName(err) == "tenant_code_key" {
		return kernel.TenantID{}, tenant.ErrCodeTaken
	}
	return id, err
}

// TenantByCode finds a chain by its code. Fault: tenant.not_found.
func (a *App) TenantByCode(ctx context.Context, code string) (kernel.TenantID, error) {
	code, err := tenant.ParseCode(code)
	if err != nil {
		return kernel.TenantID{}, tenant.ErrNoTenant
	}
	id, err := tenantdb.ByCode(ctx, a.DB, code)
	if err == nil && id.IsZero() {
		err = tenant.ErrNoTenant
	}
	return id, err
}

// TenantIDs lists every chain: for planners of jobs.
func (a *App) TenantIDs(ctx context.Context) ([]kernel.TenantID, error) {
	return tenantdb.IDs(ctx, a.DB)
}

// Chain gives a chain's code and name, and its zone and cut-over by the rules in
// force (RUL-03). Fault: tenant.not_found.
func (a *App) Chain(ctx context.Context, id kernel.TenantID) (tenant.Chain, error) {
	now := a.Clock.Now()
	return a.chains.get(id, now, a.freshFor(id), func() (tenant.Chain, error) {
		q := tenantdb.New(a.DB.Single(id))
		row, err := q.Chain(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return tenant.Chain{}, tenant.ErrNoTenant
		}
		if err != nil {
			return tenant.Chain{}, err
		}
		zone, err := time.LoadLocation(row.Zone)
		if err != nil {
			return tenant.Chain{}, err
		}
		chain := tenant.Chain{ID: id, Code: row.Code, Name: row.Name, Zone: zone, Sandbox: row.Sandbox}
		if chain.Sandbox {
			a.sandboxes.Store(id, true)
			if chain.Moved, err = q.Moves(ctx, id); err != nil {
				return tenant.Chain{}, err
			}
		}
		sets, err := ruleSets(ctx, q, id)
		return chain.Under(a.Catalogue, sets, now), err
	})
}

// RaisePolicyVersionTx makes every process build its table of rights anew
// before the next request of the chain: staff calls it with a change of roles.
func (a *App) RaisePolicyVersionTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID) error {
	_, err := tenantdb.New(tx).RaisePolicyVersion(ctx, id)
	return err
}
