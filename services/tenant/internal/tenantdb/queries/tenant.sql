-- name: InsertTenant :exec
INSERT INTO tenant (tenant_id, code, name, sandbox, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(code), sqlc.arg(name), sqlc.arg(sandbox), sqlc.arg(now));

-- name: Chain :one
SELECT code, name, zone, sandbox FROM tenant WHERE tenant_id = sqlc.arg(tenant_id);

-- name: Moves :many
SELECT moved_at FROM sandbox_day WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY day_no;

-- name: MoveDay :execrows
-- The day behind the last, if that is the one asked for.
INSERT INTO sandbox_day (tenant_id, day_no, moved_at)
SELECT sqlc.arg(tenant_id), sqlc.arg(day_no)::int, sqlc.arg(now)
WHERE days_ahead(sqlc.arg(tenant_id)) = sqlc.arg(day_no)::int - 1
ON CONFLICT DO NOTHING;

-- name: InsertKey :exec
INSERT INTO tenant_key (tenant_id, purpose, wrapped, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(purpose), sqlc.arg(wrapped), sqlc.arg(now));

-- name: Keys :many
SELECT purpose, wrapped, version FROM tenant_key WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY version;

-- name: RaisePolicyVersion :one
UPDATE tenant SET policy_version = policy_version + 1
WHERE tenant_id = sqlc.arg(tenant_id)
RETURNING policy_version;
