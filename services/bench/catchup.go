package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

const (
	missedDays  = 90 // three ends of months among them
	missedFiles = 10_000
)

// catchUp measures how long a chain of 10,000 files takes that stood still for so
// many days.
func (b *bench) catchUp(ctx context.Context) error {
	w, err := b.monthWorld(ctx, min(b.scale, missedFiles))
	if err != nil {
		return err
	}
	last := closedOn + 7
	var told string
	all, disturbed, err := b.interleave(ctx, b.onCopy(w, func(ctx context.Context, database string) (took float64, err error) {
		stood := last - kernel.BusinessDate(b.idle)
		if err := b.done(ctx, w, database, stood, ownership.Kinds[len(ownership.Kinds)-1]); err != nil {
			return 0, err
		}
		if err := b.live(ctx, database, stood); err != nil {
			return 0, err
		}
		if took, err = b.carryOut(ctx, w, database, last, nil); err != nil {
			return 0, err
		}
		told, err = b.ran(ctx, database)
		return took, err
	}))
	if err != nil {
		return err
	}
	b.report(result{
		name: fmt.Sprintf("catch_up_%d", b.idle), value: all.side(0), unit: "s", bar: bar{atMost: 60, of: "value"},
		more: fmt.Sprintf("%d files; %s; rounds %s", w.files, told, all.spread(func(r []float64) float64 { return r[0] })),
	}, disturbed)
	return b.drop(ctx, workDatabase)
}

// live lets a chain go live on a day: the fixture has no runs of the years before, and
// RUL-09 would rightly propose in each of its months what they did not decide.
func (b *bench) live(ctx context.Context, database string, day kernel.BusinessDate) error {
	return b.super(ctx, database, func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, "UPDATE store SET live_on = $1::date", day)
		return err
	})
}

// ran tells how many runs were worked.
func (b *bench) ran(ctx context.Context, database string) (told string, err error) {
	err = b.super(ctx, database, func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SELECT count(*) || ' runs of ' || count(DISTINCT period_on) || ' days decided ' || sum(decided) FROM period_run WHERE chunks > 0").Scan(&told)
	})
	return told, err
}
