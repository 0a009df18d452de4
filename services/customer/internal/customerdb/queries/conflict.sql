-- name: OpenConflict :one
-- Of those who claim a number at once one opens the case; the others get no row.
INSERT INTO conflict_case (tenant_id, case_id, store_id, number_key, file_id, holder_id, claim_file_id, claimant_id, texts_box, opened_at, due_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(case_id), sqlc.arg(store_id), sqlc.arg(number_key), sqlc.arg(file_id), sqlc.arg(holder_id), sqlc.arg(claim_file_id), sqlc.arg(claimant_id),
  sqlc.arg(texts_box), sqlc.arg(now), sqlc.arg(due_at))
ON CONFLICT (tenant_id, store_id, number_key) WHERE state = 'open' DO NOTHING
RETURNING case_id;

-- name: ConflictOfClaim :one
SELECT case_id FROM conflict_case
WHERE tenant_id = sqlc.arg(tenant_id) AND claim_file_id = sqlc.arg(claim_file_id);

-- name: KeepForCase :execrows
-- A number that is claimed waits for the case, however long.
UPDATE file_number SET reserved_until = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND number_key = sqlc.arg(number_key) AND file_id = sqlc.arg(file_id)
  AND (reserved_until IS NULL OR reserved_until >= sqlc.arg(now)::timestamptz);

-- name: Conflict :one
SELECT c.*, h.name AS guest_name, h.state AS file_state, h.owner_id, h.writer_id, h.approved_on, h.created_at AS file_created_at,
  f.name AS claimed_name, f.number_box
FROM conflict_case c
JOIN guest h ON h.tenant_id = c.tenant_id AND h.file_id = c.file_id
JOIN guest f ON f.tenant_id = c.tenant_id AND f.file_id = c.claim_file_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.case_id = sqlc.arg(case_id);

-- name: OpenConflicts :many
-- Those a person has part in, and all of some stores or of the chain, most
-- urgent first, after a place.
SELECT c.*, h.name AS guest_name, h.state AS file_state, h.owner_id, h.writer_id, h.approved_on, h.created_at AS file_created_at,
  f.name AS claimed_name, f.number_box
FROM conflict_case c
JOIN guest h ON h.tenant_id = c.tenant_id AND h.file_id = c.file_id
JOIN guest f ON f.tenant_id = c.tenant_id AND f.file_id = c.claim_file_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.state = 'open' AND (c.due_at, c.case_id) > (sqlc.arg(after_at)::timestamptz, sqlc.arg(after_case)::uuid)
  AND (sqlc.arg(everywhere)::boolean OR c.store_id = ANY(sqlc.arg(stores)::uuid[]) OR c.claimant_id = sqlc.arg(me) OR c.holder_id = sqlc.arg(me))
  AND (sqlc.arg(only_store)::uuid = '00000000-0000-0000-0000-000000000000' OR c.store_id = sqlc.arg(only_store)::uuid)
ORDER BY c.due_at, c.case_id LIMIT sqlc.arg(row_limit);

-- name: EndedConflicts :many
-- The same of those that ended, newest first, before a place.
SELECT c.*, h.name AS guest_name, h.state AS file_state, h.owner_id, h.writer_id, h.approved_on, h.created_at AS file_created_at,
  f.name AS claimed_name, f.number_box
FROM conflict_case c
JOIN guest h ON h.tenant_id = c.tenant_id AND h.file_id = c.file_id
JOIN guest f ON f.tenant_id = c.tenant_id AND f.file_id = c.claim_file_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.state <> 'open' AND (c.ended_at, c.case_id) < (sqlc.arg(before_at)::timestamptz, sqlc.arg(before_case)::uuid)
  AND (sqlc.arg(everywhere)::boolean OR c.store_id = ANY(sqlc.arg(stores)::uuid[]) OR c.claimant_id = sqlc.arg(me) OR c.holder_id = sqlc.arg(me))
  AND (sqlc.arg(only_store)::uuid = '00000000-0000-0000-0000-000000000000' OR c.store_id = sqlc.arg(only_store)::uuid)
ORDER BY c.ended_at DESC, c.case_id DESC LIMIT sqlc.arg(row_limit);

-- name: LockConflict :one
SELECT state, texts_box FROM conflict_case
WHERE tenant_id = sqlc.arg(tenant_id) AND case_id = sqlc.arg(case_id) FOR UPDATE;

-- name: AnswerConflict :execrows
UPDATE conflict_case SET texts_box = sqlc.arg(texts_box)
WHERE tenant_id = sqlc.arg(tenant_id) AND case_id = sqlc.arg(case_id) AND state = 'open';

-- name: EndConflict :execrows
-- Of all who end a case at once exactly one does; a manager not before its time
-- to settle is over (zero: whenever).
UPDATE conflict_case SET state = sqlc.arg(state), outcome = sqlc.arg(outcome), texts_box = sqlc.arg(texts_box), ended_at = sqlc.arg(now)::timestamptz,
  ended_by = sqlc.arg(ended_by)::uuid, decided_for = sqlc.narg(decided_for)
WHERE tenant_id = sqlc.arg(tenant_id) AND case_id = sqlc.arg(case_id) AND conflict_case.state = 'open' AND due_at <= sqlc.arg(due_before)::timestamptz;

-- name: HandNumber :execrows
-- The number goes from the holder's file to the claimant's.
UPDATE file_number SET file_id = sqlc.arg(to_file), reserved_until = sqlc.arg(reserved_until)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND number_key = sqlc.arg(number_key) AND file_id = sqlc.arg(from_file);

-- name: LockStanding :one
SELECT state, approved_on FROM guest WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) FOR UPDATE;

-- name: WantsNumber :one
-- Whether a number is only that of a file's open revision (CUS-12).
SELECT EXISTS (SELECT FROM file_revision
  WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state <> 'approved' AND number_key = sqlc.arg(number_key)) AS wanted;

-- name: DropNewNumber :exec
-- The open revision loses the number it wants; who works on it reads it anew.
WITH lost AS (
  UPDATE file_revision r SET number_key = NULL, number_box = NULL, last4_rev = NULL
  WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.file_id = sqlc.arg(file_id) AND r.state <> 'approved' AND r.number_key = sqlc.arg(number_key)
  RETURNING r.file_id
)
UPDATE guest g SET version = g.version + 1 FROM lost
WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = lost.file_id;

-- name: CallBackGuest :execrows
-- A file that waits for its review goes back to its writer.
UPDATE guest SET state = 'rejected', version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state = 'submitted';

-- name: EscalateConflict :execrows
-- Marks to whom a case has gone, once; one that ended is left alone.
UPDATE conflict_case SET escalated = sqlc.arg(step), escalated_to = sqlc.arg(people)::uuid[]
WHERE tenant_id = sqlc.arg(tenant_id) AND case_id = sqlc.arg(case_id) AND state = 'open'
  AND escalated = sqlc.arg(was) AND escalated_to = sqlc.arg(were)::uuid[];

-- name: DueConflicts :many
-- Cases whose time to settle is over, by case, after one.
SELECT c.case_id, c.store_id, c.file_id, c.holder_id, c.claimant_id, c.due_at, c.escalated, c.escalated_to, g.owner_id, g.writer_id
FROM conflict_case c
JOIN guest g ON g.tenant_id = c.tenant_id AND g.file_id = c.file_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.state = 'open' AND c.due_at <= sqlc.arg(now) AND c.case_id > sqlc.arg(after_case)
ORDER BY c.case_id LIMIT sqlc.arg(row_limit);

-- name: NumberHold :one
-- A file's number: whether the file holds it, until when, who does instead, and
-- the case about it (zero: none).
SELECT g.number_key, coalesce(n.file_id = g.file_id, false)::boolean AS held, n.reserved_until,
  coalesce(h.approved_on, 'epoch')::date AS other_approved_on, coalesce(h.created_at, 'epoch')::timestamptz AS other_created_at,
  coalesce(n.file_id IS NOT NULL AND n.file_id <> g.file_id AND (n.reserved_until IS NULL OR n.reserved_until >= sqlc.arg(now)::timestamptz), false)::boolean AS taken,
  coalesce(c.case_id, '00000000-0000-0000-0000-000000000000')::uuid AS case_id
FROM guest g
LEFT JOIN file_number n ON n.tenant_id = g.tenant_id AND n.store_id = g.store_id AND n.number_key = g.number_key
LEFT JOIN guest h ON h.tenant_id = n.tenant_id AND h.file_id = n.file_id AND h.file_id <> g.file_id
LEFT JOIN conflict_case c ON c.tenant_id = g.tenant_id AND c.store_id = g.store_id AND c.number_key = g.number_key AND c.state = 'open'
  AND (c.file_id = g.file_id OR c.claim_file_id = g.file_id)
WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(file_id);

-- name: OpenConflictOf :one
-- The open case about a number of a store.
SELECT case_id, file_id, holder_id, claim_file_id, claimant_id, texts_box FROM conflict_case
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND number_key = sqlc.arg(number_key) AND state = 'open' FOR UPDATE;

-- name: SubmittedRevision :one
SELECT revision_id FROM file_revision
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state = 'submitted';

-- name: CallBackRevision :exec
UPDATE file_revision SET state = 'rejected', decided_at = sqlc.arg(now)::timestamptz, decided_by = NULL, decided_for = NULL, reasons_box = sqlc.arg(reasons_box)
WHERE tenant_id = sqlc.arg(tenant_id) AND revision_id = sqlc.arg(revision_id) AND state = 'submitted';
