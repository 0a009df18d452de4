package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/passwords"
	"github.com/changke/changke/services/platform/pg"
)

type upCmd struct {
	Reset  bool `help:"Throw the demo and its database away and start over."`
	UseTLS bool `name:"tls-self" help:"Short for tls=self on every address: for a phone in the LAN."`
	Empty  bool `help:"No demo chain."`
}

// Run brings everything up: database, schema, demo chain, API, worker, console. It
// ends when its PostgreSQL does, and says why.
func (c upCmd) Run(ctx context.Context, s *Settings) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	err := c.up(ctx, end, s)
	if why := context.Cause(ctx); why != nil && !errors.Is(why, context.Canceled) {
		return why
	}
	return err
}

func (c upCmd) up(ctx context.Context, end context.CancelCauseFunc, s *Settings) (err error) {
	if c.UseTLS {
		if s.TLS != "off" && s.TLS != "self" {
			return fmt.Errorf("--tls-self and tls=%s are both set; keep one", s.TLS)
		}
		s.TLS = "self"
		if host, port, _ := net.SplitHostPort(s.Listen); loopback(host) { // check has read it
			s.Listen = net.JoinHostPort("0.0.0.0", port)
		}
	}
	start := time.Now()
	say := func(format string, args ...any) {
		fmt.Printf("%6.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
	if err := s.addressesFree(); err != nil {
		return err
	}
	if _, err := s.certificate(); err != nil { // likewise: run takes it
		return err
	}
	log, done, err := s.logFile()
	if err != nil {
		return err
	}
	defer done()
	master, err := s.master(s.DataDir)
	if err != nil {
		return err
	}
	common, err := passwords.Load(s.PasswordList)
	if errors.Is(err, passwords.ErrNone) { // good enough for a look around
		say("%v", err)
		err = nil
	}
	if err != nil {
		return err
	}
	inner, err := networks("inner-networks", s.InnerNetworks)
	if err != nil {
		return err
	}
	exports, err := exportsTo(cmp.Or(s.ExportDir, filepath.Join(s.DataDir, "exports")))
	if err != nil {
		return err
	}
	url, stop, err := c.database(ctx, end, s, log, say)
	if err != nil {
		return err
	}
	defer func() { err = stop(err) }()
	say("migrating")
	if err := db.Migrate(ctx, url, db.MigrateOptions{AppPassword: s.AppPassword, Log: log}); err != nil {
		return err
	}
	// The owner's connection acts as the application: bound by row level security.
	pool, err := db.Open(ctx, url, db.Options{MaxConns: s.DBConns, Role: appRole, Trace: s.Traces != ""})
	if err != nil {
		return err
	}
	defer pool.Close()
	prod, err := newProduct(productDeps{pool: pool, master: master, clock: wallClock, log: log, work: true, common: common, inner: inner, exports: exports, keyCalls: s.KeyCalls, traced: s.Traces != ""})
	if err != nil {
		return err
	}
	if err := prod.staff.BringTemplate(ctx); err != nil { // the demo's people are given roles by it
		return err
	}
	if !c.Empty {
		if err := prod.ensureDemo(ctx, filepath.Join(s.DataDir, "demo"), say); err != nil {
			return fmt.Errorf("demo chain: %w", err)
		}
		if err := prod.ensureDemoOperator(ctx, s.demoTOTP()); err != nil {
			return fmt.Errorf("demo operator: %w", err)
		}
	}
	return s.run(ctx, prod, parts{api: true, work: true}, log, func() {
		say("ready")
		fmt.Print(s.welcome(!c.Empty))
	})
}

const (
	ownDatabase = "changke"     // of the PostgreSQL that up brings
	appRole     = "changke_app" // as which the owner's connection acts: bound by row level security
)

// postgresDir is where up keeps its PostgreSQL.
func (s *Settings) postgresDir() string { return filepath.Join(s.DataDir, "postgres") }

// database gives an owner's URL: the one that is set, or that of a PostgreSQL
// of our own in the data directory, whose end is told to end. What is given with it
// stops that, and says of what went wrong meanwhile whether PostgreSQL knows better.
func (c upCmd) database(ctx context.Context, end context.CancelCauseFunc, s *Settings, log *slog.Logger, say func(string, ...any)) (string, func(error) error, error) {
	if s.DatabaseURL != "" {
		if c.Reset {
			return "", nil, errors.New("--reset would delete the database of DATABASE_URL; drop it yourself if you mean it")
		}
		return s.DatabaseURL, func(err error) error { return err }, nil
	}
	o := pg.Options{Dir: s.postgresDir(), Roots: []string{"."}, Log: log}
	if c.Reset {
		say("removing the old demo")
		if err := errors.Join(pg.Remove(ctx, o), os.RemoveAll(filepath.Join(s.DataDir, "demo")), os.RemoveAll(s.demoTOTP()), os.RemoveAll(filepath.Join(s.DataDir, "exports"))); err != nil {
			return "", nil, err
		}
	}
	say("starting PostgreSQL in %s", o.Dir)
	server, err := pg.Start(ctx, o)
	if err != nil {
		return "", nil, err
	}
	stop := func(err error) error {
		end(nil) // what ends from here on was asked to
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		_ = server.Stop(ctx) // killed after that: one that met a full disk may never end by itself
		return server.Why(err)
	}
	go func() {
		<-server.Done()
		end(server.Err())
	}()
	if err := server.CreateDatabase(ctx, ownDatabase); err != nil {
		return "", nil, stop(err)
	}
	return server.SocketURL(ownDatabase), stop, nil
}

// logFile keeps the log out of the terminal, where people read.
func (s *Settings) logFile() (*slog.Logger, func(), error) {
	var f *os.File
	err := os.MkdirAll(s.DataDir, 0o755)
	if err == nil {
		f, err = os.OpenFile(filepath.Join(s.DataDir, "changke.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return nil, nil, notWritable("data-dir", s.DataDir, err)
	}
	return s.loggerTo(f), func() { _ = f.Close() }, nil
}

func (s *Settings) welcome(demo bool) string {
	scheme, addresses := "http", []string{s.Listen}
	if s.TLS != "off" {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(s.Listen) // check has read it
	if loopback(host) || everywhere(host) {
		addresses = []string{"localhost:" + port}
	}
	if everywhere(host) {
		for _, a := range lanAddresses() {
			addresses = append(addresses, a+":"+port)
		}
	}
	var b strings.Builder
	b.WriteString("\n")
	for _, a := range addresses {
		fmt.Fprintf(&b, "  %s://%s\n", scheme, a)
	}
	if demo {
		b.WriteString("\n  企业代码 demo，密码 " + demoPassword + "\n")
		for _, l := range demoLogins {
			fmt.Fprintf(&b, "    %-6s %s\n", l.staffNo, l.says)
		}
		b.WriteString("\n  平台运营 /operator，账号 " + demoOperator + "，密码 " + demoOperatorPassword + "，动态码：bin/changke operator code\n")
	}
	fmt.Fprintf(&b, "\n  log: %s   stop: Ctrl-C\n\n", filepath.Join(s.DataDir, "changke.log"))
	return b.String()
}
