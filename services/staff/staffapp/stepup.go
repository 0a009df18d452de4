package staffapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// StepUp takes a fresh proof that it is the person who sits at his session, and
// says until when it counts. Wrong ones are counted with the logins from the
// same device: an open browser is no better place to guess than the door.
// Faults: auth.wrong_proof, auth.too_many_tries.
func (a *App) StepUp(ctx context.Context, actor *kernel.Actor, proof string) (time.Time, error) {
	now := a.Clock.Now()
	var known staffdb.SessionProofRow
	var bucket []byte
	err := a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) (err error) {
		q := staffdb.New(tx)
		if known, err = q.SessionProof(ctx, actor.Tenant, actor.Session); err != nil {
			return err
		}
		bucket = staff.Bucket(actor.Person, "", known.DeviceHash, true)
		return charge(ctx, q, actor.Tenant, bucket, now)
	})
	if err != nil {
		return time.Time{}, err
	}
	ok, err := a.hasher.matches(ctx, proof, known.PasswordHash)
	if err != nil {
		return time.Time{}, err
	}
	if !ok {
		return time.Time{}, staff.ErrWrongProof
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if err := q.ClearTries(ctx, actor.Tenant, bucket); err != nil {
			return err
		}
		if err := q.ProveSession(ctx, now, actor.Tenant, actor.Session); err != nil {
			return err
		}
		return sessionLine(ctx, tx, actor, "session.proven", now)
	})
	return now.Add(staff.ProofLasts), err
}

// charge counts a try in its bucket, or refuses one that must wait and does not
// count it.
func charge(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, bucket []byte, now time.Time) error {
	row, err := q.LockTries(ctx, tenant, bucket, now)
	if err != nil {
		return err
	}
	tries := staff.Tries{Failures: row.Failures, LastAt: row.FailedAt}
	if wait := tries.Wait(now); wait > 0 {
		return staff.TooManyTries(wait)
	}
	tries = tries.Charge(now)
	return q.ChargeTries(ctx, staffdb.ChargeTriesParams{TenantID: tenant, Bucket: bucket, Failures: tries.Failures, FailedAt: tries.LastAt})
}
