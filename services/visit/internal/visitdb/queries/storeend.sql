-- A store that ends: its bookings of later days leave it (HND-08).

-- name: BookingsToLeave :many
-- Those to come from a day on, in the order in which they are to come.
SELECT * FROM booking
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND business_date >= sqlc.arg(from_on)::date AND state IN ('requested', 'confirmed')
ORDER BY business_date, meal_period, booking_id LIMIT sqlc.arg(at_most);

-- name: PlacesTakenOn :many
-- What is held of some places on some days.
SELECT resource_id, business_date, meal_period, slot FROM booking_place
WHERE tenant_id = sqlc.arg(tenant_id) AND resource_id = ANY(sqlc.arg(resource_ids)::uuid[]) AND business_date = ANY(sqlc.arg(dates)::date[]) AND held;

-- name: BookingsToStore :many
-- Takes bookings to another store, each as it was when it was looked at; their arrays
-- stand side by side, a zero place is none. A reference that the other store has
-- already gives way to one of the house's own.
UPDATE booking b SET store_id = sqlc.arg(to_store)::uuid, version = b.version + 1, resource_id = nullif(m.resource_id, '00000000-0000-0000-0000-000000000000'::uuid),
  ref = CASE WHEN EXISTS (SELECT FROM booking o WHERE o.tenant_id = b.tenant_id AND o.ref = b.ref AND o.store_id = sqlc.arg(to_store)::uuid) THEN m.own_ref ELSE b.ref END
FROM (SELECT unnest(sqlc.arg(ids)::uuid[]) AS booking_id, unnest(sqlc.arg(states)::text[]) AS state, unnest(sqlc.arg(dates)::date[]) AS business_date,
  unnest(sqlc.arg(meals)::smallint[]) AS meal_period, unnest(sqlc.arg(numbers)::bytea[]) AS number_key, unnest(sqlc.arg(resources)::uuid[]) AS resource_id, unnest(sqlc.arg(own_refs)::text[]) AS own_ref) m
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.booking_id = m.booking_id AND b.store_id = sqlc.arg(from_store)::uuid
  AND b.state = m.state AND b.business_date = m.business_date AND b.meal_period = m.meal_period AND coalesce(b.number_key, '') = m.number_key
RETURNING b.booking_id;

-- name: CallOffBookings :many
-- Calls bookings off, each as it was when it was looked at.
UPDATE booking b SET state = 'cancelled', cancel_reason = sqlc.arg(reason)
FROM (SELECT unnest(sqlc.arg(ids)::uuid[]) AS booking_id, unnest(sqlc.arg(states)::text[]) AS state) m
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.booking_id = m.booking_id AND b.store_id = sqlc.arg(from_store)::uuid AND b.state = m.state
RETURNING b.booking_id;

-- name: DropPlacesOf :exec
DELETE FROM booking_place WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = ANY(sqlc.arg(booking_ids)::uuid[]);

-- name: GivePlaces :exec
-- The unique index booking_place_once refuses what somebody else holds.
INSERT INTO booking_place (tenant_id, booking_id, resource_id, slot, business_date, meal_period, held)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(booking_ids)::uuid[]), unnest(sqlc.arg(resource_ids)::uuid[]), unnest(sqlc.arg(slots)::int[]), unnest(sqlc.arg(dates)::date[]), unnest(sqlc.arg(meals)::smallint[]), true;
