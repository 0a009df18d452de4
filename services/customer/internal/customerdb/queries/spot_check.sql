-- name: FirstApproval :one
-- The day from which months are drawn; no row: nothing was ever approved.
SELECT approved_on FROM file_revision WHERE tenant_id = sqlc.arg(tenant_id) AND approved_on IS NOT NULL ORDER BY approved_on LIMIT 1;

-- name: LastSpotCheckRun :one
SELECT month FROM spot_check_run WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY month DESC LIMIT 1;

-- name: ApprovedIn :many
-- What was approved last of each file from a day to before another, of files
-- that have a standing.
SELECT DISTINCT ON (r.file_id) r.file_id, r.store_id, r.revision_id, r.writer_id, r.decided_by, r.approved_on
FROM file_revision r
JOIN guest g ON g.tenant_id = r.tenant_id AND g.file_id = r.file_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.approved_on >= sqlc.arg(from_on)::date AND r.approved_on < sqlc.arg(to_on)::date AND g.approved_on IS NOT NULL
ORDER BY r.file_id, r.no DESC;

-- name: InsertSpotCheckRun :execrows
-- Whoever comes second finds the month drawn.
INSERT INTO spot_check_run (tenant_id, month, seed, percent, rule_version, approved, drawn, drawn_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(month), sqlc.arg(seed), sqlc.arg(percent), sqlc.arg(rule_version), sqlc.arg(approved), sqlc.arg(drawn), sqlc.arg(now))
ON CONFLICT (tenant_id, month) DO NOTHING;

-- name: InsertSpotChecks :exec
-- Lists are unnested side by side in one SELECT, all of one length.
INSERT INTO spot_check (tenant_id, month, file_id, store_id, revision_id, approved_on, referrer_id, reviewer_id)
SELECT sqlc.arg(tenant_id), sqlc.arg(month), i.file_id, i.store_id, i.revision_id, i.approved_on, i.referrer_id, i.reviewer_id
FROM (SELECT unnest(sqlc.arg(files)::uuid[]) AS file_id, unnest(sqlc.arg(stores)::uuid[]) AS store_id, unnest(sqlc.arg(revisions)::uuid[]) AS revision_id,
  unnest(sqlc.arg(approved_ons)::date[]) AS approved_on, unnest(sqlc.arg(referrers)::uuid[]) AS referrer_id, unnest(sqlc.arg(reviewers)::uuid[]) AS reviewer_id) i;

-- name: SpotCheckMonths :many
-- Newest first, counted over the stores in reach.
SELECT r.month, r.seed, r.percent, r.rule_version, r.approved, r.drawn_at, c.drawn, c.checked, c.found
FROM spot_check_run r
CROSS JOIN LATERAL (
  SELECT count(*)::int AS drawn, count(c.result)::int AS checked, (count(*) FILTER (WHERE c.result <> 'fine'))::int AS found
  FROM spot_check c WHERE c.tenant_id = r.tenant_id AND c.month = r.month AND c.store_id = ANY(sqlc.arg(stores)::uuid[])
) c
WHERE r.tenant_id = sqlc.arg(tenant_id)
ORDER BY r.month DESC LIMIT 60;

-- name: SpotChecks :many
-- Those not checked yet first, then by store and file, after one.
SELECT c.file_id, c.store_id, c.approved_on, c.referrer_id, c.reviewer_id, c.result, c.checked_by, c.checked_at, f.findings_box
FROM spot_check c
LEFT JOIN spot_check_finding f ON f.tenant_id = c.tenant_id AND f.month = c.month AND f.file_id = c.file_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.month = sqlc.arg(month) AND c.store_id = ANY(sqlc.arg(stores)::uuid[])
  AND (c.result IS NOT NULL, c.store_id, c.file_id) > (sqlc.arg(after_checked)::boolean, sqlc.arg(after_store)::uuid, sqlc.arg(after_file)::uuid)
ORDER BY c.result IS NOT NULL, c.store_id, c.file_id LIMIT sqlc.arg(row_limit);

-- name: SpotCheck :one
SELECT c.file_id, c.store_id, c.approved_on, c.referrer_id, c.reviewer_id, c.result, c.checked_by, c.checked_at, f.findings_box
FROM spot_check c
LEFT JOIN spot_check_finding f ON f.tenant_id = c.tenant_id AND f.month = c.month AND f.file_id = c.file_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.month = sqlc.arg(month) AND c.file_id = sqlc.arg(file_id);

-- name: RecordSpotCheck :execrows
-- Of many who check at once exactly one finds it unchecked.
UPDATE spot_check SET result = sqlc.arg(result), checked_by = sqlc.arg(checked_by), checked_for = sqlc.narg(checked_for), checked_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND month = sqlc.arg(month) AND file_id = sqlc.arg(file_id) AND result IS NULL;

-- name: InsertSpotCheckFinding :exec
INSERT INTO spot_check_finding (tenant_id, month, file_id, findings_box)
VALUES (sqlc.arg(tenant_id), sqlc.arg(month), sqlc.arg(file_id), sqlc.arg(findings_box));

-- name: ReferrerRates :many
-- The worst first.
SELECT c.referrer_id AS person_id, count(*)::int AS checked, (count(*) FILTER (WHERE c.result <> 'fine'))::int AS found, (count(*) FILTER (WHERE c.result = 'not_real'))::int AS not_real
FROM spot_check c
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.month BETWEEN sqlc.arg(from_month)::date AND sqlc.arg(to_month)::date AND c.store_id = ANY(sqlc.arg(stores)::uuid[]) AND c.result IS NOT NULL
GROUP BY c.referrer_id
ORDER BY count(*) FILTER (WHERE c.result <> 'fine')::numeric / count(*) DESC, count(*) DESC, c.referrer_id LIMIT 100;

-- name: ReviewerRates :many
-- The worst first.
SELECT c.reviewer_id AS person_id, count(*)::int AS checked, (count(*) FILTER (WHERE c.result <> 'fine'))::int AS found, (count(*) FILTER (WHERE c.result = 'not_real'))::int AS not_real
FROM spot_check c
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.month BETWEEN sqlc.arg(from_month)::date AND sqlc.arg(to_month)::date AND c.store_id = ANY(sqlc.arg(stores)::uuid[]) AND c.result IS NOT NULL
GROUP BY c.reviewer_id
ORDER BY count(*) FILTER (WHERE c.result <> 'fine')::numeric / count(*) DESC, count(*) DESC, c.reviewer_id LIMIT 100;
