-- Stores that wait, and the brake (RUL-06 to RUL-08).

-- name: WaitsOf :many
SELECT store_id, track, step_on, step_kind, cause, run_id, since FROM store_wait WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY store_id, track;

-- name: LockWaits :many
-- The same, held until the transaction ends.
SELECT store_id, track, step_on, step_kind, cause, run_id, since FROM store_wait WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY store_id, track FOR UPDATE;

-- name: HoldStores :exec
-- Stores wait from a step on; one that waits already waits where it stood.
INSERT INTO store_wait (tenant_id, store_id, track, step_on, step_kind, cause, since)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(stores)::uuid[]), sqlc.arg(track), sqlc.arg(step_on), sqlc.arg(step_kind), 'day', sqlc.arg(now)
ON CONFLICT DO NOTHING;

-- name: FreeStores :exec
-- They have caught up with the chain.
DELETE FROM store_wait
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND track = sqlc.arg(track) AND cause = 'day' AND run_id IS NULL;

-- name: TakeStores :execrows
-- They catch up in a run from where they stand; fewer rows than stores: somebody
-- else was faster.
UPDATE store_wait SET run_id = sqlc.arg(run_id)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND track = sqlc.arg(track)
  AND step_on = sqlc.arg(step_on) AND step_kind = sqlc.arg(step_kind) AND cause = 'day' AND run_id IS NULL;

-- name: PassStores :many
-- The stores of a run have had its step; those that it braked have not.
UPDATE store_wait SET run_id = NULL, step_on = sqlc.arg(next_on), step_kind = sqlc.arg(next_kind)
WHERE tenant_id = sqlc.arg(tenant_id) AND run_id = sqlc.arg(run_id)::uuid
RETURNING store_id;

-- name: BrakeStores :exec
-- Stores wait for head office from a step on, whether they waited before or not.
INSERT INTO store_wait (tenant_id, store_id, track, step_on, step_kind, cause, since)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(stores)::uuid[]), sqlc.arg(track), sqlc.arg(step_on), sqlc.arg(step_kind), 'brake', sqlc.arg(now)
ON CONFLICT (tenant_id, store_id, track) DO UPDATE SET cause = 'brake', run_id = NULL, since = excluded.since;

-- name: MoveWait :execrows
-- What head office said of a brake: the store goes on from a step.
UPDATE store_wait SET cause = 'day', step_on = sqlc.arg(next_on), step_kind = sqlc.arg(next_kind)
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND track = sqlc.arg(track) AND cause = 'brake'
  AND step_on = sqlc.arg(step_on) AND step_kind = sqlc.arg(step_kind);

-- name: InsertBrakes :exec
INSERT INTO brake (tenant_id, brake_id, store_id, kind, period_on, run_id, releases, ties, runs, released, state, created_at)
SELECT sqlc.arg(tenant_id), b.brake_id, b.store_id, sqlc.arg(kind), sqlc.arg(period_on), sqlc.arg(run_id), b.releases, b.ties, b.runs, b.released, 'open', sqlc.arg(now)
FROM (
  SELECT unnest(sqlc.arg(brake_ids)::uuid[]) AS brake_id, unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(releases)::bigint[]) AS releases,
    unnest(sqlc.arg(ties)::bigint[]) AS ties, unnest(sqlc.arg(runs)::int[]) AS runs, unnest(sqlc.arg(released)::bigint[]) AS released
) b;

-- name: BrakedStores :many
-- The stores that a run stopped before.
SELECT store_id FROM brake WHERE tenant_id = sqlc.arg(tenant_id) AND run_id = sqlc.arg(run_id);

-- name: BrakesReleased :many
-- The stores for which head office let a step go on.
SELECT store_id FROM brake WHERE tenant_id = sqlc.arg(tenant_id) AND kind = sqlc.arg(kind) AND period_on = sqlc.arg(period_on) AND state = 'released';

-- name: TiesOfStores :many
SELECT store_id, count(*) AS ties FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND end_on IS NULL
GROUP BY store_id;

-- name: ReleasedBefore :many
-- What the runs of a kind before a day released in stores since each one's go-live,
-- at most so many of them; a store that had none is not among the rows.
SELECT s.store_id::uuid AS store_id, count(*)::int AS runs, sum(n.released)::bigint AS released
FROM (SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(live_ons)::date[]) AS live_on) s
JOIN (
  SELECT DISTINCT r.period_on FROM period_run r
  WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.kind = sqlc.arg(kind) AND r.period_on < sqlc.arg(day)::date
  ORDER BY r.period_on DESC LIMIT sqlc.arg(at_most)
) p ON p.period_on >= s.live_on
CROSS JOIN LATERAL (
  SELECT count(*) AS released FROM decision d
  WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.store_id = s.store_id AND d.effective_on = p.period_on AND d.rule = sqlc.arg(kind) AND d.from_id IS NOT NULL
) n
GROUP BY s.store_id;

-- name: Brake :one
SELECT * FROM brake WHERE tenant_id = sqlc.arg(tenant_id) AND brake_id = sqlc.arg(brake_id);

-- name: DecideBrake :execrows
UPDATE brake SET state = sqlc.arg(state), reason_box = sqlc.arg(reason_box), decided_by = sqlc.arg(decided_by), decided_for = sqlc.narg(decided_for), decided_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND brake_id = sqlc.arg(brake_id) AND state = 'open';

-- name: BrakesPage :many
-- Newest first, before an id; only of some stores.
SELECT * FROM brake
WHERE tenant_id = sqlc.arg(tenant_id) AND brake_id < sqlc.arg(before) AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND (NOT sqlc.arg(open_only)::bool OR state = 'open')
ORDER BY brake_id DESC
LIMIT sqlc.arg(at_most);

-- name: GuestNames :many
SELECT file_id, name FROM customer_pub.file WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);
