-- DEL-02: files never approved that nobody submits.

-- name: IdleFiles :many
-- Those that a warning or the end may be due for, in the order of files, locked.
-- By how often its writer was warned, a range of guest_idle holds just what has
-- something due; the instants are those of the store that is furthest, so this is
-- a superset. CASE: the index answers it under row level security, which it does
-- not for coalesce().
WITH page AS MATERIALIZED (
  SELECT x.file_id
  FROM (SELECT unnest(sqlc.arg(warned)::smallint[]) AS warned, unnest(sqlc.arg(before)::timestamptz[]) AS before) t
  CROSS JOIN LATERAL (
    SELECT q.file_id FROM guest q
    WHERE q.tenant_id = sqlc.arg(tenant_id) AND q.warned = t.warned AND CASE WHEN q.clock_at IS NULL THEN q.created_at ELSE q.clock_at END < t.before
      AND q.approved_on IS NULL AND q.state IN ('draft', 'stage1', 'stage2', 'rejected') AND q.file_id > sqlc.arg(after_file)
    OFFSET 0
  ) x
  ORDER BY x.file_id LIMIT sqlc.arg(at_most)
)
SELECT g.file_id, g.store_id, g.writer_id, g.clock::timestamptz AS clock, g.warned
FROM page
CROSS JOIN LATERAL (
  SELECT q.file_id, q.store_id, q.writer_id, CASE WHEN q.clock_at IS NULL THEN q.created_at ELSE q.clock_at END AS clock, q.warned FROM guest q
  WHERE q.tenant_id = sqlc.arg(tenant_id) AND q.file_id = page.file_id
    AND q.approved_on IS NULL AND q.state IN ('draft', 'stage1', 'stage2', 'rejected')
  FOR UPDATE
) g
ORDER BY g.file_id;

-- name: MarkWarned :exec
-- Their writers are told once more; a warning that comes late moves the clock.
UPDATE guest SET warned = warned + 1, clock_at = w.clock
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(clocks)::timestamptz[]) AS clock) w
WHERE guest.tenant_id = sqlc.arg(tenant_id) AND guest.file_id = w.file_id;

-- name: MoveClock :exec
-- A file came back from review: the time it waited for us does not count. Run
-- before the revision leaves its state.
UPDATE guest g SET clock_at = coalesce(g.clock_at, g.created_at) + (sqlc.arg(now)::timestamptz - r.submitted_at)
FROM file_revision r
WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(file_id) AND g.approved_on IS NULL
  AND r.tenant_id = g.tenant_id AND r.file_id = g.file_id AND r.state = 'submitted';

-- name: ClocksOf :many
-- Since when DEL-02 counts for those of the files that nobody has submitted.
SELECT file_id, coalesce(clock_at, created_at)::timestamptz AS clock FROM guest
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]) AND approved_on IS NULL AND state IN ('draft', 'stage1', 'stage2', 'rejected');

-- name: WritingOf :one
-- What somebody has to finish: how much came back with reasons, of how much
-- DEL-02 warns him, and since when it counts for the first of those.
SELECT (count(*) FILTER (WHERE g.state = 'rejected'))::int AS back,
  (count(*) FILTER (WHERE g.approved_on IS NULL AND coalesce(g.clock_at, g.created_at) < sqlc.arg(begun)::timestamptz))::int AS ending,
  coalesce(min(coalesce(g.clock_at, g.created_at)) FILTER (WHERE g.approved_on IS NULL), sqlc.arg(begun))::timestamptz AS first
FROM file_revision r
JOIN guest g ON g.tenant_id = r.tenant_id AND g.file_id = r.file_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.writer_id = sqlc.arg(writer_id) AND r.state <> 'approved' AND g.state IN ('draft', 'stage1', 'stage2', 'rejected')
  AND (g.approved_on IS NULL AND g.writer_id = sqlc.arg(writer_id) OR g.owner_id = sqlc.arg(writer_id) OR g.editor_id = sqlc.arg(writer_id));

-- name: FirstIdle :one
-- When the oldest file was begun that nobody was warned of.
SELECT store_id, (CASE WHEN clock_at IS NULL THEN created_at ELSE clock_at END)::timestamptz AS clock FROM guest
WHERE tenant_id = sqlc.arg(tenant_id) AND warned = 0 AND approved_on IS NULL AND state IN ('draft', 'stage1', 'stage2', 'rejected')
ORDER BY CASE WHEN clock_at IS NULL THEN created_at ELSE clock_at END LIMIT 1;
