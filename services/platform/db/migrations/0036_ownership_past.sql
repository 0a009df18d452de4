-- +goose Up
-- What was known of a post at a moment (RUL-03): when it was recorded, and when
-- its end was, if that came later.
ALTER TABLE assignment ADD COLUMN ended_at timestamptz; -- when to_on was last set; null: with the post, or never
CREATE OR REPLACE VIEW staff_pub.post WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.person_id, s.store_id, a.position, a.from_on, a.to_on, a.created_at AS recorded_at, a.ended_at
  FROM assignment a CROSS JOIN LATERAL unnest(a.store_ids) AS s (store_id);

-- A trial of a draft of rules over the last months (RUL-04): what is kept is what
-- it found, and the values it tried.
CREATE TABLE trial (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  trial_id     uuid NOT NULL,
  state        text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'cancelled', 'failed')),
  months       smallint NOT NULL,
  from_on      date NOT NULL,
  to_on        date NOT NULL,
  base_version int NOT NULL,   -- the version the draft was made against
  rules        jsonb NOT NULL, -- {values, stores} as publishing the draft would have made them
  cut_off      timestamptz NOT NULL,
  after_file   uuid,           -- last file tried
  files        bigint NOT NULL, -- in all
  tried        bigint NOT NULL DEFAULT 0,
  differing    bigint NOT NULL DEFAULT 0, -- files with a line
  set_aside    bigint NOT NULL DEFAULT 0, -- files that can't be decided
  error        text NOT NULL DEFAULT '',
  beat_at      timestamptz NOT NULL,
  created_by   uuid NOT NULL,
  created_at   timestamptz NOT NULL,
  ended_at     timestamptz,
  PRIMARY KEY (tenant_id, trial_id),
  CHECK ((state IN ('queued', 'running')) = (ended_at IS NULL))
);
SELECT wall('trial');
CREATE UNIQUE INDEX trial_one ON trial (tenant_id) WHERE state IN ('queued', 'running');

-- What differs: an event that happens only under the rules tried, or only did in fact.
CREATE TABLE trial_line (
  tenant_id uuid NOT NULL,
  trial_id  uuid NOT NULL,
  file_id   uuid NOT NULL,
  no        smallint NOT NULL,
  store_id  uuid NOT NULL,
  on_day    date NOT NULL,
  rule      text NOT NULL,
  tried     boolean NOT NULL,
  late      boolean NOT NULL, -- it differs with the rules as they were, too
  from_id   uuid,
  to_id     uuid,
  evidence  jsonb NOT NULL,
  visits    jsonb,
  PRIMARY KEY (tenant_id, trial_id, file_id, no),
  FOREIGN KEY (tenant_id, trial_id) REFERENCES trial (tenant_id, trial_id)
);
SELECT wall_append_only('trial_line');
CREATE INDEX trial_line_store ON trial_line (tenant_id, trial_id, store_id, file_id, no);

-- Of each person in each store: guests lost, offered and held, in fact and under
-- the rules tried.
CREATE TABLE trial_count (
  tenant_id uuid NOT NULL,
  trial_id  uuid NOT NULL,
  store_id  uuid NOT NULL,
  person_id uuid NOT NULL,
  lost_fact int NOT NULL,
  lost_then int NOT NULL,
  won_fact  int NOT NULL,
  won_then  int NOT NULL,
  held_fact int NOT NULL,
  held_then int NOT NULL,
  PRIMARY KEY (tenant_id, trial_id, store_id, person_id),
  FOREIGN KEY (tenant_id, trial_id) REFERENCES trial (tenant_id, trial_id)
);
SELECT wall('trial_count');

-- How a month would have been decided with what is known now (RUL-09). What was
-- decided stays; a person confirms, and then it counts from that day on.
CREATE TABLE correction (
  tenant_id     uuid NOT NULL,
  correction_id uuid NOT NULL,
  file_id       uuid NOT NULL,
  store_id      uuid NOT NULL,
  month         date NOT NULL CHECK (extract(day FROM month) = 1),
  run_id        uuid NOT NULL, -- that found it
  found_on      date NOT NULL,
  effect        text NOT NULL CHECK (effect IN ('none', 'restore', 'release', 'offer', 'withdraw')),
  person_id     uuid,          -- whom the effect is about
  decided       jsonb NOT NULL, -- events that were decided and would not be now
  now           jsonb NOT NULL, -- events that were not decided and would be now
  digest        bytea NOT NULL, -- of both: the same difference is proposed once
  state         text NOT NULL CHECK (state IN ('proposed', 'noted', 'confirmed', 'dismissed', 'gone')),
  settled_by    uuid,
  settled_for   uuid, -- whose delegate he was (ROL-05)
  settled_at    timestamptz,
  reason        text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, correction_id),
  UNIQUE (tenant_id, file_id, month, digest),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id),
  CHECK ((state IN ('confirmed', 'dismissed')) = (settled_by IS NOT NULL))
);
SELECT wall('correction');
CREATE INDEX correction_store ON correction (tenant_id, store_id, correction_id);
CREATE INDEX correction_open ON correction (tenant_id, store_id, correction_id) WHERE state = 'proposed';

ALTER TABLE tie DROP CONSTRAINT tie_origin_check;
ALTER TABLE tie ADD CONSTRAINT tie_origin_check CHECK (origin IN ('approval', 'import', 'adoption', 'claim', 'assignment', 'handover', 'appeal', 'conflict', 'merge', 'unmerge', 'correction'));
