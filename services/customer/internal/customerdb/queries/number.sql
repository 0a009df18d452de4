-- name: ClaimNumber :one
-- One file holds a number of a store (CUS-10). Whoever comes second gets no row
-- unless the first one's hold has run out.
INSERT INTO file_number (tenant_id, store_id, number_key, file_id, reserved_until)
VALUES (sqlc.arg(tenant_id), sqlc.arg(store_id), sqlc.arg(number_key), sqlc.arg(file_id), sqlc.narg(reserved_until))
ON CONFLICT (tenant_id, store_id, number_key) DO UPDATE
SET file_id = excluded.file_id, reserved_until = excluded.reserved_until
WHERE file_number.file_id = excluded.file_id OR file_number.reserved_until < sqlc.arg(now)::timestamptz
RETURNING file_id;

-- name: ReleaseNumber :exec
-- A file that changes a number lets go of the old one.
DELETE FROM file_number
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND number_key = sqlc.arg(number_key) AND file_id = sqlc.arg(file_id);

-- name: HoldNumber :execrows
-- Null: for good; also while a conflict case is about it.
UPDATE file_number n SET reserved_until = CASE WHEN NOT EXISTS (
    SELECT FROM conflict_case c WHERE c.tenant_id = n.tenant_id AND c.store_id = n.store_id AND c.number_key = n.number_key AND c.state = 'open'
  ) THEN sqlc.narg(reserved_until)::timestamptz END
WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.file_id = sqlc.arg(file_id);

-- name: NumberHolder :one
-- Which file holds a number now, and since when it is on file.
SELECT n.file_id, g.approved_on, g.created_at, g.owner_id, g.writer_id
FROM file_number n
JOIN guest g ON g.tenant_id = n.tenant_id AND g.file_id = n.file_id
WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.store_id = sqlc.arg(store_id) AND n.number_key = sqlc.arg(number_key)
  AND (n.reserved_until IS NULL OR n.reserved_until >= sqlc.arg(now)::timestamptz);
