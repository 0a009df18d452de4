package ownershipdb

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// fill makes two chains of 10,000 files in ten stores, with ties, 10,000
// decisions of 100 runs and a year of runs. Ids are the same in both.
const fill = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(1, 2) n;
INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) SELECT tenant_id, pg_temp.id('03', n), 'E' || n, 'e', '2020-01-01', '2025-01-01' FROM tenant, generate_series(0, 199) n;
INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, approved_on, writer_id, request_id, created_at)
  SELECT tenant_id, pg_temp.id('04', n), pg_temp.id('02', n % 10), 'g', 'g', sha256(n::text::bytea), '', '0000', 'approved', '2025-01-01', pg_temp.id('03', n % 200), pg_temp.id('04', n), '2025-01-01'
  FROM tenant, generate_series(0, 9999) n;
INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on) SELECT tenant_id, store_id, number_key, file_id, approved_on FROM guest;
INSERT INTO guest_visits (tenant_id, file_id, store_id, last_visit, visits, changed_at)
  SELECT tenant_id, pg_temp.id('04', n), pg_temp.id('02', n % 10), '2025-06-01'::date - n % 110, 1, '2025-01-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, credited_to, bills, changed_at)
  SELECT tenant_id, store_id, number_key, '2025-06-28'::date - d * 9, 1, CASE WHEN d % 3 > 0 THEN writer_id END, 1, '2025-01-01' FROM guest, generate_series(0, 12) d;
INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, origin, created_at)
  SELECT tenant_id, pg_temp.id('05', n), pg_temp.id('04', n), pg_temp.id('02', n % 10), pg_temp.id('03', n % 200), '2025-01-01', 'import', '2025-01-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
  SELECT tenant_id, pg_temp.id('06', n), 'LIF-03', '2024-01-01'::date + n::int, 'done', '2025-01-01', 1, '2025-01-01' FROM tenant, generate_series(0, 1999) n;
INSERT INTO run_chunk (tenant_id, run_id, no, state, job_id) SELECT tenant_id, run_id, 1, CASE WHEN period_on = '2024-01-01'::date + 1999 THEN 'open' ELSE 'done' END, 1 FROM period_run;
INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, created_at)
  SELECT tenant_id, pg_temp.id('07', n), pg_temp.id('06', n % 100), pg_temp.id('04', n), pg_temp.id('02', n % 10), 'LIF-03', 1, '2024-01-01'::date + n::int % 100, pg_temp.id('03', n % 200), '{}', '2025-01-01'
  FROM tenant, generate_series(0, 9999) n;
INSERT INTO trial (tenant_id, trial_id, state, months, from_on, to_on, base_version, rules, cut_off, files, beat_at, created_by, created_at, ended_at)
  SELECT tenant_id, pg_temp.id('0a', 1), 'done', 1, '2025-01-01', '2025-02-01', 1, '{}', '2025-02-01', 1, '2025-02-01', pg_temp.id('03', 1), '2025-02-01', '2025-02-01' FROM tenant;
INSERT INTO trial_line (tenant_id, trial_id, file_id, no, store_id, on_day, rule, tried, late, evidence)
  SELECT tenant_id, pg_temp.id('0a', 1), pg_temp.id('04', n), 1, pg_temp.id('02', n % 10), '2025-02-01', 'LIF-03', true, false, '{}' FROM tenant, generate_series(0, 9999) n;
INSERT INTO correction (tenant_id, correction_id, file_id, store_id, month, run_id, found_on, effect, decided, now, digest, state, created_at)
  SELECT tenant_id, pg_temp.id('0b', n), pg_temp.id('04', n), pg_temp.id('02', n % 10), '2025-01-01', pg_temp.id('06', 1), '2025-02-01', 'release', '[]', '[]', '', CASE n % 20 WHEN 1 THEN 'proposed' ELSE 'noted' END, '2025-02-01'
  FROM tenant, generate_series(0, 9999) n;
INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
  SELECT tenant_id, pg_temp.id('08', n), pg_temp.id('03', n), 'r', 'p', false, ARRAY[pg_temp.id('02', n % 10)], '2020-01-01', '2025-01-01' FROM tenant, generate_series(0, 199) n;
UPDATE tie SET end_on = '2025-02-01' WHERE right(file_id::text, 1) IN ('1', '3');
UPDATE guest SET owner_id = t.referrer_id, owned_since = t.start_on FROM tie t WHERE t.tenant_id = guest.tenant_id AND t.file_id = guest.file_id AND t.end_on IS NULL;
INSERT INTO offer (tenant_id, offer_id, file_id, store_id, person_id, kind, state, offered_on, lapses_on, created_at, ended_at)
  SELECT tenant_id, pg_temp.id('09', n), pg_temp.id('04', n), pg_temp.id('02', n % 10), pg_temp.id('03', n % 200), 'adoption', s.state, '2025-03-01', '2025-03-08', '2025-03-01', CASE s.state WHEN 'lapsed' THEN '2025-03-08'::timestamptz END
  FROM tenant, generate_series(0, 9999) n, LATERAL (SELECT CASE n % 10 WHEN 1 THEN 'pending' ELSE 'lapsed' END AS state) s;`

// scans are what a plan reads: how, by which index, from which table.
var scans = regexp.MustCompile(`(Seq Scan|Index Scan|Index Only Scan|Bitmap Index Scan)(?: Backward)?(?: using (\S+))? on (\S+)`)

func id[I ~[16]byte](kind byte, n int) I {
	i := [16]byte{kind, 6: 0x70, 8: 0x80, 14: byte(n >> 8), 15: byte(n)}
	return I(i)
}

// TestPlans demands the index that each statement was written for, under row
// level security; a sequential scan only of tables that fit on a few pages.
func TestPlans(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := testdb.New(t)
	d.Filled(t, fill)

	chain, me := id[kernel.TenantID](1, 1), id[kernel.PersonID](3, 7)
	day, stores := kernel.NewDate(2025, 6, 1), []kernel.UUID{id[kernel.UUID](2, 1), id[kernel.UUID](2, 2)}
	files, last := []kernel.UUID{id[kernel.UUID](4, 9), id[kernel.UUID](4, 10)}, id[kernel.UUID](0xff, 0)
	for name, c := range map[string]struct {
		sql  string
		args []any
		by   string // the index it must use
	}{
		"NewestRuns":        {newestRuns, []any{chain}, "period_run_period"},
		"LockChunk":         {lockChunk, []any{chain}, "run_chunk_open"},
		"OpenChunkOf":       {openChunkOf, []any{chain, int64(1)}, "run_chunk_open"},
		"AwayCandidates":    {awayCandidates, []any{chain, id[kernel.UUID](4, 9000), day.Time(), day.Time(), []kernel.UUID(nil), 1000, []string{"p"}, day.Time()}, "tie_"},
		"PostsOf":           {postsOf, []any{chain, []kernel.UUID{id[kernel.UUID](3, 1), id[kernel.UUID](3, 2)}, []string{"p"}, day.Time()}, "assignment_person"},
		"OffersToLapse":     {offersToLapse, []any{chain, id[kernel.UUID](0, 0), day.Time(), 1000}, "offer_one_open"},
		"OpenOffersOf":      {openOffersOf, []any{chain, me, id[kernel.UUID](0, 0), 50}, "offer_person"},
		"OpenOfferOfFile":   {openOfferOfFile, []any{chain, files[0]}, "offer_one_open"},
		"EndTies":           {endTies, []any{day.Time(), chain, files, files}, "tie_pkey"},
		"TiesOfFile":        {tiesOfFile, []any{chain, files[0]}, "tie_file"},
		"FilesOwnedBy":      {filesOwnedBy, []any{chain, me}, "tie_referrer"},
		"DecisionsOfFile":   {decisionsOfFile, []any{chain, files[0], last, 50}, "decision_file"},
		"DecisionsOfRun":    {decisionsOfRun, []any{chain, id[kernel.UUID](6, 3), id[kernel.UUID](0, 0), stores, stores, me, 50}, "decision_tenant_id_run_id_file_id_key"},
		"DecisionsOfStores": {decisionsOfStores, []any{50, stores, chain, day.Time(), last, stores, me}, "decision_store"},
		"PastFiles":         {pastFiles, []any{day.Time(), id[kernel.UUID](4, 9000), chain, day.Time(), 1000}, "guest_pkey"},
		"PastTies":          {pastTies, []any{chain, files, day.Time()}, "tie_file"},
		"PastVisits":        {pastVisits, []any{chain, files, day.Time(), day.Time()}, "guest_number_file"},
		"PastDecisions":     {pastDecisions, []any{chain, files, []string{"LIF-03"}, day.Time(), day.Time()}, "decision_file"},
		"TrialLinesPage":    {trialLinesPage, []any{chain, id[kernel.UUID](0x0a, 1), stores[0], files[0], 1, 50}, "trial_line"},
		"CorrectionsOf":     {correctionsOfStores, []any{stores, chain, last, []string{"proposed"}, 50}, "correction_"},
		"RunsPage":          {runsPage, []any{chain, day.Time(), "", 0, 50}, "period_run_period"},
	} {
		err := d.Pool(t).InTenant(ctx, chain, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, "EXPLAIN "+c.sql, c.args...)
			require.NoError(t, err, name)
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			require.NoError(t, err, name)
			plan := strings.Join(lines, "\n")
			require.Contains(t, plan, c.by, "%s\n%s", name, plan)
			for _, m := range scans.FindAllStringSubmatch(plan, -1) {
				small := m[3] == "store_wait" || m[3] == "person" || m[3] == "assignment" || m[3] == "booking"
				require.True(t, m[1] != "Seq Scan" || small, "%s reads all of %s\n%s", name, m[3], plan)
			}
			return nil
		})
		require.NoError(t, err)
	}
}
