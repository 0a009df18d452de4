-- Proposed corrections of what was decided (RUL-09).

-- name: InsertCorrections :execrows
-- The same difference of the same file and month is proposed once.
INSERT INTO correction (tenant_id, correction_id, file_id, store_id, month, run_id, found_on, effect, person_id, decided, now, digest, state, created_at)
SELECT sqlc.arg(tenant_id), c.correction_id, c.file_id, c.store_id, c.month, sqlc.arg(run_id), sqlc.arg(found_on), c.effect,
  nullif(c.person_id, '00000000-0000-0000-0000-000000000000'), c.decided, c.now_decided, c.digest, CASE c.effect WHEN 'none' THEN 'noted' ELSE 'proposed' END, sqlc.arg(created_at)
FROM (
  SELECT unnest(sqlc.arg(correction_ids)::uuid[]) AS correction_id, unnest(sqlc.arg(file_ids)::uuid[]) AS file_id, unnest(sqlc.arg(store_ids)::uuid[]) AS store_id,
    unnest(sqlc.arg(months)::date[]) AS month, unnest(sqlc.arg(effects)::text[]) AS effect, unnest(sqlc.arg(people)::uuid[]) AS person_id,
    unnest(sqlc.arg(decided)::jsonb[]) AS decided, unnest(sqlc.arg(now_decided)::jsonb[]) AS now_decided, unnest(sqlc.arg(digests)::bytea[]) AS digest
) c
ON CONFLICT (tenant_id, file_id, month, digest) DO UPDATE SET state = CASE correction.effect WHEN 'none' THEN 'noted' ELSE 'proposed' END
WHERE correction.state = 'gone';

-- name: DropCorrections :execrows
-- What nobody has decided on and no longer differs so, of files just looked at.
UPDATE correction SET state = 'gone'
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND month >= sqlc.arg(from_month)::date AND state IN ('proposed', 'noted')
  AND digest <> ALL(sqlc.arg(digests)::bytea[]);

-- name: CorrectionsOfStores :many
-- Newest first, of each store no more than the page; those that wait for somebody,
-- or all but what is gone.
SELECT c.correction_id, c.file_id, c.store_id, f.name AS guest_name, c.month, c.found_on, c.effect, c.person_id, c.decided, c.now, c.state, c.settled_by, c.settled_for,
  c.settled_at, c.reason_box, c.created_at, f.owner_id
FROM (
  SELECT e.* FROM (SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id) s
  CROSS JOIN LATERAL (
    SELECT * FROM correction x
    WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.store_id = s.store_id AND x.correction_id < sqlc.arg(before)::uuid AND x.state = ANY(sqlc.arg(states)::text[])
    ORDER BY x.correction_id DESC LIMIT sqlc.arg(at_most)
  ) e
  ORDER BY correction_id DESC
  LIMIT sqlc.arg(at_most)
) c
JOIN customer_pub.file f ON f.tenant_id = c.tenant_id AND f.file_id = c.file_id
ORDER BY c.correction_id DESC;

-- name: CorrectionOfID :one
SELECT c.correction_id, c.file_id, c.store_id, f.name AS guest_name, c.month, c.found_on, c.effect, c.person_id, c.decided, c.now, c.state, c.settled_by, c.settled_for,
  c.settled_at, c.reason_box, c.created_at, f.owner_id
FROM correction c
JOIN customer_pub.file f ON f.tenant_id = c.tenant_id AND f.file_id = c.file_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.correction_id = sqlc.arg(correction_id);

-- name: SettleCorrection :execrows
UPDATE correction SET state = sqlc.arg(state), settled_by = sqlc.arg(settled_by)::uuid, settled_for = sqlc.narg(settled_for), settled_at = sqlc.arg(now)::timestamptz, reason_box = sqlc.arg(reason_box)
WHERE tenant_id = sqlc.arg(tenant_id) AND correction_id = sqlc.arg(correction_id) AND state = ANY(sqlc.arg(expected)::text[]);

-- name: CorrectionsOfMonths :many
-- Everything that differs and was not taken away by later facts, in the order of
-- months and files.
SELECT correction_id, file_id, store_id, month, effect, person_id, decided, now, state FROM correction
WHERE tenant_id = sqlc.arg(tenant_id) AND state <> 'gone'
ORDER BY month, file_id, correction_id;

-- name: FileSubmitted :one
-- Whether a file waits for its review.
SELECT EXISTS (SELECT FROM customer_pub.file WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state = 'submitted') AS yes;
