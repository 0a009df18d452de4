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

//go:embed month_fixture.sql
var monthFixtureSQL string

//go:embed share.sql
var shareSQL string

//go:embed adoption.sql
var adoptionSQL string

const (
	filesPerStore = 200 // of a chain whose month is closed: 5,000 stores for a million files
	perMonthStore = 10  // people
)

// closedOn is the first of the month after the one that is closed.
var closedOn = (scoredMonth + 1).First()

// monthRun measures the two rules of a month's close, LIF-04 and LIF-07, through
// planner, queue and ledger, against SQL that does the same in a few statements
// and leaves the same rows behind.
func (b *bench) monthRun(ctx context.Context) error {
	w, err := b.monthWorld(ctx, b.scale)
	if err != nil {
		return err
	}
	for _, d := range []struct {
		name string
		day  aDay
	}{
		{"month_share", aDay{ownership.KindShare, closedOn, shareSQL}},
		{"month_adoption", aDay{ownership.KindAdoption, closedOn, adoptionSQL}},
	} {
		if err := b.day(ctx, w, d.name, d.day, 2.5); err != nil {
			return err
		}
	}
	return b.drop(ctx, workDatabase)
}

// monthWorld gives a database with a chain of so many files whose month is over;
// what exists is kept.
func (b *bench) monthWorld(ctx context.Context, files int) (world, error) {
	return b.chainWorld(ctx, "month", monthFixtureSQL, files)
}

// chainWorld gives a database with a chain of so many files that a script makes of
// the table seed, as it is on the first day after a month; what exists is kept.
func (b *bench) chainWorld(ctx context.Context, kind, fixture string, files int) (world, error) {
	sum := sha256.Sum256([]byte(fixture + db.MigrationsDigest() + fixtureFormat))
	w := world{files: files, database: fmt.Sprintf("%s_%d_%x", kind, files, sum[:3]), today: closedOn}
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
		keys, err := p.tenants.Keys(ctx, chain)
		if err != nil {
			return err
		}
		return b.super(ctx, database, func(c *pgx.Conn) error {
			if err := seed(ctx, c, keys, files); err != nil {
				return err
			}
			return script(ctx, c, w.monthly(fixture, chain), chain)
		})
	})
	return b.chainOf(ctx, w, err)
}

// monthStores is how many stores a chain of so many files has.
func (w world) monthStores() int { return max(w.files/filesPerStore, 3) }

// monthly puts the month and the size of the chain into a text.
func (w world) monthly(text string, chain kernel.TenantID) string {
	return strings.NewReplacer(
		":chain", "'"+chain.String()+"'::uuid", ":first", "'"+scoredMonth.First().String()+"'::date", ":next", "'"+closedOn.String()+"'::date",
		":last", string(ownership.Kinds[len(ownership.Kinds)-1]), ":people", strconv.Itoa(w.monthStores()*perMonthStore), ":stores", strconv.Itoa(w.monthStores()), ":files", strconv.Itoa(w.files),
	).Replace(text)
}
