package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/changke/changke/services/kernel"
)

const uuidPattern = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

// traces are what would give a row away: ids, names, masked numbers.
type traces struct {
	chainA []string // of anything of the first chain
	s01    []string // of anything that only S01 of it has
}

// traces reads them from the rows themselves, past every rule, so that nobody
// has to think of a new table.
func (w *world) traces(t testing.TB) traces {
	t.Helper()
	a := w.a
	var all, ofStore []string
	names := "SELECT name FROM person WHERE tenant_id = $1 UNION SELECT name FROM guest WHERE tenant_id = $1 AND name <> '' UNION SELECT name FROM store WHERE tenant_id = $1" +
		" UNION SELECT name FROM resource WHERE tenant_id = $1 UNION SELECT name FROM tenant WHERE tenant_id = $1 UNION SELECT guest_name FROM booking WHERE tenant_id = $1 AND guest_name <> ''"
	for _, table := range w.tenantTables(t) {
		all = append(all, "SELECT m[1] FROM "+table+" t, regexp_matches(t::text, '"+uuidPattern+"', 'g') m WHERE tenant_id = $1")
	}
	for _, table := range w.texts(t, "SELECT table_name::text FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'store_id'") {
		if slices.Contains(w.tenantTables(t), table) {
			ofStore = append(ofStore, "SELECT m[1] FROM "+table+" t, regexp_matches((to_jsonb(t) - 'tenant_id' - 'import_id' - 'run_id')::text, '"+uuidPattern+"', 'g') m WHERE tenant_id = $1 AND store_id = $2")
		}
	}
	people := `SELECT p.* FROM person p WHERE tenant_id = $1 AND NOT EXISTS (
		SELECT FROM assignment a WHERE a.tenant_id = p.tenant_id AND a.person_id = p.person_id AND (tenant_wide OR store_ids <> ARRAY[$2::uuid]))`
	ofStore = append(ofStore,
		"SELECT name FROM store WHERE tenant_id = $1 AND store_id = $2", "SELECT name FROM guest WHERE tenant_id = $1 AND store_id = $2 AND name <> ''",
		"SELECT name FROM resource WHERE tenant_id = $1 AND store_id = $2", "SELECT guest_name FROM booking WHERE tenant_id = $1 AND store_id = $2 AND guest_name <> ''",
		"SELECT name FROM ("+people+") p", "SELECT person_id::text FROM ("+people+") p",
		"SELECT key_id::text FROM api_key WHERE tenant_id = $1 AND store_ids = ARRAY[$2::uuid]",
		"SELECT event_id::text FROM file_event JOIN guest USING (tenant_id, file_id) WHERE tenant_id = $1 AND store_id = $2",
		"SELECT assignment_id::text FROM assignment WHERE tenant_id = $1 AND store_ids = ARRAY[$2::uuid]")
	elsewhere := w.texts(t, "SELECT person_id::text FROM person WHERE tenant_id = $1 AND person_id NOT IN (SELECT person_id FROM ("+people+") p)", a.id, a.s01)

	out := traces{
		chainA: append(w.texts(t, strings.Join(append(all, names), " UNION "), a.id), kernel.Phone("+86"+casts[0].onlyHere).Masked()),
		s01: append(w.texts(t, strings.Join(ofStore, " UNION "), a.id, a.s01),
			kernel.Phone("+86"+casts[0].onlyHere).Masked(), kernel.Phone("+86"+numberTwo).Masked(), kernel.Phone("+86"+numberLost).Masked()),
	}
	out.s01 = slices.DeleteFunc(out.s01, func(s string) bool { return slices.Contains(elsewhere, s) })
	return out
}
