-- name: LockTenant :exec
-- Whoever changes keys follows whoever changes them now.
SELECT FROM tenant WHERE tenant_id = sqlc.arg(tenant_id) FOR UPDATE;

-- name: RewrapKey :exec
UPDATE tenant_key SET wrapped = sqlc.arg(wrapped)
WHERE tenant_id = sqlc.arg(tenant_id) AND purpose = sqlc.arg(purpose) AND version = sqlc.arg(version);

-- name: InsertKeyVersion :exec
INSERT INTO tenant_key (tenant_id, purpose, version, wrapped, created_at)
VALUES (sqlc.arg(tenant_id), 'box', sqlc.arg(version), sqlc.arg(wrapped), sqlc.arg(now));

-- name: BeginRotation :exec
INSERT INTO key_rotation (tenant_id, version, began_at) VALUES (sqlc.arg(tenant_id), sqlc.arg(version), sqlc.arg(now));

-- name: Rotation :one
-- The newest, with how far it is.
SELECT version, began_at, place, after_id, boxes, ended_at FROM key_rotation
WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY version DESC LIMIT 1;

-- name: MoveRotation :exec
UPDATE key_rotation SET place = sqlc.arg(place), after_id = sqlc.arg(after_id), boxes = boxes + sqlc.arg(boxes)
WHERE tenant_id = sqlc.arg(tenant_id) AND version = sqlc.arg(version);

-- name: EndRotation :exec
UPDATE key_rotation SET ended_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND version = sqlc.arg(version) AND ended_at IS NULL;
