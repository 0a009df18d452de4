-- +goose Up
-- What a file says of a guest rests as ciphertext under the chain's data key,
-- bound to its row: fields and free texts. Only guest.name and guest.initials
-- stay readable, for the search.
ALTER TABLE file_revision
  DROP COLUMN fields,
  DROP COLUMN reasons,
  ADD COLUMN fields_box bytea NOT NULL,  -- customer.Fields in JSON; bound to file_revision and its row
  ADD COLUMN reasons_box bytea;          -- [{"field","reason"}]; bound to file_revision.reasons and its row; null: none
