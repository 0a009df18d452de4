-- name: Resource :one
SELECT * FROM resource WHERE tenant_id = sqlc.arg(tenant_id) AND resource_id = sqlc.arg(resource_id);

-- name: ResourcesOfStore :many
SELECT * FROM resource WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id)
ORDER BY kind, name
LIMIT 1000;
