package staffapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/totp"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// factorTable is what the boxes of authenticators' secrets are bound to.
const factorTable = "second_factor"

type codeKind uint8

const (
	codeWrong codeKind = iota
	codeDigits
	codeRecovery
)

// useCode uses a code of the person's second factor up, or a recovery code. Of
// two requests with the same one, one is told that it is wrong.
func useCode(ctx context.Context, q *staffdb.Queries, keys *secret.Keys, tenant kernel.TenantID, person kernel.PersonID, typed string, now time.Time) (codeKind, error) {
	f, err := q.SecondFactor(ctx, tenant, person)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && f.ConfirmedAt == nil {
		return codeWrong, nil
	}
	if err != nil {
		return codeWrong, err
	}
	code := staff.TypedCode(typed)
	key, err := keys.OpenBytes(f.SecretBox, factorTable, kernel.UUID(person))
	if err != nil {
		return codeWrong, err
	}
	if step, ok := totp.Step(string(key), code, now); ok {
		n, err := q.UseStep(ctx, step, tenant, person)
		if err != nil || n == 0 {
			return codeWrong, err
		}
		return codeDigits, nil
	}
	n, err := q.UseRecoveryCode(ctx, staffdb.UseRecoveryCodeParams{TenantID: tenant, PersonID: person, CodeHash: codeHash(keys, person, code), Now: now})
	if err != nil || n == 0 {
		return codeWrong, err
	}
	return codeRecovery, nil
}

func codeHash(keys *secret.Keys, person kernel.PersonID, code string) []byte {
	return keys.Digest("recovery code", person.String()+" "+code)
}

// BeginFactor makes a secret for the caller's authenticator; it comes into force
// when ConfirmFactor proves it, and replaces the one that was.
func (a *App) BeginFactor(ctx context.Context, actor *kernel.Actor) (key, uri string, err error) {
	chain, err := a.Tenants.Chain(ctx, actor.Tenant)
	if err != nil {
		return "", "", err
	}
	self, err := a.Self(ctx, actor.Tenant, actor.Person)
	if err != nil {
		return "", "", err
	}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return "", "", err
	}
	key = totp.NewSecret()
	box, err := keys.SealBytes([]byte(key), factorTable, kernel.UUID(actor.Person))
	if err != nil {
		return "", "", err
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		if err := staffdb.New(tx).PutPendingFactor(ctx, actor.Tenant, actor.Person, box); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, a.Clock.Now(), ownLine("second_factor.begun", actor.Person))
	})
	return key, totp.URI("常客 "+chain.Name, self.StaffNo, key), err
}

// ConfirmFactor puts the secret that was begun into force, against a code made
// with it, and gives ten recovery codes. Faults: auth.no_factor_begun,
// auth.wrong_proof.
func (a *App) ConfirmFactor(ctx context.Context, actor *kernel.Actor, typed string) (codes []string, err error) {
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	now := a.Clock.Now()
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		f, err := q.SecondFactor(ctx, actor.Tenant, actor.Person)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && f.PendingBox == nil {
			return staff.ErrNoFactorBegun
		}
		if err != nil {
			return err
		}
		key, err := keys.OpenBytes(f.PendingBox, factorTable, kernel.UUID(actor.Person))
		if err != nil {
			return err
		}
		step, ok := totp.Step(string(key), staff.TypedCode(typed), now)
		if !ok {
			return staff.ErrWrongProof
		}
		n, err := q.ConfirmFactor(ctx, staffdb.ConfirmFactorParams{TenantID: actor.Tenant, PersonID: actor.Person, PendingBox: f.PendingBox, Step: step, Now: now})
		if err != nil || n == 0 {
			return errors.Join(err, when(n == 0, staff.ErrNoFactorBegun))
		}
		if codes, err = newCodesTx(ctx, q, keys, actor); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, ownLine("second_factor.enabled", actor.Person))
	})
	return codes, err
}

// RenewCodes voids the caller's recovery codes and gives ten new ones. Fault:
// auth.no_second_factor.
func (a *App) RenewCodes(ctx context.Context, actor *kernel.Actor) (codes []string, err error) {
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		f, err := q.SecondFactor(ctx, actor.Tenant, actor.Person)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && f.ConfirmedAt == nil {
			return staff.ErrNoFactor
		}
		if err != nil {
			return err
		}
		if codes, err = newCodesTx(ctx, q, keys, actor); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, a.Clock.Now(), ownLine("recovery_code.renewed", actor.Person))
	})
	return codes, err
}

func newCodesTx(ctx context.Context, q *staffdb.Queries, keys *secret.Keys, actor *kernel.Actor) ([]string, error) {
	codes := staff.NewRecoveryCodes()
	hashes := make([][]byte, len(codes))
	for i, c := range codes {
		hashes[i] = codeHash(keys, actor.Person, staff.TypedCode(c))
	}
	if err := q.DropRecoveryCodes(ctx, actor.Tenant, actor.Person); err != nil {
		return nil, err
	}
	return codes, q.InsertRecoveryCodes(ctx, actor.Tenant, actor.Person, hashes)
}

// DisableFactor takes the caller's second factor away, unless the chain asks
// for one. Faults: auth.no_second_factor, auth.second_factor_required.
func (a *App) DisableFactor(ctx context.Context, actor *kernel.Actor) error {
	policy, err := a.LoginPolicy(ctx, actor.Tenant)
	if err != nil {
		return err
	}
	if policy.Asks(actor) {
		return staff.ErrFactorRequired
	}
	return a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		if err := dropFactorTx(ctx, tx, actor.Tenant, actor.Person, nil); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, a.Clock.Now(), ownLine("second_factor.disabled", actor.Person))
	})
}

// ResetFactor takes somebody's second factor away, who has lost phone and codes:
// his sessions end, and he has a day to set up a new one. Faults:
// staff.not_found, auth.no_second_factor, auth.not_for_oneself.
func (a *App) ResetFactor(ctx context.Context, grant kernel.Grant, id kernel.PersonID) error {
	p, err := a.inReach(ctx, grant, id)
	if err != nil {
		return err
	}
	if id == grant.Person() {
		return staff.ErrNotForOneself
	}
	tenant, now := grant.Actor().Tenant, a.Clock.Now()
	due := now.Add(staff.ResetGrace)
	return a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		if err := dropFactorTx(ctx, tx, tenant, id, &due); err != nil {
			return err
		}
		if err := staffdb.New(tx).EndSessionsOf(ctx, now, tenant, id); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenant, now, forLine("second_factor.reset", id, p))
	})
}

func dropFactorTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, person kernel.PersonID, due *time.Time) error {
	q := staffdb.New(tx)
	if n, err := q.DropFactor(ctx, due, tenant, person); err != nil || n == 0 {
		return errors.Join(err, when(n == 0, staff.ErrNoFactor))
	}
	return q.DropRecoveryCodes(ctx, tenant, person)
}

// ownLine is what the log of acts says of something a person does to his own
// account.
func ownLine(action string, person kernel.PersonID) audit.Entry {
	return audit.Entry{Action: action, Object: "person", ObjectID: person.String(), Own: true, Topic: "session"}
}

// forLine is what the log of acts says of something done to somebody's login.
func forLine(action string, id kernel.PersonID, p staff.Person) audit.Entry {
	line := personLine(action, id, storesOf(p))
	line.Topic = "session"
	return line
}
