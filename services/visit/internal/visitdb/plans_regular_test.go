package visitdb

import (
	"testing"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// months makes two chains, with the same ids, of ten stores with a year of 100
// finished bookings a day, of 9,000 numbers of which two thirds are on file, and
// 500 people.
const months = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(1, 2) n;
INSERT INTO person (tenant_id, person_id, staff_no, name, number_key, entry_on, created_at)
  SELECT tenant_id, pg_temp.id('03', n), 'E' || n, 'e', sha256(('p' || n)::bytea), '2020-01-01', '2025-01-01' FROM tenant, generate_series(0, 499) n;
INSERT INTO booking (tenant_id, booking_id, store_id, ref, number_key, booker_id, business_date, meal_period, kind, state, request_id, recorded_at)
  SELECT tenant_id, pg_temp.id('0b', n), pg_temp.id('02', n % 10), 'B' || n, sha256(('g' || n * 7919 % 9000)::bytea), pg_temp.id('03', n % 500), '2025-01-01'::date + n / 100, 1 + n % 4, 'hall', 'finished', pg_temp.id('0b', n), '2025-01-01'
  FROM tenant, generate_series(0, 36499) n;
INSERT INTO file_number (tenant_id, store_id, number_key, file_id)
  SELECT tenant_id, pg_temp.id('02', s), sha256(('g' || n)::bytea), pg_temp.id('04', n) FROM tenant, generate_series(0, 9) s, generate_series(0, 8999) n WHERE n % 3 > 0;`

// TestRegularPlans demands that who is worth a file (CUS-01) is found in the
// month's bookings of the store, not in the year's of the chain.
func TestRegularPlans(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	d.Filled(t, months)
	pool, tenant := d.Pool(t), kernel.TenantID{1, 6: 0x70, 8: 0x80, 15: 1}
	from, to := kernel.NewDate(2025, 4, 1), kernel.NewDate(2025, 4, 30)
	me, at := kernel.UUID{3, 6: 0x70, 8: 0x80, 15: 7}, kernel.StoreID{2, 6: 0x70, 8: 0x80, 15: 1}
	numbers, stores, people := make([][]byte, 20), make([]kernel.UUID, 20), make([]kernel.UUID, 20)
	for i := range numbers {
		numbers[i], stores[i], people[i] = []byte(number(i*9+1)), kernel.UUID(at), me
	}
	for _, c := range []struct {
		name   string
		call   func(*Queries) error
		index  string
		atMost int
	}{
		// 300 bookings of the store in the month, each looked at twice at the most.
		{"of a store", func(q *Queries) error {
			_, err := q.Regulars(ctx, RegularsParams{TenantID: tenant, StoreID: at, FromOn: from, ToOn: to, Standard: 2, Now: now})
			return err
		}, "booking_", 2500},
		{"whom I received", func(q *Queries) error {
			_, err := q.Regulars(ctx, RegularsParams{OnlyBy: me, TenantID: tenant, StoreID: at, FromOn: from, ToOn: to, Standard: 2, Now: now})
			return err
		}, "booking_", 2500},
		{"who received them", func(q *Queries) error {
			_, err := q.ReceiversOf(ctx, ReceiversOfParams{TenantID: tenant, StoreID: at, NumberKeys: numbers, FromOn: from, ToOn: to})
			return err
		}, "booking_", 400},
		{"how often I did", func(q *Queries) error {
			_, err := q.BookedBy(ctx, BookedByParams{Stores: stores, NumberKeys: numbers, People: people, TenantID: tenant, Since: from})
			return err
		}, "booking_guest", 100},
	} {
		testdb.Explain(t, pool, tenant, func(db testdb.DBTX) error { return c.call(New(db)) }).Demand(t, c.name, c.index, c.atMost, "person")
	}
}
