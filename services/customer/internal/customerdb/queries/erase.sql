-- What erasing a file takes (DEL-03).

-- name: LockFiles :many
-- Those of the files that still stand, locked in one order.
SELECT file_id, store_id, writer_id, number_key, approved_on, state FROM guest
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND state <> 'deleted'
ORDER BY file_id FOR UPDATE;

-- name: EmptyFiles :exec
UPDATE guest SET state = 'deleted', name = '', initials = '', sex = 0, number_key = '\x', number_box = '\x', last4_rev = '', blacklisted = false, editor_id = NULL, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: DropNumbers :exec
DELETE FROM file_number WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: DropRevisions :exec
DELETE FROM file_revision WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: DropStaffFlags :exec
DELETE FROM file_staff_flag WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: DropContacts :exec
DELETE FROM file_contact WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: DropConflicts :exec
-- Cases about a file, or of a draft that claimed one: there is nothing left to
-- decide; that there was one stands on the other file's timeline.
DELETE FROM conflict_case
WHERE tenant_id = sqlc.arg(tenant_id) AND (file_id = ANY(sqlc.arg(files)::uuid[]) OR claim_file_id = ANY(sqlc.arg(files)::uuid[]));

-- name: DropRevealReasons :exec
DELETE FROM reveal_reason WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: EraseChanges :exec
-- What stores reported of a guest.
DELETE FROM change_request WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: DropFindings :exec
-- What head office found; that it checked, and with which result, stays (CUS-04).
DELETE FROM spot_check_finding WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: EmptyDeletionReasons :exec
-- A request that still waits has nothing left to decide.
UPDATE deletion_request SET reason_box = '\x', refusal_box = '\x', state = CASE state WHEN 'pending' THEN 'withdrawn' ELSE state END
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: EmptyGuestRequests :exec
-- Closed requests of guests who are on file nowhere any more.
UPDATE guest_request r SET number_key = '\x', number_box = '\x', note_box = '\x', refusal_box = '\x'
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.number_key = ANY(sqlc.arg(numbers)::bytea[]) AND r.number_key <> '\x' AND r.state IN ('done', 'refused')
  AND NOT EXISTS (
    SELECT FROM tenant_pub.store s
    JOIN file_number n ON n.tenant_id = s.tenant_id AND n.store_id = s.store_id AND n.number_key = r.number_key
    WHERE s.tenant_id = r.tenant_id);

-- name: InsertErased :exec
-- A line on each file's timeline; the lists are unnested side by side.
INSERT INTO file_event (tenant_id, event_id, file_id, at, business_date, kind, person_id, for_id, rule)
SELECT sqlc.arg(tenant_id), e.event_id, e.file_id, sqlc.arg(now), e.business_date, sqlc.arg(kind), sqlc.narg(person_id), sqlc.narg(for_id), sqlc.arg(rule)
FROM (SELECT unnest(sqlc.arg(events)::uuid[]) AS event_id, unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(days)::date[]) AS business_date) e;

-- name: NumbersOfFiles :many
-- Every number that files hold as their guests' own: the main one, further ones,
-- one that a change wants.
SELECT number_key FROM file_number WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: FilesOfNumber :many
-- A guest's files in every store of the chain by any number of his own, drafts
-- too, and those that have lost their hold on the number; with what became part
-- of them and what they became part of.
WITH RECURSIVE family AS (
  SELECT h.file_id, h.merged_into FROM (
    SELECT g.file_id, g.merged_into FROM guest g
    WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.last4_rev = sqlc.arg(last4_rev) AND g.number_key = sqlc.arg(number_key) AND g.state <> 'deleted'
    UNION
    SELECT g.file_id, g.merged_into
    FROM tenant_pub.store s
    JOIN file_number n ON n.tenant_id = s.tenant_id AND n.store_id = s.store_id AND n.number_key = sqlc.arg(number_key)
    JOIN guest g ON g.tenant_id = n.tenant_id AND g.file_id = n.file_id
    WHERE s.tenant_id = sqlc.arg(tenant_id) AND g.state <> 'deleted') h
  UNION
  SELECT g.file_id, g.merged_into FROM family f
  JOIN guest g ON g.tenant_id = sqlc.arg(tenant_id) AND (g.file_id = f.merged_into OR g.merged_into = f.file_id)
)
SELECT g.file_id, g.store_id, g.name, g.state, g.owner_id, g.writer_id, g.approved_on, g.number_box FROM family f
JOIN guest g ON g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = f.file_id
WHERE g.state <> 'deleted'
ORDER BY g.file_id;
