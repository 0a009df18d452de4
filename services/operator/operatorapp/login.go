package operatorapp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/totp"
	"github.com/changke/changke/services/staff"
)

// Login is what an operator typed, and on what.
type Login struct {
	Login    string
	Password string
	Code     string // six digits
	Device   string // token of the device's cookie
}

// Opened is a session that has begun.
type Opened struct {
	Account   operator.Account
	Token     string // for the cookie; kept nowhere
	ExpiresAt time.Time
}

// Login opens a session by password and authenticator together. Every way of
// being wrong costs the same look-ups and one hashing and gives the same fault,
// operator.wrong_login; too many tries give auth.too_many_tries.
func (a *App) Login(ctx context.Context, in Login) (Opened, error) {
	now := a.Clock.Now()
	in.Login = strings.ToLower(strings.TrimSpace(in.Login))
	row, bucket, err := a.try(ctx, in, now)
	if err != nil {
		return Opened{}, err
	}
	ok, err := a.Passwords.MatchesPassword(ctx, in.Password, row.PasswordHash)
	if err != nil {
		return Opened{}, err
	}
	step, rightCode, err := a.step(row.TotpBox, row.AccountID, in.Code)
	if err != nil {
		return Opened{}, err
	}
	if !ok || !rightCode {
		return Opened{}, operator.ErrWrongLogin
	}
	o := Opened{
		Account: operator.Account{ID: row.AccountID, Login: row.Login, Name: row.Name},
		Token:   staff.NewToken(), ExpiresAt: now.Add(operator.SessionLife),
	}
	return o, a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		if n, err := q.UseStep(ctx, step, row.AccountID); err != nil || n == 0 {
			return errors.Join(err, operator.ErrWrongLogin)
		}
		return errors.Join(
			q.InsertSession(ctx, operatordb.InsertSessionParams{
				SessionID: kernel.NewID[kernel.UUID](now), AccountID: row.AccountID, TokenHash: staff.Hash(o.Token), Now: now, ExpiresAt: o.ExpiresAt,
			}),
			q.KnowDevice(ctx, row.AccountID, staff.Hash(in.Device), now),
			q.ClearTries(ctx, bucket),
			q.DropOldSessions(ctx, row.AccountID, now),
			noteTx(ctx, tx, now, act{account: row.AccountID, action: "operator.signed_in"}),
		)
	})
}

// try finds who is meant and counts the try before anything is looked at. A try
// that must wait is refused and not counted.
func (a *App) try(ctx context.Context, in Login, now time.Time) (row operatordb.AccountForLoginRow, bucket []byte, err error) {
	err = a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		device := staff.Hash(in.Device)
		row, err = q.AccountForLogin(ctx, device, now.Add(-operator.DeviceTrusted), in.Login)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		bucket = operator.Bucket(row.AccountID, in.Login, device, row.Known)
		return charge(ctx, q, bucket, now)
	})
	return row, bucket, err
}

// charge counts a try. Fault: auth.too_many_tries.
func charge(ctx context.Context, q *operatordb.Queries, bucket []byte, now time.Time) error {
	found, err := q.LockTries(ctx, bucket, now)
	if err != nil {
		return err
	}
	tries := staff.Tries{Failures: found.Failures, LastAt: found.FailedAt}
	if wait := tries.Wait(now); wait > 0 {
		return staff.TooManyTries(wait)
	}
	tries = tries.Charge(now)
	if err := q.ChargeTries(ctx, tries.Failures, tries.LastAt, bucket); err != nil {
		return err
	}
	return q.DropOldTries(ctx, now.Add(-staff.TriesForgottenAfter))
}

// step finds the step of a code; no box means a code that nobody has.
func (a *App) step(box []byte, account kernel.UUID, code string) (int64, bool, error) {
	if len(box) == 0 {
		return 0, false, nil
	}
	secret, err := a.Master.Unseal(box, totpPurpose, account)
	if err != nil {
		return 0, false, err
	}
	step, ok := totp.Step(string(secret), code, a.Clock.Now())
	return step, ok, nil
}

// Logout ends the caller's session at once.
func (a *App) Logout(ctx context.Context, actor *kernel.Actor) error {
	return a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		return operatordb.New(tx).EndSession(ctx, a.Clock.Now(), actor.Session)
	})
}
