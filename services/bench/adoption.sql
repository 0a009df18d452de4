-- LIF-07 for a month at its barest: one statement for each effect.
BEGIN;
INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
VALUES (:chain, '70000000-0000-7000-8000-000000000000', 'LIF-07', :day, 'done', now(), 1, now());

INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, to_id, evidence, visits, created_at)
SELECT :chain, ('70000000-0000-7000-8000-' || lpad(to_hex(row_number() OVER (ORDER BY b.file_id)), 12, '0'))::uuid,
  '70000000-0000-7000-8000-000000000000', b.file_id, b.store_id, CASE WHEN b.best > 1 THEN 'LIF-07-TIE' ELSE 'LIF-07' END, 1, :day, CASE WHEN b.best = 1 THEN b.receivers[1] END,
  jsonb_build_object('month', to_char(:day - 1, 'YYYY-MM'), 'count', b.n), b.seen, now()
FROM (
  SELECT r.file_id, r.store_id, r.n, count(*) AS best, array_agg(r.person_id) AS receivers, jsonb_agg(r.seen) AS seen
  FROM (
    SELECT c.*, rank() OVER (PARTITION BY c.file_id ORDER BY c.n DESC) AS place
    FROM (
      SELECT f.file_id, f.store_id, v.credited_to AS person_id, count(*) AS n,
        jsonb_agg(jsonb_build_object('on', v.business_date, 'meal', v.meal_period, 'by', v.credited_to) ORDER BY v.business_date, v.meal_period) AS seen
      FROM visit v
      JOIN guest_number g ON g.tenant_id = v.tenant_id AND g.store_id = v.store_id AND g.number_key = v.number_key AND v.business_date >= g.approved_on AND v.business_date < g.until
      JOIN guest f ON f.tenant_id = g.tenant_id AND f.file_id = g.file_id AND f.owner_id IS NULL AND f.state <> 'deleted'
      JOIN assignment p ON p.tenant_id = v.tenant_id AND p.person_id = v.credited_to AND f.store_id = ANY (p.store_ids) AND p.from_on < :day AND (p.to_on IS NULL OR p.to_on >= :day)
      WHERE v.tenant_id = :chain AND v.business_date >= (:day - interval '1 month')::date AND v.business_date < :day
        AND v.business_date >= (SELECT coalesce(max(t.end_on), f.approved_on) FROM tie t WHERE t.tenant_id = f.tenant_id AND t.file_id = f.file_id)
      GROUP BY f.file_id, f.store_id, v.credited_to
      HAVING count(*) >= 2
    ) c
  ) r
  WHERE r.place = 1
  GROUP BY r.file_id, r.store_id, r.n
) b;

INSERT INTO offer (tenant_id, offer_id, file_id, store_id, person_id, kind, state, offered_on, lapses_on, decision_id, created_at)
SELECT :chain, ('72000000-0000-7000-8000-' || lpad(to_hex(row_number() OVER (ORDER BY file_id)), 12, '0'))::uuid, file_id, store_id, to_id, 'adoption', 'pending', :day, :day + 7, decision_id, now()
FROM decision
WHERE tenant_id = :chain AND run_id = '70000000-0000-7000-8000-000000000000' AND to_id IS NOT NULL;

INSERT INTO inbox (tenant_id, item_id, person_id, kind, file_id, on_date, decision_id, more, at)
SELECT :chain, ('71000000-0000-7000-8000-' || lpad(to_hex(row_number() OVER ()), 12, '0'))::uuid, to_id, 'guest_offered',
  (array_agg(file_id ORDER BY file_id))[1], :day, (array_agg(decision_id ORDER BY file_id))[1], count(*) - 1, now()
FROM decision
WHERE tenant_id = :chain AND run_id = '70000000-0000-7000-8000-000000000000' AND to_id IS NOT NULL
GROUP BY to_id;
COMMIT;
