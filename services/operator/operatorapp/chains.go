package operatorapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
)

// Chains lists chains by code, behind a code: counts, nothing of a guest.
func (a *App) Chains(ctx context.Context, after string, size int) (chains []operator.Chain, err error) {
	err = a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		chains, err = operatordb.Chains(ctx, tx, after, size)
		return err
	})
	return chains, err
}

// chain finds a chain. Fault: chain.not_found.
func (a *App) chain(ctx context.Context, id kernel.TenantID) (tenant.Chain, error) {
	if id.IsZero() {
		return tenant.Chain{}, operator.ErrNoChain
	}
	c, err := a.Tenants.Chain(ctx, id)
	if errors.Is(err, tenant.ErrNoTenant) {
		err = operator.ErrNoChain
	}
	return c, err
}

// CreateChain makes a chain with its first administrator and gives his one-time
// code (ACC-01: 72 h), which is kept nowhere. Cut off anywhere between, the same
// call goes on where it stood. Faults: tenant.code_taken, invalid_field.
func (a *App) CreateChain(ctx context.Context, by *kernel.Actor, code, name string, admin operator.FirstAdmin) (operator.Chain, string, error) {
	return a.makeChain(ctx, by, code, name, admin, false)
}

// CreateSandbox is CreateChain for a sandbox, which begins with made-up people and
// guests.
func (a *App) CreateSandbox(ctx context.Context, by *kernel.Actor, code, name string, admin operator.FirstAdmin) (operator.Chain, string, error) {
	return a.makeChain(ctx, by, code, name, admin, true)
}

func (a *App) makeChain(ctx context.Context, by *kernel.Actor, code, name string, admin operator.FirstAdmin, sandbox bool) (operator.Chain, string, error) {
	now := a.Clock.Now()
	id, entered, err := a.newChain(ctx, now, code, name, admin, sandbox)
	if err != nil {
		return operator.Chain{}, "", err
	}
	chain, err := a.chain(ctx, id)
	if err != nil {
		return operator.Chain{}, "", err
	}
	if !entered {
		err := a.People.EnterAdmin(ctx, id, admin, func(tx pgx.Tx) error {
			return a.bothTx(ctx, tx, now, by, chain, audit.Entry{Action: "chain.created", Object: "chain", ObjectID: chain.Code})
		})
		if err != nil {
			return operator.Chain{}, "", err
		}
	}
	secret, _, err := a.People.InviteAdmin(ctx, by, id)
	out := operator.Chain{ID: id, Code: chain.Code, Name: chain.Name, State: tenant.Active, CreatedAt: now, Staff: 1, Sandbox: chain.Sandbox}
	if err == nil && chain.Sandbox {
		err = a.People.Seed(ctx, id)
	}
	return out, secret, err
}

// newChain makes a chain, or finds the one that a call which was cut off has
// left: without anybody, or with this administrator, who never got a code.
func (a *App) newChain(ctx context.Context, now time.Time, code, name string, admin operator.FirstAdmin, sandbox bool) (id kernel.TenantID, entered bool, err error) {
	create := a.Tenants.CreateTenant
	if sandbox {
		create = a.Tenants.CreateSandbox
	}
	id, err = create(ctx, now, code, name)
	if !errors.Is(err, tenant.ErrCodeTaken) {
		return id, false, err
	}
	left, failed := a.Tenants.TenantByCode(ctx, code)
	if failed != nil {
		return id, false, failed
	}
	chain, failed := a.chain(ctx, left)
	if failed != nil {
		return id, false, failed
	}
	unfinished, entered, failed := a.People.Unfinished(ctx, left, admin)
	if failed != nil {
		return id, false, failed
	}
	if unfinished && chain.Sandbox == sandbox {
		err = nil
	}
	return left, entered, err
}

// RenewActivation gives the first administrator of a chain that nobody has
// entered another one-time code, and a sandbox what of its people and guests a call
// that was cut off left out. Faults: chain.not_found, chain.already_entered.
func (a *App) RenewActivation(ctx context.Context, by *kernel.Actor, id kernel.TenantID) (string, error) {
	chain, err := a.chain(ctx, id)
	if err != nil {
		return "", err
	}
	code, ok, err := a.People.InviteAdmin(ctx, by, id)
	if err == nil && !ok {
		err = operator.ErrAlreadyEntered
	}
	if err == nil && chain.Sandbox {
		err = a.People.Seed(ctx, id)
	}
	if err != nil {
		return "", err
	}
	now := a.Clock.Now()
	return code, a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		return a.bothTx(ctx, tx, now, by, chain, audit.Entry{Action: "chain.admin_invited", Object: "chain", ObjectID: chain.Code})
	})
}

// Suspend refuses everybody of the chain from the next request on and pauses its
// jobs. Faults: chain.not_found, chain.wrong_state.
func (a *App) Suspend(ctx context.Context, by *kernel.Actor, id kernel.TenantID) error {
	return a.move(ctx, by, id, []tenant.State{tenant.Active}, tenant.Suspended, nil, "chain.suspended")
}

// Resume takes a suspension back. Faults: chain.not_found, chain.wrong_state.
func (a *App) Resume(ctx context.Context, by *kernel.Actor, id kernel.TenantID) error {
	return a.move(ctx, by, id, []tenant.State{tenant.Suspended}, tenant.Active, nil, "chain.resumed")
}

// Close ends a chain's service for good and says until which day its data is
// kept. Faults: chain.not_found, chain.wrong_state, invalid_field (another code
// was typed).
func (a *App) Close(ctx context.Context, by *kernel.Actor, id kernel.TenantID, typed string) (kernel.BusinessDate, error) {
	chain, err := a.chain(ctx, id)
	if err != nil {
		return 0, err
	}
	if code, err := tenant.ParseCode(typed); err != nil || code != chain.Code {
		return 0, operator.ErrCodeTyped
	}
	keep := chain.BusinessDate(a.Clock.Now()) + operator.KeptAfterClosing
	return keep, a.move(ctx, by, id, []tenant.State{tenant.Active, tenant.Suspended}, tenant.Closed, &keep, "chain.closed")
}

func (a *App) move(ctx context.Context, by *kernel.Actor, id kernel.TenantID, from []tenant.State, to tenant.State, keep *kernel.BusinessDate, action string) error {
	chain, err := a.chain(ctx, id)
	if err != nil {
		return err
	}
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		moved, err := a.Tenants.SetStateTx(ctx, tx, id, from, to, keep, now)
		if err != nil {
			return err
		}
		if !moved {
			return operator.ErrWrongState
		}
		e := audit.Entry{Action: action, Object: "chain", ObjectID: chain.Code, Changes: []audit.Change{{Field: "state", After: string(to)}}}
		if keep != nil {
			e.Changes = append(e.Changes, audit.Change{Field: "keep_until", After: keep.String()})
		}
		return a.bothTx(ctx, tx, now, by, chain, e)
	})
}
