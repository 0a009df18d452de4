package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/pg"
	"github.com/changke/changke/services/platform/secret"
)

// Settings is the one table of configuration: each row a flag and a variable.
type Settings struct {
	DatabaseURL      string   `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"PostgreSQL 15 or newer. serve and worker connect as changke_app; migrate and up as a superuser or the owner. Empty: up and replay bring their own."`
	AppPassword      string   `name:"app-password" env:"CHANGKE_APP_PASSWORD" placeholder:"TEXT" help:"Password that migrate and up give to changke_app."`
	MasterKey        string   `name:"master-key" env:"CHANGKE_MASTER_KEY" placeholder:"BASE64" help:"32 bytes in base64 that wrap every chain's keys. Kept outside the database; lost = guests' numbers lost."`
	MasterKeyFile    string   `name:"master-key-file" env:"CHANGKE_MASTER_KEY_FILE" placeholder:"FILE" help:"A file with the master key instead."`
	MasterBefore     string   `name:"master-key-before" env:"CHANGKE_MASTER_KEY_BEFORE" placeholder:"BASE64" help:"The master key that the present one replaces, until keys rotate has ended."`
	MasterBeforeFile string   `name:"master-key-before-file" env:"CHANGKE_MASTER_KEY_BEFORE_FILE" placeholder:"FILE" help:"A file with it instead."`
	DataDir          string   `name:"data-dir" env:"CHANGKE_DATA_DIR" default:".data" help:"Where up keeps its PostgreSQL, master key and certificate."`
	Listen           string   `name:"listen" env:"CHANGKE_LISTEN" default:"127.0.0.1:8080" help:"Address of API and console."`
	TLS              string   `name:"tls" env:"CHANGKE_TLS" enum:"off,self,files,proxy" default:"off" help:"off: plain HTTP, on this machine only. self: a self-made certificate, for phones in the LAN. files: tls-cert and tls-key. proxy: a proxy before us ends TLS."`
	TLSCert          string   `name:"tls-cert" env:"CHANGKE_TLS_CERT" placeholder:"FILE" help:"Certificate chain in PEM, with tls=files."`
	TLSKey           string   `name:"tls-key" env:"CHANGKE_TLS_KEY" placeholder:"FILE" help:"Private key in PEM, with tls=files."`
	OpsListen        string   `name:"ops-listen" env:"CHANGKE_OPS_LISTEN" placeholder:"ADDRESS" help:"Address of /metrics, /healthz, /readyz and pprof; empty: health and metrics on listen, for this machine only."`
	Pprof            bool     `name:"pprof" env:"CHANGKE_PPROF" help:"Serve pprof at ops-listen."`
	Traces           string   `name:"traces" env:"CHANGKE_TRACES" placeholder:"URL" help:"OTLP/HTTP endpoint that takes OpenTelemetry traces; empty: none."`
	PasswordList     string   `name:"password-list" env:"CHANGKE_PASSWORD_LIST" placeholder:"FILE" help:"Passwords that nobody may choose, one a line, instead of the list the program was built with."`
	ExportDir        string   `name:"export-dir" env:"CHANGKE_EXPORT_DIR" placeholder:"DIR" help:"Where exports of chains lie, encrypted, until they are downloaded or expire; the same for API and worker. Empty: up keeps them in data-dir, a server makes none."`
	LogLevel         string   `name:"log-level" env:"CHANGKE_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"What to log, as JSON on standard error."`
	DBConns          int32    `name:"db-conns" env:"CHANGKE_DB_CONNS" default:"16" help:"Connections to PostgreSQL at most."`
	KeyCalls         int32    `name:"key-calls" env:"CHANGKE_KEY_CALLS" default:"6000" help:"Calls a minute that one API key may make, in each process."`
	TrustedProxies   []string `name:"trusted-proxies" env:"CHANGKE_TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Addresses of proxies before us, whose X-Forwarded-For says where a call came from; empty: nobody's."`
	InnerNetworks    []string `name:"inner-networks" env:"CHANGKE_INNER_NETWORKS" placeholder:"CIDR,…" help:"Networks of ours in which a chain's own sign-in may stand; empty: the public internet only."`
}

// check refuses settings that are unknown or contradict each other: a typo in a
// variable must not silently mean its default.
func (s *Settings) check(environ []string) error {
	known := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		known[f.Tag.Get("env")] = true
	}
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "CHANGKE_") && !known[name] {
			return fmt.Errorf("unknown setting %s; `changke --help` lists them", name)
		}
	}
	if s.MasterKey != "" && s.MasterKeyFile != "" {
		return errors.New("master-key and master-key-file are both set; keep one")
	}
	if s.MasterBefore != "" && s.MasterBeforeFile != "" {
		return errors.New("master-key-before and master-key-before-file are both set; keep one")
	}
	if (s.TLS == "files") != (s.TLSCert != "" && s.TLSKey != "") || s.TLS != "files" && (s.TLSCert != "" || s.TLSKey != "") {
		return errors.New("tls=files needs tls-cert and tls-key, and they need tls=files")
	}
	for name, texts := range map[string][]string{"trusted-proxies": s.TrustedProxies, "inner-networks": s.InnerNetworks} {
		if _, err := networks(name, texts); err != nil {
			return err
		}
	}
	if s.Pprof && s.OpsListen == "" {
		return errors.New("pprof needs ops-listen: it must not be reachable at the public address")
	}
	if s.KeyCalls < 1 || s.KeyCalls > 1_000_000_000 {
		return fmt.Errorf("key-calls %d is not between 1 and 1000000000", s.KeyCalls)
	}
	if s.DBConns < fewestConns || s.DBConns > mostConns {
		return fmt.Errorf("db-conns %d is not between %d and %d", s.DBConns, fewestConns, mostConns)
	}
	if u, err := url.Parse(s.Traces); s.Traces != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		return fmt.Errorf("traces %q is no address such as http://collector:4318", s.Traces)
	}
	host, err := address("listen", s.Listen)
	if err != nil {
		return err
	}
	if s.OpsListen != "" {
		if _, err := address("ops-listen", s.OpsListen); err != nil {
			return err
		}
		if _, port, _ := net.SplitHostPort(s.Listen); s.OpsListen == s.Listen && port != "0" {
			return fmt.Errorf("listen and ops-listen are both %s; give them two ports", s.Listen)
		}
	}
	if s.TLS == "off" && !loopback(host) {
		return fmt.Errorf("listen %s is reachable from other machines: passwords and guests' numbers would travel in clear; use tls=self, tls=files or, behind a proxy that ends TLS, tls=proxy", s.Listen)
	}
	return nil
}

// A process with fewer connections waits for itself: the queue and what tells of
// changes keep one each.
const fewestConns, mostConns = 4, 10_000

// address takes a setting's host:port apart.
func address(setting, text string) (host string, err error) {
	host, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", fmt.Errorf("%s %q is not host:port", setting, text)
	}
	return host, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// everywhere reports whether to listen on a host is to listen on all addresses.
func everywhere(host string) bool { return host == "" || net.ParseIP(host).IsUnspecified() }

func (s *Settings) logger() *slog.Logger { return s.loggerTo(os.Stderr) }

func (s *Settings) loggerTo(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // kong has checked the word
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// master reads the master key. makeIn names a directory where the demo and
// replays make their own; empty: a server is given its key or does not start.
func (s *Settings) master(makeIn string) (*secret.Master, error) {
	master, err := s.masterNow(makeIn)
	if err != nil {
		return nil, err
	}
	text := s.MasterBefore
	if s.MasterBeforeFile != "" {
		read, err := os.ReadFile(s.MasterBeforeFile)
		if err != nil {
			return nil, fmt.Errorf("master-key-before-file: %w", err)
		}
		text = string(read)
	}
	if text == "" {
		return master, nil
	}
	before, err := secret.NewMaster(text)
	if err != nil {
		return nil, fmt.Errorf("master-key-before: %w", err)
	}
	return master.After(before), nil
}

func (s *Settings) masterNow(makeIn string) (*secret.Master, error) {
	switch {
	case s.MasterKey != "":
		return secret.NewMaster(s.MasterKey)
	case s.MasterKeyFile != "":
		text, err := os.ReadFile(s.MasterKeyFile)
		if err != nil {
			return nil, fmt.Errorf("master-key-file: %w", err)
		}
		return secret.NewMaster(string(text))
	case makeIn != "":
		if err := os.MkdirAll(makeIn, 0o755); err != nil {
			return nil, fmt.Errorf("data-dir: %w", err)
		}
		return secret.MasterFile(filepath.Join(makeIn, "master.key"))
	default:
		return nil, errors.New("no master key: set CHANGKE_MASTER_KEY or CHANGKE_MASTER_KEY_FILE (make one with: openssl rand -base64 32)")
	}
}

// needDatabase is for commands that never bring their own PostgreSQL.
func (s *Settings) needDatabase() error {
	if s.DatabaseURL == "" {
		return errors.New("DATABASE_URL is not set: expected postgres://user:password@host:port/database")
	}
	return nil
}

// openDatabase opens the database that is set; without one that of `changke up`
// running in data-dir. It is not older than this program.
func (s *Settings) openDatabase(ctx context.Context, conns int32) (*db.Pool, error) {
	pool, err := s.anyDatabase(ctx, conns)
	if err != nil {
		return nil, err
	}
	if err := pool.Migrated(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

func (s *Settings) anyDatabase(ctx context.Context, conns int32) (*db.Pool, error) {
	if s.DatabaseURL != "" {
		return db.Open(ctx, s.DatabaseURL, db.Options{MaxConns: conns})
	}
	url, err := pg.Running(s.postgresDir(), ownDatabase)
	if errors.Is(err, pg.ErrNotRunning) {
		return nil, fmt.Errorf("DATABASE_URL is not set, and no `changke up` runs in data-dir %s: set one of the two", s.DataDir)
	}
	if err != nil {
		return nil, err
	}
	return db.Open(ctx, url, db.Options{MaxConns: conns, Role: appRole})
}

// openWithKey gives the master key too: the one that is set, or what that `changke up`
// has made.
func (s *Settings) openWithKey(ctx context.Context, conns int32) (*db.Pool, *secret.Master, error) {
	pool, err := s.openDatabase(ctx, conns)
	if err != nil {
		return nil, nil, err
	}
	makeIn := ""
	if s.DatabaseURL == "" {
		makeIn = s.DataDir
	}
	master, err := s.master(makeIn)
	if err != nil {
		pool.Close()
		return nil, nil, err
	}
	return pool, master, nil
}

// exportsTo gives the directory in which exports of chains lie, made if need be; empty:
// nowhere. One that can't be written is refused at the start, not when a chain asks
// for what is its own.
func exportsTo(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		var probe *os.File
		if probe, err = os.CreateTemp(dir, "probe"); err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
	}
	if err != nil {
		return "", notWritable("export-dir", dir, err)
	}
	return dir, nil
}

// notWritable says of a setting's directory what to do.
func notWritable(setting, dir string, err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("%s %s cannot be written: %w; choose another with %s, or give this user the right to it", setting, dir, err, variable(setting))
}

// variable is a setting's name in the environment.
func variable(setting string) string {
	return "CHANGKE_" + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

// certificate gives what TLS needs; nil for plain HTTP.
func (s *Settings) certificate() (*tls.Config, error) {
	switch s.TLS {
	case "self":
		cert, err := selfMade(s.DataDir)
		if err != nil {
			return nil, err
		}
		return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
	case "files":
		cert, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("tls-cert, tls-key: %w", err)
		}
		return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
	default:
		return nil, nil
	}
}

// lanAddresses lists where other machines may find this one.
func lanAddresses() []string {
	var out []string
	addrs, _ := net.InterfaceAddrs()
	for _, a := range addrs {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.To4() != nil && !ip.IP.IsLoopback() {
			out = append(out, ip.IP.String())
		}
	}
	slices.Sort(out)
	return out
}
