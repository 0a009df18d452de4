package staffapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// StepUp takes a fresh proof that it is the person who sits at his session, and
// says until when it counts: his password, or a code if he has a second factor.
// Faults: auth.wrong_proof, auth.too_many_tries, auth.login_again.
func (a *App) StepUp(ctx context.Context, actor *kernel.Actor, proof string) (time.Time, error) {
	now := a.Clock.Now()
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return time.Time{}, err
	}
	known, bucket, err := a.chargeProof(ctx, actor, now)
	if err != nil {
		return time.Time{}, err
	}
	factor := known.SecretBox != nil
	if !factor {
		if known.PasswordHash == nil {
			return time.Time{}, staff.ErrLoginAgain
		}
		ok, err := a.hasher.matches(ctx, proof, known.PasswordHash)
		if err != nil {
			return time.Time{}, err
		}
		if !ok {
			return time.Time{}, staff.ErrWrongProof
		}
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if factor {
			used, err := useCode(ctx, q, keys, actor.Tenant, actor.Person, proof, now)
			if err != nil {
				return err
			}
			if used == codeWrong {
				return staff.ErrWrongProof
			}
		}
		if err := q.ClearTries(ctx, actor.Tenant, bucket); err != nil {
			return err
		}
		if err := q.ProveSession(ctx, now, actor.Tenant, actor.Session); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, ownLine("session.proven", actor.Person))
	})
	return now.Add(staff.ProofLasts), err
}

// chargeProof counts a try to prove oneself inside a session with the logins
// from the same device, before the proof is looked at: an open browser is no
// better place to guess than the door.
func (a *App) chargeProof(ctx context.Context, actor *kernel.Actor, now time.Time) (known staffdb.SessionProofRow, bucket []byte, err error) {
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) (err error) {
		q := staffdb.New(tx)
		if known, err = q.SessionProof(ctx, actor.Tenant, actor.Session); err != nil {
			return err
		}
		bucket = staff.Bucket(actor.Person, "", known.DeviceHash, true)
		return charge(ctx, q, actor.Tenant, bucket, now)
	})
	return known, bucket, err
}
