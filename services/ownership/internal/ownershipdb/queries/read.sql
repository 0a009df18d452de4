-- What people ask. Names come from the published views, for at most a page.

-- name: TiesOfFile :many
SELECT t.tie_id, t.referrer_id, p.name AS referrer_name, t.start_on, t.former_on, t.end_on, t.origin, t.created_at, t.resumed_on, (t.hold_id IS NOT NULL AND t.end_on IS NULL)::bool AS held
FROM tie t
JOIN staff_pub.person p ON p.tenant_id = t.tenant_id AND p.person_id = t.referrer_id
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = sqlc.arg(file_id)
ORDER BY coalesce(t.resumed_on, t.start_on) DESC, t.tie_id DESC;

-- name: DecisionsOfFile :many
-- Newest first, before an id: ids sort by the moment they were made.
SELECT d.decision_id, d.file_id, d.store_id, f.name AS guest_name, d.rule, d.rule_version, d.effective_on,
       coalesce(a.name, '')::text AS from_name, coalesce(b.name, '')::text AS to_name, d.evidence, d.created_at, d.visits
FROM decision d
JOIN customer_pub.file f ON f.tenant_id = d.tenant_id AND f.file_id = d.file_id
LEFT JOIN staff_pub.person a ON a.tenant_id = d.tenant_id AND a.person_id = d.from_id
LEFT JOIN staff_pub.person b ON b.tenant_id = d.tenant_id AND b.person_id = d.to_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.file_id = sqlc.arg(file_id)
  AND d.decision_id < sqlc.arg(before)
ORDER BY d.decision_id DESC
LIMIT sqlc.arg(at_most);

-- name: DecisionsOfRun :many
-- In the order of files: all of a run are equally new. Everything in store_ids,
-- in own_ids what the person lost or got.
SELECT d.decision_id, d.file_id, d.store_id, f.name AS guest_name, d.rule, d.rule_version, d.effective_on,
       coalesce(a.name, '')::text AS from_name, coalesce(b.name, '')::text AS to_name, d.evidence, d.created_at, d.visits
FROM decision d
JOIN customer_pub.file f ON f.tenant_id = d.tenant_id AND f.file_id = d.file_id
LEFT JOIN staff_pub.person a ON a.tenant_id = d.tenant_id AND a.person_id = d.from_id
LEFT JOIN staff_pub.person b ON b.tenant_id = d.tenant_id AND b.person_id = d.to_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.run_id = sqlc.arg(run_id) AND d.file_id > sqlc.arg(after_file)
  AND (d.store_id = ANY(sqlc.arg(store_ids)::uuid[])
       OR d.store_id = ANY(sqlc.arg(own_ids)::uuid[]) AND (d.from_id = sqlc.arg(me) OR d.to_id = sqlc.arg(me)))
ORDER BY d.file_id
LIMIT sqlc.arg(at_most);

-- name: DecisionsOfStores :many
-- Newest first over stores: of each store no more than the page, by its index.
SELECT d.decision_id, d.file_id, d.store_id, f.name AS guest_name, d.rule, d.rule_version, d.effective_on,
       coalesce(a.name, '')::text AS from_name, coalesce(b.name, '')::text AS to_name, d.evidence, d.created_at, d.visits
FROM (
  SELECT e.* FROM (SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id) s
  CROSS JOIN LATERAL (
    SELECT * FROM decision x
    WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.store_id = s.store_id
      AND (x.effective_on, x.decision_id) < (sqlc.arg(before)::date, sqlc.arg(before_id)::uuid)
    ORDER BY x.effective_on DESC, x.decision_id DESC LIMIT sqlc.arg(at_most)
  ) e
  UNION ALL
  SELECT e.* FROM (SELECT unnest(sqlc.arg(own_ids)::uuid[]) AS store_id) s
  CROSS JOIN LATERAL (
    SELECT * FROM decision x
    WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.store_id = s.store_id
      AND (x.from_id = sqlc.arg(me) OR x.to_id = sqlc.arg(me))
      AND (x.effective_on, x.decision_id) < (sqlc.arg(before)::date, sqlc.arg(before_id)::uuid)
    ORDER BY x.effective_on DESC, x.decision_id DESC LIMIT sqlc.arg(at_most)
  ) e
  ORDER BY effective_on DESC, decision_id DESC
  LIMIT sqlc.arg(at_most)
) d
JOIN customer_pub.file f ON f.tenant_id = d.tenant_id AND f.file_id = d.file_id
LEFT JOIN staff_pub.person a ON a.tenant_id = d.tenant_id AND a.person_id = d.from_id
LEFT JOIN staff_pub.person b ON b.tenant_id = d.tenant_id AND b.person_id = d.to_id
ORDER BY d.effective_on DESC, d.decision_id DESC;

-- name: DecisionsByID :many
-- Whatever they are about: who asks was told of them by his inbox, or is shown
-- the offer that they made.
SELECT d.decision_id, d.file_id, d.store_id, f.name AS guest_name, d.rule, d.rule_version, d.effective_on,
       coalesce(a.name, '')::text AS from_name, coalesce(b.name, '')::text AS to_name, d.evidence, d.created_at, d.visits
FROM decision d
JOIN customer_pub.file f ON f.tenant_id = d.tenant_id AND f.file_id = d.file_id
LEFT JOIN staff_pub.person a ON a.tenant_id = d.tenant_id AND a.person_id = d.from_id
LEFT JOIN staff_pub.person b ON b.tenant_id = d.tenant_id AND b.person_id = d.to_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.decision_id = ANY(sqlc.arg(decision_ids)::uuid[]);

-- name: Run :one
SELECT * FROM period_run WHERE tenant_id = sqlc.arg(tenant_id) AND run_id = sqlc.arg(run_id);

-- name: RunsPage :many
-- Runs of stores that catch up share day and rule with the chain's own: the lane
-- is part of the place.
SELECT * FROM period_run
WHERE tenant_id = sqlc.arg(tenant_id) AND (period_on, kind, lane) < (sqlc.arg(before)::date, sqlc.arg(before_kind)::text, sqlc.arg(before_lane)::int)
ORDER BY period_on DESC, kind DESC, lane DESC
LIMIT sqlc.arg(at_most);

-- name: RunOfID :many
SELECT * FROM period_run WHERE tenant_id = sqlc.arg(tenant_id) AND run_id = sqlc.arg(run_id);

-- name: NotableRunsPage :many
-- Only runs that decided something, failed, or set files aside.
SELECT * FROM period_run
WHERE tenant_id = sqlc.arg(tenant_id) AND (period_on, kind, lane) < (sqlc.arg(before)::date, sqlc.arg(before_kind)::text, sqlc.arg(before_lane)::int)
  AND (decided > 0 OR set_aside > 0 OR state = 'failed')
ORDER BY period_on DESC, kind DESC, lane DESC
LIMIT sqlc.arg(at_most);

-- name: NotableRunsOfStores :many
-- The same for whoever sees only some stores.
SELECT * FROM period_run r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND (r.period_on, r.kind, r.lane) < (sqlc.arg(before)::date, sqlc.arg(before_kind)::text, sqlc.arg(before_lane)::int)
  AND (r.state = 'failed' OR r.decided > 0 AND r.kind = sqlc.arg(scores)::text
    OR r.decided > 0 AND EXISTS (SELECT FROM decision d WHERE d.tenant_id = r.tenant_id AND d.run_id = r.run_id AND d.store_id = ANY(sqlc.arg(stores)::uuid[]))
    OR r.decided > 0 AND EXISTS (SELECT FROM correction c WHERE c.tenant_id = r.tenant_id AND c.run_id = r.run_id AND c.store_id = ANY(sqlc.arg(stores)::uuid[]))
    OR r.set_aside > 0 AND EXISTS (SELECT FROM run_set_aside s JOIN customer_pub.file f ON f.tenant_id = s.tenant_id AND f.file_id = s.file_id
         WHERE s.tenant_id = r.tenant_id AND s.run_id = r.run_id AND f.store_id = ANY(sqlc.arg(stores)::uuid[])))
ORDER BY r.period_on DESC, r.kind DESC, r.lane DESC
LIMIT sqlc.arg(at_most);

-- name: RunCountsOfStores :many
-- What runs decided, proposed and set aside in some stores.
SELECT c.run_id, sum(c.decided)::bigint AS decided, sum(c.set_aside)::bigint AS set_aside FROM (
  SELECT d.run_id, count(*) AS decided, 0 AS set_aside FROM decision d
  WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.run_id = ANY(sqlc.arg(runs)::uuid[]) AND d.store_id = ANY(sqlc.arg(stores)::uuid[]) GROUP BY d.run_id
  UNION ALL
  SELECT p.run_id, count(*), 0 FROM correction p
  WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.run_id = ANY(sqlc.arg(runs)::uuid[]) AND p.store_id = ANY(sqlc.arg(stores)::uuid[]) GROUP BY p.run_id
  UNION ALL
  SELECT s.run_id, 0, count(*) FROM run_set_aside s JOIN customer_pub.file f ON f.tenant_id = s.tenant_id AND f.file_id = s.file_id
  WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.run_id = ANY(sqlc.arg(runs)::uuid[]) AND f.store_id = ANY(sqlc.arg(stores)::uuid[]) GROUP BY s.run_id
) c GROUP BY c.run_id;

-- name: PeopleNames :many
SELECT person_id, name FROM staff_pub.person
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = ANY(sqlc.arg(person_ids)::uuid[]);

-- name: CountOwnedBy :one
SELECT count(*) FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND referrer_id = sqlc.arg(referrer_id) AND end_on IS NULL;

-- name: FilesOwnedBy :many
SELECT file_id FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND referrer_id = sqlc.arg(referrer_id) AND end_on IS NULL
ORDER BY file_id;
