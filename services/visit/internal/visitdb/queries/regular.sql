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

-- name: Regulars :many
-- Numbers with enough finished bookings in a month and no file, most bookings
-- first, each with its last booking, one that knows the number before one that
-- does not. Only: those whom this person received; zero: all.
SELECT r.number_key, r.bookings, r.last_date::date AS last_date, b.booking_id, b.number_box, b.guest_name, b.booker_id
FROM (
  SELECT x.number_key, count(*)::int AS bookings, max(x.business_date) AS last_date, bool_or(x.booker_id = sqlc.arg(only_by)::uuid) AS own
  FROM booking x
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.store_id = sqlc.arg(store_id) AND x.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date
    AND x.state = 'finished' AND x.number_key IS NOT NULL
  GROUP BY x.number_key HAVING count(*) >= sqlc.arg(standard)::int
) r
CROSS JOIN LATERAL (
  SELECT y.booking_id, y.number_box, y.guest_name, y.booker_id FROM booking y
  WHERE y.tenant_id = sqlc.arg(tenant_id) AND y.store_id = sqlc.arg(store_id) AND y.number_key = r.number_key
    AND y.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date AND y.state = 'finished'
  ORDER BY (y.number_box IS NULL), y.business_date DESC, y.booking_id DESC LIMIT 1) b
WHERE (r.own OR sqlc.arg(only_by)::uuid = '00000000-0000-0000-0000-000000000000')
  AND NOT EXISTS (SELECT FROM customer_pub.number n WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.store_id = sqlc.arg(store_id) AND n.number_key = r.number_key
    AND (n.reserved_until IS NULL OR n.reserved_until >= sqlc.arg(now)::timestamptz))
  AND NOT EXISTS (SELECT FROM staff_pub.person p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.number_key = r.number_key AND (p.left_on IS NULL OR p.left_on > sqlc.arg(to_on)::date))
ORDER BY r.bookings DESC, r.last_date DESC, b.booking_id LIMIT 200;

-- name: ReceiversOf :many
-- Who received numbers in a month, by number, most often first.
SELECT number_key, booker_id, count(*)::int AS bookings FROM booking
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND number_key = ANY(sqlc.arg(number_keys)::bytea[])
  AND business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date AND state = 'finished'
GROUP BY number_key, booker_id ORDER BY number_key, bookings DESC, booker_id;
