-- name: Booking :one
SELECT * FROM booking WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id);

-- name: BookingByRequest :one
SELECT * FROM booking WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id);

-- name: InsertBooking :exec
INSERT INTO booking (tenant_id, booking_id, store_id, ref, number_key, number_box, guest_name, booker_id, business_date,
  meal_period, kind, resource_id, guests, state, notice_at, note, request_id, recorded_at, contact_id, seated_minute, way, entered_by, arrive_minute,
  tables, min_spend_fen, deposit_fen, notice_way, cancel_reason)
VALUES (sqlc.arg(tenant_id), sqlc.arg(booking_id), sqlc.arg(store_id), sqlc.arg(ref), sqlc.arg(number_key), sqlc.arg(number_box),
  sqlc.arg(guest_name), sqlc.arg(booker_id), sqlc.arg(business_date), sqlc.arg(meal_period), sqlc.arg(kind), sqlc.narg(resource_id),
  sqlc.arg(guests), sqlc.arg(state), sqlc.narg(notice_at), sqlc.arg(note), sqlc.arg(request_id), sqlc.arg(recorded_at), sqlc.narg(contact_id),
  sqlc.narg(seated_minute), sqlc.narg(way), sqlc.narg(entered_by), sqlc.narg(arrive_minute), sqlc.arg(tables), sqlc.arg(min_spend_fen), sqlc.arg(deposit_fen), sqlc.narg(notice_way), sqlc.arg(cancel_reason));

-- name: MoveBooking :one
-- The expected state and notice stand in WHERE: of two people who act at the
-- same moment one changes nothing and is told so. The row is as it is now: an
-- import may have changed it since it was read.
UPDATE booking SET
  state = sqlc.arg(state),
  seated_minute = coalesce(sqlc.narg(seated_minute), seated_minute),
  notice_at = coalesce(notice_at, sqlc.narg(notice_at)),
  notice_way = CASE WHEN notice_at IS NULL AND sqlc.narg(notice_at)::timestamptz IS NOT NULL THEN sqlc.narg(notice_way)::text ELSE notice_way END,
  notice_reason = CASE WHEN sqlc.arg(notice_reason)::text = '' THEN notice_reason ELSE sqlc.arg(notice_reason)::text END,
  cancel_reason = sqlc.arg(cancel_reason)
WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id)
  AND state = sqlc.arg(expected) AND (notice_at IS NOT NULL) = sqlc.arg(noticed)::boolean
RETURNING *;

-- name: AppendBookingChanges :exec
-- The fact of what these bookings are now; call it after every write to them.
INSERT INTO booking_change (tenant_id, booking_id, no, state, number_key, business_date, meal_period, booker_id, seated_minute, noticed, changed_by, for_id, recorded_at)
SELECT b.tenant_id, b.booking_id,
  1 + coalesce((SELECT max(c.no) FROM booking_change c WHERE c.tenant_id = b.tenant_id AND c.booking_id = b.booking_id), 0),
  b.state, b.number_key, b.business_date, b.meal_period, b.booker_id, b.seated_minute, b.notice_at IS NOT NULL,
  sqlc.narg(changed_by), sqlc.narg(for_id), sqlc.arg(recorded_at)
FROM booking b
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.booking_id = ANY(sqlc.arg(booking_ids)::uuid[]);

-- name: BookingsOfDay :many
-- With what of other tables a line on the screen needs.
SELECT sqlc.embed(b), coalesce(g.file_id, '00000000-0000-0000-0000-000000000000')::uuid AS guest_file, coalesce(r.name, '')::text AS resource_name, coalesce(v.bills, 0)::int AS visit_bills,
  coalesce((SELECT min(c.recorded_at) FROM booking_change c WHERE c.tenant_id = b.tenant_id AND c.booking_id = b.booking_id
    AND c.state = 'finished' AND c.changed_by IS NOT NULL), 'epoch')::timestamptz AS finished_at -- epoch: not finished, or imported
FROM booking b
LEFT JOIN LATERAL (
  SELECT n.file_id FROM guest_number n
  WHERE n.tenant_id = b.tenant_id AND n.store_id = b.store_id AND n.number_key = b.number_key AND n.until > b.business_date
  ORDER BY n.until LIMIT 1) g ON true
LEFT JOIN resource r ON r.tenant_id = b.tenant_id AND r.resource_id = b.resource_id
LEFT JOIN visit v ON v.tenant_id = b.tenant_id AND v.store_id = b.store_id AND v.number_key = b.number_key
  AND v.business_date = b.business_date AND v.meal_period = b.meal_period
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.store_id = sqlc.arg(store_id) AND b.business_date = sqlc.arg(business_date)
ORDER BY b.meal_period, coalesce(b.seated_minute, b.arrive_minute), b.booking_id -- as the guests come
LIMIT sqlc.arg(max_rows);

-- name: BookingsOfVisit :many
-- A booking and the others of its visit, which its credit depends on: also those
-- made with the guest's other numbers (VIS-08).
WITH number AS (
  SELECT o.number_key FROM booking x
  JOIN guest_number n ON n.shared AND n.tenant_id = x.tenant_id AND n.store_id = x.store_id AND n.number_key = x.number_key AND n.until > x.business_date
  JOIN guest_number o ON o.tenant_id = n.tenant_id AND o.file_id = n.file_id
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.booking_id = sqlc.arg(booking_id)
)
SELECT sqlc.embed(b), coalesce(g.file_id, '00000000-0000-0000-0000-000000000000')::uuid AS guest_file, coalesce(r.name, '')::text AS resource_name, coalesce(v.bills, 0)::int AS visit_bills,
  coalesce((SELECT min(c.recorded_at) FROM booking_change c WHERE c.tenant_id = b.tenant_id AND c.booking_id = b.booking_id
    AND c.state = 'finished' AND c.changed_by IS NOT NULL), 'epoch')::timestamptz AS finished_at -- epoch: not finished, or imported
FROM booking a
JOIN booking b ON b.tenant_id = a.tenant_id AND b.store_id = a.store_id AND b.business_date = a.business_date
  AND b.meal_period = a.meal_period AND (b.number_key = a.number_key OR b.booking_id = a.booking_id OR b.number_key IN (SELECT o.number_key FROM number o))
LEFT JOIN LATERAL (
  SELECT n.file_id FROM guest_number n
  WHERE n.tenant_id = b.tenant_id AND n.store_id = b.store_id AND n.number_key = b.number_key AND n.until > b.business_date
  ORDER BY n.until LIMIT 1) g ON true
LEFT JOIN resource r ON r.tenant_id = b.tenant_id AND r.resource_id = b.resource_id
LEFT JOIN visit v ON v.tenant_id = b.tenant_id AND v.store_id = b.store_id AND v.number_key = b.number_key
  AND v.business_date = b.business_date AND v.meal_period = b.meal_period
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.booking_id = sqlc.arg(booking_id);

-- name: SetPlaces :execrows
-- The places stand in booking_place; here is the first of them, and what kind of
-- booking they make it.
UPDATE booking SET kind = sqlc.arg(kind), resource_id = sqlc.narg(resource_id), tables = sqlc.arg(tables),
  business_date = sqlc.arg(business_date), meal_period = sqlc.arg(meal_period), arrive_minute = sqlc.narg(arrive_minute), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id) AND state = sqlc.arg(expected) AND version = sqlc.arg(base_version);

-- name: SetBooker :one
UPDATE booking SET booker_id = sqlc.arg(booker_id), former_booker_id = sqlc.arg(expected), corrected_by = sqlc.arg(corrected_by), correct_reason = sqlc.arg(correct_reason)
WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id) AND booker_id = sqlc.arg(expected)::uuid AND state = sqlc.arg(expected_state)
RETURNING *;

-- name: AppendNotice :one
INSERT INTO booking_notice (tenant_id, booking_id, no, way, message_id, given_by, at)
SELECT sqlc.arg(tenant_id), sqlc.arg(booking_id), 1 + (SELECT count(*) FROM booking_notice n WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.booking_id = sqlc.arg(booking_id)),
  sqlc.arg(way), sqlc.narg(message_id)::uuid, sqlc.narg(given_by), sqlc.arg(at)
RETURNING no;

-- name: NoticesOf :many
SELECT way, at, given_by FROM booking_notice WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id) ORDER BY no;

-- name: SetDetails :execrows
UPDATE booking SET guests = sqlc.arg(guests), arrive_minute = sqlc.narg(arrive_minute), note = sqlc.arg(note), guest_name = sqlc.arg(guest_name),
  min_spend_fen = sqlc.arg(min_spend_fen), deposit_fen = sqlc.arg(deposit_fen), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id) AND state = sqlc.arg(expected) AND version = sqlc.arg(base_version);

-- name: SetNumber :one
-- Of a booking that has none: whose it is never changes. For the day and meal that it
-- was looked at for, whose visit follows.
UPDATE booking SET number_key = sqlc.arg(number_key), number_box = sqlc.arg(number_box), contact_id = sqlc.narg(contact_id),
  guest_name = CASE WHEN guest_name = '' THEN sqlc.arg(guest_name) ELSE guest_name END, version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id) AND state = sqlc.arg(expected) AND number_key IS NULL
  AND business_date = sqlc.arg(expected_date) AND meal_period = sqlc.arg(expected_meal)
RETURNING booking_id;

-- name: CheckNotice :one
-- One finding for ever: of two inspectors at once one changes nothing.
UPDATE booking SET checked_at = sqlc.arg(now)::timestamptz, checked_by = sqlc.arg(checked_by), checked_for = sqlc.narg(checked_for),
  check_held = sqlc.arg(held)::boolean, check_note = sqlc.arg(note)
WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id)
  AND notice_way = 'in_person' AND checked_at IS NULL AND state NOT IN ('cancelled', 'no_show')
RETURNING booking_id;

-- name: UncheckedNotices :many
-- Bookings of a store whose guest was told in person and that no inspector has
-- looked at, newest first (VIS-03).
SELECT booking_id, (count(*) OVER ())::int AS total FROM visit_pub.unchecked_notice
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id)
ORDER BY business_date DESC, booking_id DESC
LIMIT sqlc.arg(max_rows);

-- name: TellersOf :many
-- Who told the guests of some bookings in person; a message may have gone out before.
SELECT booking_id, given_by FROM booking_notice
WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = ANY(sqlc.arg(booking_ids)::uuid[]) AND way = 'in_person' AND given_by IS NOT NULL
ORDER BY booking_id, no;

-- name: LockBooking :one
SELECT * FROM booking WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id) FOR NO KEY UPDATE;

-- name: PlacesOf :many
SELECT DISTINCT p.booking_id, p.resource_id, r.name, r.place, p.resource_id = b.resource_id AS first
FROM booking_place p
JOIN booking b ON b.tenant_id = p.tenant_id AND b.booking_id = p.booking_id
JOIN resource r ON r.tenant_id = p.tenant_id AND r.resource_id = p.resource_id
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.booking_id = ANY(sqlc.arg(booking_ids)::uuid[])
ORDER BY p.booking_id, first DESC, r.place, r.name;

-- name: PlacesTaken :many
-- Of rooms and tables those that another booking holds in a meal.
SELECT DISTINCT r.name FROM booking_place p JOIN resource r ON r.tenant_id = p.tenant_id AND r.resource_id = p.resource_id
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.resource_id = ANY(sqlc.arg(resource_ids)::uuid[]) AND p.business_date = sqlc.arg(business_date)
  AND p.meal_period = sqlc.arg(meal_period) AND p.held AND p.booking_id <> sqlc.arg(booking_id)
ORDER BY r.name;

-- name: Holders :many
-- Who holds places on some days, and of a hall how many of its tables.
SELECT p.resource_id, p.business_date, p.meal_period, b.store_id, b.ref, b.state, b.kind, count(*)::int AS tables
FROM booking_place p JOIN booking b ON b.tenant_id = p.tenant_id AND b.booking_id = p.booking_id
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.resource_id = ANY(sqlc.arg(resource_ids)::uuid[]) AND p.business_date = ANY(sqlc.arg(dates)::date[]) AND p.held
GROUP BY p.resource_id, p.business_date, p.meal_period, b.store_id, b.ref, b.state, b.kind;

-- name: FreeSlots :many
-- The free tables of a hall in a meal, lowest first; those the booking holds itself count as free.
SELECT s.slot::int AS slot FROM generate_series(1, sqlc.arg(tables)::int) AS s (slot)
WHERE NOT EXISTS (SELECT FROM booking_place p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.resource_id = sqlc.arg(resource_id)
  AND p.business_date = sqlc.arg(business_date) AND p.meal_period = sqlc.arg(meal_period) AND p.held AND p.slot = s.slot AND p.booking_id <> sqlc.arg(booking_id))
ORDER BY s.slot;

-- name: DropPlaces :exec
DELETE FROM booking_place WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id);

-- name: TakePlaces :exec
-- The unique index booking_place_once refuses what somebody else holds.
INSERT INTO booking_place (tenant_id, booking_id, resource_id, slot, business_date, meal_period, held)
SELECT sqlc.arg(tenant_id), sqlc.arg(booking_id), unnest(sqlc.arg(resource_ids)::uuid[]), unnest(sqlc.arg(slots)::int[]), sqlc.arg(business_date), sqlc.arg(meal_period), true;

-- name: HoldPlaces :exec
-- Places follow their bookings: what is called off or missed holds nothing, and a
-- table is free again when its guests have left; a room is booked once per meal.
UPDATE booking_place p SET held = s.held, business_date = s.business_date, meal_period = s.meal_period
FROM (SELECT b.booking_id, b.business_date, b.meal_period, b.state IN ('requested', 'confirmed', 'seated') OR b.state = 'finished' AND b.kind <> 'hall' AS held
  FROM booking b WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.booking_id = ANY(sqlc.arg(booking_ids)::uuid[])) s
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.booking_id = s.booking_id
  AND (p.held, p.business_date, p.meal_period) IS DISTINCT FROM (s.held, s.business_date, s.meal_period);

-- name: BookingReasons :many
SELECT ending, text FROM booking_reason WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY ending, no;

-- name: DropBookingReasons :exec
DELETE FROM booking_reason WHERE tenant_id = sqlc.arg(tenant_id);

-- name: PutBookingReasons :exec
INSERT INTO booking_reason (tenant_id, ending, no, text)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(endings)::text[]), unnest(sqlc.arg(nos)::int[]), unnest(sqlc.arg(texts)::text[]);

-- name: ChangeSentBooking :one
-- A vendor's booking as its system has it now; the expected state stands in WHERE.
UPDATE booking SET number_key = sqlc.arg(number_key), number_box = sqlc.arg(number_box), contact_id = sqlc.narg(contact_id), guest_name = sqlc.arg(guest_name),
  booker_id = sqlc.arg(booker_id), business_date = sqlc.arg(business_date), meal_period = sqlc.arg(meal_period), kind = sqlc.arg(kind), resource_id = sqlc.narg(resource_id),
  guests = sqlc.arg(guests), state = sqlc.arg(state), seated_minute = sqlc.narg(seated_minute), note = sqlc.arg(note), arrive_minute = sqlc.narg(arrive_minute),
  tables = sqlc.arg(tables), min_spend_fen = sqlc.arg(min_spend_fen), deposit_fen = sqlc.arg(deposit_fen), cancel_reason = sqlc.arg(cancel_reason),
  notice_way = CASE WHEN notice_at IS NULL AND sqlc.narg(notice_at)::timestamptz IS NOT NULL THEN 'message' ELSE notice_way END,
  notice_at = coalesce(notice_at, sqlc.narg(notice_at)), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id) AND state = sqlc.arg(expected)
RETURNING *;
