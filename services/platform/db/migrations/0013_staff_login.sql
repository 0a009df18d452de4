-- +goose Up
ALTER TABLE session
  -- When the person last proved himself in this session, by login or step-up:
  -- sensitive acts ask for a proof of a few minutes ago.
  ADD COLUMN proven_at timestamptz NOT NULL DEFAULT 'epoch',
  ADD COLUMN way text NOT NULL DEFAULT 'password' CHECK (way IN ('password', 'second_factor', 'sso')),
  ADD COLUMN address text NOT NULL DEFAULT ''; -- where the login came from, for the person's own list

ALTER TABLE known_device
  ADD COLUMN device  text NOT NULL DEFAULT '', -- browser and system
  ADD COLUMN address text NOT NULL DEFAULT '',
  ADD COLUMN known_at timestamptz NOT NULL DEFAULT 'epoch',
  -- When the person said on another device that it is his; null: he is to be asked.
  ADD COLUMN told_at timestamptz;

-- The second factor of whoever has one or must have one.
CREATE TABLE second_factor (
  tenant_id    uuid NOT NULL,
  person_id    uuid NOT NULL,
  due_at       timestamptz, -- until when he may put it off; null: nobody asks for it
  pending_box  bytea,       -- a secret shown to him, not proven yet; under the tenant's key
  secret_box   bytea,       -- the one in force; null: none
  confirmed_at timestamptz,
  last_step    bigint NOT NULL DEFAULT 0, -- half minute of the last code used: none counts twice
  PRIMARY KEY (tenant_id, person_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id),
  CHECK ((secret_box IS NULL) = (confirmed_at IS NULL))
);
SELECT wall('second_factor');

-- Codes on paper, for the day the phone is lost.
CREATE TABLE recovery_code (
  tenant_id uuid NOT NULL,
  person_id uuid NOT NULL,
  code_hash bytea NOT NULL, -- HMAC under the tenant's key
  used_at   timestamptz,
  PRIMARY KEY (tenant_id, person_id, code_hash),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('recovery_code');

-- A login whose password was right and whose second factor has not come yet. It
-- opens nothing by itself, counts on its own device only, and only once.
CREATE TABLE half_session (
  tenant_id   uuid NOT NULL,
  token_hash  bytea NOT NULL,
  person_id   uuid NOT NULL,
  device_hash bytea NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('half_session');
CREATE INDEX half_session_age ON half_session (tenant_id, expires_at);

-- How the chain's people sign in; a chain without a row has the defaults.
CREATE TABLE login_policy (
  tenant_id          uuid NOT NULL REFERENCES tenant,
  office_needs_factor boolean NOT NULL, -- whoever works for the whole chain needs a second factor
  grace_days         int NOT NULL CHECK (grace_days BETWEEN 0 AND 365), -- from his first login on
  PRIMARY KEY (tenant_id)
);
SELECT wall('login_policy');

-- The chain's own OpenID provider (企业单点登录).
CREATE TABLE sso_provider (
  tenant_id  uuid NOT NULL REFERENCES tenant,
  issuer     text NOT NULL,
  client_id  text NOT NULL,
  secret_box bytea, -- the client's secret under the tenant's key; null: a public client
  claim      text NOT NULL, -- which claim says who it is
  match      text NOT NULL CHECK (match IN ('staff_no', 'phone', 'email')),
  domain     text NOT NULL DEFAULT '', -- with email: the staff number stands before @domain
  enabled    boolean NOT NULL,
  PRIMARY KEY (tenant_id)
);
SELECT wall('sso_provider');

-- Whom the provider's account belongs to, since the first time the claim said
-- so: a changed claim never moves it to somebody else.
CREATE TABLE sso_link (
  tenant_id uuid NOT NULL,
  issuer    text NOT NULL,
  subject   text NOT NULL,
  person_id uuid NOT NULL,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, issuer, subject),
  UNIQUE (tenant_id, issuer, person_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('sso_link');
