-- The facts of files over a span, for a play of its days (RUL-04, RUL-09).

-- name: PastFiles :many
-- Files with a standing by a day, in the order of files; unsure where something
-- was learned after the cut-off.
SELECT f.file_id, f.store_id, f.approved_on, (a.changed_at > sqlc.arg(cut_off))::bool AS unsure
FROM customer_pub.file f
JOIN visit_pub.guest_activity a ON a.tenant_id = f.tenant_id AND a.file_id = f.file_id AND a.file_id > sqlc.arg(after_file)
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id > sqlc.arg(after_file) AND f.approved_on <= sqlc.arg(last_on)::date
  AND f.state NOT IN ('deleted', 'merged', 'ended')
ORDER BY f.file_id
LIMIT sqlc.arg(at_most);

-- name: CountPastFiles :one
SELECT count(*) FROM customer_pub.file f
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.approved_on <= sqlc.arg(last_on)::date AND f.state NOT IN ('deleted', 'merged', 'ended');

-- name: FilesToReview :many
-- Files that RUL-09 looks at, in the order of files: of which something was learned
-- since the last look, themselves or of their stores; and those with a difference that
-- is not over, in which every day may change it. Begins is where each one's play does:
-- in the midst of no difference.
SELECT f.file_id, f.store_id, f.approved_on, (a.changed_at > sqlc.arg(cut_off))::bool AS unsure,
  coalesce((SELECT least(min(c.month), sqlc.arg(from_on)::date) FROM correction c
    WHERE c.tenant_id = f.tenant_id AND c.file_id = f.file_id AND c.state <> 'gone'
      AND coalesce(c.ended_on, (c.settled_at AT TIME ZONE 'UTC')::date + 1, 'infinity') >= sqlc.arg(from_on)::date), sqlc.arg(from_on)::date)::date AS begins
FROM customer_pub.file f
JOIN visit_pub.guest_activity a ON a.tenant_id = f.tenant_id AND a.file_id = f.file_id AND a.file_id > sqlc.arg(after_file)
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id > sqlc.arg(after_file) AND f.approved_on <= sqlc.arg(last_on)::date
  AND f.state NOT IN ('deleted', 'merged', 'ended')
  AND (a.changed_at > sqlc.arg(since) OR f.store_id = ANY(sqlc.arg(stores)::uuid[])
    OR EXISTS (SELECT FROM correction c WHERE c.tenant_id = f.tenant_id AND c.file_id = f.file_id AND c.state IN ('proposed', 'noted') AND c.ended_on IS NULL))
ORDER BY f.file_id
LIMIT sqlc.arg(at_most);

-- name: StoresLearnedOfLate :many
-- Stores of whose past something was learned since: a post that had begun, or ended,
-- by the business day it was recorded on, whose runs came before it; works (RUL-07); or
-- what runs decided that caught up with days for which the store had waited.
SELECT p.store_id::uuid AS store_id FROM staff_pub.post p
JOIN tenant_pub.store s ON s.tenant_id = p.tenant_id AND s.store_id = p.store_id
WHERE p.tenant_id = sqlc.arg(tenant_id)
  AND (p.recorded_at > sqlc.arg(since)::timestamptz AND p.from_on <= (p.recorded_at AT TIME ZONE s.zone - make_interval(mins => s.cutover_minutes))::date
    OR p.ended_at > sqlc.arg(since)::timestamptz AND p.to_on <= (p.ended_at AT TIME ZONE s.zone - make_interval(mins => s.cutover_minutes))::date)
UNION
SELECT c.store_id FROM tenant_pub.closure c
JOIN tenant_pub.store s ON s.tenant_id = c.tenant_id AND s.store_id = c.store_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.created_at > sqlc.arg(since)::timestamptz
  AND c.from_on <= (c.created_at AT TIME ZONE s.zone - make_interval(mins => s.cutover_minutes))::date
UNION
SELECT unnest(r.stores) FROM period_run r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.lane > 0 AND r.started_at > sqlc.arg(since)::timestamptz;

-- name: LastRunBefore :many
-- The newest run of a kind before a day.
SELECT period_on, cut_off FROM period_run
WHERE tenant_id = sqlc.arg(tenant_id) AND kind = sqlc.arg(kind) AND period_on < sqlc.arg(day)::date
ORDER BY period_on DESC LIMIT 1;

-- name: RunsOn :many
-- The runs of some days with the moment they saw; those of stores that caught up (lane)
-- come after the chain's.
SELECT kind, period_on, lane, stores, cut_off FROM period_run
WHERE tenant_id = sqlc.arg(tenant_id) AND period_on = ANY(sqlc.arg(days)::date[])
ORDER BY lane;

-- name: FilesToClose :many
-- The files of stores on which the close of a month may decide something: in it a
-- visit was credited to another than whose guest he is (LIF-04, LIF-07).
SELECT f.file_id, f.store_id, f.approved_on, f.name AS guest_name
FROM customer_pub.file f
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.store_id = ANY(sqlc.arg(stores)::uuid[]) AND f.state NOT IN ('deleted', 'merged', 'ended')
  AND EXISTS (SELECT FROM visit_pub.fact v
    WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.store_id = ANY(sqlc.arg(stores)::uuid[]) AND v.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(last_on)::date
      AND v.file_id = f.file_id AND v.credited_to IS DISTINCT FROM f.owner_id)
ORDER BY f.store_id, f.file_id;

-- name: PastTies :many
-- One that was given back holds and is judged from that day on (HND-08).
SELECT t.file_id, t.referrer_id, coalesce(t.resumed_on, t.start_on)::date AS start_on, t.end_on, t.origin, t.created_at, coalesce(d.rule, '')::text AS ended_by
FROM tie t
LEFT JOIN decision d ON d.tenant_id = t.tenant_id AND d.decision_id = t.decision_id
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = ANY(sqlc.arg(files)::uuid[]) AND t.created_at <= sqlc.arg(cut_off)
ORDER BY t.file_id, t.created_at, t.start_on, t.end_on, t.tie_id;

-- name: PastVisits :many
SELECT v.file_id, array_agg(v.business_date)::date[] AS days, array_agg(v.meal_period)::smallint[] AS meals,
  array_agg(coalesce(v.credited_to, '00000000-0000-0000-0000-000000000000'))::uuid[] AS credits
FROM visit_pub.fact v
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.file_id = ANY(sqlc.arg(files)::uuid[]) AND v.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(last_on)::date
GROUP BY v.file_id;

-- name: PastDecisions :many
SELECT file_id, rule, effective_on, from_id, to_id, evidence, visits FROM decision
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND rule = ANY(sqlc.arg(rules)::text[])
  AND effective_on BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(last_on)::date
ORDER BY file_id, decision_id;

-- name: PastOffers :many
-- Offers that somebody confirmed, and those that are open.
SELECT file_id, person_id, kind, offered_on, ended_at, (revision_id IS NOT NULL)::bool AS confirmed FROM offer
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND (revision_id IS NOT NULL OR ended_at IS NULL)
ORDER BY file_id, offer_id;

-- name: PastPosts :many
-- Posts in stores as they were known at a cut-off (RUL-03); an end that was recorded
-- later was not known.
SELECT p.person_id, p.store_id::uuid AS store_id, p.position, p.from_on, p.to_on, p.recorded_at, p.ended_at
FROM staff_pub.post p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.recorded_at <= sqlc.arg(cut_off)::timestamptz;

-- name: StoppedRuns :many
-- Runs that head office did not let act in a store (RUL-08).
SELECT store_id, kind, period_on FROM brake WHERE tenant_id = sqlc.arg(tenant_id) AND state = 'stopped';

-- name: PastHolds :many
-- From when to when files were in handover (HND-06).
SELECT file_id, from_on, to_on FROM tie_hold
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: FormerPlaces :many
-- In which of some stores, which have ended, files were before, until when, in the
-- order of time (HND-08).
SELECT p.file_id, p.store_id, p.until::date AS until FROM visit_pub.place p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.file_id = ANY(sqlc.arg(files)::uuid[]) AND p.store_id = ANY(sqlc.arg(ended)::uuid[]) AND p.until < 'infinity'
ORDER BY p.until;
