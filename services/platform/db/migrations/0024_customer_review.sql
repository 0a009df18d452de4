-- +goose Up
-- A file's standing and its open revision (CUS-12). While a file has a standing,
-- what a revision wants stands in the revision alone: guest keeps the values
-- that hold. state stays that of the open or last revision; 'ended': HQ found no
-- real guest behind it (CUS-04), and approved_on is null again.
ALTER TABLE guest
  ADD COLUMN editor_id uuid, -- who is to finish the open revision of a file with a standing; null: none is open
  ADD COLUMN ended_on  date, -- the day its standing ended
  DROP CONSTRAINT guest_state_check,
  ADD CONSTRAINT guest_state_check CHECK (state IN ('draft', 'stage1', 'stage2', 'submitted', 'approved', 'rejected', 'ended'));
ALTER TABLE file_revision
  ADD COLUMN number_key  bytea, -- the new number, while it is not approved; null: the number stays
  ADD COLUMN number_box  bytea, -- bound to the revision
  ADD COLUMN last4_rev   text COLLATE "C",
  ADD COLUMN approved_on date,  -- the store's business day of the approval; null: not approved, or imported so
  ADD CHECK ((number_key IS NULL) = (number_box IS NULL) AND (number_key IS NULL) = (last4_rev IS NULL));
CREATE INDEX file_revision_approved ON file_revision (tenant_id, approved_on) WHERE approved_on IS NOT NULL;

-- Changes that stores report (CHG-01); the request's id is the client's.
CREATE TABLE change_request (
  tenant_id     uuid NOT NULL,
  request_id    uuid NOT NULL,
  file_id       uuid NOT NULL,
  store_id      uuid NOT NULL,
  state         text NOT NULL CHECK (state IN ('pending', 'opened', 'refused', 'withdrawn', 'done')),
  fields        text[] NOT NULL, -- which, by name
  values_box    bytea NOT NULL,  -- customer.ChangeValues in JSON; bound to change_request and its row
  requested_by  uuid NOT NULL,
  requested_for uuid,
  requested_at  timestamptz NOT NULL,
  due_at        timestamptz NOT NULL,
  decided_by    uuid,
  decided_for   uuid,
  decided_at    timestamptz,
  refusal_box   bytea, -- bound to change_request.refusal and its row
  revision_id   uuid,  -- what it opened
  PRIMARY KEY (tenant_id, request_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id) ON DELETE CASCADE
);
SELECT wall('change_request');
CREATE UNIQUE INDEX change_request_pending ON change_request (tenant_id, file_id) WHERE state = 'pending';
CREATE INDEX change_request_queue ON change_request (tenant_id, store_id, due_at, request_id) WHERE state = 'pending';
CREATE INDEX change_request_store ON change_request (tenant_id, store_id, requested_at DESC, request_id DESC);
CREATE INDEX change_request_file ON change_request (tenant_id, file_id, requested_at DESC, request_id DESC);

-- Spot checks (CUS-04). The run is the guard that a month is drawn once; with
-- its seed, share and the files approved anybody can draw it again.
CREATE TABLE spot_check_run (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  month        date NOT NULL CHECK (extract(day FROM month) = 1),
  seed         bytea NOT NULL,
  percent      int NOT NULL,
  rule_version int NOT NULL,
  approved     int NOT NULL,
  drawn        int NOT NULL,
  drawn_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, month)
);
SELECT wall_append_only('spot_check_run');
-- Ids only: what it says of referrer and reviewer outlasts the file (DEL-03).
CREATE TABLE spot_check (
  tenant_id   uuid NOT NULL,
  month       date NOT NULL,
  file_id     uuid NOT NULL,
  store_id    uuid NOT NULL,
  revision_id uuid NOT NULL, -- what was approved
  approved_on date NOT NULL,
  referrer_id uuid NOT NULL, -- who submitted it
  reviewer_id uuid NOT NULL, -- who approved it
  result      text CHECK (result IN ('fine', 'finding', 'not_real')), -- null: not checked yet
  checked_by  uuid,
  checked_for uuid,
  checked_at  timestamptz,
  PRIMARY KEY (tenant_id, month, file_id),
  FOREIGN KEY (tenant_id, month) REFERENCES spot_check_run (tenant_id, month),
  CHECK ((result IS NULL) = (checked_at IS NULL))
);
SELECT wall('spot_check');
CREATE INDEX spot_check_file ON spot_check (tenant_id, file_id);
CREATE TABLE spot_check_finding (
  tenant_id    uuid NOT NULL,
  month        date NOT NULL,
  file_id      uuid NOT NULL,
  findings_box bytea NOT NULL, -- [{"field","reason"}]; bound to spot_check_finding and the file
  PRIMARY KEY (tenant_id, month, file_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id) ON DELETE CASCADE
);
SELECT wall('spot_check_finding');

-- What somebody has still to finish, and why it was begun.
CREATE OR REPLACE VIEW customer_pub.unfinished WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, writer_id, cause FROM file_revision WHERE state <> 'approved' AND state <> 'submitted';
-- Requests that wait for head office.
CREATE VIEW customer_pub.change WITH (security_invoker = true) AS
  SELECT tenant_id, request_id, store_id, requested_by, due_at FROM change_request WHERE state = 'pending';
CREATE VIEW customer_pub.spot_check WITH (security_invoker = true) AS
  SELECT tenant_id, month, file_id, store_id, referrer_id, reviewer_id, result FROM spot_check;
GRANT SELECT ON customer_pub.change, customer_pub.spot_check TO changke_app;
