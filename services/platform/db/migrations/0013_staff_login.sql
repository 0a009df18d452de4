-- +goose Up
-- When the person last proved himself in this session, by login or by step-up:
-- sensitive acts ask for a proof of a few minutes ago.
ALTER TABLE session ADD COLUMN proven_at timestamptz NOT NULL DEFAULT 'epoch';
