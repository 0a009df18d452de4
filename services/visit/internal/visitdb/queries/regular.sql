-- name: BookedBy :many
-- How many bookings of numbers people took since a day, by the place of what was
-- asked; those without any are left out.
SELECT k.n::int AS n, count(*)::int AS bookings
FROM (SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(number_keys)::bytea[]) AS number_key, unnest(sqlc.arg(people)::uuid[]) AS person_id,
  generate_series(1, cardinality(sqlc.arg(stores)::uuid[])) AS n) k
CROSS JOIN LATERAL (
  SELECT FROM booking b
  WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.store_id = k.store_id AND b.number_key = k.number_key AND b.business_date >= sqlc.arg(since)::date
    AND b.booker_id = k.person_id AND b.state IN ('confirmed', 'seated', 'finished') OFFSET 0) b
GROUP BY k.n;
