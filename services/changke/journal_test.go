package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
)

// atTheDoor are tables that calls may change although they are refused: tries
// are counted, who comes in gets a session, and who sees something leaves a line.
var atTheDoor = []string{"login_failure", "session", "half_session", "known_device", "audit_line", "audit_unsealed", "api_key_use"}

// keepJournal makes the database note which tables' rows change from now on, so
// that "nothing was written" is one look at what was noted and not at every row
// of every table. A note stands or falls with its transaction; an update that
// leaves a row as it was is none.
func (w *world) keepJournal(t testing.TB) {
	t.Helper()
	w.exec(t, `CREATE SCHEMA journal;
CREATE TABLE journal.note (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id text NOT NULL, name text NOT NULL);
CREATE FUNCTION journal.write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
	changed record;
	tenant text := '';
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF NEW *= OLD THEN RETURN NULL; END IF;
	END IF;
	IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
	CASE TG_ARGV[0]
		WHEN 'row' THEN tenant := changed.tenant_id;
		WHEN 'job' THEN tenant := coalesce(changed.args->>'tenant', '');
		ELSE
	END CASE;
	INSERT INTO journal.note (tenant_id, name) VALUES (tenant, TG_TABLE_NAME);
	RETURN NULL;
END $$;`)
	tenants := w.tenantTables(t)
	require.Greater(t, len(tenants), 50, "the tables of tenants")
	of := map[string]string{"river.river_job": "job"}
	for _, table := range w.texts(t, "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', 'operator')") {
		of[table] = "none"
	}
	for _, table := range tenants {
		of["public."+table] = "row"
	}
	for _, table := range atTheDoor {
		require.Contains(t, of, "public."+table)
		delete(of, "public."+table)
	}
	var all strings.Builder
	for table, whose := range of {
		fmt.Fprintf(&all, "CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION journal.write('%s');", table, whose)
	}
	w.exec(t, all.String())
	w.noted = true
}

// moment is where the journal stands: another one, and something has changed
// somewhere, be it no chain's.
func (w *world) moment(t testing.TB) (no int64) {
	t.Helper()
	if !w.noted {
		w.keepJournal(t)
	}
	require.NoError(t, w.super.QueryRow(t.Context(), "SELECT coalesce(max(no), 0) FROM journal.note").Scan(&no))
	return no
}

// wrote names the tables in which rows of a chain (zero: of any) have changed
// since a moment.
func (w *world) wrote(t testing.TB, since int64, of kernel.TenantID) (tables []string) {
	t.Helper()
	w.rows(t, "SELECT DISTINCT name FROM journal.note WHERE no > $1 AND (tenant_id = $2 OR $2 = '00000000-0000-0000-0000-000000000000' AND tenant_id <> '') ORDER BY 1", func(scan func(...any)) {
		var name string
		scan(&name)
		tables = append(tables, name)
	}, since, of.String())
	return tables
}

// tenantTables are the tables that hold a tenant's rows.
func (w *world) tenantTables(t testing.TB) []string {
	if w.tables == nil { // once: the catalogue's views are slow
		w.tables = w.texts(t, `SELECT c.table_name::text FROM information_schema.columns c JOIN information_schema.tables USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND table_type = 'BASE TABLE' ORDER BY 1`)
	}
	return w.tables
}

// TestJournal: what is written shows, whoever writes it; what is undone, or the
// same as before, does not.
func TestJournal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.moment(t)
	w.exec(t, "UPDATE guest SET name = name")
	w.exec(t, "BEGIN")
	w.exec(t, "UPDATE guest SET name = 'x' || name")
	w.exec(t, "ROLLBACK")
	w.exec(t, "DELETE FROM known_device")
	require.Empty(t, w.wrote(t, before, kernel.TenantID{}))

	w.newBooking(t, w.a)
	require.Contains(t, w.wrote(t, before, w.a.id), "booking")
	require.Contains(t, w.wrote(t, before, w.a.id), "river_job", "the notice of it")
	require.Empty(t, w.wrote(t, before, w.b.id))
	before = w.moment(t)
	w.exec(t, "DELETE FROM resource WHERE tenant_id = $1 AND store_id = $2", w.b.id, w.b.s02)
	require.Equal(t, []string{"resource"}, w.wrote(t, before, w.b.id))
	require.Empty(t, w.wrote(t, before, w.a.id))
	require.Equal(t, []string{"resource"}, w.wrote(t, before, kernel.TenantID{}))
	before = w.moment(t)
	w.exec(t, "UPDATE operator.account SET name = name || 'x'")
	require.Empty(t, w.wrote(t, before, kernel.TenantID{}))
	require.NotEqual(t, before, w.moment(t))
}
