-- How far a new chain is set up, and what its administrator must not forget.

-- name: SetupCounts :one
SELECT
  (SELECT count(*) FROM tenant_pub.store s WHERE s.tenant_id = sqlc.arg(tenant_id))::int AS stores,
  (SELECT count(*) FROM visit_pub.resource r WHERE r.tenant_id = sqlc.arg(tenant_id))::int AS resources,
  count(DISTINCT p.person_id)::int AS store_people,
  (count(DISTINCT p.person_id) FILTER (WHERE p.has_account))::int AS accounts,
  EXISTS (SELECT FROM customer_pub.file f WHERE f.tenant_id = sqlc.arg(tenant_id))::boolean AS has_files
FROM staff_pub.seat p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND NOT p.tenant_wide AND (p.to_on IS NULL OR p.to_on > sqlc.arg(today)::date);

-- name: SetupCameIn :many
-- Roles in stores of which somebody has come in.
SELECT DISTINCT role FROM staff_pub.seat
WHERE tenant_id = sqlc.arg(tenant_id) AND NOT tenant_wide AND came_in AND (to_on IS NULL OR to_on > sqlc.arg(today)::date);

-- name: KeysExpiring :many
-- Live keys without a successor that end before a moment, soonest first.
SELECT key_id, label, expires_at
FROM staff_pub.api_key
WHERE tenant_id = sqlc.arg(tenant_id) AND revoked_at IS NULL AND successor_id IS NULL
  AND expires_at > sqlc.arg(now)::timestamptz AND expires_at < sqlc.arg(before)::timestamptz
  AND store_ids <@ sqlc.arg(stores)::uuid[]
ORDER BY expires_at, key_id
LIMIT 20;
