package staffapp

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// inReach gives somebody whom a grant meets in one of his posts; without any
// post only head office does. Fault: staff.not_found.
func (a *App) inReach(ctx context.Context, grant kernel.Grant, id kernel.PersonID) (staff.Person, error) {
	p, err := a.Self(ctx, grant.Actor().Tenant, id)
	if err == nil && !grant.Tenant() && len(p.Seen(grant).Assignments) == 0 {
		err = staff.ErrNotFound
	}
	return p, err
}

// Sessions lists where somebody is signed in, and whether he has a second
// factor. Fault: staff.not_found.
func (a *App) Sessions(ctx context.Context, grant kernel.Grant, id kernel.PersonID) (list []SignedIn, factor, linked bool, err error) {
	p, err := a.inReach(ctx, grant, id)
	if err != nil {
		return nil, false, false, err
	}
	tenant := grant.Actor().Tenant
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		f, err := q.SecondFactor(ctx, tenant, id)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		factor = f.ConfirmedAt != nil
		if linked, err = q.HasSSOLink(ctx, tenant, id); err != nil {
			return err
		}
		if list, err = signedIn(ctx, q, tenant, id, nil, a.Clock.Now()); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenant, a.Clock.Now(), forLine("session.listed", id, p))
	})
	return list, factor, linked, err
}

// EndSessions ends somebody's session, or all of his when none is named; the
// next request is refused. Faults: staff.not_found, auth.session_not_found.
func (a *App) EndSessions(ctx context.Context, grant kernel.Grant, id kernel.PersonID, session kernel.UUID) error {
	p, err := a.inReach(ctx, grant, id)
	if err != nil {
		return err
	}
	tenant, now := grant.Actor().Tenant, a.Clock.Now()
	return a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		line := forLine("session.ended_for", id, p)
		if !session.IsZero() {
			return endSessionTx(ctx, tx, tenant, id, session, now, line)
		}
		if err := staffdb.New(tx).EndSessionsOf(ctx, now, tenant, id); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenant, now, line)
	})
}

// LoginPolicy is the chain's, or the default of one that has set none.
func (a *App) LoginPolicy(ctx context.Context, tenant kernel.TenantID) (staff.LoginPolicy, error) {
	row, err := staffdb.New(a.DB.Single(tenant)).LoginPolicy(ctx, tenant)
	if errors.Is(err, pgx.ErrNoRows) {
		return staff.DefaultLoginPolicy, nil
	}
	return staff.LoginPolicy{OfficeNeedsFactor: row.OfficeNeedsFactor, GraceDays: int(row.GraceDays)}, err
}

// SetLoginPolicy says who needs a second factor; it counts from each person's
// next login on. Fault: auth.whole_chain.
func (a *App) SetLoginPolicy(ctx context.Context, grant kernel.Grant, p staff.LoginPolicy) error {
	if !grant.Tenant() {
		return staff.ErrWholeChainLogin
	}
	tenant := grant.Actor().Tenant
	was, err := a.LoginPolicy(ctx, tenant)
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		if err := a.PutLoginPolicyTx(ctx, tx, tenant, p); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenant, a.Clock.Now(), audit.Entry{Action: "login_policy.changed", Object: "tenant", ObjectID: tenant.String(), Topic: "session", Changes: []audit.Change{
			{Field: "office_needs_factor", Before: strconv.FormatBool(was.OfficeNeedsFactor), After: strconv.FormatBool(p.OfficeNeedsFactor)},
			{Field: "grace_days", Before: strconv.Itoa(was.GraceDays), After: strconv.Itoa(p.GraceDays)},
		}})
	})
}

// PutLoginPolicyTx writes a chain's policy: for whoever makes chains.
func (a *App) PutLoginPolicyTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, p staff.LoginPolicy) error {
	return staffdb.New(tx).PutLoginPolicy(ctx, tenant, p.OfficeNeedsFactor, int32(p.GraceDays))
}
