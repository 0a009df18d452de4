-- A chain that has worked for sixteen months, with what its rules decided in the
-- last ones. Of 1,000 files 700 come to their referrer every month; 150 stopped half
-- a year to a year ago and became public for it; 50 were received by others three
-- times in a month and became public for that; 100 were public all the time and come
-- now and then.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '256MB';

CREATE SCHEMA IF NOT EXISTS bench;

CREATE OR REPLACE FUNCTION bench.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;

INSERT INTO store (tenant_id, store_id, code, name, live_on, created_at)
SELECT :chain, bench.id('10', n), 'S' || lpad(n::text, 5, '0'), '第' || n || '店', '2000-01-01', now() FROM generate_series(0, :stores - 1) n;

INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at)
SELECT :chain, bench.id('20', n), 'E' || lpad(n::text, 6, '0'), '员工' || n, :first - 1500, :first - 1500 FROM generate_series(0, :people - 1) n;

INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
SELECT :chain, bench.id('20', n), bench.id('20', n), 'service_rep', '客服代表', false, ARRAY[bench.id('10', n % :stores)], :first - 1500, :first - 1500
FROM generate_series(0, :people - 1) n;

CREATE TEMP TABLE plan AS
SELECT p.*, CASE
    WHEN u < 700 THEN NULL
    WHEN u < 850 THEN (stopped + interval '3 months')::date + 1
    WHEN u < 900 THEN (:next - make_interval(months => shared))::date
    ELSE :first - 500
  END AS end_on
FROM (
  SELECT s.*, bench.id('10', n % :stores) AS store_id, bench.id('20', n % :people) AS owner_id, bench.id('20', (n + :stores) % :people) AS other_id,
    n::bigint * 7919 % 1000 AS u, :first - 600 - n % 700 AS approved_on, 1 + n % 8 AS shared,
    (:next - make_interval(months => 7 + n % 5) + make_interval(days => n % 28))::date AS stopped
  FROM seed s
) p;
ANALYZE plan;

INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, owner_id, owned_since, approved_on, writer_id, request_id, created_at)
SELECT :chain, file_id, store_id, name, initials, number_key, number_box, last4_rev, 'approved', CASE WHEN end_on IS NULL THEN owner_id END, CASE WHEN end_on IS NULL THEN approved_on END, approved_on, owner_id, file_id, approved_on
FROM plan ORDER BY n;

INSERT INTO file_number (tenant_id, store_id, number_key, file_id)
SELECT :chain, store_id, number_key, file_id FROM plan ORDER BY store_id, number_key;

INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on)
SELECT :chain, store_id, number_key, file_id, approved_on FROM plan ORDER BY store_id, number_key;

CREATE TEMP TABLE came AS
SELECT p.n, p.store_id, p.number_key, v.day, 1 + (p.n + v.k) % 4 AS meal, v.credited
FROM plan p CROSS JOIN LATERAL (
  SELECT k, (:next - make_interval(months => k + 1) + make_interval(days => (p.n % 28)::int))::date AS day, CASE WHEN p.u < 900 THEN owner_id ELSE other_id END AS credited
  FROM generate_series(0, 15) k
  WHERE p.u < 700 OR p.u < 850 AND (:next - make_interval(months => k + 1) + make_interval(days => (p.n % 28)::int))::date <= p.stopped OR p.u BETWEEN 850 AND 899 OR p.u >= 900 AND k % 3 = p.n % 3
  UNION ALL
  SELECT k, (:next - make_interval(months => p.shared + 1) + make_interval(days => (p.n % 7 + 7 * k)::int))::date, other_id FROM generate_series(0, 2) k WHERE p.u BETWEEN 850 AND 899
) v;
ANALYZE came;

INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, credited_to, bills, amount_fen, changed_at)
SELECT :chain, store_id, number_key, day, meal, credited, 1, 20000, day + interval '14 hours' FROM came ORDER BY day, n
ON CONFLICT DO NOTHING;

INSERT INTO guest_visits (tenant_id, file_id, store_id, last_visit, visits, changed_at)
SELECT :chain, p.file_id, p.store_id, c.last, c.visits, c.last + interval '14 hours'
FROM plan p JOIN (SELECT n, max(day) AS last, count(*) AS visits FROM came GROUP BY n) c USING (n) ORDER BY p.n;

INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, created_at)
SELECT :chain, bench.id('70', n), bench.id('71', 1), file_id, store_id, 'LIF-03', 1, end_on, owner_id, jsonb_build_object('last_visit', stopped, 'tie_start', approved_on), end_on
FROM plan WHERE u BETWEEN 700 AND 849 ORDER BY n;

INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, visits, created_at)
SELECT :chain, bench.id('70', p.n), bench.id('71', 2), p.file_id, p.store_id, 'LIF-04', 1, p.end_on, p.owner_id,
  jsonb_build_object('month', to_char(p.end_on - 1, 'YYYY-MM'), 'visits', count(*), 'others', count(*) FILTER (WHERE c.credited <> p.owner_id)), '[]', p.end_on
FROM plan p JOIN came c ON c.n = p.n AND c.day >= (p.end_on - interval '1 month')::date AND c.day < p.end_on
WHERE p.u BETWEEN 850 AND 899 GROUP BY p.n, p.file_id, p.store_id, p.end_on, p.owner_id ORDER BY p.n;

INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, end_on, origin, decision_id, created_at)
SELECT :chain, bench.id('30', n), file_id, store_id, owner_id, approved_on, end_on, 'approval', CASE WHEN u BETWEEN 700 AND 899 THEN bench.id('70', n) END, approved_on FROM plan ORDER BY n;

INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at, ended_at)
VALUES (:chain, bench.id('72', 1), ':last', :next - 1, 'done', :next - 1, 1, :next - 1, :next - 1);

DROP TABLE seed, plan, came;

VACUUM (FREEZE, ANALYZE);
