-- name: RuleDraft :one
SELECT revision, base_version, effective_on, note, edits, saved_by, saved_at FROM rule_draft
WHERE tenant_id = sqlc.arg(tenant_id);

-- The chain's first draft; of two who begin it, one does.
-- name: BeginRuleDraft :execrows
INSERT INTO rule_draft (tenant_id, revision, base_version, effective_on, note, edits, saved_by, saved_at)
VALUES (sqlc.arg(tenant_id), 1, sqlc.arg(base_version), sqlc.narg(effective_on), sqlc.arg(note), sqlc.arg(edits), sqlc.arg(saved_by), sqlc.arg(saved_at))
ON CONFLICT (tenant_id) DO NOTHING;

-- The expected revision stands in WHERE: of two who save from the same one, one does.
-- name: SaveRuleDraft :execrows
UPDATE rule_draft SET revision = revision + 1, base_version = sqlc.arg(base_version), effective_on = sqlc.narg(effective_on),
  note = sqlc.arg(note), edits = sqlc.arg(edits), saved_by = sqlc.arg(saved_by), saved_at = sqlc.arg(saved_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND revision = sqlc.arg(revision);
