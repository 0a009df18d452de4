-- Version and rows in one snapshot: a table of rights is never newer or older
-- than the version it is known by.
-- name: Policies :many
SELECT t.policy_version, p.role, p.permission, p.reach, p.effect
FROM tenant t LEFT JOIN role_policy p ON p.tenant_id = t.tenant_id
WHERE t.tenant_id = sqlc.arg(tenant_id)
ORDER BY p.role, p.permission, p.reach, p.effect;

-- name: Roles :many
SELECT code, name FROM role WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY code;

-- name: PutRoles :exec
INSERT INTO role (tenant_id, code, name)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(codes)::text[]), unnest(sqlc.arg(names)::text[])
ON CONFLICT (tenant_id, code) DO UPDATE SET name = excluded.name;

-- name: DropPolicies :exec
DELETE FROM role_policy WHERE tenant_id = sqlc.arg(tenant_id) AND role = ANY(sqlc.arg(roles)::text[]);

-- name: InsertPolicies :exec
INSERT INTO role_policy (tenant_id, role, permission, reach, effect)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(roles)::text[]), unnest(sqlc.arg(permissions)::text[]), unnest(sqlc.arg(reaches)::text[]), 'allow';
