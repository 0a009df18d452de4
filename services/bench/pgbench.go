package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// recordStatement is the very statement with which the product records a new
// bill, read back from a connection that prepared it for one.
func (b *bench) recordStatement(ctx context.Context, w world) (sql string, err error) {
	p, err := b.newProduct(ctx, w.database, 1, kernel.ClockFunc(time.Now))
	if err != nil {
		return "", err
	}
	defer p.pool.Close()
	keys, err := p.tenants.Keys(ctx, w.chain)
	if err != nil {
		return "", err
	}
	_, err = p.visits.RecordBill(ctx, w.chain, visit.Bill{
		BillKey: visit.BillKey{Store: storeID(1), Source: "pos", No: "first"}, Revision: 1, Number: visit.NumberKey(numberKey(keys, 1)),
		Date: w.today, Meal: tenant.Dinner, ClosedAt: time.Now(), Amount: 100, Status: visit.Paid,
	}, time.Now())
	if err != nil {
		return "", err
	}
	// Brackets: so that it does not find itself.
	err = p.pool.Lookup(ctx, "SELECT statement FROM pg_prepared_statements WHERE statement ~ 'INSERT INTO bill[_]head'").Scan(&sql)
	return sql, err
}

// parameters are what pgbench puts in the statement's place of $n: the same
// random bills as newBill makes, of the files whose number SQL can compute.
var parameters = func() map[int]string {
	const number, day, meal = "sha256(convert_to(CAST(:n AS text), 'UTF8'))", ":today - CAST(:d AS int)", "CAST(:m AS smallint)"
	return map[int]string{
		2: "CAST('10000000-0000-7000-8000-' || lpad(to_hex(CAST(:n AS bigint) % :stores), 12, '0') AS uuid)",
		3: "'pos'", 4: "'P' || CAST(:r AS text)", 5: "1", 6: "''", 7: number, 8: day, 9: meal,
		10: "CAST(:a AS bigint)", 11: "'paid'", 12: "NULL", 13: number, 14: day, 15: meal,
		16: "now()", 17: "now()", 18: "NULL",
	}
}()

var placeholder = regexp.MustCompile(`\$(\d+)`)

// pgbenchScript is the statement as one transaction of pgbench.
func (t *tills) pgbenchScript() string {
	sql := placeholder.ReplaceAllStringFunc(t.statement, func(s string) string {
		n, _ := strconv.Atoi(s[1:])
		if n == 1 {
			return "'" + t.chain.String() + "'::uuid"
		}
		return "(" + parameters[n] + ")"
	})
	head := fmt.Sprintf("\\set n 2 * random(0, %d)\n\\set d random(0, 29)\n\\set m random(1, 4)\n\\set r random(1, 9000000000000000000)\n\\set a random(100, 100000)\n", t.files/2-1)
	values := regexp.MustCompile(`:(today|stores)\b`)
	return head + values.ReplaceAllStringFunc(sql, func(s string) string {
		if s == ":stores" {
			return strconv.Itoa(stores)
		}
		return "'" + t.today.String() + "'::date"
	}) + ";\n"
}

// What pgbench did a second: in all its time, and in the first of it.
var (
	tps         = regexp.MustCompile(`tps = ([\d.]+)`)
	firstSecond = regexp.MustCompile(`progress: 1\.0 s, ([\d.]+) tps`)
)

func figure(of *regexp.Regexp, text []byte) (n float64) {
	if found := of.FindSubmatch(text); found != nil {
		n, _ = strconv.ParseFloat(string(found[1]), 64)
	}
	return n
}

// pgbench makes a side to compare of PostgreSQL's own load tool. Its turn is the
// second of two seconds, the shortest it tells of: its connections are new each time
// and slow at first, where the product's are warm.
func (t *tills) pgbench(ctx context.Context) (side, error) {
	program, err := findPgbench()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "changke-bench-")
	if err != nil {
		return nil, err
	}
	t.closers = append(t.closers, func() { _ = os.RemoveAll(dir) })
	file := filepath.Join(dir, "bill.sql")
	if err := os.WriteFile(file, []byte(t.pgbenchScript()), 0o600); err != nil {
		return nil, err
	}
	cfg, err := pgconn.ParseConfig(t.server.SocketURL(t.database))
	if err != nil {
		return nil, err
	}
	return func(context.Context) (float64, error) {
		cmd := exec.CommandContext(ctx, program, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", "2", "-P", "1", "-f", file)
		cmd.Env = append(os.Environ(), "PGHOST="+cfg.Host, "PGPORT="+strconv.Itoa(int(cfg.Port)), "PGUSER="+cfg.User, "PGPASSWORD="+cfg.Password, "PGDATABASE="+cfg.Database)
		var problems bytes.Buffer
		cmd.Stderr = &problems
		out, err := cmd.Output()
		both, first := figure(tps, out), figure(firstSecond, problems.Bytes())
		if err != nil || both == 0 {
			return 0, fmt.Errorf("pgbench: %w: %s", err, problems.String())
		}
		return 2*both - first, nil
	}, nil
}

// findPgbench looks where PostgreSQL's own tools are.
func findPgbench() (string, error) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return "", errors.New("pgbench was not found; it comes with PostgreSQL (Debian: apt-get install postgresql)")
	}
	return found[len(found)-1], nil
}
