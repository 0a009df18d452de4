package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAddressBehindProxies(t *testing.T) {
	t.Parallel()
	trusted, err := networks("trusted-proxies", []string{"10.0.0.0/8", "192.0.2.7", "2001:db8::/32"})
	require.NoError(t, err)
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:5000", "", "203.0.113.9:5000"},
		{"203.0.113.9:5000", "198.51.100.1", "203.0.113.9:5000"}, // whoever he is, he is no proxy of ours
		{"10.1.2.3:5000", "", "10.1.2.3:5000"},
		{"10.1.2.3:5000", "198.51.100.1", "198.51.100.1:0"},
		{"10.1.2.3:5000", "1.1.1.1, 198.51.100.1", "198.51.100.1:0"}, // the first was written by the caller
		{"10.1.2.3:5000", "1.1.1.1, 198.51.100.1, 192.0.2.7", "198.51.100.1:0"},
		{"10.1.2.3:5000", "10.9.9.9", "10.9.9.9:0"},
		{"10.1.2.3:5000", "nonsense", "10.1.2.3:5000"},
		{"10.1.2.3:5000", "nonsense, 192.0.2.7", "192.0.2.7:0"},
		{"[2001:db8::1]:443", "2001:db9::5", "[2001:db9::5]:0"},
		{"[::ffff:10.1.2.3]:443", "198.51.100.1", "198.51.100.1:0"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		got := ""
		behind(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })).ServeHTTP(httptest.NewRecorder(), r)
		require.Equal(t, c.want, got, "%s %s", c.peer, c.forwarded)
	}
	for _, bad := range []string{"", "10.0.0.0/40", "proxy.example", "10.0.0.1:80"} {
		_, err := networks("trusted-proxies", []string{bad})
		require.ErrorContains(t, err, "trusted-proxies", bad)
	}
}
