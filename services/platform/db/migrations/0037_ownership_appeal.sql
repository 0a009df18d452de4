-- +goose Up
-- A loss that the former referrer contests (LIF-11): one appeal a loss, one open a
-- file. visits are the days and meals he refers to; what he and the manager say is
-- sealed and goes with the guest.
CREATE TABLE appeal (
  tenant_id   uuid NOT NULL,
  appeal_id   uuid NOT NULL,
  file_id     uuid NOT NULL,
  store_id    uuid NOT NULL,
  person_id   uuid NOT NULL, -- who lost the guest
  decision_id uuid NOT NULL, -- by which
  tie_id      uuid NOT NULL, -- that it ended
  state       text NOT NULL CHECK (state IN ('open', 'granted', 'refused', 'withdrawn')),
  raised_on   date NOT NULL,
  due_on      date NOT NULL, -- last day to decide it in time
  visits      jsonb NOT NULL,
  texts_box   bytea NOT NULL,
  raised_at   timestamptz NOT NULL,
  ended_at    timestamptz,
  decided_by  uuid,
  decided_for uuid, -- whose delegate he was
  PRIMARY KEY (tenant_id, appeal_id),
  UNIQUE (tenant_id, decision_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id),
  FOREIGN KEY (tenant_id, decision_id) REFERENCES decision (tenant_id, decision_id),
  FOREIGN KEY (tenant_id, tie_id) REFERENCES tie (tenant_id, tie_id),
  CHECK ((state = 'open') = (ended_at IS NULL))
);
SELECT wall('appeal');
CREATE UNIQUE INDEX appeal_one_open ON appeal (tenant_id, file_id) WHERE state = 'open';
CREATE INDEX appeal_store ON appeal (tenant_id, store_id, appeal_id);
CREATE INDEX appeal_person ON appeal (tenant_id, person_id, appeal_id);
CREATE INDEX appeal_file ON appeal (tenant_id, file_id);
CREATE VIEW ownership_pub.appeal WITH (security_invoker = true) AS
  SELECT tenant_id, appeal_id, file_id, store_id, person_id, due_on FROM appeal WHERE state = 'open';

-- A referrer told in time that a rule is about to end a tie (LIF-10): of one tie,
-- rule, day on which it would act and stage never twice.
CREATE TABLE warning (
  tenant_id    uuid NOT NULL,
  warning_id   uuid NOT NULL,
  tie_id       uuid NOT NULL,
  file_id      uuid NOT NULL,
  store_id     uuid NOT NULL,
  person_id    uuid NOT NULL,
  rule         text NOT NULL, -- the one that would act: LIF-03, LIF-04
  stage        smallint NOT NULL, -- 1: the first, 2: the last
  acts_on      date NOT NULL, -- when it would
  warned_on    date NOT NULL,
  rule_version int NOT NULL,
  evidence     jsonb NOT NULL,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, warning_id),
  UNIQUE (tenant_id, tie_id, rule, acts_on, stage),
  FOREIGN KEY (tenant_id, tie_id) REFERENCES tie (tenant_id, tie_id)
);
SELECT wall_append_only('warning');
CREATE INDEX warning_file ON warning (tenant_id, file_id, warning_id);
CREATE INDEX warning_store ON warning (tenant_id, store_id, acts_on, rule);
CREATE VIEW ownership_pub.warning WITH (security_invoker = true) AS
  SELECT tenant_id, tie_id, file_id, store_id, person_id, rule, stage, acts_on, warned_on FROM warning;

-- What waits for somebody to confirm or submit.
CREATE VIEW ownership_pub.offer WITH (security_invoker = true) AS
  SELECT tenant_id, offer_id, file_id, store_id, person_id, kind, state, lapses_on FROM offer WHERE state IN ('pending', 'confirmed');
GRANT SELECT ON ownership_pub.offer, ownership_pub.appeal, ownership_pub.warning TO changke_app;
