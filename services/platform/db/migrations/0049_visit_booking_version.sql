-- +goose Up
-- Of two people who edit a booking from the same page the second is told.
ALTER TABLE booking ADD COLUMN version int NOT NULL DEFAULT 1; -- raised with every edit
