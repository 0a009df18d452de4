-- name: OpenTie :one
-- Who owns a file now, held until the transaction ends.
SELECT tie_id, referrer_id, start_on FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND end_on IS NULL FOR UPDATE;

-- name: HoldFiles :exec
-- The ties that files have had, held until the transaction ends: whoever takes a public
-- guest on or offers him, gives him back, makes one file of two or contests a loss looks
-- at him after this, and so one after the other (LIF-14). Of a guest who was nobody's
-- ever there is nothing to hold: offer_one_open and tie_one_owner let one have him.
SELECT count(*) FROM (
  SELECT tie_id FROM tie WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) ORDER BY file_id, tie_id FOR UPDATE
) t;

-- name: EndTie :execrows
-- A tie in handover is in none any more (HND-06).
WITH freed AS (
  UPDATE tie_hold SET to_on = greatest(tie_hold.from_on, sqlc.arg(end_on)::date)
  WHERE tie_hold.tenant_id = sqlc.arg(tenant_id) AND tie_hold.tie_id = sqlc.arg(tie_id) AND tie_hold.to_on IS NULL
)
UPDATE tie SET end_on = greatest(tie.start_on, sqlc.arg(end_on)::date), decision_id = sqlc.arg(cause)::uuid, hold_id = NULL
WHERE tie.tenant_id = sqlc.arg(tenant_id) AND tie.tie_id = sqlc.arg(tie_id) AND tie.end_on IS NULL;

-- name: TiesEndedBy :many
-- The ties that one cause ended, as they were.
SELECT tie_id, file_id, store_id, referrer_id, start_on, coalesce(former_on, start_on)::date AS former_on FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND decision_id = sqlc.arg(cause)::uuid
ORDER BY file_id;

-- name: OpenTieOrigin :one
SELECT tie_id, referrer_id, origin FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND end_on IS NULL FOR UPDATE;

-- name: TieClock :one
-- Since when the tie of a file that holds is judged, and how it began.
SELECT greatest(start_on, resumed_on)::date AS start_on, origin FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND end_on IS NULL;

-- name: WorksOn :one
-- Whether somebody has not left by a day.
SELECT EXISTS (SELECT FROM staff_pub.person p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = sqlc.arg(person_id)
  AND (p.left_on IS NULL OR p.left_on > sqlc.arg(on_day)::date)) AS works;

-- name: InsertDecision :exec
-- What a person decided about a file; run_id is the act's.
INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, to_id, evidence, created_at, visits)
VALUES (sqlc.arg(tenant_id), sqlc.arg(decision_id), sqlc.arg(run_id), sqlc.arg(file_id), sqlc.arg(store_id), sqlc.arg(rule), sqlc.arg(rule_version),
  sqlc.arg(effective_on), sqlc.narg(from_id), sqlc.narg(to_id), sqlc.arg(evidence), sqlc.arg(created_at), sqlc.narg(visits));
