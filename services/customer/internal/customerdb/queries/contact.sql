-- name: InsertContact :execrows
-- A number stands on a file once.
INSERT INTO file_contact (tenant_id, contact_id, file_id, store_id, kind, number_key, number_box, name_box, created_by, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(contact_id), sqlc.arg(file_id), sqlc.arg(store_id), sqlc.arg(kind), sqlc.arg(number_key), sqlc.arg(number_box), sqlc.narg(name_box),
  sqlc.arg(writer)::uuid, sqlc.arg(now))
ON CONFLICT (tenant_id, file_id, number_key) DO NOTHING;

-- name: ContactsOfFile :many
SELECT contact_id, kind, number_key, number_box, name_box FROM file_contact
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id)
ORDER BY kind <> 'own', contact_id;

-- name: DeleteContact :execrows
DELETE FROM file_contact
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND contact_id = sqlc.arg(contact_id);

-- name: LockFile :exec
-- Whoever counts a file's contacts does so after whoever adds one.
SELECT FROM guest WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) FOR UPDATE;

-- name: NumbersOfFile :many
SELECT number_key FROM file_number WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id);

-- name: GuestsOfNumber :many
-- Approved files of a store on which a number stands: as the guest's own
-- (contact zero), or as a contact's.
SELECT g.file_id, g.name, g.owner_id, g.writer_id, g.approved_on, '00000000-0000-0000-0000-000000000000'::uuid AS contact_id, 'own'::text AS kind
FROM file_number n
JOIN guest g ON g.tenant_id = n.tenant_id AND g.file_id = n.file_id
WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.store_id = sqlc.arg(store_id) AND n.number_key = sqlc.arg(number_key) AND g.approved_on IS NOT NULL
UNION ALL
SELECT g.file_id, g.name, g.owner_id, g.writer_id, g.approved_on, c.contact_id, c.kind
FROM file_contact c
JOIN guest g ON g.tenant_id = c.tenant_id AND g.file_id = c.file_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.store_id = sqlc.arg(store_id) AND c.number_key = sqlc.arg(number_key) AND c.kind <> 'own' AND g.approved_on IS NOT NULL
ORDER BY contact_id, file_id
LIMIT 20;

-- name: DropOwnNumber :exec
-- A further own number that went to another file.
DELETE FROM file_contact
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND number_key = sqlc.arg(number_key) AND kind = 'own';

-- name: ContactsByID :many
SELECT contact_id, kind, number_key, number_box, name_box FROM file_contact
WHERE tenant_id = sqlc.arg(tenant_id) AND contact_id = ANY(sqlc.arg(contacts)::uuid[]);
