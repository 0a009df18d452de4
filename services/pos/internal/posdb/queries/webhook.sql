-- name: Webhooks :many
SELECT * FROM webhook WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY webhook_id DESC LIMIT 100;

-- name: Webhook :one
SELECT * FROM webhook WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = sqlc.arg(webhook_id);

-- name: LockWebhook :one
SELECT * FROM webhook WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = sqlc.arg(webhook_id) FOR UPDATE;

-- name: CountWebhooks :one
SELECT count(*)::int FROM webhook WHERE tenant_id = sqlc.arg(tenant_id);

-- name: InsertWebhook :exec
INSERT INTO webhook (tenant_id, webhook_id, label, url, events, store_ids, state, created_by, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(webhook_id), sqlc.arg(label), sqlc.arg(url), sqlc.arg(events), sqlc.arg(store_ids), 'active', sqlc.arg(created_by), sqlc.arg(created_at));

-- name: EditWebhook :exec
UPDATE webhook SET label = sqlc.arg(label), events = sqlc.arg(events), store_ids = sqlc.arg(store_ids)
WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = sqlc.arg(webhook_id);

-- name: SwitchWebhook :exec
-- Switched on again it begins with a clean slate.
UPDATE webhook SET state = sqlc.arg(state), failing_since = CASE WHEN sqlc.arg(state)::text = 'active' THEN NULL ELSE failing_since END
WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = sqlc.arg(webhook_id);

-- name: WebhookAccepted :exec
UPDATE webhook SET accepted_at = sqlc.arg(now), failing_since = NULL WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = sqlc.arg(webhook_id);

-- name: WebhookFailing :one
-- Since when nothing has been accepted; active: whether it is still switched on.
UPDATE webhook SET failing_since = coalesce(failing_since, sqlc.arg(now)::timestamptz) WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = sqlc.arg(webhook_id)
RETURNING failing_since, state;

-- name: SecretsOf :many
SELECT secret_id, webhook_id, secret_box, created_at, expires_at FROM webhook_secret
WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = ANY(sqlc.arg(webhook_ids)::uuid[]) AND (expires_at IS NULL OR expires_at > sqlc.arg(now)::timestamptz)
ORDER BY secret_id DESC;

-- name: InsertSecret :exec
INSERT INTO webhook_secret (tenant_id, secret_id, webhook_id, secret_box, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(secret_id), sqlc.arg(webhook_id), sqlc.arg(secret_box), sqlc.arg(created_at));

-- name: EndSecrets :exec
-- Those that stay end at a moment; those that end before keep their end.
UPDATE webhook_secret SET expires_at = sqlc.arg(expires_at)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = sqlc.arg(webhook_id) AND (expires_at IS NULL OR expires_at > sqlc.arg(expires_at)::timestamptz);

-- name: WebhooksFor :many
-- Those that are told of a type of event in a store.
SELECT webhook_id FROM webhook
WHERE tenant_id = sqlc.arg(tenant_id) AND state = 'active' AND sqlc.arg(type)::text = ANY(events)
  AND (store_ids = '{}' OR sqlc.arg(store_id)::uuid = ANY(store_ids))
ORDER BY webhook_id;

-- name: AnyWebhookFor :one
SELECT EXISTS (SELECT FROM webhook WHERE tenant_id = sqlc.arg(tenant_id) AND state = 'active' AND sqlc.arg(type)::text = ANY(events));

-- name: InsertEvent :exec
INSERT INTO webhook_event (tenant_id, event_id, type, store_id, at, body)
VALUES (sqlc.arg(tenant_id), sqlc.arg(event_id), sqlc.arg(type), sqlc.arg(store_id), sqlc.arg(at), sqlc.arg(body));

-- name: InsertDelivery :exec
INSERT INTO webhook_delivery (tenant_id, delivery_id, webhook_id, event_id, state, next_at, created_at, replay_of, replayed_by)
VALUES (sqlc.arg(tenant_id), sqlc.arg(delivery_id), sqlc.arg(webhook_id), sqlc.arg(event_id), 'pending', sqlc.arg(now)::timestamptz, sqlc.arg(now)::timestamptz, sqlc.narg(replay_of), sqlc.narg(replayed_by));

-- name: Delivery :one
SELECT d.delivery_id, d.webhook_id, d.event_id, d.state, d.tries, d.next_at, d.created_at, e.type, e.store_id, e.at, e.body, w.url, w.state AS webhook_state
FROM webhook_delivery d
JOIN webhook_event e ON e.tenant_id = d.tenant_id AND e.event_id = d.event_id
JOIN webhook w ON w.tenant_id = d.tenant_id AND w.webhook_id = d.webhook_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.delivery_id = sqlc.arg(delivery_id);

-- name: Deliveries :many
-- With what a replay repeats, and whose it is.
SELECT d.delivery_id, d.webhook_id, d.event_id, d.state, d.tries, d.next_at, d.created_at, d.replay_of, o.created_at AS original_at, p.name AS replayer, e.type, e.store_id, e.at, e.body
FROM webhook_delivery d
JOIN webhook_event e ON e.tenant_id = d.tenant_id AND e.event_id = d.event_id
LEFT JOIN webhook_delivery o ON o.tenant_id = d.tenant_id AND o.delivery_id = d.replay_of
LEFT JOIN staff_pub.person p ON p.tenant_id = d.tenant_id AND p.person_id = d.replayed_by
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.webhook_id = sqlc.arg(webhook_id) AND d.delivery_id < sqlc.arg(before)
ORDER BY d.delivery_id DESC LIMIT sqlc.arg(max_rows);

-- name: OpenDeliveries :many
SELECT d.delivery_id, d.webhook_id, d.event_id, d.state, d.tries, d.next_at, d.created_at, d.replay_of, o.created_at AS original_at, p.name AS replayer, e.type, e.store_id, e.at, e.body
FROM webhook_delivery d
JOIN webhook_event e ON e.tenant_id = d.tenant_id AND e.event_id = d.event_id
LEFT JOIN webhook_delivery o ON o.tenant_id = d.tenant_id AND o.delivery_id = d.replay_of
LEFT JOIN staff_pub.person p ON p.tenant_id = d.tenant_id AND p.person_id = d.replayed_by
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.webhook_id = sqlc.arg(webhook_id) AND d.delivery_id < sqlc.arg(before) AND d.state <> 'accepted'
ORDER BY d.delivery_id DESC LIMIT sqlc.arg(max_rows);

-- name: TriesOf :many
SELECT delivery_id, at, status_code, took_ms, error FROM webhook_try
WHERE tenant_id = sqlc.arg(tenant_id) AND delivery_id = ANY(sqlc.arg(delivery_ids)::uuid[]) ORDER BY delivery_id, no;

-- name: EndTry :execrows
-- The number of tries before this one stands in WHERE: of two jobs that did the same
-- try one counts.
UPDATE webhook_delivery SET tries = tries + 1, state = sqlc.arg(state), next_at = sqlc.narg(next_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND delivery_id = sqlc.arg(delivery_id) AND state = 'pending' AND tries = sqlc.arg(before);

-- name: GiveUpDelivery :exec
UPDATE webhook_delivery SET state = 'failed', next_at = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND delivery_id = sqlc.arg(delivery_id) AND state = 'pending';

-- name: InsertTry :exec
INSERT INTO webhook_try (tenant_id, delivery_id, no, at, status_code, took_ms, error)
VALUES (sqlc.arg(tenant_id), sqlc.arg(delivery_id), sqlc.arg(no), sqlc.arg(at), sqlc.arg(status_code), sqlc.arg(took_ms), sqlc.arg(error));

-- name: DropEvents :execrows
-- With their deliveries and tries.
DELETE FROM webhook_event v WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.at < sqlc.arg(before)
  AND v.event_id IN (SELECT o.event_id FROM webhook_event o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.at < sqlc.arg(before) LIMIT 5000);

-- name: DropSecrets :execrows
DELETE FROM webhook_secret WHERE tenant_id = sqlc.arg(tenant_id) AND expires_at < sqlc.arg(before)::timestamptz;
