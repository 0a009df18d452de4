-- +goose Up
-- A sandbox is a chain of its own that POS vendors try things out in: said when it
-- is made and never otherwise, so the application may change every column of a
-- chain that it has to, and not this one.
ALTER TABLE tenant
  ADD COLUMN sandbox boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT tenant_sandbox_key UNIQUE (tenant_id, sandbox);
REVOKE UPDATE ON tenant FROM changke_app;
GRANT UPDATE (code, name, zone, policy_version, state, state_at, keep_until) ON tenant TO changke_app;

-- The days by which a sandbox's clock has been moved forward, and when: rows are
-- added one after the other and stay, so it never goes back. The key into tenant
-- admits no real chain.
CREATE TABLE sandbox_day (
  tenant_id uuid NOT NULL,
  day_no    int NOT NULL CHECK (day_no > 0),
  moved_at  timestamptz NOT NULL,
  sandbox   boolean NOT NULL DEFAULT true CHECK (sandbox),
  PRIMARY KEY (tenant_id, day_no),
  FOREIGN KEY (tenant_id, sandbox) REFERENCES tenant (tenant_id, sandbox)
);
SELECT wall_append_only('sandbox_day');

-- How many days a chain is ahead of the calendar: 0 for every real one.
CREATE FUNCTION days_ahead(chain uuid) RETURNS int LANGUAGE sql STABLE
  AS 'SELECT count(*)::int FROM sandbox_day d WHERE d.tenant_id = chain';

-- How far the clock is to go, and what keeps it.
CREATE TABLE sandbox_move (
  tenant_id  uuid NOT NULL PRIMARY KEY,
  sandbox    boolean NOT NULL DEFAULT true CHECK (sandbox),
  from_days  int NOT NULL,
  to_days    int NOT NULL CHECK (to_days > from_days),
  leave_open boolean NOT NULL, -- days that pass are not declared complete (RUL-07)
  state      text NOT NULL CHECK (state IN ('moving', 'done', 'stopped')),
  error      text NOT NULL DEFAULT '',
  asked_at   timestamptz NOT NULL,
  FOREIGN KEY (tenant_id, sandbox) REFERENCES tenant (tenant_id, sandbox)
);
SELECT wall('sandbox_move');

-- Troubles that a vendor has ordered, so that his retries can be proved.
CREATE TABLE sandbox_trouble (
  tenant_id  uuid NOT NULL,
  trouble_id uuid NOT NULL,
  sandbox    boolean NOT NULL DEFAULT true CHECK (sandbox),
  method     text NOT NULL, -- short name of the call it befalls
  kind       text NOT NULL CHECK (kind IN ('refuse', 'lose', 'slow', 'limit')),
  left_over  int NOT NULL CHECK (left_over >= 0), -- calls still to befall
  wait_ms    int NOT NULL CHECK (wait_ms >= 0),   -- of slow and limit
  ordered_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, trouble_id),
  FOREIGN KEY (tenant_id, sandbox) REFERENCES tenant (tenant_id, sandbox)
);
SELECT wall('sandbox_trouble');

-- What vendors called in a sandbox and how it was answered, for the certification:
-- hashes, counts and codes, nothing of what was said.
CREATE TABLE sandbox_call (
  tenant_id  uuid NOT NULL,
  call_id    uuid NOT NULL, -- UUIDv7: by time
  sandbox    boolean NOT NULL DEFAULT true CHECK (sandbox),
  key_id     uuid NOT NULL,
  method     text NOT NULL,
  at         timestamptz NOT NULL,
  took_ms    int NOT NULL,
  idem_hash  bytea,         -- of the Idempotency-Key; null: it came without
  body       text NOT NULL, -- keyed hash of the request's fields
  items      int NOT NULL,  -- bills or totals of a call that has such
  cursor     boolean NOT NULL, -- the feed was read on from a place
  trouble    text NOT NULL DEFAULT '',
  code       text NOT NULL,
  reason     text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, call_id),
  FOREIGN KEY (tenant_id, sandbox) REFERENCES tenant (tenant_id, sandbox)
);
SELECT wall('sandbox_call');

-- The operator's list says which chains are sandboxes.
CREATE FUNCTION operator.sandboxes() RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT tenant_id FROM tenant WHERE sandbox';
