-- Version and rows in one snapshot: a table of rights is never newer or older
-- than the version it is known by.
-- name: Policies :many
SELECT t.policy_version, p.role, p.permission, p.reach, p.effect
FROM tenant t LEFT JOIN role_policy p ON p.tenant_id = t.tenant_id
WHERE t.tenant_id = sqlc.arg(tenant_id)
ORDER BY p.role, p.permission, p.reach, p.effect;

-- Whoever changes roles or posts, or takes a post at head office away, holds
-- the tenant's row: changes of a chain's rights follow one another, so that two
-- administrators can't take away each other.
-- name: LockRights :exec
SELECT policy_version FROM tenant WHERE tenant_id = sqlc.arg(tenant_id) FOR NO KEY UPDATE;

-- name: Roles :many
SELECT code, name, version FROM role WHERE tenant_id = sqlc.arg(tenant_id) AND deleted_at IS NULL ORDER BY code;

-- The rows as they are stored, for one role or for all (empty).
-- name: RolePolicies :many
SELECT role, permission, reach, effect FROM role_policy
WHERE tenant_id = sqlc.arg(tenant_id)
ORDER BY role, permission, effect, reach;

-- Roles that are to be given are held until the end of the transaction, so that
-- none is deleted meanwhile.
-- name: HoldRoles :many
SELECT code FROM role WHERE tenant_id = sqlc.arg(tenant_id) AND code = ANY(sqlc.arg(codes)::text[]) AND deleted_at IS NULL FOR KEY SHARE;

-- name: PutRoles :exec
INSERT INTO role (tenant_id, code, name)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(codes)::text[]), unnest(sqlc.arg(names)::text[])
ON CONFLICT (tenant_id, code) DO UPDATE SET name = excluded.name;

-- name: ChangeRole :execrows
UPDATE role SET name = sqlc.arg(name), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND code = sqlc.arg(code) AND version = sqlc.arg(version) AND deleted_at IS NULL;

-- The lock waits for those who are just giving the role.
-- name: LockRole :exec
SELECT code FROM role WHERE tenant_id = sqlc.arg(tenant_id) AND code = sqlc.arg(code) FOR UPDATE;

-- name: DeleteRole :execrows
UPDATE role r SET deleted_at = sqlc.arg(now)::timestamptz, version = r.version + 1
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.code = sqlc.arg(code) AND r.version = sqlc.arg(version) AND r.deleted_at IS NULL
  AND NOT EXISTS (SELECT FROM position p WHERE p.tenant_id = r.tenant_id AND p.role = r.code)
  AND NOT EXISTS (SELECT FROM assignment a WHERE a.tenant_id = r.tenant_id AND a.role = r.code AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date));

-- name: DropPolicies :exec
DELETE FROM role_policy WHERE tenant_id = sqlc.arg(tenant_id) AND role = ANY(sqlc.arg(roles)::text[]);

-- name: DropRights :exec
DELETE FROM role_policy WHERE tenant_id = sqlc.arg(tenant_id)
  AND (role, permission) IN (SELECT unnest(sqlc.arg(roles)::text[]), unnest(sqlc.arg(permissions)::text[]));

-- name: InsertPolicies :exec
INSERT INTO role_policy (tenant_id, role, permission, reach, effect)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(roles)::text[]), unnest(sqlc.arg(permissions)::text[]), unnest(sqlc.arg(reaches)::text[]), unnest(sqlc.arg(effects)::text[]);

-- name: Positions :many
SELECT name, role, head_office FROM position WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY head_office DESC, name;

-- name: PutPositions :exec
INSERT INTO position (tenant_id, name, role, head_office)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(names)::text[]), unnest(sqlc.arg(roles)::text[]), unnest(sqlc.arg(head_offices)::boolean[])
ON CONFLICT (tenant_id, name) DO UPDATE SET role = excluded.role;

-- name: DeletePosition :execrows
DELETE FROM position WHERE tenant_id = sqlc.arg(tenant_id) AND name = sqlc.arg(name);

-- name: TemplateItems :many
SELECT item, value FROM role_template WHERE tenant_id = sqlc.arg(tenant_id);

-- name: TemplateDigest :many
SELECT value FROM role_template WHERE tenant_id = sqlc.arg(tenant_id) AND item = 'template';

-- name: ForgetTemplate :exec
DELETE FROM role_template WHERE tenant_id = sqlc.arg(tenant_id);

-- name: PutTemplateItems :exec
INSERT INTO role_template (tenant_id, item, value)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(items)::text[]), unnest(sqlc.arg(vals)::text[]);

-- How many in reach hold each role today or are going to. One statement for head
-- office, one for whoever reads by stores.
-- name: HoldersOfAll :many
SELECT a.role, count(DISTINCT a.person_id) AS holders FROM assignment a
JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
GROUP BY a.role;

-- name: HoldersOfStores :many
SELECT a.role, count(DISTINCT a.person_id) AS holders FROM assignment a
JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.store_ids && sqlc.arg(stores)::uuid[]
  AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
GROUP BY a.role;

-- name: Holders :many
SELECT a.assignment_id, a.person_id, p.staff_no, p.name, a.position, a.tenant_wide, a.store_ids, a.from_on, a.to_on FROM assignment a
JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.role = sqlc.arg(role) AND (p.staff_no, a.assignment_id) > (sqlc.arg(after)::text, sqlc.arg(after_id)::uuid)
  AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
ORDER BY p.staff_no, a.assignment_id LIMIT sqlc.arg(page_size);

-- name: HoldersInStores :many
SELECT a.assignment_id, a.person_id, p.staff_no, p.name, a.position, a.tenant_wide, a.store_ids, a.from_on, a.to_on FROM assignment a
JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.role = sqlc.arg(role) AND (p.staff_no, a.assignment_id) > (sqlc.arg(after)::text, sqlc.arg(after_id)::uuid)
  AND a.store_ids && sqlc.arg(stores)::uuid[]
  AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
ORDER BY p.staff_no, a.assignment_id LIMIT sqlc.arg(page_size);

-- Posts of one person with a role, today or to come.
-- name: PostsWithRole :many
SELECT assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, reason, end_reason FROM assignment
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND role = sqlc.arg(role) AND (to_on IS NULL OR to_on > sqlc.arg(today)::date);

-- Who can mend everything: each of the permissions in the whole chain, by posts
-- without an end, and a login of his own. As casbin decides: a deny of a role
-- takes its allow away.
-- name: Administrators :many
SELECT p.person_id, p.name FROM assignment a
JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
JOIN role_policy r ON r.tenant_id = a.tenant_id AND r.role = a.role AND r.effect = 'allow' AND r.reach = 'where' AND r.permission = ANY(sqlc.arg(permissions)::text[])
  AND NOT EXISTS (SELECT FROM role_policy d WHERE d.tenant_id = r.tenant_id AND d.role = r.role AND d.permission = r.permission AND d.effect = 'deny')
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.tenant_wide AND a.from_on <= sqlc.arg(today)::date AND a.to_on IS NULL
  AND p.left_on IS NULL AND p.password_hash IS NOT NULL
GROUP BY p.tenant_id, p.person_id
HAVING count(DISTINCT r.permission) = cardinality(sqlc.arg(permissions)::text[])
ORDER BY p.staff_no LIMIT 10;
