-- +goose Up
-- Exports of tills and booking systems take the road of lists of customers, with
-- one stop more: somebody says which column is what, once for each source.
ALTER TABLE import_batch DROP CONSTRAINT import_batch_kind_check, DROP CONSTRAINT import_batch_state_check;
ALTER TABLE import_batch
  ADD COLUMN sheet       text NOT NULL DEFAULT '', -- that was read
  ADD COLUMN mapping     jsonb NOT NULL DEFAULT '{}', -- how it is read; headers and ids, nothing of a guest
  ADD COLUMN source_id   uuid, -- null: none yet, or forgotten
  ADD COLUMN source_name text NOT NULL DEFAULT '',
  ADD COLUMN store_ids   uuid[], -- stores that whoever brought it may import into; null: all
  ADD COLUMN fresh       int NOT NULL DEFAULT 0, -- lines recorded for the first time
  ADD COLUMN same        int NOT NULL DEFAULT 0,
  ADD COLUMN changed     int NOT NULL DEFAULT 0,
  ADD COLUMN loose       int NOT NULL DEFAULT 0, -- of guest and booking unknown
  ADD CONSTRAINT import_batch_kind_check CHECK (kind IN ('directory', 'customers', 'bills', 'bookings')),
  ADD CONSTRAINT import_batch_state_check CHECK (state IN ('uploading', 'reading', 'staging', 'mapping', 'checking', 'checked', 'publishing', 'done', 'discarded', 'failed'));

-- What lines of a file have in common, without anything of a guest.
ALTER TABLE import_row
  ADD COLUMN item_key    bytea, -- keyed digest of store and bill number or booking reference
  ADD COLUMN item_digest bytea, -- keyed digest of all that the line says
  ADD COLUMN at_day      date, -- the business day it was found to be of
  ADD COLUMN items       smallint NOT NULL DEFAULT 0, -- 1: counts among the day's paid bills or bookings
  ADD COLUMN sum_fen     bigint NOT NULL DEFAULT 0; -- what it adds to the day's sum

-- How the files of a source are read, kept by head office or by a store.
CREATE TABLE import_source (
  tenant_id  uuid NOT NULL REFERENCES tenant,
  source_id  uuid NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('bills', 'bookings')),
  name       text NOT NULL,
  store_id   uuid, -- null: head office's, for all stores
  mapping    jsonb NOT NULL,
  used_at    timestamptz,
  changed_by uuid NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, source_id),
  UNIQUE NULLS NOT DISTINCT (tenant_id, kind, store_id, name),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, changed_by) REFERENCES person (tenant_id, person_id)
);
SELECT wall('import_source');
