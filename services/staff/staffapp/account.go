package staffapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// SignedIn is a device on which somebody is signed in.
type SignedIn struct {
	Session kernel.UUID
	Device  string // browser and system
	Address string
	Way     string // staff.WayPassword …
	KnownAt time.Time
	SeenAt  time.Time
	Current bool
}

// Security is how an account is secured.
type Security struct {
	HasPassword    bool
	FactorSince    *time.Time // nil: no second factor
	CodesLeft      int
	FactorRequired bool
	Sessions       []SignedIn
}

// Security tells the caller how his account is secured and where it is signed in.
func (a *App) Security(ctx context.Context, actor *kernel.Actor) (s Security, err error) {
	policy, err := a.LoginPolicy(ctx, actor.Tenant)
	if err != nil {
		return s, err
	}
	s.FactorRequired = policy.Asks(actor)
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		proof, err := q.SessionProof(ctx, actor.Tenant, actor.Session)
		if err != nil {
			return err
		}
		s.HasPassword = proof.PasswordHash != nil
		f, err := q.SecondFactor(ctx, actor.Tenant, actor.Person)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		s.FactorSince = f.ConfirmedAt
		left, err := q.RecoveryCodesLeft(ctx, actor.Tenant, actor.Person)
		if err != nil {
			return err
		}
		s.CodesLeft = int(left)
		s.Sessions, err = signedIn(ctx, q, actor.Tenant, actor.Person, proof.DeviceHash, a.Clock.Now())
		return err
	})
	return s, err
}

// signedIn lists where a person is signed in, the last used first.
func signedIn(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, person kernel.PersonID, here []byte, now time.Time) ([]SignedIn, error) {
	rows, err := q.LiveSessions(ctx, staffdb.LiveSessionsParams{TenantID: tenant, PersonID: person, Now: now, IdleSince: now.Add(-staff.SessionIdle)})
	if err != nil {
		return nil, err
	}
	out := as(rows, func(r staffdb.LiveSessionsRow) SignedIn {
		return SignedIn{
			Session: r.SessionID, Device: r.Device, Address: r.Address, Way: r.Way, KnownAt: r.KnownAt, SeenAt: r.SeenAt,
			Current: slices.Equal(r.DeviceHash, here),
		}
	})
	slices.SortStableFunc(out, func(a, b SignedIn) int { return b.SeenAt.Compare(a.SeenAt) })
	return out[:min(len(out), 100)], nil
}

// ChangePassword sets the caller's password and ends his sessions on other
// devices. Tries of the current one count as logins do. Faults: auth.no_password,
// auth.wrong_proof, auth.too_many_tries, auth.password_same, those of CheckPassword.
func (a *App) ChangePassword(ctx context.Context, actor *kernel.Actor, current, wanted string) error {
	now := a.Clock.Now()
	known, bucket, err := a.chargeProof(ctx, actor, now)
	if err != nil {
		return err
	}
	if known.PasswordHash == nil {
		return staff.ErrNoPassword
	}
	ok, err := a.hasher.matches(ctx, current, known.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		return staff.ErrWrongProof
	}
	if current == wanted {
		return staff.ErrSamePassword
	}
	self, err := a.Self(ctx, actor.Tenant, actor.Person)
	if err != nil {
		return err
	}
	if err := a.CheckPassword(ctx, actor.Tenant, self, wanted); err != nil {
		return err
	}
	hash, err := a.hasher.hash(ctx, wanted)
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if _, err := q.SetPassword(ctx, hash, actor.Tenant, actor.Person); err != nil {
			return err
		}
		if err := q.EndOtherSessions(ctx, otherSessions(actor, now)); err != nil {
			return err
		}
		if err := q.ClearTries(ctx, actor.Tenant, bucket); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, ownLine("password.changed", actor.Person))
	})
}

func otherSessions(actor *kernel.Actor, now time.Time) staffdb.EndOtherSessionsParams {
	return staffdb.EndOtherSessionsParams{TenantID: actor.Tenant, PersonID: actor.Person, SessionID: actor.Session, Now: now}
}

// EndMySession ends the caller's session on one device. Fault:
// auth.session_not_found.
func (a *App) EndMySession(ctx context.Context, actor *kernel.Actor, session kernel.UUID) error {
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		return endSessionTx(ctx, tx, actor.Tenant, actor.Person, session, now, ownLine("session.ended", actor.Person))
	})
}

func endSessionTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, person kernel.PersonID, session kernel.UUID, now time.Time, line audit.Entry) error {
	n, err := staffdb.New(tx).EndSessionOf(ctx, staffdb.EndSessionOfParams{TenantID: tenant, PersonID: person, SessionID: session, Now: now})
	if err != nil || n == 0 {
		return errors.Join(err, when(n == 0, staff.ErrNoSession))
	}
	return audit.WriteTx(ctx, tx, tenant, now, line)
}

// EndMyOtherSessions ends the caller's sessions on all devices but this one.
func (a *App) EndMyOtherSessions(ctx context.Context, actor *kernel.Actor) error {
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		if err := staffdb.New(tx).EndOtherSessions(ctx, otherSessions(actor, now)); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, ownLine("session.others_ended", actor.Person))
	})
}

// AcknowledgeDevices notes that the caller knows the new devices he was told of.
func (a *App) AcknowledgeDevices(ctx context.Context, actor *kernel.Actor) error {
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		err := staffdb.New(tx).TellDevices(ctx, staffdb.TellDevicesParams{TenantID: actor.Tenant, PersonID: actor.Person, SessionID: actor.Session, Now: now})
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, ownLine("device.acknowledged", actor.Person))
	})
}
