// Package testdb gives each test a database of its own, migrated, in milliseconds: a template is migrated once per
// server and set of migrations, and cloned. Tests see the same PostgreSQL, roles and row level security as production.
//
// `go run ./services/platform/testdb/cmd/testpg -- go test ./...` lets all packages share one server and template; a
// bare `go test ./services/x/...` starts a server for each package.
package testdb

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/changke/changke/services/platform/db"
)

// appPassword is the same in all processes: the role belongs to the server, which they share.
const appPassword = "changke-only-for-tests"

// Database is one test's own. Sessions over its URLs are in Zone.
type Database struct {
	SuperURL string // the superuser: for setting up and looking past row level security
	AppURL   string // changke_app, as the server connects
}

// New makes a migrated, empty database, and drops it at the end of a test that passed. After a failure it is kept, for
// a look when the server is that of TEST_DATABASE_URL; the test's log names it.
func New(t testing.TB) *Database {
	t.Helper()
	template, err := migrated()
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	return create(t, template)
}

// Origin is a database that a process fills once, for tests that all begin with
// the same costly world.
type Origin struct {
	once sync.Once
	name string
}

// New makes a copy of the origin, like New. The first call makes the origin:
// what fill opens on it has to be closed when it returns.
func (o *Origin) New(t testing.TB, fill func(d *Database)) *Database {
	t.Helper()
	o.once.Do(func() {
		template, err := migrated()
		if err != nil {
			t.Fatalf("testdb: %v", err)
		}
		d, name := cloned(t, template)
		fill(d)
		o.name = name
	})
	if o.name == "" {
		t.Fatal("testdb: the origin could not be filled: see the test that began it")
	}
	return create(t, o.name)
}

// Empty makes a database without any schema: for tests of the migrations. The
// roles are the server's, and come with the template.
func Empty(t testing.TB) *Database {
	t.Helper()
	if _, err := migrated(); err != nil {
		t.Fatalf("testdb: %v", err)
	}
	return create(t, "template1")
}

// Pool opens a pool as changke_app and closes it at the end of the test.
func (d *Database) Pool(t testing.TB) *db.Pool {
	t.Helper()
	pool, err := db.Open(context.Background(), d.AppURL, db.Options{})
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// Super opens a connection of the superuser's, for setting up and looking past row level security, and closes it at the
// end of the test.
func (d *Database) Super(t testing.TB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), d.SuperURL)
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// Filled runs statements as the superuser and lets the planner know what is there then: for tests of plans at size.
func (d *Database) Filled(t testing.TB, sql string) *pgx.Conn {
	t.Helper()
	conn := d.Super(t)
	for _, s := range []string{sql, "VACUUM (ANALYZE)"} {
		if _, err := conn.Exec(context.Background(), s); err != nil {
			t.Fatalf("testdb: %v", err)
		}
	}
	return conn
}

// create makes a database that is dropped at the end of a test that passed.
func create(t testing.TB, template string) *Database {
	t.Helper()
	d, name := cloned(t, template)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("testdb: the database %s is kept", name)
			return
		}
		a, err := admin()
		if err == nil {
			_, err = a.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)")
		}
		if err != nil {
			t.Errorf("testdb: %v", err)
		}
	})
	return d
}

func cloned(t testing.TB, template string) (d *Database, name string) {
	t.Helper()
	a, err := admin()
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	name = "changke_test_" + strings.ToLower(rand.Text())
	// FILE_COPY: ten times faster than the default for a schema of many small tables on a server without fsync.
	if _, err := a.Exec(context.Background(), "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY FILE_COPY"); err != nil {
		t.Fatalf("testdb: %v", err)
	}
	super := a.url(name)
	app := *super
	app.User = url.UserPassword("changke_app", appPassword)
	return &Database{SuperURL: super.String(), AppURL: app.String()}, name
}

// server is the superuser's connections to the server's own database, from which databases are made and dropped.
type server struct {
	*pgxpool.Pool
	base *url.URL
}

// url is the superuser's address of a database.
func (s *server) url(database string) *url.URL {
	u := *s.base
	u.Path = "/" + database
	return &u
}

var admin = sync.OnceValues(func() (*server, error) {
	address, err := serverURL()
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%s is not a URL", EnvURL)
	}
	query := base.Query()
	query.Set("timezone", Zone)
	base.RawQuery = query.Encode()
	pool, err := pgxpool.New(context.Background(), base.String())
	return &server{pool, base}, err
})

// migrated is the name of the template for these migrations, made by the first process that needs it. It counts only
// when it is marked as a template, which comes last: a half-made one is made again.
var migrated = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	a, err := admin()
	if err != nil {
		return "", err
	}
	c, err := a.Acquire(ctx)
	if err != nil {
		return "", err
	}
	defer c.Release()
	name := "changke_template_" + db.MigrationsDigest()
	const lock = 7202026 // any number, the same in all processes
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1)", lock); err != nil {
		return "", err
	}
	defer func() { _, _ = c.Exec(ctx, "SELECT pg_advisory_unlock($1)", lock) }()

	var ready bool
	err = c.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)", name).Scan(&ready)
	if err != nil || ready {
		return name, err
	}
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if _, err := c.Exec(ctx, sql); err != nil {
			return "", err
		}
	}
	if err := db.Migrate(ctx, a.url(name).String(), db.MigrateOptions{AppPassword: appPassword}); err != nil {
		return "", err
	}
	_, err = c.Exec(ctx, "ALTER DATABASE "+name+" IS_TEMPLATE true")
	return name, err
})
