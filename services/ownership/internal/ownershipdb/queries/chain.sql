-- The ledger of runs and chunks (design: facts, decisions, jobs).

-- name: NewestRuns :many
-- The chain's own runs of the newest day that has any, after the last of which it
-- goes on, and whatever is at work or stopped.
SELECT * FROM period_run r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.lane = 0
  AND r.period_on = (SELECT max(p.period_on) FROM period_run p WHERE p.tenant_id = sqlc.arg(tenant_id))
UNION
SELECT * FROM period_run o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.state <> 'done';

-- name: BeganBefore :many
-- A run of an earlier day, or one that closes a month on this: there is none on
-- the day on which a chain begins.
SELECT run_id FROM period_run
WHERE tenant_id = sqlc.arg(tenant_id) AND (period_on < sqlc.arg(day)::date OR period_on = sqlc.arg(day)::date AND kind = ANY(sqlc.arg(monthly)::text[]))
LIMIT 1;

-- name: FirstRunAt :many
-- When the chain of runs began: what a chain brought along was known by then.
SELECT started_at FROM period_run WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY period_on, kind LIMIT 1;

-- name: FirstTieStart :one
SELECT start_on FROM tie WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY start_on LIMIT 1;

-- name: OpenRun :execrows
INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(run_id), sqlc.arg(kind), sqlc.arg(period_on), 'running', sqlc.arg(cut_off), sqlc.arg(rule_version), sqlc.arg(started_at))
ON CONFLICT DO NOTHING;

-- name: OpenLane :exec
-- The run of some stores that catch up, beside the chain's own of the step.
INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at, stores, lane)
SELECT sqlc.arg(tenant_id), sqlc.arg(run_id), sqlc.arg(kind), sqlc.arg(period_on), 'running', sqlc.arg(cut_off), sqlc.arg(rule_version), sqlc.arg(cut_off), sqlc.arg(stores)::uuid[],
  1 + coalesce((SELECT max(p.lane) FROM period_run p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.kind = sqlc.arg(kind) AND p.period_on = sqlc.arg(period_on)), 0);

-- name: OpenChunk :exec
WITH counted AS (
  UPDATE period_run p SET chunks = chunks + 1 WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.run_id = sqlc.arg(run_id)
)
INSERT INTO run_chunk (tenant_id, run_id, no, after_file, state, job_id)
VALUES (sqlc.arg(tenant_id), sqlc.arg(run_id), sqlc.arg(no), sqlc.narg(after_file), 'open', sqlc.arg(job_id));

-- name: LockChunk :one
-- The tenant's open chunk, for whoever works it.
SELECT c.run_id, c.no, c.after_file, c.job_id, r.kind, r.period_on, r.state, r.cut_off, r.rule_version, r.lane, r.stores
FROM run_chunk c
JOIN period_run r ON r.tenant_id = c.tenant_id AND r.run_id = c.run_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.state = 'open'
FOR UPDATE OF c;

-- name: LockIdleChunk :one
-- The same for the planner, which leaves a chunk alone that is being worked.
SELECT c.run_id, c.no, c.after_file, c.job_id, r.kind, r.period_on, r.state, r.cut_off, r.rule_version
FROM run_chunk c
JOIN period_run r ON r.tenant_id = c.tenant_id AND r.run_id = c.run_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.state = 'open'
FOR UPDATE OF c SKIP LOCKED;

-- name: HandChunk :exec
UPDATE run_chunk SET job_id = sqlc.arg(job_id)
WHERE tenant_id = sqlc.arg(tenant_id) AND run_id = sqlc.arg(run_id) AND no = sqlc.arg(no) AND state = 'open';

-- name: CloseChunk :exec
WITH counted AS (
  UPDATE period_run p
  SET examined = p.examined + sqlc.arg(examined), decided = p.decided + sqlc.arg(decided), set_aside = p.set_aside + sqlc.arg(set_aside)
  WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.run_id = sqlc.arg(run_id)
)
UPDATE run_chunk c
SET state = 'done', last_file = sqlc.narg(last_file), digest = sqlc.arg(digest), examined = sqlc.arg(examined), decided = sqlc.arg(decided)
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.run_id = sqlc.arg(run_id) AND c.no = sqlc.arg(no);

-- name: CloseRun :exec
UPDATE period_run SET state = 'done', ended_at = sqlc.arg(ended_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND run_id = sqlc.arg(run_id);

-- name: FailRun :execrows
UPDATE period_run SET state = 'failed', error = sqlc.arg(error), ended_at = sqlc.arg(ended_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND run_id = sqlc.arg(run_id) AND state = 'running';

-- name: ResumeRun :execrows
UPDATE period_run SET state = 'running', error = '', ended_at = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND run_id = sqlc.arg(run_id) AND state = 'failed';

-- name: InsertSetAside :exec
INSERT INTO run_set_aside (tenant_id, run_id, file_id, error)
SELECT sqlc.arg(tenant_id), sqlc.arg(run_id), unnest(sqlc.arg(file_ids)::uuid[]), unnest(sqlc.arg(errors)::text[]);

-- name: OpenChunkOf :one
-- The tenant's open chunk if a job has it, unlocked: what to prepare for. alone:
-- it is the chain's own and no store waits, so that the next step follows it.
SELECT c.run_id, c.no, r.kind, r.period_on, r.rule_version,
  (r.lane = 0 AND NOT EXISTS (SELECT FROM store_wait w WHERE w.tenant_id = c.tenant_id))::bool AS alone
FROM run_chunk c
JOIN period_run r ON r.tenant_id = c.tenant_id AND r.run_id = c.run_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.state = 'open' AND c.job_id = sqlc.arg(job_id) AND r.state = 'running';
