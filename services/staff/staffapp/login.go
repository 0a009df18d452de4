package staffapp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
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
	// Half is the token of a login that waits for its second factor; Token is
	// empty then. See FinishLogin.
	Half string
}

// Login opens a session, or the first half of one for somebody with a second
// factor. Every way of being wrong costs the same look-ups and
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
	matches := a.hasher.matchesOfStranger
	if t.known {
		matches = a.hasher.matches
	}
	ok, err := matches(ctx, in.Password, t.hash)
	if err != nil {
		return Opened{}, err
	}
	if !ok {
		return Opened{}, staff.ErrWrongLogin
	}
	o := Opened{Tenant: id, Person: t.person}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		if err := refundAddress(ctx, staffdb.New(tx), id, t); err != nil {
			return err
		}
		waits, err := a.waitForFactorTx(ctx, tx, &o, t, now)
		if err != nil || waits {
			return err
		}
		return a.openTx(ctx, tx, &o, t, staff.WayPassword, now)
	})
	return o, err
}

// try is one try that has been counted.
type try struct {
	person kernel.PersonID
	hash   *string // nil: nobody
	device []byte  // hash of the device's token
	agent  string  // browser and system
	today  kernel.BusinessDate
	known  bool   // the person came in from the device before
	bucket []byte // where the try was counted
	from   []byte // where tries from the address are counted; nil: on a known device
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
	t = try{device: who.DeviceHash, agent: browser(in.Browser), today: who.Today}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		people, err := q.PeopleForLogin(ctx, who)
		if err != nil {
			return err
		}
		if p := meant(people); p != nil {
			t.person, t.hash, t.known = p.PersonID, p.PasswordHash, p.Known
		}
		t.bucket = staff.Bucket(t.person, in.TenantCode+"\x00"+in.Typed, who.DeviceHash, t.known)
		if err := charge(ctx, q, id, t.bucket, now); err != nil {
			return err
		}
		if !t.known {
			t.from = staff.AddressBucket(rpc.Address(ctx))
		}
		if err := chargeAddress(ctx, q, id, t.from, now); err != nil {
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

// openTx begins the session, knows the device from now on and forgets the tries.
func (a *App) openTx(ctx context.Context, tx pgx.Tx, o *Opened, t try, way string, now time.Time) error {
	o.Token, o.ExpiresAt = staff.NewToken(), now.Add(staff.SessionLife)
	session, address := kernel.NewID[kernel.UUID](now), rpc.Address(ctx)
	q := staffdb.New(tx)
	if way != staff.WaySSO { // there the chain's provider asks for what it wants
		if err := q.AskForFactor(ctx, staffdb.AskForFactorParams{TenantID: o.Tenant, PersonID: o.Person, Now: now, GraceDays: int32(staff.DefaultLoginPolicy.GraceDays), Today: t.today}); err != nil {
			return err
		}
	}
	return errors.Join(
		q.InsertSession(ctx, staffdb.InsertSessionParams{
			TenantID: o.Tenant, SessionID: session, TokenHash: staff.Hash(o.Token), PersonID: o.Person,
			DeviceHash: t.device, Device: t.agent, Address: address, Way: way, Now: now, ExpiresAt: o.ExpiresAt,
		}),
		q.KnowDevice(ctx, staffdb.KnowDeviceParams{TenantID: o.Tenant, PersonID: o.Person, DeviceHash: t.device, Device: t.agent, Address: address, Now: now}),
		q.ClearTries(ctx, o.Tenant, t.bucket),
		q.ForgetOldDevices(ctx, o.Tenant, o.Person, now.Add(-staff.DeviceTrusted)),
		q.DropOldSessions(ctx, o.Tenant, o.Person, now.Add(-staff.SessionLife)),
		sessionLine(ctx, tx, &kernel.Actor{Kind: kernel.ActorPerson, Tenant: o.Tenant, Person: o.Person, Session: session}, "session.opened", now),
	)
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
