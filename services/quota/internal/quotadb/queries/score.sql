-- What a chunk of a month's run reads and writes.

-- name: Stays :many
-- Posts held in a month as it was known at a cut-off (RUL-03), by person and in the
-- order they were taken up; an end or a leaving that was recorded later was not known.
SELECT s.person_id, s.position, s.store_ids, s.from_on, s.to_on, s.entry_on, s.left_on, s.recorded_at, s.ended_at, s.left_at
FROM staff_pub.stay s
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.person_id > sqlc.arg(after)::uuid
  AND s.from_on <= sqlc.arg(last_day)::date AND (s.to_on IS NULL OR s.to_on > sqlc.arg(first_day)::date OR s.ended_at > sqlc.arg(cut_off)::timestamptz)
  AND (s.left_on IS NULL OR s.left_on > sqlc.arg(first_day)::date OR s.left_at > sqlc.arg(cut_off)::timestamptz)
  AND s.recorded_at <= sqlc.arg(cut_off)::timestamptz
ORDER BY s.person_id, s.from_on, s.assignment_id
LIMIT sqlc.arg(at_most);

-- name: Leaves :many
-- An end that was set anew after the cut-off (changed) was another at it: was_on.
SELECT l.person_id, l.from_on, l.to_on, l.recorded_at, l.ended_at, w.to_on AS was_on, (w.until IS NOT NULL)::bool AS changed
FROM staff_pub.leave l
LEFT JOIN LATERAL (
  SELECT x.to_on, x.until FROM staff_pub.leave_was x
  WHERE x.tenant_id = l.tenant_id AND x.absence_id = l.absence_id AND x.until > sqlc.arg(cut_off)::timestamptz
  ORDER BY x.until LIMIT 1
) w ON true
WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.person_id > sqlc.arg(after)::uuid AND l.person_id <= sqlc.arg(upto)::uuid
  AND l.from_on <= sqlc.arg(last_day)::date AND (l.to_on IS NULL OR l.to_on > sqlc.arg(first_day)::date OR l.ended_at > sqlc.arg(cut_off)::timestamptz)
  AND l.recorded_at <= sqlc.arg(cut_off)::timestamptz;

-- name: LateFiles :many
-- Files after one of which something was learned after a cut-off, and which are not kept
-- yet, in their order: their visits as known at it come from the facts.
SELECT a.file_id FROM visit_pub.guest_activity a
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.file_id > sqlc.arg(after)::uuid AND a.changed_at > sqlc.arg(cut_off)
  AND NOT EXISTS (SELECT FROM score_late_file k WHERE k.tenant_id = a.tenant_id AND k.cut_off = sqlc.arg(cut_off) AND k.file_id = a.file_id)
ORDER BY a.file_id
LIMIT sqlc.arg(at_most);

-- name: LastLateFile :many
-- The last of the files that a run keeps; none: it keeps nothing.
SELECT file_id FROM score_late_file WHERE tenant_id = sqlc.arg(tenant_id) AND cut_off = sqlc.arg(cut_off) ORDER BY file_id DESC LIMIT 1;

-- name: KeepLate :exec
-- Keeps files and what they count, beside what is kept.
WITH files AS (
  INSERT INTO score_late_file (tenant_id, cut_off, file_id) SELECT sqlc.arg(tenant_id), sqlc.arg(cut_off), unnest(sqlc.arg(files)::uuid[])
)
INSERT INTO score_late (tenant_id, cut_off, person_id, month, visits)
SELECT sqlc.arg(tenant_id), sqlc.arg(cut_off), unnest(sqlc.arg(people)::uuid[]), unnest(sqlc.arg(months)::date[]), unnest(sqlc.arg(visits)::int[])
ON CONFLICT (tenant_id, cut_off, person_id, month) DO UPDATE SET visits = score_late.visits + excluded.visits;

-- name: KeptLate :many
SELECT person_id, month, visits FROM score_late WHERE tenant_id = sqlc.arg(tenant_id) AND cut_off = sqlc.arg(cut_off);

-- name: DropLate :exec
WITH files AS (
  DELETE FROM score_late_file f WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.cut_off = sqlc.arg(cut_off)
)
DELETE FROM score_late l WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.cut_off = sqlc.arg(cut_off);

-- name: LateBooked :many
-- Rooms and banquets of which something was learned after a cut-off, as they were
-- known at it, by who made them and month.
SELECT c.booker_id AS person_id, date_trunc('month', c.business_date::timestamp)::date AS month,
  count(*) FILTER (WHERE c.kind = 'room') AS rooms, count(*) FILTER (WHERE c.kind = 'banquet') AS banquets
FROM (SELECT DISTINCT x.booking_id FROM visit_pub.booked_change x WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.recorded_at > sqlc.arg(cut_off)) l
CROSS JOIN LATERAL (
  SELECT k.booker_id, k.business_date, k.kind, k.counts FROM visit_pub.booked_change k
  WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.booking_id = l.booking_id AND k.recorded_at <= sqlc.arg(cut_off) ORDER BY k.no DESC LIMIT 1
) c
WHERE c.counts AND c.business_date BETWEEN sqlc.arg(from_month)::date AND sqlc.arg(last_day)::date
GROUP BY 1, 2;

-- name: WriteScores :execrows
-- The scores of everybody between two ids in one statement: what the posts ask
-- for comes in, what was reached is counted. A final score stays. A file in handover
-- counts while its giver holds his post, then for nobody (HND-06). everybody spares
-- ten million visits the comparison with two ids that leave nobody out; the plan is
-- made for its value, and for that of timely: no file was touched after the cut-off.
-- What is known of those that were, and of late bookings, comes in (late_…).
INSERT INTO score (tenant_id, month, person_id, state, store_id, position, ramp_month, rule_version,
  customers_target, customers, visits_target, visits, rooms_target, rooms, banquets_target, banquets, scored_at)
SELECT sqlc.arg(tenant_id), sqlc.arg(first_day)::date, p.person_id, sqlc.arg(state), nullif(p.store_id, '00000000-0000-0000-0000-000000000000'), p.position, p.ramp_month, sqlc.arg(rule_version),
  nullif(p.customers, -1), coalesce(c.n, 0), nullif(p.visits, -1), coalesce(v.n, 0) + coalesce(l.visits, 0),
  nullif(p.rooms, -1), coalesce(b.rooms, 0) + coalesce(l.rooms, 0), nullif(p.banquets, -1), coalesce(b.banquets, 0) + coalesce(l.banquets, 0), sqlc.arg(cut_off)
FROM (
  SELECT unnest(sqlc.arg(people)::uuid[]) AS person_id, unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(positions)::text[]) AS position,
    unnest(sqlc.arg(ramp_months)::smallint[]) AS ramp_month, unnest(sqlc.arg(customers)::int[]) AS customers, unnest(sqlc.arg(visits)::int[]) AS visits,
    unnest(sqlc.arg(rooms)::int[]) AS rooms, unnest(sqlc.arg(banquets)::int[]) AS banquets
) p
LEFT JOIN (
  SELECT f.credited_to AS person_id, count(*) AS n FROM visit_pub.fact f
  WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date
    AND f.credited_to IS NOT NULL AND (sqlc.arg(everybody)::bool OR f.credited_to > sqlc.arg(after)::uuid AND f.credited_to <= sqlc.arg(upto)::uuid)
    AND (sqlc.arg(timely)::bool OR f.file_id NOT IN (SELECT g.file_id FROM visit_pub.guest_activity g WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.changed_at > sqlc.arg(cut_off)))
  GROUP BY f.credited_to
) v ON v.person_id = p.person_id
LEFT JOIN (
  SELECT t.referrer_id AS person_id, count(*) AS n FROM ownership_pub.tie t
  WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.start_on <= sqlc.arg(last_day)::date AND (t.end_on IS NULL OR t.end_on > sqlc.arg(last_day)::date)
    AND (sqlc.arg(everybody)::bool OR t.referrer_id > sqlc.arg(after)::uuid AND t.referrer_id <= sqlc.arg(upto)::uuid)
    AND NOT EXISTS (SELECT FROM ownership_pub.hold h WHERE h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id AND h.uncounted_from <= sqlc.arg(last_day)::date AND (h.to_on IS NULL OR h.to_on > sqlc.arg(last_day)::date))
  GROUP BY t.referrer_id
) c ON c.person_id = p.person_id
LEFT JOIN (
  SELECT k.booker_id AS person_id, count(*) FILTER (WHERE k.kind = 'room') AS rooms, count(*) FILTER (WHERE k.kind = 'banquet') AS banquets FROM visit_pub.booked k
  WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.kind <> 'hall' AND k.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date
    AND (sqlc.arg(everybody)::bool OR k.booker_id > sqlc.arg(after)::uuid AND k.booker_id <= sqlc.arg(upto)::uuid)
    AND k.booking_id NOT IN (SELECT x.booking_id FROM visit_pub.booked_change x WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.recorded_at > sqlc.arg(cut_off))
  GROUP BY k.booker_id
) b ON b.person_id = p.person_id
LEFT JOIN (
  SELECT unnest(sqlc.arg(late_people)::uuid[]) AS person_id, unnest(sqlc.arg(late_months)::date[]) AS month, unnest(sqlc.arg(late_visits)::int[]) AS visits,
    unnest(sqlc.arg(late_rooms)::int[]) AS rooms, unnest(sqlc.arg(late_banquets)::int[]) AS banquets
) l ON l.person_id = p.person_id AND l.month = sqlc.arg(first_day)::date
ON CONFLICT (tenant_id, month, person_id) DO UPDATE
SET state = excluded.state, store_id = excluded.store_id, position = excluded.position, ramp_month = excluded.ramp_month, rule_version = excluded.rule_version,
  customers_target = excluded.customers_target, customers = excluded.customers, visits_target = excluded.visits_target, visits = excluded.visits,
  rooms_target = excluded.rooms_target, rooms = excluded.rooms, banquets_target = excluded.banquets_target, banquets = excluded.banquets, scored_at = excluded.scored_at
WHERE score.state = 'provisional';

-- name: DropScores :execrows
-- Provisional scores of people who turn out to have none: those that a run has
-- not just written.
DELETE FROM score s
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.month = sqlc.arg(first_day)::date AND s.state = 'provisional'
  AND s.person_id > sqlc.arg(after)::uuid AND s.person_id <= sqlc.arg(upto)::uuid AND s.scored_at <> sqlc.arg(cut_off);

-- name: ScoreDigest :one
-- What a chunk came to, without moments: the same facts give the same bytes.
SELECT sha256(convert_to(coalesce(string_agg(concat_ws(' ', s.person_id, s.position, s.customers_target, s.customers, s.visits_target, s.visits,
  s.rooms_target, s.rooms, s.banquets_target, s.banquets), E'\n' ORDER BY s.person_id), ''), 'UTF8')) AS digest
FROM score s
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.month = sqlc.arg(first_day)::date AND s.person_id > sqlc.arg(after)::uuid AND s.person_id <= sqlc.arg(upto)::uuid;

-- name: KeepFinalMonth :exec
-- Also of a month in which nobody has a score.
INSERT INTO score_month (tenant_id, month, scored_at) VALUES (sqlc.arg(tenant_id), sqlc.arg(month)::date, sqlc.arg(cut_off)) ON CONFLICT DO NOTHING;

-- name: FinalMonths :many
-- Months before a day whose scores are final, from one on, and up to when they know the facts.
SELECT month, scored_at FROM score_month
WHERE tenant_id = sqlc.arg(tenant_id) AND month >= sqlc.arg(from_month)::date AND month < sqlc.arg(before)::date
ORDER BY month;

-- name: StaysLearned :many
-- All posts before a day, as known at a cut-off, of those of whose posts, leavings or
-- leaves something was learned after an earlier moment.
SELECT s.person_id, s.position, s.store_ids, s.from_on, s.to_on, s.entry_on, s.left_on, s.recorded_at, s.ended_at, s.left_at
FROM staff_pub.stay s
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.person_id > sqlc.arg(after)::uuid AND s.person_id <= sqlc.arg(upto)::uuid
  AND s.from_on < sqlc.arg(before)::date AND s.recorded_at <= sqlc.arg(cut_off)::timestamptz
  AND s.person_id IN (
    SELECT x.person_id FROM staff_pub.stay x
    WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.from_on < sqlc.arg(before)::date AND greatest(x.recorded_at, x.ended_at, x.left_at) > sqlc.arg(since)::timestamptz
    UNION ALL
    SELECT l.person_id FROM staff_pub.leave l
    WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.from_on < sqlc.arg(before)::date AND greatest(l.recorded_at, l.ended_at) > sqlc.arg(since)::timestamptz)
ORDER BY s.person_id, s.from_on, s.assignment_id;

-- name: WriteCorrections :execrows
-- What final scores of earlier months would say by what is known at the cut-off, where
-- that differs from what they and their corrections say (QTA-04). Whoever's posts or
-- leaves were learned of since comes in with what was to be reached (judged_…; -1: not
-- assessed), and with whether he has a score at all: one that is not there counts nothing.
WITH final AS (
  SELECT coalesce(s.month, j.month) AS month, coalesce(s.person_id, j.person_id) AS person_id, (coalesce(s.month, j.month) + interval '1 month')::date AS ends, coalesce(j.scored, true) AS scored,
    coalesce(s.customers, 0) AS customers, s.customers_target AS customers_was, CASE WHEN j.month IS NULL THEN s.customers_target ELSE nullif(j.customers, -1) END AS customers_target,
    coalesce(s.visits, 0) AS visits, s.visits_target AS visits_was, CASE WHEN j.month IS NULL THEN s.visits_target ELSE nullif(j.visits, -1) END AS visits_target,
    coalesce(s.rooms, 0) AS rooms, s.rooms_target AS rooms_was, CASE WHEN j.month IS NULL THEN s.rooms_target ELSE nullif(j.rooms, -1) END AS rooms_target,
    coalesce(s.banquets, 0) AS banquets, s.banquets_target AS banquets_was, CASE WHEN j.month IS NULL THEN s.banquets_target ELSE nullif(j.banquets, -1) END AS banquets_target
  FROM (
    SELECT * FROM score x
    WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.month >= sqlc.arg(from_month)::date AND x.month < sqlc.arg(first_day)::date AND x.state = 'final'
      AND x.person_id > sqlc.arg(after)::uuid AND x.person_id <= sqlc.arg(upto)::uuid
  ) s
  FULL JOIN (
    SELECT unnest(sqlc.arg(judged_people)::uuid[]) AS person_id, unnest(sqlc.arg(judged_months)::date[]) AS month, unnest(sqlc.arg(judged_scored)::bool[]) AS scored,
      unnest(sqlc.arg(judged_customers)::int[]) AS customers, unnest(sqlc.arg(judged_visits)::int[]) AS visits, unnest(sqlc.arg(judged_rooms)::int[]) AS rooms, unnest(sqlc.arg(judged_banquets)::int[]) AS banquets
  ) j ON j.person_id = s.person_id AND j.month = s.month
), visited AS (
  SELECT f.credited_to AS person_id, date_trunc('month', f.business_date::timestamp)::date AS month, count(*) AS n FROM visit_pub.fact f
  WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.business_date >= sqlc.arg(from_month)::date AND f.business_date < sqlc.arg(first_day)::date
    AND f.credited_to > sqlc.arg(after)::uuid AND f.credited_to <= sqlc.arg(upto)::uuid
    AND (sqlc.arg(timely)::bool OR f.file_id NOT IN (SELECT g.file_id FROM visit_pub.guest_activity g WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.changed_at > sqlc.arg(cut_off)))
  GROUP BY 1, 2
), booked AS (
  SELECT k.booker_id AS person_id, date_trunc('month', k.business_date::timestamp)::date AS month,
    count(*) FILTER (WHERE k.kind = 'room') AS rooms, count(*) FILTER (WHERE k.kind = 'banquet') AS banquets FROM visit_pub.booked k
  WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.kind <> 'hall' AND k.business_date >= sqlc.arg(from_month)::date AND k.business_date < sqlc.arg(first_day)::date
    AND k.booker_id > sqlc.arg(after)::uuid AND k.booker_id <= sqlc.arg(upto)::uuid
    AND k.booking_id NOT IN (SELECT x.booking_id FROM visit_pub.booked_change x WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.recorded_at > sqlc.arg(cut_off))
  GROUP BY 1, 2
), late AS (
  SELECT unnest(sqlc.arg(late_people)::uuid[]) AS person_id, unnest(sqlc.arg(late_months)::date[]) AS month, unnest(sqlc.arg(late_visits)::int[]) AS visits,
    unnest(sqlc.arg(late_rooms)::int[]) AS rooms, unnest(sqlc.arg(late_banquets)::int[]) AS banquets
), owned AS (
  SELECT t.referrer_id AS person_id, m.month, count(*) AS n
  FROM (SELECT DISTINCT month, ends FROM final) m
  JOIN ownership_pub.tie t ON t.tenant_id = sqlc.arg(tenant_id) AND t.start_on < m.ends AND (t.end_on IS NULL OR t.end_on >= m.ends)
    AND t.referrer_id > sqlc.arg(after)::uuid AND t.referrer_id <= sqlc.arg(upto)::uuid
    AND NOT EXISTS (SELECT FROM ownership_pub.hold h WHERE h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id AND h.uncounted_from < m.ends AND (h.to_on IS NULL OR h.to_on >= m.ends))
  GROUP BY 1, 2
), counted AS (
  SELECT f.person_id, f.month, f.scored, 'customers'::text AS item, f.customers AS was, coalesce(o.n, 0) AS n, f.customers_was AS target_was, f.customers_target AS target
  FROM final f LEFT JOIN owned o ON o.person_id = f.person_id AND o.month = f.month
  UNION ALL
  SELECT f.person_id, f.month, f.scored, 'visits', f.visits, coalesce(v.n, 0) + coalesce(l.visits, 0), f.visits_was, f.visits_target
  FROM final f LEFT JOIN visited v ON v.person_id = f.person_id AND v.month = f.month LEFT JOIN late l ON l.person_id = f.person_id AND l.month = f.month
  UNION ALL
  SELECT f.person_id, f.month, f.scored, 'rooms', f.rooms, coalesce(b.rooms, 0) + coalesce(l.rooms, 0), f.rooms_was, f.rooms_target
  FROM final f LEFT JOIN booked b ON b.person_id = f.person_id AND b.month = f.month LEFT JOIN late l ON l.person_id = f.person_id AND l.month = f.month
  UNION ALL
  SELECT f.person_id, f.month, f.scored, 'banquets', f.banquets, coalesce(b.banquets, 0) + coalesce(l.banquets, 0), f.banquets_was, f.banquets_target
  FROM final f LEFT JOIN booked b ON b.person_id = f.person_id AND b.month = f.month LEFT JOIN late l ON l.person_id = f.person_id AND l.month = f.month
), stands AS (
  SELECT c.person_id, c.month, c.item, coalesce(l.after, c.was) AS before, CASE WHEN c.scored THEN c.n ELSE 0 END AS after, CASE WHEN l.month IS NULL THEN c.target_was ELSE l.target_after END AS target_before, c.target AS target_after
  FROM counted c
  LEFT JOIN (
    SELECT DISTINCT ON (x.of_month, x.person_id, x.item) x.of_month, x.person_id, x.item, x.month, x.after, x.target_after FROM score_correction x
    WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.of_month >= sqlc.arg(from_month)::date AND x.of_month < sqlc.arg(first_day)::date
    ORDER BY x.of_month, x.person_id, x.item, x.month DESC
  ) l ON l.of_month = c.month AND l.person_id = c.person_id AND l.item = c.item
)
INSERT INTO score_correction (tenant_id, month, person_id, of_month, item, before, after, target_before, target_after, created_at)
SELECT sqlc.arg(tenant_id), sqlc.arg(first_day)::date, s.person_id, s.month, s.item, s.before, s.after, s.target_before, s.target_after, sqlc.arg(now)
FROM stands s
WHERE (s.before, s.target_before) IS DISTINCT FROM (s.after, s.target_after)
ON CONFLICT DO NOTHING;
