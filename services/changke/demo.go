package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// The demo chain is the golden year, moved so that its last month is this one.
//
//go:embed testdata/golden/2025/*.csv testdata/golden/2025/span.json
var goldenFiles embed.FS

const (
	demoCode     = "demo"
	demoName     = "常来茶餐厅"
	demoPassword = "changke-demo"
)

// demoLogins are one person per role; the two of head office are not in the
// golden year.
var demoLogins = []struct{ staffNo, name, position, says string }{
	{"A001", "沈总安", "企业管理员", "企业管理员：门店、员工、规则、密钥"},
	{"H001", "许文静", "总部客服专员", "总部客服专员：各店并排、任务、抽查"},
	{"E0002", "", "", "客服经理 张娟娜（友谊店）：审核、预定、客户"},
	{"E0005", "", "", "客服代表 郭娜霞（友谊店）：我的客人"},
}

// ensureDemo makes the demo chain at the first start; cut off on the way, the
// next start goes on where this one stood.
func (p *product) ensureDemo(ctx context.Context, dir string, say func(string, ...any)) error {
	id, err := p.tenants.TenantByCode(ctx, demoCode)
	if errors.Is(err, tenant.ErrNoTenant) {
		id, err = p.tenants.CreateTenant(ctx, p.clock.Now(), demoCode, demoName)
	}
	if err != nil {
		return err
	}
	done := filepath.Join(dir, "done")
	if _, err := os.Stat(done); err == nil {
		return p.catchUp(ctx, id, say)
	}
	data, err := p.demoFiles(ctx, id, dir)
	if err != nil {
		return err
	}
	if err := p.demoYear(ctx, id, data, say); err != nil {
		return err
	}
	if err := p.demoOutage(ctx, id); err != nil {
		return err
	}
	if err := p.catchUp(ctx, id, say); err != nil {
		return err
	}
	if err := p.demoToday(ctx, id, data); err != nil {
		return err
	}
	return os.WriteFile(done, nil, 0o600)
}

// demoFiles gives the shifted year. It is kept beside the database: an import
// that was cut off goes on with the same files, also tomorrow.
func (p *product) demoFiles(ctx context.Context, id kernel.TenantID, dir string) (fs.FS, error) {
	ready := filepath.Join(dir, "span.json")
	if _, err := os.Stat(ready); err == nil {
		return os.DirFS(dir), nil
	}
	golden, err := fs.Sub(goldenFiles, "testdata/golden/2025")
	if err != nil {
		return nil, err
	}
	today, err := p.demoDay(ctx, id)
	if err != nil {
		return nil, err
	}
	last, err := kernel.ParseMonth("2025-12")
	if err != nil {
		return nil, err
	}
	making := dir + ".making"
	if err := errors.Join(os.RemoveAll(making), os.RemoveAll(dir), os.MkdirAll(making, 0o700)); err != nil {
		return nil, err
	}
	if err := (shifted{months: int(today.Month() - last), until: today - 1}).write(golden, making); err != nil {
		return nil, err
	}
	if err := tellStory(making, today); err != nil {
		return nil, err
	}
	return os.DirFS(dir), os.Rename(making, dir)
}

// demoDay is the day of which the demo is told: the last whose runs have begun.
// For an hour of the morning that is yesterday (LIF-03).
func (p *product) demoDay(ctx context.Context, id kernel.TenantID) (kernel.BusinessDate, error) {
	chain, err := p.tenants.Chain(ctx, id)
	if err != nil {
		return 0, err
	}
	now := p.clock.Now()
	today := chain.BusinessDate(now)
	rules, err := p.tenants.Rules(ctx, id, today)
	if err == nil && now.Before(today.At(ownership.RunTime(rules), chain.Zone)) {
		today--
	}
	return today, err
}

// demoPeople enters head office and gives the demo's people their password.
func (p *product) demoPeople(ctx context.Context, id kernel.TenantID) error {
	now := p.clock.Now()
	if _, err := p.tenants.Keys(ctx, id); err != nil {
		return err
	}
	return p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		people, err := p.staff.PeopleByNoTx(ctx, tx, id)
		if err != nil {
			return err
		}
		var fresh []staff.NewPerson
		for _, l := range demoLogins {
			if _, there := people[l.staffNo]; there || l.name == "" {
				continue
			}
			entry := kernel.NewDate(2024, time.January, 1)
			fresh = append(fresh, staff.NewPerson{
				ID: kernel.NewID[kernel.PersonID](now), StaffNo: l.staffNo, Name: l.name, EntryOn: entry,
				Posts: []staff.Post{{Role: staff.RoleOfPosition(l.position), Position: l.position, TenantWide: true, From: entry}},
			})
		}
		if len(fresh) == 0 {
			return nil
		}
		// Head office is asked for a second factor as in every chain, but has a year:
		// a demo is for looking around.
		if err := p.staff.PutLoginPolicyTx(ctx, tx, id, staff.LoginPolicy{OfficeNeedsFactor: true, GraceDays: 365}); err != nil {
			return err
		}
		return p.staff.PutPeopleTx(ctx, tx, id, fresh, now)
	})
}

// demoYear brings in a year and plays it day by day, on a clock of its own, as it
// would have been: facts are known when they happen, and people confirm on the
// third of a month whom the month's close offers them (LIF-08).
func (p *product) demoYear(ctx context.Context, id kernel.TenantID, data fs.FS, say func(string, ...any)) error {
	facts, err := demoFacts(data)
	if err != nil {
		return err
	}
	past, clock := p.productDeps, &walkingClock{}
	past.clock, past.work, past.replays = clock, true, true
	clock.set(facts.Span.From.At(0, facts.Span.Zone))
	walker, err := newProduct(past)
	if err != nil {
		return err
	}
	say("bringing in a year of a chain with four stores")
	findings, err := walker.onboarding.Import(ctx, id, data, func(step string, n, total int) {
		if n == total || n%2000 == 0 {
			say("  %s %d of %d", step, n, total)
		}
	})
	if err == nil && len(findings) > 0 {
		err = report(findings)
	}
	if err != nil {
		return err
	}
	if err := p.demoPeople(ctx, id); err != nil {
		return err
	}
	err = p.pool.InTenant(ctx, id, func(tx pgx.Tx) error { return p.tenants.LiveFromTx(ctx, tx, id, facts.Span.From) })
	if err != nil {
		return err
	}
	if err := walker.startWork(ctx); err != nil {
		return err
	}
	defer func() { _ = walker.stopWork(context.WithoutCancel(ctx)) }()
	return walker.walk(ctx, id, clock, facts.Span, func(day kernel.BusinessDate) {
		if day == day.Month().Last() {
			say("  played up to %s", day)
		}
	})
}

// catchUp plays what is due and shows how far the chain has come.
func (p *product) catchUp(ctx context.Context, id kernel.TenantID, say func(string, ...any)) error {
	if err := p.startWork(ctx); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- p.ownership.CatchUp(ctx, id) }()
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err == nil {
				say("every day up to today has been played")
			}
			return err
		case <-tick.C:
			if runs, err := p.ownership.Runs(ctx, id, ownershipapp.NewestRuns, false, 1); err == nil && len(runs) > 0 {
				say("  played up to %s", runs[0].PeriodOn)
			}
		}
	}
}

func demoFacts(data fs.FS) (*onboarding.Facts, error) {
	facts, findings, err := onboarding.Read(data)
	if err == nil && len(findings) > 0 {
		err = fmt.Errorf("demo files: %+v", findings[0])
	}
	return facts, err
}
