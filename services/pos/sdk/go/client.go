package changke

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"connectrpc.com/connect"

	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
)

// Client calls the POS interface; make it with New. Its errors are *Error.
type Client struct {
	posv1connect.PosServiceClient
	base string
}

// Timeouts bound how long calls take. A zero field keeps the usual value.
type Timeouts struct {
	Try    time.Duration // of one try; usually 10 s
	Call   time.Duration // of a call with its retries and waits; usually 30 s
	Lookup time.Duration // of LookupGuest, which is tried once; usually 300 ms, at most 1 s: the guest stands at the till
}

type config struct {
	http     connect.HTTPClient
	plain    bool
	timeouts Timeouts
	agent    string
	sleep    func(ctx context.Context, d time.Duration) error
	random   func(most time.Duration) time.Duration // 0 to most
	now      func() time.Time
}

// Option changes how a Client works.
type Option func(*config)

// WithHTTPClient calls through another HTTP client, for a proxy or a company's own
// certificates. It should not follow redirects.
func WithHTTPClient(c connect.HTTPClient) Option { return func(o *config) { o.http = c } }

// WithTimeouts sets other timeouts.
func WithTimeouts(t Timeouts) Option { return func(o *config) { o.timeouts = t } }

// WithPlainHTTP allows http:// to other machines. The key then travels readable: for
// a network of your own only.
func WithPlainHTTP() Option { return func(o *config) { o.plain = true } }

// WithUserAgent names your product and its version to the chain's administrators.
func WithUserAgent(name string) Option { return func(o *config) { o.agent = name } }

// New makes a client of a server, e.g. "https://changke.example.com", that calls
// with a key of the chain's (ck_live_…). It makes no call.
func New(baseURL, key string, options ...Option) (*Client, error) {
	o := config{sleep: sleep, random: jitter, now: time.Now}
	for _, option := range options {
		option(&o)
	}
	base, err := checkURL(baseURL, o.plain)
	if err != nil {
		return nil, err
	}
	if err := checkKey(key); err != nil {
		return nil, err
	}
	o.timeouts = o.timeouts.orUsual()
	if o.http == nil {
		o.http = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	calls := connect.WithInterceptors(connect.UnaryInterceptorFunc(o.interceptor(key)))
	return &Client{PosServiceClient: posv1connect.NewPosServiceClient(o.http, base, calls), base: base}, nil
}

// String names the server. The key is never printed.
func (c *Client) String() string { return "changke.Client(" + c.base + ")" }

func (t Timeouts) orUsual() Timeouts {
	usual := Timeouts{Try: 10 * time.Second, Call: 30 * time.Second, Lookup: 300 * time.Millisecond}
	if t.Try > 0 {
		usual.Try = t.Try
	}
	if t.Call > 0 {
		usual.Call = t.Call
	}
	if t.Lookup > 0 {
		usual.Lookup = min(t.Lookup, time.Second)
	}
	return usual
}

func checkURL(text string, plain bool) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", fmt.Errorf("changke: the server's address must be like https://changke.example.com")
	}
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme == "http" && !plain && !here {
		return "", errors.New("changke: http:// to another machine would show the key to everybody on the way; use https://")
	}
	return strings.TrimRight(text, "/"), nil
}

func checkKey(key string) error {
	if key == "" {
		return errors.New("changke: the key is empty; the chain's administrator makes one under 接口密钥")
	}
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' {
			return errors.New("changke: the key holds a blank or a character that no key has; copy it anew")
		}
	}
	return nil
}

// jitter is a wait by chance.
func jitter(most time.Duration) time.Duration {
	return rand.N(most + 1) //nolint:gosec // nobody gains by guessing it
}

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
