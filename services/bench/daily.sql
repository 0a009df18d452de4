-- A day of LIF-03 at its barest: one statement for each effect. Ids rise as the
-- product's do, so that the indexes grow at one end.
BEGIN;
INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
VALUES (:chain, '70000000-0000-7000-8000-000000000000', 'LIF-03', :day, 'done', now(), 1, now());

INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, created_at)
SELECT :chain, ('70000000-0000-7000-8000-' || lpad(to_hex(row_number() OVER (ORDER BY t.file_id)), 12, '0'))::uuid,
  '70000000-0000-7000-8000-000000000000', t.file_id, t.store_id, 'LIF-03', 1, :day, t.referrer_id,
  jsonb_build_object('last_visit', a.last_visit, 'tie_start', t.start_on), now()
FROM tie t
LEFT JOIN guest_visits a ON a.tenant_id = t.tenant_id AND a.file_id = t.file_id
WHERE t.tenant_id = :chain AND t.end_on IS NULL AND greatest(t.start_on, a.last_visit) < (:day - interval '3 months')::date;

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
