-- Lists of customers: import_batch rows of the kind 'customers'. What files of tills
-- share with them takes the kind.

-- name: InsertUpload :exec
INSERT INTO import_batch (tenant_id, import_id, kind, state, file_name, file_bytes, parts, file_digest, uploaded_by, created_at)
VALUES (@tenant_id, @import_id, @kind, 'uploading', @file_name, @file_bytes, @parts, sqlc.narg(file_digest), @uploaded_by, @now);

-- name: UploadOf :one
-- An upload that was cut off goes on when the same file comes again.
SELECT import_id FROM import_batch
WHERE tenant_id = @tenant_id AND kind = @kind AND state = 'uploading' AND uploaded_by = @uploaded_by AND file_digest = @file_digest AND file_bytes = @file_bytes
ORDER BY import_id LIMIT 1;

-- name: CountOpen :one
SELECT count(*) FROM import_batch
WHERE tenant_id = @tenant_id AND kind = @kind AND state NOT IN ('done', 'discarded', 'failed');

-- name: LockKind :exec
-- Uploads of a chain begin one after another, so that their bound holds.
SELECT pg_advisory_xact_lock(hashtextextended(@tenant::text || ' customer lists', 0));

-- name: PutPart :execrows
INSERT INTO import_part (tenant_id, import_id, no, part_box)
VALUES (@tenant_id, @import_id, @no, @part_box)
ON CONFLICT (tenant_id, import_id, no) DO NOTHING;

-- name: PartNos :many
SELECT no FROM import_part WHERE tenant_id = @tenant_id AND import_id = @import_id ORDER BY no;

-- name: Parts :many
SELECT no, part_box FROM import_part WHERE tenant_id = @tenant_id AND import_id = @import_id ORDER BY no;

-- name: DeleteParts :exec
DELETE FROM import_part WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: Received :execrows
-- Whoever brings the last part starts the reading, once.
UPDATE import_batch b SET state = 'reading', beat_at = @now
WHERE b.tenant_id = @tenant_id AND b.import_id = @import_id AND b.state = 'uploading'
  AND b.parts = (SELECT count(*) FROM import_part p WHERE p.tenant_id = b.tenant_id AND p.import_id = b.import_id);

-- name: List :one
SELECT import_id, file_name, file_bytes, parts, state, header, lines, done, wrong, noted, published, fault, uploaded_by, published_by, created_at, published_at, ended_at
FROM import_batch WHERE tenant_id = @tenant_id AND import_id = @import_id AND kind = 'customers';

-- name: Lists :many
SELECT import_id, file_name, file_bytes, parts, state, header, lines, done, wrong, noted, published, fault, uploaded_by, published_by, created_at, published_at, ended_at
FROM import_batch WHERE tenant_id = @tenant_id AND kind = 'customers' AND import_id < @before
ORDER BY import_id DESC LIMIT @most;

-- name: SetHeader :exec
UPDATE import_batch SET header = @header WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: ReadOn :exec
-- So many lines more were read, up to a line of the file.
UPDATE import_batch SET next_row = @next_row, lines = lines + @did, done = done + @did, beat_at = @now
WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: ToChecking :execrows
UPDATE import_batch SET state = 'checking', next_row = 0, done = 0, wrong = 0, noted = 0, beat_at = @now
WHERE tenant_id = @tenant_id AND import_id = @import_id AND state = @expected;

-- name: GradeRows :exec
UPDATE import_row r SET number_key = nullif(g.number_key, ''::bytea), at_store = nullif(g.at_store, '00000000-0000-0000-0000-000000000000'::uuid), grade = g.grade, findings = g.findings::jsonb
FROM (SELECT unnest(@row_nos::int[]) AS row_no, unnest(@number_keys::bytea[]) AS number_key, unnest(@at_stores::uuid[]) AS at_store,
             unnest(@grades::smallint[]) AS grade, unnest(@findings::text[]) AS findings) AS g
WHERE r.tenant_id = @tenant_id AND r.import_id = @import_id AND r.step = @step AND r.row_no = g.row_no;

-- name: Doubles :many
-- Lines whose number stands on another line of the same store: a right one keeps it.
SELECT d.row_no, d.first_no::int AS first_no FROM (
  SELECT r.row_no, r.at_store, r.number_key, first_value(r.row_no) OVER (PARTITION BY r.at_store, r.number_key ORDER BY (r.grade = 2), r.row_no) AS first_no
  FROM import_row r WHERE r.tenant_id = @tenant_id AND r.import_id = @import_id AND r.step = @step AND r.at_store IS NOT NULL AND r.number_key IS NOT NULL
) d WHERE d.row_no <> d.first_no ORDER BY d.row_no;

-- name: AddWrong :exec
UPDATE import_row r SET grade = 2, findings = r.findings || g.finding::jsonb
FROM (SELECT unnest(@row_nos::int[]) AS row_no, unnest(@findings::text[]) AS finding) AS g
WHERE r.tenant_id = @tenant_id AND r.import_id = @import_id AND r.step = @step AND r.row_no = g.row_no;

-- name: ToReady :execrows
UPDATE import_batch b SET state = 'checked', next_row = 0, done = 0, beat_at = NULL,
  wrong = (SELECT count(*) FROM import_row r WHERE r.tenant_id = b.tenant_id AND r.import_id = b.import_id AND r.grade = 2),
  noted = (SELECT count(*) FROM import_row r WHERE r.tenant_id = b.tenant_id AND r.import_id = b.import_id AND r.grade = 1)
WHERE b.tenant_id = @tenant_id AND b.import_id = @import_id AND b.state = 'checking';

-- name: ToPublishing :execrows
UPDATE import_batch SET state = 'publishing', step = @step, next_row = 0, done = 0, live_on = @live_on, published_by = @published_by, published_at = @now::timestamptz, beat_at = @now::timestamptz
WHERE tenant_id = @tenant_id AND import_id = @import_id AND state = 'checked' AND lines > wrong AND (wrong = 0 OR @skip_wrong::boolean);

-- name: CountPublished :exec
UPDATE import_batch SET published = published + @published, wrong = wrong + @refused
WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: Fail :execrows
UPDATE import_batch SET state = 'failed', fault = @fault, ended_at = @now, beat_at = NULL
WHERE tenant_id = @tenant_id AND import_id = @import_id AND state = 'reading';

-- name: DiscardList :execrows
UPDATE import_batch SET state = 'discarded', ended_at = @now, beat_at = NULL
WHERE tenant_id = @tenant_id AND import_id = @import_id AND kind = ANY(@kinds::text[]) AND state IN ('uploading', 'reading', 'mapping', 'checking', 'checked');

-- name: Stale :many
-- Lists that somebody left lying.
SELECT import_id FROM import_batch
WHERE tenant_id = @tenant_id AND kind <> 'directory' AND created_at < @before AND state IN ('uploading', 'reading', 'mapping', 'checking', 'checked');

-- name: Forsaken :many
-- Work that nobody is doing.
SELECT import_id FROM import_batch
WHERE tenant_id = @tenant_id AND kind <> 'directory' AND state IN ('reading', 'checking', 'publishing') AND beat_at < @before;

-- name: TakeUp :execrows
-- One of many processes takes forsaken work up.
UPDATE import_batch SET beat_at = @now
WHERE tenant_id = @tenant_id AND import_id = @import_id AND state IN ('reading', 'checking', 'publishing') AND beat_at < @before;

-- name: DeletePublished :exec
DELETE FROM import_row WHERE tenant_id = @tenant_id AND import_id = @import_id AND grade < 2;

-- name: EmptyRows :exec
-- What was left out stays as lines and reasons, without anything of a person.
UPDATE import_row SET row_box = '', number_key = NULL WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: Lines :many
SELECT row_no, row_box, grade, findings FROM import_row
WHERE tenant_id = @tenant_id AND import_id = @import_id AND step = @step AND row_no > @after
ORDER BY row_no LIMIT @most;

-- name: LinesOfGrade :many
SELECT row_no, row_box, grade, findings FROM import_row
WHERE tenant_id = @tenant_id AND import_id = @import_id AND step = @step AND row_no > @after AND grade = @grade AND grade > 0
ORDER BY row_no LIMIT @most;

-- name: Texts :many
SELECT kind, text_key, text_box, lines, target_id FROM import_text
WHERE tenant_id = @tenant_id AND import_id = @import_id ORDER BY kind DESC, lines DESC, text_key;

-- name: CountTexts :exec
INSERT INTO import_text (tenant_id, import_id, kind, text_key, text_box, lines)
SELECT @tenant_id, @import_id, t.kind, t.text_key, t.text_box, t.lines
FROM (SELECT unnest(@kinds::text[]) AS kind, unnest(@text_keys::bytea[]) AS text_key, unnest(@text_boxes::bytea[]) AS text_box, unnest(@lines::int[]) AS lines) AS t
ON CONFLICT (tenant_id, import_id, kind, text_key) DO UPDATE SET lines = import_text.lines + excluded.lines;

-- name: ForgetCounts :exec
UPDATE import_text SET lines = 0 WHERE tenant_id = @tenant_id AND import_id = @import_id;

-- name: MeanText :execrows
UPDATE import_text SET target_id = sqlc.narg(target_id)
WHERE tenant_id = @tenant_id AND import_id = @import_id AND kind = @kind AND text_key = @text_key;

-- name: DeleteTexts :exec
DELETE FROM import_text WHERE tenant_id = @tenant_id AND import_id = @import_id;
