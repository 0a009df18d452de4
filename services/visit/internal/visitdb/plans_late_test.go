package visitdb

import (
	"testing"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// fillLate makes two chains of 1,000 people in 20 stores with 10,000 guests, and the
// bookings of half a year: two hundred thousand changes of them.
const fillLate = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(0, 1) n;
INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on)
  SELECT tenant_id, pg_temp.id('02', n % 20), sha256(n::text::bytea), pg_temp.id('04', n), '2025-01-01' FROM tenant, generate_series(0, 9999) n;
INSERT INTO guest_visits (tenant_id, file_id, store_id, changed_at) SELECT tenant_id, file_id, store_id, '2025-07-20' FROM guest_number;
INSERT INTO booking (tenant_id, booking_id, store_id, ref, number_key, booker_id, business_date, meal_period, kind, state, notice_at, request_id, recorded_at)
  SELECT tenant_id, pg_temp.id('0a', n), pg_temp.id('02', n % 20), 'R' || n, sha256((n % 10000)::text::bytea), pg_temp.id('03', n / 7 % 1000), '2025-01-01'::date + (n % 181)::int, 3, 'hall', 'finished', '2025-01-01', pg_temp.id('0a', n), '2025-01-01'
  FROM tenant, generate_series(0, 24999) n;
INSERT INTO booking_change (tenant_id, booking_id, no, state, number_key, business_date, meal_period, booker_id, noticed, recorded_at)
  SELECT tenant_id, booking_id, no, (ARRAY['requested', 'confirmed', 'seated', 'finished'])[no], number_key, business_date, meal_period, booker_id, true, business_date FROM booking, generate_series(1, 4) no;
`

// TestLatePlans: what a correction came of is read from the person's own bookings of the
// month (QTA-04), and from what the guests' numbers did (RUL-09), not from all of the chain.
func TestLatePlans(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	d.Filled(t, fillLate)
	me, since, cutOff := kernel.PersonID{3, 6: 0x70, 8: 0x80, 15: 7}, now.AddDate(0, 0, 4), now.AddDate(0, 1, 4)
	guests := []kernel.UUID{{4, 6: 0x70, 8: 0x80, 15: 1}, {4, 6: 0x70, 8: 0x80, 15: 2}}
	for name, c := range map[string]struct {
		call   func(*Queries) error
		index  string
		atMost int
		small  []string
	}{
		"LateBookings": {func(q *Queries) error {
			_, err := q.LateBookings(ctx, LateBookingsParams{TenantID: chain, PersonID: me, FirstDay: kernel.NewDate(2025, 6, 1), LastDay: kernel.NewDate(2025, 6, 30), Since: since, CutOff: cutOff})
			return err
		}, "booking_change_credit", 600, nil},
		"LearnedSince": {func(q *Queries) error {
			_, err := q.LearnedSince(ctx, LearnedSinceParams{TenantID: chain, Files: guests, Since: since, CutOff: cutOff})
			return err
		}, "booking_change_guest", 600, []string{"number_merge", "bill_revision", "visit"}},
	} {
		t.Run(name, func(t *testing.T) {
			testdb.Explain(t, d.Pool(t), chain, func(tx testdb.DBTX) error { return c.call(New(tx)) }).Demand(t, name, c.index, c.atMost, c.small...)
		})
	}
}
