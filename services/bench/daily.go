package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

//go:embed daily.sql
var dailySQL string

// dailyRun measures a day of LIF-03 over a chain's ties, through planner, queue
// and ledger, against SQL that does the same in three statements: a usual day,
// and one on which a third falls due. Both begin on a fresh copy each time.
func (b *bench) dailyRun(ctx context.Context) error {
	w, err := b.fixture(ctx, false)
	if err != nil {
		return err
	}
	for _, d := range []struct {
		name string
		day  kernel.BusinessDate
		bar  float64
	}{{"daily_run", w.today, 1.5}, {"daily_run_third", w.today + changedLater, 4}} {
		if err := b.day(ctx, w, d.name, aDay{ownership.KindDormancy, d.day, dailySQL}, d.bar); err != nil {
			return err
		}
	}
	return b.drop(ctx, workDatabase)
}

//go:embed deletion.sql
var deletionSQL string

// deletionRun measures a day of DEL-02 over a chain of files never approved, of
// which one in a hundred goes, against SQL that erases as much.
func (b *bench) deletionRun(ctx context.Context) error {
	w, err := b.idleFixture(ctx)
	if err != nil {
		return err
	}
	if err := b.day(ctx, w, "deletion_run", aDay{ownership.KindIncomplete, w.today, deletionSQL}, 1.5); err != nil {
		return err
	}
	return b.drop(ctx, workDatabase)
}

// aDay is a business day of a kind of run, with SQL that does the same.
type aDay struct {
	kind ownership.Kind
	day  kernel.BusinessDate
	bare string
}

// day measures a day's run against the bare SQL.
func (b *bench) day(ctx context.Context, w world, name string, d aDay, most float64) error {
	var ran, wanted int
	all, disturbed, err := b.interleave(ctx,
		b.onCopy(w, func(ctx context.Context, database string) (took float64, err error) {
			took, ran, err = b.runDay(ctx, w, database, d)
			return took, err
		}),
		b.onCopy(w, func(ctx context.Context, database string) (took float64, err error) {
			took, wanted, err = b.bareDay(ctx, w, database, d)
			return took, err
		}))
	if err != nil {
		return err
	}
	if ran != wanted {
		return fmt.Errorf("%s: the run decided on %d files, the bare SQL on %d", name, ran, wanted)
	}
	b.report(result{
		name: name, value: all.side(0), unit: "s", ratio: all.ratio(1), bar: bar{atMost: most, of: "ratio"},
		more: fmt.Sprintf("%d of %d; bare SQL %.2f s; rounds %s", ran, w.files, all.side(1), all.spread(func(r []float64) float64 { return r[0] / r[1] })),
	}, disturbed)
	return nil
}

const workDatabase = "day_work"

// onCopy runs on a fresh copy of the fixture whose pages are in memory.
func (b *bench) onCopy(w world, run func(ctx context.Context, database string) (float64, error)) side {
	return func(ctx context.Context) (float64, error) {
		if err := b.clone(ctx, w.database, workDatabase); err != nil {
			return 0, err
		}
		if err := b.warm(ctx, workDatabase); err != nil {
			return 0, err
		}
		if err := b.execute(ctx, workDatabase, "CHECKPOINT"); err != nil {
			return 0, err
		}
		return run(ctx, workDatabase)
	}
}

// warm brings into memory what the measures read.
func (b *bench) warm(ctx context.Context, database string) error {
	return b.execute(ctx, database, "SELECT count(number_box) FROM guest", "SELECT count(origin) FROM tie", "SELECT count(visits) FROM guest_visits",
		"SELECT count(fields_box) FROM file_revision", "SELECT count(number_key) FROM file_number", "SELECT count(shared) FROM guest_number", "SELECT count(changed_at) FROM visit")
}

// execute runs statements as a superuser.
func (b *bench) execute(ctx context.Context, database string, statements ...string) error {
	return b.super(ctx, database, func(c *pgx.Conn) error {
		for _, sql := range statements {
			if _, err := c.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}

// runDay lets the product carry out one day, the day before being done.
func (b *bench) runDay(ctx context.Context, w world, database string, d aDay) (took float64, decided int, err error) {
	if err := b.done(ctx, w, database, d.day-1, d.kind); err != nil {
		return 0, 0, err
	}
	if took, err = b.carryOut(ctx, w, database, d.day, nil, d.kind); err != nil {
		return 0, 0, err
	}
	err = b.super(ctx, database, func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SELECT decided FROM period_run WHERE tenant_id = $1 AND period_on = $2 AND ended_at IS NOT NULL", w.chain, d.day).Scan(&decided)
	})
	return took, decided, err
}

// done marks the last run of a day as worked, so that the chain goes on with the
// one after it.
func (b *bench) done(ctx context.Context, w world, database string, day kernel.BusinessDate, kind ownership.Kind) error {
	return b.super(ctx, database, func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, `INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at, ended_at)
			VALUES ($1, gen_random_uuid(), $3, $2::date, 'done', $2::date, 1, $2::date, $2::date)`, w.chain, day, string(kind))
		return err
	})
}

// carryOut lets the product's planner, queue and ledger work a chain until nothing
// is due at noon of a day, and tells how long that took. beside, unless nil, is
// what happens meanwhile: it calls work once.
func (b *bench) carryOut(ctx context.Context, w world, database string, day kernel.BusinessDate, beside func(ctx context.Context, p *product, work func() error) error, kinds ...ownership.Kind) (took float64, err error) {
	noon := day.At(12*time.Hour, tenant.Shanghai)
	p, err := b.newProduct(ctx, database, 16, kernel.ClockFunc(func() time.Time { return noon }), kinds...)
	if err != nil {
		return 0, err
	}
	defer p.pool.Close()
	if err := p.jobs.Start(context.WithoutCancel(ctx)); err != nil {
		return 0, err
	}
	work := func() error {
		start := time.Now()
		err := p.ownership.CatchUp(ctx, w.chain)
		took = time.Since(start).Seconds()
		return err
	}
	if beside == nil {
		err = work()
	} else {
		err = beside(ctx, p, work)
	}
	return took, errors.Join(err, p.jobs.Stop(context.WithoutCancel(ctx)))
}

// bareDay does the same as a superuser in one transaction.
func (b *bench) bareDay(ctx context.Context, w world, database string, d aDay) (took float64, decided int, err error) {
	text := strings.NewReplacer(":chain", "'"+w.chain.String()+"'::uuid", ":day", "'"+d.day.String()+"'::date").Replace(d.bare)
	err = b.super(ctx, database, func(c *pgx.Conn) error {
		start := time.Now()
		if _, err := c.PgConn().Exec(ctx, text).ReadAll(); err != nil {
			return err
		}
		took = time.Since(start).Seconds()
		return c.QueryRow(ctx, "SELECT count(*) FROM decision").Scan(&decided)
	})
	return took, decided, err
}
