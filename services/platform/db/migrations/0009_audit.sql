-- +goose Up
-- The log of acts: who did or saw what, for whom, on which object, from where.
-- A line holds ids, dates, codes, amounts and fingerprints, never a value of
-- personal data: names are looked up when it is read.
CREATE TABLE audit_line (
  tenant_id  uuid NOT NULL REFERENCES tenant,
  line_id    uuid NOT NULL, -- UUIDv7 of the moment: reading by time is reading by id
  at         timestamptz NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind <> ''), -- person, key, system, operator
  actor_id   uuid, -- person, key or operator; null: the system
  actor_name text NOT NULL DEFAULT '', -- of those the chain has no name for: system:LIF-03@v7 (RUL-05), an operator
  for_person uuid, -- whose rights were used, when delegated (ROL-05)
  topic      text NOT NULL CHECK (topic <> ''), -- what people filter by
  action     text NOT NULL CHECK (action <> ''), -- noun.past: role.changed
  object     text NOT NULL,
  object_id  text NOT NULL CHECK (length(object_id) <= 200), -- uuid or code
  store_id   uuid, -- null: of no store; whoever reads by stores does not see it
  address    text NOT NULL, -- network address of the caller
  session_id uuid,
  request_id text NOT NULL,
  changes    jsonb NOT NULL, -- [{"field", "before", "after"}]
  PRIMARY KEY (tenant_id, line_id)
);
SELECT wall_append_only('audit_line');
-- One index for each way in; each gives its lines newest first.
CREATE INDEX audit_line_actor ON audit_line (tenant_id, actor_id, line_id);
CREATE INDEX audit_line_for ON audit_line (tenant_id, for_person, line_id) WHERE for_person IS NOT NULL;
CREATE INDEX audit_line_topic ON audit_line (tenant_id, topic, line_id);
CREATE INDEX audit_line_object ON audit_line (tenant_id, object, object_id, line_id);
CREATE INDEX audit_line_store ON audit_line (tenant_id, store_id, line_id);

-- The lines that no block has sealed yet: written with the line, taken away with
-- the block. A line that is committed late is still here then, so it comes into
-- exactly one block, whatever its id; and no row is shared by two writers. It
-- says nothing about transaction ids, which a restored database counts anew.
CREATE TABLE audit_unsealed (
  tenant_id uuid NOT NULL,
  line_id   uuid NOT NULL,
  PRIMARY KEY (tenant_id, line_id)
);
SELECT wall('audit_unsealed');

-- A chain of blocks for each tenant: each hash covers the block, its lines in
-- their order and the hash before.
CREATE TABLE audit_block (
  tenant_id uuid NOT NULL REFERENCES tenant,
  no        bigint NOT NULL CHECK (no > 0), -- without gaps
  sealed_at timestamptz NOT NULL,
  line_ids  uuid[] NOT NULL CHECK (cardinality(line_ids) > 0),
  digests   bytea[] NOT NULL CHECK (cardinality(digests) = cardinality(line_ids)), -- SHA-256 of each line
  previous  bytea NOT NULL, -- hash of block no - 1; 32 zero bytes before the first
  hash      bytea NOT NULL,
  PRIMARY KEY (tenant_id, no)
);
SELECT wall_append_only('audit_block');

-- The last time the whole chain was compared with its lines; finding is empty
-- when everything held.
CREATE TABLE audit_check (
  tenant_id     uuid NOT NULL REFERENCES tenant,
  checked_at    timestamptz NOT NULL,
  through_block bigint NOT NULL,
  finding       text NOT NULL,
  PRIMARY KEY (tenant_id)
);
SELECT wall('audit_check');

-- What the log's ids are called today.
CREATE VIEW staff_pub.api_key WITH (security_invoker = true) AS SELECT tenant_id, key_id, label FROM api_key;
CREATE VIEW staff_pub.role WITH (security_invoker = true) AS SELECT tenant_id, code, name FROM role;
GRANT SELECT ON staff_pub.api_key, staff_pub.role TO changke_app;
