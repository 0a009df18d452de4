-- Who may be meant by what was typed: by staff number, by own phone number. One
-- statement for both, so that unknown people cost what known ones do.
-- name: PeopleForLogin :many
SELECT p.person_id, p.name, p.password_hash, true AS by_staff_no,
  EXISTS (SELECT FROM known_device k WHERE k.tenant_id = p.tenant_id AND k.person_id = p.person_id AND k.device_hash = sqlc.arg(device_hash) AND k.seen_at > sqlc.arg(trusted_since))::boolean AS known
FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.staff_no = sqlc.arg(typed) AND p.password_hash IS NOT NULL AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
UNION ALL
SELECT p.person_id, p.name, p.password_hash, false,
  EXISTS (SELECT FROM known_device k WHERE k.tenant_id = p.tenant_id AND k.person_id = p.person_id AND k.device_hash = sqlc.arg(device_hash) AND k.seen_at > sqlc.arg(trusted_since))::boolean
FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.number_key = sqlc.arg(number_key) AND p.password_hash IS NOT NULL AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date);

-- Makes the bucket if need be and locks it, so that tries in it are counted one
-- after another.
-- name: LockTries :one
INSERT INTO login_failure (tenant_id, bucket, failed_at, failures)
VALUES (sqlc.arg(tenant_id), sqlc.arg(bucket), sqlc.arg(now), 0)
ON CONFLICT (tenant_id, bucket) DO UPDATE SET failures = login_failure.failures
RETURNING failures, failed_at;

-- name: ChargeTries :exec
UPDATE login_failure SET failures = sqlc.arg(failures), failed_at = sqlc.arg(failed_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND bucket = sqlc.arg(bucket);

-- Each try sweeps away a few forgotten buckets: the table stays as small as the
-- tries of a day.
-- name: DropOldTries :exec
DELETE FROM login_failure f WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.bucket IN (
  SELECT o.bucket FROM login_failure o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.failed_at < sqlc.arg(before)
  ORDER BY o.failed_at LIMIT 20 FOR UPDATE SKIP LOCKED);

-- name: RefundTry :exec
UPDATE login_failure SET failures = greatest(failures - 1, 0) WHERE tenant_id = sqlc.arg(tenant_id) AND bucket = sqlc.arg(bucket);

-- name: ClearTries :exec
DELETE FROM login_failure WHERE tenant_id = sqlc.arg(tenant_id) AND bucket = sqlc.arg(bucket);

-- A person's first device is no news to him; of every further one he is told.
-- name: KnowDevice :exec
INSERT INTO known_device (tenant_id, person_id, device_hash, seen_at, known_at, device, address, told_at)
SELECT sqlc.arg(tenant_id), sqlc.arg(person_id), sqlc.arg(device_hash), sqlc.arg(now), sqlc.arg(now), sqlc.arg(device), sqlc.arg(address),
  CASE WHEN EXISTS (SELECT FROM known_device k WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.person_id = sqlc.arg(person_id)) THEN NULL ELSE sqlc.arg(now)::timestamptz END
ON CONFLICT (tenant_id, person_id, device_hash) DO UPDATE SET seen_at = excluded.seen_at;

-- name: ForgetOldDevices :exec
DELETE FROM known_device WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND seen_at <= sqlc.arg(before);

-- name: SetPassword :execrows
UPDATE person SET password_hash = sqlc.arg(password_hash)::text, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);
