package staffapp

import (
	"context"
	"crypto/rand"
	"sync/atomic"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// params are OWASP's for argon2id with little memory: 19 MiB, 2 passes, 1 lane.
var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobodysHash is what a password is compared with when there is nobody to have
// one: it costs the same time. Its password was random and is forgotten.
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$Ls5BHLpdUEfZO271lfqmiw$DkR9FVx6qj35xGEZp3Z38f3v/XLpHL+SCZKIL/Ozo+Y"

// hasher hashes two passwords at once at most: a crowd at the door waits its
// turn instead of taking 19 MiB each. Of the two turns strangers get one: however
// many stand there, who comes on a device of his finds the other one free.
type hasher struct {
	params    *argon2id.Params
	nobodys   string
	turns     chan struct{}
	strangers chan struct{}
	waiting   *atomic.Int32 // strangers in line
}

// longestLine is how many strangers may wait at once, some ten seconds' worth.
const longestLine = 300

// newHasher takes what a hash costs; nil: params.
func newHasher(cost *argon2id.Params) hasher {
	h := hasher{params, nobodysHash, make(chan struct{}, 2), make(chan struct{}, 1), new(atomic.Int32)}
	if cost != nil {
		h.params = cost
		h.nobodys, _ = argon2id.CreateHash(rand.Text(), cost) // fails only where there is no chance at all
	}
	return h
}

// matchesOfStranger is matches for somebody on a device that nobody knows. Fault:
// auth.too_many_tries when the line is too long to be worth waiting in.
func (h hasher) matchesOfStranger(ctx context.Context, password string, hash *string) (bool, error) {
	if h.waiting.Add(1) > longestLine {
		h.waiting.Add(-1)
		return false, staff.TooManyTries(10 * time.Second)
	}
	defer h.waiting.Add(-1)
	select {
	case h.strangers <- struct{}{}:
		defer func() { <-h.strangers }()
		return h.matches(ctx, password, hash)
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

func (h hasher) turn(ctx context.Context, work func()) error {
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
		work()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h hasher) hash(ctx context.Context, password string) (hash string, err error) {
	if turnErr := h.turn(ctx, func() { hash, err = argon2id.CreateHash(password, h.params) }); turnErr != nil {
		return "", turnErr
	}
	return hash, err
}

// matches compares with a person's hash; nil costs the same and is false.
func (h hasher) matches(ctx context.Context, password string, hash *string) (ok bool, err error) {
	compared := h.nobodys
	if hash != nil {
		compared = *hash
	}
	if turnErr := h.turn(ctx, func() { ok, err = argon2id.ComparePasswordAndHash(password, compared) }); turnErr != nil {
		return false, turnErr
	}
	return ok && hash != nil, err
}

// CheckPassword refuses a password that a person should not choose; whoever lets
// one be chosen asks here first. Faults: those of staff.PasswordRules.
func (a *App) CheckPassword(ctx context.Context, tenant kernel.TenantID, who staff.Person, password string) error {
	chain, err := a.Tenants.Chain(ctx, tenant)
	if err != nil {
		return err
	}
	return a.Passwords.Check(password, staff.Guessable{Chain: chain.Name, Code: chain.Code, Name: who.Name, StaffNo: who.StaffNo, Number: who.Number})
}

// SetPassword gives a person a new password and ends his sessions. Fault:
// staff.not_found.
func (a *App) SetPassword(ctx context.Context, tenant kernel.TenantID, person kernel.PersonID, password string) error {
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		n, err := q.SetPassword(ctx, hash, tenant, person)
		if err == nil && n == 0 {
			err = staff.ErrNotFound
		}
		if err != nil {
			return err
		}
		return q.EndSessionsOf(ctx, a.Clock.Now(), tenant, person)
	})
}

// HashPassword hashes a password for others who keep accounts, in turn with all.
func (a *App) HashPassword(ctx context.Context, password string) (string, error) {
	return a.hasher.hash(ctx, password)
}

// MatchesPassword compares with a hash of HashPassword's; nil costs the same and
// is false.
func (a *App) MatchesPassword(ctx context.Context, password string, hash *string) (bool, error) {
	return a.hasher.matches(ctx, password, hash)
}
