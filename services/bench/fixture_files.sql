-- Files and ties, made of the table seed.
-- What falls due: of 10,000 files 100 today, 3,233 more in a month, the rest
-- later; ten have been visited on the day of the run itself.
CREATE TEMP TABLE plan AS
SELECT s.*, bench.id('10', n % :stores) AS store_id, bench.id('20', n % :people) AS owner_id, :today - 400 - n % 700 AS approved_on,
  CASE
    WHEN u < 100 THEN (:today - interval '3 months')::date - 1 - n % 250
    WHEN u < 3333 THEN (:today - interval '3 months')::date + n % 27
    WHEN u < 9990 THEN (:today + :later - interval '3 months')::date + n % 55
    ELSE :today
  END AS last_visit
FROM (SELECT seed.*, n::bigint * 7919 % 10000 AS u FROM seed) s;

INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, owner_id, owned_since, approved_on, writer_id, request_id, created_at)
SELECT :chain, file_id, store_id, name, initials, number_key, number_box, last4_rev, 'approved', owner_id, approved_on, approved_on, owner_id, file_id, approved_on
FROM plan ORDER BY n;

INSERT INTO file_number (tenant_id, store_id, number_key, file_id)
SELECT :chain, store_id, number_key, file_id FROM plan ORDER BY store_id, number_key;

INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on)
SELECT :chain, store_id, number_key, file_id, approved_on FROM plan ORDER BY store_id, number_key;

INSERT INTO guest_visits (tenant_id, file_id, store_id, last_visit, visits, changed_at)
SELECT :chain, file_id, store_id, last_visit, 1 + n % 20, least(last_visit + interval '14 hours', :today - interval '1 hour') FROM plan ORDER BY n;

INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, origin, created_at)
SELECT :chain, bench.id('30', n), file_id, store_id, owner_id, approved_on, 'approval', approved_on FROM plan ORDER BY n;

INSERT INTO visit (tenant_id, store_id, number_key, business_date, meal_period, bills, amount_fen, changed_at)
SELECT :chain, store_id, number_key, day, 1 + n % 3, 1, 20000, day FROM plan, unnest(ARRAY[:today - 20, :today]) day WHERE last_visit = :today;

DROP TABLE seed, plan;

VACUUM (FREEZE, ANALYZE);
