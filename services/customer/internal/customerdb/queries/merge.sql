-- Two files of one guest become one, and two again.

-- name: LockMergeParts :many
-- In one order: mergings that cross wait for each other.
SELECT file_id, store_id, state, approved_on, owner_id, writer_id, editor_id, blacklisted, number_box, number_key, last4_rev, merged_into FROM guest
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[])
ORDER BY file_id FOR UPDATE;

-- name: Unsettled :one
-- What waits on one of two files.
SELECT
  EXISTS (SELECT FROM file_revision WHERE file_revision.tenant_id = sqlc.arg(tenant_id) AND file_revision.file_id = ANY(sqlc.arg(files)::uuid[]) AND file_revision.state <> 'approved') AS revision,
  EXISTS (SELECT FROM change_request WHERE change_request.tenant_id = sqlc.arg(tenant_id) AND change_request.file_id = ANY(sqlc.arg(files)::uuid[]) AND change_request.state = 'pending') AS change,
  EXISTS (SELECT FROM conflict_case WHERE conflict_case.tenant_id = sqlc.arg(tenant_id) AND conflict_case.file_id = ANY(sqlc.arg(files)::uuid[]) AND conflict_case.state = 'open') AS conflict,
  EXISTS (SELECT FROM deletion_request WHERE deletion_request.tenant_id = sqlc.arg(tenant_id) AND deletion_request.file_id = ANY(sqlc.arg(files)::uuid[]) AND deletion_request.state = 'pending') AS deletion,
  EXISTS (SELECT FROM spot_check WHERE spot_check.tenant_id = sqlc.arg(tenant_id) AND spot_check.file_id = sqlc.arg(merged) AND spot_check.result IS NULL) AS spot_check,
  EXISTS (SELECT FROM file_number n
    JOIN guest_request r ON r.tenant_id = n.tenant_id AND r.number_key = n.number_key AND r.number_key <> '\x' AND r.state IN ('received', 'verified')
    WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.file_id = ANY(sqlc.arg(files)::uuid[])) AS guest_asked,
  EXISTS (SELECT FROM file_contact c JOIN file_number n ON n.tenant_id = c.tenant_id AND n.store_id = c.store_id AND n.number_key = c.number_key
    WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.file_id = sqlc.arg(survivor) AND n.file_id = sqlc.arg(merged)) AS contact,
  (SELECT count(*) FROM file_contact WHERE file_contact.tenant_id = sqlc.arg(tenant_id) AND file_contact.file_id = ANY(sqlc.arg(files)::uuid[]))::int AS contacts;

-- name: MoveContacts :many
-- The merged file's contacts, but for those the survivor has already, as a
-- contact or as the guest's own number.
UPDATE file_contact c SET file_id = sqlc.arg(survivor)
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.file_id = sqlc.arg(merged)
  AND NOT EXISTS (SELECT FROM file_contact o WHERE o.tenant_id = c.tenant_id AND o.file_id = sqlc.arg(survivor) AND o.number_key = c.number_key)
  AND NOT EXISTS (SELECT FROM file_number n WHERE n.tenant_id = c.tenant_id AND n.store_id = c.store_id AND n.number_key = c.number_key AND n.file_id = sqlc.arg(survivor))
RETURNING c.contact_id;

-- name: MoveFileNumbers :exec
UPDATE file_number SET file_id = sqlc.arg(survivor) WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(merged);

-- name: CopyStaffFlags :exec
-- The employees whose numbers the survivor has from now on (CUS-05); a flag shows
-- only while the number is the file's, so undoing leaves nothing to take back.
INSERT INTO file_staff_flag (tenant_id, file_id, person_id, flagged_at)
SELECT f.tenant_id, sqlc.arg(survivor)::uuid, f.person_id, f.flagged_at FROM file_staff_flag f
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = sqlc.arg(merged)
ON CONFLICT DO NOTHING;

-- name: SetMerged :exec
UPDATE guest SET state = 'merged', merged_into = sqlc.arg(survivor)::uuid, approved_on = NULL, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(merged);

-- name: SetSurvivor :exec
UPDATE guest SET approved_on = sqlc.arg(approved_on)::date, blacklisted = sqlc.arg(blacklisted), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(survivor);

-- name: InsertMerge :exec
INSERT INTO file_merge (tenant_id, merge_id, store_id, survivor_id, merged_id, reason_box, merged_by, merged_for, merged_at,
  survivor_approved_on, merged_approved_on, survivor_blacklisted, contact_id, contacts, no)
VALUES (sqlc.arg(tenant_id), sqlc.arg(merge_id), sqlc.arg(store_id), sqlc.arg(survivor_id), sqlc.arg(merged_id), sqlc.arg(reason_box), sqlc.arg(merged_by), sqlc.narg(merged_for), sqlc.arg(now),
  sqlc.arg(survivor_approved_on), sqlc.arg(merged_approved_on), sqlc.arg(survivor_blacklisted), sqlc.arg(contact_id), sqlc.arg(contacts)::uuid[],
  1 + coalesce((SELECT max(o.no) FROM file_merge o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.survivor_id = sqlc.arg(survivor_id)), 0));

-- name: Merge :one
SELECT * FROM file_merge WHERE tenant_id = sqlc.arg(tenant_id) AND merge_id = sqlc.arg(merge_id);

-- name: MergesOf :many
-- Of a file that others became part of, newest first.
SELECT * FROM file_merge WHERE tenant_id = sqlc.arg(tenant_id) AND survivor_id = sqlc.arg(survivor) ORDER BY no DESC LIMIT 50;

-- name: EndMerge :execrows
-- Of many who undo at once exactly one does, and only the last merging in force.
UPDATE file_merge m SET undone_by = sqlc.arg(undone_by)::uuid, undone_for = sqlc.narg(undone_for), undone_at = sqlc.arg(now)::timestamptz
WHERE m.tenant_id = sqlc.arg(tenant_id) AND m.merge_id = sqlc.arg(merge_id) AND m.undone_at IS NULL
  AND NOT EXISTS (SELECT FROM file_merge o WHERE o.tenant_id = m.tenant_id AND o.survivor_id = m.survivor_id AND o.no > m.no AND o.undone_at IS NULL);

-- name: NumbersToReturn :one
-- How many of the numbers that the merged file had the survivor still holds, and
-- how many there were; and whether one of them has become his first.
SELECT count(*)::int AS had, count(n.number_key)::int AS held, coalesce(bool_or(g.number_key = k.number_key), false)::boolean AS first
FROM unnest(sqlc.arg(number_keys)::bytea[]) AS k (number_key)
LEFT JOIN file_number n ON n.tenant_id = sqlc.arg(tenant_id) AND n.store_id = sqlc.arg(store_id) AND n.number_key = k.number_key AND n.file_id = sqlc.arg(survivor) AND n.reserved_until IS NULL
LEFT JOIN guest g ON g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(survivor);

-- name: OwnContacts :many
-- The guest's own numbers among contacts of a file.
SELECT contact_id, number_key FROM file_contact
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND contact_id = ANY(sqlc.arg(contacts)::uuid[]) AND kind = 'own';

-- name: ReturnContacts :exec
UPDATE file_contact SET file_id = sqlc.arg(merged)
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(survivor) AND contact_id = ANY(sqlc.arg(contacts)::uuid[]);

-- name: ReturnNumbers :exec
UPDATE file_number SET file_id = sqlc.arg(merged)
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND file_id = sqlc.arg(survivor) AND number_key = ANY(sqlc.arg(number_keys)::bytea[]);

-- name: SetUnmerged :exec
UPDATE guest SET state = 'approved', merged_into = NULL, approved_on = sqlc.arg(approved_on)::date, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(merged);

-- name: MergeFamily :many
-- Files with all that became part of them and what they became part of: one guest.
WITH RECURSIVE family AS (
  SELECT g.file_id, g.merged_into FROM guest g WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = ANY(sqlc.arg(files)::uuid[])
  UNION
  SELECT g.file_id, g.merged_into FROM family f
  JOIN guest g ON g.tenant_id = sqlc.arg(tenant_id) AND (g.file_id = f.merged_into OR g.merged_into = f.file_id)
)
SELECT f.file_id FROM family f ORDER BY f.file_id;

-- name: EmptyMergeReasons :exec
UPDATE file_merge SET reason_box = '\x'
WHERE tenant_id = sqlc.arg(tenant_id) AND (survivor_id = ANY(sqlc.arg(files)::uuid[]) OR merged_id = ANY(sqlc.arg(files)::uuid[]));
