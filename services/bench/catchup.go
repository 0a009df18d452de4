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
		if err := b.done(ctx, w, database, last-kernel.BusinessDate(b.idle), ownership.Kinds[len(ownership.Kinds)-1]); err != nil {
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

// ran tells how many runs were worked.
func (b *bench) ran(ctx context.Context, database string) (told string, err error) {
	err = b.super(ctx, database, func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SELECT count(*) || ' runs of ' || count(DISTINCT period_on) || ' days decided ' || sum(decided) FROM period_run WHERE chunks > 0").Scan(&told)
	})
	return told, err
}
