-- What others let the person of a session do for them: behind the same entry as
-- SessionByToken and in the same batch. The holder's posts are those of today
-- and his own, so nothing is delegated on; of one who has left there are none.
-- name: DelegatedByToken :many
SELECT d.delegation_id, d.holder_id, h.name AS holder_name, d.permissions, a.assignment_id, a.role, a.position, a.tenant_wide, a.store_ids
FROM session s
JOIN tenant t ON t.tenant_id = s.tenant_id
JOIN delegation d ON d.tenant_id = s.tenant_id AND d.delegate_id = s.person_id
  AND d.from_at <= sqlc.arg(now)::timestamptz AND d.until_at > sqlc.arg(now)::timestamptz AND (d.ended_at IS NULL OR d.ended_at > sqlc.arg(now)::timestamptz)
JOIN person h ON h.tenant_id = d.tenant_id AND h.person_id = d.holder_id
  AND (h.left_on IS NULL OR h.left_on > ((sqlc.arg(now)::timestamptz AT TIME ZONE t.zone - interval '4 hours')::date + CASE WHEN t.sandbox THEN days_ahead(t.tenant_id) ELSE 0 END)::date)
JOIN assignment a ON a.tenant_id = d.tenant_id AND a.person_id = d.holder_id
  AND a.from_on <= ((sqlc.arg(now)::timestamptz AT TIME ZONE t.zone - interval '4 hours')::date + CASE WHEN t.sandbox THEN days_ahead(t.tenant_id) ELSE 0 END)::date
  AND (a.to_on IS NULL OR a.to_on > ((sqlc.arg(now)::timestamptz AT TIME ZONE t.zone - interval '4 hours')::date + CASE WHEN t.sandbox THEN days_ahead(t.tenant_id) ELSE 0 END)::date)
WHERE s.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND s.token_hash = sqlc.arg(token_hash)
ORDER BY d.from_at, d.delegation_id, a.assignment_id LIMIT sqlc.arg(row_limit);

-- name: InsertDelegation :exec
INSERT INTO delegation (tenant_id, delegation_id, holder_id, delegate_id, permissions, from_at, until_at, created_by, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(delegation_id), sqlc.arg(holder_id), sqlc.arg(delegate_id), sqlc.arg(permissions), sqlc.arg(from_at),
  sqlc.arg(until_at), sqlc.arg(created_by), sqlc.arg(now));

-- name: Delegation :one
SELECT d.delegation_id, d.holder_id, h.name AS holder_name, d.delegate_id, g.name AS delegate_name, d.permissions, d.from_at, d.until_at,
  d.created_by, d.created_at, d.ended_at
FROM delegation d
JOIN person h ON h.tenant_id = d.tenant_id AND h.person_id = d.holder_id
JOIN person g ON g.tenant_id = d.tenant_id AND g.person_id = d.delegate_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.delegation_id = sqlc.arg(delegation_id);

-- Those somebody gave or has, newest first, as far back as asked.
-- name: DelegationsOf :many
SELECT d.delegation_id, d.holder_id, h.name AS holder_name, d.delegate_id, g.name AS delegate_name, d.permissions, d.from_at, d.until_at,
  d.created_by, d.created_at, d.ended_at
FROM delegation d
JOIN person h ON h.tenant_id = d.tenant_id AND h.person_id = d.holder_id
JOIN person g ON g.tenant_id = d.tenant_id AND g.person_id = d.delegate_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND (d.holder_id = sqlc.arg(person)::uuid OR d.delegate_id = sqlc.arg(person)::uuid)
  AND least(d.until_at, d.ended_at) > sqlc.arg(since)::timestamptz
ORDER BY d.delegation_id DESC LIMIT sqlc.arg(row_limit);

-- The chain's, newest first, before one; those that ended long ago are left out.
-- name: DelegationsOfTenant :many
SELECT d.delegation_id, d.holder_id, h.name AS holder_name, d.delegate_id, g.name AS delegate_name, d.permissions, d.from_at, d.until_at,
  d.created_by, d.created_at, d.ended_at
FROM delegation d
JOIN person h ON h.tenant_id = d.tenant_id AND h.person_id = d.holder_id
JOIN person g ON g.tenant_id = d.tenant_id AND g.person_id = d.delegate_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.delegation_id < sqlc.arg(before)::uuid AND least(d.until_at, d.ended_at) > sqlc.arg(since)::timestamptz
ORDER BY d.delegation_id DESC LIMIT sqlc.arg(row_limit);

-- Of those whose holder works in one of some stores.
-- name: DelegationsOfStores :many
SELECT d.delegation_id, d.holder_id, h.name AS holder_name, d.delegate_id, g.name AS delegate_name, d.permissions, d.from_at, d.until_at,
  d.created_by, d.created_at, d.ended_at
FROM delegation d
JOIN person h ON h.tenant_id = d.tenant_id AND h.person_id = d.holder_id
JOIN person g ON g.tenant_id = d.tenant_id AND g.person_id = d.delegate_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.delegation_id < sqlc.arg(before)::uuid AND least(d.until_at, d.ended_at) > sqlc.arg(since)::timestamptz
  AND EXISTS (SELECT FROM assignment a WHERE a.tenant_id = d.tenant_id AND a.person_id = d.holder_id
    AND a.store_ids && sqlc.arg(stores)::uuid[] AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date))
ORDER BY d.delegation_id DESC LIMIT sqlc.arg(row_limit);

-- How many of a holder's are live or to come.
-- name: CountDelegations :one
SELECT count(*) FROM delegation
WHERE tenant_id = sqlc.arg(tenant_id) AND holder_id = sqlc.arg(holder_id) AND least(until_at, ended_at) > sqlc.arg(now)::timestamptz;

-- One moment counts: none that has ended already.
-- name: EndDelegation :execrows
UPDATE delegation SET ended_at = sqlc.arg(now)::timestamptz, ended_by = sqlc.arg(ended_by)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND delegation_id = sqlc.arg(delegation_id) AND least(until_at, ended_at) > sqlc.arg(now)::timestamptz;

-- Of somebody who leaves: what he gave and what he has ends with his last day,
-- also if he comes back one day (ACC-03).
-- name: EndDelegationsOf :exec
UPDATE delegation d SET ended_at = greatest(sqlc.arg(now)::timestamptz, (sqlc.arg(left_on)::date + interval '4 hours') AT TIME ZONE t.zone)
FROM tenant t
WHERE t.tenant_id = d.tenant_id AND d.tenant_id = sqlc.arg(tenant_id) AND (d.holder_id = sqlc.arg(person)::uuid OR d.delegate_id = sqlc.arg(person)::uuid)
  AND least(d.until_at, d.ended_at) > greatest(sqlc.arg(now)::timestamptz, (sqlc.arg(left_on)::date + interval '4 hours') AT TIME ZONE t.zone);

-- People who can be named: at work today in one of some stores, at head office,
-- or, for those of head office, anywhere. What is typed begins a name or number.
-- name: Colleagues :many
SELECT p.person_id, p.staff_no, p.name, array_agg(DISTINCT a.position)::text[] AS positions
FROM person p
JOIN assignment a ON a.tenant_id = p.tenant_id AND a.person_id = p.person_id
  AND a.from_on <= sqlc.arg(today)::date AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date)
  AND (a.tenant_wide OR sqlc.arg(everywhere)::boolean OR a.store_ids && sqlc.arg(stores)::uuid[])
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id <> sqlc.arg(holder_id) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
  AND (starts_with(p.name, sqlc.arg(typed)::text) OR starts_with(p.staff_no, sqlc.arg(typed)::text))
GROUP BY p.person_id, p.staff_no, p.name
ORDER BY p.staff_no LIMIT sqlc.arg(row_limit);

-- Holds those of some people who are employed, in one order for everybody, so
-- that leaving and naming follow one another.
-- name: LockEmployed :many
SELECT person_id FROM person
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = ANY(sqlc.arg(people)::uuid[]) AND (left_on IS NULL OR left_on > sqlc.arg(today)::date)
ORDER BY person_id FOR NO KEY UPDATE;
