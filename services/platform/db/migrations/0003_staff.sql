-- +goose Up
CREATE TABLE role (
  tenant_id uuid NOT NULL REFERENCES tenant,
  code      text NOT NULL CHECK (code <> ''),
  name      text NOT NULL,
  PRIMARY KEY (tenant_id, code)
);
SELECT wall('role');

-- Casbin's rows: p, role, permission, reach, effect.
CREATE TABLE role_policy (
  tenant_id  uuid NOT NULL,
  role       text NOT NULL,
  permission text NOT NULL CHECK (permission <> ''),
  reach      text NOT NULL CHECK (reach IN ('own', 'where')),
  effect     text NOT NULL CHECK (effect IN ('allow', 'deny')),
  PRIMARY KEY (tenant_id, role, permission, reach, effect),
  FOREIGN KEY (tenant_id, role) REFERENCES role (tenant_id, code)
);
SELECT wall('role_policy');

CREATE TABLE person (
  tenant_id     uuid NOT NULL REFERENCES tenant,
  person_id     uuid NOT NULL,
  staff_no      text NOT NULL CHECK (staff_no <> ''),
  name          text NOT NULL,
  number_key    bytea,
  number_box    bytea,
  last4_rev     text COLLATE "C",
  password_hash text, -- argon2id; null: no login
  entry_on      date NOT NULL,
  left_on       date, -- first day no longer employed (ACC-03)
  version       bigint NOT NULL DEFAULT 1, -- raised with every change of rights
  import_id     uuid,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, person_id),
  UNIQUE (tenant_id, staff_no)
);
SELECT wall('person');
CREATE INDEX person_number ON person (tenant_id, number_key);

CREATE TABLE assignment (
  tenant_id     uuid NOT NULL,
  assignment_id uuid NOT NULL,
  person_id     uuid NOT NULL,
  role          text NOT NULL,
  position      text NOT NULL,
  tenant_wide   boolean NOT NULL,
  store_ids     uuid[] NOT NULL,
  from_on       date NOT NULL,
  to_on         date, -- first day no longer in it
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, assignment_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id),
  FOREIGN KEY (tenant_id, role) REFERENCES role (tenant_id, code),
  -- An empty list must never read as "everywhere".
  CHECK (tenant_wide <> (cardinality(store_ids) > 0)),
  CHECK (to_on IS NULL OR to_on >= from_on)
);
SELECT wall('assignment');
CREATE INDEX assignment_person ON assignment (tenant_id, person_id);

CREATE TABLE session (
  tenant_id   uuid NOT NULL,
  session_id  uuid NOT NULL,
  token_hash  bytea NOT NULL, -- SHA-256; the token itself is only in the cookie
  person_id   uuid NOT NULL,
  device_hash bytea NOT NULL,
  device      text NOT NULL, -- browser and system, for the person's own list
  created_at  timestamptz NOT NULL,
  seen_at     timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  revoked_at  timestamptz,
  PRIMARY KEY (tenant_id, session_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('session');
CREATE INDEX session_token ON session (token_hash);
CREATE INDEX session_person ON session (tenant_id, person_id);

-- Devices a person has come in from: their tries are counted apart, so that
-- strangers who guess can't lock the true user out.
CREATE TABLE known_device (
  tenant_id   uuid NOT NULL,
  person_id   uuid NOT NULL,
  device_hash bytea NOT NULL,
  seen_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, person_id, device_hash),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('known_device');

-- Without a foreign key: tries at chains that do not exist are counted too, under
-- an id that is nobody's, so that they answer as all others do.
CREATE TABLE login_failure (
  tenant_id uuid NOT NULL,
  bucket    bytea NOT NULL, -- hash of the person, of person and known device, or of what was typed
  failed_at timestamptz NOT NULL, -- the last of them
  failures  int NOT NULL,
  PRIMARY KEY (tenant_id, bucket)
);
SELECT wall('login_failure');
CREATE INDEX login_failure_age ON login_failure (tenant_id, failed_at);

CREATE TABLE api_key (
  tenant_id   uuid NOT NULL REFERENCES tenant,
  key_id      uuid NOT NULL,
  secret_hash bytea NOT NULL, -- SHA-256 of ck_live_…
  prefix      text NOT NULL,
  label       text NOT NULL,
  scopes      text[] NOT NULL CHECK (cardinality(scopes) > 0),
  store_ids   uuid[] NOT NULL CHECK (cardinality(store_ids) > 0),
  created_by  uuid,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  revoked_at  timestamptz,
  PRIMARY KEY (tenant_id, key_id)
);
SELECT wall('api_key');
CREATE INDEX api_key_secret ON api_key (secret_hash);

CREATE SCHEMA staff_pub;
GRANT USAGE ON SCHEMA staff_pub TO changke_app;
CREATE VIEW staff_pub.person WITH (security_invoker = true) AS
  SELECT tenant_id, person_id, staff_no, name, number_key, entry_on, left_on FROM person;
GRANT SELECT ON staff_pub.person TO changke_app;

CREATE FUNCTION session_by_token(wanted bytea) RETURNS TABLE (tenant_id uuid, session_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT s.tenant_id, s.session_id FROM session s WHERE s.token_hash = wanted';
CREATE FUNCTION api_key_by_secret(wanted bytea) RETURNS TABLE (tenant_id uuid, key_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT k.tenant_id, k.key_id FROM api_key k WHERE k.secret_hash = wanted';

-- Enters a tenant with rights that came from a cache, and refuses when the key
-- has been revoked or the roles have changed since: one round trip for both.
-- +goose StatementBegin
CREATE FUNCTION enter_with_key(tenant uuid, key uuid, policies bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.tenant_id', tenant::text, true);
  PERFORM 1 FROM api_key k JOIN tenant t USING (tenant_id)
    WHERE k.tenant_id = tenant AND k.key_id = key AND k.revoked_at IS NULL AND t.policy_version = policies;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'stale' USING ERRCODE = 'CK001';
  END IF;
END $$;
-- +goose StatementEnd
