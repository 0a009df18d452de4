-- name: VisitsOfFile :many
-- Newest first, after a place in that order; a meal under several numbers is one
-- visit (VIS-08). A file that was never approved has the numbers it holds; its
-- visits do not count. One that waits for a number another file has shows nothing
-- of that guest (CUS-10).
WITH number AS (
  SELECT g.store_id, g.number_key, g.approved_on, g.until FROM guest_number g
  WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(file_id)
  UNION ALL
  SELECT f.store_id, f.number_key, NULL, 'infinity' FROM customer_pub.number f
  WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = sqlc.arg(file_id)
    AND NOT EXISTS (SELECT FROM guest_number g WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(file_id))
), seen AS (
  SELECT v.store_id, v.business_date, v.meal_period, v.credited_to, v.booking_id, v.bills, v.amount_fen,
    coalesce(v.business_date >= n.approved_on AND v.business_date < n.until, false)::boolean AS counted
  FROM number n
  JOIN visit v ON v.tenant_id = sqlc.arg(tenant_id) AND v.store_id = n.store_id AND v.number_key = n.number_key
  WHERE (v.business_date, v.meal_period) < (sqlc.arg(before_date)::date, sqlc.arg(before_meal)::smallint)
), meal AS ( -- what counts goes before what does not
  SELECT s.store_id, s.business_date, s.meal_period, s.credited_to, s.counted, coalesce(b.ref, '') AS booking_ref,
    sum(s.bills) OVER own AS bills, sum(s.amount_fen) OVER own AS amount_fen,
    row_number() OVER (PARTITION BY s.business_date, s.meal_period ORDER BY s.counted DESC, s.booking_id IS NULL, b.seated_minute, b.ref) AS place
  FROM seen s
  LEFT JOIN booking b ON b.tenant_id = sqlc.arg(tenant_id) AND b.booking_id = s.booking_id
  WINDOW own AS (PARTITION BY s.business_date, s.meal_period, s.counted)
)
SELECT m.store_id, m.business_date, m.meal_period, m.credited_to, m.bills::int AS bills, m.amount_fen::bigint AS amount_fen, m.booking_ref, m.counted
FROM meal m
WHERE m.place = 1
ORDER BY m.business_date DESC, m.meal_period DESC
LIMIT sqlc.arg(max_rows);

-- name: LockFiles :many
-- Locks the activity of files until the end of the transaction, in one order:
-- counting anew must come after whoever counts at the same moment.
SELECT file_id FROM guest_visits
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(file_ids)::uuid[])
ORDER BY file_id FOR UPDATE;

-- name: Recount :exec
-- Counted visits of files, from visits; a meal under several numbers is one
-- (VIS-08). Only after LockFiles.
UPDATE guest_visits a SET visits = c.visits, last_visit = c.last_visit, changed_at = greatest(a.changed_at, sqlc.arg(now)::timestamptz)
FROM (
  SELECT g.file_id, count(DISTINCT (v.business_date - date '2000-01-01') * 8 + v.meal_period)::int AS visits, max(v.business_date) AS last_visit
  FROM guest_visits g
  LEFT JOIN guest_number n ON n.tenant_id = g.tenant_id AND n.file_id = g.file_id
  LEFT JOIN visit v ON v.tenant_id = n.tenant_id AND v.store_id = n.store_id AND v.number_key = n.number_key AND v.business_date >= n.approved_on AND v.business_date < n.until
  WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = ANY(sqlc.arg(file_ids)::uuid[])
  GROUP BY g.file_id
) c
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.file_id = c.file_id AND a.file_id = ANY(sqlc.arg(file_ids)::uuid[]);

-- name: Activity :many
-- What lists show of files' visits.
SELECT file_id, last_visit, visits FROM guest_visits
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(file_ids)::uuid[]);

-- name: LearnedSince :many
-- The days and meals of files of which a booking, a bill of it or a bill by number was
-- recorded after a moment, up to a cut-off, or which a merging brought or took, or its
-- undoing; when the last was, and by which of these it came.
SELECT x.file_id, x.business_date, x.meal_period, max(x.recorded_at)::timestamptz AS at, (array_agg(x.merging ORDER BY x.recorded_at DESC))[1]::text AS merging
FROM (
  SELECT n.file_id, c.business_date, c.meal_period, c.recorded_at, '' AS merging
  FROM guest_number n
  JOIN booking_change c ON c.tenant_id = n.tenant_id AND c.number_key = n.number_key AND c.recorded_at > sqlc.arg(since)::timestamptz AND c.recorded_at <= sqlc.arg(cut_off)::timestamptz
  JOIN booking b ON b.tenant_id = c.tenant_id AND b.booking_id = c.booking_id AND b.store_id = n.store_id
  WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.file_id = ANY(sqlc.arg(files)::uuid[])
  UNION ALL
  SELECT n.file_id, r.business_date, r.meal_period, r.recorded_at, ''
  FROM guest_number n
  JOIN bill_revision r ON r.tenant_id = n.tenant_id AND r.number_key = n.number_key AND r.store_id = n.store_id AND r.recorded_at > sqlc.arg(since)::timestamptz AND r.recorded_at <= sqlc.arg(cut_off)::timestamptz
  WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.file_id = ANY(sqlc.arg(files)::uuid[])
  UNION ALL
  SELECT n.file_id, b.business_date, b.meal_period, r.recorded_at, ''
  FROM guest_number n
  JOIN booking b ON b.tenant_id = n.tenant_id AND b.number_key = n.number_key AND b.store_id = n.store_id AND b.ref <> ''
  JOIN bill_revision r ON r.tenant_id = b.tenant_id AND r.store_id = b.store_id AND r.booking_ref = b.ref AND r.recorded_at > sqlc.arg(since)::timestamptz AND r.recorded_at <= sqlc.arg(cut_off)::timestamptz
  WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.file_id = ANY(sqlc.arg(files)::uuid[])
  UNION ALL
  SELECT k.file_id, v.business_date, v.meal_period, m.at, CASE WHEN m.undoing THEN 'unmerged' ELSE 'merged' END
  FROM (
    SELECT n.file_id, n.number_id FROM guest_number n WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.file_id = ANY(sqlc.arg(files)::uuid[])
    UNION
    SELECT m.file_id, m.number_id FROM number_merge m WHERE m.tenant_id = sqlc.arg(tenant_id) AND m.file_id = ANY(sqlc.arg(files)::uuid[])
  ) k
  JOIN number_merge m ON m.tenant_id = sqlc.arg(tenant_id) AND m.number_id = k.number_id AND m.at > sqlc.arg(since)::timestamptz AND m.at <= sqlc.arg(cut_off)::timestamptz
  JOIN guest_number n ON n.tenant_id = m.tenant_id AND n.number_id = m.number_id
  JOIN visit v ON v.tenant_id = n.tenant_id AND v.store_id = n.store_id AND v.number_key = n.number_key
) x
GROUP BY x.file_id, x.business_date, x.meal_period;

-- name: LateBookings :many
-- The bookings of some days that ever counted for somebody, in whatever store: whose each
-- was at a moment, and at a later cut-off (QTA-01; zero: nobody's), when the last was
-- learned of it, and the guest's file, with whether something was learned of that since.
SELECT b.kind, coalesce(w.business_date, i.business_date)::date AS business_date, coalesce(w.meal_period, i.meal_period)::smallint AS meal_period,
  coalesce(g.file_id, '00000000-0000-0000-0000-000000000000')::uuid AS file_id, coalesce(g.touched, false)::bool AS touched,
  (SELECT max(c.recorded_at) FROM booking_change c WHERE c.tenant_id = b.tenant_id AND c.booking_id = b.booking_id AND c.recorded_at <= sqlc.arg(cut_off)::timestamptz)::timestamptz AS at,
  coalesce(w.booker_id, '00000000-0000-0000-0000-000000000000')::uuid AS was, coalesce(i.booker_id, '00000000-0000-0000-0000-000000000000')::uuid AS now
FROM (
  SELECT DISTINCT c.booking_id FROM booking_change c
  WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.booker_id = sqlc.arg(person_id) AND c.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date AND c.state = 'finished' AND c.noticed
) his
JOIN booking b ON b.tenant_id = sqlc.arg(tenant_id) AND b.booking_id = his.booking_id
LEFT JOIN LATERAL (
  SELECT c.* FROM (SELECT * FROM booking_change k WHERE k.tenant_id = b.tenant_id AND k.booking_id = b.booking_id AND k.recorded_at <= sqlc.arg(since)::timestamptz ORDER BY k.no DESC LIMIT 1) c
  WHERE c.state = 'finished' AND c.noticed AND c.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date) w ON true
LEFT JOIN LATERAL (
  SELECT c.* FROM (SELECT * FROM booking_change k WHERE k.tenant_id = b.tenant_id AND k.booking_id = b.booking_id AND k.recorded_at <= sqlc.arg(cut_off)::timestamptz ORDER BY k.no DESC LIMIT 1) c
  WHERE c.state = 'finished' AND c.noticed AND c.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date) i ON true
LEFT JOIN LATERAL (
  SELECT n.file_id, a.changed_at > sqlc.arg(since)::timestamptz AS touched FROM guest_number n
  LEFT JOIN guest_visits a ON a.tenant_id = n.tenant_id AND a.file_id = n.file_id
  WHERE n.tenant_id = b.tenant_id AND n.store_id = b.store_id AND n.number_key = b.number_key AND n.until > b.business_date ORDER BY n.until LIMIT 1) g ON true
WHERE w.booking_id IS NOT NULL OR i.booking_id IS NOT NULL
ORDER BY 2, 3, b.booking_id;
