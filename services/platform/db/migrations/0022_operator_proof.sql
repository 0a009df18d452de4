-- +goose Up
-- When an operator last proved in a session that it is he: by coming in, or by a
-- code before what can't be undone.
ALTER TABLE operator.session ADD COLUMN proven_at timestamptz;
UPDATE operator.session SET proven_at = created_at;
ALTER TABLE operator.session ALTER COLUMN proven_at SET NOT NULL;
