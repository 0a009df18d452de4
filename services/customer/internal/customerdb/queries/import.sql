-- Lists are unnested side by side in one SELECT, all of one length.

-- name: ImportGuests :exec
INSERT INTO guest (tenant_id, file_id, store_id, name, initials, sex, number_key, number_box, last4_rev, state, approved_on, imported, writer_id, request_id, import_id, created_at)
SELECT sqlc.arg(tenant_id), i.file_id, i.store_id, i.name, i.initials, i.sex, i.number_key, i.number_box, i.last4_rev, 'approved', i.approved_on, true, i.writer_id, i.file_id,
  sqlc.arg(import_id), sqlc.arg(now)
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(names)::text[]) AS name,
  unnest(sqlc.arg(initials)::text[]) AS initials, unnest(sqlc.arg(sexes)::smallint[]) AS sex, unnest(sqlc.arg(number_keys)::bytea[]) AS number_key, unnest(sqlc.arg(number_boxes)::bytea[]) AS number_box,
  unnest(sqlc.arg(last4s)::text[]) AS last4_rev, unnest(sqlc.arg(approved_ons)::date[]) AS approved_on, unnest(sqlc.arg(writers)::uuid[]) AS writer_id) i;

-- name: ImportNumbers :execrows
-- A number whose draft is not approved yet goes to the file that already was.
INSERT INTO file_number (tenant_id, store_id, number_key, file_id)
SELECT sqlc.arg(tenant_id), i.store_id, i.number_key, i.file_id
FROM (SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(number_keys)::bytea[]) AS number_key, unnest(sqlc.arg(files)::uuid[]) AS file_id) i
ON CONFLICT (tenant_id, store_id, number_key) DO UPDATE
SET file_id = excluded.file_id, reserved_until = NULL
WHERE file_number.reserved_until IS NOT NULL;

-- name: ImportRevisions :exec
INSERT INTO file_revision (tenant_id, revision_id, file_id, store_id, no, cause, state, fields_box, writer_id, created_at)
SELECT sqlc.arg(tenant_id), i.file_id, i.file_id, i.store_id, 1, 'import', 'approved', i.fields_box, i.writer_id, sqlc.arg(now)
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(fields_boxes)::bytea[]) AS fields_box,
  unnest(sqlc.arg(writers)::uuid[]) AS writer_id) i;

-- name: ImportEvents :exec
INSERT INTO file_event (tenant_id, event_id, file_id, at, business_date, kind)
SELECT sqlc.arg(tenant_id), i.file_id, i.file_id, sqlc.arg(now), i.approved_on, sqlc.arg(kind)
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(approved_ons)::date[]) AS approved_on) i;
