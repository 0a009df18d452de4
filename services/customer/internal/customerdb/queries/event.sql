-- name: InsertEvent :exec
INSERT INTO file_event (tenant_id, event_id, file_id, at, business_date, kind, person_id, for_id, rule, fields)
VALUES (sqlc.arg(tenant_id), sqlc.arg(event_id), sqlc.arg(file_id), sqlc.arg(now), sqlc.arg(business_date), sqlc.arg(kind), sqlc.narg(person_id), sqlc.narg(for_id), sqlc.arg(rule), sqlc.arg(fields));

-- name: Events :many
-- Newest first, before an event.
SELECT event_id, at, business_date, kind, person_id, for_id, rule, fields FROM file_event
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND event_id < sqlc.arg(before)
ORDER BY event_id DESC LIMIT sqlc.arg(row_limit);
