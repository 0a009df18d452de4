package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
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

// Run brings everything up: database, schema, demo chain, API, worker, console.
func (c upCmd) Run(ctx context.Context, s *Settings) error {
	if c.UseTLS {
		if s.TLS != "off" && s.TLS != "self" {
			return fmt.Errorf("--tls-self and tls=%s are both set; keep one", s.TLS)
		}
		s.TLS = "self"
		s.Listen = strings.Replace(s.Listen, "127.0.0.1:", "0.0.0.0:", 1)
	}
	start := time.Now()
	say := func(format string, args ...any) {
		fmt.Printf("%6.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
	if err := s.addressesFree(); err != nil {
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
	url, stop, err := c.database(ctx, s, log, say)
	if err != nil {
		return err
	}
	defer stop()
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
// of our own in the data directory.
func (c upCmd) database(ctx context.Context, s *Settings, log *slog.Logger, say func(string, ...any)) (string, func(), error) {
	if s.DatabaseURL != "" {
		if c.Reset {
			return "", nil, errors.New("--reset would delete the database of DATABASE_URL; drop it yourself if you mean it")
		}
		return s.DatabaseURL, func() {}, nil
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
	stop := func() { _ = server.Stop(context.WithoutCancel(ctx)) }
	if err := server.CreateDatabase(ctx, ownDatabase); err != nil {
		stop()
		return "", nil, err
	}
	return server.SocketURL(ownDatabase), stop, nil
}

// logFile keeps the log out of the terminal, where people read.
func (s *Settings) logFile() (*slog.Logger, func(), error) {
	if err := os.MkdirAll(s.DataDir, 0o755); err != nil {
		return nil, nil, fmt.Errorf("data-dir: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(s.DataDir, "changke.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return s.loggerTo(f), func() { _ = f.Close() }, nil
}

func (s *Settings) welcome(demo bool) string {
	scheme, addresses := "http", []string{strings.Replace(s.Listen, "127.0.0.1", "localhost", 1)}
	if s.TLS != "off" {
		scheme = "https"
	}
	if port, ok := strings.CutPrefix(s.Listen, "0.0.0.0:"); ok {
		addresses = []string{"localhost:" + port}
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
