-- +goose Up
-- Who held which post in which store and when: for the rules that ask whether
-- somebody works where a guest's file is (LIF-05, LIF-07, LIF-08).
CREATE VIEW staff_pub.post WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.person_id, s.store_id, a.position, a.from_on, a.to_on
  FROM assignment a CROSS JOIN LATERAL unnest(a.store_ids) AS s (store_id);
GRANT SELECT ON staff_pub.post TO changke_app;

CREATE OR REPLACE VIEW ownership_pub.tie WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, referrer_id, start_on, end_on, origin FROM tie;

-- The visits that a decision of a month counted (RUL-05): day, meal and whose
-- credit, as they were known at the run's cut-off.
ALTER TABLE decision ADD COLUMN visits jsonb;

-- A public guest offered to somebody (LIF-07, LIF-09, LIF-12). The partial index
-- is the rule "one open offer a file" (LIF-14).
CREATE TABLE offer (
  tenant_id   uuid NOT NULL,
  offer_id    uuid NOT NULL,
  file_id     uuid NOT NULL,
  store_id    uuid NOT NULL,
  person_id   uuid NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('adoption', 'claim', 'assignment')),
  state       text NOT NULL CHECK (state IN ('pending', 'confirmed', 'done', 'declined', 'lapsed', 'gave_way')),
  offered_on  date NOT NULL,
  lapses_on   date NOT NULL, -- first day it stands no longer, unless the file waits for its review
  decision_id uuid,          -- what made it; null: a person
  made_by     uuid,          -- who; null: the system
  revision_id uuid,          -- in which he checks the file, once confirmed
  created_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  PRIMARY KEY (tenant_id, offer_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id),
  CHECK (lapses_on > offered_on),
  CHECK ((state IN ('pending', 'confirmed')) = (ended_at IS NULL))
);
SELECT wall('offer');
CREATE UNIQUE INDEX offer_one_open ON offer (tenant_id, file_id) WHERE state IN ('pending', 'confirmed');
CREATE INDEX offer_person ON offer (tenant_id, person_id, offer_id) WHERE state IN ('pending', 'confirmed');
CREATE INDEX offer_store ON offer (tenant_id, store_id, offer_id) WHERE state IN ('pending', 'confirmed');

-- An item about a decision is told in its words; more: of how many others of the
-- same run the person is told with it.
ALTER TABLE inbox ADD COLUMN decision_id uuid, ADD COLUMN more int NOT NULL DEFAULT 0;
