-- +goose Up
-- A version says why it was made, and which planned one it takes back (RUL-01).
ALTER TABLE rule_set
  ADD COLUMN note text NOT NULL DEFAULT '',
  ADD COLUMN withdraws int,
  ADD CONSTRAINT rule_set_withdraws_fkey FOREIGN KEY (tenant_id, withdraws) REFERENCES rule_set (tenant_id, version),
  ADD CONSTRAINT rule_set_withdrawn_once UNIQUE (tenant_id, withdraws);

-- The changes that shall become the next version: one draft for the chain. The
-- row stays when a draft ends, so that a revision never comes twice and nobody
-- saves an old page over somebody's new draft.
CREATE TABLE rule_draft (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  revision     bigint NOT NULL CHECK (revision > 0),
  base_version int NOT NULL,
  effective_on date,           -- planned; null: not said
  note         text NOT NULL DEFAULT '',
  edits        jsonb NOT NULL, -- [{store, key, value or null, by, at}]; []: no draft now
  saved_by     uuid NOT NULL,
  saved_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id, base_version) REFERENCES rule_set (tenant_id, version),
  FOREIGN KEY (tenant_id, saved_by) REFERENCES person (tenant_id, person_id)
);
SELECT wall('rule_draft');

-- A booking tells its readers whether its notice went out (VIS-03).
CREATE OR REPLACE VIEW visit_pub.booking WITH (security_invoker = true) AS
  SELECT b.tenant_id, b.booking_id, b.store_id, b.number_key, b.business_date, b.meal_period, b.kind, b.state, b.booker_id,
         g.file_id, r.name AS resource_name, b.notice_at IS NOT NULL AS noticed
  FROM booking b
  LEFT JOIN guest_number g USING (tenant_id, store_id, number_key)
  LEFT JOIN resource r ON r.tenant_id = b.tenant_id AND r.resource_id = b.resource_id;
