package staffapp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
	"github.com/changke/changke/services/tenant"
)

// nobody is the tenant of tries at chains that do not exist. It can't clash
// with one: ids of tenants begin with the time of their making.
var nobody = kernel.TenantID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// Login is what somebody typed at the door, and on what.
type Login struct {
	TenantCode string
	Typed      string // staff number or own phone number
	Password   string
	Device     string // token of the device's cookie
	Browser    string // the User-Agent, for the person's own list
}

// Opened is a session that has begun.
type Opened struct {
	Tenant    kernel.TenantID
	Person    kernel.PersonID
	Token     string // for the cookie; kept nowhere
	ExpiresAt time.Time
}

// Login opens a session. Every way of being wrong costs the same look-ups and
// one hashing and gives the same fault, auth.wrong_login; too many tries give
// auth.too_many_tries with the time to wait.
func (a *App) Login(ctx context.Context, in Login) (Opened, error) {
	now := a.Clock.Now()
	in.Typed = strings.TrimSpace(in.Typed)
	id, err := a.Tenants.TenantByCode(ctx, in.TenantCode)
	if errors.Is(err, tenant.ErrNoTenant) {
		id, err = nobody, nil
	}
	if err != nil {
		return Opened{}, err
	}
	t, err := a.try(ctx, id, in, now)
	if err != nil {
		return Opened{}, err
	}
	ok, err := a.hasher.matches(ctx, in.Password, t.hash)
	if err != nil {
		return Opened{}, err
	}
	if !ok {
		return Opened{}, staff.ErrWrongLogin
	}
	return a.open(ctx, id, in, t, now)
}

// try is one try that has been counted.
type try struct {
	person kernel.PersonID
	hash   *string // nil: nobody
	bucket []byte
}

// try finds who is meant and counts the try in its bucket before the password
// is looked at. A try that must wait is refused and not counted.
func (a *App) try(ctx context.Context, id kernel.TenantID, in Login, now time.Time) (t try, err error) {
	who := staffdb.PeopleForLoginParams{
		TenantID: id, Typed: in.Typed, NumberKey: []byte{}, DeviceHash: staff.Hash(in.Device), TrustedSince: now.Add(-staff.DeviceTrusted),
	}
	if id != nobody {
		if who.Today, err = a.today(ctx, id); err != nil {
			return t, err
		}
		if phone, err := kernel.ParsePhone(in.Typed); err == nil {
			keys, err := a.Numbers.Keys(ctx, id)
			if err != nil {
				return t, err
			}
			who.NumberKey = keys.NumberKey(phone)
		}
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		people, err := q.PeopleForLogin(ctx, who)
		if err != nil {
			return err
		}
		known := false
		if p := meant(people); p != nil {
			t.person, t.hash, known = p.PersonID, p.PasswordHash, p.Known
		}
		t.bucket = staff.Bucket(t.person, in.TenantCode+"\x00"+in.Typed, who.DeviceHash, known)
		if err := charge(ctx, q, id, t.bucket, now); err != nil {
			return err
		}
		return q.DropOldTries(ctx, id, now.Add(-staff.TriesForgottenAfter))
	})
	return t, err
}

// meant picks who is meant: the staff number goes before a phone number, and a
// phone number that several people share names nobody.
func meant(people []staffdb.PeopleForLoginRow) *staffdb.PeopleForLoginRow {
	for i := range people {
		if people[i].ByStaffNo {
			return &people[i]
		}
	}
	if len(people) == 1 {
		return &people[0]
	}
	return nil
}

// open begins the session, knows the device from now on and forgets the tries.
func (a *App) open(ctx context.Context, id kernel.TenantID, in Login, t try, now time.Time) (Opened, error) {
	o := Opened{Tenant: id, Person: t.person, Token: staff.NewToken(), ExpiresAt: now.Add(staff.SessionLife)}
	session := kernel.NewID[kernel.UUID](now)
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		device := staff.Hash(in.Device)
		return errors.Join(
			q.InsertSession(ctx, staffdb.InsertSessionParams{
				TenantID: id, SessionID: session, TokenHash: staff.Hash(o.Token), PersonID: t.person,
				DeviceHash: device, Device: browser(in.Browser), Now: now, ExpiresAt: o.ExpiresAt,
			}),
			q.KnowDevice(ctx, staffdb.KnowDeviceParams{TenantID: id, PersonID: t.person, DeviceHash: device, Now: now}),
			q.ClearTries(ctx, id, t.bucket),
			q.ForgetOldDevices(ctx, id, t.person, now.Add(-staff.DeviceTrusted)),
			q.DropOldSessions(ctx, id, t.person, now.Add(-staff.SessionLife)),
			sessionLine(ctx, tx, &kernel.Actor{Kind: kernel.ActorPerson, Tenant: id, Person: t.person, Session: session}, "session.opened", now),
		)
	})
	return o, err
}

// browser makes a header storable and short.
func browser(s string) string {
	r := []rune(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", ""))
	return string(r[:min(len(r), 200)])
}

// Logout ends the caller's session at once, with every token it has had.
func (a *App) Logout(ctx context.Context, actor *kernel.Actor) error {
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		if err := staffdb.New(tx).EndSession(ctx, now, actor.Tenant, actor.Session); err != nil {
			return err
		}
		return sessionLine(ctx, tx, actor, "session.ended", now)
	})
}
