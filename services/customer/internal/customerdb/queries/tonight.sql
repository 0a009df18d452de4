-- name: Blacklisted :many
SELECT file_id FROM guest WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND blacklisted;
