-- 我的消息.

-- name: InsertInbox :exec
-- The lists are unnested side by side; a zero date or decision is none.
INSERT INTO inbox (tenant_id, item_id, person_id, kind, file_id, on_date, decision_id, more, handover_id, at)
SELECT sqlc.arg(tenant_id), i.item_id, i.person_id, i.kind, i.file_id, nullif(i.on_date, '1970-01-01'::date),
  nullif(i.decision_id, '00000000-0000-0000-0000-000000000000'), i.more, nullif(i.handover_id, '00000000-0000-0000-0000-000000000000'), sqlc.arg(now)
FROM (SELECT unnest(sqlc.arg(items)::uuid[]) AS item_id, unnest(sqlc.arg(people)::uuid[]) AS person_id, unnest(sqlc.arg(kinds)::text[]) AS kind,
  unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(dates)::date[]) AS on_date,
  unnest(sqlc.arg(decisions)::uuid[]) AS decision_id, unnest(sqlc.arg(more)::int[]) AS more, unnest(sqlc.arg(handovers)::uuid[]) AS handover_id) i;

-- name: Inbox :many
SELECT item_id, kind, file_id, on_date, at, read_at, decision_id, more, handover_id FROM inbox
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND item_id < sqlc.arg(before)
ORDER BY item_id DESC LIMIT sqlc.arg(row_limit);

-- name: InboxUnread :one
SELECT count(*)::int FROM (SELECT FROM inbox WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND read_at IS NULL LIMIT 100) i;

-- name: MarkInboxRead :exec
-- Up to an item, or from one on up to the same.
UPDATE inbox SET read_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND read_at IS NULL AND item_id BETWEEN sqlc.arg(since) AND sqlc.arg(up_to);

-- name: EraseMessages :exec
-- What went to an erased guest in a store: that it went stays, not to whom nor
-- what it said; what is queued is not sent.
UPDATE message m SET params = '{}', number_key = '\x', number_box = '\x', secret_box = NULL,
  state = CASE m.state WHEN 'queued' THEN 'stopped' ELSE m.state END
FROM (SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(numbers)::bytea[]) AS number_key,
  unnest(sqlc.arg(froms)::date[]) AS from_day, unnest(sqlc.arg(untils)::date[]) AS until) e
WHERE m.tenant_id = sqlc.arg(tenant_id) AND m.store_id = e.store_id AND m.number_key = e.number_key AND m.template <> sqlc.arg(kept)
  AND m.created_at >= e.from_day AND m.created_at < e.until;

-- name: MessagesOfNumber :many
SELECT store_id, template, params, state, created_at FROM message
WHERE tenant_id = sqlc.arg(tenant_id) AND number_key = sqlc.arg(number_key) AND template <> sqlc.arg(kept)
ORDER BY message_id LIMIT 10000;
