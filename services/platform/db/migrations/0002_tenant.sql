-- +goose Up
CREATE TABLE tenant (
  tenant_id      uuid PRIMARY KEY,
  code           text NOT NULL CHECK (code <> ''),
  name           text NOT NULL,
  zone           text NOT NULL DEFAULT 'Asia/Shanghai',
  policy_version bigint NOT NULL DEFAULT 1, -- raised with every change of roles
  created_at     timestamptz NOT NULL,
  -- The only unique constraint that crosses tenants: the code is typed at login.
  CONSTRAINT tenant_code_key UNIQUE (code)
);
SELECT wall('tenant');

CREATE TABLE tenant_key (
  tenant_id  uuid NOT NULL REFERENCES tenant,
  purpose    text NOT NULL CHECK (purpose IN ('lookup', 'box')),
  wrapped    bytea NOT NULL, -- under the master key, which is not in the database
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, purpose)
);
SELECT wall('tenant_key');

CREATE TABLE store (
  tenant_id       uuid NOT NULL REFERENCES tenant,
  store_id        uuid NOT NULL,
  code            text NOT NULL CHECK (code <> ''),
  name            text NOT NULL,
  zone            text NOT NULL DEFAULT 'Asia/Shanghai',
  cutover_minutes int NOT NULL DEFAULT 240 CHECK (cutover_minutes BETWEEN 0 AND 720),
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, store_id),
  UNIQUE (tenant_id, code)
);
SELECT wall('store');

CREATE TABLE rule_set (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  version      int NOT NULL CHECK (version > 0),
  effective_on date NOT NULL,
  fields       jsonb NOT NULL, -- {"key": value}: what differs from the defaults
  stores       jsonb NOT NULL, -- {"store id": {"key": value}}
  published_by uuid,           -- person; null: the system
  published_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, version)
);
SELECT wall_append_only('rule_set');

CREATE SCHEMA tenant_pub;
GRANT USAGE ON SCHEMA tenant_pub TO changke_app;
CREATE VIEW tenant_pub.store WITH (security_invoker = true) AS
  SELECT tenant_id, store_id, code, name, zone, cutover_minutes FROM store;
GRANT SELECT ON tenant_pub.store TO changke_app;

-- Look-ups that know no tenant yet give ids only and run as the owner, who is
-- bound by FORCE like everybody: each therefore needs a role that bypasses it.
CREATE FUNCTION tenant_by_code(wanted text) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT tenant_id FROM tenant WHERE code = wanted';
CREATE FUNCTION tenant_ids() RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT tenant_id FROM tenant ORDER BY tenant_id';
