// Package db is the only way to the database. It hands out no bare connection:
// everything runs inside a tenant, with the setting that row level security
// compares with made in one place.
package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/pg"
)

// ErrStale says that the rights a call came in with ended since they were
// looked up (key revoked, roles changed); look them up again and repeat.
var ErrStale = errors.New("rights have changed since they were looked up")

// What the entries by credential raise.
const (
	staleCode     = "CK001"
	suspendedCode = "CK002"
	closedCode    = "CK003"
)

// Options of a pool; the zero value is good for a server.
type Options struct {
	MaxConns int32           // 0: 16
	Trace    bool            // OpenTelemetry spans; statements without arguments
	Tracer   pgx.QueryTracer // sees every statement before it goes out, unless Trace is set; nil: nobody
	Timeout  time.Duration   // of connecting; 0: 10 s
	Role     string          // act as this role after connecting; "": as the URL's
}

// Pool is a set of connections of the application's role.
type Pool struct {
	pg     *pgxpool.Pool
	traced bool
}

// Open connects as the role that the URL names and checks that it answers.
func Open(ctx context.Context, url string, o Options) (*Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("DATABASE_URL is not a PostgreSQL connection URL; expected postgres://user:password@host:port/database")
	}
	cfg.MaxConns = 16
	if o.MaxConns > 0 {
		cfg.MaxConns = o.MaxConns
	}
	cfg.ConnConfig.ConnectTimeout = 10 * time.Second
	if o.Timeout > 0 {
		cfg.ConnConfig.ConnectTimeout = o.Timeout
	}
	// A statement on a cut link must not hang for the kernel's 20 minutes.
	cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	cfg.ConnConfig.RuntimeParams["application_name"] = "changke"
	if o.Role != "" {
		cfg.ConnConfig.RuntimeParams["role"] = o.Role
	}
	cfg.ConnConfig.Tracer = o.Tracer
	if o.Trace {
		cfg.ConnConfig.Tracer = otelpgx.NewTracer()
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("cannot reach the database as %s at %s:%d: %w", cfg.ConnConfig.User, cfg.ConnConfig.Host, cfg.ConnConfig.Port, unreachable{err})
	}
	err = newEnough(conn.Conn())
	conn.Release()
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &Pool{pg: pool, traced: cfg.ConnConfig.Tracer != nil}, nil
}

// newEnough refuses a server that is too old for the schema; it has told its version
// when the connection was made.
func newEnough(conn *pgx.Conn) error {
	version := conn.PgConn().ParameterStatus("server_version")
	major, err := strconv.Atoi(version[:len(version)-len(strings.TrimLeft(version, "0123456789"))])
	if err == nil && major < pg.MinMajor {
		return fmt.Errorf("the server of DATABASE_URL is PostgreSQL %s, %d or newer is needed: upgrade it, or set DATABASE_URL to another", version, pg.MinMajor)
	}
	return nil
}

// unreachable says in one line why a database does not answer, and what to look at: pgx
// has a line for each address that it tried, and for each way.
type unreachable struct{ error }

// Error implements error.
func (u unreachable) Error() string {
	why := strings.Join(slices.Compact(strings.Split(u.error.Error(), "\n\t")), " ")
	return why + "; is that server running, and DATABASE_URL right (postgres://user:password@host:port/database)?"
}

// Unwrap gives what it was.
func (u unreachable) Unwrap() error { return u.error }

// Close waits for running work and closes every connection.
func (p *Pool) Close() { p.pg.Close() }

// Ping asks the database for an answer: readiness.
func (p *Pool) Ping(ctx context.Context) error { return p.pg.Ping(ctx) }

// River gives the pool to the job queue, whose tables lie in a schema of their
// own and hold ids only.
func (p *Pool) River() *pgxpool.Pool { return p.pg }

// Stat tells how the connections are used, for metrics.
func (p *Pool) Stat() *pgxpool.Stat { return p.pg.Stat() }

// InTenant runs fn in one transaction inside a tenant. It commits when fn
// returns nil and rolls back otherwise; it never runs fn twice.
func (p *Pool) InTenant(ctx context.Context, tenant kernel.TenantID, fn func(tx pgx.Tx) error) error {
	if tenant.IsZero() {
		return errors.New("db: no tenant")
	}
	err := pgx.BeginFunc(ctx, p.pg, func(tx pgx.Tx) error {
		if err := Enter(ctx, tx, tenant); err != nil {
			return err
		}
		return fn(tx)
	})
	return stale(err)
}

// Enter makes a transaction act inside a tenant until it ends. Only for
// transactions that others have begun (a job's); InTenant does it by itself.
func Enter(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID) error {
	sql, args := enterStatement(ctx, tenant, nil)
	_, err := tx.Exec(ctx, sql, args...)
	return stale(err)
}

// Begin runs fn in a transaction outside every tenant: for look-ups by definer
// functions, which give ids only. Under row level security it sees no row.
func (p *Pool) Begin(ctx context.Context, fn func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, p.pg, fn)
}

// Lookup sends one statement that calls a definer function, knowing no tenant.
func (p *Pool) Lookup(ctx context.Context, sql string, args ...any) pgx.Row {
	return p.pg.QueryRow(ctx, sql, args...)
}

// Batch sends statements in one round trip and one implicit transaction, as
// they are: the first must enter a tenant.
func (p *Pool) Batch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return p.pg.SendBatch(ctx, b)
}

type guardKey struct{}

// Guard names rights that were taken from a cache and must be proven fresh
// inside the work's own round trip.
type Guard struct {
	Key           kernel.UUID
	PolicyVersion int64
}

// WithGuard makes every entry into a tenant under ctx fail with ErrStale when
// keys or roles of the tenant have changed, or it stands still.
func WithGuard(ctx context.Context, g Guard) context.Context {
	return context.WithValue(ctx, guardKey{}, g)
}

type readOnlyKey struct{}

// WithReadOnly makes the database refuse every write in the tenants entered
// under ctx, whatever the code does.
func WithReadOnly(ctx context.Context) context.Context {
	return context.WithValue(ctx, readOnlyKey{}, true)
}

// WithoutReadOnly takes WithReadOnly back, for the line that tells of the reading.
func WithoutReadOnly(ctx context.Context) context.Context {
	return context.WithValue(ctx, readOnlyKey{}, false)
}

// entry is a way into a tenant.
type entry uint8

const (
	plainEntry    entry = iota
	keyedEntry          // proves that a key's rights still stand
	readOnlyEntry       // the database refuses every write
)

// mostLocks is how many advisory locks may be taken with an entry.
const mostLocks = 3

// entries are the statements by way and number of locks. They are the one place
// where the tenant's setting is made. It is transaction-local: on a pooled
// connection anything else leaks to the next user. The calls are made in their
// order, whatever they give; the statement gives no row: nothing to send, read
// and scan in what every single look-up pays. It has a column all the same: of a
// statement known to have none pgx asks each time anew what it gives. A look-up of
// a person, which takes no lock, has the cheapest form: a text for a text.
var entries = func() (all [3][mostLocks + 1]string) {
	for locks := range mostLocks + 1 {
		all[plainEntry][locks] = "SELECT 1 WHERE num_nulls(set_config('app.tenant_id', $1::text, true)" + lockCalls(1, locks) + ") < 0"
		all[readOnlyEntry][locks] = "SELECT 1 WHERE num_nulls(set_config('app.tenant_id', $1::text, true), set_config('transaction_read_only', 'on', true)" + lockCalls(1, locks) + ") < 0"
		all[keyedEntry][locks] = fmt.Sprintf(enterKeyed, lockCalls(3, locks))
	}
	all[plainEntry][0] = "SELECT 1 WHERE set_config('app.tenant_id', $1::text, true) IS NULL"
	return all
}()

// enterKeyed enters first and then looks at the chain, which row level security
// shows only then: the look needs what entering gave. Whatever ends a key's rights
// raises the version. The function looks again, at the key too, and refuses.
const enterKeyed = `
SELECT 1
FROM (SELECT set_config('app.tenant_id', $1::text, true)::uuid AS id OFFSET 0) entered
LEFT JOIN LATERAL (
  SELECT true AS stand FROM tenant t WHERE t.tenant_id = entered.id AND t.policy_version = $3 AND t.state = 'active' OFFSET 0) rights ON true
WHERE CASE WHEN rights.stand THEN num_nulls(1%[1]s) < 0 ELSE num_nulls(enter_with_key(entered.id, $2, $3)%[1]s) < 0 END`

// lockCalls are the calls that take locks, given in the parameters after some others.
func lockCalls(after, locks int) (calls string) {
	for i := range locks {
		function := "pg_advisory_xact_lock"
		if i == 0 {
			function = "pg_advisory_xact_lock_shared"
		}
		calls += fmt.Sprintf(", %s($%d::bigint)", function, after+i+1)
	}
	return calls
}

// enterStatement enters a tenant and then takes locks in their order: the first
// shared, the others alone.
func enterStatement(ctx context.Context, tenant kernel.TenantID, locks []int64) (string, []any) {
	way, args := plainEntry, make([]any, 1, 3+mostLocks)
	args[0] = tenant.String()
	if readOnly, _ := ctx.Value(readOnlyKey{}).(bool); readOnly {
		way = readOnlyEntry
	} else if g, ok := ctx.Value(guardKey{}).(Guard); ok {
		way, args = keyedEntry, append(args, g.Key, g.PolicyVersion)
	}
	for _, id := range locks {
		args = append(args, id)
	}
	return entries[way][len(locks)], args
}

func stale(err error) error {
	if pgErr := (*pgconn.PgError)(nil); errors.As(err, &pgErr) && pgErr.Code == staleCode {
		return ErrStale
	}
	return err
}

// ChainStands reports whether a credential was refused because its chain is not
// active, and whether that is for good.
func ChainStands(err error) (stands, closed bool) {
	pgErr := (*pgconn.PgError)(nil)
	if !errors.As(err, &pgErr) {
		return false, false
	}
	return pgErr.Code == suspendedCode || pgErr.Code == closedCode, pgErr.Code == closedCode
}

// NoAnswer reports whether the database could not be reached or the link to it was cut:
// what was sent may have been done or not.
func NoAnswer(err error) bool {
	var refused *pgconn.ConnectError
	var cut *net.OpError
	return errors.As(err, &refused) || errors.As(err, &cut) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

// ConstraintName gives the name of the constraint an error violates, or "". Its
// DETAIL holds personal data, so faults are made from the name alone.
func ConstraintName(err error) string {
	if pgErr := (*pgconn.PgError)(nil); errors.As(err, &pgErr) {
		return pgErr.ConstraintName
	}
	return ""
}
