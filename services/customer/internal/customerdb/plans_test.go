package customerdb_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// around gives each file of both chains what can hang on one: a claim on it, of
// which one in a hundred is open, a contact, a reported change and a request to
// delete it, of which one in fifty waits, a guest's request, a place in one of
// twenty months' spot checks; and makes one in five a draft that nobody submitted,
// begun on some day of the last hundred.
const around = `
SET session_replication_role = replica;
CREATE TEMP TABLE f AS SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY file_id) AS n, sha256(file_id::text::bytea) AS key, date '2025-01-01' + interval '1 day' AS day FROM guest;
INSERT INTO conflict_case (tenant_id, case_id, store_id, number_key, file_id, holder_id, claim_file_id, claimant_id, texts_box, state, outcome, opened_at, due_at, ended_at)
  SELECT tenant_id, file_id, store_id, key, file_id, writer_id, file_id, gen_random_uuid(), '', CASE WHEN n % 100 = 0 THEN 'open' ELSE 'decided' END, CASE WHEN n % 100 = 0 THEN '' ELSE 'holder' END,
    day, day + n * interval '1 minute', CASE WHEN n % 100 > 0 THEN day + n * interval '1 minute' END FROM f;
INSERT INTO file_contact (tenant_id, contact_id, file_id, store_id, kind, number_key, number_box, created_by, created_at)
  SELECT tenant_id, file_id, file_id, store_id, 'driver', key, '', writer_id, day FROM f;
INSERT INTO change_request (tenant_id, request_id, file_id, store_id, state, fields, values_box, requested_by, requested_at, due_at)
  SELECT tenant_id, file_id, file_id, store_id, CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'done' END, '{employer}', '', writer_id, day + n * interval '1 minute', day + n * interval '1 minute' FROM f;
INSERT INTO deletion_request (tenant_id, request_id, file_id, store_id, ground, reason_box, state, asked_by, asked_at, due_at)
  SELECT tenant_id, file_id, file_id, store_id, 'other', '', CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'refused' END, writer_id, day, day + n * interval '1 minute' FROM f;
INSERT INTO guest_request (tenant_id, request_id, kind, state, number_key, number_box, note_box, channel, client_id, received_by, received_at, due_at)
  SELECT tenant_id, file_id, 'erasure', CASE WHEN n % 50 = 0 THEN 'received' ELSE 'done' END, key, '', '', 'phone', file_id, writer_id, day, day + n * interval '1 minute' FROM f;
INSERT INTO spot_check_run (tenant_id, month, seed, percent, rule_version, approved, drawn, drawn_at)
  SELECT tenant_id, date '2024-01-01' + m * interval '1 month', '', 5, 1, 20000, 1000, now() FROM tenant, generate_series(0, 19) m;
INSERT INTO spot_check (tenant_id, month, file_id, store_id, revision_id, approved_on, referrer_id, reviewer_id, result, checked_at)
  SELECT tenant_id, date '2024-01-01' + n % 20 * interval '1 month', file_id, store_id, file_id, '2024-01-01', writer_id, writer_id, CASE WHEN n % 3 > 0 THEN 'fine' END, CASE WHEN n % 3 > 0 THEN now() END FROM f;
INSERT INTO consent (tenant_id, consent_id, file_id, purpose, given, text_version, how, at)
  SELECT tenant_id, gen_random_uuid(), file_id, p, true, 0, 'paper', day FROM f, unnest('{file,service,marketing}'::text[]) p;
UPDATE guest g SET state = 'stage1', approved_on = NULL, owner_id = NULL, owned_since = NULL, created_at = timestamptz '2025-04-11 12:00+08' - n / 200 * interval '1 day',
  warned = CASE WHEN n / 200 <= 60 THEN 0 WHEN n / 200 <= 83 THEN 1 ELSE 2 END FROM f WHERE f.tenant_id = g.tenant_id AND f.file_id = g.file_id AND n % 5 = 0;`

// TestListPlans demands that a page of every list costs a page, whoever asks and
// however much lies behind it, and that the daily run of DEL-02 reads what is due.
func TestListPlans(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	tenants, stores := fill(t, d.SuperURL)
	super := d.Filled(t, around)
	pool, chain := d.Pool(t), tenants[0]
	var some kernel.FileID
	require.NoError(t, super.QueryRow(t.Context(), "SELECT file_id FROM guest WHERE tenant_id = $1 AND state = 'approved' LIMIT 1", chain).Scan(&some))
	var idle [3]int
	for i, days := range []int{60, 83, 90} {
		require.NoError(t, super.QueryRow(t.Context(), "SELECT count(*) FROM guest WHERE tenant_id = $1 AND state = 'stage1' AND warned = $2 AND created_at < $3",
			chain, i, begun(days)).Scan(&idle[i]))
	}
	require.Equal(t, [3]int{40, 40, 401}, idle)

	one, all := customerdb.IDs(stores[:1]), customerdb.IDs(stores)
	me, last, zero := kernel.NewID[kernel.PersonID](now), kernel.UUID{0: 0xff}, time.Time{}
	future := time.Now().AddDate(10, 0, 0)
	for _, c := range []struct {
		name   string
		call   func(*customerdb.Queries) error
		index  string
		atMost int
		small  []string
	}{
		{"files of a store that ends", func(q *customerdb.Queries) error {
			_, err := q.FilesToMove(t.Context(), customerdb.FilesToMoveParams{TenantID: chain, StoreID: stores[0], AtMost: 50})
			return err
		}, "guest_", 200, nil},
		{"their twins in another", func(q *customerdb.Queries) error {
			_, err := q.Twins(t.Context(), customerdb.TwinsParams{TenantID: chain, ToStore: kernel.UUID(stores[1]), Files: customerdb.IDs([]kernel.FileID{some}), Now: now})
			return err
		}, "file_number_pkey", 20, nil},
		{"holds that give way", func(q *customerdb.Queries) error {
			return q.DropLapsedHolds(t.Context(), customerdb.DropLapsedHoldsParams{ToStore: kernel.UUID(stores[1]), TenantID: chain, Files: customerdb.IDs([]kernel.FileID{some}), Now: now})
		}, "file_number_pkey", 20, nil},
		{"open cases of a store", func(q *customerdb.Queries) error {
			_, err := q.OpenConflicts(t.Context(), customerdb.OpenConflictsParams{TenantID: chain, AfterAt: zero, Stores: one, Me: me, RowLimit: 51})
			return err
		}, "conflict_case_due", 400, nil}, // all 200 that are open in the chain, at the most
		{"open cases of the chain", func(q *customerdb.Queries) error {
			_, err := q.OpenConflicts(t.Context(), customerdb.OpenConflictsParams{TenantID: chain, AfterAt: zero, Everywhere: true, RowLimit: 51})
			return err
		}, "conflict_case_due", 400, nil},
		{"ended cases of a store", func(q *customerdb.Queries) error {
			_, err := q.EndedConflicts(t.Context(), customerdb.EndedConflictsParams{TenantID: chain, BeforeAt: future, BeforeCase: last, Stores: one, Me: me, RowLimit: 51})
			return err
		}, "conflict_case_ended", 1500, nil}, // of ten stores: about ten times the page
		{"ended cases of the chain", func(q *customerdb.Queries) error {
			_, err := q.EndedConflicts(t.Context(), customerdb.EndedConflictsParams{TenantID: chain, BeforeAt: future, BeforeCase: last, Everywhere: true, RowLimit: 51})
			return err
		}, "conflict_case_ended", 200, nil},
		{"cases that are due", func(q *customerdb.Queries) error {
			_, err := q.DueConflicts(t.Context(), customerdb.DueConflictsParams{TenantID: chain, Now: future, RowLimit: 100})
			return err
		}, "conflict_case_", 500, nil},
		{"contacts of a file", func(q *customerdb.Queries) error {
			_, err := q.ContactsOfFile(t.Context(), chain, some)
			return err
		}, "file_contact_", 2, nil},
		{"whose a number is", func(q *customerdb.Queries) error {
			_, err := q.GuestsOfNumber(t.Context(), chain, stores[0], make([]byte, 32))
			return err
		}, "file_contact_number", 2, nil},
		{"changes of a file", func(q *customerdb.Queries) error {
			_, err := q.ChangesOfFile(t.Context(), customerdb.ChangesOfFileParams{TenantID: chain, FileID: some, BeforeAt: future, BeforeID: last, RowLimit: 51})
			return err
		}, "change_request_file", 2, nil},
		{"changes of a store", func(q *customerdb.Queries) error {
			_, err := q.ChangesOfStores(t.Context(), customerdb.ChangesOfStoresParams{Stores: one, TenantID: chain, BeforeAt: future, BeforeID: last, RowLimit: 51})
			return err
		}, "change_request_store", 60, nil},
		{"changes of all stores", func(q *customerdb.Queries) error {
			_, err := q.ChangesOfStores(t.Context(), customerdb.ChangesOfStoresParams{Stores: all, TenantID: chain, BeforeAt: future, BeforeID: last, WithPending: true, RowLimit: 51})
			return err
		}, "change_request_store", 600, nil},
		{"changes that wait", func(q *customerdb.Queries) error {
			_, err := q.PendingChanges(t.Context(), customerdb.PendingChangesParams{Stores: all, TenantID: chain, AfterDue: zero, RowLimit: 51})
			return err
		}, "change_request_queue", 600, nil},
		{"how many changes wait", func(q *customerdb.Queries) error {
			_, err := q.CountPendingChanges(t.Context(), chain, all, 100)
			return err
		}, "change_request_", 400, nil},
		{"months of spot checks", func(q *customerdb.Queries) error {
			_, err := q.SpotCheckMonths(t.Context(), all, chain)
			return err
		}, "spot_check_pkey", 21_000, []string{"spot_check_run", "r"}}, // what was ever drawn, 5 % of the files
		{"a month's spot checks", func(q *customerdb.Queries) error {
			_, err := q.SpotChecks(t.Context(), customerdb.SpotChecksParams{TenantID: chain, Month: kernel.NewDate(2024, 5, 1), Stores: all, RowLimit: 51})
			return err
		}, "spot_check_pkey", 1500, []string{"f", "spot_check_finding"}}, // the month's
		{"rates of referrers over three months", func(q *customerdb.Queries) error {
			_, err := q.ReferrerRates(t.Context(), customerdb.ReferrerRatesParams{TenantID: chain, FromMonth: kernel.NewDate(2024, 5, 1), ToMonth: kernel.NewDate(2024, 7, 1), Stores: all})
			return err
		}, "spot_check_pkey", 4000, nil},
		{"rates of reviewers over three months", func(q *customerdb.Queries) error {
			_, err := q.ReviewerRates(t.Context(), customerdb.ReviewerRatesParams{TenantID: chain, FromMonth: kernel.NewDate(2024, 5, 1), ToMonth: kernel.NewDate(2024, 7, 1), Stores: all})
			return err
		}, "spot_check_pkey", 4000, nil},
		{"deletions that wait in a store", func(q *customerdb.Queries) error {
			_, err := q.WaitingDeletions(t.Context(), customerdb.WaitingDeletionsParams{TenantID: chain, Stores: one, AfterDue: zero, RowLimit: 51})
			return err
		}, "deletion_request_", 600, nil}, // all 400 that wait in the chain, at the most
		{"deletions that wait", func(q *customerdb.Queries) error {
			_, err := q.WaitingDeletions(t.Context(), customerdb.WaitingDeletionsParams{TenantID: chain, Stores: all, AfterDue: zero, RowLimit: 51})
			return err
		}, "deletion_request_", 600, nil},
		{"deletions decided in a store", func(q *customerdb.Queries) error {
			_, err := q.DecidedDeletions(t.Context(), customerdb.DecidedDeletionsParams{TenantID: chain, Stores: one, Before: last, RowLimit: 51})
			return err
		}, "deletion_request_", 1500, nil},
		{"deletions of all stores", func(q *customerdb.Queries) error {
			_, err := q.DeletionsOfStores(t.Context(), customerdb.DeletionsOfStoresParams{TenantID: chain, Stores: all, Before: last, RowLimit: 51})
			return err
		}, "deletion_request_", 200, nil},
		{"guests' requests that wait", func(q *customerdb.Queries) error {
			_, err := q.OpenGuestRequests(t.Context(), customerdb.OpenGuestRequestsParams{TenantID: chain, AfterDue: zero, RowLimit: 51})
			return err
		}, "guest_request_due", 60, nil},
		{"guests' requests that are over", func(q *customerdb.Queries) error {
			_, err := q.ClosedGuestRequests(t.Context(), chain, last, 51)
			return err
		}, "guest_request_pkey", 60, nil},
		{"whether a number waits to be erased", func(q *customerdb.Queries) error {
			_, err := q.OpenErasureOf(t.Context(), chain, make([]byte, 32))
			return err
		}, "guest_request_number", 2, nil},
		{"what DEL-02 has to do on a day", func(q *customerdb.Queries) error {
			_, err := q.IdleFiles(t.Context(), customerdb.IdleFilesParams{TenantID: chain, Warned: []int16{0, 1, 2}, Before: []time.Time{begun(60), begun(83), begun(90)}, AtMost: 10_000})
			return err
		}, "guest_idle", 3*(idle[0]+idle[1]+idle[2]) + 100, []string{"q", "g"}},
		{"where DEL-02 begins", func(q *customerdb.Queries) error {
			_, err := q.FirstIdle(t.Context(), chain)
			return err
		}, "guest_idle", 1, nil},
	} {
		testdb.Explain(t, pool, chain, func(db testdb.DBTX) error { return c.call(customerdb.New(db)) }).Demand(t, c.name, c.index, c.atMost, c.small...)
	}
}

// begun is when a file of so many days was begun, at the latest.
func begun(days int) time.Time {
	return time.Date(2025, 4, 12, 4, 0, 0, 0, time.FixedZone("", 8*3600)).AddDate(0, 0, -days)
}
