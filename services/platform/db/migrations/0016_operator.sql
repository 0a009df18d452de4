-- +goose Up
-- The platform's operators belong to no chain, so their tables have no tenant
-- and no wall. They lie in a schema of their own, which only the role
-- changke_operator may touch; that role in turn has no right on any table of a
-- tenant. The server changes into it for a transaction (db.AsOperator).
CREATE SCHEMA operator;
GRANT USAGE ON SCHEMA operator TO changke_operator;

CREATE TABLE operator.account (
  account_id            uuid PRIMARY KEY,
  login                 text NOT NULL UNIQUE CHECK (login <> ''),
  name                  text NOT NULL,
  password_hash         text,  -- argon2id; null: not activated
  totp_box              bytea, -- under a key derived from the master key; null: none yet
  totp_step             bigint NOT NULL DEFAULT 0, -- the last one used: a code counts once
  activation_hash       bytea UNIQUE, -- SHA-256 of the code; null: none is open
  activation_expires_at timestamptz,
  created_at            timestamptz NOT NULL,
  disabled_at           timestamptz
);
CREATE TABLE operator.session (
  session_id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES operator.account,
  token_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX session_account ON operator.session (account_id);
CREATE TABLE operator.known_device (
  account_id  uuid NOT NULL REFERENCES operator.account,
  device_hash bytea NOT NULL,
  seen_at     timestamptz NOT NULL,
  PRIMARY KEY (account_id, device_hash)
);
CREATE TABLE operator.login_failure (
  bucket    bytea PRIMARY KEY,
  failed_at timestamptz NOT NULL,
  failures  int NOT NULL
);
-- What operators did: ids, codes and dates, nothing of guests.
CREATE TABLE operator.act (
  act_id      uuid PRIMARY KEY, -- UUIDv7: by time
  account_id  uuid NOT NULL REFERENCES operator.account,
  at          timestamptz NOT NULL,
  action      text NOT NULL CHECK (action <> ''), -- noun.past
  tenant_id   uuid,
  tenant_code text NOT NULL DEFAULT '',
  object_id   text NOT NULL DEFAULT ''
);
-- In which chains an operator asked to look in; how it stands is the chain's to say.
CREATE TABLE operator.support (
  access_id  uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES operator.account,
  tenant_id  uuid NOT NULL
);
CREATE INDEX support_account ON operator.support (account_id, access_id);
GRANT SELECT, INSERT ON operator.support TO changke_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON operator.account, operator.session, operator.known_device, operator.login_failure TO changke_operator;
GRANT SELECT, INSERT ON operator.act TO changke_operator;

-- A chain is active, suspended (nobody comes in, jobs pause) or closed (likewise,
-- for good; its data is kept until a date for the export).
ALTER TABLE tenant
  ADD COLUMN state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'closed')),
  ADD COLUMN state_at timestamptz,
  ADD COLUMN keep_until date,
  ADD CONSTRAINT tenant_kept CHECK ((state = 'closed') = (keep_until IS NOT NULL));

-- The one place where credentials become a tenant refuses those of a chain that
-- is not active, so that it counts from the next request, of every process.
-- +goose StatementBegin
CREATE FUNCTION refuse_unless_active(chain uuid) RETURNS void LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  now_in text;
BEGIN
  SELECT t.state INTO now_in FROM tenant t WHERE t.tenant_id = chain;
  IF now_in = 'suspended' THEN
    RAISE EXCEPTION 'suspended' USING ERRCODE = 'CK002';
  ELSIF now_in = 'closed' THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'CK003';
  END IF;
END $$;
CREATE OR REPLACE FUNCTION session_by_token(wanted bytea) RETURNS TABLE (tenant_id uuid, session_id uuid)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  SELECT s.tenant_id, s.session_id INTO tenant_id, session_id FROM session s WHERE s.token_hash = wanted;
  IF FOUND THEN
    PERFORM refuse_unless_active(tenant_id);
    RETURN NEXT;
  END IF;
END $$;
CREATE OR REPLACE FUNCTION api_key_by_secret(wanted bytea) RETURNS TABLE (tenant_id uuid, key_id uuid)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  SELECT k.tenant_id, k.key_id INTO tenant_id, key_id FROM api_key k WHERE k.secret_hash = wanted;
  IF FOUND THEN
    PERFORM refuse_unless_active(tenant_id);
    RETURN NEXT;
  END IF;
END $$;
-- A key remembered in memory is looked up again when its chain stands still.
CREATE OR REPLACE FUNCTION enter_with_key(tenant uuid, key uuid, policies bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.tenant_id', tenant::text, true);
  PERFORM 1 FROM api_key k JOIN tenant t USING (tenant_id)
    WHERE k.tenant_id = tenant AND k.key_id = key AND k.revoked_at IS NULL AND t.policy_version = policies AND t.state = 'active';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'stale' USING ERRCODE = 'CK001';
  END IF;
END $$;
-- +goose StatementEnd

-- What the operator's list shows of a chain: the chain and counts, no row of it.
CREATE FUNCTION operator.chains(after_code text, page_size int)
  RETURNS TABLE (tenant_id uuid, code text, name text, state text, state_at timestamptz, keep_until date, created_at timestamptz,
    stores bigint, staff bigint, files bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$
    SELECT t.tenant_id, t.code, t.name, t.state, t.state_at, t.keep_until, t.created_at,
      (SELECT count(*) FROM store s WHERE s.tenant_id = t.tenant_id),
      (SELECT count(*) FROM person p WHERE p.tenant_id = t.tenant_id AND p.left_on IS NULL),
      (SELECT count(*) FROM guest g WHERE g.tenant_id = t.tenant_id)
    FROM tenant t WHERE t.code > after_code ORDER BY t.code LIMIT page_size
  $$;

-- To whom a chain's exports are encrypted: an age recipient, which is public.
CREATE TABLE chain_recipient (
  tenant_id     uuid PRIMARY KEY REFERENCES tenant,
  recipient     text NOT NULL,
  person_id     uuid NOT NULL, -- who registered it
  registered_at timestamptz NOT NULL
);
SELECT wall('chain_recipient');

CREATE TABLE chain_export (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  export_id    uuid NOT NULL,
  state        text NOT NULL CHECK (state IN ('queued', 'running', 'ready', 'failed', 'expired')),
  recipient    text NOT NULL, -- as it was when the export was asked for
  requested_by uuid,          -- person; null: an operator
  operator_id  uuid,
  requested_at timestamptz NOT NULL,
  attempt      int NOT NULL DEFAULT 0, -- a worker that was given up can't write any more
  beat_at      timestamptz NOT NULL,   -- the last sign of life
  tables_done  int NOT NULL DEFAULT 0,
  tables_total int NOT NULL DEFAULT 0,
  rows_done    bigint NOT NULL DEFAULT 0,
  bytes        bigint NOT NULL DEFAULT 0,
  sha256       text NOT NULL DEFAULT '',
  ready_at     timestamptz,
  expires_at   timestamptz,
  error        text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, export_id),
  CHECK ((requested_by IS NULL) <> (operator_id IS NULL))
);
SELECT wall('chain_export');
-- One at a time.
CREATE UNIQUE INDEX chain_export_live ON chain_export (tenant_id) WHERE state IN ('queued', 'running');

-- An operator's wish to look into the chain, and what became of it.
CREATE TABLE support_access (
  tenant_id     uuid NOT NULL REFERENCES tenant,
  access_id     uuid NOT NULL,
  operator_id   uuid NOT NULL,
  operator_login text NOT NULL, -- the name in the log of acts
  operator_name text NOT NULL,
  reason        text NOT NULL,
  state         text NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'ended')),
  asked_at      timestamptz NOT NULL,
  decided_by    uuid, -- person
  decided_at    timestamptz,
  expires_at    timestamptz, -- at most an hour after the decision
  ended_at      timestamptz,
  ended_by      uuid, -- person; null: the operator himself
  token_hash    bytea, -- of the operator's newest entry; null: not entered
  PRIMARY KEY (tenant_id, access_id),
  CHECK ((state = 'asked') = (decided_at IS NULL)),
  CHECK ((state IN ('granted', 'ended')) = (expires_at IS NOT NULL)),
  CHECK (expires_at <= decided_at + interval '60 minutes')
);
SELECT wall('support_access');
-- Nobody asks twice.
CREATE UNIQUE INDEX support_access_open ON support_access (tenant_id, operator_id) WHERE state = 'asked';
CREATE INDEX support_access_token ON support_access (token_hash) WHERE token_hash IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION support_by_token(wanted bytea) RETURNS TABLE (tenant_id uuid, access_id uuid)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  SELECT s.tenant_id, s.access_id INTO tenant_id, access_id FROM support_access s WHERE s.token_hash = wanted;
  IF FOUND THEN
    PERFORM refuse_unless_active(tenant_id);
    RETURN NEXT;
  END IF;
END $$;
-- +goose StatementEnd

-- Roles of that name are the platform's and are no rows.
ALTER TABLE role ADD CONSTRAINT role_of_chain CHECK (code NOT LIKE 'platform:%');
