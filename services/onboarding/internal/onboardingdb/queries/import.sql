-- name: BatchByDigest :one
SELECT import_id, state, step, next_row FROM import_batch
WHERE tenant_id = @tenant_id AND digest = @digest;

-- name: UnfinishedBatches :many
SELECT import_id, digest, state FROM import_batch
WHERE tenant_id = @tenant_id AND kind = 'directory' AND state <> 'done' ORDER BY import_id;

-- name: InsertBatch :exec
INSERT INTO import_batch (tenant_id, import_id, digest, state, created_at)
VALUES (@tenant_id, @import_id, @digest, 'staging', @created_at);

-- name: InsertRows :exec
INSERT INTO import_row (tenant_id, import_id, step, row_no, number_key, row_box)
SELECT @tenant_id, @import_id, @step, r.row_no, nullif(r.number_key, ''::bytea), r.row_box
FROM (SELECT unnest(@row_nos::int[]) AS row_no, unnest(@number_keys::bytea[]) AS number_key, unnest(@row_boxes::bytea[]) AS row_box) AS r;

-- name: SetBatchState :execrows
UPDATE import_batch SET state = @state, step = @step, next_row = 0, ended_at = sqlc.narg(ended_at)
WHERE tenant_id = @tenant_id AND import_id = @import_id AND state = @expected;

-- name: LockBatch :one
SELECT kind, state, step, next_row, header, live_on, uploaded_by FROM import_batch
WHERE tenant_id = @tenant_id AND import_id = @import_id FOR UPDATE;

-- name: Advance :exec
-- Somebody worked on it: nobody else need take it up.
UPDATE import_batch SET step = @step, next_row = @next_row, done = done + @did, beat_at = @now
WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: Rows :many
-- Up to a grade: what is wrong is not published.
SELECT row_no, number_key, row_box FROM import_row
WHERE tenant_id = @tenant_id AND import_id = @import_id AND step = @step AND row_no >= @from_row AND grade <= @worst
ORDER BY row_no LIMIT @most;

-- name: CountRows :many
SELECT step, count(*) AS rows FROM import_row
WHERE tenant_id = @tenant_id AND import_id = @import_id GROUP BY step;

-- name: DeleteRows :exec
DELETE FROM import_row WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: DeleteBatch :exec
DELETE FROM import_batch WHERE tenant_id = @tenant_id AND import_id = @import_id;
