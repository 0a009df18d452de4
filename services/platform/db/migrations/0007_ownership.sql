-- +goose Up
-- Who owned which file from when to when. A row is closed once and never
-- changed again; the partial index is the rule "at most one owner".
CREATE TABLE tie (
  tenant_id   uuid NOT NULL,
  tie_id      uuid NOT NULL,
  file_id     uuid NOT NULL,
  store_id    uuid NOT NULL,
  referrer_id uuid NOT NULL,
  start_on    date NOT NULL,
  end_on      date, -- first day no longer
  origin      text NOT NULL CHECK (origin IN ('approval', 'import', 'adoption', 'claim', 'assignment', 'handover', 'appeal')),
  decision_id uuid, -- what ended it
  import_id   uuid,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, tie_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id),
  FOREIGN KEY (tenant_id, referrer_id) REFERENCES person (tenant_id, person_id),
  CHECK (end_on IS NULL OR end_on >= start_on)
);
SELECT wall('tie');
CREATE UNIQUE INDEX tie_one_owner ON tie (tenant_id, file_id) WHERE end_on IS NULL;
CREATE INDEX tie_file ON tie (tenant_id, file_id);
CREATE INDEX tie_referrer ON tie (tenant_id, referrer_id, file_id) WHERE end_on IS NULL;
CREATE INDEX tie_store ON tie (tenant_id, store_id, file_id) INCLUDE (referrer_id, start_on) WHERE end_on IS NULL;

CREATE TABLE period_run (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  run_id       uuid NOT NULL,
  kind         text NOT NULL, -- rule id
  period_on    date NOT NULL, -- the business day it acts on
  state        text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  cut_off      timestamptz NOT NULL,
  rule_version int NOT NULL,
  chunks       int NOT NULL DEFAULT 0,
  examined     bigint NOT NULL DEFAULT 0,
  decided      bigint NOT NULL DEFAULT 0,
  set_aside    bigint NOT NULL DEFAULT 0,
  error        text NOT NULL DEFAULT '',
  started_at   timestamptz NOT NULL,
  ended_at     timestamptz,
  PRIMARY KEY (tenant_id, run_id),
  UNIQUE (tenant_id, kind, period_on)
);
SELECT wall('period_run');
CREATE INDEX period_run_period ON period_run (tenant_id, period_on DESC, kind DESC);

-- The exactly-once guard of a chunk: locked by its job, done in the transaction
-- that writes its effect. Chunks follow each other: a chunk begins after the
-- last file of the one before.
CREATE TABLE run_chunk (
  tenant_id  uuid NOT NULL,
  run_id     uuid NOT NULL,
  no         int NOT NULL,
  after_file uuid, -- null: from the first
  last_file  uuid, -- set when done; null and done: nothing was left
  state      text NOT NULL CHECK (state IN ('open', 'done')),
  job_id     bigint NOT NULL, -- the only job that may work it; a planner may hand it to another
  digest     bytea, -- SHA-256 over its decisions
  examined   bigint NOT NULL DEFAULT 0,
  decided    bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, run_id, no),
  FOREIGN KEY (tenant_id, run_id) REFERENCES period_run (tenant_id, run_id)
);
SELECT wall('run_chunk');
-- One chain per tenant: of everybody who would begin a second, one gets in.
CREATE UNIQUE INDEX run_chunk_open ON run_chunk (tenant_id) WHERE state = 'open';

-- Files a run could not decide, with their error; the rest goes on.
CREATE TABLE run_set_aside (
  tenant_id uuid NOT NULL,
  run_id    uuid NOT NULL,
  file_id   uuid NOT NULL,
  error     text NOT NULL,
  PRIMARY KEY (tenant_id, run_id, file_id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES period_run (tenant_id, run_id)
);
SELECT wall('run_set_aside');

-- What was decided or noted on a file, with its evidence (RUL-05).
CREATE TABLE decision (
  tenant_id    uuid NOT NULL,
  decision_id  uuid NOT NULL,
  run_id       uuid NOT NULL,
  file_id      uuid NOT NULL,
  store_id     uuid NOT NULL,
  rule         text NOT NULL,
  rule_version int NOT NULL,
  effective_on date NOT NULL,
  from_id      uuid,
  to_id        uuid,
  evidence     jsonb NOT NULL,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, decision_id),
  UNIQUE (tenant_id, run_id, file_id)
);
SELECT wall_append_only('decision');
CREATE INDEX decision_file ON decision (tenant_id, file_id, decision_id DESC);
CREATE INDEX decision_store ON decision (tenant_id, store_id, effective_on, decision_id);

CREATE SCHEMA ownership_pub;
GRANT USAGE ON SCHEMA ownership_pub TO changke_app;
CREATE VIEW ownership_pub.tie WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, referrer_id, start_on, end_on FROM tie;
CREATE VIEW ownership_pub.decision WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, rule, effective_on, from_id, to_id, evidence FROM decision;
GRANT SELECT ON ownership_pub.tie, ownership_pub.decision TO changke_app;
