// Package rpc carries every call the same way: request id and log, faults to
// Connect codes, who calls, what he may, whether the input is well formed, and
// a deadline. It knows no restaurant words.
package rpc

import (
	"context"
	"net"
	"net/http"

	authzv1 "github.com/changke/changke/gen/go/changke/authz/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/authz"
)

type callKey struct{}

// call is what the interceptors know of the running call.
type call struct {
	begun     bool // the interceptor has it
	requestID string
	rule      *authzv1.Rule // what its method's option says
	actor     *kernel.Actor
	grant     kernel.Grant
	rights    *authz.Table // the chain's; nil: nobody's
	header    http.Header
	peer      string
	cookies   []*http.Cookie
	trail     Trail
	again     func(ctx context.Context) error // of streams: see StillMay
}

func newCall(header http.Header, peer string) *call {
	return &call{requestID: requestID(header), header: header, peer: peer}
}

// begin is where the interceptor takes over the call that Handle has made, or
// one that no Handle stands before.
func begin(ctx context.Context, header http.Header, peer string) (context.Context, *call) {
	c, _ := ctx.Value(callKey{}).(*call)
	if c == nil || c.begun {
		c = newCall(header, peer)
		ctx = context.WithValue(ctx, callKey{}, c)
	}
	c.begun = true
	return ctx, c
}

// Trail is what a call has told the log of acts so far (platform/audit).
type Trail struct {
	Written int   // lines that stand in its transactions
	Seen    []any // what it is about to show
}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	if c == nil {
		return &call{header: http.Header{}}
	}
	return c
}

// Actor is who calls; nil on public methods without a login.
func Actor(ctx context.Context) *kernel.Actor { return callOf(ctx).actor }

// Grant is how far the method's permission reaches for the caller.
func Grant(ctx context.Context) kernel.Grant { return callOf(ctx).grant }

// GrantFor is how far another permission than the method's reaches for the
// caller, for what only some of those see who may call it; outside of calls, and
// where only a login is asked for, nowhere.
func GrantFor(ctx context.Context, permission string) kernel.Grant {
	c := callOf(ctx)
	if c.rights == nil {
		return kernel.Grant{}
	}
	return c.rights.Grant(c.actor, permission)
}

// StillMay asks anew who reads a stream and what he may: a fault when his session
// or his right has ended. Grant and GrantFor then answer as of now. Watching is no
// work: it keeps no session alive.
func StillMay(ctx context.Context) error {
	if again := callOf(ctx).again; again != nil {
		return again(context.WithValue(ctx, watchingKey{}, true))
	}
	return nil
}

type watchingKey struct{}

// Watching reports whether an authenticator is asked by StillMay: then nothing may
// be written, for no answer can carry a cookie any more.
func Watching(ctx context.Context) bool {
	watching, _ := ctx.Value(watchingKey{}).(bool)
	return watching
}

// RequestID names the call in logs and in errors shown to people.
func RequestID(ctx context.Context) string { return callOf(ctx).requestID }

// Header is the request's header: cookies, user agent.
func Header(ctx context.Context) http.Header { return callOf(ctx).header }

// Peer is the address the call came from.
func Peer(ctx context.Context) string { return callOf(ctx).peer }

// Address is Peer without the port, which says nothing.
func Address(ctx context.Context) string {
	peer := Peer(ctx)
	if host, _, err := net.SplitHostPort(peer); err == nil {
		return host
	}
	return peer
}

// TrailOf is the running call's; outside of calls one that nobody reads.
func TrailOf(ctx context.Context) *Trail { return &callOf(ctx).trail }

// SetCookie adds a cookie to the answer, also when the call fails.
func SetCookie(ctx context.Context, cookie *http.Cookie) {
	c := callOf(ctx)
	c.cookies = append(c.cookies, cookie)
}
