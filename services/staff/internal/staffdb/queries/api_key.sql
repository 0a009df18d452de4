-- Behind the entry by secret in one batch, as SessionByToken.
-- name: KeyBySecret :one
SELECT k.tenant_id, k.key_id, k.label, k.prefix, k.scopes, k.store_ids, k.created_at, k.expires_at, k.revoked_at, t.policy_version
FROM api_key k JOIN tenant t ON t.tenant_id = k.tenant_id
WHERE k.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND k.secret_hash = sqlc.arg(secret_hash);

-- name: KeysAll :many
SELECT key_id, label, prefix, scopes, store_ids, created_at, expires_at, revoked_at FROM api_key
WHERE tenant_id = sqlc.arg(tenant_id)
ORDER BY key_id DESC LIMIT 1000;

-- name: KeysOfStores :many
SELECT key_id, label, prefix, scopes, store_ids, created_at, expires_at, revoked_at FROM api_key
WHERE tenant_id = sqlc.arg(tenant_id) AND store_ids <@ sqlc.arg(stores)::uuid[]
ORDER BY key_id DESC LIMIT 1000;

-- name: LockKey :one
SELECT key_id, label, prefix, scopes, store_ids, created_at, expires_at, revoked_at FROM api_key
WHERE tenant_id = sqlc.arg(tenant_id) AND key_id = sqlc.arg(key_id)
FOR UPDATE;

-- name: InsertKey :exec
INSERT INTO api_key (tenant_id, key_id, secret_hash, prefix, label, scopes, store_ids, created_by, created_at, expires_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(key_id), sqlc.arg(secret_hash), sqlc.arg(prefix), sqlc.arg(label), sqlc.arg(scopes),
  sqlc.arg(store_ids), sqlc.arg(created_by), sqlc.arg(created_at), sqlc.arg(expires_at));

-- name: RevokeKey :exec
UPDATE api_key SET revoked_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND key_id = sqlc.arg(key_id) AND revoked_at IS NULL;
