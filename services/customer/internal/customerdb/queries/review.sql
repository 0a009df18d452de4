-- name: ReviewsOfTenant :many
-- The queue of the whole chain, most urgent first, after a file.
SELECT g.file_id, g.store_id, g.name, g.sex, g.number_box, g.state, g.owner_id, g.owned_since, g.approved_on, g.imported, g.writer_id, g.editor_id, g.version,
  r.revision_id, r.cause, r.writer_id AS editor, r.number_box AS new_box, r.fields_box, r.submitted_at, r.due_at, r.template_version,
  r.reasons_box, r.decided_at, r.decided_by, r.decided_for
FROM file_revision r
JOIN guest g ON g.tenant_id = r.tenant_id AND g.file_id = r.file_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.state = 'submitted' AND (r.due_at, r.file_id) > (sqlc.arg(after_due)::timestamptz, sqlc.arg(after_file)::uuid)
ORDER BY r.due_at, r.file_id LIMIT sqlc.arg(row_limit);

-- name: ReviewsOfStores :many
-- The queue of some stores: the head of each, merged.
SELECT g.file_id, g.store_id, g.name, g.sex, g.number_box, g.state, g.owner_id, g.owned_since, g.approved_on, g.imported, g.writer_id, g.editor_id, g.version,
  r.revision_id, r.cause, r.writer_id AS editor, r.number_box AS new_box, r.fields_box, r.submitted_at, r.due_at, r.template_version,
  r.reasons_box, r.decided_at, r.decided_by, r.decided_for
FROM unnest(sqlc.arg(stores)::uuid[]) s(id)
CROSS JOIN LATERAL (
  SELECT q.file_id, q.revision_id, q.cause, q.writer_id, q.number_box, q.fields_box, q.submitted_at, q.due_at, q.template_version,
    q.reasons_box, q.decided_at, q.decided_by, q.decided_for FROM file_revision q
  WHERE q.tenant_id = sqlc.arg(tenant_id) AND q.store_id = s.id AND q.state = 'submitted' AND (q.due_at, q.file_id) > (sqlc.arg(after_due)::timestamptz, sqlc.arg(after_file)::uuid)
  ORDER BY q.due_at, q.file_id LIMIT sqlc.arg(row_limit)
) r
JOIN guest g ON g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = r.file_id
ORDER BY r.due_at, r.file_id LIMIT sqlc.arg(row_limit);

-- name: CountReviewsOfTenant :one
SELECT count(*) FROM (
  SELECT FROM file_revision WHERE tenant_id = sqlc.arg(tenant_id) AND state = 'submitted' LIMIT sqlc.arg(row_limit)
) r;

-- name: CountReviewsOfStores :one
SELECT count(*) FROM (
  SELECT FROM file_revision WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND state = 'submitted' LIMIT sqlc.arg(row_limit)
) r;

-- Files that wait for a review, by file, with whom they concern and how far they
-- were escalated.
-- name: Waiting :many
SELECT r.file_id, r.store_id, g.writer_id, g.owner_id, g.editor_id, r.due_at::timestamptz AS due_at, r.escalated, r.escalated_to
FROM file_revision r
JOIN guest g ON g.tenant_id = r.tenant_id AND g.file_id = r.file_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.state = 'submitted' AND r.file_id > sqlc.arg(after_file)
ORDER BY r.file_id LIMIT sqlc.arg(row_limit);

-- Marks to whom a review has been escalated, once: of those who mark it at the
-- same moment one finds it as it was read. A decided one is left alone.
-- name: EscalateReview :execrows
UPDATE file_revision SET escalated = sqlc.arg(step), escalated_to = sqlc.arg(people)::uuid[],
  escalated_at = CASE WHEN escalated < sqlc.arg(step) THEN sqlc.arg(now)::timestamptz ELSE escalated_at END
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state = 'submitted'
  AND escalated = sqlc.arg(was) AND escalated_to = sqlc.arg(were)::uuid[];
