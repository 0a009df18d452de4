package quotadb_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/quota/internal/quotadb"
)

// fill makes two chains of 2,000 people in 20 stores with 10,000 guests, half a
// year of visits and bookings, ties that ended, and some that were once held, and a year of scores. Ids are the
// same in both.
const fill = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(1, 2) n;
INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) SELECT tenant_id, pg_temp.id('03', n), 'E' || lpad(n::text, 5, '0'), 'e', '2020-01-01', '2025-01-01' FROM tenant, generate_series(0, 1999) n;
INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
  SELECT tenant_id, pg_temp.id('09', n), pg_temp.id('03', n), 'r', '客服代表', false, ARRAY[pg_temp.id('02', n % 20)], '2020-01-01', '2025-01-01' FROM tenant, generate_series(0, 1999) n;
INSERT INTO leaving (tenant_id, person_id, entry_on, left_on, recorded_at) SELECT tenant_id, pg_temp.id('03', n), '2019-01-01', '2019-06-01', '2025-01-01' FROM tenant, generate_series(0, 1999, 20) n;
INSERT INTO absence (tenant_id, absence_id, person_id, from_on, to_on, kind, recorded_by, recorded_at) SELECT tenant_id, pg_temp.id('08', n), pg_temp.id('03', n), '2025-06-01', '2025-07-01', 'sick', pg_temp.id('03', n), '2025-01-01' FROM tenant, generate_series(0, 1999) n;
INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, approved_on, writer_id, request_id, created_at)
  SELECT tenant_id, pg_temp.id('04', n), pg_temp.id('02', n % 20), 'g', 'g', sha256(n::text::bytea), '', '0000', 'approved', '2025-01-01', pg_temp.id('03', n % 2000), pg_temp.id('04', n), '2025-01-01'
  FROM tenant, generate_series(0, 9999) n;
INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on) SELECT tenant_id, store_id, number_key, file_id, approved_on FROM guest;
INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, credited_to, bills, changed_at)
  SELECT tenant_id, store_id, number_key, '2025-06-28'::date - d * 17, 1, writer_id, 1, '2025-01-01' FROM guest, generate_series(0, 9) d;
INSERT INTO booking (tenant_id, booking_id, store_id, ref, booker_id, business_date, meal_period, kind, state, notice_at, request_id, recorded_at)
  SELECT tenant_id, pg_temp.id('0a', n), pg_temp.id('02', n % 20), 'R' || n, pg_temp.id('03', n % 2000), '2025-06-28'::date - (n % 170)::int, 1, (ARRAY['hall', 'room', 'banquet'])[1 + n % 3], 'finished', '2025-01-01', pg_temp.id('0a', n), '2025-01-01'
  FROM tenant, generate_series(0, 19999) n;
INSERT INTO booking_change (tenant_id, booking_id, no, state, business_date, meal_period, booker_id, noticed, recorded_at)
  SELECT tenant_id, booking_id, 1, state, business_date, meal_period, booker_id, true, recorded_at FROM booking;
INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, origin, created_at)
  SELECT tenant_id, pg_temp.id('05', n), pg_temp.id('04', n), pg_temp.id('02', n % 20), pg_temp.id('03', n % 2000), '2025-01-01', 'import', '2025-01-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, end_on, origin, created_at)
  SELECT tenant_id, pg_temp.id('06', n), pg_temp.id('04', n), pg_temp.id('02', n % 20), pg_temp.id('03', n % 2000), '2024-01-01', '2025-01-01'::date + (n % 200)::int, 'import', '2025-01-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO tie_hold (tenant_id, hold_id, tie_id, file_id, store_id, giver_id, position, from_on, to_on, created_at)
  SELECT tenant_id, pg_temp.id('0b', 1), tie_id, file_id, store_id, referrer_id, '客服代表', '2025-02-01', '2025-02-07', '2025-02-01' FROM tie WHERE end_on IS NULL;
INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, created_at)
  SELECT tenant_id, pg_temp.id('07', n), pg_temp.id('07', n), pg_temp.id('04', n), pg_temp.id('02', n % 20), 'LIF-03', 1, '2025-01-01'::date + (n % 200)::int, pg_temp.id('03', n % 2000), '{}', '2025-01-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO score (tenant_id, month, person_id, state, store_id, position, ramp_month, rule_version, customers_target, customers, visits, rooms, banquets, scored_at)
  SELECT tenant_id, ('2025-01-01'::date + make_interval(months => m))::date, pg_temp.id('03', n), 'final', pg_temp.id('02', n % 20), '客服代表', 0, 1, 2000, 5, 10, 1, 1, '2025-01-01' FROM tenant, generate_series(0, 11) m, generate_series(0, 1999) n;
INSERT INTO score_correction (tenant_id, month, person_id, of_month, item, before, after, created_at)
  SELECT tenant_id, '2025-06-01', pg_temp.id('03', n), '2025-05-01', 'visits', 1, 2, '2025-01-01' FROM tenant, generate_series(0, 1999) n;
`

func id[I ~[16]byte](kind byte, n int) I {
	return I([16]byte{kind, 6: 0x70, 8: 0x80, 14: byte(n >> 8), 15: byte(n)})
}

// TestPlans demands of what people ask, under row level security, that it reads
// what it shows and little else; of a run, that it reads the month.
func TestPlans(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := testdb.New(t)
	d.Filled(t, fill)
	pool, chain, me := d.Pool(t), id[kernel.TenantID](1, 1), id[kernel.PersonID](3, 7)
	month, err := kernel.ParseMonth("2025-06")
	require.NoError(t, err)
	first, last := month.First(), month.Last()
	stores, people := []kernel.UUID{id[kernel.UUID](2, 3)}, []kernel.UUID{id[kernel.UUID](3, 7), id[kernel.UUID](3, 8)}
	end, to := kernel.UUID{0xff}, "\U0010FFFF"
	for name, c := range map[string]struct {
		call   func(*quotadb.Queries) error
		index  string
		atMost int
		small  string
	}{
		"Score": {func(q *quotadb.Queries) error { _, err := q.Score(ctx, chain, first, me); return err }, "score_pkey", 10, ""},
		"ScoresOfChain": {func(q *quotadb.Queries) error {
			_, err := q.ScoresOfChain(ctx, quotadb.ScoresOfChainParams{TenantID: chain, Month: first, LastPost: to, AtMost: 50})
			return err
		}, "score_pkey", 200, ""},
		"ScoresOfStores": {func(q *quotadb.Queries) error {
			_, err := q.ScoresOfStores(ctx, quotadb.ScoresOfStoresParams{TenantID: chain, Month: first, Stores: stores, LastPost: to, AtMost: 50})
			return err
		}, "score_store", 2500, ""},
		"StaysOfPerson": {func(q *quotadb.Queries) error { _, err := q.StaysOfPerson(ctx, chain, me); return err }, "assignment_person", 20, ""},
		"Counts": {func(q *quotadb.Queries) error {
			_, err := q.Counts(ctx, quotadb.CountsParams{TenantID: chain, People: people, FirstDay: first, LastDay: last})
			return err
		}, "visit_credit", 500, ""},
		"OwnedAtEnd": {func(q *quotadb.Queries) error {
			_, err := q.OwnedAtEnd(ctx, quotadb.OwnedAtEndParams{TenantID: chain, PersonID: me, FirstDay: first, LastDay: last, AtMost: 50})
			return err
		}, "tie_ended", 1000, ""},
		"CreditedVisits": {func(q *quotadb.Queries) error {
			_, err := q.CreditedVisits(ctx, quotadb.CreditedVisitsParams{TenantID: chain, PersonID: &me, FirstDay: first, LastDay: last, BeforeDay: last + 1, BeforeMeal: 9, BeforeFile: end, AtMost: 50})
			return err
		}, "visit_credit", 500, ""},
		"BookingsMade": {func(q *quotadb.Queries) error {
			_, err := q.BookingsMade(ctx, quotadb.BookingsMadeParams{TenantID: chain, PersonID: me, Kind: "room", FirstDay: first, LastDay: last, BeforeDay: last + 1, BeforeID: end, AtMost: 50})
			return err
		}, "booking_booker", 100, "resource"},
		"Effective": {func(q *quotadb.Queries) error {
			_, err := q.Effective(ctx, quotadb.EffectiveParams{TenantID: chain, PersonID: me, Day: last, Since: first - 60})
			return err
		}, "tie_ended", 1000, ""},
		"LossesAndGains": {func(q *quotadb.Queries) error {
			_, err := q.LossesAndGains(ctx, quotadb.LossesAndGainsParams{TenantID: chain, PersonID: me, FirstDay: first, LastDay: last, BeforeDay: last + 1, BeforeFile: end, AtMost: 50})
			return err
		}, "tie_ended", 200, ""},
		"LossCounts": {func(q *quotadb.Queries) error {
			_, err := q.LossCounts(ctx, quotadb.LossCountsParams{TenantID: chain, PersonID: me, FirstDay: first, LastDay: last})
			return err
		}, "tie_ended", 100, ""},
		"CorrectionsIn": {func(q *quotadb.Queries) error { _, err := q.CorrectionsIn(ctx, chain, first, me); return err }, "score_correction_pkey", 10, ""},
		"CorrectionsOf": {func(q *quotadb.Queries) error {
			_, err := q.CorrectionsOf(ctx, chain, (month - 1).First(), me)
			return err
		}, "score_correction_of", 10, ""},
		"Corrected": {func(q *quotadb.Queries) error {
			_, err := q.Corrected(ctx, chain, first, people)
			return err
		}, "score_correction_pkey", 20, ""},
		"LateBooked": {func(q *quotadb.Queries) error {
			_, err := q.LateBooked(ctx, quotadb.LateBookedParams{TenantID: chain, CutOff: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), FromMonth: first, LastDay: last})
			return err
		}, "booking_change_recorded", 100, ""},
		"MonthsScored": {func(q *quotadb.Queries) error { _, err := q.MonthsScored(ctx, chain); return err }, "score_", 100, ""},
	} {
		t.Run(name, func(t *testing.T) {
			testdb.Explain(t, pool, chain, func(tx testdb.DBTX) error { return c.call(quotadb.New(tx)) }).Demand(t, name, c.index, c.atMost, c.small)
		})
	}
}
