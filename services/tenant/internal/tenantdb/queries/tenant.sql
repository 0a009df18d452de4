-- name: InsertTenant :exec
INSERT INTO tenant (tenant_id, code, name, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(code), sqlc.arg(name), sqlc.arg(now));

-- name: Chain :one
SELECT code, name, zone FROM tenant WHERE tenant_id = sqlc.arg(tenant_id);

-- name: InsertKey :exec
INSERT INTO tenant_key (tenant_id, purpose, wrapped, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(purpose), sqlc.arg(wrapped), sqlc.arg(now));

-- name: Keys :many
SELECT purpose, wrapped, version FROM tenant_key WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY version;

-- name: RaisePolicyVersion :one
UPDATE tenant SET policy_version = policy_version + 1
WHERE tenant_id = sqlc.arg(tenant_id)
RETURNING policy_version;
