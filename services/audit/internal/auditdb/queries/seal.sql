-- name: TrySealing :one
-- One sealer of a tenant at a time; others need not wait, the lines get sealed.
SELECT pg_try_advisory_xact_lock(hashtextextended('audit seal ' || sqlc.arg(tenant_id)::uuid::text, 0))::boolean AS got;

-- name: TakeUnsealed :many
-- Takes the oldest lines that wait. One whose line is gone stays, for verifying
-- to find it.
DELETE FROM audit_unsealed u USING (
  SELECT w.tenant_id, w.line_id FROM audit_unsealed w
  WHERE w.tenant_id = @tenant_id AND EXISTS (SELECT FROM audit_line l WHERE l.tenant_id = w.tenant_id AND l.line_id = w.line_id)
  ORDER BY w.line_id LIMIT @most) t
WHERE u.tenant_id = @tenant_id AND u.tenant_id = t.tenant_id AND u.line_id = t.line_id
RETURNING u.line_id;

-- name: LastBlock :one
SELECT no, sealed_at, hash FROM audit_block WHERE tenant_id = @tenant_id ORDER BY no DESC LIMIT 1;

-- name: InsertBlock :exec
INSERT INTO audit_block (tenant_id, no, sealed_at, line_ids, digests, previous, hash)
VALUES (@tenant_id, @no, @sealed_at, @line_ids, @digests, @previous, @hash);

-- name: LinesOf :many
SELECT line_id, at, actor_kind, actor_id, actor_name, for_person, topic, action, object, object_id, store_id, address, session_id, request_id, changes
FROM audit_line WHERE tenant_id = @tenant_id AND line_id = ANY (@line_ids::uuid[]) ORDER BY line_id;

-- name: HasUnsealed :one
SELECT EXISTS (SELECT FROM audit_unsealed WHERE tenant_id = @tenant_id);

-- name: CountUnsealed :one
SELECT count(*) FROM (SELECT FROM audit_unsealed WHERE tenant_id = @tenant_id LIMIT 100000) w;
