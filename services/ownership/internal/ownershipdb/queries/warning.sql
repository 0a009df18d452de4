-- Warnings (LIF-10).

-- name: WarnCandidates :many
-- A superset of the ties that LIF-03 would end before a day to come, in the order of
-- files; monthly also those with a visit of the running month that is not the
-- referrer's, with all of them. since is that day minus the chain's shortest term.
-- Anything learned after the cut-off hides what was known then: unsure.
SELECT t.tie_id, t.file_id, t.store_id, t.referrer_id, greatest(t.start_on, t.resumed_on)::date AS start_on, t.origin, a.last_visit,
  coalesce(a.last_visit >= sqlc.arg(day)::date OR a.changed_at > sqlc.arg(cut_off), false)::bool AS unsure, v.days, v.meals, v.credits
FROM tie t
JOIN visit_pub.guest_activity a ON a.tenant_id = t.tenant_id AND a.file_id = t.file_id AND a.file_id > sqlc.arg(after_file)
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(f.business_date), '{}')::date[] AS days, coalesce(array_agg(f.meal_period), '{}')::smallint[] AS meals,
    coalesce(array_agg(coalesce(f.credited_to, '00000000-0000-0000-0000-000000000000')), '{}')::uuid[] AS credits,
    coalesce(bool_or(f.credited_to IS DISTINCT FROM t.referrer_id), false) AS others
  FROM visit_pub.fact f
  WHERE sqlc.arg(monthly)::bool AND f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = t.file_id
    AND f.business_date >= greatest(t.start_on, t.resumed_on, sqlc.arg(first_on)::date) AND f.business_date < sqlc.arg(day)::date
) v
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.end_on IS NULL AND t.hold_id IS NULL AND t.file_id > sqlc.arg(after_file)
  AND (sqlc.narg(stores)::uuid[] IS NULL OR t.store_id = ANY(sqlc.narg(stores)::uuid[]))
  AND greatest(t.start_on, t.resumed_on) < sqlc.arg(day)::date AND t.created_at <= sqlc.arg(cut_off)
  AND (greatest(t.start_on, t.resumed_on) < sqlc.arg(since)::date AND (a.last_visit IS NULL OR a.last_visit < sqlc.arg(since)::date OR a.last_visit >= sqlc.arg(day)::date OR a.changed_at > sqlc.arg(cut_off))
    OR v.others OR sqlc.arg(monthly)::bool AND a.changed_at > sqlc.arg(cut_off))
ORDER BY t.file_id
LIMIT sqlc.arg(at_most);

-- name: RunsOfKind :many
-- The runs of a kind for some days, with the moment they saw.
SELECT period_on, cut_off FROM period_run
WHERE tenant_id = sqlc.arg(tenant_id) AND kind = sqlc.arg(kind) AND period_on BETWEEN sqlc.arg(first_on)::date AND sqlc.arg(last_on)::date;

-- name: InsertWarnings :many
-- What somebody was warned of before stays out.
INSERT INTO warning (tenant_id, warning_id, tie_id, file_id, store_id, person_id, rule, stage, acts_on, warned_on, rule_version, evidence, created_at)
SELECT sqlc.arg(tenant_id), w.warning_id, w.tie_id, w.file_id, w.store_id, w.person_id, w.rule, w.stage, w.acts_on, sqlc.arg(warned_on), sqlc.arg(rule_version), w.evidence, sqlc.arg(now)
FROM (
  SELECT unnest(sqlc.arg(warning_ids)::uuid[]) AS warning_id, unnest(sqlc.arg(tie_ids)::uuid[]) AS tie_id, unnest(sqlc.arg(file_ids)::uuid[]) AS file_id,
    unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(people)::uuid[]) AS person_id, unnest(sqlc.arg(rules)::text[]) AS rule,
    unnest(sqlc.arg(stages)::smallint[]) AS stage, unnest(sqlc.arg(acts_ons)::date[]) AS acts_on, unnest(sqlc.arg(evidence)::jsonb[]) AS evidence
) w
ON CONFLICT (tenant_id, tie_id, rule, acts_on, stage) DO NOTHING
RETURNING warning_id;

-- name: WarningsByID :many
SELECT warning_id, warned_on, rule_version, evidence FROM warning WHERE tenant_id = sqlc.arg(tenant_id) AND warning_id = ANY(sqlc.arg(warning_ids)::uuid[]);

-- name: WarningsOfTie :many
SELECT w.rule, w.stage, w.acts_on, w.warned_on, w.rule_version, w.evidence FROM warning w
WHERE w.tenant_id = sqlc.arg(tenant_id) AND w.tie_id = sqlc.arg(tie_id) AND w.file_id = sqlc.arg(file_id)
ORDER BY w.warning_id DESC
LIMIT 20;
