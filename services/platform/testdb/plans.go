package testdb

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
)

// DBTX is what generated statements run on.
type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Plan is how PostgreSQL carries a statement out.
type Plan struct {
	Text    string // with its values, carried out and undone
	Generic string // without: what a prepared statement may end up with
	Read    int    // rows read from tables and indexes, those thrown away too
}

// Explain carries out the statement that a call sends first, as the application
// inside a tenant, undoes it, and says how it was done: for tests of plans at
// size, under row level security.
func Explain(t testing.TB, pool *db.Pool, tenant kernel.TenantID, call func(DBTX) error) Plan {
	t.Helper()
	var c caught
	if err := call(&c); !errors.Is(err, errCaught) || c.sql == "" {
		t.Fatalf("testdb: no statement to explain: %v", err)
	}
	var p Plan
	ctx, undone := context.Background(), errors.New("undone")
	err := pool.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		if p.Text, err = lines(tx.Query(ctx, "EXPLAIN (ANALYZE, TIMING OFF) "+c.sql, c.args...)); err != nil {
			return err
		}
		for _, s := range []string{"SET LOCAL plan_cache_mode = force_generic_plan", "PREPARE asked AS " + c.sql} {
			if _, err := tx.Exec(ctx, s, pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
		}
		nothing := strings.TrimSuffix(strings.Repeat("NULL, ", len(c.args)), ", ")
		if p.Generic, err = lines(tx.Query(ctx, "EXPLAIN EXECUTE asked("+nothing+")", pgx.QueryExecModeSimpleProtocol)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DEALLOCATE asked", pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatalf("testdb: %v\n%s", err, c.sql)
	}
	p.Read = read(p.Text)
	return p
}

var (
	node    = regexp.MustCompile(`\(actual (?:time=\S+ )?rows=([\d.]+) loops=(\d+)\)`)
	stored  = regexp.MustCompile(`(Seq|Index|Index Only|Heap) Scan\b`)
	removed = regexp.MustCompile(`Rows Removed by (?:Filter|Index Recheck): (\d+)`)
	seq     = regexp.MustCompile(`Seq Scan on (\S+)`)
)

// read adds up what the scans of a plan read from tables and indexes.
func read(plan string) (rows int) {
	loops := 0 // of the node in hand; 0: it reads nothing itself
	for line := range strings.Lines(plan) {
		if m := node.FindStringSubmatch(line); m != nil {
			loops = 0
			if stored.MatchString(line) {
				each, _ := strconv.ParseFloat(m[1], 64)
				loops, _ = strconv.Atoi(m[2])
				rows += int(each) * loops
			}
		}
		if m := removed.FindStringSubmatch(line); m != nil {
			each, _ := strconv.Atoi(m[1])
			rows += each * loops
		}
	}
	return rows
}

// Demand fails the test unless both plans use an index, no plan reads a table
// from end to end but the small ones, and no more rows are read than that.
func (p Plan) Demand(t testing.TB, name, index string, atMost int, small ...string) {
	t.Helper()
	for _, text := range []string{p.Text, p.Generic} {
		if !strings.Contains(text, index) {
			t.Errorf("%s: no use of %s\n%s", name, index, text)
		}
		for _, m := range seq.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(" "+strings.Join(small, " ")+" ", " "+m[1]+" ") {
				t.Errorf("%s: reads all of %s\n%s", name, m[1], text)
			}
		}
	}
	if p.Read > atMost {
		t.Errorf("%s: reads %d rows, at most %d\n%s", name, p.Read, atMost, p.Text)
	}
}

func lines(rows pgx.Rows, err error) (string, error) {
	if err != nil {
		return "", err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return strings.Join(all, "\n"), err
}

var errCaught = errors.New("caught")

// caught takes the first statement sent to it and fails.
type caught struct {
	sql  string
	args []any
}

func (c *caught) take(sql string, args []any) error {
	if c.sql == "" {
		c.sql, c.args = sql, args
	}
	return fmt.Errorf("testdb: %w", errCaught)
}

// Exec implements DBTX.
func (c *caught) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return pgconn.CommandTag{}, c.take(sql, args)
}

// Query implements DBTX.
func (c *caught) Query(_ context.Context, sql string, args ...any) (pgx.Rows, error) {
	return nil, c.take(sql, args)
}

// QueryRow implements DBTX.
func (c *caught) QueryRow(_ context.Context, sql string, args ...any) pgx.Row {
	return caughtRow{c.take(sql, args)}
}

type caughtRow struct{ error }

// Scan implements pgx.Row.
func (r caughtRow) Scan(...any) error { return r.error }
