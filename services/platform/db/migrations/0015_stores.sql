-- +goose Up
-- What a chain says of its stores. zone and cutover_minutes stay the ones the
-- store began with; store_clock holds every later change with its first day, so
-- that no business date of the past moves (RUL-03).
ALTER TABLE store
  ADD COLUMN address        text NOT NULL DEFAULT '',
  ADD COLUMN hours          jsonb NOT NULL DEFAULT '[]', -- [[weekday, opens, closes]]: 1 = Monday, minutes after midnight; empty: not said
  ADD COLUMN suspended_at   timestamptz, -- takes no bookings until reopened
  ADD COLUMN closed_on      date,        -- first business day it is no longer there
  ADD COLUMN state_reason   text NOT NULL DEFAULT '',
  ADD COLUMN version        int NOT NULL DEFAULT 1, -- raised with every edit
  ADD CONSTRAINT store_one_end CHECK (suspended_at IS NULL OR closed_on IS NULL);

CREATE TABLE store_clock (
  tenant_id       uuid NOT NULL,
  store_id        uuid NOT NULL,
  from_on         date NOT NULL, -- first business day that is counted so
  zone            text NOT NULL,
  cutover_minutes int NOT NULL CHECK (cutover_minutes BETWEEN 0 AND 720),
  created_by      uuid,
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, store_id, from_on),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id)
);
SELECT wall('store_clock');

-- Days a store is closed for works (RUL-07). A row stays when it is withdrawn.
CREATE TABLE store_closure (
  tenant_id    uuid NOT NULL,
  closure_id   uuid NOT NULL,
  store_id     uuid NOT NULL,
  from_on      date NOT NULL,
  to_on        date NOT NULL, -- last day closed
  reason       text NOT NULL,
  created_by   uuid,
  created_at   timestamptz NOT NULL,
  withdrawn_at timestamptz,
  PRIMARY KEY (tenant_id, closure_id),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  CHECK (to_on >= from_on)
);
SELECT wall('store_closure');
CREATE INDEX store_closure_store ON store_closure (tenant_id, store_id, from_on);

CREATE VIEW tenant_pub.closure WITH (security_invoker = true) AS
  SELECT tenant_id, store_id, from_on, to_on, created_at FROM store_closure WHERE withdrawn_at IS NULL;
GRANT SELECT ON tenant_pub.closure TO changke_app;

-- Rooms, tables and halls: where they are, in which order, from when to when.
ALTER TABLE resource
  ADD COLUMN area       text NOT NULL DEFAULT '',
  ADD COLUMN floor      text NOT NULL DEFAULT '',
  ADD COLUMN tables     int NOT NULL DEFAULT 0 CHECK (tables >= 0), -- of a banquet hall
  ADD COLUMN place      int NOT NULL DEFAULT 0, -- order on screens, inside its kind
  ADD COLUMN active_on  date,  -- first day it can be booked; null: always
  ADD COLUMN retired_on date,  -- first day it can't any more
  ADD CONSTRAINT resource_span CHECK (retired_on >= active_on);

CREATE VIEW visit_pub.resource WITH (security_invoker = true) AS
  SELECT tenant_id, resource_id, store_id, kind, active_on, retired_on FROM resource;
GRANT SELECT ON visit_pub.resource TO changke_app;

-- At most two live keys of one label: the database counts them by slot, which a
-- key leaves when it is revoked or, at the next creation, has expired. Keys that
-- are older than this have none and do not count.
ALTER TABLE api_key
  ADD COLUMN calls_per_minute int CHECK (calls_per_minute > 0), -- null: as many as the server allows
  ADD COLUMN successor_id     uuid,        -- the key that it was rotated to
  ADD COLUMN slot             smallint CHECK (slot IN (1, 2));
CREATE UNIQUE INDEX api_key_two_live ON api_key (tenant_id, label, slot) WHERE slot IS NOT NULL;

-- When a key was used last, to the minute. Apart from the key, whose row each of
-- its calls reads.
CREATE TABLE api_key_use (
  tenant_id uuid NOT NULL,
  key_id    uuid NOT NULL,
  used_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_id),
  FOREIGN KEY (tenant_id, key_id) REFERENCES api_key (tenant_id, key_id)
);
SELECT wall('api_key_use');

CREATE OR REPLACE VIEW staff_pub.api_key WITH (security_invoker = true) AS
  SELECT tenant_id, key_id, label, store_ids, expires_at, revoked_at, successor_id FROM api_key;

-- Who holds which role where, and whether he has ever come in: for the list of
-- what a new chain has still to do.
CREATE VIEW staff_pub.seat WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.person_id, a.role, a.tenant_wide, a.store_ids, a.from_on, a.to_on,
    p.password_hash IS NOT NULL AS has_account,
    EXISTS (SELECT FROM session s WHERE s.tenant_id = a.tenant_id AND s.person_id = a.person_id) AS came_in
  FROM assignment a JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
  WHERE p.left_on IS NULL;
GRANT SELECT ON staff_pub.seat TO changke_app;

-- Whether a room or table has bookings to come, halls too.
CREATE INDEX booking_resource ON booking (tenant_id, resource_id, business_date) WHERE resource_id IS NOT NULL;
