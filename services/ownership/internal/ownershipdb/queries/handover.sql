-- Ties in handover (HND-06), handed over (HND-02) and given back (HND-08). Rows
-- are locked in the order of files.

-- name: TiesOfPerson :many
-- All that a person owns in a store, held until the transaction ends.
SELECT tie_id, file_id, start_on, coalesce(former_on, start_on)::date AS former_on, coalesce(hold_id, '00000000-0000-0000-0000-000000000000')::uuid AS hold_id FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND referrer_id = sqlc.arg(referrer_id) AND store_id = sqlc.arg(store_id) AND end_on IS NULL
ORDER BY file_id FOR UPDATE;

-- name: TiesOfFiles :many
-- Those of some files, likewise.
SELECT tie_id, file_id, start_on, coalesce(former_on, start_on)::date AS former_on, coalesce(hold_id, '00000000-0000-0000-0000-000000000000')::uuid AS hold_id FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND referrer_id = sqlc.arg(referrer_id) AND store_id = sqlc.arg(store_id) AND end_on IS NULL
  AND file_id = ANY(sqlc.arg(file_ids)::uuid[])
ORDER BY file_id FOR UPDATE;

-- name: HeldTies :many
-- The ties that a case holds and that nothing else has ended, likewise.
SELECT t.tie_id, t.file_id, t.start_on, coalesce(t.former_on, t.start_on)::date AS former_on
FROM tie_hold h
JOIN tie t ON t.tenant_id = h.tenant_id AND t.tie_id = h.tie_id
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.hold_id = sqlc.arg(hold_id)::uuid AND h.to_on IS NULL AND t.hold_id = sqlc.arg(hold_id)::uuid AND t.end_on IS NULL
ORDER BY t.file_id FOR UPDATE OF t;

-- name: HoldTies :exec
WITH held AS (
  UPDATE tie SET hold_id = sqlc.arg(hold_id)::uuid
  WHERE tie.tenant_id = sqlc.arg(tenant_id) AND tie.tie_id = ANY(sqlc.arg(tie_ids)::uuid[]) AND tie.end_on IS NULL
  RETURNING tie_id, file_id, store_id, referrer_id
)
INSERT INTO tie_hold (tenant_id, hold_id, tie_id, file_id, store_id, giver_id, position, from_on, created_at)
SELECT sqlc.arg(tenant_id), sqlc.arg(hold_id)::uuid, h.tie_id, h.file_id, h.store_id, h.referrer_id, sqlc.arg(position), sqlc.arg(from_on)::date, sqlc.arg(now)
FROM held h;

-- name: FreeTies :exec
-- Ends the holds of a case: of all its ties, or of those named.
UPDATE tie SET hold_id = NULL
FROM tie_hold h
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.hold_id = sqlc.arg(hold_id)::uuid AND h.to_on IS NULL
  AND tie.tenant_id = h.tenant_id AND tie.tie_id = h.tie_id AND tie.hold_id = h.hold_id;

-- name: EndHolds :execrows
UPDATE tie_hold SET to_on = greatest(from_on, sqlc.arg(to_on)::date)
WHERE tenant_id = sqlc.arg(tenant_id) AND hold_id = sqlc.arg(hold_id) AND to_on IS NULL;

-- name: EndHoldsOfTies :exec
-- Of ties that another case takes over from head office's desk.
UPDATE tie_hold SET to_on = greatest(from_on, sqlc.arg(to_on)::date)
WHERE tenant_id = sqlc.arg(tenant_id) AND tie_id = ANY(sqlc.arg(tie_ids)::uuid[]) AND to_on IS NULL;

-- name: CountHolds :one
SELECT count(*) FROM tie_hold WHERE tenant_id = sqlc.arg(tenant_id) AND hold_id = sqlc.arg(hold_id) AND to_on IS NULL;

-- name: EndTiesByHand :execrows
-- Ends ties that people gave away; one that began today ends today.
UPDATE tie SET end_on = greatest(tie.start_on, sqlc.arg(end_on)::date), decision_id = e.decision_id, hold_id = NULL
FROM (SELECT unnest(sqlc.arg(tie_ids)::uuid[]) AS tie_id, unnest(sqlc.arg(decision_ids)::uuid[]) AS decision_id) e
WHERE tie.tenant_id = sqlc.arg(tenant_id) AND tie.tie_id = e.tie_id AND tie.end_on IS NULL;

-- name: OpenTiesOfFiles :many
SELECT file_id, tie_id, referrer_id FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(file_ids)::uuid[]) AND end_on IS NULL
ORDER BY file_id;

-- name: LockTies :many
-- Those of some ties that still hold, locked.
SELECT tie_id, file_id, store_id, start_on FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND tie_id = ANY(sqlc.arg(tie_ids)::uuid[]) AND end_on IS NULL
ORDER BY file_id FOR UPDATE;

-- name: ResumeTies :exec
-- Ties that were given back from their old start hold again from a day on.
UPDATE tie SET resumed_on = sqlc.arg(resumed_on)::date
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(file_ids)::uuid[]) AND end_on IS NULL AND start_on < sqlc.arg(resumed_on)::date;

-- name: InHandover :one
SELECT EXISTS (SELECT FROM tie WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND end_on IS NULL AND hold_id IS NOT NULL) AS held;
