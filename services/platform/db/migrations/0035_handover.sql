-- +goose Up
-- A tie in handover (HND-06): whose case holds it; null: none does. A tie that was
-- given back (HND-08) keeps its old start; it holds and is judged from resumed_on on.
ALTER TABLE tie ADD COLUMN hold_id uuid, ADD COLUMN resumed_on date;

-- From when to when ties were in handover. position is the giver's post as it
-- began: while he holds it the file counts for him, then for nobody (QTA-01).
CREATE TABLE tie_hold (
  tenant_id  uuid NOT NULL,
  hold_id    uuid NOT NULL, -- the case's
  tie_id     uuid NOT NULL,
  file_id    uuid NOT NULL,
  store_id   uuid NOT NULL,
  giver_id   uuid NOT NULL,
  position   text NOT NULL,
  from_on    date NOT NULL,
  to_on      date, -- first day no longer
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, hold_id, tie_id),
  FOREIGN KEY (tenant_id, tie_id) REFERENCES tie (tenant_id, tie_id),
  FOREIGN KEY (tenant_id, giver_id) REFERENCES person (tenant_id, person_id),
  CHECK (to_on IS NULL OR to_on >= from_on)
);
SELECT wall('tie_hold');
CREATE UNIQUE INDEX tie_hold_one ON tie_hold (tenant_id, tie_id) WHERE to_on IS NULL;
CREATE INDEX tie_hold_tie ON tie_hold (tenant_id, tie_id);

-- start_on is the day from which a tie holds and is judged, since_on its old start
-- where it was given back.
CREATE OR REPLACE VIEW ownership_pub.tie WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, referrer_id, coalesce(resumed_on, start_on) AS start_on, end_on, origin, tie_id, start_on AS since_on, hold_id IS NOT NULL AS held FROM tie;
CREATE VIEW ownership_pub.hold WITH (security_invoker = true) AS
  SELECT h.tenant_id, h.hold_id, h.tie_id, h.file_id, h.giver_id, h.from_on, h.to_on,
    greatest(h.from_on, coalesce((SELECT max(coalesce(p.to_on, 'infinity')) FROM staff_pub.post p
      WHERE p.tenant_id = h.tenant_id AND p.person_id = h.giver_id AND p.store_id = h.store_id AND p.position = h.position), h.from_on)) AS uncounted_from
  FROM tie_hold h;
GRANT SELECT ON ownership_pub.hold TO changke_app;

-- Where the revision stands in which a receiver checks a file.
CREATE VIEW customer_pub.revision WITH (security_invoker = true) AS
  SELECT tenant_id, revision_id, file_id, cause, state FROM file_revision;
GRANT SELECT ON customer_pub.revision TO changke_app;

-- The last number given to a handover of a chain: one row, so none is left out.
CREATE TABLE handover_number (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  last_no   int NOT NULL
);
SELECT wall('handover_number');

CREATE TABLE handover (
  tenant_id     uuid NOT NULL,
  handover_id   uuid NOT NULL,
  no            int NOT NULL,
  store_id      uuid NOT NULL,
  giver_id      uuid NOT NULL,
  receiver_id   uuid NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('same_post', 'other_post', 'custody')),
  scope         text NOT NULL CHECK (scope IN ('all', 'some', 'single')),
  cause         text NOT NULL CHECK (cause IN ('leaving', 'post', 'store', 'leave', 'other')),
  state         text NOT NULL CHECK (state IN ('requested', 'checked', 'accepted', 'confirmed', 'complete', 'desk', 'ended')),
  ended         text NOT NULL DEFAULT '' CHECK (ended IN ('', 'withdrawn', 'rejected', 'refused', 'receiver_left', 'expired', 'reassigned', 'given_back', 'kept')),
  giver_post    text NOT NULL,
  receiver_post text NOT NULL,
  seat          text NOT NULL DEFAULT '', -- same post: the name of the seat that passes
  until_on      date,                     -- custody: the day on which the files go back
  reason        text NOT NULL DEFAULT '', -- why it was sent back or refused
  files         int NOT NULL CHECK (files > 0),
  step_on       date NOT NULL,            -- business day on which the present step began
  due_on        date,                     -- first day on which it is broken, or on which the desk is cleared
  confirmed_on  date,                     -- from this day on the receiver is the referrer
  requested_by  uuid NOT NULL,
  requested_for uuid,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, handover_id),
  UNIQUE (tenant_id, no),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, giver_id) REFERENCES person (tenant_id, person_id),
  FOREIGN KEY (tenant_id, receiver_id) REFERENCES person (tenant_id, person_id),
  CHECK (giver_id <> receiver_id),
  CHECK ((kind = 'custody') = (until_on IS NOT NULL)),
  CHECK ((state IN ('requested', 'checked', 'accepted', 'desk')) = (due_on IS NOT NULL))
);
SELECT wall('handover');
CREATE INDEX handover_store ON handover (tenant_id, store_id, no DESC);
CREATE INDEX handover_giver ON handover (tenant_id, giver_id, no DESC);
CREATE INDEX handover_receiver ON handover (tenant_id, receiver_id, no DESC);
CREATE INDEX handover_open ON handover (tenant_id, handover_id) WHERE state IN ('requested', 'checked', 'accepted', 'desk') OR kind = 'custody' AND state IN ('confirmed', 'complete');

-- Who did which step and when (RUL-05).
CREATE TABLE handover_step (
  tenant_id   uuid NOT NULL,
  step_id     uuid NOT NULL,
  handover_id uuid NOT NULL,
  step        text NOT NULL,
  on_date     date NOT NULL,
  files       int NOT NULL,
  person_id   uuid, -- null: the system
  for_id      uuid, -- whose delegate he was
  at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, step_id),
  FOREIGN KEY (tenant_id, handover_id) REFERENCES handover (tenant_id, handover_id)
);
SELECT wall_append_only('handover_step');
CREATE INDEX handover_step_case ON handover_step (tenant_id, handover_id, step_id);

CREATE TABLE handover_file (
  tenant_id    uuid NOT NULL,
  handover_id  uuid NOT NULL,
  file_id      uuid NOT NULL,
  former_tie   uuid NOT NULL, -- the giver's
  since_on     date NOT NULL, -- from which it is judged
  former_on    date NOT NULL,
  tie_id       uuid,          -- the receiver's, once confirmed
  message_id   uuid,          -- that told the guest
  revision_id  uuid,          -- in which the receiver checks the file
  PRIMARY KEY (tenant_id, handover_id, file_id),
  FOREIGN KEY (tenant_id, handover_id) REFERENCES handover (tenant_id, handover_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id)
);
SELECT wall('handover_file');
CREATE INDEX handover_file_of ON handover_file (tenant_id, file_id);

CREATE SCHEMA handover_pub;
GRANT USAGE ON SCHEMA handover_pub TO changke_app;
CREATE VIEW handover_pub.handover WITH (security_invoker = true) AS
  SELECT tenant_id, handover_id, no, store_id, giver_id, receiver_id, requested_by, requested_for, state, due_on, files FROM handover;
CREATE VIEW handover_pub.file WITH (security_invoker = true) AS
  SELECT tenant_id, handover_id, file_id, tie_id, revision_id FROM handover_file;
GRANT SELECT ON handover_pub.handover, handover_pub.file TO changke_app;

-- An item may be about a handover rather than a guest's file.
ALTER TABLE inbox ADD COLUMN handover_id uuid;
