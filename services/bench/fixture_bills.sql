-- Visits of the last three months, as if tills had sent their bills by and by.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '512MB';

CREATE TEMP TABLE plan AS
SELECT g.store_id, g.number_key, :today - (7 * row_number() OVER () + 41 * k)::int % 88 AS day, (1 + (row_number() OVER () + k) % 4)::smallint AS meal,
  'F' || row_number() OVER () || '-' || k AS bill_no
FROM guest g, generate_series(1, :bills) k
WHERE g.tenant_id = :chain;

INSERT INTO bill_revision (tenant_id, store_id, source, bill_no, revision, number_key, business_date, meal_period, closed_at, amount_fen, status, recorded_at)
SELECT :chain, store_id, 'pos', bill_no, 1, number_key, day, meal, day + interval '13 hours', 20000, 'paid', day + interval '13 hours'
FROM plan ORDER BY day, bill_no;

INSERT INTO bill_head (tenant_id, store_id, source, bill_no, revision, number_key, business_date, meal_period, amount_fen, status, changed_at)
SELECT :chain, store_id, 'pos', bill_no, 1, number_key, day, meal, 20000, 'paid', day + interval '13 hours'
FROM plan ORDER BY day, bill_no;

INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, bills, amount_fen, changed_at)
SELECT :chain, store_id, number_key, day, meal, 1, 20000, day + interval '13 hours'
FROM plan ORDER BY day, bill_no
ON CONFLICT DO NOTHING;

DROP TABLE plan;

VACUUM (FREEZE, ANALYZE);
