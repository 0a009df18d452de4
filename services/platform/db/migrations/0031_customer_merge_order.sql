-- +goose Up
-- Mergings into a file in their order, for the last one is undone first; ids and
-- moments may be equal. What a guest agreed to on a file that became part of
-- another is read there: no line of consent is copied.
ALTER TABLE file_merge
  DROP COLUMN consents,
  ADD COLUMN no int NOT NULL DEFAULT 1;
ALTER TABLE file_merge
  ALTER COLUMN no DROP DEFAULT,
  ADD UNIQUE (tenant_id, survivor_id, no);
DROP INDEX file_merge_survivor;
