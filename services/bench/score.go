package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/db"
)

//go:embed score_fixture.sql
var scoreFixtureSQL string

//go:embed score.sql
var scoreSQL string

// scoredMonth is a month of 31 days that is over; scoredSmaller is by how much
// the chain is smaller that shows how the time grows.
var scoredMonth = kernel.NewDate(2026, time.January, 1).Month()

const (
	filesPerPerson = 10
	scoredSmaller  = 10
)

// scoreRun measures the scores of a month, through planner, queue and ledger,
// against one INSERT … SELECT that counts the same, and how the time grows from
// a tenth of the visits. There are ten visits and a tenth of a person for a file.
func (b *bench) scoreRun(ctx context.Context) error {
	var small, large series
	for _, s := range []struct {
		files int
		into  *series
	}{{max(b.scale/scoredSmaller, filesPerPerson), &small}, {b.scale, &large}} {
		w, err := b.scoreWorld(ctx, s.files)
		if err != nil {
			return err
		}
		var ran, wanted int
		product := func(ctx context.Context) (took float64, err error) {
			took, ran, err = b.runScores(ctx, w)
			return took, err
		}
		bare := func(ctx context.Context) (took float64, err error) {
			took, wanted, err = b.bareScores(ctx, w)
			return took, err
		}
		for _, once := range []side{product, bare} { // the first of each finds its pages cold
			if _, err := once(ctx); err != nil {
				return err
			}
		}
		all, disturbed, err := b.interleave(ctx, product, bare)
		if err != nil {
			return err
		}
		if ran != wanted || ran == 0 {
			return fmt.Errorf("the run counted %d for everybody together, the bare SQL %d", ran, wanted)
		}
		*s.into = all
		if s.files != b.scale {
			continue
		}
		b.report(result{
			name: "score_run", value: all.side(0), unit: "s", ratio: all.ratio(1), bar: bar{atMost: 1.5, of: "ratio"},
			more: fmt.Sprintf("%d people, %d visits; bare SQL %.2f s; rounds %s", s.files/filesPerPerson, 10*s.files, all.side(1), all.spread(func(r []float64) float64 { return r[0] / r[1] })),
		}, disturbed)
		b.report(result{
			name: "score_run_growth", value: large.side(0) / small.side(0) / (float64(s.files) / float64(max(b.scale/scoredSmaller, filesPerPerson))), unit: "x",
			bar: bar{atMost: 1.3, of: "value"}, more: fmt.Sprintf("of the time of a tenth, ten times: %.2f s there, bare SQL %.2f s", small.side(0), small.side(1)),
		}, disturbed)
	}
	return nil
}

// scoreWorld gives a database with a chain of so many files; what exists is kept.
func (b *bench) scoreWorld(ctx context.Context, files int) (world, error) {
	sum := sha256.Sum256([]byte(scoreFixtureSQL + db.MigrationsDigest()))
	w := world{files: files, database: fmt.Sprintf("scores_%d_%x", files, sum[:3])}
	err := b.ensureOnSchema(ctx, w.database, func(ctx context.Context, database string) error {
		p, err := b.newProduct(ctx, database, 4, kernel.ClockFunc(time.Now))
		if err != nil {
			return err
		}
		defer p.pool.Close()
		chain, err := p.tenants.CreateTenant(ctx, scoredMonth.First().Time(), chainCode, chainCode)
		if err != nil {
			return err
		}
		return b.super(ctx, database, func(c *pgx.Conn) error {
			return script(ctx, c, w.scored(scoreFixtureSQL, chain), chain)
		})
	})
	return b.chainOf(ctx, w, err)
}

// scored puts the month and the size of the chain into a text.
func (w world) scored(text string, chain kernel.TenantID) string {
	return strings.NewReplacer(
		":chain", "'"+chain.String()+"'::uuid", ":first", "'"+scoredMonth.First().String()+"'::date", ":next", "'"+(scoredMonth+1).First().String()+"'::date",
		":people", strconv.Itoa(w.files/filesPerPerson), ":files", strconv.Itoa(w.files),
	).Replace(text)
}

// again forgets what the round before has made.
func (b *bench) again(ctx context.Context, w world) error {
	return b.super(ctx, w.database, func(c *pgx.Conn) error {
		for _, sql := range []string{
			"DELETE FROM run_chunk", "DELETE FROM period_run WHERE period_on >= '" + (scoredMonth + 1).First().String() + "'", "TRUNCATE score CASCADE",
			"SELECT count(changed_at) FROM visit", "CHECKPOINT",
		} {
			if _, err := c.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}

// runScores lets the product score the month on the first of the next.
func (b *bench) runScores(ctx context.Context, w world) (took float64, counted int, err error) {
	if err := b.again(ctx, w); err != nil {
		return 0, 0, err
	}
	if took, err = b.carryOut(ctx, w, w.database, (scoredMonth + 1).First(), nil, ownership.KindScore); err != nil {
		return 0, 0, err
	}
	counted, err = b.countedScores(ctx, w)
	return took, counted, err
}

// bareScores does the same as a superuser in one statement.
func (b *bench) bareScores(ctx context.Context, w world) (took float64, counted int, err error) {
	if err := b.again(ctx, w); err != nil {
		return 0, 0, err
	}
	err = b.super(ctx, w.database, func(c *pgx.Conn) error {
		start := time.Now()
		_, err := c.Exec(ctx, w.scored(scoreSQL, w.chain))
		took = time.Since(start).Seconds()
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	counted, err = b.countedScores(ctx, w)
	return took, counted, err
}

// countedScores is what all scores count together: both sides must agree.
func (b *bench) countedScores(ctx context.Context, w world) (n int, err error) {
	err = b.super(ctx, w.database, func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SELECT coalesce(sum(customers + visits + rooms + banquets) + count(*), 0) FROM score").Scan(&n)
	})
	return n, err
}
