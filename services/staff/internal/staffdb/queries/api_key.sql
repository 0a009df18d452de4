-- Behind the entry by secret in one batch, as SessionByToken.
-- name: KeyBySecret :one
SELECT k.tenant_id, k.key_id, k.label, k.prefix, k.scopes, k.store_ids, k.created_at, k.expires_at, k.revoked_at, k.calls_per_minute, t.policy_version
FROM api_key k JOIN tenant t ON t.tenant_id = k.tenant_id
WHERE k.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND k.secret_hash = sqlc.arg(secret_hash);

-- name: KeysAll :many
SELECT k.key_id, k.label, k.prefix, k.scopes, k.store_ids, k.created_at, k.expires_at, k.revoked_at, k.calls_per_minute, k.successor_id, u.used_at
FROM api_key k LEFT JOIN api_key_use u ON u.tenant_id = k.tenant_id AND u.key_id = k.key_id
WHERE k.tenant_id = sqlc.arg(tenant_id)
ORDER BY k.key_id DESC LIMIT 1000;

-- name: KeysOfStores :many
SELECT k.key_id, k.label, k.prefix, k.scopes, k.store_ids, k.created_at, k.expires_at, k.revoked_at, k.calls_per_minute, k.successor_id, u.used_at
FROM api_key k LEFT JOIN api_key_use u ON u.tenant_id = k.tenant_id AND u.key_id = k.key_id
WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.store_ids <@ sqlc.arg(stores)::uuid[]
ORDER BY k.key_id DESC LIMIT 1000;

-- name: LockKey :one
SELECT k.key_id, k.label, k.prefix, k.scopes, k.store_ids, k.created_at, k.expires_at, k.revoked_at, k.calls_per_minute, k.successor_id, u.used_at
FROM api_key k LEFT JOIN api_key_use u ON u.tenant_id = k.tenant_id AND u.key_id = k.key_id
WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.key_id = sqlc.arg(key_id)
FOR UPDATE OF k;

-- name: LeaveSlots :exec
-- Keys of a label that have ended make room for new ones.
UPDATE api_key SET slot = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND label = sqlc.arg(label) AND slot IS NOT NULL AND (revoked_at IS NOT NULL OR expires_at <= sqlc.arg(now));

-- name: TakenSlots :many
SELECT slot::smallint FROM api_key WHERE tenant_id = sqlc.arg(tenant_id) AND label = sqlc.arg(label) AND slot IS NOT NULL;

-- name: InsertKey :exec
INSERT INTO api_key (tenant_id, key_id, secret_hash, prefix, label, scopes, store_ids, created_by, created_at, expires_at, calls_per_minute, slot)
VALUES (sqlc.arg(tenant_id), sqlc.arg(key_id), sqlc.arg(secret_hash), sqlc.arg(prefix), sqlc.arg(label), sqlc.arg(scopes),
  sqlc.arg(store_ids), sqlc.arg(created_by), sqlc.arg(created_at), sqlc.arg(expires_at), sqlc.narg(calls_per_minute), sqlc.arg(slot)::smallint);

-- name: ReplaceKey :exec
UPDATE api_key SET successor_id = sqlc.arg(successor_id), expires_at = sqlc.arg(expires_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND key_id = sqlc.arg(key_id);

-- name: SetKeyLimit :exec
UPDATE api_key SET calls_per_minute = sqlc.narg(calls_per_minute) WHERE tenant_id = sqlc.arg(tenant_id) AND key_id = sqlc.arg(key_id);

-- name: RevokeKey :exec
UPDATE api_key SET revoked_at = sqlc.arg(now)::timestamptz, slot = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND key_id = sqlc.arg(key_id) AND revoked_at IS NULL;

-- name: UseKey :exec
-- Several processes note the same key: the newest stays, and only a later minute
-- writes.
INSERT INTO api_key_use AS u (tenant_id, key_id, used_at) VALUES (sqlc.arg(tenant_id), sqlc.arg(key_id), sqlc.arg(now))
ON CONFLICT (tenant_id, key_id) DO UPDATE SET used_at = excluded.used_at WHERE u.used_at <= excluded.used_at - interval '1 minute';
