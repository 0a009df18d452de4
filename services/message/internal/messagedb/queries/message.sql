-- name: InsertMessage :exec
INSERT INTO message (tenant_id, message_id, store_id, template, params, number_key, number_box, secret_box, state, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(message_id), sqlc.arg(store_id), sqlc.arg(template), sqlc.arg(params), sqlc.arg(number_key), sqlc.arg(number_box),
  nullif(sqlc.arg(secret_box)::bytea, ''), 'queued', sqlc.arg(now));

-- name: QueuedMessage :one
SELECT store_id, template, params, number_key, number_box, secret_box FROM message
WHERE tenant_id = sqlc.arg(tenant_id) AND message_id = sqlc.arg(message_id) AND state = 'queued';

-- name: MarkMessage :execrows
-- Takes effect once, however often the job runs; a secret has done its work.
UPDATE message SET state = sqlc.arg(state), sent_at = sqlc.narg(sent_at), error = sqlc.arg(error), secret_box = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND message_id = sqlc.arg(message_id) AND state = 'queued';

-- name: MessagesOfTenant :many
SELECT message_id, store_id, template, params, number_box, state, error, created_at, sent_at FROM message
WHERE tenant_id = sqlc.arg(tenant_id) AND message_id < sqlc.arg(before)
ORDER BY message_id DESC LIMIT sqlc.arg(row_limit);

-- name: MessagesOfStores :many
-- The newest of each store, merged.
SELECT m.message_id, m.store_id, m.template, m.params, m.number_box, m.state, m.error, m.created_at, m.sent_at
FROM unnest(sqlc.arg(stores)::uuid[]) s(id)
CROSS JOIN LATERAL (
  SELECT q.message_id, q.store_id, q.template, q.params, q.number_box, q.state, q.error, q.created_at, q.sent_at FROM message q
  WHERE q.tenant_id = sqlc.arg(tenant_id) AND q.store_id = s.id AND q.message_id < sqlc.arg(before)
  ORDER BY q.message_id DESC LIMIT sqlc.arg(row_limit)
) m
ORDER BY m.message_id DESC LIMIT sqlc.arg(row_limit);

-- name: MessageStates :many
SELECT message_id, state FROM message
WHERE tenant_id = sqlc.arg(tenant_id) AND message_id = ANY(sqlc.arg(messages)::uuid[]);
