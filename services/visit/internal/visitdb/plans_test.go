package visitdb

import (
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

var (
	ctx   = context.Background()
	chain = kernel.TenantID{1, 6: 0x70, 8: 0x80}
	store = kernel.StoreID{2, 6: 0x70, 8: 0x80}
	now   = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
)

// fill makes two chains of 20,000 files, a thousand of them with two numbers, and 20,000 bills each of 400 guests;
// half of the bills name one of 10,000 bookings.
const fill = `
INSERT INTO tenant (tenant_id, code, name, created_at)
  VALUES ('01000000-0000-7000-8000-000000000000', 'a', 'a', '2025-05-01'), ('02000000-0000-7000-8000-000000000000', 'b', 'b', '2025-05-01');
INSERT INTO store (tenant_id, store_id, code, name, created_at) SELECT tenant_id, '02000000-0000-7000-8000-000000000000', 'S01', 's', '2025-05-01' FROM tenant;
INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) SELECT tenant_id, '03000000-0000-7000-8000-000000000000', 'E1', 'e', '2020-01-01', '2025-05-01' FROM tenant;
INSERT INTO booking (tenant_id, booking_id, store_id, ref, number_key, booker_id, business_date, meal_period, kind, state, seated_minute, notice_at, request_id, recorded_at)
  SELECT p.tenant_id, ('0000000b-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, s.store_id, 'B' || n, sha256(('g' || n % 400)::bytea), p.person_id, '2025-05-01'::date - n / 40, 1 + n % 4, 'hall', 'finished', n % 900,
    '2025-05-01', ('0000000b-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '2025-05-01'
  FROM store s JOIN person p USING (tenant_id), generate_series(0, 9999) n;
INSERT INTO booking_change (tenant_id, booking_id, no, state, number_key, business_date, meal_period, booker_id, seated_minute, noticed, recorded_at)
  SELECT tenant_id, booking_id, 1, state, number_key, business_date, meal_period, booker_id, seated_minute, true, '2025-05-01' FROM booking;
INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, booking_ref, number_key, business_date, meal_period, closed_at, amount_fen, status, recorded_at)
  SELECT tenant_id, store_id, 'pos', 'N' || n, 1, CASE WHEN n % 2 = 0 THEN 'B' || n / 2 ELSE '' END, CASE WHEN n % 2 = 1 THEN sha256(('g' || n % 400)::bytea) END,
    '2025-05-01'::date - n / 80, 1 + n % 4, '2025-05-01', n, 'paid', '2025-05-01'
  FROM store, generate_series(0, 19999) n;
INSERT INTO resource (tenant_id, resource_id, store_id, kind, name, capacity, tables)
  SELECT tenant_id, ('0000000a-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, store_id, CASE WHEN n = 0 THEN 'banquet' ELSE 'room' END, 'R' || n, 10, CASE WHEN n = 0 THEN 20 ELSE 0 END FROM store, generate_series(0, 49) n;
INSERT INTO booking_place (tenant_id, booking_id, resource_id, slot, business_date, meal_period, held)
  SELECT b.tenant_id, b.booking_id, r.resource_id, 1, b.business_date + (row_number() OVER (PARTITION BY r.resource_id, b.tenant_id))::int, b.meal_period, true
  FROM booking b JOIN resource r ON r.tenant_id = b.tenant_id AND r.name = 'R' || (substr(b.ref, 2)::int % 50);
INSERT INTO booking_change (tenant_id, booking_id, no, state, number_key, business_date, meal_period, booker_id, seated_minute, noticed, changed_by, recorded_at)
  SELECT tenant_id, booking_id, 2, 'seated', number_key, business_date, meal_period, booker_id, seated_minute, true, booker_id, '2025-05-01' FROM booking;
INSERT INTO day_total (tenant_id, store_id, business_date, source, no, bills, sum_fen, recorded_at)
  SELECT tenant_id, store_id, '2025-05-01'::date - n, 'pos', k, 80, 1, '2025-05-01' FROM store, generate_series(0, 2999) n, generate_series(1, 2) k;
INSERT INTO booking_notice (tenant_id, booking_id, no, way, given_by, at) SELECT tenant_id, booking_id, 1, 'in_person', booker_id, '2025-05-01' FROM booking;
INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on)
  SELECT tenant_id, store_id, sha256(('g' || n)::bytea), ('0000000f-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '2024-01-01' FROM store, generate_series(0, 19999) n;
INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on)
  SELECT tenant_id, store_id, sha256(('g' || n || '-2')::bytea), ('0000000f-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '2024-01-01' FROM store, generate_series(404, 19999, 19) n;
INSERT INTO number_merge (tenant_id, merge_id, number_id, file_id, approved_on, at) SELECT tenant_id, gen_random_uuid(), number_id, file_id, approved_on, '2025-05-01' FROM guest_number;`

// filled fills a database and has all projections derived.
func filled(t *testing.T) (*db.Pool, *pgx.Conn) {
	d := testdb.New(t)
	super := d.Super(t)
	_, err := super.Exec(ctx, fill)
	require.NoError(t, err)
	pool := d.Pool(t)
	require.NoError(t, pool.InTenant(ctx, chain, func(tx pgx.Tx) error {
		_, err := Rebuild(ctx, tx, chain, true, now)
		return err
	}))
	_, err = super.Exec(ctx, "VACUUM (ANALYZE) booking, booking_place, booking_notice, day_total, resource, booking_change, bill_revision, bill_head, visit, guest_number, number_merge, guest_visits")
	require.NoError(t, err)
	return pool, super
}

func number(n int) visit.NumberKey {
	sum := sha256.Sum256(fmt.Appendf(nil, "g%d", n))
	return visit.NumberKey(sum[:])
}

func file(n int) kernel.FileID {
	return kernel.FileID{3: 0x0f, 6: 0x70, 8: 0x80, 14: byte(n >> 8), 15: byte(n)}
}

// scans are what a plan reads: how, by which index, from which table.
var scans = regexp.MustCompile(`(Seq Scan|Index Scan|Index Only Scan|Bitmap Index Scan)(?: Backward)?(?: using (\S+))? on (\S+)`)

func TestAtSize(t *testing.T) {
	t.Parallel()
	pool, super := filled(t)
	t.Run("plans", func(t *testing.T) { testPlans(t, pool) })
	t.Run("HOT", func(t *testing.T) { testHOT(t, pool, super) })
}

// testPlans demands an index with a narrow condition for every look-up, under
// row level security, for one row and for a batch.
func testPlans(t *testing.T, pool *db.Pool) {
	day := kernel.NewDate(2025, 4, 20).Time()
	for name, c := range map[string]struct {
		sql string
		// args for n keys
		args func(n int) []any
	}{
		"recordNew": {recordNew, func(n int) []any {
			var bills []NewBill
			for i := range n {
				b := visit.Bill{BillKey: visit.BillKey{Store: store, Source: "pos", No: fmt.Sprint("X", i)}, Revision: 1, Number: number(i), Date: 20200, Meal: 1, ClosedAt: now, Status: visit.Paid}
				bills = append(bills, NewBill{b, b.At(nil), true})
			}
			return recordNewArgs(chain, bills, now)
		}},
		"headsOfBills":     {headsOfBills, billArgs},
		"lockHeads":        {lockHeads, billArgs},
		"revisionsOfBills": {revisionsOfBills, billArgs},
		"bookingsByRef":    {bookingsByRef, refArgs},
		"lockBookings":     {lockBookings, refArgs},
		"headsOfRefs":      {headsOfRefs, refArgs},
		"relink":           {relink, func(n int) []any { return append(refArgs(n), now) }},
		"recompute": {recompute, func(n int) []any {
			var keys []visit.Key
			for i := range n {
				keys = append(keys, visit.Key{Store: store, Number: number(i), Date: kernel.NewDate(2025, 4, 20), Meal: 1})
			}
			k := visitKeys(keys)
			return []any{chain, k.stores, k.numbers, k.dates, k.meals, now}
		}},
		"filesOfGuests":  {filesOfGuests, guestArgs},
		"lastVisits":     {lastVisits, func(n int) []any { return []any{chain, files(n), day, now} }},
		"lastVisitsAsOf": {lastVisitsAsOf, func(n int) []any { return []any{chain, files(n), day, now} }},
		"countedAsOf":    {countedAsOf, func(n int) []any { return []any{chain, files(n), day, now, day.AddDate(0, -1, 0)} }},
		"knownAsOf":      {knownAsOf, func(n int) []any { return []any{chain, files(n), day, now, day.AddDate(0, -1, 0)} }},
		"approve": {approve, func(n int) []any {
			a := guestArgs(n)
			days := make([]time.Time, n)
			for i := range days {
				days[i] = day
			}
			return append(a, files(n), days, now)
		}},
		"recount":         {recount, func(n int) []any { return []any{now, chain, IDs(files(n))} }},
		"lockFiles":       {lockFiles, func(n int) []any { return []any{chain, IDs(files(n))} }},
		"bookingsOfDay":   {bookingsOfDay, func(int) []any { return []any{chain, store, day, 2000} }},
		"bookingsOfVisit": {bookingsOfVisit, func(int) []any { return []any{chain, kernel.UUID{3: 0x0b, 6: 0x70, 8: 0x80, 15: 7}} }},
		"placesOf":        {placesOf, func(n int) []any { return []any{chain, bookingIDs(n)} }},
		"placesTaken": {placesTaken, func(n int) []any {
			return []any{chain, resourceIDs(n), day, 3, kernel.UUID{}}
		}},
		"holders": {holders, func(n int) []any {
			return []any{chain, resourceIDs(n), []kernel.BusinessDate{kernel.NewDate(2025, time.June, 1)}}
		}},
		"freeSlots":   {freeSlots, func(int) []any { return []any{20, chain, resourceIDs(1)[0], day, 3, kernel.UUID{}} }},
		"holdPlaces":  {holdPlaces, func(n int) []any { return []any{chain, bookingIDs(n)} }},
		"highestSlot": {highestSlot, func(int) []any { return []any{chain, resourceIDs(1)[0], day} }},
		"openBookingsOfResource": {openBookingsOfResource, func(int) []any {
			return []any{chain, resourceIDs(1)[0], day}
		}},
		"openBookingsOfDays": {openBookingsOfDays, func(int) []any { return []any{chain, day, day, []kernel.StoreID{store}} }},
		"heldTotals":         {heldTotals, func(int) []any { return []any{chain, []kernel.StoreID{store}, day, day} }},
		"toldTotals":         {toldTotals, func(int) []any { return []any{chain, []kernel.StoreID{store}, day, day} }},
		"led":                {"SELECT sum(guests) FROM visit_pub.led WHERE tenant_id = $1 AND person_id = $2 AND business_date = $3", func(int) []any { return []any{chain, kernel.UUID{3, 6: 0x70, 8: 0x80}, day} }},
		"noticesOf":          {noticesOf, func(int) []any { return []any{chain, bookingIDs(1)[0]} }},
		"visitsOfFile":       {visitsOfFile, func(int) []any { return []any{50, chain, file(7), day, 1} }},
		"noted":              {noted, billArgs},
		"settle":             {settle, func(n int) []any { return append(billArgs(n), now) }},
		"filesShared":        {filesShared, guestArgs},
		"markShared":         {markShared, func(n int) []any { return []any{chain, files(n)} }},
		"facts of files":     {"SELECT * FROM visit_pub.fact WHERE tenant_id = $1 AND file_id = ANY($2)", func(n int) []any { return []any{chain, files(n)} }},
	} {
		for _, n := range []int{1, 100} {
			err := pool.InTenant(ctx, chain, func(tx pgx.Tx) error {
				rows, err := tx.Query(ctx, "EXPLAIN "+c.sql, c.args(n)...)
				require.NoError(t, err, name)
				lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
				require.NoError(t, err, name)
				plan := strings.Join(lines, "\n")
				for i, line := range lines {
					m := scans.FindStringSubmatch(line)
					if m == nil || strings.HasPrefix(m[3], "resource") || m[3] == "guest" { // empty here
						continue
					}
					require.NotEqual(t, "Seq Scan", m[1], "%s of %d\n%s", name, n, plan)
					// More than the chain's id must narrow it.
					cond := strings.Join(lines[i+1:min(i+3, len(lines))], " ")
					require.Regexp(t, `Index Cond: .*(number_key|number_id|file_id|booking_id|booking_ref|\bref\b|bill_no|business_date|resource_id)`, cond, "%s of %d\n%s", name, n, plan)
				}
				return nil
			})
			require.NoError(t, err)
		}
	}
}

func billArgs(n int) []any {
	var c billColumns
	for i := range n {
		c.add(visit.BillKey{Store: store, Source: "pos", No: fmt.Sprint("N", i*7)})
	}
	return []any{chain, c.stores, c.sources, c.nos}
}

func refArgs(n int) []any {
	var refs []Ref
	for i := range n {
		refs = append(refs, Ref{store, fmt.Sprint("B", i*7)})
	}
	c := refsOf(refs)
	return []any{chain, c.stores, c.refs}
}

func guestArgs(n int) []any {
	var c keyColumns
	for i := range n {
		c.add(visit.Key{Store: store, Number: number(i)})
	}
	return []any{chain, c.stores, c.numbers}
}

func bookingIDs(n int) (out []kernel.UUID) {
	for i := range n {
		out = append(out, kernel.UUID{3: 0x0b, 6: 0x70, 8: 0x80, 15: byte(i)})
	}
	return out
}

func resourceIDs(n int) (out []kernel.UUID) {
	for i := range min(n, 50) {
		out = append(out, kernel.UUID{3: 0x0a, 6: 0x70, 8: 0x80, 15: byte(i)})
	}
	return out
}

func files(n int) []kernel.FileID {
	out := make([]kernel.FileID, n)
	for i := range out {
		out[i] = file(i)
	}
	return out
}

// testHOT: updates by bills stay on their page, so that no index grows (at
// least 80 %).
func testHOT(t *testing.T, pool *db.Pool, super *pgx.Conn) {
	var before, after [2]int64
	const stats = `SELECT sum(n_tup_upd), sum(n_tup_hot_upd) FROM pg_stat_user_tables WHERE relname IN ('bill_head', 'visit', 'guest_visits')`
	require.NoError(t, super.QueryRow(ctx, stats).Scan(&before[0], &before[1]))
	bill := func(no string, guest int, date kernel.BusinessDate, meal int) visit.Bill {
		b := visit.Bill{
			BillKey: visit.BillKey{Store: store, Source: "pos", No: no}, Revision: 1, Number: number(guest), Date: date,
			Meal: tenant.MealPeriod(meal), ClosedAt: now, Status: visit.Paid,
		}
		recorded, err := RecordPlain(ctx, pool, chain, b, b.At(nil), now)
		require.NoError(t, err)
		require.True(t, recorded)
		return b
	}
	for i := range 1000 {
		n := i*9 + i%9
		b := bill(fmt.Sprint("H", i), n%400, kernel.NewDate(2025, 5, 1)-kernel.BusinessDate(n/40), 1+n%4) // to the visit of booking n
		bill(fmt.Sprint("K", i), 400+i*19, kernel.NewDate(2025, 5, 1), 1)                                 // a guest's first visit
		if i%5 > 0 {
			continue
		}
		b.Revision, b.Status = 2, visit.Voided
		require.NoError(t, pool.InTenant(ctx, chain, func(tx pgx.Tx) error {
			w, err := NewWriter(ctx, tx, chain, 1)
			require.NoError(t, err)
			_, _, err = w.LockBills(ctx, []visit.BillKey{b.BillKey})
			require.NoError(t, err)
			require.NoError(t, w.AddRevisions(ctx, []NewBill{{b, b.At(nil), true}}, now))
			return w.Recompute(ctx, []visit.Key{b.At(nil)}, now)
		}))
	}
	pool.Close() // sessions report what they did when they end
	for after[0]-before[0] < 2400 {
		require.NoError(t, super.QueryRow(ctx, stats).Scan(&after[0], &after[1]))
	}
	share := float64(after[1]-before[1]) / float64(after[0]-before[0])
	t.Logf("%d updates, HOT %.2f", after[0]-before[0], share)
	require.GreaterOrEqual(t, share, 0.8)
}
