-- LIF-04 for a month at its barest: one statement for each effect.
BEGIN;
INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
VALUES (:chain, '70000000-0000-7000-8000-000000000000', 'LIF-04', :day, 'done', now(), 1, now());

INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, visits, created_at)
SELECT :chain, ('70000000-0000-7000-8000-' || lpad(to_hex(row_number() OVER (ORDER BY s.file_id)), 12, '0'))::uuid,
  '70000000-0000-7000-8000-000000000000', s.file_id, s.store_id, 'LIF-04', 1, :day, s.referrer_id,
  jsonb_build_object('month', to_char(:day - 1, 'YYYY-MM'), 'visits', s.visits, 'others', s.others), s.seen, now()
FROM (
  SELECT t.file_id, t.store_id, t.referrer_id, count(*) AS visits, count(*) FILTER (WHERE v.credited_to IS DISTINCT FROM t.referrer_id) AS others,
    jsonb_agg(jsonb_build_object('on', v.business_date, 'meal', v.meal_period, 'by', v.credited_to) ORDER BY v.business_date, v.meal_period) AS seen
  FROM visit v
  JOIN guest_number g ON g.tenant_id = v.tenant_id AND g.store_id = v.store_id AND g.number_key = v.number_key AND v.business_date >= g.approved_on AND v.business_date < g.until
  JOIN tie t ON t.tenant_id = g.tenant_id AND t.file_id = g.file_id AND t.end_on IS NULL AND v.business_date >= t.start_on
  WHERE v.tenant_id = :chain AND v.business_date >= (:day - interval '1 month')::date AND v.business_date < :day
  GROUP BY t.file_id, t.store_id, t.referrer_id
) s
WHERE s.others * 2 >= s.visits;

UPDATE tie SET end_on = :day, decision_id = d.decision_id
FROM decision d
WHERE d.tenant_id = :chain AND d.run_id = '70000000-0000-7000-8000-000000000000' AND tie.tenant_id = :chain AND tie.file_id = d.file_id AND tie.end_on IS NULL;

UPDATE guest SET owner_id = NULL, owned_since = NULL
FROM decision d
WHERE d.tenant_id = :chain AND d.run_id = '70000000-0000-7000-8000-000000000000' AND guest.tenant_id = :chain AND guest.file_id = d.file_id;

INSERT INTO inbox (tenant_id, item_id, person_id, kind, file_id, on_date, decision_id, more, at)
SELECT :chain, ('71000000-0000-7000-8000-' || lpad(to_hex(row_number() OVER ()), 12, '0'))::uuid, from_id, 'guest_lost',
  (array_agg(file_id ORDER BY file_id))[1], :day, (array_agg(decision_id ORDER BY file_id))[1], count(*) - 1, now()
FROM decision
WHERE tenant_id = :chain AND run_id = '70000000-0000-7000-8000-000000000000'
GROUP BY from_id;
COMMIT;
