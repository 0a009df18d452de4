-- What people ask of scores. Names come from the published views, for a page.

-- name: Score :one
SELECT s.month, s.person_id, s.state, s.store_id, s.position, s.ramp_month, s.rule_version, s.customers_target, s.customers, s.visits_target, s.visits,
  s.rooms_target, s.rooms, s.banquets_target, s.banquets, s.scored_at, p.staff_no, p.name
FROM score s
JOIN staff_pub.person p ON p.tenant_id = s.tenant_id AND p.person_id = s.person_id
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.month = sqlc.arg(month)::date AND s.person_id = sqlc.arg(person_id);

-- name: ScoredIn :one
-- How many scores of a month some stores have.
SELECT count(*) FROM score WHERE tenant_id = sqlc.arg(tenant_id) AND month = sqlc.arg(month)::date AND store_id = ANY(sqlc.arg(stores)::uuid[]);

-- name: ScoresOfChain :many
-- Everybody's of a month, of a span of posts, in the order of staff numbers, which the walk over the
-- list of staff gives without sorting.
SELECT s.month, s.person_id, s.state, s.store_id, s.position, s.ramp_month, s.rule_version, s.customers_target, s.customers, s.visits_target, s.visits,
  s.rooms_target, s.rooms, s.banquets_target, s.banquets, s.scored_at, p.staff_no, p.name
FROM staff_pub.person p
JOIN score s ON s.tenant_id = p.tenant_id AND s.person_id = p.person_id AND s.month = sqlc.arg(month)::date
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.staff_no > sqlc.arg(after_no)
  AND s.position COLLATE "C" BETWEEN sqlc.arg(first_post)::text AND sqlc.arg(last_post)::text
ORDER BY p.staff_no
LIMIT sqlc.arg(at_most);

-- name: ScoresOfStores :many
-- The same of some stores.
SELECT s.month, s.person_id, s.state, s.store_id, s.position, s.ramp_month, s.rule_version, s.customers_target, s.customers, s.visits_target, s.visits,
  s.rooms_target, s.rooms, s.banquets_target, s.banquets, s.scored_at, p.staff_no, p.name
FROM score s
JOIN staff_pub.person p ON p.tenant_id = s.tenant_id AND p.person_id = s.person_id
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.month = sqlc.arg(month)::date AND s.store_id = ANY(sqlc.arg(stores)::uuid[]) AND p.staff_no > sqlc.arg(after_no)
  AND s.position COLLATE "C" BETWEEN sqlc.arg(first_post)::text AND sqlc.arg(last_post)::text
ORDER BY p.staff_no
LIMIT sqlc.arg(at_most);

-- name: StaysOfChain :many
-- Who is at work in a month, in the order of staff numbers: for its preview.
SELECT s.person_id, s.staff_no, s.name, s.position, s.store_ids, s.from_on, s.to_on, s.entry_on, s.left_on
FROM staff_pub.stay s
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.staff_no > sqlc.arg(after_no)
  AND s.from_on <= sqlc.arg(last_day)::date AND (s.to_on IS NULL OR s.to_on > sqlc.arg(first_day)::date)
  AND (s.left_on IS NULL OR s.left_on > sqlc.arg(first_day)::date)
ORDER BY s.staff_no, s.from_on, s.assignment_id
LIMIT sqlc.arg(at_most);

-- name: StaysOfStores :many
-- The same of whoever holds or held a post in some stores.
SELECT s.person_id, s.staff_no, s.name, s.position, s.store_ids, s.from_on, s.to_on, s.entry_on, s.left_on
FROM staff_pub.stay s
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.staff_no > sqlc.arg(after_no)
  AND s.from_on <= sqlc.arg(last_day)::date AND (s.to_on IS NULL OR s.to_on > sqlc.arg(first_day)::date)
  AND (s.left_on IS NULL OR s.left_on > sqlc.arg(first_day)::date)
  AND EXISTS (
    SELECT FROM staff_pub.stay o WHERE o.tenant_id = s.tenant_id AND o.person_id = s.person_id AND o.store_ids && sqlc.arg(stores)::uuid[]
      AND o.from_on <= sqlc.arg(last_day)::date AND (o.to_on IS NULL OR o.to_on > sqlc.arg(first_day)::date))
ORDER BY s.staff_no, s.from_on, s.assignment_id
LIMIT sqlc.arg(at_most);

-- name: StaysOfPerson :many
SELECT s.person_id, s.staff_no, s.name, s.position, s.store_ids, s.from_on, s.to_on, s.entry_on, s.left_on
FROM staff_pub.stay s
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.person_id = sqlc.arg(person_id)
ORDER BY s.from_on, s.assignment_id;

-- name: LeavesOf :many
SELECT l.person_id, l.from_on, l.to_on FROM staff_pub.leave l
WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.person_id = ANY(sqlc.arg(people)::uuid[]);

-- name: Counts :many
-- What a page of people has reached in a month by the facts of now.
SELECT p.person_id::uuid AS person_id, c.n AS customers, v.n AS visits, b.rooms, b.banquets
FROM unnest(sqlc.arg(people)::uuid[]) AS p (person_id)
CROSS JOIN LATERAL (
  SELECT (SELECT count(*) FROM ownership_pub.tie t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.referrer_id = p.person_id AND t.end_on IS NULL AND t.start_on <= sqlc.arg(last_day)::date
      AND NOT EXISTS (SELECT FROM ownership_pub.hold h WHERE h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id AND h.uncounted_from <= sqlc.arg(last_day)::date AND (h.to_on IS NULL OR h.to_on > sqlc.arg(last_day)::date)))
    + (SELECT count(*) FROM ownership_pub.tie t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.referrer_id = p.person_id AND t.end_on > sqlc.arg(last_day)::date AND t.start_on <= sqlc.arg(last_day)::date
      AND NOT EXISTS (SELECT FROM ownership_pub.hold h WHERE h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id AND h.uncounted_from <= sqlc.arg(last_day)::date AND (h.to_on IS NULL OR h.to_on > sqlc.arg(last_day)::date))) AS n
) c
CROSS JOIN LATERAL (
  SELECT count(*) AS n FROM visit_pub.fact f
  WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.credited_to = p.person_id AND f.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date
) v
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE k.kind = 'room') AS rooms, count(*) FILTER (WHERE k.kind = 'banquet') AS banquets FROM visit_pub.booked k
  WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.booker_id = p.person_id AND k.kind <> 'hall' AND k.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(last_day)::date
) b;

-- name: CorrectionsIn :many
-- What a month's statement corrects of earlier months.
SELECT month, of_month, item, before, after, target_before, target_after, created_at FROM score_correction
WHERE tenant_id = sqlc.arg(tenant_id) AND month = sqlc.arg(month)::date AND person_id = sqlc.arg(person_id)
ORDER BY of_month, item;

-- name: CorrectionsOf :many
-- What later statements correct of a month.
SELECT month, of_month, item, before, after, target_before, target_after, created_at FROM score_correction
WHERE tenant_id = sqlc.arg(tenant_id) AND of_month = sqlc.arg(month)::date AND person_id = sqlc.arg(person_id)
ORDER BY month, item;

-- name: Corrected :many
-- What corrections change in a month, of a page of people by item: in its statements those
-- of earlier months, and in later statements those of it.
SELECT c.person_id, c.item, c.later, count(*)::int AS corrections, sum(c.after - c.before)::bigint AS counted
FROM (
  SELECT x.person_id, x.item, x.before, x.after, false AS later FROM score_correction x
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.month = sqlc.arg(month)::date AND x.person_id = ANY(sqlc.arg(people)::uuid[])
  UNION ALL
  SELECT x.person_id, x.item, x.before, x.after, true FROM score_correction x
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.of_month = sqlc.arg(month)::date AND x.person_id = ANY(sqlc.arg(people)::uuid[])
) c
GROUP BY c.person_id, c.item, c.later
ORDER BY c.person_id, c.later, c.item;

-- name: Entered :many
-- Posts, leavings and long leaves of somebody, with when each was recorded, and its end.
SELECT x.from_on, x.to_on, x.recorded_at, x.ended_at, x.leave
FROM (
  SELECT s.from_on, s.to_on, s.recorded_at, s.ended_at, false AS leave FROM staff_pub.stay s WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.person_id = sqlc.arg(person_id)
  UNION
  SELECT s.from_on, s.left_on, s.recorded_at, s.left_at, false FROM staff_pub.stay s WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.person_id = sqlc.arg(person_id) AND s.left_at IS NOT NULL
  UNION
  SELECT l.from_on, l.to_on, l.recorded_at, l.ended_at, true FROM staff_pub.leave l WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.person_id = sqlc.arg(person_id)
) x
ORDER BY x.from_on, x.to_on, x.leave;

-- name: LostLate :many
-- Guests whom somebody had lost by a month's end, by what was decided only after a moment
-- and up to another: runs of stores that had waited.
SELECT t.file_id, t.end_on::date AS end_on, d.created_at
FROM ownership_pub.tie t
JOIN ownership_pub.decision d ON d.tenant_id = t.tenant_id AND d.file_id = t.file_id AND d.effective_on = t.end_on AND d.from_id = t.referrer_id
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.referrer_id = sqlc.arg(person_id) AND t.end_on <= sqlc.arg(last_day)::date
  AND d.created_at > sqlc.arg(since)::timestamptz AND d.created_at <= sqlc.arg(cut_off)::timestamptz
ORDER BY t.end_on, t.file_id;

-- name: GuestsNamed :many
SELECT f.file_id, f.store_id, f.name, f.owner_id FROM customer_pub.file f
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: PeopleNamed :many
SELECT p.person_id, p.name FROM staff_pub.person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = ANY(sqlc.arg(people)::uuid[]);

-- name: MonthsScored :many
-- Months that have scores, newest first.
WITH RECURSIVE m AS (
  (SELECT s.month FROM score s WHERE s.tenant_id = sqlc.arg(tenant_id) ORDER BY s.month DESC LIMIT 1)
  UNION ALL
  SELECT (SELECT s.month FROM score s WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.month < m.month ORDER BY s.month DESC LIMIT 1) FROM m WHERE m.month IS NOT NULL
)
SELECT m.month::date AS month FROM m WHERE m.month IS NOT NULL LIMIT 36;

-- name: OutcomeScores :many
-- Every score of a chain, as a replay writes it.
SELECT s.month, p.staff_no, s.customers_target, s.customers, s.visits_target, s.visits, s.rooms_target, s.rooms, s.banquets_target, s.banquets
FROM score s
JOIN staff_pub.person p ON p.tenant_id = s.tenant_id AND p.person_id = s.person_id
WHERE s.tenant_id = sqlc.arg(tenant_id)
ORDER BY s.month, p.staff_no COLLATE "C";
