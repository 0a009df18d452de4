package staffapp

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rate"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// The cookies. The prefix makes browsers refuse them over plain connections and
// from sub-domains.
const (
	SessionCookie = "__Host-changke"
	DeviceCookie  = "__Host-changke-device"
	SSOCookie     = "__Host-changke-sso"  // a login that has gone to the chain's own provider
	HalfCookie    = "__Host-changke-half" // a login that waits for its second factor
)

var _ rpc.Authenticator = (*App)(nil)

// Authenticate finds out who calls, by API key or session cookie: nil when there
// is neither, auth.bad_key, auth.key_typo or auth.session_ended when it is not good.
func (a *App) Authenticate(ctx context.Context, header http.Header) (*kernel.Actor, error) {
	if credentials := header.Get("Authorization"); credentials != "" {
		secret, ok := strings.CutPrefix(credentials, "Bearer ")
		if !ok {
			return nil, staff.ErrBadKey
		}
		return a.ActorForKey(ctx, secret)
	}
	token := cookie(header, SessionCookie)
	if token == "" {
		return nil, nil
	}
	return a.actorForToken(ctx, token)
}

func (a *App) actorForToken(ctx context.Context, token string) (*kernel.Actor, error) {
	now := a.Clock.Now()
	s, ok, err := staffdb.FindSession(ctx, a.DB, staff.Hash(token), now)
	if err != nil {
		return nil, err
	}
	if !ok || !s.Live(now) {
		return nil, staff.ErrSessionEnded
	}
	if rpc.Watching(ctx) {
		return s.Actor(now), nil
	}
	if s.NeedsToken(now) {
		if err := a.replaceToken(ctx, s, now); err != nil {
			return nil, err
		}
	} else if now.Sub(s.SeenAt) >= staff.SeenEvery {
		if err := staffdb.New(a.DB.Single(s.Tenant)).TouchSession(ctx, now, s.Tenant, s.ID); err != nil {
			return nil, err
		}
	}
	return s.Actor(now), nil
}

// replaceToken lets a session go on under a new token. Of requests that come at
// once, one does it; the others are served under the old token meanwhile.
func (a *App) replaceToken(ctx context.Context, s staff.Session, now time.Time) error {
	token := staff.NewToken()
	n, err := staffdb.New(a.DB.Single(s.Tenant)).ReplaceToken(ctx, staffdb.ReplaceTokenParams{
		TenantID: s.Tenant, SessionID: s.ID, ExpiresAt: s.ExpiresAt, OverlapEnd: now.Add(staff.TokenOverlap),
		NewID: kernel.NewID[kernel.UUID](now), TokenHash: staff.Hash(token), Now: now,
	})
	if err == nil && n == 1 {
		rpc.SetCookie(ctx, sessionCookie(token, s.ExpiresAt, now))
	}
	return err
}

// cachedKey is a key that was good when it was looked up. Whether it still is,
// each entry into its tenant proves (db.WithGuard); only its end is seen here.
type cachedKey struct {
	actor     *kernel.Actor
	expiresAt time.Time
	calls     int32 // a minute
	meter     *meter
}

// meter is what a process knows of a key's calls. It outlives what is cached.
type meter struct {
	bucket rate.Bucket
	noted  atomic.Int64 // when its use was last written, in Unix seconds
}

// ActorForKey gives the caller behind an API key's secret, from memory after the
// first time. Faults: auth.key_typo, auth.bad_key, apikey.too_many_calls.
func (a *App) ActorForKey(ctx context.Context, secret string) (*kernel.Actor, error) {
	if err := staff.CheckSecret(secret); err != nil {
		return nil, err
	}
	now := a.Clock.Now()
	hash := [32]byte(staff.Hash(secret))
	if c, ok := a.keys.Load(hash); ok && now.Before(c.(cachedKey).expiresAt) {
		return a.admit(ctx, c.(cachedKey), now)
	}
	key, tenant, version, ok, err := staffdb.FindKey(ctx, a.DB, hash[:])
	if err != nil {
		return nil, err
	}
	if !ok || !key.Live(now) {
		a.keys.Delete(hash)
		return nil, staff.ErrBadKey
	}
	m, _ := a.meters.LoadOrStore(key.ID, &meter{})
	c := cachedKey{key.Actor(tenant, version), key.ExpiresAt, key.Calls(a.KeyCalls), m.(*meter)}
	a.keys.Store(hash, c)
	return a.admit(ctx, c, now)
}

// admit counts a call of a key, and once in a while notes that it is used: of the
// calls of that minute one writes. Fault: apikey.too_many_calls.
func (a *App) admit(ctx context.Context, c cachedKey, now time.Time) (*kernel.Actor, error) {
	if ok, wait, reset := c.meter.bucket.Take(now, c.calls); !ok {
		return nil, staff.TooManyCalls(c.calls, wait, reset)
	}
	noted, at := c.meter.noted.Load(), now.Unix()
	if at-noted >= int64(staff.KeyUseEvery/time.Second) && c.meter.noted.CompareAndSwap(noted, at) {
		if err := staffdb.New(a.DB.Single(c.actor.Tenant)).UseKey(ctx, c.actor.Tenant, c.actor.Key, now); err != nil {
			a.Log.WarnContext(ctx, "the use of a key was not noted", "key", c.actor.Key)
		}
	}
	return c.actor, nil
}

// Forget drops what is remembered of a key whose rights have changed.
func (a *App) Forget(actor *kernel.Actor) {
	a.keys.Range(func(hash, c any) bool {
		if c.(cachedKey).actor.Key == actor.Key {
			a.keys.Delete(hash)
		}
		return true
	})
}

func cookie(header http.Header, name string) string {
	c, err := (&http.Request{Header: header}).Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func sessionCookie(token string, expiresAt, now time.Time) *http.Cookie {
	return newCookie(SessionCookie, token, expiresAt.Sub(now))
}

// newCookie makes a cookie that scripts can't read and other sites can't send;
// a life of 0 takes it away.
func newCookie(name, value string, life time.Duration) *http.Cookie {
	age := int(life / time.Second)
	if age <= 0 {
		age = -1
	}
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}
