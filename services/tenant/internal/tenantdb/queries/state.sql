-- name: State :one
SELECT state FROM tenant WHERE tenant_id = sqlc.arg(tenant_id);

-- name: SetState :execrows
UPDATE tenant SET state = sqlc.arg(to_state), state_at = sqlc.arg(now)::timestamptz, keep_until = sqlc.narg(keep_until)::date
WHERE tenant_id = sqlc.arg(tenant_id) AND state = ANY (sqlc.arg(from_states)::text[]);
