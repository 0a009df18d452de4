-- What the rules of a month's close and of a leaving read (LIF-04, LIF-05, LIF-07).

-- name: ShareCandidates :many
-- A superset of the ties that LIF-04 ends for a month, in the order of files,
-- each with the visits in it since the tie began: those of which at least the
-- chain's lowest share is not the referrer's, of at least the lowest number. The
-- month's visits are read once for all files: this is for few, large chunks.
-- Anything learned of a file after the cut-off hides what was known then: unsure,
-- to be looked up, whatever its visits say now. NOT IN is hashed, however few the
-- planner takes them for.
WITH late AS MATERIALIZED (
  SELECT a.file_id FROM visit_pub.guest_activity a
  WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.changed_at > sqlc.arg(cut_off) AND a.file_id > sqlc.arg(after_file)
), seen AS (
  SELECT t.tie_id, t.file_id, t.store_id, t.referrer_id, greatest(t.start_on, t.resumed_on)::date AS start_on, t.origin,
    array_agg(f.business_date)::date[] AS days, array_agg(f.meal_period)::smallint[] AS meals,
    array_agg(coalesce(f.credited_to, '00000000-0000-0000-0000-000000000000'))::uuid[] AS credits
  FROM visit_pub.fact f
  JOIN tie t ON t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = f.file_id AND greatest(t.start_on, t.resumed_on) <= f.business_date
  WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.business_date BETWEEN sqlc.arg(first_on)::date AND sqlc.arg(last_on)::date AND f.file_id > sqlc.arg(after_file)
    AND t.end_on IS NULL AND t.hold_id IS NULL AND t.created_at <= sqlc.arg(cut_off)
    AND (sqlc.narg(stores)::uuid[] IS NULL OR t.store_id = ANY(sqlc.narg(stores)::uuid[]))
  GROUP BY t.tenant_id, t.tie_id
  HAVING count(*) >= sqlc.arg(least)::int AND 100 * count(*) FILTER (WHERE f.credited_to IS DISTINCT FROM t.referrer_id) >= sqlc.arg(percent)::int * count(*)
)
SELECT s.tie_id, s.file_id, s.store_id, s.referrer_id, s.start_on, s.origin, false AS unsure, s.days, s.meals, s.credits
FROM seen s
WHERE s.file_id NOT IN (SELECT l.file_id FROM late l)
UNION ALL
SELECT t.tie_id, t.file_id, t.store_id, t.referrer_id, greatest(t.start_on, t.resumed_on), t.origin, true, '{}', '{}', '{}'
FROM late l
JOIN tie t ON t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = l.file_id
WHERE t.end_on IS NULL AND t.hold_id IS NULL AND greatest(t.start_on, t.resumed_on) <= sqlc.arg(last_on)::date AND t.created_at <= sqlc.arg(cut_off)
  AND (sqlc.narg(stores)::uuid[] IS NULL OR t.store_id = ANY(sqlc.narg(stores)::uuid[]))
ORDER BY file_id
LIMIT sqlc.arg(at_most);

-- name: AdoptionCandidates :many
-- A superset of the files that LIF-07 adopts, or finds tied, for a month, in the
-- order of files, each with the credited visits in it: the public ones with at
-- least so many, least being the chain's lowest number of receptions. An open
-- offer comes along. The month is read and late files are unsure as above.
WITH late AS MATERIALIZED (
  SELECT a.file_id FROM visit_pub.guest_activity a
  WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.changed_at > sqlc.arg(cut_off) AND a.file_id > sqlc.arg(after_file)
), seen AS MATERIALIZED (
  SELECT v.file_id, array_agg(v.business_date)::date[] AS days, array_agg(v.meal_period)::smallint[] AS meals, array_agg(v.credited_to)::uuid[] AS credits
  FROM visit_pub.fact v
  WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.business_date BETWEEN sqlc.arg(first_on)::date AND sqlc.arg(last_on)::date
    AND v.credited_to IS NOT NULL AND v.file_id > sqlc.arg(after_file)
  GROUP BY v.file_id
  HAVING count(*) >= sqlc.arg(least)::int
), known AS (
  SELECT s.file_id, false AS unsure, s.days, s.meals, s.credits FROM seen s WHERE s.file_id NOT IN (SELECT l.file_id FROM late l)
  UNION ALL
  SELECT l.file_id, true, '{}', '{}', '{}' FROM late l
)
SELECT f.file_id, f.store_id, p.public_on, k.unsure::bool AS unsure, k.days::date[] AS days, k.meals::smallint[] AS meals, k.credits::uuid[] AS credits,
  coalesce(o.offer_id, '00000000-0000-0000-0000-000000000000')::uuid AS offer_id, coalesce(o.state, '')::text AS offer_state,
  coalesce(o.kind, '')::text AS offer_kind, o.revision_id AS offer_revision, (f.state = 'submitted')::bool AS submitted
FROM known k
JOIN customer_pub.file f ON f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = k.file_id
CROSS JOIN LATERAL (
  SELECT coalesce(max(t.end_on), f.approved_on)::date AS public_on FROM tie t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = f.file_id
) p
LEFT JOIN offer o ON o.tenant_id = sqlc.arg(tenant_id) AND o.file_id = f.file_id AND o.state IN ('pending', 'confirmed')
WHERE f.owner_id IS NULL AND f.approved_on <= sqlc.arg(last_on)::date AND f.state <> 'deleted' AND p.public_on <= sqlc.arg(last_on)::date
  AND (sqlc.narg(stores)::uuid[] IS NULL OR f.store_id = ANY(sqlc.narg(stores)::uuid[]))
ORDER BY f.file_id
LIMIT sqlc.arg(at_most);

-- name: AwayCandidates :many
-- The ties whose referrer holds, on a day, no post in the file's store that may
-- own files, and that are old enough for LIF-05, in the order of files.
WITH present AS MATERIALIZED (
  SELECT DISTINCT p.person_id, p.store_id FROM staff_pub.post p
  WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.position = ANY(sqlc.arg(positions)::text[]) AND p.from_on <= sqlc.arg(day)::date AND p.recorded_at <= sqlc.arg(cut_off)
    AND (p.to_on IS NULL OR p.to_on > sqlc.arg(day)::date OR p.ended_at > sqlc.arg(cut_off))
)
SELECT t.tie_id, t.file_id, t.store_id, t.referrer_id, t.start_on
FROM tie t
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.end_on IS NULL AND t.hold_id IS NULL AND t.file_id > sqlc.arg(after_file)
  AND t.start_on <= sqlc.arg(until)::date AND t.created_at <= sqlc.arg(cut_off)
  AND (sqlc.narg(stores)::uuid[] IS NULL OR t.store_id = ANY(sqlc.narg(stores)::uuid[]))
  AND NOT EXISTS (SELECT FROM present x WHERE x.person_id = t.referrer_id AND x.store_id = t.store_id)
ORDER BY t.file_id
LIMIT sqlc.arg(at_most);

-- name: PostsOf :many
-- When people held posts that may own files, store by store, as it was known at a
-- cut-off (RUL-03); an end that was recorded later was not known.
SELECT p.person_id, p.store_id::uuid AS store_id, p.from_on, p.to_on, p.ended_at
FROM staff_pub.post p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = ANY(sqlc.arg(people)::uuid[]) AND p.position = ANY(sqlc.arg(positions)::text[])
  AND p.recorded_at <= sqlc.arg(cut_off)::timestamptz;
