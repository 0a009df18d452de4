-- name: OpenGuest :one
-- Only on a file with a standing whose last revision is over: of many who open
-- one at once a single one does.
UPDATE guest SET state = sqlc.arg(state), editor_id = sqlc.arg(editor_id)::uuid, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND approved_on IS NOT NULL AND state = 'approved'
RETURNING store_id;

-- name: InsertOpenRevision :exec
INSERT INTO file_revision (tenant_id, revision_id, file_id, store_id, no, cause, state, fields_box, reasons_box, number_key, number_box, last4_rev, writer_id, created_at, template_version)
SELECT sqlc.arg(tenant_id)::uuid, sqlc.arg(revision_id)::uuid, sqlc.arg(file_id)::uuid, sqlc.arg(store_id)::uuid, 1 + max(r.no), sqlc.arg(cause)::text, sqlc.arg(state)::text,
  sqlc.arg(fields_box)::bytea, sqlc.narg(reasons_box)::bytea, sqlc.narg(number_key)::bytea, sqlc.narg(number_box)::bytea, sqlc.narg(last4_rev)::text, sqlc.arg(writer_id)::uuid, sqlc.arg(now)::timestamptz, sqlc.narg(template_version)::int
FROM file_revision r
WHERE r.tenant_id = sqlc.arg(tenant_id)::uuid AND r.file_id = sqlc.arg(file_id)::uuid;

-- name: TouchGuest :execrows
-- The state of the open revision on a file whose own values hold on.
UPDATE guest SET state = sqlc.arg(state), editor_id = sqlc.arg(editor_id)::uuid, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND version = sqlc.arg(version) AND approved_on IS NOT NULL
  AND state IN ('draft', 'stage1', 'stage2', 'rejected');

-- name: SaveRevision :exec
UPDATE file_revision SET fields_box = sqlc.arg(fields_box), state = sqlc.arg(state), writer_id = sqlc.arg(writer_id),
  number_key = sqlc.narg(number_key), number_box = sqlc.narg(number_box), last4_rev = sqlc.narg(last4_rev), template_version = sqlc.narg(template_version)
WHERE tenant_id = sqlc.arg(tenant_id) AND revision_id = sqlc.arg(revision_id) AND state <> 'approved';

-- name: ApplyRevision :exec
-- The new values hold from now on (CUS-12).
UPDATE guest SET name = sqlc.arg(name), initials = sqlc.arg(initials), sex = sqlc.arg(sex), number_key = sqlc.arg(number_key), number_box = sqlc.arg(number_box),
  last4_rev = sqlc.arg(last4_rev), editor_id = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id);

-- name: EndStanding :execrows
-- Ends what only the finding "no real guest" ends (CUS-12).
UPDATE guest SET state = 'ended', approved_on = NULL, ended_on = sqlc.arg(ended_on)::date, editor_id = NULL, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND approved_on IS NOT NULL;

-- name: DropRevision :exec
DELETE FROM file_revision WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state <> 'approved';

-- name: Standings :many
-- The fields that hold of files with a standing: those of their last approved
-- revision.
SELECT f.id::uuid AS file_id, r.revision_id, r.fields_box
FROM unnest(sqlc.arg(files)::uuid[]) f(id)
CROSS JOIN LATERAL (
  SELECT q.revision_id, q.fields_box FROM file_revision q
  WHERE q.tenant_id = sqlc.arg(tenant_id) AND q.file_id = f.id AND q.state = 'approved'
  ORDER BY q.no DESC LIMIT 1
) r;

-- name: ReleaseNumbers :exec
-- A file that has ended holds no number.
DELETE FROM file_number WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id);

-- name: HoldNewNumber :exec
-- The new number of a revision alone: null for good.
UPDATE file_number SET reserved_until = sqlc.narg(reserved_until)
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND number_key = sqlc.arg(number_key) AND file_id = sqlc.arg(file_id);

-- name: StandAgain :execrows
-- Files whose open revisions nobody submitted are as if none had been opened.
UPDATE guest g SET state = 'approved', editor_id = NULL, version = version + 1
FROM file_revision r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.revision_id = ANY(sqlc.arg(revisions)::uuid[])
  AND g.tenant_id = r.tenant_id AND g.file_id = r.file_id AND g.approved_on IS NOT NULL AND g.state IN ('draft', 'stage1', 'stage2', 'rejected');

-- name: TakeBackRevisions :exec
DELETE FROM file_revision
WHERE tenant_id = sqlc.arg(tenant_id) AND revision_id = ANY(sqlc.arg(revisions)::uuid[]) AND state IN ('draft', 'stage1', 'stage2', 'rejected');

-- name: StandAgainAnyway :exec
-- The file of a revision is as if that had not been opened, also one that waits for
-- its review.
UPDATE guest g SET state = 'approved', editor_id = NULL, version = version + 1
FROM file_revision r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.revision_id = sqlc.arg(revision_id) AND r.state <> 'approved'
  AND g.tenant_id = r.tenant_id AND g.file_id = r.file_id AND g.approved_on IS NOT NULL AND g.state IN ('draft', 'stage1', 'stage2', 'rejected', 'submitted');

-- name: WithdrawRevision :exec
DELETE FROM file_revision WHERE tenant_id = sqlc.arg(tenant_id) AND revision_id = sqlc.arg(revision_id) AND state <> 'approved';
