-- Who may give and receive.

-- name: PostsIn :many
-- The posts that people hold in a store on a day, of some posts; of one who left
-- there, the last he held.
SELECT DISTINCT ON (p.person_id) p.person_id, p.position, (p.from_on <= sqlc.arg(day)::date AND (p.to_on IS NULL OR p.to_on > sqlc.arg(day)::date))::bool AS holds
FROM staff_pub.post p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.store_id = sqlc.arg(store_id) AND p.person_id = ANY(sqlc.arg(people)::uuid[])
  AND p.position = ANY(sqlc.arg(positions)::text[]) AND p.from_on <= sqlc.arg(day)::date
ORDER BY p.person_id, (p.to_on IS NULL OR p.to_on > sqlc.arg(day)::date) DESC, p.from_on DESC;

-- name: Receivers :many
-- Who works in a store in a post that may own files on a day, and how many he owns.
SELECT p.person_id, n.staff_no, n.name, min(p.position)::text AS position,
  (SELECT count(*) FROM ownership_pub.tie t WHERE t.tenant_id = p.tenant_id AND t.referrer_id = p.person_id AND t.end_on IS NULL)::int AS files
FROM staff_pub.post p
JOIN staff_pub.person n ON n.tenant_id = p.tenant_id AND n.person_id = p.person_id AND (n.left_on IS NULL OR n.left_on > sqlc.arg(day)::date)
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.store_id = sqlc.arg(store_id) AND p.position = ANY(sqlc.arg(positions)::text[])
  AND p.from_on <= sqlc.arg(day)::date AND (p.to_on IS NULL OR p.to_on > sqlc.arg(day)::date)
GROUP BY p.tenant_id, p.person_id, n.staff_no, n.name
ORDER BY n.staff_no LIMIT 500;

-- name: PersonNames :many
SELECT person_id, staff_no, name, left_on FROM staff_pub.person
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = ANY(sqlc.arg(people)::uuid[]);

-- name: SeatOf :one
-- The name of the seat that passed to somebody last in a store (HND-02).
SELECT seat FROM handover
WHERE tenant_id = sqlc.arg(tenant_id) AND receiver_id = sqlc.arg(receiver_id) AND store_id = sqlc.arg(store_id) AND kind = 'same_post' AND state IN ('confirmed', 'complete') AND seat <> ''
ORDER BY no DESC LIMIT 1;
