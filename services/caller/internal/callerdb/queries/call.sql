-- name: InsertCall :execrows
-- The telephone system's own id is the natural key, for ever.
INSERT INTO call (tenant_id, call_id, store_id, source, call_no, line, number_key, number_box, rung_at, rang, recorded_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(call_id), sqlc.arg(store_id), sqlc.arg(source), sqlc.arg(call_no), sqlc.arg(line), sqlc.arg(number_key),
  sqlc.arg(number_box), sqlc.arg(rung_at), sqlc.arg(rang), sqlc.arg(recorded_at))
ON CONFLICT ON CONSTRAINT call_once DO NOTHING;

-- name: RecentCalls :many
SELECT call_id, store_id, line, number_key, number_box, rung_at FROM call
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND rung_at > sqlc.arg(since) AND rang
ORDER BY rung_at DESC, call_id DESC LIMIT sqlc.arg(max_rows);

-- name: ForgetNumbers :execrows
-- That it rang stays.
UPDATE call c SET number_key = NULL, number_box = NULL
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.number_key IS NOT NULL AND c.recorded_at < sqlc.arg(before)
  AND c.call_id IN (SELECT o.call_id FROM call o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.number_key IS NOT NULL AND o.recorded_at < sqlc.arg(before) LIMIT 5000);

-- name: EraseCalls :exec
-- An erased guest's, in his store, by the numbers he had.
UPDATE call c SET number_key = NULL, number_box = NULL
FROM (SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(numbers)::bytea[]) AS number_key) e
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.store_id = e.store_id AND c.number_key = e.number_key;
