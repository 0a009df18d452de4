-- name: CountReveal :one
-- One more of somebody's reveals of a day. No row: there are no more; of many at
-- once exactly as many get one as are left.
INSERT INTO reveal_count (tenant_id, person_id, business_date, shown)
SELECT sqlc.arg(tenant_id), sqlc.arg(person_id), sqlc.arg(business_date), 1 WHERE sqlc.arg(quota)::int > 0
ON CONFLICT (tenant_id, person_id, business_date) DO UPDATE SET shown = reveal_count.shown + 1
WHERE reveal_count.shown < sqlc.arg(quota)::int
RETURNING shown;

-- name: InsertReveal :exec
INSERT INTO number_reveal (tenant_id, reveal_id, file_id, person_id, for_id, at, field)
VALUES (sqlc.arg(tenant_id), sqlc.arg(reveal_id), sqlc.arg(file_id), sqlc.arg(person_id), sqlc.narg(for_id), sqlc.arg(now), sqlc.arg(field));

-- name: InsertRevealReason :exec
INSERT INTO reveal_reason (tenant_id, reveal_id, file_id, reason_box)
VALUES (sqlc.arg(tenant_id), sqlc.arg(reveal_id), sqlc.arg(file_id), sqlc.arg(reason_box));
