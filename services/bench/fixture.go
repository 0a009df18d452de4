package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
)

const (
	stores        = 100
	perStore      = 10 // people
	billsPerFile  = 2
	smallShare    = 1000 // the second chain has so many times fewer files
	changedLater  = 31   // days after today on which a third of the ties falls due
	chainCode     = "bench"
	smallCode     = "small"
	fixtureFormat = "1" // raise it with fixture.go and names.go
)

//go:embed fixture_chain.sql
var chainSQL string

//go:embed fixture_files.sql
var filesSQL string

//go:embed fixture_idle.sql
var idleSQL string

//go:embed fixture_bills.sql
var billsSQL string

// master is the key that wraps the chains' keys; it lasts as long as the data.
func (b *bench) master() (*secret.Master, error) {
	return secret.MasterFile(filepath.Join(b.dir, "master.key"))
}

// today is the day the fixture ends on: tests of yesterday's fixture would find
// every tie a day nearer to its end.
func today() kernel.BusinessDate {
	return kernel.BusinessDateOf(time.Now(), tenant.Shanghai, tenant.Cutover)
}

// The n-th store, person and file (from 0) have ids that SQL can compute too.
func id[I ~[16]byte](kind byte, n int) I {
	var u [16]byte
	u[0], u[6], u[8] = kind, 0x70, 0x80
	binary.BigEndian.PutUint32(u[12:], uint32(n))
	return I(u)
}

func storeID(n int) kernel.StoreID   { return id[kernel.StoreID](0x10, n%stores) }
func personID(n int) kernel.PersonID { return id[kernel.PersonID](0x20, n%(stores*perStore)) }

// fileID is a UUIDv7 of a file made some minutes after the one before.
func fileID(n int) kernel.FileID {
	var u [16]byte
	binary.BigEndian.PutUint64(u[:8], uint64(1_700_000_000_000+int64(n)*60_000)<<16)
	sum := sha256.Sum256(binary.BigEndian.AppendUint32(nil, uint32(n)))
	copy(u[8:], sum[:8])
	u[6], u[7], u[8] = 0x70|sum[8]&0x0f, sum[9], u[8]&0x3f|0x80
	return kernel.FileID(u)
}

// phone is the number of the n-th file: each another, all endings as often.
func phone(n int) kernel.Phone {
	return kernel.Phone(fmt.Sprintf("+8613%09d", int64(n)*618_033_989%1_000_000_000))
}

// numberKey of the n-th file. Every other file has one that SQL can compute, so
// that pgbench finds guests without a look-up that the product does not make.
func numberKey(keys *secret.Keys, n int) []byte {
	if n%2 == 1 {
		return keys.NumberKey(phone(n))
	}
	sum := sha256.Sum256([]byte(strconv.Itoa(n)))
	return sum[:]
}

// world is a database with the fixture.
type world struct {
	database string
	chain    kernel.TenantID
	files    int
	today    kernel.BusinessDate
}

// fixture gives the name of a database with the files, or the files and bills;
// what exists already is kept. Measure on clones: it must stay as it is.
func (b *bench) fixture(ctx context.Context, withBills bool) (world, error) {
	base := b.fixtureName("files", filesSQL+billsSQL)
	if err := b.ensureOnSchema(ctx, base, b.loadFiles(filesSQL)); err != nil || !withBills {
		return b.world(ctx, base, err)
	}
	bills := strings.Replace(base, "files", "bills", 1)
	return b.world(ctx, bills, b.ensure(ctx, bills, base, b.loadBills))
}

// idleFixture gives the name of a database with files that were never approved.
func (b *bench) idleFixture(ctx context.Context) (world, error) {
	base := b.fixtureName("idle", idleSQL)
	return b.world(ctx, base, b.ensureOnSchema(ctx, base, b.loadFiles(idleSQL)))
}

// fixtureName is another for each size, day, schema and way of loading.
func (b *bench) fixtureName(kind, sql string) string {
	sum := sha256.Sum256([]byte(chainSQL + sql + db.MigrationsDigest() + fixtureFormat))
	return fmt.Sprintf("%s_%d_%x_%d", kind, b.scale, sum[:3], today())
}

// world is what a database holds, if it could be made.
func (b *bench) world(ctx context.Context, database string, err error) (world, error) {
	return b.chainOf(ctx, world{database: database, files: b.scale, today: today()}, err)
}

// chainOf finds the large chain of a world whose database could be made.
func (b *bench) chainOf(ctx context.Context, w world, err error) (world, error) {
	if err != nil {
		return w, err
	}
	err = b.super(ctx, w.database, func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SELECT tenant_id FROM tenant WHERE code = $1", chainCode).Scan(&w.chain)
	})
	return w, err
}

// ensure makes a database unless it exists; a half-made one has another name.
func (b *bench) ensure(ctx context.Context, name, template string, load func(context.Context, string) error) error {
	var exists bool
	err := b.super(ctx, "postgres", func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists)
	})
	if err != nil || exists {
		return err
	}
	start := time.Now()
	b.say("loading %s", name)
	half := name + "_half"
	if err := b.clone(ctx, template, half); err != nil {
		return err
	}
	if err := load(ctx, half); err != nil {
		return err
	}
	err = b.super(ctx, "postgres", func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+name)
		return err
	})
	b.say("loaded %s in %.0f s", name, time.Since(start).Seconds())
	return err
}

// ensureOnSchema is ensure for what begins with the product's empty tables.
func (b *bench) ensureOnSchema(ctx context.Context, name string, load func(context.Context, string) error) error {
	schema := "schema_" + db.MigrationsDigest()[:12]
	err := b.ensure(ctx, schema, "template1", func(ctx context.Context, database string) error {
		return db.Migrate(ctx, b.server.URL(database), db.MigrateOptions{})
	})
	if err != nil {
		return err
	}
	return b.ensure(ctx, name, schema, load)
}

// clone copies a database as it lies on the disk, statistics and all.
func (b *bench) clone(ctx context.Context, from, to string) error {
	return b.super(ctx, "postgres", func(c *pgx.Conn) error {
		for _, sql := range []string{
			"DROP DATABASE IF EXISTS " + to + " WITH (FORCE)",
			"CREATE DATABASE " + to + " TEMPLATE " + from + " STRATEGY FILE_COPY",
		} {
			if _, err := c.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bench) drop(ctx context.Context, database string) error {
	return b.super(ctx, "postgres", func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, "DROP DATABASE IF EXISTS "+database+" WITH (FORCE)")
		return err
	})
}

// super lends a superuser's connection.
func (b *bench) super(ctx context.Context, database string, fn func(c *pgx.Conn) error) error {
	c, err := pgx.Connect(ctx, b.server.SocketURL(database))
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	return fn(c)
}

// loadFiles loads two chains with stores, people and what a script
// makes of them.
func (b *bench) loadFiles(sql string) func(ctx context.Context, database string) error {
	return func(ctx context.Context, database string) error {
		p, err := b.newProduct(ctx, database, 4, kernel.ClockFunc(time.Now))
		if err != nil {
			return err
		}
		defer p.pool.Close()
		for code, files := range map[string]int{chainCode: b.scale, smallCode: max(b.scale/smallShare, 10)} {
			chain, err := p.tenants.CreateTenant(ctx, time.Now(), code, code)
			if err != nil {
				return err
			}
			keys, err := p.tenants.Keys(ctx, chain)
			if err != nil {
				return err
			}
			if err := b.super(ctx, database, func(c *pgx.Conn) error { return b.loadChain(ctx, c, chain, keys, files, sql) }); err != nil {
				return err
			}
		}
		return nil
	}
}

// loadChain brings in what only the product's own code can make, and lets SQL
// make everything else of it.
func (b *bench) loadChain(ctx context.Context, c *pgx.Conn, chain kernel.TenantID, keys *secret.Keys, files int, sql string) error {
	if err := seed(ctx, c, keys, files); err != nil {
		return err
	}
	return script(ctx, c, chainSQL+sql, chain)
}

// seed makes the table of files with names and boxed numbers.
func seed(ctx context.Context, c *pgx.Conn, keys *secret.Keys, files int) error {
	if _, err := c.Exec(ctx, "CREATE TEMP TABLE seed (n int, file_id uuid, name text, initials text, number_key bytea, number_box bytea, last4_rev text)"); err != nil {
		return err
	}
	r := newRand(1)
	rows := pgx.CopyFromFunc(next(files, func(n int) ([]any, error) {
		text, initials := name(r)
		file := fileID(n)
		box, err := keys.Seal(phone(n), "guest", kernel.UUID(file))
		return []any{n, file, text, initials, numberKey(keys, n), box, phone(n).Last4Reversed()}, err
	}))
	_, err := c.CopyFrom(ctx, pgx.Identifier{"seed"}, []string{"n", "file_id", "name", "initials", "number_key", "number_box", "last4_rev"}, rows)
	return err
}

// next makes rows 0 to n-1 for CopyFrom.
func next(n int, row func(int) ([]any, error)) func() ([]any, error) {
	i := -1
	return func() ([]any, error) {
		if i++; i >= n {
			return nil, nil
		}
		return row(i)
	}
}

// loadBills adds the visits of the last three months, each from a bill.
func (b *bench) loadBills(ctx context.Context, database string) error {
	return b.super(ctx, database, func(c *pgx.Conn) error {
		var chain kernel.TenantID
		if err := c.QueryRow(ctx, "SELECT tenant_id FROM tenant WHERE code = $1", chainCode).Scan(&chain); err != nil {
			return err
		}
		return script(ctx, c, billsSQL, chain)
	})
}

// script runs statements with the fixture's values put in, each by itself:
// VACUUM stands in no transaction.
func script(ctx context.Context, c *pgx.Conn, text string, chain kernel.TenantID) error {
	values := strings.NewReplacer(
		":chain", "'"+chain.String()+"'::uuid", ":today", "'"+today().String()+"'::date", ":later", strconv.Itoa(changedLater),
		":stores", strconv.Itoa(stores), ":people", strconv.Itoa(stores*perStore), ":bills", strconv.Itoa(billsPerFile),
	)
	for statement := range strings.SplitSeq(values.Replace(text), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := c.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", beginning(strings.TrimSpace(statement), 60), err)
		}
	}
	return nil
}
