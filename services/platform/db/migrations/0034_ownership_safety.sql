-- +goose Up
-- The business day from which LIF and QTA act in a store (RUL-06); null: not set,
-- so that they only show what they would do. Where they act already, they go on.
ALTER TABLE store ADD COLUMN live_on date;
ALTER TABLE store NO FORCE ROW LEVEL SECURITY;
UPDATE store SET live_on = '2000-01-01';
ALTER TABLE store FORCE ROW LEVEL SECURITY;

-- A run of some stores that catch up stands beside the chain's own of that rule
-- and day: lane 0 is the chain's, the others are theirs.
ALTER TABLE period_run
  ADD COLUMN lane   int NOT NULL DEFAULT 0,
  ADD COLUMN stores uuid[], -- that a lane is of; null: every store that does not wait
  ADD CONSTRAINT period_run_lanes CHECK ((lane = 0) = (stores IS NULL)),
  DROP CONSTRAINT period_run_tenant_id_kind_period_on_key,
  ADD CONSTRAINT period_run_once UNIQUE (tenant_id, kind, period_on, lane);
CREATE INDEX period_run_open ON period_run (tenant_id) WHERE state <> 'done';

-- Stores that runs leave out: each has had every step of its track before the one
-- named, and none from it on (RUL-07, RUL-08).
CREATE TABLE store_wait (
  tenant_id uuid NOT NULL,
  store_id  uuid NOT NULL,
  track     text NOT NULL CHECK (track IN ('visits', 'away')),
  step_on   date NOT NULL,
  step_kind text NOT NULL,
  cause     text NOT NULL CHECK (cause IN ('day', 'brake')), -- the day before is not complete; head office has to say
  run_id    uuid, -- the run in which it catches up at this moment
  since     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, store_id, track),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id)
);
SELECT wall('store_wait');

-- A run that would have released too many of a store's ties (RUL-08).
CREATE TABLE brake (
  tenant_id   uuid NOT NULL,
  brake_id    uuid NOT NULL,
  store_id    uuid NOT NULL,
  kind        text NOT NULL,
  period_on   date NOT NULL,
  run_id      uuid NOT NULL, -- that stopped before it
  releases    bigint NOT NULL, -- it would have made
  ties        bigint NOT NULL, -- the store had
  runs        int NOT NULL,    -- before it, at most six
  released    bigint NOT NULL, -- by those
  state       text NOT NULL CHECK (state IN ('open', 'released', 'stopped')),
  reason      text NOT NULL DEFAULT '',
  decided_by  uuid,
  decided_for uuid,
  decided_at  timestamptz,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, brake_id),
  UNIQUE (tenant_id, run_id, store_id),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES period_run (tenant_id, run_id),
  CHECK ((state = 'open') = (decided_at IS NULL))
);
SELECT wall('brake');
CREATE UNIQUE INDEX brake_one_open ON brake (tenant_id, store_id, kind) WHERE state = 'open';
CREATE INDEX brake_newest ON brake (tenant_id, brake_id);

CREATE VIEW ownership_pub.wait WITH (security_invoker = true) AS
  SELECT tenant_id, store_id, track, step_on, step_kind, cause, since FROM store_wait;
GRANT SELECT ON ownership_pub.wait TO changke_app;
