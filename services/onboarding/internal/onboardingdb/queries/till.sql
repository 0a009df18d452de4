-- Files of tills and booking systems: import_batch rows of the kinds 'bills' and
-- 'bookings'.

-- name: KindOf :one
SELECT kind FROM import_batch WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: UseSource :exec
UPDATE import_batch SET source_id = sqlc.narg(source_id), source_name = @source_name, mapping = @mapping, store_ids = @store_ids
WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: Till :one
SELECT import_id, kind, file_name, file_bytes, parts, state, sheet, header, mapping, source_name, store_ids, lines, done, wrong, noted, fresh, same, changed, loose, fault, uploaded_by, created_at, ended_at
FROM import_batch WHERE tenant_id = @tenant_id AND import_id = @import_id AND kind IN ('bills', 'bookings');

-- name: Tills :many
-- Newest first, of one person or of everybody.
SELECT import_id, kind, file_name, file_bytes, parts, state, sheet, header, mapping, source_name, store_ids, lines, done, wrong, noted, fresh, same, changed, loose, fault, uploaded_by, created_at, ended_at
FROM import_batch WHERE tenant_id = @tenant_id AND kind IN ('bills', 'bookings') AND import_id < @before AND uploaded_by = ANY(@people::uuid[])
ORDER BY import_id DESC LIMIT @most;

-- name: AllTills :many
SELECT import_id, kind, file_name, file_bytes, parts, state, sheet, header, mapping, source_name, store_ids, lines, done, wrong, noted, fresh, same, changed, loose, fault, uploaded_by, created_at, ended_at
FROM import_batch WHERE tenant_id = @tenant_id AND kind IN ('bills', 'bookings') AND import_id < @before
ORDER BY import_id DESC LIMIT @most;

-- name: ToMapping :execrows
UPDATE import_batch SET state = 'mapping', next_row = 0, done = 0, mapping = @mapping, beat_at = NULL
WHERE tenant_id = @tenant_id AND import_id = @import_id AND state = 'reading';

-- name: SetSheet :exec
UPDATE import_batch SET sheet = @sheet WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: MapTill :execrows
UPDATE import_batch SET state = 'checking', next_row = 0, done = 0, wrong = 0, noted = 0, beat_at = @now,
  mapping = @mapping, source_id = sqlc.narg(source_id), source_name = @source_name, store_ids = @store_ids
WHERE tenant_id = @tenant_id AND import_id = @import_id AND state IN ('mapping', 'checked');

-- name: GradeItems :exec
UPDATE import_row r SET number_key = nullif(g.number_key, ''::bytea), at_store = nullif(g.at_store, '00000000-0000-0000-0000-000000000000'::uuid), grade = g.grade, findings = g.findings::jsonb,
  item_key = nullif(g.item_key, ''::bytea), item_digest = g.item_digest, at_day = nullif(g.at_day, '1970-01-01'::date), items = g.items, sum_fen = g.sum_fen
FROM (SELECT unnest(@row_nos::int[]) AS row_no, unnest(@number_keys::bytea[]) AS number_key, unnest(@at_stores::uuid[]) AS at_store, unnest(@grades::smallint[]) AS grade,
             unnest(@findings::text[]) AS findings, unnest(@item_keys::bytea[]) AS item_key, unnest(@item_digests::bytea[]) AS item_digest, unnest(@at_days::date[]) AS at_day,
             unnest(@items::smallint[]) AS items, unnest(@sums::bigint[]) AS sum_fen) AS g
WHERE r.tenant_id = @tenant_id AND r.import_id = @import_id AND r.step = @step AND r.row_no = g.row_no;

-- name: ItemDoubles :many
-- Lines that say the same bill or booking once more: word for word, or otherwise.
SELECT d.row_no, d.first_no::int AS first_no, (d.item_digest = d.first_digest)::boolean AS alike FROM (
  SELECT r.row_no, r.item_digest, first_value(r.row_no) OVER w AS first_no, first_value(r.item_digest) OVER w AS first_digest
  FROM import_row r WHERE r.tenant_id = @tenant_id AND r.import_id = @import_id AND r.step = @step AND r.item_key IS NOT NULL AND r.grade < 2
  WINDOW w AS (PARTITION BY r.item_key ORDER BY r.row_no)
) d WHERE d.row_no <> d.first_no ORDER BY d.row_no;

-- name: MarkItems :exec
-- Adds a finding to lines and raises their grade; a line that another says counts no more.
UPDATE import_row r SET grade = greatest(r.grade, g.grade), findings = r.findings || g.finding::jsonb,
  items = CASE WHEN @twice::boolean THEN 0 ELSE r.items END, sum_fen = CASE WHEN @twice::boolean THEN 0 ELSE r.sum_fen END
FROM (SELECT unnest(@row_nos::int[]) AS row_no, unnest(@grades::smallint[]) AS grade, unnest(@findings::text[]) AS finding) AS g
WHERE r.tenant_id = @tenant_id AND r.import_id = @import_id AND r.step = @step AND r.row_no = g.row_no;

-- name: ItemDays :many
-- What the days of a file come to; lines whose store or day is not known stand under none.
SELECT at_store, at_day, count(*) FILTER (WHERE items > 0 AND grade < 2)::int AS items, coalesce(sum(sum_fen) FILTER (WHERE grade < 2), 0)::bigint AS sum_fen, count(*) FILTER (WHERE grade = 2)::int AS wrong
FROM import_row
WHERE tenant_id = @tenant_id AND import_id = @import_id
GROUP BY at_store, at_day ORDER BY at_day, at_store LIMIT 2000;

-- name: ItemStores :many
SELECT DISTINCT at_store FROM import_row
WHERE tenant_id = @tenant_id AND import_id = @import_id AND grade < 2 AND at_store IS NOT NULL;

-- name: CountItems :exec
UPDATE import_batch SET fresh = fresh + @fresh, same = same + @same, changed = changed + @changed, loose = loose + @loose, wrong = wrong + @wrong, noted = noted + @noted
WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: DeleteRightRows :exec
DELETE FROM import_row WHERE tenant_id = @tenant_id AND import_id = @import_id AND grade = 0;

-- name: Sources :many
-- The last used first.
SELECT source_id, kind, name, store_id, mapping, used_at FROM import_source
WHERE tenant_id = @tenant_id ORDER BY used_at DESC NULLS LAST, source_id LIMIT 1000;

-- name: Source :one
SELECT source_id, kind, name, store_id, mapping, used_at FROM import_source
WHERE tenant_id = @tenant_id AND source_id = @source_id;

-- name: PutSource :one
INSERT INTO import_source (tenant_id, source_id, kind, name, store_id, mapping, used_at, changed_by, changed_at)
VALUES (@tenant_id, @source_id, @kind, @name, sqlc.narg(store_id), @mapping, @now, @changed_by, @now)
ON CONFLICT (tenant_id, kind, store_id, name) DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at, changed_by = excluded.changed_by, changed_at = excluded.changed_at
RETURNING source_id;

-- name: SourceUsed :exec
UPDATE import_source SET used_at = @now WHERE tenant_id = @tenant_id AND source_id = @source_id;

-- name: DeleteSource :execrows
DELETE FROM import_source WHERE tenant_id = @tenant_id AND source_id = @source_id;
