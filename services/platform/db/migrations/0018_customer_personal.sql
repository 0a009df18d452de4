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

-- Data keys have versions: the newest writes, all read. The look-up key has one
-- for ever.
ALTER TABLE tenant_key ADD COLUMN version int NOT NULL DEFAULT 1 CHECK (version BETWEEN 1 AND 60000);
ALTER TABLE tenant_key DROP CONSTRAINT tenant_key_pkey, ADD PRIMARY KEY (tenant_id, purpose, version);

-- How far a chain's boxes have been sealed anew under a version of its data key.
CREATE TABLE key_rotation (
  tenant_id uuid NOT NULL REFERENCES tenant,
  version   int NOT NULL,
  began_at  timestamptz NOT NULL,
  place     int NOT NULL DEFAULT 0, -- which column of boxes, in the program's order
  after_id  uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000', -- the last row looked at in it
  boxes     bigint NOT NULL DEFAULT 0, -- sealed anew so far
  ended_at  timestamptz, -- a look over everything found no older box
  PRIMARY KEY (tenant_id, version)
);
SELECT wall('key_rotation');
