-- A chain's stores and people, and how the session loads what follows: a million
-- rows need no second look at their foreign keys.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '256MB';

CREATE SCHEMA IF NOT EXISTS bench;

CREATE OR REPLACE FUNCTION bench.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;

INSERT INTO store (tenant_id, store_id, code, name, live_on, created_at)
SELECT :chain, bench.id('10', n), 'S' || lpad(n::text, 3, '0'), '第' || n || '店', '2000-01-01', now() FROM generate_series(0, :stores - 1) n;

-- A bench releases more at once than the brake lets through (RUL-08).
UPDATE rule_set SET fields = '{"lifecycle.brake_percent": 100}' WHERE tenant_id = :chain;

INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at)
SELECT :chain, bench.id('20', n), 'E' || lpad(n::text, 5, '0'), '员工' || n, :today - 1500, now() FROM generate_series(0, :people - 1) n;

-- The first hundred are managers, one a store.
INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
SELECT :chain, bench.id('20', n), bench.id('20', n), CASE WHEN n < :stores THEN 'service_manager' ELSE 'service_rep' END, CASE WHEN n < :stores THEN '客服经理' ELSE '客服代表' END,
  false, ARRAY[bench.id('10', n % :stores)], :today - 1500, now() FROM generate_series(0, :people - 1) n;

