-- Guests' own requests (DEL-03).

-- name: InsertGuestRequest :execrows
INSERT INTO guest_request (tenant_id, request_id, kind, state, number_key, number_box, note_box, channel, store_id, client_id, received_by, received_at, due_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(request_id), sqlc.arg(kind), 'received', sqlc.arg(number_key), sqlc.arg(number_box), sqlc.arg(note_box), sqlc.arg(channel),
  sqlc.narg(store_id), sqlc.arg(client_id), sqlc.arg(received_by)::uuid, sqlc.arg(now), sqlc.arg(due_at))
ON CONFLICT (tenant_id, client_id) DO NOTHING;

-- name: GuestRequestByClient :one
SELECT request_id, received_by FROM guest_request WHERE tenant_id = sqlc.arg(tenant_id) AND client_id = sqlc.arg(client_id);

-- name: GuestRequest :one
SELECT * FROM guest_request WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id);

-- name: OpenGuestRequests :many
SELECT * FROM guest_request
WHERE tenant_id = sqlc.arg(tenant_id) AND state IN ('received', 'verified') AND (due_at, request_id) > (sqlc.arg(after_due)::timestamptz, sqlc.arg(after_id)::uuid)
ORDER BY due_at, request_id LIMIT sqlc.arg(row_limit);

-- name: ClosedGuestRequests :many
SELECT * FROM guest_request
WHERE tenant_id = sqlc.arg(tenant_id) AND state IN ('done', 'refused') AND request_id < sqlc.arg(before)
ORDER BY request_id DESC LIMIT sqlc.arg(row_limit);

-- name: VerifyGuestRequest :execrows
UPDATE guest_request SET state = 'verified', identity = sqlc.arg(identity), verified_by = sqlc.arg(verified_by)::uuid, verified_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id) AND state = 'received';

-- name: DecideGuestRequest :execrows
-- Takes effect once, from the state that was expected.
UPDATE guest_request SET state = sqlc.arg(state), decided_by = sqlc.arg(decided_by)::uuid, decided_for = sqlc.narg(decided_for), decided_at = sqlc.arg(now)::timestamptz,
  refusal_box = sqlc.arg(refusal_box)
WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id) AND state = ANY(sqlc.arg(expected)::text[]);

-- name: OpenErasureOf :one
-- Whether somebody with a number waits to be erased already.
SELECT EXISTS (SELECT FROM guest_request
  WHERE tenant_id = sqlc.arg(tenant_id) AND number_key = sqlc.arg(number_key) AND number_key <> '\x' AND kind = 'erasure' AND state IN ('received', 'verified'));

-- name: LockGuestRequest :one
SELECT state FROM guest_request WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id) FOR UPDATE;

-- name: CountGuestFiles :exec
UPDATE guest_request SET files = sqlc.arg(files) WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id);
