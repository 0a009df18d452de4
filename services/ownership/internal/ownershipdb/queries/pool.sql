-- Public guests and who may take them on (LIF-09, LIF-12).

-- name: PoolPage :many
-- The public guests of a store before a day and file, the newest public first. Of
-- every filter both ends are given. A store has some hundred files: all its public
-- ones are looked at.
SELECT f.file_id, f.state, p.public_on, coalesce(d.rule, '')::text AS rule, d.decision_id, coalesce(r.name, '')::text AS former, a.last_visit,
  coalesce(o.kind, '')::text AS offer_kind, coalesce(o.state, '')::text AS offer_state, coalesce(o.person_id, '00000000-0000-0000-0000-000000000000')::uuid AS offered_to, coalesce(w.name, '')::text AS offered_name, o.lapses_on,
  (greatest(a.last_visit, f.approved_on) < sqlc.arg(active_since)::date)::bool AS dormant,
  EXISTS (SELECT FROM appeal x WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.file_id = f.file_id AND x.state = 'open') AS appealed
FROM customer_pub.file f
LEFT JOIN LATERAL (
  SELECT t.end_on, t.referrer_id, t.decision_id FROM tie t
  WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = f.file_id AND t.end_on IS NOT NULL ORDER BY t.end_on DESC, t.tie_id DESC LIMIT 1
) t ON true
CROSS JOIN LATERAL (SELECT coalesce(t.end_on, f.approved_on)::date AS public_on) p
LEFT JOIN decision d ON d.tenant_id = sqlc.arg(tenant_id) AND d.decision_id = t.decision_id
LEFT JOIN staff_pub.person r ON r.tenant_id = sqlc.arg(tenant_id) AND r.person_id = t.referrer_id
LEFT JOIN visit_pub.guest_activity a ON a.tenant_id = sqlc.arg(tenant_id) AND a.file_id = f.file_id
LEFT JOIN offer o ON o.tenant_id = sqlc.arg(tenant_id) AND o.file_id = f.file_id AND o.state IN ('pending', 'confirmed')
LEFT JOIN staff_pub.person w ON w.tenant_id = sqlc.arg(tenant_id) AND w.person_id = o.person_id
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.store_id = sqlc.arg(store_id) AND f.approved_on IS NOT NULL AND f.owner_id IS NULL AND f.state NOT IN ('ended', 'deleted', 'merged')
  AND greatest(a.last_visit, f.approved_on) BETWEEN sqlc.arg(came_from)::date AND sqlc.arg(came_to)::date
  AND coalesce(d.rule, '') COLLATE "C" BETWEEN sqlc.arg(first_rule)::text AND sqlc.arg(last_rule)::text
  AND (o.offer_id IS NOT NULL) = ANY(sqlc.arg(offered)::bool[])
  AND coalesce(a.visits, 0) >= sqlc.arg(least_visits)::int
  AND (p.public_on, f.file_id) < (sqlc.arg(before)::date, sqlc.arg(before_file)::uuid)
ORDER BY p.public_on DESC, f.file_id DESC
LIMIT sqlc.arg(at_most);

-- name: PoolVisits :many
-- What visits of some files since a day come to.
SELECT v.file_id, count(*)::int AS visits, coalesce(sum(v.amount_fen), 0)::bigint AS amount_fen FROM visit_pub.fact v
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.file_id = ANY(sqlc.arg(files)::uuid[]) AND v.business_date >= sqlc.arg(since)::date
GROUP BY v.file_id;

-- name: PoolReceivers :many
-- Who received some files since a day that is each file's own, most first. Named
-- twice, so that their visits are looked up and not all of the chain's read.
SELECT v.file_id, p.name, count(*)::int AS receptions
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(since)::date[]) AS since) s
JOIN visit_pub.fact v ON v.file_id = s.file_id AND v.business_date >= s.since AND v.file_id = ANY(sqlc.arg(files)::uuid[])
JOIN staff_pub.person p ON p.tenant_id = v.tenant_id AND p.person_id = v.credited_to
WHERE v.tenant_id = sqlc.arg(tenant_id)
GROUP BY v.file_id, v.credited_to, p.name
ORDER BY v.file_id, receptions DESC, p.name, v.credited_to;

-- name: PoolFile :one
SELECT f.file_id, f.store_id, f.state, f.owner_id, f.approved_on FROM customer_pub.file f
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = sqlc.arg(file_id);

-- name: Assignees :many
-- Who holds a post in a store on a day that may own files, with what he carries
-- there: his guests, the active of them, how often he received one guest, and the
-- offers that wait for him.
SELECT s.person_id, s.staff_no, s.name, s.position, c.customers, c.active, v.receptions, o.waiting
FROM (
  SELECT x.person_id, min(x.staff_no)::text AS staff_no, min(x.name)::text AS name, min(x.position)::text AS position FROM staff_pub.stay x
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.store_ids && ARRAY[sqlc.arg(store_id)::uuid] AND x.position = ANY(sqlc.arg(positions)::text[])
    AND x.from_on <= sqlc.arg(day)::date AND (x.to_on IS NULL OR x.to_on > sqlc.arg(day)::date) AND (x.left_on IS NULL OR x.left_on > sqlc.arg(day)::date)
  GROUP BY x.person_id
) s
CROSS JOIN LATERAL (
  SELECT count(*)::int AS customers, (count(*) FILTER (WHERE greatest(a.last_visit, f.approved_on) >= sqlc.arg(active_since)::date))::int AS active
  FROM tie t
  JOIN customer_pub.file f ON f.tenant_id = t.tenant_id AND f.file_id = t.file_id
  LEFT JOIN visit_pub.guest_activity a ON a.tenant_id = t.tenant_id AND a.file_id = t.file_id
  WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.referrer_id = s.person_id AND t.store_id = sqlc.arg(store_id) AND t.end_on IS NULL
) c
CROSS JOIN LATERAL (
  SELECT count(*)::int AS receptions FROM visit_pub.fact x
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.file_id = sqlc.arg(file_id) AND x.credited_to = s.person_id AND x.business_date >= sqlc.arg(year_since)::date
) v
CROSS JOIN LATERAL (
  SELECT count(*)::int AS waiting FROM offer w WHERE w.tenant_id = sqlc.arg(tenant_id) AND w.person_id = s.person_id AND w.state IN ('pending', 'confirmed')
) o
ORDER BY s.staff_no;
