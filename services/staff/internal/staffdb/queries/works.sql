-- name: WorksIn :one
-- Whether somebody has a post in a store on a day.
SELECT EXISTS (SELECT FROM assignment a JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
  WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.person_id = sqlc.arg(person_id) AND sqlc.arg(store_id)::uuid = ANY(a.store_ids)
    AND a.from_on <= sqlc.arg(on_day) AND (a.to_on IS NULL OR a.to_on > sqlc.arg(on_day))
    AND (p.left_on IS NULL OR p.left_on > sqlc.arg(on_day)))::boolean;

-- name: MovePosts :execrows
-- Posts in a store that ends on a day: in its place comes where somebody goes, or
-- where everybody does (null: nowhere); other stores of the post stay. A post that
-- would have begun later begins there then. people and stores side by side.
WITH ending AS (
  SELECT a.assignment_id, a.person_id, a.role, a.position, a.from_on, a.to_on,
    ARRAY(SELECT s FROM unnest(array_remove(a.store_ids, sqlc.arg(store_id)::uuid)) AS s
      UNION SELECT t.store_id FROM (SELECT coalesce(g.store_id, sqlc.narg(everybody)::uuid) AS store_id) t WHERE t.store_id IS NOT NULL) AS stores
  FROM assignment a
  LEFT JOIN (SELECT unnest(sqlc.arg(people)::uuid[]) AS person_id, unnest(sqlc.arg(stores)::uuid[]) AS store_id) g ON g.person_id = a.person_id
  WHERE a.tenant_id = sqlc.arg(tenant_id) AND sqlc.arg(store_id)::uuid = ANY(a.store_ids) AND (a.to_on IS NULL OR a.to_on > sqlc.arg(on_day)::date)
), begun AS (
  INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, reason, created_at)
  SELECT sqlc.arg(tenant_id), gen_random_uuid(), e.person_id, e.role, e.position, false, e.stores, greatest(e.from_on, sqlc.arg(on_day)::date), e.to_on, sqlc.arg(reason), sqlc.arg(now)
  FROM ending e WHERE cardinality(e.stores) > 0
)
UPDATE assignment a SET to_on = greatest(a.from_on, sqlc.arg(on_day)::date), end_reason = sqlc.arg(reason), ended_at = sqlc.arg(now)::timestamptz
FROM ending e WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.assignment_id = e.assignment_id;

-- name: MoveAccountRequests :exec
-- Requests for an account that nobody has decided yet (ACC-01).
UPDATE account_request SET store_id = sqlc.arg(to_store)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND state = 'pending';
