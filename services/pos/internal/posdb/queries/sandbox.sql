-- name: SandboxMove :one
SELECT from_days, to_days, leave_open, state, error FROM sandbox_move WHERE tenant_id = sqlc.arg(tenant_id);

-- name: BeginMove :execrows
-- Of a clock that stands; one that is on its way keeps to where it goes.
INSERT INTO sandbox_move AS m (tenant_id, from_days, to_days, leave_open, state, asked_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(from_days), sqlc.arg(to_days), sqlc.arg(leave_open), 'moving', sqlc.arg(now))
ON CONFLICT (tenant_id) DO UPDATE SET from_days = excluded.from_days, to_days = excluded.to_days, leave_open = excluded.leave_open,
  state = 'moving', error = '', asked_at = excluded.asked_at
WHERE m.state <> 'moving';

-- name: EndMove :execrows
UPDATE sandbox_move SET state = sqlc.arg(state), error = sqlc.arg(error)
WHERE tenant_id = sqlc.arg(tenant_id) AND state = 'moving';

-- name: Troubles :many
-- Of the last order, also those that are over.
SELECT method, kind, left_over, wait_ms, ordered_at FROM sandbox_trouble WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY trouble_id;

-- name: DropTroubles :exec
DELETE FROM sandbox_trouble WHERE tenant_id = sqlc.arg(tenant_id);

-- name: InsertTrouble :exec
INSERT INTO sandbox_trouble (tenant_id, trouble_id, method, kind, left_over, wait_ms, ordered_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(trouble_id), sqlc.arg(method), sqlc.arg(kind), sqlc.arg(calls), sqlc.arg(wait_ms), sqlc.arg(now));

-- name: TakeTrouble :one
-- Of calls at once each takes another of what is left.
UPDATE sandbox_trouble t SET left_over = left_over - 1
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.left_over > 0 AND t.trouble_id = (
  SELECT o.trouble_id FROM sandbox_trouble o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.method = sqlc.arg(method) AND o.left_over > 0
  ORDER BY o.trouble_id LIMIT 1 FOR UPDATE)
RETURNING t.kind, t.wait_ms;

-- name: InsertCall :exec
INSERT INTO sandbox_call (tenant_id, call_id, key_id, method, at, took_ms, idem_hash, body, items, cursor, trouble, code, reason)
VALUES (sqlc.arg(tenant_id), sqlc.arg(call_id), sqlc.arg(key_id), sqlc.arg(method), sqlc.arg(at), sqlc.arg(took_ms), sqlc.narg(idem_hash), sqlc.arg(body),
  sqlc.arg(items), sqlc.arg(cursor), sqlc.arg(trouble), sqlc.arg(code), sqlc.arg(reason));

-- name: SandboxCalls :many
SELECT call_id, key_id, method, at, took_ms, idem_hash, body, items, cursor, trouble, code, reason FROM sandbox_call
WHERE tenant_id = sqlc.arg(tenant_id) AND call_id > sqlc.arg(after) AND at >= sqlc.arg(since)::timestamptz
ORDER BY call_id LIMIT sqlc.arg(at_most);

-- name: DropCalls :execrows
DELETE FROM sandbox_call c WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.at < sqlc.arg(before)
  AND c.call_id IN (SELECT o.call_id FROM sandbox_call o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.at < sqlc.arg(before) LIMIT 5000);
