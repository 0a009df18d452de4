-- +goose Up
-- Lists of customers, uploaded in the console, take the road that directories
-- take: staged, checked as a whole, published in blocks under the same cursor.
ALTER TABLE import_batch DROP CONSTRAINT import_batch_state_check;
ALTER TABLE import_batch
  ALTER COLUMN digest DROP NOT NULL, -- of directories only
  ADD COLUMN kind         text NOT NULL DEFAULT 'directory' CHECK (kind IN ('directory', 'customers')),
  ADD COLUMN file_name    text NOT NULL DEFAULT '',
  ADD COLUMN file_bytes   int NOT NULL DEFAULT 0,
  ADD COLUMN parts        int NOT NULL DEFAULT 0, -- in which the file comes
  ADD COLUMN file_digest  bytea, -- SHA-256 that the browser says the file has; null: it said none
  ADD COLUMN uploaded_by  uuid,
  ADD COLUMN published_by uuid,
  ADD COLUMN published_at timestamptz, -- when publishing began
  ADD COLUMN live_on      date, -- from when on ties of the list are judged (RUL-06)
  ADD COLUMN header       jsonb NOT NULL DEFAULT '{}', -- which column stands where
  ADD COLUMN lines        int NOT NULL DEFAULT 0, -- with a customer on them
  ADD COLUMN done         int NOT NULL DEFAULT 0, -- of what is being done now
  ADD COLUMN wrong        int NOT NULL DEFAULT 0,
  ADD COLUMN noted        int NOT NULL DEFAULT 0,
  ADD COLUMN published    int NOT NULL DEFAULT 0,
  ADD COLUMN fault        text NOT NULL DEFAULT '', -- why a file could not be read
  ADD COLUMN beat_at      timestamptz, -- when somebody last worked on it
  ADD CONSTRAINT import_batch_state_check CHECK (state IN ('uploading', 'reading', 'staging', 'checking', 'checked', 'publishing', 'done', 'discarded', 'failed'));
CREATE INDEX import_batch_kind ON import_batch (tenant_id, kind, import_id DESC);

-- A row lies boxed as a whole: names and remarks are no less personal than
-- numbers. What was staged before this lies in an import that has to be staged anew.
ALTER TABLE import_row
  DROP COLUMN data,
  DROP COLUMN number_box,
  ADD COLUMN row_box  bytea NOT NULL DEFAULT '', -- bound to import_row and its row; empty: the import is over
  ADD COLUMN at_store uuid, -- the store a line was found to be of
  ADD COLUMN grade    smallint NOT NULL DEFAULT 0, -- 0 right, 1 with a remark, 2 wrong
  ADD COLUMN findings jsonb NOT NULL DEFAULT '[]'; -- columns and reasons, never what stands in a cell
CREATE INDEX import_row_grade ON import_row (tenant_id, import_id, grade, row_no) WHERE grade > 0;

-- The file as it comes, part by part; gone once it is read.
CREATE TABLE import_part (
  tenant_id uuid NOT NULL,
  import_id uuid NOT NULL,
  no        int NOT NULL, -- from 0
  part_box  bytea NOT NULL, -- bound to import_part and its row
  PRIMARY KEY (tenant_id, import_id, no),
  FOREIGN KEY (tenant_id, import_id) REFERENCES import_batch (tenant_id, import_id)
);
SELECT wall('import_part');

-- What a list calls stores and people by other words than ours, and who is meant.
CREATE TABLE import_text (
  tenant_id uuid NOT NULL,
  import_id uuid NOT NULL,
  kind      text NOT NULL CHECK (kind IN ('store', 'staff')),
  text_key  bytea NOT NULL, -- keyed digest of the text
  text_box  bytea NOT NULL, -- bound to import_text and its row
  lines     int NOT NULL DEFAULT 0,
  target_id uuid, -- the store or person meant; null: nobody has said
  PRIMARY KEY (tenant_id, import_id, kind, text_key),
  FOREIGN KEY (tenant_id, import_id) REFERENCES import_batch (tenant_id, import_id)
);
SELECT wall('import_text');

-- A tie taken over may be older than the day from which it is judged (RUL-06).
ALTER TABLE tie ADD COLUMN former_on date; -- its first day in the former system; null: start_on
