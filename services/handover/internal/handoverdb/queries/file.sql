-- The files of a handover, and of a giver.

-- name: InsertFiles :exec
INSERT INTO handover_file (tenant_id, handover_id, file_id, former_tie, since_on, former_on)
SELECT sqlc.arg(tenant_id), sqlc.arg(handover_id), f.file_id, f.tie_id, f.since_on, f.former_on
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(ties)::uuid[]) AS tie_id, unnest(sqlc.arg(sinces)::date[]) AS since_on, unnest(sqlc.arg(formers)::date[]) AS former_on) f;

-- name: SetTies :exec
-- The receiver's ties.
UPDATE handover_file h SET tie_id = f.tie_id
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(ties)::uuid[]) AS tie_id) f
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.handover_id = sqlc.arg(handover_id) AND h.file_id = f.file_id;

-- name: SetMessages :exec
UPDATE handover_file h SET message_id = f.message_id
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(messages)::uuid[]) AS message_id) f
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.handover_id = sqlc.arg(handover_id) AND h.file_id = f.file_id;

-- name: SetRevision :exec
UPDATE handover_file SET revision_id = sqlc.arg(revision_id)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND handover_id = sqlc.arg(handover_id) AND file_id = sqlc.arg(file_id);

-- name: MovedFiles :many
-- Files that are the receiver's by this case and still his by the same tie.
SELECT f.file_id, f.tie_id::uuid AS tie_id, f.since_on, f.former_on FROM handover_file f
JOIN ownership_pub.tie t ON t.tenant_id = f.tenant_id AND t.tie_id = f.tie_id AND t.end_on IS NULL
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.handover_id = sqlc.arg(handover_id)
ORDER BY f.file_id;

-- name: FilesPage :many
-- How the files of a case stand, in the order of files: the tie they hang on now,
-- and the revision in which the receiver checks them. OFFSET keeps the tie a look-up
-- for each, never a read of all; behind the wall no index is used for a COALESCE.
SELECT f.file_id, f.former_tie, f.since_on, f.tie_id, f.message_id, f.revision_id, coalesce(r.state, '')::text AS checking,
  (t.end_on IS NULL)::bool AS holds, t.referrer_id
FROM handover_file f
CROSS JOIN LATERAL (SELECT x.end_on, x.referrer_id FROM ownership_pub.tie x WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.tie_id = CASE WHEN f.tie_id IS NULL THEN f.former_tie ELSE f.tie_id END OFFSET 0) t
LEFT JOIN customer_pub.revision r ON r.tenant_id = f.tenant_id AND r.revision_id = f.revision_id
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.handover_id = sqlc.arg(handover_id) AND f.file_id > sqlc.arg(after)
ORDER BY f.file_id LIMIT sqlc.arg(at_most);

-- name: FileOf :one
-- One of them.
SELECT f.file_id, f.former_tie, f.since_on, f.tie_id, f.message_id, f.revision_id, coalesce(r.state, '')::text AS checking,
  (t.end_on IS NULL)::bool AS holds, t.referrer_id
FROM handover_file f
CROSS JOIN LATERAL (SELECT x.end_on, x.referrer_id FROM ownership_pub.tie x WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.tie_id = CASE WHEN f.tie_id IS NULL THEN f.former_tie ELSE f.tie_id END OFFSET 0) t
LEFT JOIN customer_pub.revision r ON r.tenant_id = f.tenant_id AND r.revision_id = f.revision_id
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.handover_id = sqlc.arg(handover_id) AND f.file_id = sqlc.arg(file_id);

-- name: Progress :many
-- How far the files of cases have come (HND-02 step 7): of those still the
-- receiver's by the case, how many were checked, and how many wait for the review.
SELECT f.handover_id, (count(*) FILTER (WHERE f.tie_id IS NOT NULL AND t.end_on IS NULL))::int AS held,
  (count(*) FILTER (WHERE f.tie_id IS NOT NULL AND t.end_on IS NULL AND r.state = 'approved'))::int AS approved,
  (count(*) FILTER (WHERE f.tie_id IS NOT NULL AND t.end_on IS NULL AND r.state = 'submitted'))::int AS submitted,
  (count(f.message_id))::int AS messages
FROM handover_file f
CROSS JOIN LATERAL (SELECT x.end_on, x.referrer_id FROM ownership_pub.tie x WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.tie_id = CASE WHEN f.tie_id IS NULL THEN f.former_tie ELSE f.tie_id END OFFSET 0) t
LEFT JOIN customer_pub.revision r ON r.tenant_id = f.tenant_id AND r.revision_id = f.revision_id
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.handover_id = ANY(sqlc.arg(handovers)::uuid[])
GROUP BY f.handover_id;

-- name: MessagesOf :many
SELECT message_id::uuid AS message_id FROM handover_file
WHERE tenant_id = sqlc.arg(tenant_id) AND handover_id = sqlc.arg(handover_id) AND message_id IS NOT NULL;

-- name: InCustody :one
-- Whether one of some files is in custody now (HND-08).
SELECT EXISTS (
  SELECT FROM handover_file f
  JOIN handover h ON h.tenant_id = f.tenant_id AND h.handover_id = f.handover_id AND h.kind = 'custody' AND h.state IN ('confirmed', 'complete')
  JOIN ownership_pub.tie t ON t.tenant_id = f.tenant_id AND t.tie_id = f.tie_id AND t.end_on IS NULL
  WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = ANY(sqlc.arg(files)::uuid[])) AS yes;

-- name: OwnedIn :many
-- In which stores somebody owns how many files, and how many of them are in a case
-- on its way; those on head office's desk are free for another (HND-05).
SELECT t.store_id, count(*)::int AS files, (count(*) FILTER (WHERE t.held AND EXISTS (SELECT FROM handover h JOIN handover_file f USING (tenant_id, handover_id)
  WHERE h.tenant_id = t.tenant_id AND h.giver_id = t.referrer_id AND h.store_id = t.store_id AND h.state IN ('requested', 'checked', 'accepted') AND f.file_id = t.file_id)))::int AS held
FROM ownership_pub.tie t
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.referrer_id = sqlc.arg(referrer_id) AND t.end_on IS NULL
GROUP BY t.store_id;

-- name: OwnedFiles :many
-- What somebody owns in a store, in the order of files, and whether it is in a case on
-- its way.
SELECT t.file_id, t.since_on, (t.held AND EXISTS (SELECT FROM handover h JOIN handover_file f USING (tenant_id, handover_id)
  WHERE h.tenant_id = t.tenant_id AND h.giver_id = t.referrer_id AND h.store_id = t.store_id AND h.state IN ('requested', 'checked', 'accepted') AND f.file_id = t.file_id))::bool AS held, a.last_visit
FROM ownership_pub.tie t
LEFT JOIN visit_pub.guest_activity a ON a.tenant_id = t.tenant_id AND a.file_id = t.file_id
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.referrer_id = sqlc.arg(referrer_id) AND t.store_id = sqlc.arg(store_id) AND t.end_on IS NULL AND t.file_id > sqlc.arg(after)
ORDER BY t.file_id LIMIT sqlc.arg(at_most);

-- name: LastVisits :many
SELECT file_id, last_visit FROM visit_pub.guest_activity
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);
