-- name: InsertGuest :one
-- A request that was made before gives no row.
INSERT INTO guest (tenant_id, file_id, store_id, name, initials, sex, number_key, number_box, last4_rev, state, writer_id, request_id, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(file_id), sqlc.arg(store_id), sqlc.arg(name), sqlc.arg(initials), sqlc.arg(sex), sqlc.arg(number_key), sqlc.arg(number_box),
  sqlc.arg(last4_rev), sqlc.arg(state), sqlc.arg(writer_id), sqlc.arg(request_id), sqlc.arg(now))
ON CONFLICT (tenant_id, request_id) DO NOTHING
RETURNING file_id;

-- name: FileByRequest :one
SELECT file_id, store_id, writer_id, version FROM guest
WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id);

-- name: InsertRevision :exec
INSERT INTO file_revision (tenant_id, revision_id, file_id, store_id, no, cause, state, fields_box, writer_id, created_at, template_version)
VALUES (sqlc.arg(tenant_id), sqlc.arg(revision_id), sqlc.arg(file_id), sqlc.arg(store_id), 1, 'new', sqlc.arg(state), sqlc.arg(fields_box), sqlc.arg(writer_id), sqlc.arg(now),
  sqlc.arg(template_version)::int);

-- name: File :one
-- A file with its newest revision.
SELECT g.file_id, g.store_id, g.name, g.sex, g.number_box, g.number_key, g.state, g.owner_id, g.owned_since, g.approved_on, g.imported, g.writer_id, g.editor_id, g.version, g.merged_into,
  g.ended_on, r.revision_id, r.cause, r.fields_box, r.due_at, r.reasons_box, r.number_key AS new_key, r.number_box AS new_box, r.template_version
FROM guest g
JOIN file_revision r ON r.tenant_id = g.tenant_id AND r.file_id = g.file_id
WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(file_id)
ORDER BY r.no DESC LIMIT 1;

-- name: Rows :many
SELECT file_id, store_id, name, sex, number_box, state, owner_id, owned_since, approved_on, imported, writer_id, editor_id, version, merged_into
FROM guest
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND state <> 'deleted';

-- name: OpenFilesOf :many
-- Files a person is writing, approved ones being none.
SELECT file_id FROM file_revision
WHERE tenant_id = sqlc.arg(tenant_id) AND writer_id = sqlc.arg(writer_id) AND state <> 'approved';

-- name: ChangeGuest :execrows
-- Takes effect only on the version that was read, in a state that is editable.
UPDATE guest SET name = sqlc.arg(name), initials = sqlc.arg(initials), sex = sqlc.arg(sex), number_key = sqlc.arg(number_key), number_box = sqlc.arg(number_box),
  last4_rev = sqlc.arg(last4_rev), state = sqlc.arg(state), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND version = sqlc.arg(version)
  AND state IN ('draft', 'stage1', 'stage2', 'rejected');

-- name: ChangeRevision :exec
UPDATE file_revision SET fields_box = sqlc.arg(fields_box), state = sqlc.arg(state), template_version = sqlc.arg(template_version)::int
WHERE tenant_id = sqlc.arg(tenant_id) AND revision_id = sqlc.arg(revision_id) AND state <> 'approved';

-- name: SubmitGuest :execrows
UPDATE guest SET state = 'submitted', version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND version = sqlc.arg(version)
  AND state IN ('draft', 'stage1', 'stage2', 'rejected');

-- name: SubmitRevision :exec
-- What it was refused for stays: whoever reviews it again sees what he or his
-- colleague asked for.
UPDATE file_revision SET state = 'submitted', submitted_at = sqlc.arg(now)::timestamptz, due_at = sqlc.arg(due)::timestamptz, escalated = 0, escalated_to = '{}', escalated_at = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state <> 'approved';

-- name: DecideGuest :execrows
-- Of many who decide at once exactly one changes a row, and only the version
-- that was looked at. The first approval stays for ever (CUS-12).
UPDATE guest SET state = sqlc.arg(state), approved_on = coalesce(approved_on, sqlc.narg(approved_on)::date), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state = 'submitted' AND version = sqlc.arg(version);

-- name: DecideRevision :exec
UPDATE file_revision SET state = sqlc.arg(state), decided_at = sqlc.arg(now)::timestamptz, decided_by = sqlc.arg(reviewer)::uuid, decided_for = sqlc.narg(decided_for), reasons_box = sqlc.narg(reasons_box),
  approved_on = sqlc.narg(approved_on)::date
WHERE tenant_id = sqlc.arg(tenant_id) AND revision_id = sqlc.arg(revision_id) AND state = 'submitted';

-- name: SetOwners :exec
-- A zero owner makes public. The lists are unnested side by side.
UPDATE guest SET owner_id = nullif(o.owner, '00000000-0000-0000-0000-000000000000'),
  owned_since = CASE WHEN o.owner <> '00000000-0000-0000-0000-000000000000' THEN o.since END
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file, unnest(sqlc.arg(owners)::uuid[]) AS owner, unnest(sqlc.arg(since)::date[]) AS since) o
WHERE guest.tenant_id = sqlc.arg(tenant_id) AND guest.file_id = o.file;
