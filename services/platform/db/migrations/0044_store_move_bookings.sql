-- +goose Up
-- Bookings to come of a store that ends (HND-08): with a merging they go to the other
-- store, with a closing they are called off.
ALTER TABLE store_move
  ADD COLUMN bookings int NOT NULL DEFAULT 0, -- that went there, or were called off
  ADD COLUMN unplaced int NOT NULL DEFAULT 0, -- of them without a place there yet
  ADD COLUMN untold   int NOT NULL DEFAULT 0; -- of them those whose guest could not be written to
