-- name: UseIdempotencyKey :one
-- The body that the key came with first; one that has lain too long begins anew. A
-- second writer at the same moment waits here for the first.
INSERT INTO idempotency_key AS k (tenant_id, key_id, hash, body, used_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(key_id), sqlc.arg(hash), sqlc.arg(body), sqlc.arg(now))
ON CONFLICT (tenant_id, key_id, hash) DO UPDATE SET
  body = CASE WHEN k.used_at < sqlc.arg(kept_since)::timestamptz THEN excluded.body ELSE k.body END,
  used_at = CASE WHEN k.used_at < sqlc.arg(kept_since)::timestamptz THEN excluded.used_at ELSE k.used_at END
RETURNING k.body;

-- name: DropIdempotencyKeys :execrows
DELETE FROM idempotency_key k WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.used_at < sqlc.arg(before)
  AND (k.key_id, k.hash) IN (SELECT o.key_id, o.hash FROM idempotency_key o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.used_at < sqlc.arg(before) LIMIT 5000);

-- name: Employee :one
SELECT person_id, left_on FROM staff_pub.person WHERE tenant_id = sqlc.arg(tenant_id) AND staff_no = sqlc.arg(staff_no);

-- name: StaffNo :one
SELECT staff_no FROM staff_pub.person WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- name: BookingOfEvent :one
SELECT store_id, ref, state, business_date, meal_period FROM visit_pub.booking
WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id);
