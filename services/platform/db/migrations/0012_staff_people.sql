-- +goose Up
-- Why a post was given or taken: a transfer says it on both.
ALTER TABLE assignment
  ADD COLUMN reason     text NOT NULL DEFAULT '',
  ADD COLUMN end_reason text NOT NULL DEFAULT '';

-- A period of employment that ended or is going to (ACC-03). The running one is
-- on person; somebody who comes back keeps the rows of his earlier ones.
CREATE TABLE leaving (
  tenant_id   uuid NOT NULL,
  person_id   uuid NOT NULL,
  entry_on    date NOT NULL, -- first day of the period
  left_on     date NOT NULL, -- first day no longer employed
  reason      text NOT NULL DEFAULT '',
  recorded_by uuid,          -- null: came with an import
  recorded_at timestamptz NOT NULL,
  closed_by   uuid,          -- who closed the procedure (离职手续办结)
  closed_at   timestamptz,
  PRIMARY KEY (tenant_id, person_id, entry_on),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id),
  CHECK (left_on >= entry_on)
);
SELECT wall('leaving');

-- Long leave: the person stays employed, and requests that wait for him go to
-- his delegate or escalate (ROL-05).
CREATE TABLE absence (
  tenant_id   uuid NOT NULL,
  absence_id  uuid NOT NULL,
  person_id   uuid NOT NULL,
  from_on     date NOT NULL,
  to_on       date, -- first day back; null: not known yet
  kind        text NOT NULL CHECK (kind IN ('annual', 'sick', 'maternity', 'personal', 'other')),
  reason      text NOT NULL DEFAULT '',
  recorded_by uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, absence_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id),
  CHECK (to_on IS NULL OR to_on >= from_on)
);
SELECT wall('absence');
CREATE INDEX absence_person ON absence (tenant_id, person_id, from_on);

-- Form 1 (ACC-01): a store asks head office to open an account for a member of
-- its staff.
CREATE TABLE account_request (
  tenant_id   uuid NOT NULL,
  request_id  uuid NOT NULL,
  store_id    uuid NOT NULL,
  person_id   uuid, -- who it is for; of somebody who is not on the list yet: once opened
  staff_no    text NOT NULL,
  name        text NOT NULL,
  position    text NOT NULL,
  entry_on    date NOT NULL,
  number_key  bytea NOT NULL,
  number_box  bytea NOT NULL, -- bound to account_request and its row
  reason      text NOT NULL,
  state       text NOT NULL CHECK (state IN ('pending', 'opened', 'refused', 'withdrawn')),
  applied_by  uuid NOT NULL,
  applied_at  timestamptz NOT NULL,
  due_at      timestamptz NOT NULL, -- by the clock
  late_at     timestamptz, -- when it was marked late, once (ACC-02)
  decided_by  uuid,
  decided_for uuid, -- the holder, when a delegate decided (ROL-05)
  decided_at  timestamptz,
  refusal     text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, request_id),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('account_request');
CREATE UNIQUE INDEX account_request_open ON account_request (tenant_id, staff_no) WHERE state = 'pending';
CREATE INDEX account_request_due ON account_request (tenant_id, due_at, request_id) WHERE state = 'pending';
CREATE INDEX account_request_store ON account_request (tenant_id, store_id, request_id DESC);

-- What counts against a handler (ACC-02): one line for each who could have
-- opened a request and let it run late.
CREATE TABLE service_record (
  tenant_id  uuid NOT NULL,
  request_id uuid NOT NULL,
  person_id  uuid NOT NULL,
  kind       text NOT NULL CHECK (kind = 'account_late'),
  at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, request_id, person_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES account_request (tenant_id, request_id)
);
SELECT wall_append_only('service_record');
CREATE INDEX service_record_person ON service_record (tenant_id, person_id, at);

-- One-time codes: to activate an account or to set a new password. A person has
-- one live code at most; a newer one voids it.
CREATE TABLE activation (
  tenant_id     uuid NOT NULL,
  activation_id uuid NOT NULL,
  person_id     uuid NOT NULL,
  code_hash     text NOT NULL, -- argon2id
  issued_by     uuid NOT NULL,
  issued_at     timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  used_at       timestamptz,
  voided_at     timestamptz,
  PRIMARY KEY (tenant_id, activation_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('activation');
CREATE UNIQUE INDEX activation_live ON activation (tenant_id, person_id) WHERE used_at IS NULL AND voided_at IS NULL;

-- A list of staff as it was uploaded: boxed until it is published or thrown
-- away, so that nothing of it lies open in the database.
CREATE TABLE staff_import (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  import_id    uuid NOT NULL,
  file_name    text NOT NULL,
  file_box     bytea, -- bound to staff_import and its row; null once it is over
  state        text NOT NULL CHECK (state IN ('staged', 'published', 'discarded')),
  rows         int NOT NULL,
  added        int NOT NULL DEFAULT 0, -- people entered by publishing
  uploaded_by  uuid NOT NULL,
  uploaded_at  timestamptz NOT NULL,
  published_at timestamptz,
  PRIMARY KEY (tenant_id, import_id)
);
SELECT wall('staff_import');

-- A secret in a message (a one-time code): boxed, shown nowhere, dropped when
-- the message has gone.
ALTER TABLE message ADD COLUMN secret_box bytea;

-- A file whose number turned out to be an employee's (CUS-05).
CREATE TABLE file_staff_flag (
  tenant_id  uuid NOT NULL,
  file_id    uuid NOT NULL,
  person_id  uuid NOT NULL,
  flagged_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, file_id, person_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id)
);
SELECT wall('file_staff_flag');

-- Requests for accounts as head office and stores see them on their day.
CREATE VIEW staff_pub.account_request WITH (security_invoker = true) AS
  SELECT r.tenant_id, r.request_id, r.store_id, r.person_id, r.state, r.applied_by, r.due_at, r.late_at, r.decided_at,
    EXISTS (SELECT FROM person p WHERE p.tenant_id = r.tenant_id AND p.person_id = r.person_id AND p.password_hash IS NOT NULL) AS activated
  FROM account_request r;
GRANT SELECT ON staff_pub.account_request TO changke_app;
