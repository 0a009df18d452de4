-- name: ClaimNumber :one
-- One file holds a number of a store (CUS-10). Whoever comes second gets no row
-- unless the first one's hold has run out.
INSERT INTO file_number (tenant_id, store_id, number_key, file_id, reserved_until)
VALUES (sqlc.arg(tenant_id), sqlc.arg(store_id), sqlc.arg(number_key), sqlc.arg(file_id), sqlc.narg(reserved_until))
ON CONFLICT (tenant_id, store_id, number_key) DO UPDATE
SET file_id = excluded.file_id, reserved_until = excluded.reserved_until
WHERE file_number.file_id = excluded.file_id OR file_number.reserved_until < sqlc.arg(now)::timestamptz
RETURNING file_id;

-- name: ReleaseNumbers :exec
-- A file that changes its number lets go of the others.
DELETE FROM file_number
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND number_key <> sqlc.arg(number_key);

-- name: HoldNumber :exec
-- Null: for good.
UPDATE file_number SET reserved_until = sqlc.narg(reserved_until)
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id);

-- name: NumberHolder :one
-- Which file holds a number now, and since when it is on file.
SELECT n.file_id, g.approved_on, g.created_at
FROM file_number n
JOIN guest g ON g.tenant_id = n.tenant_id AND g.file_id = n.file_id
WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.store_id = sqlc.arg(store_id) AND n.number_key = sqlc.arg(number_key)
  AND (n.reserved_until IS NULL OR n.reserved_until >= sqlc.arg(now)::timestamptz);

-- name: InsertReveal :exec
INSERT INTO number_reveal (tenant_id, reveal_id, file_id, person_id, for_id, at, reason)
VALUES (sqlc.arg(tenant_id), sqlc.arg(reveal_id), sqlc.arg(file_id), sqlc.arg(person_id), sqlc.narg(for_id), sqlc.arg(now), sqlc.arg(reason));
