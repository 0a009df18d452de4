-- name: InsertChange :one
-- A request that was made before gives no row.
INSERT INTO change_request (tenant_id, request_id, file_id, store_id, state, fields, values_box, requested_by, requested_for, requested_at, due_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(request_id), sqlc.arg(file_id), sqlc.arg(store_id), 'pending', sqlc.arg(fields), sqlc.arg(values_box), sqlc.arg(requested_by), sqlc.narg(requested_for),
  sqlc.arg(now), sqlc.arg(due_at))
ON CONFLICT (tenant_id, request_id) DO NOTHING
RETURNING request_id;

-- name: Change :one
SELECT request_id, file_id, store_id, state, fields, values_box, requested_by, requested_for, requested_at, due_at, decided_by, decided_for, decided_at, refusal_box
FROM change_request
WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id);

-- name: DecideChange :execrows
-- Of many who decide at once exactly one finds it pending.
UPDATE change_request SET state = sqlc.arg(state), decided_by = sqlc.arg(decided_by), decided_for = sqlc.narg(decided_for), decided_at = sqlc.arg(now)::timestamptz,
  refusal_box = sqlc.narg(refusal_box), revision_id = sqlc.narg(revision_id)
WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id) AND state = 'pending';

-- name: FinishChange :exec
-- The revision it opened was approved.
UPDATE change_request SET state = 'done' WHERE tenant_id = sqlc.arg(tenant_id) AND revision_id = sqlc.arg(revision_id) AND state = 'opened';

-- name: DropChanges :exec
-- The file has no standing any more: what waits for it is void.
UPDATE change_request SET state = 'withdrawn', decided_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state IN ('pending', 'opened');

-- name: ChangeOfFile :one
-- The newest.
SELECT request_id, file_id, store_id, state, fields, values_box, requested_by, requested_for, requested_at, due_at, decided_by, decided_for, decided_at, refusal_box
FROM change_request
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id)
ORDER BY requested_at DESC, request_id DESC LIMIT 1;

-- name: ChangesOfFile :many
-- Newest first, before one.
SELECT request_id, file_id, store_id, state, fields, values_box, requested_by, requested_for, requested_at, due_at, decided_by, decided_for, decided_at, refusal_box
FROM change_request
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND (requested_at, request_id) < (sqlc.arg(before_at)::timestamptz, sqlc.arg(before_id)::uuid)
ORDER BY requested_at DESC, request_id DESC LIMIT sqlc.arg(row_limit);

-- name: ChangesOfStores :many
-- Newest first, before one: the head of each store, merged.
SELECT c.* FROM unnest(sqlc.arg(stores)::uuid[]) s(id)
CROSS JOIN LATERAL (
  SELECT request_id, file_id, store_id, state, fields, values_box, requested_by, requested_for, requested_at, due_at, decided_by, decided_for, decided_at, refusal_box
  FROM change_request q
  WHERE q.tenant_id = sqlc.arg(tenant_id) AND q.store_id = s.id AND (q.requested_at, q.request_id) < (sqlc.arg(before_at)::timestamptz, sqlc.arg(before_id)::uuid)
    AND (sqlc.arg(with_pending)::boolean OR q.state <> 'pending')
  ORDER BY q.requested_at DESC, q.request_id DESC LIMIT sqlc.arg(row_limit)
) c
ORDER BY c.requested_at DESC, c.request_id DESC LIMIT sqlc.arg(row_limit);

-- name: PendingChanges :many
-- Most urgent first, after one: the head of each store, merged.
SELECT c.* FROM unnest(sqlc.arg(stores)::uuid[]) s(id)
CROSS JOIN LATERAL (
  SELECT request_id, file_id, store_id, state, fields, values_box, requested_by, requested_for, requested_at, due_at, decided_by, decided_for, decided_at, refusal_box
  FROM change_request q
  WHERE q.tenant_id = sqlc.arg(tenant_id) AND q.store_id = s.id AND q.state = 'pending' AND (q.due_at, q.request_id) > (sqlc.arg(after_due)::timestamptz, sqlc.arg(after_id)::uuid)
  ORDER BY q.due_at, q.request_id LIMIT sqlc.arg(row_limit)
) c
ORDER BY c.due_at, c.request_id LIMIT sqlc.arg(row_limit);

-- name: CountPendingChanges :one
SELECT count(*) FROM (
  SELECT FROM change_request WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND state = 'pending' LIMIT sqlc.arg(row_limit)
) c;
