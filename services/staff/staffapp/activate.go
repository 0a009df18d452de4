package staffapp

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
	"github.com/changke/changke/services/tenant"
)

// Activation is what somebody typed to set his password.
type Activation struct {
	TenantCode, StaffNo, Code, Password string
}

// Activate sets a password with a one-time code, which is used up by it; other
// sessions end. Every way of being wrong costs the same and gives the same
// fault, account.wrong_code; too many tries give auth.too_many_tries.
func (a *App) Activate(ctx context.Context, in Activation) error {
	now := a.Clock.Now()
	in.StaffNo = strings.TrimSpace(in.StaffNo)
	id, err := a.Tenants.TenantByCode(ctx, in.TenantCode)
	if errors.Is(err, tenant.ErrNoTenant) {
		id, err = nobody, nil
	}
	if err != nil {
		return err
	}
	find := staffdb.CodeToUseParams{TenantID: id, StaffNo: in.StaffNo, Now: now}
	if id != nobody {
		if find.Today, err = a.today(ctx, id); err != nil {
			return err
		}
	}
	bucket := staff.ActivationBucket(in.TenantCode, in.StaffNo)
	var live staffdb.CodeToUseRow
	var known *string
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if err := charge(ctx, q, id, bucket, now); err != nil {
			return err
		}
		row, err := q.CodeToUse(ctx, find)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		live, known = row, &row.CodeHash
		return err
	})
	if err != nil {
		return err
	}
	ok, err := a.hasher.matches(ctx, staff.PlainCode(in.Code), known)
	if err != nil {
		return err
	}
	if !ok {
		return staff.ErrWrongCode
	}
	who, err := a.Self(ctx, id, live.PersonID)
	if err != nil {
		return err
	}
	if err := a.CheckPassword(ctx, id, who, in.Password); err != nil {
		return err
	}
	hash, err := a.hasher.hash(ctx, in.Password)
	if err != nil {
		return err
	}
	ctx = audit.As(ctx, &kernel.Actor{Kind: kernel.ActorPerson, Tenant: id, Person: live.PersonID, Name: live.Name})
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		n, err := q.UseCode(ctx, now, id, live.ActivationID)
		if err == nil && n == 0 {
			err = staff.ErrWrongCode // used by somebody else this very moment
		}
		if err != nil {
			return err
		}
		return oneByOne(
			func() error { _, err := q.SetPassword(ctx, hash, id, live.PersonID); return err },
			func() error { return q.EndSessionsOf(ctx, now, id, live.PersonID) },
			func() error { return q.ClearTries(ctx, id, bucket) },
			func() error {
				return audit.WriteTx(ctx, tx, id, now, audit.Entry{Action: "account.activated", Object: "person", ObjectID: live.PersonID.String(), Own: true})
			},
		)
	})
}
