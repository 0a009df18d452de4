-- name: Blacklisted :many
SELECT file_id FROM guest WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND blacklisted;

-- name: TakeOverBlacklisted :one
UPDATE guest SET blacklisted = true, version = version + 1 WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND NOT blacklisted
RETURNING store_id;
