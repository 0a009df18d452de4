-- name: EraseStaged :exec
-- Staged lines of an erased guest that wait to be published: his file is not
-- entered.
DELETE FROM import_row r
USING (SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(numbers)::bytea[]) AS number_key) e
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.step = 'customers' AND r.number_key = e.number_key AND (r.at_store IS NULL OR r.at_store = e.store_id);
