-- A store that ends: ties go to another with their starts (HND-08).

-- name: TiesToMove :many
-- The ties of files that nobody has ended, locked.
SELECT tie_id, file_id, referrer_id, start_on, coalesce(former_on, start_on)::date AS former_on, hold_id FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(file_ids)::uuid[]) AND end_on IS NULL
ORDER BY file_id FOR UPDATE;

-- name: MoveTies :exec
-- The tie of somebody who goes along is the same tie, elsewhere: its clocks go on.
UPDATE tie SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND tie_id = ANY(sqlc.arg(tie_ids)::uuid[]) AND end_on IS NULL;

-- name: MoveHolds :exec
UPDATE tie_hold SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND tie_id = ANY(sqlc.arg(tie_ids)::uuid[]) AND to_on IS NULL;

-- name: FreeMoved :exec
-- Ends the holds of ties that waited for the file to be able to go.
WITH freed AS (
  UPDATE tie SET hold_id = NULL
  WHERE tie.tenant_id = sqlc.arg(tenant_id) AND tie.tie_id = ANY(sqlc.arg(tie_ids)::uuid[]) AND tie.hold_id = sqlc.arg(move_id)::uuid AND tie.end_on IS NULL
  RETURNING tie_id
)
UPDATE tie_hold h SET to_on = greatest(h.from_on, sqlc.arg(to_on)::date)
FROM freed f WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.tie_id = f.tie_id AND h.hold_id = sqlc.arg(move_id)::uuid AND h.to_on IS NULL;

-- name: MoveOffers :exec
UPDATE offer SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(file_ids)::uuid[]) AND state IN ('pending', 'confirmed');

-- name: MoveAppeals :exec
UPDATE appeal SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(file_ids)::uuid[]) AND state = 'open';

-- name: MoveProposals :exec
UPDATE correction SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(file_ids)::uuid[]) AND state IN ('proposed', 'noted', 'gone');

-- name: StoreMoveTold :many
-- Whom a move took or gave guests, with the first guest's decision and how many there are.
SELECT p.person_id::uuid AS person_id, ((array_agg(d.decision_id ORDER BY d.file_id, d.decision_id))[1])::uuid AS decision_id, ((array_agg(d.file_id ORDER BY d.file_id))[1])::uuid AS first_file, count(*)::int AS files
FROM decision d
CROSS JOIN LATERAL (SELECT DISTINCT x AS person_id FROM unnest(ARRAY[d.from_id, d.to_id]) AS x WHERE x IS NOT NULL) p
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.run_id = sqlc.arg(move_id)
GROUP BY p.person_id ORDER BY p.person_id;
