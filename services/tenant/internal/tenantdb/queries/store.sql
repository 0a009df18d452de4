-- name: Stores :many
-- With what was planned for them: changes of the clock and days closed for works.
SELECT s.store_id, s.code, s.name, s.address, s.zone, s.cutover_minutes, s.hours, s.suspended_at, s.closed_on, s.state_reason, s.version, s.live_on,
  coalesce((SELECT jsonb_agg(jsonb_build_object('from', c.from_on, 'zone', c.zone, 'cutover', c.cutover_minutes) ORDER BY c.from_on)
    FROM store_clock c WHERE c.tenant_id = s.tenant_id AND c.store_id = s.store_id), '[]')::jsonb AS clocks,
  coalesce((SELECT jsonb_agg(jsonb_build_object('id', c.closure_id, 'from', c.from_on, 'to', c.to_on, 'reason', c.reason, 'by', c.created_by, 'at', c.created_at) ORDER BY c.from_on)
    FROM store_closure c WHERE c.tenant_id = s.tenant_id AND c.store_id = s.store_id AND c.withdrawn_at IS NULL), '[]')::jsonb AS closures
FROM store s
WHERE s.tenant_id = sqlc.arg(tenant_id)
ORDER BY s.code;

-- The lists are unnested side by side in one SELECT: sqlc does not know unnest
-- with several of them.
-- name: InsertStores :exec
INSERT INTO store (tenant_id, store_id, code, name, zone, cutover_minutes, live_on, created_at)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(ids)::uuid[]), unnest(sqlc.arg(codes)::text[]), unnest(sqlc.arg(names)::text[]),
  unnest(sqlc.arg(zones)::text[]), unnest(sqlc.arg(cutovers)::int[]), nullif(unnest(sqlc.arg(lives)::date[]), '1970-01-01'), sqlc.arg(now);

-- name: InsertStore :exec
INSERT INTO store (tenant_id, store_id, code, name, address, zone, cutover_minutes, hours, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(store_id), sqlc.arg(code), sqlc.arg(name), sqlc.arg(address), sqlc.arg(zone), sqlc.arg(cutover_minutes), sqlc.arg(hours), sqlc.arg(now));

-- name: CountStores :one
SELECT count(*)::int FROM store WHERE tenant_id = sqlc.arg(tenant_id);

-- name: LockStore :one
SELECT version FROM store WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) FOR UPDATE;

-- name: EditStore :execrows
UPDATE store SET code = sqlc.arg(code), name = sqlc.arg(name), address = sqlc.arg(address), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND version = sqlc.arg(base_version);

-- name: SetStoreHours :execrows
UPDATE store SET hours = sqlc.arg(hours), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND version = sqlc.arg(base_version);

-- name: SuspendStore :execrows
UPDATE store SET suspended_at = sqlc.arg(now)::timestamptz, state_reason = sqlc.arg(reason), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND suspended_at IS NULL AND closed_on IS NULL;

-- name: CloseStore :execrows
UPDATE store SET suspended_at = NULL, closed_on = sqlc.arg(closed_on)::date, state_reason = sqlc.arg(reason), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND closed_on IS NULL;

-- name: ReopenStore :execrows
UPDATE store SET suspended_at = NULL, closed_on = NULL, state_reason = '', version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND (suspended_at IS NOT NULL OR closed_on IS NOT NULL);

-- name: SetStoreLive :execrows
UPDATE store SET live_on = sqlc.narg(live_on)::date, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND (live_on IS NULL OR live_on > sqlc.arg(today)::date);

-- name: LiveFrom :exec
UPDATE store SET live_on = sqlc.arg(live_on)::date WHERE tenant_id = sqlc.arg(tenant_id) AND live_on IS NULL;

-- name: DropClocksFrom :exec
-- What was planned for days to come; what holds or held stays.
DELETE FROM store_clock WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND from_on > sqlc.arg(today);

-- name: InsertClock :exec
INSERT INTO store_clock (tenant_id, store_id, from_on, zone, cutover_minutes, created_by, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(store_id), sqlc.arg(from_on), sqlc.arg(zone), sqlc.arg(cutover_minutes), sqlc.arg(created_by), sqlc.arg(now));

-- name: InsertClosure :exec
INSERT INTO store_closure (tenant_id, closure_id, store_id, from_on, to_on, reason, created_by, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(closure_id), sqlc.arg(store_id), sqlc.arg(from_on), sqlc.arg(to_on), sqlc.arg(reason), sqlc.arg(created_by), sqlc.arg(now));

-- name: EndClosure :execrows
UPDATE store_closure SET to_on = sqlc.arg(to_on)
WHERE tenant_id = sqlc.arg(tenant_id) AND closure_id = sqlc.arg(closure_id) AND withdrawn_at IS NULL;

-- name: WithdrawClosure :execrows
UPDATE store_closure SET withdrawn_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND closure_id = sqlc.arg(closure_id) AND withdrawn_at IS NULL;
