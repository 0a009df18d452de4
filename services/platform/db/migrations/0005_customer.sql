-- +goose Up
-- The list row of a VIP file. Nothing on it changes when a bill comes, and no
-- index holds owner_id, so that a change of owner stays on its page (HOT).
CREATE TABLE guest (
  tenant_id   uuid NOT NULL,
  file_id     uuid NOT NULL,
  store_id    uuid NOT NULL,
  name        text COLLATE "C" NOT NULL,
  initials    text COLLATE "C" NOT NULL, -- 拼音首字母, lower case, e.g. zsf
  sex         smallint NOT NULL DEFAULT 0, -- 0 not said, 1 male, 2 female
  number_key  bytea NOT NULL,
  number_box  bytea NOT NULL,
  last4_rev   text COLLATE "C" NOT NULL, -- last four digits, last one first
  state       text NOT NULL CHECK (state IN ('draft', 'stage1', 'stage2', 'submitted', 'approved', 'rejected')),
  owner_id    uuid, -- written by ownership only, with the tie
  owned_since date,
  approved_on date, -- business day of the first approval; null: never (CUS-12)
  blacklisted boolean NOT NULL DEFAULT false,
  imported    boolean NOT NULL DEFAULT false, -- approved in the former system
  writer_id   uuid NOT NULL,
  request_id  uuid NOT NULL, -- made by the client: a retry makes no second file
  import_id   uuid,
  version     int NOT NULL DEFAULT 1,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, file_id),
  UNIQUE (tenant_id, request_id),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  CHECK ((owner_id IS NULL) = (owned_since IS NULL))
) WITH (fillfactor = 80);
SELECT wall('guest');
CREATE INDEX guest_store ON guest (tenant_id, store_id, file_id);
CREATE INDEX guest_last4 ON guest (tenant_id, last4_rev, file_id);
CREATE INDEX guest_name ON guest (tenant_id, name, file_id);
CREATE INDEX guest_initials ON guest (tenant_id, initials, file_id);
CREATE INDEX guest_store_name ON guest (tenant_id, store_id, name, file_id);
CREATE INDEX guest_store_initials ON guest (tenant_id, store_id, initials, file_id);
CREATE INDEX guest_store_last4 ON guest (tenant_id, store_id, last4_rev, file_id);
CREATE INDEX guest_approved ON guest (tenant_id, store_id, approved_on) INCLUDE (file_id) WHERE approved_on IS NOT NULL; -- boards count by it

-- Who holds a number in a store (CUS-10): the primary key is the rule.
CREATE TABLE file_number (
  tenant_id      uuid NOT NULL,
  store_id       uuid NOT NULL,
  number_key     bytea NOT NULL,
  file_id        uuid NOT NULL,
  reserved_until timestamptz, -- a draft's hold; null: for good
  PRIMARY KEY (tenant_id, store_id, number_key),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id)
);
SELECT wall('file_number');
CREATE INDEX file_number_file ON file_number (tenant_id, file_id);

-- What was written, submitted and decided, version by version (CUS-12).
CREATE TABLE file_revision (
  tenant_id    uuid NOT NULL,
  revision_id  uuid NOT NULL,
  file_id      uuid NOT NULL,
  store_id     uuid NOT NULL,
  no           int NOT NULL,
  cause        text NOT NULL CHECK (cause IN ('new', 'import', 'change', 'spot_check', 'adoption', 'handover')),
  state        text NOT NULL CHECK (state IN ('draft', 'stage1', 'stage2', 'submitted', 'approved', 'rejected')),
  fields       jsonb NOT NULL, -- by FileFields' names, without the number
  writer_id    uuid NOT NULL,
  created_at   timestamptz NOT NULL,
  submitted_at timestamptz,
  due_at       timestamptz, -- submitted_at + review hours (CUS-03)
  decided_at   timestamptz,
  decided_by   uuid,
  reasons      jsonb NOT NULL DEFAULT '[]', -- [{"field","reason"}]
  PRIMARY KEY (tenant_id, revision_id),
  UNIQUE (tenant_id, file_id, no),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id)
);
SELECT wall('file_revision');
CREATE UNIQUE INDEX file_revision_open ON file_revision (tenant_id, file_id) WHERE state <> 'approved';
CREATE INDEX file_revision_queue ON file_revision (tenant_id, store_id, due_at, file_id) WHERE state = 'submitted';
CREATE INDEX file_revision_writer ON file_revision (tenant_id, writer_id) WHERE state <> 'approved';

-- Timeline of acts on a file (RUL-05): ids and field names, never values.
CREATE TABLE file_event (
  tenant_id     uuid NOT NULL,
  event_id      uuid NOT NULL,
  file_id       uuid NOT NULL,
  at            timestamptz NOT NULL,
  business_date date NOT NULL,
  kind          text NOT NULL, -- file.created, file.submitted, file.approved …
  person_id     uuid,          -- null: the system
  rule          text NOT NULL DEFAULT '',
  fields        text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, event_id)
);
SELECT wall_append_only('file_event');
CREATE INDEX file_event_file ON file_event (tenant_id, file_id, event_id DESC);

-- Who saw which number in clear, when and why.
CREATE TABLE number_reveal (
  tenant_id uuid NOT NULL,
  reveal_id uuid NOT NULL,
  file_id   uuid NOT NULL,
  person_id uuid NOT NULL,
  at        timestamptz NOT NULL,
  reason    text NOT NULL,
  PRIMARY KEY (tenant_id, reveal_id)
);
SELECT wall_append_only('number_reveal');

CREATE SCHEMA customer_pub;
GRANT USAGE ON SCHEMA customer_pub TO changke_app;
CREATE VIEW customer_pub.file WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, name, owner_id, owned_since, approved_on, state, writer_id, number_key FROM guest;
CREATE VIEW customer_pub.review WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, writer_id, submitted_at, due_at FROM file_revision WHERE state = 'submitted';
-- What its writer has still to finish: begun or rejected.
CREATE VIEW customer_pub.unfinished WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, writer_id FROM file_revision WHERE state <> 'approved' AND state <> 'submitted';
GRANT SELECT ON customer_pub.file, customer_pub.review, customer_pub.unfinished TO changke_app;
