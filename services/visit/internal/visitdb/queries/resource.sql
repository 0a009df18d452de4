-- name: Resource :one
SELECT * FROM resource WHERE tenant_id = sqlc.arg(tenant_id) AND resource_id = sqlc.arg(resource_id);

-- name: LockPlaces :many
-- Held until the booking is in, in one order for everybody: whoever books, moves
-- to or retires one of them at this moment waits, and then sees the booking.
SELECT * FROM resource WHERE tenant_id = sqlc.arg(tenant_id) AND resource_id = ANY(sqlc.arg(resource_ids)::uuid[])
ORDER BY resource_id FOR NO KEY UPDATE;

-- name: HighestSlot :one
-- How many tables of a hall bookings of a day or later reach up to.
SELECT coalesce(max(slot), 0)::int FROM booking_place
WHERE tenant_id = sqlc.arg(tenant_id) AND resource_id = sqlc.arg(resource_id) AND business_date >= sqlc.arg(from_on) AND held;

-- name: ResourcesOfStore :many
SELECT * FROM resource WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id)
ORDER BY array_position(ARRAY['room', 'hall', 'banquet'], kind), place, name
LIMIT 1000;

-- name: AllResources :many
SELECT * FROM resource WHERE tenant_id = sqlc.arg(tenant_id);

-- name: LockResourcesOfStore :many
SELECT resource_id, kind, name, place FROM resource WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id)
ORDER BY resource_id FOR UPDATE;

-- name: InsertResources :exec
INSERT INTO resource (tenant_id, resource_id, store_id, kind, name, capacity, tables, min_spend_fen, area, floor, active_on, place)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(ids)::uuid[]), sqlc.arg(store_id), sqlc.arg(kind), unnest(sqlc.arg(names)::text[]), sqlc.arg(capacity),
  sqlc.arg(tables), sqlc.arg(min_spend_fen), sqlc.arg(area), sqlc.arg(floor), sqlc.narg(active_on), unnest(sqlc.arg(places)::int[]);

-- name: EditResource :one
UPDATE resource SET name = sqlc.arg(name), capacity = sqlc.arg(capacity), tables = sqlc.arg(tables), min_spend_fen = sqlc.arg(min_spend_fen),
  area = sqlc.arg(area), floor = sqlc.arg(floor)
WHERE tenant_id = sqlc.arg(tenant_id) AND resource_id = sqlc.arg(resource_id)
RETURNING *;

-- name: RetireResource :one
UPDATE resource SET retired_on = sqlc.arg(retired_on)::date, active_on = CASE WHEN active_on > sqlc.arg(retired_on)::date THEN sqlc.arg(retired_on)::date ELSE active_on END
WHERE tenant_id = sqlc.arg(tenant_id) AND resource_id = sqlc.arg(resource_id) AND retired_on IS NULL
RETURNING *;

-- name: RestoreResource :one
UPDATE resource SET retired_on = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND resource_id = sqlc.arg(resource_id) AND retired_on IS NOT NULL
RETURNING *;

-- name: DeleteResource :execrows
-- The foreign key of booking says no where one names it.
DELETE FROM resource WHERE tenant_id = sqlc.arg(tenant_id) AND resource_id = sqlc.arg(resource_id);

-- name: PlaceResources :execrows
UPDATE resource r SET place = o.place
FROM (SELECT unnest(sqlc.arg(ids)::uuid[]) AS resource_id, unnest(sqlc.arg(places)::int[]) AS place) o
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.store_id = sqlc.arg(store_id) AND r.resource_id = o.resource_id;

-- name: OpenBookingsOfResource :one
SELECT count(DISTINCT b.booking_id)::int FROM booking_place p JOIN booking b ON b.tenant_id = p.tenant_id AND b.booking_id = p.booking_id
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.resource_id = sqlc.arg(resource_id)::uuid AND p.business_date >= sqlc.arg(from_on)::date
  AND p.held AND b.state IN ('requested', 'confirmed', 'seated');

-- name: OpenBookings :one
SELECT count(*)::int FROM booking
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date
  AND state IN ('requested', 'confirmed', 'seated');
