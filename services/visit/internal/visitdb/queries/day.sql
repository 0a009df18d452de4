-- Whether business days of stores are complete (RUL-07).

-- name: OpenBookingsOfDays :many
-- Bookings left confirmed or seated, with the first references.
SELECT store_id, business_date, count(*)::int AS bookings, (array_agg(ref ORDER BY ref))[1:5]::text[] AS refs
FROM booking
WHERE tenant_id = sqlc.arg(tenant_id) AND business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date
  AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND state IN ('confirmed', 'seated')
GROUP BY store_id, business_date;

-- name: TillsOf :many
SELECT store_id, source, first_on, retired_on FROM store_till
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(stores)::uuid[])
ORDER BY store_id, source;

-- name: ToldTotals :many
-- The newest telling of each till and day.
SELECT DISTINCT ON (store_id, business_date, source) store_id, business_date, source, no, bills, sum_fen, recorded_at
FROM day_total
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date
ORDER BY store_id, business_date, source, no DESC;

-- name: HeldTotals :many
-- What we hold of each till and day, by the day the till gave its bills: those that
-- were paid and not voided, and what they come to, less refund notes of that day.
SELECT r.store_id, r.business_date, r.source, count(*) FILTER (WHERE r.status <> 'refund')::int AS bills,
  sum(CASE r.status WHEN 'refund' THEN -r.amount_fen ELSE r.amount_fen END)::bigint AS sum_fen
FROM bill_revision r
JOIN bill_head h ON h.tenant_id = r.tenant_id AND h.store_id = r.store_id AND h.source = r.source AND h.bill_no = r.bill_no AND h.revision = r.revision AND h.link_no = r.link_no
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.store_id = ANY(sqlc.arg(stores)::uuid[]) AND r.business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date
  AND r.status IN ('paid', 'reopened', 'refund')
GROUP BY r.store_id, r.business_date, r.source;

-- name: DaysDeclared :many
SELECT store_id, business_date, reason, declared_by, declared_for, recorded_at FROM day_declared
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND business_date BETWEEN sqlc.arg(from_on)::date AND sqlc.arg(to_on)::date;

-- name: PutTotals :execrows
-- Appends what tills told; the same again writes nothing. The lists are unnested
-- side by side.
INSERT INTO day_total (tenant_id, store_id, business_date, source, no, bills, sum_fen, key_id, told_by, recorded_at)
SELECT sqlc.arg(tenant_id), t.store_id, t.business_date, t.source, coalesce(d.no, 0) + 1, t.bills, t.sum_fen, sqlc.narg(key_id), sqlc.narg(told_by), sqlc.arg(now)
FROM (
  SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(days)::date[]) AS business_date, unnest(sqlc.arg(sources)::text[]) AS source,
    unnest(sqlc.arg(bills)::int[]) AS bills, unnest(sqlc.arg(sums)::bigint[]) AS sum_fen
) t
LEFT JOIN LATERAL (
  SELECT x.no, x.bills, x.sum_fen FROM day_total x
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.store_id = t.store_id AND x.business_date = t.business_date AND x.source = t.source
  ORDER BY x.no DESC LIMIT 1
) d ON true
WHERE d.no IS NULL OR (d.bills, d.sum_fen) <> (t.bills, t.sum_fen);

-- name: PutTills :exec
-- A till that tells a day is there from that day on; one that was said to be gone
-- is back. In one order for everybody: the rows wait for each other.
INSERT INTO store_till (tenant_id, store_id, source, first_on)
SELECT sqlc.arg(tenant_id), t.store_id, t.source, min(t.first_on) FROM (
  SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(sources)::text[]) AS source, unnest(sqlc.arg(days)::date[]) AS first_on
) t
GROUP BY t.store_id, t.source
ORDER BY t.store_id, t.source
ON CONFLICT (tenant_id, store_id, source) DO UPDATE
SET first_on = least(store_till.first_on, excluded.first_on),
  retired_on = CASE WHEN store_till.retired_on > excluded.first_on THEN store_till.retired_on END;

-- name: RetireTill :execrows
UPDATE store_till SET retired_on = greatest(first_on, sqlc.arg(retired_on)::date)
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND source = sqlc.arg(source) AND retired_on IS NULL;

-- name: DeclareDay :execrows
INSERT INTO day_declared (tenant_id, store_id, business_date, reason, declared_by, declared_for, recorded_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(store_id), sqlc.arg(business_date), sqlc.arg(reason), sqlc.arg(declared_by), sqlc.narg(declared_for), sqlc.arg(now))
ON CONFLICT DO NOTHING;
