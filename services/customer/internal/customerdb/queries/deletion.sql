-- Stores' requests to delete a file (DEL-01).

-- name: InsertDeletion :exec
INSERT INTO deletion_request (tenant_id, request_id, file_id, store_id, ground, reason_box, state, asked_by, asked_for, asked_at, due_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(request_id), sqlc.arg(file_id), sqlc.arg(store_id), sqlc.arg(ground), sqlc.arg(reason_box), 'pending', sqlc.arg(asked_by)::uuid, sqlc.narg(asked_for), sqlc.arg(now), sqlc.arg(due_at));

-- name: Deletion :one
SELECT d.*, g.writer_id, g.owner_id FROM deletion_request d
JOIN guest g ON g.tenant_id = d.tenant_id AND g.file_id = d.file_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.request_id = sqlc.arg(request_id);

-- name: DecideDeletion :execrows
-- Of many who decide at once exactly one changes a row.
UPDATE deletion_request SET state = sqlc.arg(state), decided_by = sqlc.arg(decided_by)::uuid, decided_for = sqlc.narg(decided_for), decided_at = sqlc.arg(now)::timestamptz, refusal_box = sqlc.arg(refusal_box)
WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id) AND state = 'pending';

-- name: WaitingDeletions :many
SELECT d.*, g.writer_id, g.owner_id FROM deletion_request d
JOIN guest g ON g.tenant_id = d.tenant_id AND g.file_id = d.file_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.store_id = ANY(sqlc.arg(stores)::uuid[]) AND d.state = 'pending'
  AND (d.due_at, d.request_id) > (sqlc.arg(after_due)::timestamptz, sqlc.arg(after_id)::uuid)
ORDER BY d.due_at, d.request_id LIMIT sqlc.arg(row_limit);

-- name: DecidedDeletions :many
SELECT d.*, g.writer_id, g.owner_id FROM deletion_request d
JOIN guest g ON g.tenant_id = d.tenant_id AND g.file_id = d.file_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.store_id = ANY(sqlc.arg(stores)::uuid[]) AND d.state <> 'pending' AND d.request_id < sqlc.arg(before)
ORDER BY d.request_id DESC LIMIT sqlc.arg(row_limit);

-- name: DeletionsOfStores :many
SELECT d.*, g.writer_id, g.owner_id FROM deletion_request d
JOIN guest g ON g.tenant_id = d.tenant_id AND g.file_id = d.file_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.store_id = ANY(sqlc.arg(stores)::uuid[]) AND d.request_id < sqlc.arg(before)
ORDER BY d.request_id DESC LIMIT sqlc.arg(row_limit);

-- name: DeletionsOfFile :many
SELECT d.*, g.writer_id, g.owner_id FROM deletion_request d
JOIN guest g ON g.tenant_id = d.tenant_id AND g.file_id = d.file_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.file_id = sqlc.arg(file_id) AND d.store_id = ANY(sqlc.arg(stores)::uuid[]) AND d.request_id < sqlc.arg(before)
ORDER BY d.request_id DESC LIMIT sqlc.arg(row_limit);

-- name: EscalateDeletion :execrows
UPDATE deletion_request SET escalated = sqlc.arg(step), escalated_to = sqlc.arg(people)::uuid[]
WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id) AND state = 'pending'
  AND escalated = sqlc.arg(was) AND escalated_to = sqlc.arg(were)::uuid[];
