package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// catalogFindings lists everything in the schema that would let a byte of one
// tenant reach another, and every right by which the platform's operators would
// reach a tenant or a tenant the operators. Exempt by name: the migration ledger
// (no data) and the chain's code, which is typed at login and therefore unique
// over all.
const catalogFindings = `
WITH tab AS (
  SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relowner, n.nspname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'river', 'operator', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%'
    AND c.relname NOT IN ('goose_db_version', 'goose_db_version_id_seq')
)
SELECT relname || ': no column tenant_id uuid NOT NULL' FROM tab t WHERE relkind IN ('r', 'p') AND NOT EXISTS (
  SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id' AND a.attnotnull AND a.atttypid = 'uuid'::regtype)
UNION ALL
SELECT relname || ': row level security is not enabled and forced' FROM tab
  WHERE relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT relname || ': needs exactly the policy tenant_wall for all commands' FROM tab t WHERE relkind IN ('r', 'p') AND (
  SELECT count(*) <> 1 OR bool_or(polname <> 'tenant_wall' OR polcmd <> '*' OR NOT polpermissive OR polwithcheck IS NOT NULL
    OR pg_get_expr(polqual, polrelid) <> '(tenant_id = (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid)')
  FROM pg_policy p WHERE p.polrelid = t.oid)
UNION ALL
SELECT t.relname || ': constraint ' || k.conname || ' does not begin with tenant_id' FROM tab t JOIN pg_constraint k ON k.conrelid = t.oid
  WHERE k.contype IN ('p', 'u', 'f', 'x') AND k.conname <> 'tenant_code_key'
    AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = k.conkey[1]) <> 'tenant_id'
UNION ALL
SELECT t.relname || ': unique index ' || i.indexrelid::regclass || ' does not begin with tenant_id' FROM tab t JOIN pg_index i ON i.indrelid = t.oid
  WHERE i.indisunique AND i.indexrelid::regclass::text <> 'tenant_code_key'
    AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = i.indkey[0]) IS DISTINCT FROM 'tenant_id'
UNION ALL
SELECT nspname || '.' || relname || ': view is not security_invoker' FROM tab t WHERE relkind = 'v' AND NOT EXISTS (
  SELECT FROM pg_class c WHERE c.oid = t.oid AND 'security_invoker=true' = ANY (c.reloptions))
UNION ALL
SELECT nspname || '.' || relname || ': materialised views pass row level security' FROM tab WHERE relkind = 'm'
UNION ALL
SELECT nspname || '.' || relname || ': sequences give ids away, use UUIDv7' FROM tab WHERE relkind = 'S'
UNION ALL
SELECT t.relname || ': trigger ' || g.tgname FROM tab t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE NOT g.tgisinternal
UNION ALL
SELECT t.relname || ': owned by ' || t.relowner::regrole FROM tab t WHERE t.relowner::regrole::text <> 'changke_owner'
UNION ALL
SELECT p.oid::regprocedure || ': definer function outside the known look-ups' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND NOT p.oid::regprocedure::text = ANY ($1)
UNION ALL
SELECT nspname || '.' || relname || ': the operators'' role has rights on it' FROM tab t WHERE relkind IN ('r', 'p', 'v', 'm')
  AND (has_table_privilege('changke_operator', t.oid, 'SELECT, INSERT, UPDATE, DELETE') OR has_any_column_privilege('changke_operator', t.oid, 'SELECT, INSERT, UPDATE'))
UNION ALL
SELECT 'operator.' || c.relname || ': another role than the operators'' has rights on it' FROM pg_class c, aclexplode(c.relacl) a
  WHERE c.relnamespace = 'operator'::regnamespace AND a.grantee <> ALL (ARRAY[c.relowner, 'changke_operator'::regrole])
UNION ALL
SELECT 'changke_app inherits the operators'' rights' FROM pg_roles WHERE rolname = 'changke_app' AND rolinherit
ORDER BY 1`

// selfFindings lists what is wrong with the role this process connects as, the worst
// first.
const selfFindings = `
SELECT current_user || ' is a superuser: row level security does not bind it' FROM pg_roles WHERE rolname = current_user AND rolsuper
UNION ALL
SELECT current_user || ' has BYPASSRLS: row level security does not bind it' FROM pg_roles WHERE rolname = current_user AND rolbypassrls
UNION ALL
SELECT current_user || ' owns ' || count(*) || ' relations: it must own none' FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER') HAVING count(*) > 0
UNION ALL
SELECT current_user || ' may truncate ' || min(c.relname) || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END || ': TRUNCATE passes row level security'
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' AND has_table_privilege(c.oid, 'TRUNCATE') HAVING count(*) > 0`

// querier is a pool, a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// CatalogFindings lists what in the schema breaks the wall between tenants;
// empty is good.
func CatalogFindings(ctx context.Context, q querier) ([]string, error) {
	rows, err := q.Query(ctx, catalogFindings, slices.Concat(lookups, operatorLookups, erasers))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Check refuses to work on a database whose wall has a hole: schema and the
// role of this pool. Servers call it before they answer anything.
func (p *Pool) Check(ctx context.Context) error {
	if err := p.Migrated(ctx); err != nil {
		return err
	}
	findings, err := CatalogFindings(ctx, p.pg)
	if err != nil {
		return err
	}
	rows, err := p.pg.Query(ctx, selfFindings)
	if err != nil {
		return err
	}
	self, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if len(self) > 0 && !strings.HasPrefix(self[0], "changke_app ") { // one is enough: whatever else it may, it is another role
		return fmt.Errorf("DATABASE_URL names the wrong role, not starting: %s; connect as changke_app, whose password `changke migrate` has set", self[0])
	}
	if findings = append(findings, self...); len(findings) > 0 {
		return fmt.Errorf("the wall between tenants has a hole, not starting: %s", strings.Join(findings, "; "))
	}
	return nil
}

// Migrated refuses a database that is empty or older than this program. One that is
// newer is good: while a new version is rolled out, processes of the old one go on.
func (p *Pool) Migrated(ctx context.Context) error {
	var exists, readable bool
	var version int64
	err := p.pg.QueryRow(ctx, "SELECT to_regclass('public.guest') IS NOT NULL").Scan(&exists)
	if err == nil && !exists {
		err = errors.New("the database is empty: run `changke migrate` with an owner's DATABASE_URL first")
	}
	if err != nil {
		return err
	}
	if err := p.pg.QueryRow(ctx, "SELECT has_table_privilege('public.goose_db_version', 'SELECT')").Scan(&readable); err != nil {
		return err
	}
	if readable { // until the first version that gave the right to it nobody but the owner could read it
		if err := p.pg.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM public.goose_db_version").Scan(&version); err != nil {
			return err
		}
	}
	if newest := NewestMigration(); version < newest {
		return fmt.Errorf("the database is older than this program, which needs version %d of the schema: run `changke migrate` with an owner's DATABASE_URL first", newest)
	}
	return nil
}
