-- name: SetRecipient :exec
INSERT INTO chain_recipient (tenant_id, recipient, person_id, registered_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(recipient), sqlc.arg(person_id), sqlc.arg(now))
ON CONFLICT (tenant_id) DO UPDATE SET recipient = excluded.recipient, person_id = excluded.person_id, registered_at = excluded.registered_at;

-- name: Recipient :one
SELECT recipient, person_id, registered_at FROM chain_recipient WHERE tenant_id = sqlc.arg(tenant_id);

-- name: InsertExport :exec
INSERT INTO chain_export (tenant_id, export_id, state, recipient, requested_by, operator_id, requested_at, beat_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(export_id), 'queued', sqlc.arg(recipient), sqlc.narg(requested_by), sqlc.narg(operator_id), sqlc.arg(now), sqlc.arg(now));

-- An export whose worker shows no life any more makes room for the next.
-- name: GiveUpStalled :exec
UPDATE chain_export SET state = 'failed', error = 'stalled'
WHERE tenant_id = sqlc.arg(tenant_id) AND state IN ('queued', 'running') AND beat_at <= sqlc.arg(before)::timestamptz;

-- Takes up an export whose worker shows no life any more: of those who look at
-- once, one does.
-- name: TakeUpStalled :many
UPDATE chain_export SET beat_at = sqlc.arg(now)
WHERE tenant_id = sqlc.arg(tenant_id) AND state IN ('queued', 'running') AND beat_at <= sqlc.arg(before)::timestamptz AND attempt < sqlc.arg(attempts)::int
RETURNING export_id;

-- name: Exports :many
SELECT export_id, state, recipient, requested_by, requested_at, beat_at, tables_done, tables_total, rows_done, bytes, sha256, expires_at, attempt
FROM chain_export WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY export_id DESC LIMIT 50;

-- name: Export :one
SELECT export_id, state, recipient, requested_by, requested_at, beat_at, tables_done, tables_total, rows_done, bytes, sha256, expires_at, attempt
FROM chain_export WHERE tenant_id = sqlc.arg(tenant_id) AND export_id = sqlc.arg(export_id);

-- Each attempt has its number: one that was given up finds another in its place.
-- name: BeginExport :one
UPDATE chain_export SET state = 'running', attempt = attempt + 1, beat_at = sqlc.arg(now), tables_done = 0, rows_done = 0, error = ''
WHERE tenant_id = sqlc.arg(tenant_id) AND export_id = sqlc.arg(export_id) AND state IN ('queued', 'running')
RETURNING attempt, recipient;

-- name: Progress :execrows
UPDATE chain_export SET beat_at = sqlc.arg(now), tables_done = sqlc.arg(tables_done), tables_total = sqlc.arg(tables_total), rows_done = sqlc.arg(rows_done)
WHERE tenant_id = sqlc.arg(tenant_id) AND export_id = sqlc.arg(export_id) AND attempt = sqlc.arg(attempt) AND state = 'running';

-- name: FinishExport :execrows
UPDATE chain_export SET state = 'ready', beat_at = sqlc.arg(now), ready_at = sqlc.arg(now)::timestamptz, expires_at = sqlc.arg(expires_at)::timestamptz,
  tables_done = sqlc.arg(tables_done), tables_total = sqlc.arg(tables_done), rows_done = sqlc.arg(rows_done), bytes = sqlc.arg(bytes), sha256 = sqlc.arg(sha256)
WHERE tenant_id = sqlc.arg(tenant_id) AND export_id = sqlc.arg(export_id) AND attempt = sqlc.arg(attempt) AND state = 'running';

-- name: FailExport :exec
UPDATE chain_export SET state = 'failed', error = sqlc.arg(error)
WHERE tenant_id = sqlc.arg(tenant_id) AND export_id = sqlc.arg(export_id) AND attempt = sqlc.arg(attempt) AND state = 'running';

-- name: ExpireExport :execrows
UPDATE chain_export SET state = 'expired'
WHERE tenant_id = sqlc.arg(tenant_id) AND export_id = sqlc.arg(export_id) AND state = 'ready' AND expires_at <= sqlc.arg(now)::timestamptz;
