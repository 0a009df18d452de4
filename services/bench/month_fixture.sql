-- A chain on the first day after a month, nobody of it closed yet: five thousand
-- stores for a million files, ten people each, half a visit a file in the month.
-- Of 1,000 files 850 have an owner. 60 of them others received twice and he once,
-- 280 came to him once, 10 have just become dormant. Of the 150 public ones 15 came
-- twice to the same person and 5 once each to two; two wait for who was offered
-- them longer than the rule allows. Before the month all but 5 came, half of them a
-- month; one referrer in a thousand works there no more.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '256MB';

CREATE SCHEMA IF NOT EXISTS bench;

CREATE OR REPLACE FUNCTION bench.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;

INSERT INTO store (tenant_id, store_id, code, name, live_on, created_at)
SELECT :chain, bench.id('10', n), 'S' || lpad(n::text, 5, '0'), '第' || n || '店', '2000-01-01', now() FROM generate_series(0, :stores - 1) n;

-- A bench releases more at once than the brake lets through (RUL-08).
UPDATE rule_set SET fields = '{"lifecycle.brake_percent": 100}' WHERE tenant_id = :chain;

INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at)
SELECT :chain, bench.id('20', n), 'E' || lpad(n::text, 6, '0'), '员工' || n, :first - 1500, :first - 1500 FROM generate_series(0, :people - 1) n;

-- Entered the day before they begin: a post that is learned later is one of the past (RUL-09).
INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, created_at)
SELECT :chain, bench.id('20', n), bench.id('20', n), 'service_rep', '客服代表', false, ARRAY[bench.id('10', n % :stores)], :first - 1500, CASE WHEN n % 1000 = 7 THEN :next - 8 END, :first - 1501
FROM generate_series(0, :people - 1) n;

CREATE TEMP TABLE plan AS
SELECT s.*, bench.id('10', n % :stores) AS store_id, bench.id('20', n % :people) AS owner_id, bench.id('20', (n + :stores) % :people) AS other_id,
  bench.id('20', (n + 2 * :stores) % :people) AS third_id, n::bigint * 7919 % 1000 AS u, :first - 400 - n % 700 AS approved_on
FROM seed s;
ANALYZE plan;

INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, owner_id, owned_since, approved_on, writer_id, request_id, created_at)
SELECT :chain, file_id, store_id, name, initials, number_key, number_box, last4_rev, 'approved', CASE WHEN u < 850 THEN owner_id END, CASE WHEN u < 850 THEN approved_on END, approved_on, owner_id, file_id, approved_on
FROM plan ORDER BY n;

INSERT INTO file_number (tenant_id, store_id, number_key, file_id)
SELECT :chain, store_id, number_key, file_id FROM plan ORDER BY store_id, number_key;

INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on)
SELECT :chain, store_id, number_key, file_id, approved_on FROM plan ORDER BY store_id, number_key;

INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, end_on, origin, created_at)
SELECT :chain, bench.id('30', n), file_id, store_id, owner_id, approved_on, CASE WHEN u >= 850 THEN :first - 1 - n % 200 END, 'approval', approved_on FROM plan ORDER BY n;

-- Who came when, and to whom; in the order of days, as tills and bookings tell it.
CREATE TEMP TABLE came AS
SELECT p.n, p.store_id, p.number_key, v.day, 1 + (p.n % 4) AS meal, v.credited
FROM plan p CROSS JOIN LATERAL (
  SELECT :first + (p.n * 3 + k * 7)::int % 31 AS day, CASE WHEN k = 0 THEN owner_id ELSE other_id END AS credited FROM generate_series(0, 2) k WHERE p.u < 60
  UNION ALL SELECT :first + (p.n * 3)::int % 31, owner_id WHERE p.u BETWEEN 60 AND 339
  UNION ALL SELECT :first + (p.n * 3 + k * 7)::int % 31, CASE WHEN k = 0 OR p.u < 865 THEN other_id ELSE third_id END FROM generate_series(0, 1) k WHERE p.u BETWEEN 850 AND 869
  UNION ALL SELECT (:first - interval '1 month')::date + p.n % 31, owner_id WHERE p.n % 2 = 0 AND p.u >= 5 AND p.u NOT BETWEEN 340 AND 349
  UNION ALL SELECT (:first - interval '2 months')::date + p.n % 30, owner_id WHERE p.n % 2 = 1 AND p.u >= 5 AND p.u NOT BETWEEN 340 AND 349
  UNION ALL SELECT (:first - interval '3 months')::date + CASE WHEN p.u BETWEEN 340 AND 349 THEN 30 ELSE p.n % 31 END, owner_id WHERE p.u >= 5
) v;
ANALYZE came;

INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, credited_to, bills, amount_fen, changed_at)
SELECT :chain, store_id, number_key, day, meal, credited, 1, 20000, day + interval '14 hours' FROM came ORDER BY day, n;

INSERT INTO guest_visits (tenant_id, file_id, store_id, last_visit, visits, changed_at)
SELECT :chain, p.file_id, p.store_id, c.last, c.visits, c.last + interval '14 hours'
FROM plan p JOIN (SELECT n, max(day) AS last, count(*) AS visits FROM came GROUP BY n) c USING (n) ORDER BY p.n;

INSERT INTO booking (tenant_id, booking_id, store_id, ref, booker_id, business_date, meal_period, kind, state, notice_at, request_id, recorded_at)
SELECT :chain, bench.id('50', n), bench.id('10', n % :stores), 'R' || n, bench.id('20', n * 31 % :people), :first + (n % 31)::int, 3, (ARRAY['hall', 'room', 'banquet'])[1 + n % 3],
  CASE WHEN n % 9 = 0 THEN 'cancelled' ELSE 'finished' END, CASE WHEN n % 7 > 0 THEN :first + 1 END, bench.id('50', n), :first + 1
FROM generate_series(0, :files / 10) n;

INSERT INTO offer (tenant_id, offer_id, file_id, store_id, person_id, kind, state, offered_on, lapses_on, created_at)
SELECT :chain, bench.id('60', n), file_id, store_id, other_id, 'adoption', 'pending', :next - 7, :next, :next - 7 FROM plan WHERE u >= 998 ORDER BY n;

DROP TABLE seed, plan, came;

VACUUM (FREEZE, ANALYZE);
