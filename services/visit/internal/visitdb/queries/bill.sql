-- name: BillsOfDay :many
-- A store's bills of a day as they stand, last closed first, after a place in that
-- order. Found by what any revision says; the one that holds decides.
SELECT sqlc.embed(h), r.number_key AS own_number, r.business_date AS own_date, r.meal_period AS own_meal, r.closed_at, r.amount_fen AS gross_fen, r.detail, r.import_id,
  (SELECT min(f.recorded_at) FROM bill_revision f WHERE f.tenant_id = h.tenant_id AND f.store_id = h.store_id AND f.source = h.source AND f.bill_no = h.bill_no)::timestamptz AS first_at
FROM (SELECT DISTINCT k.source, k.bill_no FROM bill_revision k
  WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.store_id = sqlc.arg(store_id) AND k.business_date = sqlc.arg(business_date)) k
JOIN bill_head h ON h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = sqlc.arg(store_id) AND h.source = k.source AND h.bill_no = k.bill_no
JOIN bill_revision r ON r.tenant_id = h.tenant_id AND r.store_id = h.store_id AND r.source = h.source AND r.bill_no = h.bill_no AND r.revision = h.revision AND r.link_no = h.link_no
WHERE r.business_date = sqlc.arg(business_date) AND (r.closed_at, r.source, r.bill_no) < (sqlc.arg(before_time)::timestamptz, sqlc.arg(before_source)::text, sqlc.arg(before_no)::text)
ORDER BY r.closed_at DESC, r.source DESC, r.bill_no DESC
LIMIT sqlc.arg(max_rows);

-- name: BillsByNumber :many
-- A store's bills whose number begins with what was typed, till by till, and of some
-- days those whose number ends with it; the number itself first, then last closed first.
WITH RECURSIVE till AS (
  SELECT min(f.source) AS source FROM bill_head f WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.store_id = sqlc.arg(store_id)
  UNION ALL
  SELECT (SELECT min(n.source) FROM bill_head n WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.store_id = sqlc.arg(store_id) AND n.source > t.source) FROM till t WHERE t.source IS NOT NULL
)
SELECT sqlc.embed(h), r.number_key AS own_number, r.business_date AS own_date, r.meal_period AS own_meal, r.closed_at, r.amount_fen AS gross_fen, r.detail, r.import_id,
  (SELECT min(f.recorded_at) FROM bill_revision f WHERE f.tenant_id = h.tenant_id AND f.store_id = h.store_id AND f.source = h.source AND f.bill_no = h.bill_no)::timestamptz AS first_at
FROM (
  SELECT u.source, u.bill_no FROM (
  SELECT t.source, x.bill_no FROM till t
  CROSS JOIN LATERAL (SELECT b.bill_no FROM bill_head b
    WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.store_id = sqlc.arg(store_id) AND b.source = t.source AND b.bill_no >= sqlc.arg(typed)::text AND b.bill_no < sqlc.arg(typed)::text || chr(1114111)
    ORDER BY b.bill_no LIMIT 50) x
  UNION
  (SELECT k.source, k.bill_no FROM bill_revision k
  WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.store_id = sqlc.arg(store_id) AND k.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date
    AND right(k.bill_no, length(sqlc.arg(typed)::text)) = sqlc.arg(typed)::text
  ORDER BY k.business_date DESC LIMIT 200)) u
  LIMIT 400 -- so that the planner looks up heads instead of reading all
) k
JOIN bill_head h ON h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = sqlc.arg(store_id) AND h.source = k.source AND h.bill_no = k.bill_no
JOIN bill_revision r ON r.tenant_id = h.tenant_id AND r.store_id = h.store_id AND r.source = h.source AND r.bill_no = h.bill_no AND r.revision = h.revision AND r.link_no = h.link_no
ORDER BY h.bill_no = sqlc.arg(typed)::text DESC, r.closed_at DESC, r.source, r.bill_no
LIMIT 50;

-- name: Bill :many
-- One bill as it stands; none: not on file.
SELECT sqlc.embed(h), r.number_key AS own_number, r.business_date AS own_date, r.meal_period AS own_meal, r.closed_at, r.amount_fen AS gross_fen, r.detail, r.import_id,
  (SELECT min(f.recorded_at) FROM bill_revision f WHERE f.tenant_id = h.tenant_id AND f.store_id = h.store_id AND f.source = h.source AND f.bill_no = h.bill_no)::timestamptz AS first_at
FROM bill_head h
JOIN bill_revision r ON r.tenant_id = h.tenant_id AND r.store_id = h.store_id AND r.source = h.source AND r.bill_no = h.bill_no AND r.revision = h.revision AND r.link_no = h.link_no
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = sqlc.arg(store_id) AND h.source = sqlc.arg(source) AND h.bill_no = sqlc.arg(bill_no);

-- name: BillsOfVisit :many
-- The bills that count under a file's visit, and those that did before they were
-- voided, merged or linked elsewhere are not among them.
SELECT sqlc.embed(h), r.number_key AS own_number, r.business_date AS own_date, r.meal_period AS own_meal, r.closed_at, r.amount_fen AS gross_fen, r.detail, r.import_id,
  (SELECT min(f.recorded_at) FROM bill_revision f WHERE f.tenant_id = h.tenant_id AND f.store_id = h.store_id AND f.source = h.source AND f.bill_no = h.bill_no)::timestamptz AS first_at
FROM (
  SELECT g.store_id, g.number_key FROM guest_number g WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(file_id)
  UNION
  SELECT f.store_id, f.number_key FROM customer_pub.number f
  WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = sqlc.arg(file_id)
    AND NOT EXISTS (SELECT FROM guest_number g WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(file_id))
) n
CROSS JOIN LATERAL (
  SELECT x.source, x.bill_no FROM bill_revision x
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.store_id = n.store_id AND x.number_key = n.number_key AND x.business_date = sqlc.arg(business_date) AND x.meal_period = sqlc.arg(meal_period)
  UNION
  SELECT x.source, x.bill_no FROM booking b JOIN bill_revision x ON x.tenant_id = b.tenant_id AND x.store_id = b.store_id AND x.booking_ref = b.ref AND x.booking_ref <> ''
  WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.store_id = n.store_id AND b.number_key = n.number_key AND b.business_date = sqlc.arg(business_date) AND b.meal_period = sqlc.arg(meal_period)
) k
JOIN bill_head h ON h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = n.store_id AND h.source = k.source AND h.bill_no = k.bill_no
  AND h.number_key = n.number_key AND h.business_date = sqlc.arg(business_date) AND h.meal_period = sqlc.arg(meal_period) AND h.status IN ('opened', 'paid', 'reopened')
JOIN bill_revision r ON r.tenant_id = h.tenant_id AND r.store_id = h.store_id AND r.source = h.source AND r.bill_no = h.bill_no AND r.revision = h.revision AND r.link_no = h.link_no
ORDER BY r.closed_at DESC, r.source, r.bill_no
LIMIT 100;

-- name: LooseBills :many
-- Bills of a store that no till and no person put under a known booking, while
-- bookings of the same meal are there or one is named that is not; newest first.
SELECT sqlc.embed(h), r.number_key AS own_number, r.business_date AS own_date, r.meal_period AS own_meal, r.closed_at, r.amount_fen AS gross_fen, r.detail, r.import_id,
  r.recorded_at AS first_at
FROM (SELECT DISTINCT k.source, k.bill_no FROM bill_revision k
  WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.store_id = sqlc.arg(store_id) AND k.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date) k
JOIN bill_head h ON h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = sqlc.arg(store_id) AND h.source = k.source AND h.bill_no = k.bill_no
JOIN bill_revision r ON r.tenant_id = h.tenant_id AND r.store_id = h.store_id AND r.source = h.source AND r.bill_no = h.bill_no AND r.revision = h.revision AND r.link_no = h.link_no
WHERE h.link_no = 0 AND h.refund_of = '' AND h.status IN ('opened', 'paid', 'reopened') AND r.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date
  AND NOT EXISTS (SELECT FROM booking b WHERE h.booking_ref <> '' AND b.tenant_id = h.tenant_id AND b.store_id = h.store_id AND b.ref = h.booking_ref)
  AND (h.booking_ref <> '' -- the days' bookings are read once and looked up, not read for each bill
    OR (r.number_key, r.business_date, r.meal_period) IN (SELECT b.number_key, b.business_date, b.meal_period FROM booking b WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.store_id = sqlc.arg(store_id)
      AND b.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date AND b.state NOT IN ('cancelled', 'no_show') AND b.number_key IS NOT NULL)
    OR r.number_key IS NULL AND r.detail IS NOT NULL AND (r.business_date, r.meal_period) IN (SELECT b.business_date, b.meal_period FROM booking b WHERE b.tenant_id = sqlc.arg(tenant_id)
      AND b.store_id = sqlc.arg(store_id) AND b.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date AND b.state NOT IN ('cancelled', 'no_show')))
ORDER BY r.business_date DESC, r.closed_at DESC, r.source, r.bill_no
LIMIT 5000;

-- name: ParkedNotes :many
-- Refund notes of a store whose bill is not known, oldest first.
SELECT sqlc.embed(h), r.number_key AS own_number, r.business_date AS own_date, r.meal_period AS own_meal, r.closed_at, r.amount_fen AS gross_fen, r.detail, r.import_id,
  r.recorded_at AS first_at
FROM bill_head h
JOIN bill_revision r ON r.tenant_id = h.tenant_id AND r.store_id = h.store_id AND r.source = h.source AND r.bill_no = h.bill_no AND r.revision = h.revision AND r.link_no = h.link_no
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = sqlc.arg(store_id) AND h.parked
ORDER BY r.recorded_at, r.source, r.bill_no
LIMIT 200;

-- name: NotesOf :many
-- The refund notes that name a bill.
SELECT sqlc.embed(h), r.number_key AS own_number, r.business_date AS own_date, r.meal_period AS own_meal, r.closed_at, r.amount_fen AS gross_fen, r.detail, r.import_id,
  r.recorded_at AS first_at
FROM (SELECT DISTINCT k.bill_no FROM bill_revision k WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.store_id = sqlc.arg(store_id) AND k.source = sqlc.arg(source)
  AND k.refund_of <> '' AND k.refund_of = sqlc.arg(refund_of)) k
JOIN bill_head h ON h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = sqlc.arg(store_id) AND h.source = sqlc.arg(source) AND h.bill_no = k.bill_no AND h.refund_of = sqlc.arg(refund_of)
JOIN bill_revision r ON r.tenant_id = h.tenant_id AND r.store_id = h.store_id AND r.source = h.source AND r.bill_no = h.bill_no AND r.revision = h.revision AND r.link_no = h.link_no
ORDER BY r.closed_at, r.bill_no LIMIT 100;

-- name: BillRevisions :many
-- Everything that was said of a bill: by the till (link_no 0) and by people.
SELECT * FROM bill_revision
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND source = sqlc.arg(source) AND bill_no = sqlc.arg(bill_no)
ORDER BY revision DESC, link_no DESC;

-- name: Candidates :many
-- The bookings of a store and some days that a bill may belong to, with their places.
SELECT b.booking_id, b.ref, b.number_key, b.state, b.seated_minute, b.booker_id, b.business_date, b.meal_period,
  coalesce((SELECT array_agg(DISTINCT r.name) FROM booking_place p JOIN resource r ON r.tenant_id = p.tenant_id AND r.resource_id = p.resource_id
    WHERE p.tenant_id = b.tenant_id AND p.booking_id = b.booking_id), '{}')::text[] AS places
FROM booking b
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.business_date = ANY(sqlc.arg(dates)::date[]) AND b.store_id = sqlc.arg(store_id) AND b.state NOT IN ('cancelled', 'no_show')
ORDER BY b.business_date, b.meal_period, b.ref;

-- name: BookingsByRefs :many
-- Which of references are known in a store.
SELECT ref, booking_id FROM booking WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND ref = ANY(sqlc.arg(refs)::text[]);

-- name: FilesOfNumbers :many
-- Whose numbers are on a day, by the place of what was asked.
SELECT k.n::int AS n, g.file_id
FROM (SELECT unnest(sqlc.arg(number_keys)::bytea[]) AS number_key, unnest(sqlc.arg(dates)::date[]) AS on_date, generate_series(1, cardinality(sqlc.arg(number_keys)::bytea[])) AS n) k
CROSS JOIN LATERAL (
  SELECT g.file_id FROM guest_number g
  WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.store_id = sqlc.arg(store_id) AND g.number_key = k.number_key AND g.until > k.on_date ORDER BY g.until LIMIT 1) g;

-- name: IncompleteBookings :many
-- Finished bookings with neither notice nor bill (VIS-11), newest first: no visit
-- came of their meal, and no bill that counts names them.
SELECT b.booking_id FROM booking b
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.store_id = sqlc.arg(store_id) AND b.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date
  AND b.state = 'finished' AND (b.notice_at IS NULL OR b.number_key IS NULL)
  AND NOT EXISTS (SELECT FROM visit v WHERE v.tenant_id = b.tenant_id AND v.store_id = b.store_id AND v.number_key = b.number_key
    AND v.business_date = b.business_date AND v.meal_period = b.meal_period)
  AND NOT EXISTS (SELECT FROM bill_revision r JOIN bill_head h ON h.tenant_id = r.tenant_id AND h.store_id = r.store_id AND h.source = r.source AND h.bill_no = r.bill_no
      AND h.revision = r.revision AND h.link_no = r.link_no
    WHERE r.tenant_id = b.tenant_id AND r.booking_ref = b.ref AND r.store_id = b.store_id AND r.booking_ref <> '' AND h.status IN ('opened', 'paid', 'reopened'))
ORDER BY b.business_date DESC, b.meal_period DESC, b.booking_id DESC
LIMIT 200;

-- name: BookingsByID :many
-- Bookings with what of other tables a line on the screen needs, newest first.
SELECT sqlc.embed(b), coalesce(g.file_id, '00000000-0000-0000-0000-000000000000')::uuid AS guest_file, coalesce(r.name, '')::text AS resource_name, 0::int AS visit_bills,
  coalesce((SELECT min(c.recorded_at) FROM booking_change c WHERE c.tenant_id = b.tenant_id AND c.booking_id = b.booking_id
    AND c.state = 'finished' AND c.changed_by IS NOT NULL), 'epoch')::timestamptz AS finished_at -- epoch: not finished, or imported
FROM booking b
LEFT JOIN LATERAL (
  SELECT n.file_id FROM guest_number n
  WHERE n.tenant_id = b.tenant_id AND n.store_id = b.store_id AND n.number_key = b.number_key AND n.until > b.business_date
  ORDER BY n.until LIMIT 1) g ON true
LEFT JOIN resource r ON r.tenant_id = b.tenant_id AND r.resource_id = b.resource_id
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.booking_id = ANY(sqlc.arg(booking_ids)::uuid[])
ORDER BY b.business_date DESC, b.meal_period DESC, b.booking_id DESC;
