-- +goose Up
-- A person's e-mail address at work, by which the chain's own sign-in can name
-- him: boxed, found by a keyed digest, one person's at most.
CREATE TABLE person_email (
  tenant_id uuid NOT NULL,
  person_id uuid NOT NULL,
  email_key bytea NOT NULL,
  email_box bytea NOT NULL, -- bound to person_email and the person
  PRIMARY KEY (tenant_id, person_id),
  UNIQUE (tenant_id, email_key),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('person_email');

ALTER TABLE sso_provider DROP CONSTRAINT sso_provider_match_check;
ALTER TABLE sso_provider ADD CONSTRAINT sso_provider_match_check CHECK (match IN ('staff_no', 'phone', 'email', 'recorded_email'));
