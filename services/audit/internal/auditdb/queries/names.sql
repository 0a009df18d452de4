-- Names are looked up when the log is read: lines hold ids only.

-- name: PeopleNames :many
SELECT person_id, name, staff_no FROM staff_pub.person WHERE tenant_id = @tenant_id AND person_id = ANY (@ids::uuid[]);

-- name: KeyLabels :many
SELECT key_id, label FROM staff_pub.api_key WHERE tenant_id = @tenant_id AND key_id = ANY (@ids::uuid[]);

-- name: RoleNames :many
SELECT code, name FROM staff_pub.role WHERE tenant_id = @tenant_id;

-- name: StoreNames :many
SELECT store_id, name FROM tenant_pub.store WHERE tenant_id = @tenant_id;

-- name: FileNames :many
SELECT file_id, store_id, name, owner_id, writer_id FROM customer_pub.file WHERE tenant_id = @tenant_id AND file_id = ANY (@ids::uuid[]);
