-- A chain whose month is over: people, their posts, the guests they own, and the
-- month's visits and bookings. Ids are those that SQL and the product can make.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '256MB';

CREATE SCHEMA IF NOT EXISTS bench;

CREATE OR REPLACE FUNCTION bench.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;

INSERT INTO store (tenant_id, store_id, code, name, live_on, created_at)
SELECT :chain, bench.id('10', n), 'S' || lpad(n::text, 3, '0'), '第' || n || '店', '2000-01-01', now() FROM generate_series(0, :stores - 1) n;

INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at)
SELECT :chain, bench.id('20', n), 'E' || lpad(n::text, 7, '0'), '员工' || n, :first - 1500 + n % 1500, now() FROM generate_series(0, :people - 1) n;

-- One in ten changed post in the middle of the month.
INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, created_at)
SELECT :chain, bench.id('21', n), bench.id('20', n), 'service_rep', (ARRAY['客服代表', '楼面主管', '大堂经理', '吧台主管', '督察'])[1 + n % 5], false, ARRAY[bench.id('10', n % :stores)],
  :first - 1500 + n % 1500, CASE WHEN n % 10 = 0 THEN :first + 14 END, :first - 1500 FROM generate_series(0, :people - 1) n;
INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
SELECT :chain, bench.id('22', n), bench.id('20', n), 'service_rep', '客服主管', false, ARRAY[bench.id('10', n % :stores)], :first + 14, :first FROM generate_series(0, :people - 1, 10) n;

INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on)
SELECT :chain, bench.id('10', n % :stores), sha256(n::text::bytea), bench.id('40', n), :first - 400 FROM generate_series(0, :files - 1) n;

INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, end_on, origin, created_at)
SELECT :chain, bench.id('30', n), bench.id('40', n), bench.id('10', n % :stores), bench.id('20', n % :people), :first - 400, CASE WHEN n % 20 = 0 THEN :first + n % 28 END, 'approval', :first - 400
FROM generate_series(0, :files - 1) n;

-- Every guest comes ten times; four of five visits are credited. They are laid down
-- guest by guest, which fills the indexes of ten million in their order.
INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, credited_to, bills, amount_fen, changed_at)
SELECT :chain, g.store_id, g.number_key, :first + (3 * k + g.n % 3)::int % 28, (1 + (g.n + k) % 4)::smallint,
  CASE WHEN (g.n + k) % 5 > 0 THEN bench.id('20', (g.n * 7919 + k * 104729) % :people) END, 1, 20000, :first + 20
FROM (SELECT n::bigint AS n, bench.id('10', n % :stores) AS store_id, sha256(n::text::bytea) AS number_key FROM generate_series(0, :files - 1) n ORDER BY 2, 3) g
CROSS JOIN LATERAL generate_series(0, 9) k;

INSERT INTO booking (tenant_id, booking_id, store_id, ref, booker_id, business_date, meal_period, kind, state, notice_at, request_id, recorded_at)
SELECT :chain, bench.id('50', n), bench.id('10', n % :stores), 'R' || n, bench.id('20', n * 31 % :people), :first + (n % 28)::int, 3, (ARRAY['hall', 'room', 'banquet'])[1 + n % 3],
  CASE WHEN n % 9 = 0 THEN 'cancelled' ELSE 'finished' END, CASE WHEN n % 7 > 0 THEN :first + 1 END, bench.id('50', n), :first + 1
FROM generate_series(0, :files / 2) n;

INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at, ended_at)
SELECT :chain, gen_random_uuid(), 'QTA-04', d, 'done', d, 1, d, d FROM unnest(ARRAY[:first, :first + 27]) d;

VACUUM (FREEZE, ANALYZE);
