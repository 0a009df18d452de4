-- +goose Up
-- An import: staged and checked as a whole, then published in blocks, each in
-- one transaction with the cursor, so that an interrupted one goes on.
CREATE TABLE import_batch (
  tenant_id  uuid NOT NULL REFERENCES tenant,
  import_id  uuid NOT NULL,
  digest     bytea NOT NULL, -- SHA-256 over its files: the same data is the same import
  state      text NOT NULL CHECK (state IN ('staging', 'checked', 'publishing', 'done')),
  step       text NOT NULL DEFAULT '', -- which file is being published
  next_row   int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  ended_at   timestamptz,
  PRIMARY KEY (tenant_id, import_id),
  UNIQUE (tenant_id, digest)
);
SELECT wall('import_batch');

CREATE TABLE import_row (
  tenant_id  uuid NOT NULL,
  import_id  uuid NOT NULL,
  step       text NOT NULL,
  row_no     int NOT NULL,
  data       jsonb NOT NULL, -- the columns without the number
  number_key bytea,
  number_box bytea, -- bound to import_row and its row
  PRIMARY KEY (tenant_id, import_id, step, row_no),
  FOREIGN KEY (tenant_id, import_id) REFERENCES import_batch (tenant_id, import_id)
);
SELECT wall('import_row');
