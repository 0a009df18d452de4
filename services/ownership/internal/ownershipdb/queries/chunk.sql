-- What a chunk reads and writes.

-- name: DormancyCandidates :many
-- A superset of the ties that LIF-03 releases on a day, in the order of files.
-- since is the day minus the chain's shortest term: a tie or visit on or after
-- it keeps the file everywhere. A visit on or after the day, or anything learned
-- after the cut-off, hides what the last visit was: unsure, to be looked up. Of a
-- day long missed nearly all have come since: those who also came after since are
-- left out here. OFFSET keeps that a look-up for each, never a read of all visits.
-- Saying twice where the chunk begins lets both sides be read from there. The
-- join is an inner one, twice as fast on a usual day: visit keeps a row for every
-- approved file, also for one that nobody has visited. stores: of these only,
-- here and below; null: of all.
SELECT t.tie_id, t.file_id, t.store_id, t.referrer_id, greatest(t.start_on, t.resumed_on)::date AS start_on, t.origin, a.last_visit,
       coalesce(a.last_visit >= sqlc.arg(day) OR a.changed_at > sqlc.arg(cut_off), false)::bool AS unsure
FROM tie t
JOIN visit_pub.guest_activity a ON a.tenant_id = t.tenant_id AND a.file_id = t.file_id AND a.file_id > sqlc.arg(after_file)
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.end_on IS NULL AND t.hold_id IS NULL AND t.file_id > sqlc.arg(after_file)
  AND t.start_on < sqlc.arg(since) AND (t.resumed_on IS NULL OR t.resumed_on < sqlc.arg(since)) AND t.created_at <= sqlc.arg(cut_off)
  AND (sqlc.narg(stores)::uuid[] IS NULL OR t.store_id = ANY(sqlc.narg(stores)::uuid[]))
  AND (a.last_visit IS NULL OR a.last_visit < sqlc.arg(since) OR a.changed_at > sqlc.arg(cut_off) OR a.last_visit >= sqlc.arg(day) AND NOT EXISTS (
    SELECT FROM visit_pub.fact v
    WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.file_id = t.file_id AND v.business_date >= sqlc.arg(since) AND v.business_date < sqlc.arg(day) OFFSET 0))
ORDER BY t.file_id
LIMIT sqlc.arg(at_most);

-- name: VisitsOn :many
-- The visits of files, each on its day; one by one, lest all there are be read for a few.
SELECT v.file_id, v.business_date, v.meal_period, coalesce(v.credited_to, '00000000-0000-0000-0000-000000000000')::uuid AS credited_to
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(days)::date[]) AS business_date) w
CROSS JOIN LATERAL (
  SELECT f.file_id, f.business_date, f.meal_period, f.credited_to FROM visit_pub.fact f
  WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = w.file_id AND f.business_date = w.business_date OFFSET 0
) v;

-- name: WakeUpCandidates :many
-- A superset of the files that LIF-13 notes for a day's visits, in the order of
-- files: those not visited from since on before it, since being the day minus the
-- chain's shortest term, and those of which something was learned after the
-- cut-off: learned. Unsure when that is the visit itself, which may not have been known.
SELECT v.file_id, v.store_id, f.approved_on, bool_and(v.changed_at > sqlc.arg(cut_off))::bool AS unsure, bool_or(a.changed_at > sqlc.arg(cut_off))::bool AS learned
FROM visit_pub.fact v
JOIN customer_pub.file f ON f.tenant_id = v.tenant_id AND f.file_id = v.file_id
JOIN visit_pub.guest_activity a ON a.tenant_id = v.tenant_id AND a.file_id = v.file_id
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND v.business_date = sqlc.arg(visit_day)
  AND v.file_id > sqlc.arg(after_file) AND f.state <> 'deleted'
  AND (a.changed_at > sqlc.arg(cut_off) OR NOT EXISTS (
    SELECT FROM visit_pub.fact e
    WHERE e.tenant_id = sqlc.arg(tenant_id) AND e.file_id = v.file_id AND e.business_date >= sqlc.arg(since)::date AND e.business_date < sqlc.arg(visit_day) OFFSET 0))
GROUP BY v.file_id, v.store_id, f.approved_on
ORDER BY v.file_id
LIMIT sqlc.arg(at_most);

-- name: InsertDecisions :exec
-- A zero person is nobody; visits are null where the rule counts none.
INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, to_id, evidence, visits, created_at)
SELECT sqlc.arg(tenant_id), d.decision_id, sqlc.arg(run_id), d.file_id, d.store_id, d.rule, sqlc.arg(rule_version), sqlc.arg(effective_on),
       nullif(d.from_id, '00000000-0000-0000-0000-000000000000'), nullif(d.to_id, '00000000-0000-0000-0000-000000000000'), d.evidence, nullif(d.visits, 'null'), sqlc.arg(created_at)
FROM (
  SELECT unnest(sqlc.arg(decision_ids)::uuid[]) AS decision_id, unnest(sqlc.arg(file_ids)::uuid[]) AS file_id,
         unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(from_ids)::uuid[]) AS from_id,
         unnest(sqlc.arg(to_ids)::uuid[]) AS to_id, unnest(sqlc.arg(rules)::text[]) AS rule,
         unnest(sqlc.arg(evidence)::jsonb[]) AS evidence, unnest(sqlc.arg(visits)::jsonb[]) AS visits
) d;

-- name: EndTies :execrows
-- Ends ties that still hold and are not in handover (HND-06); fewer rows than ids:
-- somebody else ended one, or began to hand it over, meanwhile.
UPDATE tie SET end_on = sqlc.arg(end_on), decision_id = e.decision_id
FROM (SELECT unnest(sqlc.arg(tie_ids)::uuid[]) AS tie_id, unnest(sqlc.arg(decision_ids)::uuid[]) AS decision_id) e
WHERE tie.tenant_id = sqlc.arg(tenant_id) AND tie.tie_id = e.tie_id AND tie.end_on IS NULL AND tie.hold_id IS NULL;

-- name: InsertTies :exec
INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, former_on, origin, import_id, created_at)
SELECT sqlc.arg(tenant_id), t.tie_id, t.file_id, t.store_id, t.referrer_id, t.start_on, nullif(t.former_on, t.start_on), sqlc.arg(origin), sqlc.narg(import_id), sqlc.arg(created_at)
FROM (
  SELECT unnest(sqlc.arg(tie_ids)::uuid[]) AS tie_id, unnest(sqlc.arg(file_ids)::uuid[]) AS file_id,
         unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(referrer_ids)::uuid[]) AS referrer_id,
         unnest(sqlc.arg(starts)::date[]) AS start_on, unnest(sqlc.arg(formers)::date[]) AS former_on
) t;

-- name: EndTiesOfFiles :exec
-- The ties of files that are erased; one that began today ends today.
WITH e AS MATERIALIZED (
  SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(days)::date[]) AS end_on
), freed AS (
  UPDATE tie_hold h SET to_on = greatest(h.from_on, e.end_on)
  FROM e JOIN tie t ON t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = e.file_id AND t.end_on IS NULL AND t.hold_id IS NOT NULL
  WHERE h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id AND h.to_on IS NULL
)
UPDATE tie SET end_on = greatest(tie.start_on, e.end_on), hold_id = NULL
FROM e
WHERE tie.tenant_id = sqlc.arg(tenant_id) AND tie.file_id = e.file_id AND tie.end_on IS NULL;
