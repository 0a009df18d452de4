package staffapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// Issued is what became of a one-time code.
type Issued struct {
	ExpiresAt time.Time
	Code      string // only when it is to be printed; kept nowhere
	Masked    string // where the SMS goes
}

// code is one that was made, before the transaction that issues it.
type code struct {
	plain   string
	hash    string
	printed bool
	keys    *secret.Keys
}

// newCode makes a code and hashes it: like a password, for it is short.
func (a *App) newCode(ctx context.Context, actor *kernel.Actor, printed bool) (c code, err error) {
	c = code{plain: staff.NewCode(), printed: printed}
	if c.keys, err = a.Numbers.Keys(ctx, actor.Tenant); err != nil {
		return c, err
	}
	c.hash, err = a.hasher.hash(ctx, staff.PlainCode(c.plain))
	return c, err
}

// issue gives a person a code; an earlier one is void. Unless it is printed it
// leaves by SMS and nobody else sees it. Faults: account.no_phone,
// account.no_store, account.too_many_codes.
func (a *App) issue(ctx context.Context, tx pgx.Tx, q *staffdb.Queries, actor *kernel.Actor, p staff.Person, c code) (*Issued, error) {
	now, tenant := a.Clock.Now(), actor.Tenant
	n, err := q.CodesSince(ctx, tenant, p.ID, now.Add(-24*time.Hour))
	if err != nil {
		return nil, err
	}
	if n >= staff.CodesADay {
		return nil, staff.ErrTooManyCodes
	}
	if _, err := q.VoidCodes(ctx, now, tenant, p.ID); err != nil {
		return nil, err
	}
	out := &Issued{ExpiresAt: now.Add(staff.CodeLasts)}
	err = q.InsertCode(ctx, staffdb.InsertCodeParams{
		TenantID: tenant, ActivationID: kernel.NewID[kernel.UUID](now), PersonID: p.ID, CodeHash: c.hash, IssuedBy: &actor.Person, Now: now, ExpiresAt: out.ExpiresAt,
	})
	if err != nil {
		return nil, err
	}
	how := "print"
	if c.printed {
		out.Code = c.plain
	} else {
		how, out.Masked = "sms", p.Number.Masked()
		if err := a.sendCode(ctx, tx, tenant, p, c, now); err != nil {
			return nil, err
		}
	}
	return out, a.note(ctx, tx, tenant, "account.code_issued", p.ID, storesOf(p), audit.Change{Field: "delivery", After: how})
}

func (a *App) sendCode(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, p staff.Person, c code, now time.Time) error {
	if p.Number == "" {
		return staff.ErrNoPhone
	}
	for _, post := range p.Assignments {
		if len(post.Stores) > 0 {
			return a.ports.SendCodeTx(ctx, tx, tenant, CodeMessage{Keys: c.keys, Store: post.Stores[0], Number: p.Number, Name: p.Name, Code: c.plain}, now)
		}
	}
	return staff.ErrNoStoreForSMS
}

// SendCode sends somebody whose account was opened a new code. Faults:
// staff.not_found, staff.has_left, account.none, account.own_code,
// account.role_beyond, those of issue.
func (a *App) SendCode(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.PersonID, printed bool) (*Issued, error) {
	return a.code(ctx, actor, grant, id, printed, func(p staff.Person) error {
		if p.Account != staff.AccountActive && p.Account != staff.AccountOpened {
			return staff.ErrNoAccount
		}
		for _, post := range p.Assignments {
			if err := a.onRequest(ctx, actor, post.Post); err != nil {
				return err
			}
		}
		return nil
	})
}

// ResetPassword sends a member of the store's staff who forgot his password a
// code by SMS. Faults: as SendCode.
func (a *App) ResetPassword(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.PersonID) (*Issued, error) {
	return a.code(ctx, actor, grant, id, false, func(p staff.Person) error {
		for _, post := range p.Assignments {
			if !post.Within(grant) {
				return staff.ErrNotFound
			}
		}
		if p.Account != staff.AccountActive && p.Account != staff.AccountOpened {
			return staff.ErrNoAccount
		}
		return nil
	})
}

// InvitePerson opens an account without a request for somebody whose posts the
// caller could give himself. Faults: staff.not_found, staff.has_left,
// account.own_code, those of MayGive and issue.
func (a *App) InvitePerson(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.PersonID, printed bool) (*Issued, error) {
	return a.code(ctx, actor, grant, id, printed, func(staff.Person) error { return a.mayGiveAll(ctx, actor, id) })
}

// code issues a code to a person in reach for whom a check holds. What the check
// looks up outside the transaction is asked before it.
func (a *App) code(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.PersonID, printed bool, may func(staff.Person) error) (*Issued, error) {
	if id == actor.Person {
		return nil, staff.ErrOwnCode
	}
	before, err := a.Details(ctx, grant, id)
	if err != nil {
		return nil, err
	}
	all, err := a.Self(ctx, actor.Tenant, id)
	if err != nil {
		return nil, err
	}
	if before.Account == staff.AccountDisabled {
		return nil, staff.ErrHasLeft
	}
	if err := may(all); err != nil {
		return nil, err
	}
	c, err := a.newCode(ctx, actor, printed)
	if err != nil {
		return nil, err
	}
	var issued *Issued
	_, err = a.change(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		if p.Left(today) {
			return staff.ErrHasLeft
		}
		var err error
		issued, err = a.issue(ctx, tx, q, actor, p, c)
		return err
	})
	return issued, err
}
