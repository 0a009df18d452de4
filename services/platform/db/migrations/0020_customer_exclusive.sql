-- +goose Up
-- Two claim one guest (客户归属争议, CUS-10). Until due_at they may settle it, from
-- then on the manager decides. Whose the guest is changes with the case's end,
-- in one transaction.
CREATE TABLE conflict_case (
  tenant_id     uuid NOT NULL,
  case_id       uuid NOT NULL,
  store_id      uuid NOT NULL,
  number_key    bytea NOT NULL,
  file_id       uuid NOT NULL, -- the file that holds the number
  holder_id     uuid NOT NULL, -- its owner; its writer while it was never approved
  claim_file_id uuid NOT NULL, -- the claimant's draft, which waits for the number
  claimant_id   uuid NOT NULL,
  texts_box     bytea NOT NULL, -- JSON of what the two and the manager say, sealed for the case
  state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'settled', 'decided')),
  outcome       text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'holder', 'claimant')),
  opened_at     timestamptz NOT NULL,
  due_at        timestamptz NOT NULL,
  ended_at      timestamptz,
  ended_by      uuid,
  decided_for   uuid, -- whose delegate the manager was
  escalated     smallint NOT NULL DEFAULT 0, -- the step it was last told to: staff.Step
  escalated_to  uuid[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, case_id),
  UNIQUE (tenant_id, claim_file_id),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, claim_file_id) REFERENCES guest (tenant_id, file_id) ON DELETE CASCADE,
  CHECK ((state = 'open') = (outcome = '')), CHECK ((state = 'open') = (ended_at IS NULL))
);
SELECT wall('conflict_case');
-- One open case per number and store.
CREATE UNIQUE INDEX conflict_case_open ON conflict_case (tenant_id, store_id, number_key) WHERE state = 'open';
CREATE INDEX conflict_case_due ON conflict_case (tenant_id, due_at, case_id) WHERE state = 'open';
CREATE INDEX conflict_case_ended ON conflict_case (tenant_id, ended_at DESC, case_id DESC) WHERE state <> 'open';
CREATE INDEX conflict_case_file ON conflict_case (tenant_id, file_id);

-- Further numbers of a file (VIS-12): the guest's own ones, which file_number
-- holds too and which are exclusive (CUS-10), and those of the people who book
-- for him, which may stand on several files.
CREATE TABLE file_contact (
  tenant_id  uuid NOT NULL,
  contact_id uuid NOT NULL,
  file_id    uuid NOT NULL,
  store_id   uuid NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('own', 'secretary', 'driver', 'assistant', 'family', 'other')),
  number_key bytea NOT NULL,
  number_box bytea NOT NULL,
  name_box   bytea, -- the contact's name, sealed for the contact; null: none, or the guest's own number
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, contact_id),
  UNIQUE (tenant_id, file_id, number_key),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id) ON DELETE CASCADE
);
SELECT wall('file_contact');
CREATE INDEX file_contact_number ON file_contact (tenant_id, store_id, number_key);

-- Who called when somebody booked for a guest (VIS-12); null: the guest himself.
ALTER TABLE booking ADD COLUMN contact_id uuid;

-- A tie may begin by a conflict case.
ALTER TABLE tie DROP CONSTRAINT tie_origin_check;
ALTER TABLE tie ADD CONSTRAINT tie_origin_check CHECK (origin IN ('approval', 'import', 'adoption', 'claim', 'assignment', 'handover', 'appeal', 'conflict'));

CREATE VIEW customer_pub.conflict WITH (security_invoker = true) AS
  SELECT tenant_id, case_id, store_id, file_id, holder_id, claimant_id, due_at, escalated, escalated_to FROM conflict_case WHERE state = 'open';
-- Which file holds a number in a store, also one not approved yet; until when.
CREATE VIEW customer_pub.number WITH (security_invoker = true) AS
  SELECT tenant_id, store_id, number_key, file_id, reserved_until FROM file_number;
GRANT SELECT ON customer_pub.conflict, customer_pub.number TO changke_app;
