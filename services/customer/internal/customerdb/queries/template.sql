-- name: Template :one
SELECT * FROM file_template
WHERE tenant_id = sqlc.arg(tenant_id) AND version = sqlc.arg(version);

-- name: NewestTemplate :one
SELECT * FROM file_template
WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY version DESC LIMIT 1;

-- Newest first, before a version.
-- name: Templates :many
SELECT * FROM file_template
WHERE tenant_id = sqlc.arg(tenant_id) AND version < sqlc.arg(before)
ORDER BY version DESC LIMIT sqlc.arg(row_limit);

-- name: InsertTemplate :exec
INSERT INTO file_template (tenant_id, version, fields, note, published_by, published_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(version), sqlc.arg(fields), sqlc.arg(note), sqlc.arg(published_by), sqlc.arg(published_at));

-- name: TemplateDraft :one
SELECT revision, fields, saved_by, saved_at FROM file_template_draft
WHERE tenant_id = sqlc.arg(tenant_id);

-- The chain's first draft; of two who begin it, one does.
-- name: BeginTemplateDraft :execrows
INSERT INTO file_template_draft (tenant_id, revision, fields, saved_by, saved_at)
VALUES (sqlc.arg(tenant_id), 1, sqlc.narg(fields), sqlc.arg(saved_by), sqlc.arg(saved_at))
ON CONFLICT (tenant_id) DO NOTHING;

-- The expected revision stands in WHERE: of two who save from the same one, one does.
-- name: SaveTemplateDraft :execrows
UPDATE file_template_draft SET revision = revision + 1, fields = sqlc.narg(fields), saved_by = sqlc.arg(saved_by), saved_at = sqlc.arg(saved_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND revision = sqlc.arg(revision);
