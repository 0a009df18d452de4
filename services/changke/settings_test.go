package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// TestSettingsCheck: a setting that is unknown or contradicts another refuses
// to start, in one line that says what to do.
func TestSettingsCheck(t *testing.T) {
	t.Parallel()
	// defaults are what kong gives without flags and variables.
	defaults := func() *Settings {
		s := &Settings{}
		parser, err := kong.New(s)
		require.NoError(t, err)
		_, err = parser.Parse(nil)
		require.NoError(t, err)
		return s
	}
	for _, c := range []struct {
		name    string
		set     func(s *Settings)
		environ []string
		want    string // "" = starts
	}{
		{name: "nothing set"},
		{name: "every known variable is known", environ: allEnv()},
		{name: "variables of others are none of ours", environ: []string{"PATH=/bin", "CHANGKEX=1", "PGHOST=x"}},
		{name: "unknown variable", environ: []string{"CHANGKE_LISTENN=:80"}, want: "unknown setting CHANGKE_LISTENN"},
		{name: "unknown variable without value", environ: []string{"CHANGKE_X"}, want: "unknown setting CHANGKE_X"},
		{name: "small letters are another name", environ: []string{"CHANGKE_listen=:80"}, want: "unknown setting CHANGKE_listen"},

		{name: "master key twice", set: func(s *Settings) { s.MasterKey, s.MasterKeyFile = "a", "b" }, want: "keep one"},
		{name: "files without files", set: func(s *Settings) { s.TLS = "files" }, want: "tls=files needs"},
		{name: "files with half of them", set: func(s *Settings) { s.TLS, s.TLSCert = "files", "c" }, want: "tls=files needs"},
		{name: "files for another mode", set: func(s *Settings) { s.TLS, s.TLSCert, s.TLSKey = "self", "c", "k" }, want: "need tls=files"},
		{name: "half the files for another mode", set: func(s *Settings) { s.TLSKey = "k" }, want: "need tls=files"},
		{name: "files with both", set: func(s *Settings) { s.TLS, s.TLSCert, s.TLSKey, s.Listen = "files", "c", "k", "0.0.0.0:443" }},
		{name: "pprof at the public address", set: func(s *Settings) { s.Pprof = true }, want: "pprof needs ops-listen"},
		{name: "pprof at its own", set: func(s *Settings) { s.Pprof, s.OpsListen = true, "127.0.0.1:9090" }},

		{name: "too few connections", set: func(s *Settings) { s.DBConns = 0 }, want: "db-conns 0 is not between"},
		{name: "traces to nowhere", set: func(s *Settings) { s.Traces = "collector:4318" }, want: "traces \"collector:4318\" is no address"},
		{name: "traces", set: func(s *Settings) { s.Traces = "http://collector:4318" }},
		{name: "operations without a port", set: func(s *Settings) { s.OpsListen = "localhost" }, want: "ops-listen \"localhost\" is not host:port"},
		{name: "one port for both", set: func(s *Settings) { s.OpsListen = s.Listen }, want: "give them two ports"},
		{name: "no such port", set: func(s *Settings) { s.Listen = "localhost:99999" }, want: "is not host:port"},
		{name: "no port", set: func(s *Settings) { s.Listen = "localhost" }, want: "is not host:port"},
		{name: "plain HTTP for everybody", set: func(s *Settings) { s.Listen = "0.0.0.0:8080" }, want: "reachable from other machines"},
		{name: "plain HTTP for everybody, IPv6", set: func(s *Settings) { s.Listen = "[::]:8080" }, want: "reachable from other machines"},
		{name: "plain HTTP, host left out", set: func(s *Settings) { s.Listen = ":8080" }, want: "reachable from other machines"},
		{name: "plain HTTP in the LAN", set: func(s *Settings) { s.Listen = "192.168.1.9:8080" }, want: "reachable from other machines"},
		{name: "plain HTTP under a name", set: func(s *Settings) { s.Listen = "localhost.example.com:8080" }, want: "reachable from other machines"},
		{name: "plain HTTP here", set: func(s *Settings) { s.Listen = "localhost:8080" }},
		{name: "plain HTTP here, IPv6", set: func(s *Settings) { s.Listen = "[::1]:8080" }},
		{name: "TLS for everybody", set: func(s *Settings) { s.Listen, s.TLS = "0.0.0.0:8443", "self" }},
		{name: "behind a proxy that ends TLS", set: func(s *Settings) { s.Listen, s.TLS = "0.0.0.0:8080", "proxy" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := defaults()
			if c.set != nil {
				c.set(s)
			}
			err := s.check(c.environ)
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.want)
				require.NotContains(t, err.Error(), "\n")
			}
		})
	}
}

// TestWelcome: the addresses that are printed can be opened as they are.
func TestWelcome(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		"127.0.0.1:80": "http://localhost:80\n", "[::1]:80": "http://localhost:80\n", "192.168.1.9:80": "http://192.168.1.9:80\n",
		"0.0.0.0:80": "http://localhost:80\n", "[::]:80": "http://localhost:80\n", ":80": "http://localhost:80\n",
	} {
		require.Contains(t, (&Settings{Listen: listen, TLS: "off"}).welcome(false), want, listen)
	}
}

// TestSelfMade: a certificate is kept, and one that can't be read any more is made anew.
func TestSelfMade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := selfMade(dir)
	require.NoError(t, err)
	again, err := selfMade(dir)
	require.NoError(t, err)
	require.Equal(t, first.Certificate, again.Certificate)
	for _, name := range []string{"tls.crt", "tls.key"} {
		require.NoError(t, os.Truncate(filepath.Join(dir, name), 0)) // the disk was full
		mended, err := selfMade(dir)
		require.NoError(t, err)
		require.NotEqual(t, first.Certificate, mended.Certificate)
		require.NoError(t, mended.Leaf.VerifyHostname("127.0.0.1"))
	}
}

// TestMasterKey: a server is given its key and makes none; two ways to give it
// wrongly are told apart.
func TestMasterKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		s    Settings
		want string
	}{
		{"none", Settings{}, "no master key"},
		{"too short", Settings{MasterKey: "YWJj"}, "32 bytes in base64"},
		{"not base64", Settings{MasterKey: "我"}, "32 bytes in base64"},
		{"no such file", Settings{MasterKeyFile: t.TempDir() + "/none"}, "no such file"},
		{"good", Settings{MasterKey: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}, ""},
	} {
		_, err := c.s.master("")
		if c.want == "" {
			require.NoError(t, err, c.name)
		} else {
			require.ErrorContains(t, err, c.want, c.name)
		}
	}
}

// allEnv sets every variable of the table.
func allEnv() []string {
	var out []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		out = append(out, f.Tag.Get("env")+"=x")
	}
	return out
}
