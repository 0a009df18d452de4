package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/passwords"
)

type serveCmd struct{}

// Run answers calls; jobs wait for a worker.
func (serveCmd) Run(ctx context.Context, s *Settings) error {
	return s.runServer(ctx, parts{api: true})
}

type workerCmd struct{}

// Run works jobs; it answers health and metrics only.
func (workerCmd) Run(ctx context.Context, s *Settings) error {
	return s.runServer(ctx, parts{work: true})
}

type migrateCmd struct{}

// Run migrates; it may be run again, by several at once.
func (migrateCmd) Run(ctx context.Context, s *Settings) error {
	if err := s.needDatabase(); err != nil {
		return err
	}
	if err := db.Migrate(ctx, s.DatabaseURL, db.MigrateOptions{AppPassword: s.AppPassword, Log: s.logger()}); err != nil {
		return err
	}
	fmt.Printf("the database has what this program needs: version %d\n", db.NewestMigration())
	return nil
}

// parts are what one process does.
type parts struct{ api, work bool }

// runServer is serve and worker: a database that somebody else has migrated, a
// master key that somebody else keeps.
func (s *Settings) runServer(ctx context.Context, p parts) error {
	if err := s.needDatabase(); err != nil {
		return err
	}
	master, err := s.master("")
	if err != nil {
		return err
	}
	var common *passwords.List
	if p.api {
		if common, err = passwords.Load(s.PasswordList); err != nil {
			return err
		}
	}
	inner, err := networks("inner-networks", s.InnerNetworks)
	if err != nil {
		return err
	}
	exports, err := exportsTo(s.ExportDir)
	if err != nil {
		return err
	}
	log := s.logger()
	pool, err := db.Open(ctx, s.DatabaseURL, db.Options{MaxConns: s.DBConns, Trace: s.Traces != ""})
	if err != nil {
		return err
	}
	defer pool.Close()
	prod, err := newProduct(productDeps{pool: pool, master: master, clock: wallClock, log: log, work: p.work, common: common, inner: inner, exports: exports, keyCalls: s.KeyCalls, traced: s.Traces != ""})
	if err != nil {
		return err
	}
	return s.run(ctx, prod, p, log, func() {})
}

// run takes the addresses, checks the wall, and then answers and works until
// ctx ends. ready is told when the addresses are taken.
func (s *Settings) run(ctx context.Context, prod *product, p parts, log *slog.Logger, ready func()) error {
	stopTraces, err := s.startTraces(ctx)
	if err != nil {
		return err
	}
	defer stopTraces(context.WithoutCancel(ctx))
	if err := prod.pool.Check(ctx); err != nil {
		return err
	}
	if err := prod.staff.BringTemplate(ctx); err != nil {
		return err
	}
	opsMux := ops(prod.pool.Ping, prod.metrics.registry, s.Pprof, log)
	g, ctx := errgroup.WithContext(ctx)
	serve := func(l net.Listener, h http.Handler) {
		g.Go(func() error { return serveHTTP(ctx, l, h, log) })
	}
	if s.OpsListen != "" {
		l, err := listenOn("ops-listen", s.OpsListen, nil)
		if err != nil {
			return err
		}
		serve(l, opsMux)
	}
	if p.api || s.OpsListen == "" {
		cfg, err := s.certificate()
		if err != nil {
			return err
		}
		l, err := listenOn("listen", s.Listen, cfg)
		if err != nil {
			return err
		}
		mux := http.NewServeMux()
		if p.api {
			if err := prod.route(mux); err != nil {
				return err
			}
		}
		if s.OpsListen == "" {
			for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
				mux.Handle(path, onlyHere(opsMux))
			}
		}
		trusted, err := networks("trusted-proxies", s.TrustedProxies)
		if err != nil {
			return err
		}
		serve(l, behind(trusted, secure(mux, s.TLS != "off")))
	}
	if p.api {
		g.Go(func() error {
			prod.hub.Run(ctx, prod.pool)
			return nil
		})
	}
	if p.work {
		if err := prod.startWork(ctx); err != nil {
			return err
		}
		g.Go(func() error {
			prod.ownership.KeepPlanning(ctx)
			return prod.stopWork(context.WithoutCancel(ctx))
		})
		g.Go(func() error {
			prod.audits.KeepSealing(ctx)
			return nil
		})
		g.Go(func() error {
			prod.customers.KeepEscalating(ctx)
			return nil
		})
		g.Go(func() error {
			prod.onboarding.KeepCarrying(ctx)
			return nil
		})
		if prod.exports != "" {
			g.Go(func() error {
				prod.operators.KeepResuming(ctx)
				return nil
			})
		}
		g.Go(func() error {
			prod.customers.KeepDrawing(ctx)
			return nil
		})
		g.Go(func() error {
			prod.pos.KeepCleaning(ctx)
			return nil
		})
	}
	ready()
	log.InfoContext(ctx, "running", "listen", s.Listen, "tls", s.TLS, "api", p.api, "work", p.work, "version", version)
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("stopped: %w", err)
	}
	return nil
}

// wallClock is the real time; replays bring their own clock.
var wallClock = kernel.ClockFunc(time.Now)
