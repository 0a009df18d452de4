-- Those a person has left lying, and old ones of everybody.
-- name: DiscardStaged :exec
UPDATE staff_import SET state = 'discarded', file_box = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND uploaded_by = sqlc.arg(uploaded_by)::uuid AND state = 'staged';

-- name: DiscardOldImports :exec
UPDATE staff_import SET state = 'discarded', file_box = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND uploaded_at < sqlc.arg(before) AND state = 'staged';

-- name: InsertStaged :exec
INSERT INTO staff_import (tenant_id, import_id, file_name, file_box, state, rows, uploaded_by, uploaded_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(import_id), sqlc.arg(file_name), sqlc.arg(file_box), 'staged', sqlc.arg(rows), sqlc.arg(uploaded_by), sqlc.arg(now));

-- Somebody sees his own; head office sees everybody's.
-- name: NewestStaged :one
SELECT import_id, file_name, file_box, state, rows, added, uploaded_at, published_at FROM staff_import
WHERE tenant_id = sqlc.arg(tenant_id) AND (uploaded_by = sqlc.arg(uploaded_by)::uuid OR sqlc.arg(everybodys)::boolean) AND state = 'staged' ORDER BY import_id DESC LIMIT 1;

-- name: StaffImport :one
SELECT import_id, file_name, file_box, state, rows, added, uploaded_at, published_at FROM staff_import
WHERE tenant_id = sqlc.arg(tenant_id) AND import_id = sqlc.arg(import_id) AND (uploaded_by = sqlc.arg(uploaded_by)::uuid OR sqlc.arg(everybodys)::boolean);

-- name: LockStaged :one
SELECT file_box FROM staff_import WHERE tenant_id = sqlc.arg(tenant_id) AND import_id = sqlc.arg(import_id) AND state = 'staged' FOR UPDATE;

-- name: ReplaceStaged :exec
UPDATE staff_import SET file_box = sqlc.arg(file_box) WHERE tenant_id = sqlc.arg(tenant_id) AND import_id = sqlc.arg(import_id) AND state = 'staged';

-- name: EndImport :execrows
UPDATE staff_import SET state = sqlc.arg(state), file_box = NULL, added = sqlc.arg(added), published_at = sqlc.narg(published_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND import_id = sqlc.arg(import_id) AND state = 'staged';
