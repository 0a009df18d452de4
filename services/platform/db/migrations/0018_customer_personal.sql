-- +goose Up
-- What a file says of a guest rests as ciphertext under the chain's data key,
-- bound to its row: fields and free texts. Only guest.name and guest.initials
-- stay readable, for the search.
ALTER TABLE file_revision
  DROP COLUMN fields,
  DROP COLUMN reasons,
  ADD COLUMN fields_box bytea NOT NULL,  -- customer.Fields in JSON; bound to file_revision and its row
  ADD COLUMN reasons_box bytea;          -- [{"field","reason"}]; bound to file_revision.reasons and its row; null: none

-- Why somebody looked is free text and may name the guest: boxed, and gone with
-- the file, while the line that he looked stays.
ALTER TABLE number_reveal
  DROP COLUMN reason,
  ADD COLUMN field text NOT NULL DEFAULT 'number' CHECK (field IN ('number', 'name', 'birthday'));
CREATE TABLE reveal_reason (
  tenant_id  uuid NOT NULL,
  reveal_id  uuid NOT NULL,
  file_id    uuid NOT NULL,
  reason_box bytea NOT NULL, -- bound to reveal_reason and its row
  PRIMARY KEY (tenant_id, reveal_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id) ON DELETE CASCADE
);
SELECT wall('reveal_reason');
CREATE INDEX reveal_reason_file ON reveal_reason (tenant_id, file_id);

-- How often somebody has revealed on a business day of the chain.
CREATE TABLE reveal_count (
  tenant_id     uuid NOT NULL,
  person_id     uuid NOT NULL,
  business_date date NOT NULL,
  shown         int NOT NULL CHECK (shown > 0),
  PRIMARY KEY (tenant_id, person_id, business_date)
);
SELECT wall('reveal_count');
