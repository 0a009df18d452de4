-- Stores side by side (REP-02), each figure one pass over an index by store.

-- name: BoardFiles :many
-- Approved files; active ones (LIF-01): the later of last visit and approval is
-- on or after since.
SELECT f.store_id, count(*)::int AS files, (count(*) FILTER (WHERE f.approved_on >= sqlc.arg(first_day)::date))::int AS this_month,
       (count(*) FILTER (WHERE greatest(f.approved_on, a.last_visit) >= sqlc.arg(since)::date))::int AS active
FROM customer_pub.file f
LEFT JOIN visit_pub.guest_activity a ON a.tenant_id = f.tenant_id AND a.file_id = f.file_id
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND f.approved_on <= sqlc.arg(today)::date AND f.state <> 'deleted'
GROUP BY f.store_id;

-- name: BoardOwned :many
SELECT t.store_id, count(*)::int AS owned
FROM ownership_pub.tie t
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND t.end_on IS NULL
GROUP BY t.store_id;

-- name: BoardReviews :many
SELECT r.store_id, count(*)::int AS waiting, (count(*) FILTER (WHERE r.due_at < sqlc.arg(now)))::int AS late
FROM customer_pub.review r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.store_id = ANY(sqlc.arg(store_ids)::uuid[])
GROUP BY r.store_id;

-- name: BoardVisits :many
SELECT v.store_id, count(*)::int AS visits, count(v.credited_to)::int AS credited, coalesce(sum(v.amount_fen), 0)::bigint AS amount
FROM visit_pub.fact v
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.store_id = ANY(sqlc.arg(store_ids)::uuid[])
  AND v.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(today)::date
GROUP BY v.store_id;

-- name: BoardReleased :many
-- By store and month since a day.
SELECT d.store_id, date_trunc('month', d.effective_on::timestamp)::date AS month, count(*)::int AS released
FROM ownership_pub.decision d
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.store_id = ANY(sqlc.arg(store_ids)::uuid[])
  AND d.effective_on BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(today)::date AND d.from_id IS NOT NULL AND d.to_id IS NULL
GROUP BY 1, 2;

-- name: BoardTrend :many
SELECT date_trunc('month', v.business_date::timestamp)::date AS month, count(*)::int AS visits
FROM visit_pub.fact v
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.store_id = ANY(sqlc.arg(store_ids)::uuid[])
  AND v.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(today)::date
GROUP BY 1;
