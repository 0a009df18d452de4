-- A store that ends: its files go to another (HND-08).

-- name: NextToMove :many
-- The files of a store after one, nobody's lock: ties are held before files.
SELECT file_id FROM guest
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND file_id > sqlc.arg(after) AND state <> 'deleted'
ORDER BY file_id LIMIT sqlc.arg(at_most);

-- name: FilesToMove :many
-- The files of a store after one, locked in the order in which everybody takes them.
SELECT file_id, owner_id, (approved_on IS NOT NULL)::boolean AS approved FROM guest
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND file_id > sqlc.arg(after) AND state <> 'deleted'
ORDER BY file_id LIMIT sqlc.arg(at_most) FOR UPDATE;

-- name: CountFilesToMove :one
SELECT count(*)::int AS files FROM guest WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND state <> 'deleted';

-- name: Twins :many
-- Files of another store with a number of some files; an approved one first. A hold
-- that has run out is none. Looked up number by number: the other store may have many.
SELECT a.file_id, b.file_id AS twin_id, (g.approved_on IS NOT NULL)::boolean AS approved, g.owner_id
FROM file_number a
CROSS JOIN LATERAL (SELECT o.tenant_id, o.file_id, o.reserved_until FROM file_number o
  WHERE o.tenant_id = a.tenant_id AND o.store_id = sqlc.arg(to_store)::uuid AND o.number_key = a.number_key OFFSET 0) b
JOIN guest g ON g.tenant_id = b.tenant_id AND g.file_id = b.file_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.file_id = ANY(sqlc.arg(files)::uuid[]) AND (b.reserved_until IS NULL OR b.reserved_until >= sqlc.arg(now)::timestamptz)
ORDER BY a.file_id, g.approved_on IS NULL, b.file_id;

-- name: MoveGuests :exec
UPDATE guest SET store_id = sqlc.arg(to_store)::uuid, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: DropLapsedHolds :exec
-- Holds of drafts there whose time has run out give way, as to anybody. One that was
-- renewed since the twins were looked for stays: the move meets its number and is tried again.
DELETE FROM file_number b USING (
  SELECT o.number_key FROM file_number a
  CROSS JOIN LATERAL (SELECT x.number_key, x.file_id FROM file_number x
    WHERE x.tenant_id = a.tenant_id AND x.store_id = sqlc.arg(to_store)::uuid AND x.number_key = a.number_key OFFSET 0) o
  WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.file_id = ANY(sqlc.arg(files)::uuid[]) AND o.file_id <> a.file_id OFFSET 0) k
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.store_id = sqlc.arg(to_store)::uuid AND b.number_key = k.number_key AND b.reserved_until < sqlc.arg(now)::timestamptz;

-- name: MoveNumbersOfFiles :exec
UPDATE file_number SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: MoveContactsOfFiles :exec
UPDATE file_contact SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: MoveRevisions :exec
-- What is settled stays where it was settled; what is open goes on there.
UPDATE file_revision SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND state <> 'approved';

-- name: MoveConflicts :exec
UPDATE conflict_case SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND state = 'open';

-- name: MoveChanges :exec
UPDATE change_request SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND state IN ('pending', 'opened');

-- name: MoveDeletions :exec
UPDATE deletion_request SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND state = 'pending';

-- name: MoveSpotChecks :exec
UPDATE spot_check SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND result IS NULL;

-- name: NoteStoreMoved :exec
-- A line on each timeline (RUL-05).
INSERT INTO file_event (tenant_id, event_id, file_id, at, business_date, kind, rule, fields)
SELECT sqlc.arg(tenant_id), e.event_id, e.file_id, sqlc.arg(now), sqlc.arg(on_date), sqlc.arg(kind), sqlc.arg(rule), '{}'
FROM (SELECT unnest(sqlc.arg(events)::uuid[]) AS event_id, unnest(sqlc.arg(files)::uuid[]) AS file_id) e;
