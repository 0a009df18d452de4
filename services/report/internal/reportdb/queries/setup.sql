-- How far a new chain is set up, and what its administrator must not forget.

-- name: SetupCounts :one
SELECT
  (SELECT count(*) FROM tenant_pub.store s WHERE s.tenant_id = sqlc.arg(tenant_id))::int AS stores,
  (SELECT count(*) FROM visit_pub.resource r WHERE r.tenant_id = sqlc.arg(tenant_id))::int AS resources,
  EXISTS (SELECT FROM customer_pub.file f WHERE f.tenant_id = sqlc.arg(tenant_id))::boolean AS has_files;

-- name: SetupSeats :many
-- People with posts in stores by role: how many, with an account, and whether one
-- has come in.
SELECT role, count(DISTINCT person_id)::int AS people, (count(DISTINCT person_id) FILTER (WHERE has_account))::int AS accounts, bool_or(came_in)::boolean AS came_in
FROM staff_pub.seat
WHERE tenant_id = sqlc.arg(tenant_id) AND NOT tenant_wide AND (to_on IS NULL OR to_on > sqlc.arg(today)::date)
GROUP BY role;

-- name: KeysExpiring :many
-- Live keys without a successor that end before a moment, soonest first.
SELECT key_id, label, expires_at
FROM staff_pub.api_key
WHERE tenant_id = sqlc.arg(tenant_id) AND revoked_at IS NULL AND successor_id IS NULL
  AND expires_at > sqlc.arg(now)::timestamptz AND expires_at < sqlc.arg(before)::timestamptz
  AND store_ids <@ sqlc.arg(stores)::uuid[]
ORDER BY expires_at, key_id
LIMIT 20;
