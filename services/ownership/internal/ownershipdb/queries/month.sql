-- What the rules of a month's close and of a leaving read (LIF-04, LIF-05, LIF-07).

-- name: ShareCandidates :many
-- A superset of the ties that LIF-04 ends for a month, in the order of files,
-- each with the visits in it since the tie began: those with a visit that is not
-- the referrer's. Anything learned after the cut-off hides what was known then:
-- unsure, to be looked up. The aggregate in LATERAL keeps the walk in the order
-- of files, so that it stops when the chunk is full.
SELECT t.tie_id, t.file_id, t.store_id, t.referrer_id, t.start_on, (a.changed_at > sqlc.arg(cut_off))::bool AS unsure, v.days, v.meals, v.credits
FROM tie t
JOIN visit_pub.guest_activity a ON a.tenant_id = t.tenant_id AND a.file_id = t.file_id AND a.file_id > sqlc.arg(after_file)
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(f.business_date), '{}')::date[] AS days, coalesce(array_agg(f.meal_period), '{}')::smallint[] AS meals,
    coalesce(array_agg(coalesce(f.credited_to, '00000000-0000-0000-0000-000000000000')), '{}')::uuid[] AS credits,
    coalesce(bool_or(f.credited_to IS DISTINCT FROM t.referrer_id), false) AS others
  FROM visit_pub.fact f
  WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = t.file_id AND f.business_date >= greatest(t.start_on, sqlc.arg(first_on)::date) AND f.business_date <= sqlc.arg(last_on)::date
) v
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.end_on IS NULL AND t.file_id > sqlc.arg(after_file)
  AND t.start_on <= sqlc.arg(last_on)::date AND t.created_at <= sqlc.arg(cut_off)
  AND (v.others OR a.changed_at > sqlc.arg(cut_off))
ORDER BY t.file_id
LIMIT sqlc.arg(at_most);

-- name: AdoptionCandidates :many
-- A superset of the files that LIF-07 adopts, or finds tied, for a month, in the
-- order of files, each with the credited visits in it since it became public.
-- least is the chain's lowest number of receptions. An open offer comes along.
SELECT f.file_id, f.store_id, p.public_on, (a.changed_at > sqlc.arg(cut_off))::bool AS unsure, v.days, v.meals, v.credits,
  coalesce(o.offer_id, '00000000-0000-0000-0000-000000000000')::uuid AS offer_id, coalesce(o.state, '')::text AS offer_state
FROM customer_pub.file f
JOIN visit_pub.guest_activity a ON a.tenant_id = f.tenant_id AND a.file_id = f.file_id AND a.file_id > sqlc.arg(after_file)
CROSS JOIN LATERAL (
  SELECT coalesce(max(t.end_on), f.approved_on)::date AS public_on FROM tie t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = f.file_id
) p
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(x.business_date) FILTER (WHERE x.credited_to IS NOT NULL), '{}')::date[] AS days,
    coalesce(array_agg(x.meal_period) FILTER (WHERE x.credited_to IS NOT NULL), '{}')::smallint[] AS meals,
    coalesce(array_agg(x.credited_to) FILTER (WHERE x.credited_to IS NOT NULL), '{}')::uuid[] AS credits
  FROM visit_pub.fact x
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.file_id = f.file_id AND x.business_date >= greatest(p.public_on, sqlc.arg(first_on)::date) AND x.business_date <= sqlc.arg(last_on)::date
) v
LEFT JOIN offer o ON o.tenant_id = sqlc.arg(tenant_id) AND o.file_id = f.file_id AND o.state IN ('pending', 'confirmed')
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id > sqlc.arg(after_file) AND f.owner_id IS NULL AND f.approved_on <= sqlc.arg(last_on)::date AND f.state <> 'deleted'
  AND p.public_on <= sqlc.arg(last_on)::date AND (cardinality(v.days) >= sqlc.arg(least)::int OR a.changed_at > sqlc.arg(cut_off))
ORDER BY f.file_id
LIMIT sqlc.arg(at_most);

-- name: AwayCandidates :many
-- The ties whose referrer holds, on a day, no post in the file's store that may
-- own files, and that are old enough for LIF-05, in the order of files.
WITH present AS MATERIALIZED (
  SELECT DISTINCT p.person_id, p.store_id FROM staff_pub.post p
  WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.position = ANY(sqlc.arg(positions)::text[]) AND p.from_on <= sqlc.arg(day)::date AND (p.to_on IS NULL OR p.to_on > sqlc.arg(day)::date)
)
SELECT t.tie_id, t.file_id, t.store_id, t.referrer_id, t.start_on
FROM tie t
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.end_on IS NULL AND t.file_id > sqlc.arg(after_file)
  AND t.start_on <= sqlc.arg(until)::date AND t.created_at <= sqlc.arg(cut_off)
  AND NOT EXISTS (SELECT FROM present x WHERE x.person_id = t.referrer_id AND x.store_id = t.store_id)
ORDER BY t.file_id
LIMIT sqlc.arg(at_most);

-- name: PostsOf :many
-- When people held posts that may own files, store by store.
SELECT p.person_id, p.store_id::uuid AS store_id, p.from_on, p.to_on FROM staff_pub.post p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = ANY(sqlc.arg(people)::uuid[]) AND p.position = ANY(sqlc.arg(positions)::text[]);
