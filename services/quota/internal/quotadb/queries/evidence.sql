-- What stands behind the numbers of a score, from the facts of now.

-- name: OwnedAtEnd :many
-- Files somebody owned at the end of a month, in the order of files. A tie that was
-- given back is his since its old start (LIF-11, HND-08).
SELECT t.file_id, t.store_id, f.name AS guest_name, f.owner_id, t.since_on,
  (SELECT count(*) FROM visit_pub.fact v WHERE v.tenant_id = t.tenant_id AND v.file_id = t.file_id AND v.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date) AS visits,
  coalesce((SELECT max(v.business_date)::text FROM visit_pub.fact v WHERE v.tenant_id = t.tenant_id AND v.file_id = t.file_id AND v.business_date <= sqlc.arg(last_day)::date), '')::text AS last_visit
FROM (
  SELECT * FROM ownership_pub.tie o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.referrer_id = sqlc.arg(person_id) AND o.end_on IS NULL AND o.start_on <= sqlc.arg(last_day)::date
  UNION ALL
  SELECT * FROM ownership_pub.tie e WHERE e.tenant_id = sqlc.arg(tenant_id) AND e.referrer_id = sqlc.arg(person_id) AND e.end_on > sqlc.arg(last_day)::date AND e.start_on <= sqlc.arg(last_day)::date
) t
JOIN customer_pub.file f ON f.tenant_id = t.tenant_id AND f.file_id = t.file_id
WHERE t.file_id > sqlc.arg(after)::uuid
  AND NOT EXISTS (SELECT FROM ownership_pub.hold h WHERE h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id AND h.uncounted_from <= sqlc.arg(last_day)::date AND (h.to_on IS NULL OR h.to_on > sqlc.arg(last_day)::date))
ORDER BY t.file_id
LIMIT sqlc.arg(at_most);

-- name: CreditedVisits :many
-- Visits credited to somebody in a month, newest first, before a place.
SELECT v.file_id, v.store_id, f.name AS guest_name, f.owner_id, v.business_date, v.meal_period, v.amount_fen, v.changed_at
FROM visit_pub.fact v
JOIN customer_pub.file f ON f.tenant_id = v.tenant_id AND f.file_id = v.file_id
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.credited_to = sqlc.arg(person_id)
  AND v.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date
  AND (v.business_date, v.meal_period, v.file_id) < (sqlc.arg(before_day)::date, sqlc.arg(before_meal)::smallint, sqlc.arg(before_file)::uuid)
ORDER BY v.business_date DESC, v.meal_period DESC, v.file_id DESC
LIMIT sqlc.arg(at_most);

-- name: BookingsMade :many
-- Rooms or banquets somebody booked that took place in a month, newest first; late:
-- something was learned after a moment, and without it the booking did not count for him.
SELECT b.booking_id, b.store_id, b.business_date, b.meal_period, b.resource_name, b.file_id, f.name AS guest_name, f.owner_id,
  (EXISTS (SELECT FROM visit_pub.booked_change c WHERE c.tenant_id = k.tenant_id AND c.booking_id = k.booking_id AND c.recorded_at > sqlc.arg(scored_at)::timestamptz)
    AND NOT coalesce((SELECT c.counts AND c.booker_id = k.booker_id AND c.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date
      FROM visit_pub.booked_change c WHERE c.tenant_id = k.tenant_id AND c.booking_id = k.booking_id AND c.recorded_at <= sqlc.arg(scored_at)::timestamptz
      ORDER BY c.no DESC LIMIT 1), false))::bool AS late
FROM visit_pub.booked k
JOIN visit_pub.booking b ON b.tenant_id = k.tenant_id AND b.booking_id = k.booking_id
LEFT JOIN customer_pub.file f ON f.tenant_id = b.tenant_id AND f.file_id = b.file_id
WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.booker_id = sqlc.arg(person_id) AND k.kind = sqlc.arg(kind)::text AND k.kind <> 'hall'
  AND k.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date
  AND (k.business_date, k.booking_id) < (sqlc.arg(before_day)::date, sqlc.arg(before_id)::uuid)
ORDER BY k.business_date DESC, k.booking_id DESC
LIMIT sqlc.arg(at_most);

-- name: Led :one
-- How many guests somebody led to their tables in a month (代位人数).
SELECT coalesce(sum(l.guests), 0)::bigint AS guests FROM visit_pub.led l
WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.person_id = sqlc.arg(person_id) AND l.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date;

-- name: Effective :one
-- How many of the guests somebody had on a day had a visit credited to him by then,
-- since another day (LIF-02).
SELECT count(*) AS guests
FROM (
  SELECT o.file_id FROM ownership_pub.tie o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.referrer_id = sqlc.arg(person_id) AND o.end_on IS NULL AND o.start_on <= sqlc.arg(day)::date
  UNION ALL
  SELECT e.file_id FROM ownership_pub.tie e WHERE e.tenant_id = sqlc.arg(tenant_id) AND e.referrer_id = sqlc.arg(person_id) AND e.end_on > sqlc.arg(day)::date AND e.start_on <= sqlc.arg(day)::date
) t
WHERE t.file_id IN (SELECT v.file_id FROM visit_pub.fact v WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.credited_to = sqlc.arg(person_id)
  AND v.business_date BETWEEN sqlc.arg(since)::date AND sqlc.arg(day)::date);

-- name: LossesAndGains :many
-- Files that somebody lost or won in a month, newest first (QTA-03). Of a loss:
-- the rule that took the file, where one did, and who got it since.
SELECT c.file_id, c.store_id, f.name AS guest_name, f.owner_id, c.day::date AS day, c.lost::bool AS lost, coalesce(d.rule, '')::text AS rule
FROM (
  SELECT e.tenant_id, e.file_id, e.store_id, e.end_on AS day, true AS lost FROM ownership_pub.tie e
  WHERE e.tenant_id = sqlc.arg(tenant_id) AND e.referrer_id = sqlc.arg(person_id) AND e.end_on BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date AND e.end_on > e.start_on
  UNION ALL
  SELECT o.tenant_id, o.file_id, o.store_id, o.start_on, false FROM ownership_pub.tie o
  WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.referrer_id = sqlc.arg(person_id) AND o.end_on IS NULL AND o.start_on BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date
  UNION ALL
  SELECT s.tenant_id, s.file_id, s.store_id, s.start_on, false FROM ownership_pub.tie s
  WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.referrer_id = sqlc.arg(person_id) AND s.end_on > s.start_on AND s.end_on > sqlc.arg(first_day)::date
    AND s.start_on BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date
) c
JOIN customer_pub.file f ON f.tenant_id = c.tenant_id AND f.file_id = c.file_id
LEFT JOIN ownership_pub.decision d ON c.lost AND d.tenant_id = c.tenant_id AND d.file_id = c.file_id AND d.effective_on = c.day AND d.from_id = sqlc.arg(person_id)::uuid
WHERE (c.day, c.file_id, c.lost) < (sqlc.arg(before_day)::date, sqlc.arg(before_file)::uuid, sqlc.arg(before_lost)::bool)
ORDER BY c.day DESC, c.file_id DESC, c.lost DESC
LIMIT sqlc.arg(at_most);

-- name: LossCounts :one
-- How many files somebody lost and won in a month.
SELECT
  (SELECT count(*) FROM ownership_pub.tie e WHERE e.tenant_id = sqlc.arg(tenant_id) AND e.referrer_id = sqlc.arg(person_id) AND e.end_on BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date AND e.end_on > e.start_on) AS lost,
  (SELECT count(*) FROM ownership_pub.tie o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.referrer_id = sqlc.arg(person_id) AND o.end_on IS NULL AND o.start_on BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date)
  + (SELECT count(*) FROM ownership_pub.tie s WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.referrer_id = sqlc.arg(person_id) AND s.end_on > s.start_on AND s.end_on > sqlc.arg(first_day)::date
      AND s.start_on BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date) AS won;
