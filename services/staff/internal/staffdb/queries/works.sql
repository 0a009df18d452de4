-- name: WorksIn :one
-- Whether somebody has a post in a store on a day.
SELECT EXISTS (SELECT FROM assignment a JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
  WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.person_id = sqlc.arg(person_id) AND sqlc.arg(store_id)::uuid = ANY(a.store_ids)
    AND a.from_on <= sqlc.arg(on_day) AND (a.to_on IS NULL OR a.to_on > sqlc.arg(on_day))
    AND (p.left_on IS NULL OR p.left_on > sqlc.arg(on_day)))::boolean;
