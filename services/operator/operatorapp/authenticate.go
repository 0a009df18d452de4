package operatorapp

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// The operators' cookies; the prefix makes browsers refuse them over plain
// connections and from sub-domains.
const (
	SessionCookie = "__Host-changke-operator"
	DeviceCookie  = "__Host-changke-operator-device"
)

// desk finds out which operator calls at his own desk, by his cookie alone.
type desk struct{ app *App }

// Desk is the authenticator of methods that are operators'.
func (a *App) Desk() rpc.Authenticator { return desk{a} }

// Authenticate implements rpc.Authenticator.
func (d desk) Authenticate(ctx context.Context, header http.Header) (*kernel.Actor, error) {
	token := cookie(header, SessionCookie)
	if token == "" {
		return nil, nil
	}
	s, err := d.app.session(ctx, token)
	if err != nil {
		return nil, err
	}
	return s.Actor(d.app.Clock.Now()), nil
}

// Forget implements rpc.Authenticator; nothing is remembered.
func (desk) Forget(*kernel.Actor) {}

func (a *App) session(ctx context.Context, token string) (s operator.Session, err error) {
	now := a.Clock.Now()
	err = a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		row, err := q.SessionByToken(ctx, staff.Hash(token))
		if errors.Is(err, pgx.ErrNoRows) {
			return operator.ErrSessionEnded
		}
		if err != nil {
			return err
		}
		if s = row.Session(); !s.Live(now) {
			return operator.ErrSessionEnded
		}
		if now.Sub(s.SeenAt) < operator.SeenEvery {
			return nil
		}
		return q.TouchSession(ctx, now, s.Session)
	})
	return s, err
}

// supportPrefix marks tokens of support among those in the chain's cookie.
const supportPrefix = "support."

// inChain finds out who calls from inside a chain: an operator with its consent,
// or whomever the chain itself knows.
type inChain struct{ app *App }

// InChain is the authenticator of everything that is a chain's.
func (a *App) InChain() rpc.Authenticator { return inChain{a} }

// Authenticate implements rpc.Authenticator. Whether the consent still stands is
// looked up for each request: it ends to the second.
func (c inChain) Authenticate(ctx context.Context, header http.Header) (*kernel.Actor, error) {
	token := cookie(header, c.app.ChainCookie)
	if !strings.HasPrefix(token, supportPrefix) || header.Get("Authorization") != "" {
		return c.app.Chain.Authenticate(ctx, header)
	}
	return c.app.supporter(ctx, token)
}

// Forget implements rpc.Authenticator.
func (c inChain) Forget(actor *kernel.Actor) { c.app.Chain.Forget(actor) }

func (a *App) supporter(ctx context.Context, token string) (*kernel.Actor, error) {
	row, ok, err := operatordb.FindSupport(ctx, a.DB, staff.Hash(token))
	if err != nil {
		return nil, err
	}
	s := operator.Support{ID: row.AccessID, Tenant: row.TenantID, Operator: row.OperatorID, State: operator.SupportState(row.State), ExpiresAt: row.ExpiresAt}
	if !ok || !s.Live(a.Clock.Now()) {
		return nil, operator.ErrSupportEnded
	}
	live := false
	err = a.DB.AsOperator(ctx, func(tx pgx.Tx) (err error) {
		live, err = operatordb.New(tx).AccountLive(ctx, row.OperatorID)
		return err
	})
	if err == nil && !live {
		err = operator.ErrSupportEnded
	}
	return s.Actor(row.OperatorLogin, row.PolicyVersion), err
}

func cookie(header http.Header, name string) string {
	c, err := (&http.Request{Header: header}).Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
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
