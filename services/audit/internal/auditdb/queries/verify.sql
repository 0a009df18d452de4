-- name: Blocks :many
SELECT no, sealed_at, line_ids, digests, previous, hash FROM audit_block
WHERE tenant_id = @tenant_id AND no > @after ORDER BY no LIMIT 20;

-- name: BlockHash :one
SELECT hash FROM audit_block WHERE tenant_id = @tenant_id AND no = @no;

-- name: FirstLoose :many
-- The first line that no block holds and that does not wait for one: one
-- statement, so that a block being sealed meanwhile shows wholly or not at all.
-- EXCEPT sorts or hashes once; NOT EXISTS looks at every block for every line.
SELECT l.line_id FROM (
  SELECT line_id FROM audit_line WHERE audit_line.tenant_id = @tenant_id
  EXCEPT
  (SELECT unnest(b.line_ids) FROM audit_block b WHERE b.tenant_id = @tenant_id
   UNION ALL SELECT u.line_id FROM audit_unsealed u WHERE u.tenant_id = @tenant_id)
) l ORDER BY l.line_id LIMIT 1;

-- name: FirstGone :many
-- The first line that waits for its block and is gone.
SELECT u.line_id FROM audit_unsealed u
WHERE u.tenant_id = @tenant_id AND NOT EXISTS (SELECT FROM audit_line l WHERE l.tenant_id = u.tenant_id AND l.line_id = u.line_id)
ORDER BY u.line_id LIMIT 1;

-- name: PutCheck :exec
INSERT INTO audit_check (tenant_id, checked_at, through_block, finding)
VALUES (@tenant_id, @checked_at, @through_block, @finding)
ON CONFLICT (tenant_id) DO UPDATE SET checked_at = excluded.checked_at, through_block = excluded.through_block, finding = excluded.finding;

-- name: LastCheck :one
SELECT checked_at, through_block, finding FROM audit_check WHERE tenant_id = @tenant_id;
