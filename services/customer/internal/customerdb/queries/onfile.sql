-- name: OnFile :many
-- Which of some numbers, each of a store, are on file for good (CUS-10); the
-- lists lie side by side.
SELECT (w.at - 1)::int AS at, g.approved_on, g.created_at
FROM (SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(number_keys)::bytea[]) AS number_key, generate_series(1, cardinality(sqlc.arg(stores)::uuid[])) AS at) w
JOIN file_number n ON n.tenant_id = sqlc.arg(tenant_id) AND n.store_id = w.store_id AND n.number_key = w.number_key AND n.reserved_until IS NULL
JOIN guest g ON g.tenant_id = n.tenant_id AND g.file_id = n.file_id;
