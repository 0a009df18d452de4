package reportdb

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// fill makes two chains of 10,000 files in 100 stores, with ties, visits of two
// years by some, bookings, reviews, decisions and requests. Ids are the same in both.
const fill = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(1, 2) n;
INSERT INTO store (tenant_id, store_id, code, name, created_at) SELECT tenant_id, pg_temp.id('02', n), 'S' || n, 's', '2025-01-01' FROM tenant, generate_series(0, 99) n;
INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) SELECT tenant_id, pg_temp.id('03', n), 'E' || n, 'e', '2020-01-01', '2025-01-01' FROM tenant, generate_series(0, 199) n;
INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, approved_on, writer_id, request_id, created_at)
  SELECT tenant_id, pg_temp.id('04', n), pg_temp.id('02', n % 100), 'g', 'g', sha256(n::text::bytea), '', '0000', 'approved', '2025-01-01', pg_temp.id('03', n % 200), pg_temp.id('04', n), '2025-01-01'
  FROM tenant, generate_series(0, 9999) n;
INSERT INTO file_revision (tenant_id, revision_id, file_id, store_id, no, cause, state, fields_box, writer_id, created_at, submitted_at, due_at)
  SELECT tenant_id, file_id, file_id, store_id, 1, 'new', CASE right(file_id::text, 2) WHEN '00' THEN 'submitted' WHEN '01' THEN 'draft' ELSE 'approved' END, '\x00', writer_id, created_at, created_at, created_at FROM guest;
INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on) SELECT tenant_id, store_id, number_key, file_id, approved_on FROM guest;
INSERT INTO guest_visits (tenant_id, file_id, store_id, last_visit, visits, changed_at)
  SELECT tenant_id, pg_temp.id('04', n), pg_temp.id('02', n % 100), '2025-06-01'::date - n % 110, 1, '2025-01-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, credited_to, bills, changed_at)
  SELECT tenant_id, store_id, number_key, '2025-06-01'::date - d * 37, 1, writer_id, 1, '2025-01-01' FROM guest, generate_series(0, 19) d WHERE right(file_id::text, 1) = '0';
INSERT INTO booking (tenant_id, booking_id, store_id, ref, number_key, booker_id, business_date, meal_period, kind, state, request_id, recorded_at)
  SELECT tenant_id, file_id, store_id, file_id::text, number_key, writer_id, '2025-06-01'::date - get_byte(number_key, 0), 1, 'hall', 'confirmed', file_id, '2025-01-01' FROM guest;
INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, origin, created_at)
  SELECT tenant_id, file_id, file_id, store_id, writer_id, '2025-01-01', 'import', '2025-01-01' FROM guest;
INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, created_at)
  SELECT tenant_id, file_id, file_id, file_id, store_id, 'LIF-03', 1, '2025-06-01'::date - get_byte(number_key, 0), writer_id, '{}', '2025-01-01' FROM guest;
INSERT INTO deletion_request (tenant_id, request_id, file_id, store_id, ground, reason_box, state, asked_by, asked_at, due_at)
  SELECT tenant_id, file_id, file_id, store_id, 'other', '', CASE right(file_id::text, 2) WHEN '00' THEN 'pending' ELSE 'done' END, writer_id, '2025-01-01', '2025-01-01' FROM guest;
INSERT INTO change_request (tenant_id, request_id, file_id, store_id, state, fields, values_box, requested_by, requested_at, due_at)
  SELECT tenant_id, file_id, file_id, store_id, CASE right(file_id::text, 2) WHEN '00' THEN 'pending' ELSE 'done' END, '{}', '', writer_id, '2025-01-01', '2025-01-01' FROM guest;
INSERT INTO guest_request (tenant_id, request_id, kind, state, number_key, number_box, note_box, channel, client_id, received_by, received_at, due_at)
  SELECT tenant_id, file_id, 'copy', CASE right(file_id::text, 2) WHEN '00' THEN 'received' ELSE 'done' END, number_key, '', '', 'phone', file_id, writer_id, '2025-01-01', '2025-01-01' FROM guest;`

// fillNotes adds what refund notes were made, of which one in a thousand waits for its
// bill.
const fillNotes = fill + `
INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, refund_of, business_date, meal_period, closed_at, amount_fen, status, recorded_at)
  SELECT tenant_id, pg_temp.id('02', n % 100), 'pos', 'R' || n, 1, 'N' || n, '2025-05-01', 1, '2025-05-01', 1, 'refund', '2025-05-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO bill_head (tenant_id, store_id, source, bill_no, revision, refund_of, business_date, meal_period, amount_fen, status, parked, changed_at)
  SELECT tenant_id, store_id, source, bill_no, 1, refund_of, business_date, meal_period, amount_fen, status, bill_no LIKE 'R%001', recorded_at FROM bill_revision
  UNION ALL SELECT tenant_id, store_id, source, refund_of, 1, '', business_date, meal_period, 100, 'paid', false, recorded_at FROM bill_revision WHERE bill_no NOT LIKE 'R%001';`

// TestParkedPlan: today's page reads the refund notes that wait, not every one that
// was ever made (VIS-07).
func TestParkedPlan(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	d.Filled(t, fillNotes)
	pool, chain, stores := d.Pool(t), id[kernel.TenantID](1, 1), []kernel.UUID{id[kernel.UUID](2, 1), id[kernel.UUID](2, 2)}
	ask := func(db DBTX) (RefundsParkedRow, error) {
		return New(db).RefundsParked(context.Background(), time.Time{}, chain, stores)
	}
	found, err := ask(pool.Single(chain))
	require.NoError(t, err)
	require.Equal(t, RefundsParkedRow{Parked: 9}, found)
	testdb.Explain(t, pool, chain, func(db testdb.DBTX) error {
		_, err := ask(db)
		return err
	}).Demand(t, "parked", "bill_head_parked", 30)
}

var scans = regexp.MustCompile(`Seq Scan on (\S+)`)

func id[I ~[16]byte](kind byte, n int) I {
	i := [16]byte{kind, 6: 0x70, 8: 0x80, 14: byte(n >> 8), 15: byte(n)}
	return I(i)
}

// TestPlans demands that what is asked of one store never reads a whole chain,
// under row level security.
func TestPlans(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := testdb.New(t)
	d.Filled(t, fill)

	chain, me, stores := id[kernel.TenantID](1, 1), id[kernel.PersonID](3, 7), []kernel.UUID{id[kernel.UUID](2, 1)}
	today := kernel.NewDate(2025, 6, 1)
	on, first, since := today.Time(), today.Month().First().Time(), today.MinusMonths(3).Time()
	days, own := []any{on}, []bool{true}
	for name, c := range map[string]struct {
		sql  string
		args []any
	}{
		"ReviewsWaiting": {reviewsWaiting, []any{on, me, chain, stores, []kernel.UUID{{}}}},
		"AtRisk":         {atRisk, []any{stores, days, days, own, "import", chain, me}},
		"VipBookings":    {vipBookings, []any{stores, days, own, chain, me}},
		"NoticesMissing": {noticesMissing, []any{stores, days, own, chain, me}},
		"BookingsToday":  {bookingsToday, []any{stores, days, own, chain, me}},
		"OwnDrafts":      {ownDrafts, []any{chain, me}},
		"Changes":        {changesWaiting, []any{on, chain, stores, me}},
		"Deletions":      {deletionsWaiting, []any{on, chain, stores, me}},
		"GuestRequests":  {guestRequestsOpen, []any{on, chain}},
		"ReleasedSince":  {releasedSince, []any{stores, days, own, chain, me}},
		"MyMonth":        {myMonth, []any{chain, me, first, on}},
		"BoardFiles":     {boardFiles, []any{first, since, chain, stores, on}},
		"BoardOwned":     {boardOwned, []any{chain, stores}},
		"BoardReviews":   {boardReviews, []any{on, chain, stores}},
		"BoardVisits":    {boardVisits, []any{chain, stores, first, on}},
		"BoardReleased":  {boardReleased, []any{chain, stores, first, on}},
	} {
		err := d.Pool(t).InTenant(ctx, chain, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, "EXPLAIN "+c.sql, c.args...)
			require.NoError(t, err, name)
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			require.NoError(t, err, name)
			plan := strings.Join(lines, "\n")
			for _, m := range scans.FindAllStringSubmatch(plan, -1) {
				require.Contains(t, []string{"person", "p", "store", "resource"}, m[1], "%s reads all of it\n%s", name, plan)
			}
			return nil
		})
		require.NoError(t, err)
	}
}
