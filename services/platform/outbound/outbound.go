// Package outbound makes calls to addresses that a chain has typed in, and keeps
// them away from what only this machine and its neighbours may reach (SSRF).
package outbound

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// ErrInner says that an address is none of the public internet.
var ErrInner = errors.New("the address is not on the public internet")

const (
	callTimeout = 10 * time.Second
	maxAnswer   = 1 << 20
	maxHops     = 3
)

// Options of a client; the zero value reaches the public internet only.
type Options struct {
	Inner []netip.Prefix // networks of ours that may be called as well
	Roots *x509.CertPool // nil: the system's
}

// Client makes an HTTP client that speaks HTTPS only, with addresses that are
// looked at after names were resolved, at every hop: a name that changes its mind
// between a check and the call gains nothing. Answers are cut at 1 MiB.
func Client(o Options) *http.Client {
	dialer := &net.Dialer{Timeout: callTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		ip := to.Addr().Unmap()
		if !Public(ip) && !slices.ContainsFunc(o.Inner, func(p netip.Prefix) bool { return p.Contains(ip) }) {
			return fmt.Errorf("%w: %s", ErrInner, ip)
		}
		return nil
	}}
	transport := &http.Transport{ // without the environment's proxy, which would resolve names for us
		DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
		TLSHandshakeTimeout: callTimeout, ResponseHeaderTimeout: callTimeout, MaxIdleConns: 10, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
	}
	return &http.Client{
		Timeout: callTimeout, Transport: cut{transport},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > maxHops {
				return errors.New("too many redirects")
			}
			return nil
		},
	}
}

// cut refuses plain HTTP and shortens answers.
type cut struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (c cut) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" {
		return nil, errors.New("only https is called")
	}
	res, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, maxAnswer), res.Body}
	return res, nil
}

// Public reports whether an address belongs to the public internet.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// special are networks that look public and are not (RFC 6890 and its heirs);
// those that carry an IPv4 address inside could lead anywhere.
var special = func() (out []netip.Prefix) {
	for _, s := range strings.Fields(`0.0.0.0/8 100.64.0.0/10 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
		64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fec0::/10 5f00::/16`) {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// CheckURL refuses an address that Client would not call, as far as its text
// says: only https, a host, no user, no query, no fragment.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.RawQuery != "" || u.ForceQuery {
		return errors.New("not an https address without query")
	}
	return CheckEndpoint(text)
}

// CheckEndpoint is CheckURL for addresses that may have a query of their own.
func CheckEndpoint(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Contains(text, "#") {
		return errors.New("not an https address")
	}
	return nil
}
