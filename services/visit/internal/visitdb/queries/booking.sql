-- name: Booking :one
SELECT * FROM booking WHERE tenant_id = sqlc.arg(tenant_id) AND booking_id = sqlc.arg(booking_id);

-- name: BookingByRequest :one
SELECT * FROM booking WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id);

-- name: InsertBooking :exec
INSERT INTO booking (tenant_id, booking_id, store_id, ref, number_key, number_box, guest_name, booker_id, business_date,
  meal_period, kind, resource_id, guests, state, notice_at, note, request_id, recorded_at, contact_id)
VALUES (sqlc.arg(tenant_id), sqlc.arg(booking_id), sqlc.arg(store_id), sqlc.arg(ref), sqlc.arg(number_key), sqlc.arg(number_box),
  sqlc.arg(guest_name), sqlc.arg(booker_id), sqlc.arg(business_date), sqlc.arg(meal_period), sqlc.arg(kind), sqlc.narg(resource_id),
  sqlc.arg(guests), sqlc.arg(state), sqlc.narg(notice_at), sqlc.arg(note), sqlc.arg(request_id), sqlc.arg(recorded_at), sqlc.narg(contact_id));

-- name: MoveBooking :one
-- The expected state and notice stand in WHERE: of two people who act at the
-- same moment one changes nothing and is told so. The row is as it is now: an
-- import may have changed it since it was read.
UPDATE booking SET
  state = sqlc.arg(state),
  seated_minute = coalesce(sqlc.narg(seated_minute), seated_minute),
  notice_at = coalesce(notice_at, sqlc.narg(notice_at)),
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
ORDER BY b.meal_period, b.seated_minute, b.booking_id
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
