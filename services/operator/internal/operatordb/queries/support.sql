-- name: InsertSupport :execrows
INSERT INTO support_access (tenant_id, access_id, operator_id, operator_login, operator_name, reason, state, asked_at)
SELECT sqlc.arg(tenant_id), sqlc.arg(access_id), sqlc.arg(operator_id), sqlc.arg(operator_login), sqlc.arg(operator_name), sqlc.arg(reason), 'asked', sqlc.arg(now)
WHERE NOT EXISTS (SELECT FROM support_access s WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.operator_id = sqlc.arg(operator_id)
  AND (s.state = 'asked' OR s.state = 'granted' AND s.expires_at > sqlc.arg(now)));

-- name: Supports :many
SELECT access_id, operator_id, operator_name, reason, state, asked_at, decided_by, decided_at, expires_at, ended_at, (token_hash IS NOT NULL)::bool AS entered
FROM support_access WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY access_id DESC LIMIT 50;

-- name: Support :one
SELECT access_id, operator_id, operator_name, reason, state, asked_at, decided_by, decided_at, expires_at, ended_at, (token_hash IS NOT NULL)::bool AS entered
FROM support_access WHERE tenant_id = sqlc.arg(tenant_id) AND access_id = sqlc.arg(access_id);

-- name: GrantSupport :execrows
UPDATE support_access SET state = 'granted', decided_by = sqlc.narg(decided_by), decided_at = sqlc.arg(now)::timestamptz, expires_at = sqlc.arg(expires_at)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND access_id = sqlc.arg(access_id) AND state = 'asked';

-- name: RefuseSupport :execrows
UPDATE support_access SET state = 'refused', decided_by = sqlc.narg(decided_by), decided_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND access_id = sqlc.arg(access_id) AND state = 'asked';

-- name: EndSupport :execrows
UPDATE support_access SET state = 'ended', ended_at = sqlc.arg(now)::timestamptz, ended_by = sqlc.narg(ended_by)
WHERE tenant_id = sqlc.arg(tenant_id) AND access_id = sqlc.arg(access_id) AND state = 'granted' AND expires_at > sqlc.arg(now)::timestamptz;

-- name: EnterSupport :execrows
UPDATE support_access SET token_hash = sqlc.arg(token_hash)::bytea
WHERE tenant_id = sqlc.arg(tenant_id) AND access_id = sqlc.arg(access_id) AND operator_id = sqlc.arg(operator_id)
  AND state = 'granted' AND expires_at > sqlc.arg(now)::timestamptz;

-- Behind the entry by token in one batch, so the tenant is the one it found.
-- name: SupportByToken :many
SELECT s.tenant_id, s.access_id, s.operator_id, s.operator_login, s.operator_name, s.state, s.expires_at, t.policy_version
FROM support_access s JOIN tenant t USING (tenant_id)
WHERE s.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND s.token_hash = sqlc.arg(token_hash)::bytea;
