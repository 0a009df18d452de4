-- name: EmailOf :one
SELECT email_box FROM person_email WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- name: PutEmail :exec
INSERT INTO person_email (tenant_id, person_id, email_key, email_box)
VALUES (sqlc.arg(tenant_id), sqlc.arg(person_id), sqlc.arg(email_key), sqlc.arg(email_box))
ON CONFLICT (tenant_id, person_id) DO UPDATE SET email_key = excluded.email_key, email_box = excluded.email_box;

-- name: DropEmail :exec
DELETE FROM person_email WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);
