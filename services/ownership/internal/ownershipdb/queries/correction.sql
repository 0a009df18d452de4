-- Proposed corrections of what was decided (RUL-09).

-- name: InsertCorrections :execrows
-- The same difference of the same file and month is proposed once; while nobody has
-- settled it, it shows the newest evidence, where the file is now.
INSERT INTO correction (tenant_id, correction_id, file_id, store_id, month, run_id, found_on, effect, person_id, decided, now, causes, ended_on, digest, state, created_at)
SELECT sqlc.arg(tenant_id), c.correction_id, c.file_id, c.store_id, c.month, sqlc.arg(run_id), sqlc.arg(found_on), c.effect,
  nullif(c.person_id, '00000000-0000-0000-0000-000000000000'), c.decided, c.now_decided, c.causes, nullif(c.ended_on, '1970-01-01'), c.digest,
  CASE c.effect WHEN 'none' THEN 'noted' ELSE 'proposed' END, sqlc.arg(created_at)
FROM (
  SELECT unnest(sqlc.arg(correction_ids)::uuid[]) AS correction_id, unnest(sqlc.arg(file_ids)::uuid[]) AS file_id, unnest(sqlc.arg(store_ids)::uuid[]) AS store_id,
    unnest(sqlc.arg(months)::date[]) AS month, unnest(sqlc.arg(effects)::text[]) AS effect, unnest(sqlc.arg(people)::uuid[]) AS person_id,
    unnest(sqlc.arg(decided)::jsonb[]) AS decided, unnest(sqlc.arg(now_decided)::jsonb[]) AS now_decided, unnest(sqlc.arg(causes)::jsonb[]) AS causes,
    unnest(sqlc.arg(ended)::date[]) AS ended_on, unnest(sqlc.arg(digests)::bytea[]) AS digest
) c
ON CONFLICT (tenant_id, file_id, month, digest) DO UPDATE
SET state = excluded.state, store_id = excluded.store_id, decided = excluded.decided, now = excluded.now, causes = excluded.causes, ended_on = excluded.ended_on,
  found_on = CASE correction.state WHEN 'gone' THEN excluded.found_on ELSE correction.found_on END,
  created_at = CASE correction.state WHEN 'gone' THEN excluded.created_at ELSE correction.created_at END
WHERE correction.state = 'gone'
  OR correction.state IN ('proposed', 'noted') AND (correction.store_id, correction.decided, correction.now, correction.causes, correction.ended_on)
    IS DISTINCT FROM (excluded.store_id, excluded.decided, excluded.now, excluded.causes, excluded.ended_on);

-- name: DropCorrections :execrows
-- What nobody has decided on and no longer differs so, of files just looked at, each from
-- a month on. NOT IN is hashed, <> ALL compares each with each: a store whose past changed
-- brings thousands.
UPDATE correction c SET state = 'gone'
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(begins)::date[]) AS begins) f
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.file_id = f.file_id AND c.month >= date_trunc('month', f.begins::timestamp)::date AND c.state IN ('proposed', 'noted')
  AND c.digest NOT IN (SELECT unnest(sqlc.arg(digests)::bytea[]));

-- name: CorrectionsOfStores :many
-- Newest first, of each store no more than the page; those that wait for somebody,
-- or all but what is gone.
SELECT c.correction_id, c.file_id, c.store_id, f.name AS guest_name, c.month, c.found_on, c.effect, c.person_id, c.decided, c.now, c.causes, c.state, c.settled_by, c.settled_for,
  c.settled_at, c.reason_box, c.created_at, f.owner_id, b.settled_at AS corrected_at
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
LEFT JOIN LATERAL (
  SELECT x.settled_at FROM correction x
  WHERE x.tenant_id = c.tenant_id AND x.file_id = c.file_id AND x.month = c.month AND x.state = 'confirmed' AND x.settled_at < c.created_at
  ORDER BY x.settled_at DESC LIMIT 1
) b ON true
ORDER BY c.correction_id DESC;

-- name: CorrectionOfID :one
-- corrected_at: when the correction of the month was confirmed that this one corrects again.
SELECT c.correction_id, c.file_id, c.store_id, f.name AS guest_name, c.month, c.found_on, c.effect, c.person_id, c.decided, c.now, c.causes, c.state, c.settled_by, c.settled_for,
  c.settled_at, c.reason_box, c.created_at, f.owner_id, b.settled_at AS corrected_at
FROM correction c
JOIN customer_pub.file f ON f.tenant_id = c.tenant_id AND f.file_id = c.file_id
LEFT JOIN LATERAL (
  SELECT x.settled_at FROM correction x
  WHERE x.tenant_id = c.tenant_id AND x.file_id = c.file_id AND x.month = c.month AND x.state = 'confirmed' AND x.settled_at < c.created_at
  ORDER BY x.settled_at DESC LIMIT 1
) b ON true
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.correction_id = sqlc.arg(correction_id);

-- name: SettleCorrection :execrows
UPDATE correction SET state = sqlc.arg(state), settled_by = sqlc.arg(settled_by)::uuid, settled_for = sqlc.narg(settled_for), settled_at = sqlc.arg(now)::timestamptz, reason_box = sqlc.arg(reason_box)
WHERE tenant_id = sqlc.arg(tenant_id) AND correction_id = sqlc.arg(correction_id) AND state = ANY(sqlc.arg(expected)::text[]);

-- name: FileToCorrect :one
-- How a file stands beside its owner, as somebody confirms a correction of a month;
-- offer_for: the close that its open offer is of, also where a correction made it.
SELECT (f.state = 'submitted')::bool AS submitted, (f.state NOT IN ('deleted', 'merged', 'ended'))::bool AS standing,
  EXISTS (SELECT FROM appeal a WHERE a.tenant_id = f.tenant_id AND a.file_id = f.file_id AND a.state = 'open') AS appealed,
  coalesce((SELECT CASE d.rule WHEN 'RUL-09' THEN coalesce((d.evidence->>'offer_for')::date, ((d.evidence->>'month') || '-01')::date + interval '1 month') ELSE d.effective_on END FROM offer o JOIN decision d ON d.tenant_id = o.tenant_id AND d.decision_id = o.decision_id
    WHERE o.tenant_id = f.tenant_id AND o.file_id = f.file_id AND o.state IN ('pending', 'confirmed')), '0001-01-01')::date AS offer_for
FROM customer_pub.file f
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = sqlc.arg(file_id);

-- name: TiesSince :many
-- Whose ties of a file began on or after a day, or were made after a moment.
SELECT t.referrer_id FROM tie t
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = sqlc.arg(file_id)
  AND (greatest(t.start_on, t.resumed_on) >= sqlc.arg(since)::date OR t.created_at > sqlc.arg(made_after)::timestamptz);

-- name: CorrectionsSettled :many
-- What people settled of files from a day on, up to a moment, in the order they did.
SELECT file_id, month, effect, person_id, decided, now, state, settled_at FROM correction
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND state IN ('confirmed', 'dismissed')
  AND settled_at BETWEEN sqlc.arg(since)::timestamptz AND sqlc.arg(cut_off)::timestamptz
ORDER BY settled_at, correction_id;

-- name: OldestCorrection :one
-- The first month of what is to be looked at although it lies before a day: it was not
-- over then, or it was settled since.
SELECT coalesce(min(c.month), sqlc.arg(since)::date)::date FROM correction c
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.state <> 'gone' AND c.month < sqlc.arg(since)::date
  AND coalesce(c.ended_on, (c.settled_at AT TIME ZONE 'UTC')::date + 1, 'infinity') >= sqlc.arg(since)::date;
