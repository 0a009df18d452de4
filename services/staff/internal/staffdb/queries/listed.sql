-- name: Everyone :many
SELECT person_id, staff_no, name, left_on FROM person
WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY staff_no;
