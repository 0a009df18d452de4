package db

import (
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// RiverSchema is where the job queue keeps its tables.
const RiverSchema = "river"

// lookups are the definer functions that know no tenant yet; they give ids only.
var lookups = []string{"tenant_by_code(text)", "tenant_ids()", "session_by_token(bytea)", "api_key_by_secret(bytea)", "support_by_token(bytea)"}

// operatorLookups are those of the platform's operators; they give chains and counts.
var operatorLookups = []string{"operator.chains(text,integer)", "operator.sandboxes()"}

// erasers are definer functions that stay the owner's: behind the wall like
// everybody, they change in append-only tables what an erased guest's facts may
// not keep (DEL-03).
var erasers = []string{"erase_visit_numbers(uuid[],bytea[],bytea[],date[],date[])"}

// MigrateOptions say how to migrate.
type MigrateOptions struct {
	AppPassword string // set for changke_app when not empty
	Log         *slog.Logger
}

// MigrationsDigest changes with every change of a migration: test databases are
// kept by it.
func MigrationsDigest() string {
	h := sha256.New()
	_ = fs.WalkDir(migrationFiles, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := migrationFiles.ReadFile(path)
		h.Write(b)
		return err
	})
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

// NewestMigration is the version of the schema that this program works on.
func NewestMigration() (newest int64) {
	files, _ := fs.Glob(migrationFiles, "migrations/*.sql") // the pattern is good
	for _, f := range files {
		if n, err := goose.NumericComponent(f); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}

// Migrate brings an empty or older database to this version: roles, schema and
// the job queue's tables. The URL must be a superuser's, or, where the roles of
// deploy/sql/roles.sql exist already, that of a member of changke_owner. Several
// processes may call it at once; running it again changes nothing.
func Migrate(ctx context.Context, url string, o MigrateOptions) error {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("migrate: cannot reach the database: %w", unreachable{err})
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := newEnough(conn); err != nil {
		return err
	}
	// One migration of a database at a time.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(7202025)"); err != nil {
		return err
	}
	if err := roles(ctx, conn, o.AppPassword); err != nil {
		return err
	}
	if err := schema(ctx, url, log); err != nil {
		return err
	}
	if err := riverTables(ctx, url); err != nil {
		return err
	}
	return rights(ctx, conn)
}

func roles(ctx context.Context, conn *pgx.Conn, appPassword string) error {
	var super bool
	if err := conn.QueryRow(ctx, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user").Scan(&super); err != nil {
		return err
	}
	if !super {
		var member bool
		err := conn.QueryRow(ctx, "SELECT count(*) = 1 AND bool_and(pg_has_role(oid, 'MEMBER')) FROM pg_roles WHERE rolname = 'changke_owner'").Scan(&member)
		if err == nil && !member {
			err = errors.New("migrate: DATABASE_URL must be a superuser's, or a member of changke_owner after a superuser has run deploy/sql/roles.sql")
		}
		return err
	}
	if _, err := conn.Exec(ctx, rolesSQL); err != nil {
		return fmt.Errorf("migrate: roles: %w", err)
	}
	if appPassword != "" {
		// ALTER ROLE takes no parameters; quote_literal is the server's own quoting.
		var quoted string
		if err := conn.QueryRow(ctx, "SELECT quote_literal($1)", appPassword).Scan(&quoted); err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, "ALTER ROLE changke_app LOGIN PASSWORD "+quoted); err != nil {
			return fmt.Errorf("migrate: password of changke_app: %w", err)
		}
	}
	return nil
}

//go:embed roles.sql
var rolesSQL string

func schema(ctx context.Context, url string, log *slog.Logger) error {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	cfg.RuntimeParams["role"] = "changke_owner"
	std := stdlib.OpenDB(*cfg)
	defer func() { _ = std.Close() }()
	dir, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, std, dir)
	if err != nil {
		return err
	}
	done, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, m := range done {
		log.InfoContext(ctx, "migrated", "file", m.Source.Path, "ms", m.Duration.Milliseconds())
	}
	return nil
}

func riverTables(ctx context.Context, url string) error {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return err
	}
	cfg.ConnConfig.RuntimeParams["role"] = "changke_owner"
	cfg.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+RiverSchema); err != nil {
		return err
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: RiverSchema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate: job queue: %w", err)
	}
	return nil
}

// rights hands the definer functions to the role that may pass row level
// security, and the job queue's tables to the application.
func rights(ctx context.Context, conn *pgx.Conn) error {
	b := &pgx.Batch{}
	give := func(functions []string, role string) {
		for _, f := range functions {
			b.Queue("ALTER FUNCTION " + f + " OWNER TO changke_lookup")
			b.Queue("REVOKE ALL ON FUNCTION " + f + " FROM PUBLIC")
			b.Queue("GRANT EXECUTE ON FUNCTION " + f + " TO " + role)
		}
	}
	give(lookups, "changke_app")
	give(operatorLookups, "changke_operator")
	b.Queue("GRANT SELECT ON tenant, session, api_key, support_access TO changke_lookup")
	b.Queue("GRANT SELECT (tenant_id, left_on) ON person TO changke_lookup") // to be counted
	b.Queue("GRANT SELECT (tenant_id) ON store, guest TO changke_lookup")
	b.Queue("GRANT SELECT ON goose_db_version TO changke_app") // which asks whether it is new enough
	b.Queue("GRANT USAGE ON SCHEMA " + RiverSchema + " TO changke_app")
	b.Queue("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + RiverSchema + " TO changke_app")
	b.Queue("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA " + RiverSchema + " TO changke_app")
	if err := conn.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("migrate: rights: %w", err)
	}
	return nil
}
