package handoverdb

import (
	"math"
	"testing"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// fill makes two chains, with the same ids, of 400 people in ten stores, 20,000
// guests, and 2,000 handovers of ten guests each, of which some twenty are under way.
const fill = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(1, 2) n;
INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) SELECT tenant_id, pg_temp.id('03', n), 'E' || lpad(n::text, 5, '0'), 'e', '2020-01-01', '2025-01-01' FROM tenant, generate_series(0, 399) n;
INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
  SELECT tenant_id, pg_temp.id('09', n), pg_temp.id('03', n), 'r', '客服代表', false, ARRAY[pg_temp.id('02', n % 10)], '2020-01-01', '2025-01-01' FROM tenant, generate_series(0, 399) n;
INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, approved_on, writer_id, request_id, created_at)
  SELECT tenant_id, pg_temp.id('04', n), pg_temp.id('02', n % 10), 'g', 'g', sha256(n::text::bytea), '', '0000', 'approved', '2025-01-01', pg_temp.id('03', n % 400), pg_temp.id('04', n), '2025-01-01' FROM tenant, generate_series(0, 19999) n;
INSERT INTO guest_visits (tenant_id, file_id, store_id, last_visit, visits, changed_at) SELECT tenant_id, file_id, store_id, '2025-05-01', 3, '2025-05-01' FROM guest;
INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on) SELECT tenant_id, store_id, number_key, file_id, approved_on FROM guest;
INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, origin, created_at)
  SELECT tenant_id, pg_temp.id('05', n), pg_temp.id('04', n), pg_temp.id('02', n % 10), pg_temp.id('03', n % 400), '2025-01-01', 'handover', '2025-01-01' FROM tenant, generate_series(0, 19999) n;
INSERT INTO file_revision (tenant_id, revision_id, file_id, store_id, no, cause, state, fields_box, writer_id, created_at)
  SELECT tenant_id, pg_temp.id('06', n), pg_temp.id('04', n), pg_temp.id('02', n % 10), 1, 'handover', 'approved', '', pg_temp.id('03', n % 400), '2025-01-01' FROM tenant, generate_series(0, 19999) n;
INSERT INTO handover (tenant_id, handover_id, no, store_id, giver_id, receiver_id, kind, scope, cause, state, giver_post, receiver_post, files, step_on, due_on, requested_by, created_at)
  SELECT tenant_id, pg_temp.id('0a', n), n + 1, pg_temp.id('02', n % 10), pg_temp.id('03', n % 400), pg_temp.id('03', (n + 10) % 400), 'other_post', 'some', 'leaving', CASE WHEN n % 100 = 0 THEN 'checked' ELSE 'complete' END,
    '客服代表', '客服代表', 10, '2025-01-01', CASE WHEN n % 100 = 0 THEN '2025-01-08'::date END, pg_temp.id('03', n % 400), '2025-01-01' FROM tenant, generate_series(0, 1999) n;
INSERT INTO handover_step (tenant_id, step_id, handover_id, step, on_date, files, at) SELECT tenant_id, pg_temp.id('0b', n), pg_temp.id('0a', n / 5), 'checked', '2025-01-01', 10, '2025-01-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO handover_file (tenant_id, handover_id, file_id, former_tie, since_on, former_on, tie_id, revision_id)
  SELECT tenant_id, pg_temp.id('0a', n / 10), pg_temp.id('04', n), pg_temp.id('05', n), '2025-01-01', '2025-01-01', pg_temp.id('05', n), pg_temp.id('06', n) FROM tenant, generate_series(0, 19999) n;
INSERT INTO file_number (tenant_id, store_id, number_key, file_id) SELECT tenant_id, store_id, number_key, file_id FROM guest;
INSERT INTO store_move (tenant_id, move_id, kind, store_id, to_store_id, on_date, state, reason, planned_by, planned_at, approved_by, moved_on)
  SELECT tenant_id, pg_temp.id('0c', n), CASE WHEN n % 2 = 0 THEN 'merge' ELSE 'close' END, pg_temp.id('02', n + 1000), pg_temp.id('02', 1), '2025-01-01'::date + n::int, 'done', 'r', pg_temp.id('03', 1), timestamptz '2025-01-01' + n * interval '1 hour', pg_temp.id('03', 2), '2025-01-01'
  FROM tenant, generate_series(0, 1999) n;
INSERT INTO store_move (tenant_id, move_id, kind, store_id, to_store_id, on_date, state, reason, planned_by, planned_at, approved_by)
  SELECT tenant_id, pg_temp.id('0d', 7), 'close', pg_temp.id('02', 7), pg_temp.id('02', 1), '2025-01-10', 'approved', 'r', pg_temp.id('03', 1), '2025-01-02', pg_temp.id('03', 2) FROM tenant;
INSERT INTO store_move_line (tenant_id, move_id, referrer_id, to_store_id, receiver_id) SELECT tenant_id, pg_temp.id('0d', 7), pg_temp.id('03', 7 + 10 * n), pg_temp.id('02', 1), pg_temp.id('03', 1) FROM tenant, generate_series(0, 39) n;
INSERT INTO booking (tenant_id, booking_id, store_id, ref, number_key, booker_id, business_date, meal_period, kind, state, request_id, recorded_at)
  SELECT tenant_id, pg_temp.id('0e', n), pg_temp.id('02', n % 10), 'B' || n, sha256(n::text::bytea), pg_temp.id('03', n % 400), '2024-12-20'::date + (n / 400)::int, 1 + n % 4, 'hall', CASE WHEN n < 8000 THEN 'finished' ELSE 'confirmed' END, pg_temp.id('0e', n), '2025-01-01' FROM tenant, generate_series(0, 15999) n;`

func id[I ~[16]byte](kind byte, n int) I {
	return I([16]byte{kind, 6: 0x70, 8: 0x80, 14: byte(n >> 8), 15: byte(n)})
}

// TestPlans demands that what people and the daily run ask costs what it shows.
func TestPlans(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	d.Filled(t, fill)
	ctx, pool, chain := t.Context(), d.Pool(t), id[kernel.TenantID](1, 1)
	me, one, store := id[kernel.PersonID](3, 7), id[kernel.UUID](10, 700), id[kernel.StoreID](2, 7)
	states, posts, day := []string{"requested", "checked", "accepted", "confirmed", "complete", "desk"}, []string{"客服代表"}, kernel.BusinessDate(20100)
	for _, c := range []struct {
		name   string
		call   func(*Queries) error
		index  string
		atMost int
	}{
		{"of the chain", func(q *Queries) error {
			_, err := q.HandoversOfTenant(ctx, HandoversOfTenantParams{TenantID: chain, Before: math.MaxInt32, States: states, AtMost: 51})
			return err
		}, "handover_", 60},
		{"of a store", func(q *Queries) error {
			_, err := q.HandoversOfStores(ctx, HandoversOfStoresParams{TenantID: chain, Before: math.MaxInt32, States: states, StoreIds: []kernel.UUID{kernel.UUID(store)}, OwnIds: []kernel.UUID{}, Me: me, AtMost: 51})
			return err
		}, "handover_", 600},
		{"of a person", func(q *Queries) error {
			_, err := q.HandoversOfPerson(ctx, HandoversOfPersonParams{TenantID: chain, Before: math.MaxInt32, States: states, PersonID: me, AtMost: 51})
			return err
		}, "handover_", 2100},
		{"steps", func(q *Queries) error { _, err := q.Steps(ctx, chain, one); return err }, "handover_step_case", 20},
		{"files", func(q *Queries) error {
			_, err := q.FilesPage(ctx, FilesPageParams{TenantID: chain, HandoverID: one, AtMost: 51})
			return err
		}, "handover_file_pkey", 60},
		{"moved", func(q *Queries) error { _, err := q.MovedFiles(ctx, chain, one); return err }, "handover_file_pkey", 40},
		{"progress", func(q *Queries) error { _, err := q.Progress(ctx, chain, []kernel.UUID{one}); return err }, "handover_file_pkey", 60},
		{"in custody", func(q *Queries) error {
			_, err := q.InCustody(ctx, chain, []kernel.UUID{id[kernel.UUID](4, 7)})
			return err
		}, "handover_file_", 20},
		{"a giver's", func(q *Queries) error {
			_, err := q.OwnedFiles(ctx, OwnedFilesParams{TenantID: chain, ReferrerID: me, StoreID: store, AtMost: 51})
			return err
		}, "tie_", 200},
		{"of a day", func(q *Queries) error {
			_, err := q.DueHandovers(ctx, DueHandoversParams{TenantID: chain, Positions: posts, Day: day, AtMost: 100})
			return err
		}, "handover_open", 200},
		{"ends of stores", func(q *Queries) error {
			_, err := q.Moves(ctx, MovesParams{TenantID: chain, BeforeAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), AtMost: 51})
			return err
		}, "store_move_newest", 60},
		{"where guests of an end go", func(q *Queries) error { _, err := q.MoveLines(ctx, chain, id[kernel.UUID](13, 7)); return err }, "store_move_line_pkey", 50},
		{"an end that is due", func(q *Queries) error { _, err := q.DueMove(ctx, chain, day); return err }, "store_move_due", 10},
		{"an end with bookings", func(q *Queries) error { _, err := q.DueBookings(ctx, chain); return err }, "booking_day", 10},
		{"ending stores", func(q *Queries) error {
			_, err := q.EndingStores(ctx, chain, []kernel.UUID{kernel.UUID(store), id[kernel.UUID](2, 1)})
			return err
		}, "store_move_one", 10},
		{"open cases of a store that ends", func(q *Queries) error { _, err := q.CasesOfStore(ctx, chain, store); return err }, "handover_", 300},
		// What a page says of a store of 2,000 guests reads them, and no other's.
		{"referrers of a store that ends", func(q *Queries) error { _, err := q.MoveOwners(ctx, chain, store, day); return err }, "tie_", 6000},
		{"what a store that ends has", func(q *Queries) error { _, err := q.MoveInventory(ctx, chain, store, day); return err }, "guest_", 8000},
		{"guests with files in both", func(q *Queries) error {
			_, err := q.MoveTwins(ctx, MoveTwinsParams{TenantID: chain, StoreID: store, ToStore: id[kernel.UUID](2, 1), Targets: []kernel.UUID{id[kernel.UUID](2, 1)}, Referrers: []kernel.UUID{}, Stores: []kernel.UUID{}, Now: time.Now()})
			return err
		}, "file_number", 12000},
	} {
		testdb.Explain(t, pool, chain, func(db testdb.DBTX) error { return c.call(New(db)) }).Demand(t, c.name, c.index, c.atMost, "store_wait", "resource", "offer", "appeal", "conflict_case", "assignment")
	}
}
