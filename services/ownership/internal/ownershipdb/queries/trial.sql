-- Trials of rules (RUL-04).

-- name: InsertTrial :exec
INSERT INTO trial (tenant_id, trial_id, state, months, from_on, to_on, base_version, rules, cut_off, files, beat_at, created_by, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(trial_id), 'queued', sqlc.arg(months), sqlc.arg(from_on), sqlc.arg(to_on), sqlc.arg(base_version), sqlc.arg(rules),
  sqlc.arg(now), sqlc.arg(files), sqlc.arg(now), sqlc.arg(created_by), sqlc.arg(now));

-- name: Trial :one
SELECT * FROM trial WHERE tenant_id = sqlc.arg(tenant_id) AND trial_id = sqlc.arg(trial_id);

-- name: TrialsPage :many
-- Newest first, before an id: ids sort by the moment they were made.
SELECT * FROM trial WHERE tenant_id = sqlc.arg(tenant_id) AND trial_id < sqlc.arg(before)
ORDER BY trial_id DESC LIMIT sqlc.arg(at_most);

-- name: LockTrial :one
SELECT * FROM trial WHERE tenant_id = sqlc.arg(tenant_id) AND trial_id = sqlc.arg(trial_id) FOR UPDATE;

-- name: ForsakenTrials :many
-- Trials that show no life: whoever worked them was killed.
SELECT trial_id FROM trial
WHERE tenant_id = sqlc.arg(tenant_id) AND state IN ('queued', 'running') AND beat_at < sqlc.arg(before);

-- name: TakeUpTrial :execrows
UPDATE trial SET beat_at = sqlc.arg(now)
WHERE tenant_id = sqlc.arg(tenant_id) AND trial_id = sqlc.arg(trial_id) AND state IN ('queued', 'running') AND beat_at < sqlc.arg(before);

-- name: MoveTrial :execrows
UPDATE trial SET state = 'running', after_file = sqlc.arg(after_file), tried = tried + sqlc.arg(tried), differing = differing + sqlc.arg(differing),
  set_aside = set_aside + sqlc.arg(set_aside), beat_at = sqlc.arg(now)
WHERE tenant_id = sqlc.arg(tenant_id) AND trial_id = sqlc.arg(trial_id) AND state IN ('queued', 'running');

-- name: EndTrial :execrows
UPDATE trial SET state = sqlc.arg(state), error = sqlc.arg(error), ended_at = sqlc.arg(now)::timestamptz, files = CASE WHEN sqlc.arg(state)::text = 'done' THEN tried ELSE files END
WHERE tenant_id = sqlc.arg(tenant_id) AND trial_id = sqlc.arg(trial_id) AND state IN ('queued', 'running');

-- name: InsertTrialLines :exec
-- A zero person is nobody.
INSERT INTO trial_line (tenant_id, trial_id, file_id, no, store_id, on_day, rule, tried, late, from_id, to_id, evidence, visits)
SELECT sqlc.arg(tenant_id), sqlc.arg(trial_id), l.file_id, l.no, l.store_id, l.on_day, l.rule, l.tried, l.late,
  nullif(l.from_id, '00000000-0000-0000-0000-000000000000'), nullif(l.to_id, '00000000-0000-0000-0000-000000000000'), l.evidence, nullif(l.visits, 'null')
FROM (
  SELECT unnest(sqlc.arg(file_ids)::uuid[]) AS file_id, unnest(sqlc.arg(nos)::smallint[]) AS no, unnest(sqlc.arg(store_ids)::uuid[]) AS store_id,
    unnest(sqlc.arg(days)::date[]) AS on_day, unnest(sqlc.arg(rules)::text[]) AS rule, unnest(sqlc.arg(tried)::boolean[]) AS tried, unnest(sqlc.arg(late)::boolean[]) AS late,
    unnest(sqlc.arg(from_ids)::uuid[]) AS from_id, unnest(sqlc.arg(to_ids)::uuid[]) AS to_id,
    unnest(sqlc.arg(evidence)::jsonb[]) AS evidence, unnest(sqlc.arg(visits)::jsonb[]) AS visits
) l;

-- name: AddTrialCounts :exec
INSERT INTO trial_count (tenant_id, trial_id, store_id, person_id, lost_fact, lost_then, won_fact, won_then, held_fact, held_then)
SELECT sqlc.arg(tenant_id), sqlc.arg(trial_id), c.store_id, c.person_id, c.lost_fact, c.lost_then, c.won_fact, c.won_then, c.held_fact, c.held_then
FROM (
  SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(people)::uuid[]) AS person_id,
    unnest(sqlc.arg(lost_fact)::int[]) AS lost_fact, unnest(sqlc.arg(lost_then)::int[]) AS lost_then, unnest(sqlc.arg(won_fact)::int[]) AS won_fact,
    unnest(sqlc.arg(won_then)::int[]) AS won_then, unnest(sqlc.arg(held_fact)::int[]) AS held_fact, unnest(sqlc.arg(held_then)::int[]) AS held_then
) c
ON CONFLICT (tenant_id, trial_id, store_id, person_id) DO UPDATE
SET lost_fact = trial_count.lost_fact + excluded.lost_fact, lost_then = trial_count.lost_then + excluded.lost_then,
  won_fact = trial_count.won_fact + excluded.won_fact, won_then = trial_count.won_then + excluded.won_then,
  held_fact = trial_count.held_fact + excluded.held_fact, held_then = trial_count.held_then + excluded.held_then;

-- name: TrialCounts :many
-- Per person and store; the table of a chain's referrers, one row each.
SELECT c.store_id, c.person_id, p.name AS person_name, p.staff_no, c.lost_fact, c.lost_then, c.won_fact, c.won_then, c.held_fact, c.held_then
FROM trial_count c
JOIN staff_pub.person p ON p.tenant_id = c.tenant_id AND p.person_id = c.person_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.trial_id = sqlc.arg(trial_id)
ORDER BY c.store_id, abs(c.lost_then - c.lost_fact) DESC, c.person_id
LIMIT 20000;

-- name: TrialLinesPage :many
-- In the order of files, after a place; of one store.
SELECT l.file_id, l.no, l.store_id, f.name AS guest_name, f.owner_id, l.on_day, l.rule, l.tried, l.late,
  coalesce(a.name, '')::text AS from_name, coalesce(b.name, '')::text AS to_name, l.evidence, l.visits
FROM trial_line l
JOIN customer_pub.file f ON f.tenant_id = l.tenant_id AND f.file_id = l.file_id
LEFT JOIN staff_pub.person a ON a.tenant_id = l.tenant_id AND a.person_id = l.from_id
LEFT JOIN staff_pub.person b ON b.tenant_id = l.tenant_id AND b.person_id = l.to_id
WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.trial_id = sqlc.arg(trial_id) AND l.store_id = sqlc.arg(store_id)
  AND (l.file_id, l.no) > (sqlc.arg(after_file)::uuid, sqlc.arg(after_no)::smallint)
ORDER BY l.file_id, l.no
LIMIT sqlc.arg(at_most);
