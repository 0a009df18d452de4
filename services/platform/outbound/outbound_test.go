package outbound

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPublic(t *testing.T) {
	t.Parallel()
	for _, ip := range []string{"8.8.8.8", "223.5.5.5", "2400:3200::1"} {
		require.True(t, Public(netip.MustParseAddr(ip)), ip)
	}
	for _, ip := range strings.Fields(`127.0.0.1 127.8.9.1 ::1 0.0.0.0 :: 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1 255.255.255.255
		fe80::1 fd00::1 fc00::1 ff02::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 192.0.2.1 240.0.0.1`) {
		require.False(t, Public(netip.MustParseAddr(ip)), ip)
	}
}

func TestClient(t *testing.T) {
	t.Parallel()
	called := 0
	inner := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called++
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/plain":
			http.Redirect(w, r, "http://"+r.Host+"/", http.StatusFound)
		default:
			_, _ = w.Write(make([]byte, 2<<20))
		}
	}))
	defer inner.Close()
	roots := x509.NewCertPool()
	roots.AddCert(inner.Certificate())

	err := refused(Client(Options{Roots: roots}).Get(inner.URL))
	require.ErrorIs(t, err, ErrInner)
	err = refused(Client(Options{Roots: roots}).Get(strings.Replace(inner.URL, "127.0.0.1", "localhost", 1)))
	require.ErrorIs(t, err, ErrInner, "a name that leads there")
	require.Zero(t, called, "nobody was called")

	c := Client(Options{Roots: roots, Inner: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	res, err := c.Get(inner.URL)
	require.NoError(t, err)
	n := 0
	for buf := make([]byte, 64<<10); err == nil; {
		var m int
		m, err = res.Body.Read(buf)
		n += m
	}
	require.Equal(t, maxAnswer, n, "cut")
	require.NoError(t, res.Body.Close())
	err = refused(c.Get(inner.URL + "/loop"))
	require.ErrorContains(t, err, "too many redirects")
	err = refused(c.Get(inner.URL + "/plain"))
	require.ErrorContains(t, err, "only https")
}

// refused is the error of a call that must not give an answer.
func refused(res *http.Response, err error) error {
	if res != nil {
		_ = res.Body.Close()
	}
	return err
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	require.NoError(t, CheckURL("https://login.example.com/tenant/v2.0"))
	for _, bad := range []string{"", "login.example.com", "http://login.example.com", "https://", "https://user@login.example.com", "https://login.example.com?a=b", "https://login.example.com/#x", "https://login.example.com/#", "ftp://x", "https://a b"} {
		require.Error(t, CheckURL(bad), bad)
	}
}
