-- +goose Up
-- What a guest agreed to on a file that became part of another is read there; no
-- line of consent is copied.
ALTER TABLE file_merge DROP COLUMN consents;
