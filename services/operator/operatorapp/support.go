package operatorapp

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// AskSupport asks a chain's administrators to let the operator look in. Faults:
// chain.not_found, chain.wrong_state, support.asked_already, invalid_field.
func (a *App) AskSupport(ctx context.Context, by operator.Session, id kernel.TenantID, reason string) (operator.Support, error) {
	now := a.Clock.Now()
	s := operator.Support{
		ID: kernel.NewID[kernel.UUID](now), Tenant: id, Operator: by.ID, OperatorName: by.Name, Reason: strings.TrimSpace(reason), State: operator.Asked, AskedAt: now,
	}
	if s.Reason == "" {
		return s, operator.ErrNoReason
	}
	chain, err := a.chain(ctx, id)
	if err != nil {
		return s, err
	}
	if state, err := a.Tenants.State(ctx, id); err != nil || state != tenant.Active {
		return s, errors.Join(err, operator.ErrWrongState)
	}
	return s, a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		n, err := operatordb.New(tx).InsertSupport(ctx, operatordb.InsertSupportParams{
			TenantID: id, AccessID: s.ID, OperatorID: by.ID, OperatorLogin: by.Login, OperatorName: by.Name, Reason: s.Reason, Now: now,
		})
		if err == nil && n == 0 || db.ConstraintName(err) == "support_access_open" {
			return operator.ErrAskedAlready
		}
		if err != nil {
			return err
		}
		if err := a.bothTx(ctx, tx, now, by.Actor(now), chain, supportEntry("support.asked", s.ID)); err != nil {
			return err
		}
		return db.AsOperatorTx(ctx, tx, func(tx pgx.Tx) error {
			return operatordb.New(tx).InsertOwnSupport(ctx, s.ID, by.ID, id)
		})
	})
}

func supportEntry(action string, id kernel.UUID, changes ...audit.Change) audit.Entry {
	return audit.Entry{Action: action, Object: "support", ObjectID: id.String(), Changes: changes}
}

// OwnSupport lists an operator's newest wishes and accesses over all chains.
func (a *App) OwnSupport(ctx context.Context, by *kernel.Actor) ([]operator.Support, error) {
	var own []operatordb.OwnSupportRow
	err := a.DB.AsOperator(ctx, func(tx pgx.Tx) (err error) {
		own, err = operatordb.New(tx).OwnSupport(ctx, by.Operator)
		return err
	})
	if err != nil {
		return nil, err
	}
	out, read := []operator.Support{}, map[kernel.TenantID]map[kernel.UUID]operator.Support{}
	for _, o := range own {
		if read[o.TenantID] == nil {
			all, err := a.Supports(ctx, o.TenantID)
			if err != nil {
				return nil, err
			}
			read[o.TenantID] = map[kernel.UUID]operator.Support{}
			for _, s := range all {
				read[o.TenantID][s.ID] = s
			}
		}
		if s, ok := read[o.TenantID][o.AccessID]; ok {
			out = append(out, s)
		}
	}
	return out, nil
}

// Supports lists a chain's newest wishes and accesses, as they stand now; those
// that wait or last come first.
func (a *App) Supports(ctx context.Context, id kernel.TenantID) ([]operator.Support, error) {
	rows, err := operatordb.New(a.DB.Single(id)).Supports(ctx, id)
	out := make([]operator.Support, len(rows))
	for i, r := range rows {
		out[i] = operatordb.SupportRow(r).Support(id).At(a.Clock.Now())
	}
	live := func(s operator.Support) int {
		if s.State == operator.Granted || s.State == operator.Asked {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(x, y operator.Support) int { return live(x) - live(y) })
	return out, err
}

// OneSupport reads one access as it stands. Fault: support.not_found.
func (a *App) OneSupport(ctx context.Context, id kernel.TenantID, access kernel.UUID) (operator.Support, error) {
	return a.support(ctx, operatordb.New(a.DB.Single(id)), id, access)
}

// support reads one access as it stands. Fault: support.not_found.
func (a *App) support(ctx context.Context, q *operatordb.Queries, id kernel.TenantID, access kernel.UUID) (operator.Support, error) {
	row, err := q.Support(ctx, id, access)
	if errors.Is(err, pgx.ErrNoRows) {
		err = operator.ErrNoSupport
	}
	return row.Support(id).At(a.Clock.Now()), err
}

// GrantSupport lets the operator who asked look in for some minutes from now.
// Faults: support.not_found, support.over.
func (a *App) GrantSupport(ctx context.Context, by *kernel.Actor, access kernel.UUID, minutes int) (operator.Support, error) {
	now := a.Clock.Now()
	ends := now.Add(min(time.Duration(minutes)*time.Minute, operator.LongestSupport))
	entry := supportEntry("support.granted", access, audit.Change{Field: "until", After: ends.UTC().Format(time.RFC3339)})
	return a.decide(ctx, by.Tenant, access, entry, func(q *operatordb.Queries) (int64, error) {
		return q.GrantSupport(ctx, operatordb.GrantSupportParams{TenantID: by.Tenant, AccessID: access, DecidedBy: &by.Person, Now: now, ExpiresAt: ends})
	})
}

// EndSupport refuses a wish, or ends an access at once. Faults:
// support.not_found, support.over.
func (a *App) EndSupport(ctx context.Context, by *kernel.Actor, access kernel.UUID) error {
	now, person := a.Clock.Now(), by.Person
	_, err := a.decide(ctx, by.Tenant, access, supportEntry("support.ended", access), func(q *operatordb.Queries) (int64, error) {
		n, err := q.RefuseSupport(ctx, operatordb.RefuseSupportParams{TenantID: by.Tenant, AccessID: access, DecidedBy: &person, Now: now})
		if err != nil || n > 0 {
			return n, err
		}
		return q.EndSupport(ctx, operatordb.EndSupportParams{TenantID: by.Tenant, AccessID: access, EndedBy: &person, Now: now})
	})
	return err
}

func (a *App) decide(ctx context.Context, id kernel.TenantID, access kernel.UUID, entry audit.Entry, change func(q *operatordb.Queries) (int64, error)) (s operator.Support, err error) {
	now := a.Clock.Now()
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		if _, err := a.support(ctx, q, id, access); err != nil {
			return err
		}
		n, err := change(q)
		if err == nil && n == 0 {
			err = operator.ErrSupportOver
		}
		if err != nil {
			return err
		}
		if s, err = a.support(ctx, q, id, access); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, entry)
	})
	return s, err
}

// EnterSupport gives the token with which the operator looks into the chain; an
// earlier one of the same access is void. Faults: support.not_found (also for
// others' accesses), support.over.
func (a *App) EnterSupport(ctx context.Context, by *kernel.Actor, id kernel.TenantID, access kernel.UUID) (s operator.Support, token string, err error) {
	token = supportPrefix + staff.NewToken()
	s, err = a.own(ctx, by, id, access, "support.entered", func(q *operatordb.Queries, now time.Time) (int64, error) {
		return q.EnterSupport(ctx, operatordb.EnterSupportParams{TenantID: id, AccessID: access, OperatorID: by.Operator, TokenHash: staff.Hash(token), Now: now})
	})
	return s, token, err
}

// LeaveSupport ends an own access, or takes an own wish back. Faults:
// support.not_found, support.over.
func (a *App) LeaveSupport(ctx context.Context, by *kernel.Actor, id kernel.TenantID, access kernel.UUID) error {
	_, err := a.own(ctx, by, id, access, "support.left", func(q *operatordb.Queries, now time.Time) (int64, error) {
		n, err := q.RefuseSupport(ctx, operatordb.RefuseSupportParams{TenantID: id, AccessID: access, Now: now})
		if err != nil || n > 0 {
			return n, err
		}
		return q.EndSupport(ctx, operatordb.EndSupportParams{TenantID: id, AccessID: access, Now: now})
	})
	return err
}

// own changes an access of the operator's own, with lines in both logs.
func (a *App) own(ctx context.Context, by *kernel.Actor, id kernel.TenantID, access kernel.UUID, action string, change func(q *operatordb.Queries, now time.Time) (int64, error)) (s operator.Support, err error) {
	chain, err := a.chain(ctx, id)
	if err != nil {
		return s, operator.ErrNoSupport
	}
	now := a.Clock.Now()
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		s, err := a.support(ctx, q, id, access)
		if err == nil && s.Operator != by.Operator {
			err = operator.ErrNoSupport
		}
		if err != nil {
			return err
		}
		n, err := change(q, now)
		if err == nil && n == 0 {
			err = operator.ErrSupportOver
		}
		if err != nil {
			return err
		}
		return a.bothTx(ctx, tx, now, by, chain, supportEntry(action, access))
	})
	if err == nil {
		s, err = a.OneSupport(ctx, id, access)
	}
	return s, err
}
