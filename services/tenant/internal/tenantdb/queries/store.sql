-- name: Stores :many
SELECT store_id, code, name, zone, cutover_minutes FROM store
WHERE tenant_id = sqlc.arg(tenant_id)
ORDER BY code;

-- The lists are unnested side by side in one SELECT: sqlc does not know unnest
-- with several of them.
-- name: InsertStores :exec
INSERT INTO store (tenant_id, store_id, code, name, zone, cutover_minutes, created_at)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(ids)::uuid[]), unnest(sqlc.arg(codes)::text[]), unnest(sqlc.arg(names)::text[]),
  unnest(sqlc.arg(zones)::text[]), unnest(sqlc.arg(cutovers)::int[]), sqlc.arg(now);
