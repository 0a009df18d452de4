package staffapp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
	"github.com/changke/changke/services/tenant"
)

// SecondStep is the end of a login that waits for its second factor.
type SecondStep struct {
	Half    string // token of the first half
	Code    string // six digits, or a recovery code
	Device  string // token of the device's cookie
	Browser string // the User-Agent
}

// waitForFactorTx begins the first half of a login, for somebody with a second
// factor in force; false: he has none.
func (a *App) waitForFactorTx(ctx context.Context, tx pgx.Tx, o *Opened, t try, now time.Time) (bool, error) {
	q := staffdb.New(tx)
	f, err := q.SecondFactor(ctx, o.Tenant, o.Person)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && f.ConfirmedAt == nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	token := staff.NewToken()
	// The token names its chain, so that it is looked up inside it.
	o.Half = o.Tenant.String() + "." + token
	return true, errors.Join(
		q.DropOldHalfSessions(ctx, o.Tenant, now),
		q.InsertHalfSession(ctx, staffdb.InsertHalfSessionParams{
			TenantID: o.Tenant, TokenHash: staff.Hash(token), PersonID: o.Person, DeviceHash: t.device, ExpiresAt: now.Add(staff.HalfLife),
		}),
	)
}

// FinishLogin opens the session of a login whose password was right, and says
// how many recovery codes are left when one was used. The half counts on its own
// device, once. Faults: auth.login_over, auth.wrong_proof, auth.too_many_tries.
func (a *App) FinishLogin(ctx context.Context, in SecondStep) (o Opened, left int, err error) {
	now := a.Clock.Now()
	code, token, _ := strings.Cut(in.Half, ".")
	id, err := kernel.ParseID[kernel.TenantID](code)
	if err != nil {
		return o, 0, staff.ErrLoginOver
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if errors.Is(err, tenant.ErrNoTenant) {
		return o, 0, staff.ErrLoginOver
	}
	if err != nil {
		return o, 0, err
	}
	t := try{device: staff.Hash(in.Device), agent: browser(in.Browser)}
	if t.today, err = a.today(ctx, id); err != nil {
		return o, 0, err
	}
	o = Opened{Tenant: id}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		o.Person, err = q.HalfSession(ctx, staffdb.HalfSessionParams{TenantID: id, TokenHash: staff.Hash(token), DeviceHash: t.device, Now: now})
		if errors.Is(err, pgx.ErrNoRows) {
			return staff.ErrLoginOver
		}
		if err != nil {
			return err
		}
		p, err := q.PersonForLogin(ctx, staffdb.PersonForLoginParams{
			TenantID: id, PersonID: o.Person, DeviceHash: t.device, TrustedSince: now.Add(-staff.DeviceTrusted), Today: t.today,
		})
		if errors.Is(err, pgx.ErrNoRows) {
			return staff.ErrLoginOver // he has left meanwhile
		}
		if err != nil {
			return err
		}
		t.known = p.Known
		t.bucket = staff.Bucket(o.Person, "", t.device, t.known)
		return charge(ctx, q, id, staff.CodeBucket(o.Person, t.device, t.known), now)
	})
	if err != nil {
		return o, 0, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		used, err := useCode(ctx, q, keys, id, o.Person, in.Code, now)
		if err != nil {
			return err
		}
		if used == codeWrong {
			return staff.ErrWrongProof
		}
		if n, err := q.DropHalfSession(ctx, id, staff.Hash(token)); err != nil || n == 0 {
			return errors.Join(err, when(n == 0, staff.ErrLoginOver))
		}
		if used == codeRecovery {
			n, err := q.RecoveryCodesLeft(ctx, id, o.Person)
			if err != nil {
				return err
			}
			left = int(n)
			as := audit.As(ctx, &kernel.Actor{Kind: kernel.ActorPerson, Tenant: id, Person: o.Person})
			if err := audit.WriteTx(as, tx, id, now, ownLine("recovery_code.used", o.Person)); err != nil {
				return err
			}
		}
		if err := q.ClearTries(ctx, id, staff.CodeBucket(o.Person, t.device, t.known)); err != nil {
			return err
		}
		return a.openTx(ctx, tx, &o, t, staff.WayFactor, now)
	})
	return o, left, err
}

func when(is bool, err error) error {
	if is {
		return err
	}
	return nil
}
