-- Everybody who holds one of some roles today at head office or in one of some
-- stores, and whether he is on long leave or has no way to come in.
-- name: Handlers :many
SELECT a.person_id, p.name, a.role, a.position, a.store_ids,
  (p.password_hash IS NULL AND NOT EXISTS (SELECT FROM sso_provider o WHERE o.tenant_id = p.tenant_id AND o.enabled)
    OR EXISTS (SELECT FROM absence x WHERE x.tenant_id = p.tenant_id AND x.person_id = p.person_id AND x.from_on <= sqlc.arg(today)::date AND (x.to_on IS NULL OR x.to_on > sqlc.arg(today)::date)))::boolean AS away
FROM assignment a
JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.role = ANY(sqlc.arg(roles)::text[]) AND (a.tenant_wide OR a.store_ids && sqlc.arg(stores)::uuid[])
  AND a.from_on <= sqlc.arg(today)::date AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date)
ORDER BY p.staff_no, a.assignment_id;

-- Who acts for some people now with a permission, and whether he is away himself.
-- name: Standins :many
SELECT d.holder_id, d.delegate_id, p.name,
  (p.password_hash IS NULL AND NOT EXISTS (SELECT FROM sso_provider o WHERE o.tenant_id = p.tenant_id AND o.enabled)
    OR EXISTS (SELECT FROM absence x WHERE x.tenant_id = p.tenant_id AND x.person_id = p.person_id AND x.from_on <= sqlc.arg(today)::date AND (x.to_on IS NULL OR x.to_on > sqlc.arg(today)::date)))::boolean AS away
FROM delegation d
JOIN person p ON p.tenant_id = d.tenant_id AND p.person_id = d.delegate_id AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.holder_id = ANY(sqlc.arg(holders)::uuid[]) AND sqlc.arg(permission)::text = ANY(d.permissions)
  AND d.from_at <= sqlc.arg(now)::timestamptz AND least(d.until_at, d.ended_at) > sqlc.arg(now)::timestamptz
ORDER BY p.staff_no, d.delegation_id;

-- name: WithoutAccount :many
-- Those of some people who can't log in: they have no account (ACC-01), and the chain
-- has no single sign-on.
SELECT p.person_id FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = ANY(sqlc.arg(people)::uuid[]) AND p.password_hash IS NULL
  AND NOT EXISTS (SELECT FROM sso_provider o WHERE o.tenant_id = p.tenant_id AND o.enabled);
