-- Files never approved that nobody submitted, made of the table seed: one in a
-- hundred is 90 days old today, its writer warned twice (DEL-02). The others are
-- younger and were warned on their days: nothing is due for them.
CREATE TEMP TABLE plan AS
SELECT s.*, bench.id('10', n % :stores) AS store_id, bench.id('20', n % :people) AS writer_id, (:today - age + time '12:00') AT TIME ZONE 'Asia/Shanghai' AS begun
FROM (SELECT seed.*, CASE WHEN n::bigint * 7919 % 10000 < 100 THEN 90 ELSE 1 + n % 89 END AS age FROM seed) s;

INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, writer_id, request_id, created_at, warned)
SELECT :chain, file_id, store_id, name, initials, number_key, number_box, last4_rev, 'stage1', writer_id, file_id, begun, (age >= 60)::int + (age >= 83)::int
FROM plan ORDER BY n;

INSERT INTO file_number (tenant_id, store_id, number_key, file_id, reserved_until)
SELECT :chain, store_id, number_key, file_id, begun + interval '7 days' FROM plan ORDER BY store_id, number_key;

INSERT INTO file_revision (tenant_id, revision_id, file_id, store_id, no, cause, state, fields_box, writer_id, created_at)
SELECT :chain, file_id, file_id, store_id, 1, 'new', 'stage1', decode(repeat('c5', 300), 'hex'), writer_id, begun FROM plan ORDER BY n;

INSERT INTO file_event (tenant_id, event_id, file_id, at, business_date, kind, person_id)
SELECT :chain, file_id, file_id, begun, :today - age, 'file.created', writer_id FROM plan ORDER BY n;

DROP TABLE seed, plan;

VACUUM (FREEZE, ANALYZE);
